"""What a researcher can choose among for an export: what there is of something that was decided on."""

from dataclasses import dataclass

from reports.results.half_year import half_year
from survey.store.database import Database
from survey.store.repositories import releases, waves


@dataclass(frozen=True, slots=True)
class Offered:
    """Hold half-years as in exports (2026H1), references of questionnaires and ids of editions, in order."""

    periods: tuple[str, ...]
    instruments: tuple[str, ...]
    editions: tuple[str, ...]


def offered(database: Database) -> Offered:
    """Return what the waves are of on whose release something was decided."""
    known = {
        (each.unit_key, each.key): each
        for each in waves.every(database)
        if each.is_sealed and not each.is_part
    }
    decided = releases.decisions(database, known).alone
    found = [each for cell, each in known.items() if cell in decided]
    return Offered(
        tuple(sorted({half_year(each.closes_on).replace("-", "H") for each in found})),
        tuple(sorted({each.instrument for each in found})),
        tuple(sorted({each.edition for each in found})),
    )
