"""Whether what was kept of sealed waves, and the ledger of what was released of them, is what was written."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from instruments import background, library
from instruments.aggregates.sealed_moments import SealedMoments
from instruments.problems import Damaged, Problem, Refused
from reports.disclosure import ANSWERS, Policy
from reports.disclosure.differencing.groups import Cells
from reports.disclosure.differencing.ledger import LedgerEntry
from reports.results.verdicts import Verdicts
from survey.store.database import Database
from survey.store.repositories import released_figures, releases, sealed, wave_lists, waves
from survey.store.repositories.waves import Wave
from survey.store.tables import sealed_category, sealed_wave

_RESTORE = "Restore the database from a backup; altered statistics are not shown."

_Kept = Mapping[str, tuple[Wave, SealedMoments]]


def problems(database: Database, policy: Policy) -> Iterator[Problem]:
    """Yield what is wrong with the statistics and breakdown of every sealed wave, and with the ledger."""
    with database.reading() as connection:
        stored: dict[int, Any] = {row.wave_id: row for row in connection.execute(select(sealed_wave))}
        categories: dict[int, list[Any]] = {}
        for figure in connection.execute(select(sealed_category)):
            categories.setdefault(figure.wave_id, []).append(figure)
    kept: dict[str, tuple[Wave, SealedMoments]] = {}
    known = waves.every(database)
    units = {wave.key: wave.unit_key for wave in known}
    for wave in known:
        row: Any = stored.get(wave.id)
        if wave.is_sealed != (row is not None):
            fault = (
                "It is sealed, and has no statistics."
                if row is None
                else f"It is {wave.state}, and has statistics."
            )
            yield Problem(wave.key, "statistics-missing", fault, _RESTORE)
        if not wave.is_sealed or row is None:
            continue
        try:
            moments = _moments(wave, row.moments)
        except (Refused, Damaged) as error:
            yield from (replace(each, place=wave.key) for each in error.problems)
            continue
        kept[wave.key] = wave, moments
        yield from _number_problems(wave, row.n, moments, policy)
        yield from _stored_problems(units, wave, row.verdicts, row.digest, categories.get(wave.id, []))
    yield from _ledger_problems(database, known, kept)


def _moments(wave: Wave, stored: bytes | None) -> SealedMoments:
    version = library.get(wave.instrument)
    return SealedMoments.empty(version) if stored is None else SealedMoments.from_bytes(version, stored)


def _number_problems(wave: Wave, n: int | None, moments: SealedMoments, policy: Policy) -> Iterator[Problem]:
    if moments.n != (n or 0):
        fault = f"The number of answers beside the statistics is {n}; they are of {moments.n}."
        yield Problem(wave.key, "statistics-differ", fault, _RESTORE)
    if 0 < moments.n < policy.collection.kept_from:
        fault = f"Statistics of {moments.n} answers are kept; the policy keeps none of so few."
        yield Problem(wave.key, "statistics-of-few", fault, "Restore the policy the wave was sealed under.")


def _stored_problems(
    units: Mapping[str, str], wave: Wave, judged: str | None, digest: bytes | None, rows: Sequence[Any]
) -> Iterator[Problem]:
    """Yield how the verdicts and the figures by category differ from what was stored, or from their wave."""
    written = [each._mapping for each in rows]  # noqa: SLF001 - SQLAlchemy's public name for it
    if judged is None and digest is None and not written:
        return  # of too few answers
    if judged is None or sealed.digest(judged, written) != digest:
        fault = "Its figures by category, or what was judged of its change, are not those that were stored."
        yield Problem(wave.key, "statistics-altered", fault, _RESTORE)
        return
    try:
        offered = () if wave.background is None else background.get(wave.background).categories
        verdicts = Verdicts.from_json(judged)
    except (Refused, Damaged) as error:
        yield from (replace(each, place=wave.key) for each in error.problems)
        return
    if any(each.category not in offered for each in rows):
        fault = f"The figures by category are of another question than {wave.background or 'none'}."
        yield Problem(wave.key, "breakdown-differs", fault, _RESTORE)
    # of its own, one may have been removed since at the end of its time
    compared = {key for found in verdicts.contrasts.values() for each in found.values() for key in each.waves}
    if any(units.get(key, wave.unit_key) != wave.unit_key for key in compared):
        fault = "What was judged of its change rests on waves that its unit does not have."
        yield Problem(wave.key, "verdicts-differ", fault, _RESTORE)


def _ledger_problems(database: Database, known: Sequence[Wave], kept: _Kept) -> Iterator[Problem]:
    try:
        ledger = releases.present(database)
    except (Refused, Damaged) as error:
        yield from (replace(each, place="ledger") for each in error.problems)
        return
    for entry in ledger.entries:
        fault = _entry_fault(entry, kept, ledger.gone)
        if fault:
            named = " + ".join(sorted(wave for _, wave in entry.cells))
            yield Problem(f"ledger, {entry.figure} of {named}", "ledger-differs", fault, _RESTORE)
    waiting = {wave.key for wave in wave_lists.undecided(database)}
    for wave in known:
        decided = frozenset([(wave.unit_key, wave.key)]) in ledger.decided
        if wave.is_sealed and not wave.is_part and decided == (wave.key in waiting):
            fault = "Whether its release is decided is said otherwise in the ledger than beside it."
            yield Problem(wave.key, "ledger-differs", fault, _RESTORE)
    for group in released_figures.unsound(database):
        fault = "What owners are shown of it is not what was stored at the release, or is withdrawn."
        yield Problem(f"released_figures {group}", "released-figures-unreadable", fault, _RESTORE)


def _entry_fault(entry: LedgerEntry, kept: _Kept, gone: Cells) -> str:
    """Return how an entry differs from the waves it is about; empty where it does not."""
    there = entry.cells - gone
    lost = sorted(wave for unit, wave in there if wave not in kept or kept[wave][0].unit_key != unit)
    if lost:
        return f"It is about {', '.join(lost)}, of which nothing readable is kept."
    if there != entry.cells:
        return ""
    counted = sum(_number(kept[wave][1], entry.figure) for _, wave in entry.cells)
    return "" if counted == entry.n else f"It counts {entry.n} people; the waves' statistics count {counted}."


def _number(moments: SealedMoments, figure: str) -> int:
    """Return how many people have the figure: answered at all, or have a score in the dimension."""
    if figure == ANSWERS:
        return moments.n
    return moments.scores[figure].persons if figure in moments.scores else 0
