"""Sealed statistics, as the release gate takes them in."""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from instruments import background, library
from instruments.aggregates.moments import Moments
from instruments.aggregates.subgroups import ScoreSum, SubgroupSums
from reports.disclosure import ANSWERS, SealedWave, WaveIdentity
from survey.store.database import Database
from survey.store.repositories import waves
from survey.store.repositories.waves import Wave
from survey.store.tables import sealed_category, sealed_wave


def of_wave(database: Database, wave: Wave) -> SealedWave:
    """What may ever be known of a sealed wave; of one with too few answers, the moments of nobody."""
    with database.reading() as connection:
        stored = connection.execute(
            select(sealed_wave.c.moments).where(sealed_wave.c.wave_id == wave.id)
        ).scalar_one()
        kept = _breakdown(connection, wave) if wave.background and stored is not None else None
    version = library.get(wave.instrument)
    moments = Moments.empty(version) if stored is None else Moments.from_bytes(version, stored)
    return SealedWave(
        _identity(wave), version, wave.invited, moments, breakdown=kept, leaders_answer=wave.leaders_answer
    )


def rows_of(kept: SubgroupSums) -> list[dict[str, object]]:
    """A breakdown as rows of `sealed_category`, in the order of figures and categories."""
    rows: list[dict[str, object]] = [
        {"figure": ANSWERS, "category": name, "n": n, "total": None} for name, n in kept.people.items()
    ]
    for figure, sums in kept.scores.items():
        rows += [
            {"figure": figure, "category": name, "n": each.n, "total": each.total}
            for name, each in sums.items()
        ]
    return sorted(rows, key=lambda row: (row["figure"], row["category"]))


def of_unit(database: Database, unit_key: str) -> Sequence[SealedWave]:
    """All the unit's sealed waves, oldest first."""
    found = waves.of_unit(database, unit_key)
    return tuple(of_wave(database, wave) for wave in found if wave.state == "sealed")


def every(database: Database) -> Sequence[SealedWave]:
    """All sealed waves, oldest first."""
    return tuple(of_wave(database, wave) for wave in waves.every(database) if wave.state == "sealed")


def _breakdown(connection: Connection, wave: Wave) -> SubgroupSums:
    question, version = background.get(str(wave.background)), library.get(wave.instrument)
    figures: dict[str, dict[str, tuple[int, int]]] = {
        name: {} for name in (ANSWERS, *(each.id for each in version))
    }
    of_wave = sealed_category.c.wave_id == wave.id
    for row in connection.execute(select(sealed_category).where(of_wave)):
        figures[row.figure][row.category] = (row.n, row.total or 0)
    # as the question offers them, whatever order the database gives
    found = {
        figure: {name: held[name] for name in question.categories if name in held}
        for figure, held in figures.items()
    }
    people = {name: n for name, (n, _) in found.pop(ANSWERS).items()}
    scores = {
        figure: {name: ScoreSum(n, total) for name, (n, total) in held.items()}
        for figure, held in found.items()
    }
    return SubgroupSums(question, people, scores)


def _identity(wave: Wave) -> WaveIdentity:
    return WaveIdentity(
        unit=wave.unit_key,
        unit_name=wave.unit_name,
        wave=wave.key,
        wave_title=wave.title,
        closed_on=wave.closes_on,
        reference=wave.instrument,
        edition=wave.edition,
    )
