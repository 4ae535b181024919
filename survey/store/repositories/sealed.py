"""Sealed statistics: what may ever be known of a wave, as the release gate takes it in."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, insert, select

from instruments import background, library
from instruments.aggregates.sealed_moments import SealedMoments
from instruments.aggregates.subgroups import ScoreMean, SubgroupSums
from instruments.problems import Damaged, damage
from reports.disclosure import ANSWERS, SealedWave, WaveIdentity
from reports.results.verdicts import Verdicts
from survey.store.database import Database
from survey.store.repositories import waves
from survey.store.repositories.waves import Wave
from survey.store.tables import sealed_category, sealed_wave

_AT_ONCE = 500  # ids in one statement, far from what any database takes


def add(
    connection: Connection, wave_id: int, moments: SealedMoments, judged: Verdicts, kept: SubgroupSums | None
) -> None:
    """Store what may ever be known of a wave, in the caller's transaction; `kept` is it by category."""
    rows = [] if kept is None else _rows(kept)
    verdicts = judged.to_json()
    stored = {
        "wave_id": wave_id,
        "n": moments.n,
        "moments": moments.to_bytes(),
        "verdicts": verdicts,
        "digest": digest(verdicts, rows),
    }
    connection.execute(insert(sealed_wave).values(**stored))
    if rows:
        connection.execute(insert(sealed_category), [{"wave_id": wave_id, **row} for row in rows])


def verdicts_of(database: Database, wave: Wave) -> Verdicts:
    """Return what was judged of a sealed wave's change; of one with too few answers, nothing.

    Raises Damaged where it is altered or gone.
    """
    with database.reading() as connection:
        stored, _ = _unaltered(wave, *_rows_of(connection, wave))
    return Verdicts({}) if stored.n is None else Verdicts.from_json(stored.verdicts)


def add_without_result(connection: Connection, wave_id: int) -> None:
    """Store that a wave had too few answers, and not how few, in the caller's transaction."""
    connection.execute(insert(sealed_wave).values(wave_id=wave_id))


def without_result(database: Database, among: Iterable[int] | None = None) -> frozenset[int]:
    """Return the ids of the waves that were closed without result, of all or of these."""
    asked = select(sealed_wave.c.wave_id).where(sealed_wave.c.n.is_(None))
    if among is not None:
        asked = asked.where(sealed_wave.c.wave_id.in_(list(among)))
    with database.reading() as connection:
        return frozenset(connection.execute(asked).scalars())


def digest(verdicts: str | None, rows: Iterable[Mapping[Any, Any]]) -> bytes:
    """Return the checksum of a wave's verdicts as text, and its rows in `sealed_category` in any order."""
    figures = sorted(([row[name] for name in ("figure", "category", "n", "mean")] for row in rows), key=repr)
    # what is damaged may be of any type
    written = json.dumps([verdicts, figures], default=repr)
    return hashlib.blake2b(written.encode(), digest_size=16).digest()


def of_wave(database: Database, wave: Wave) -> SealedWave:
    """Return what may ever be known of a sealed wave; of one with too few answers, the moments of nobody.

    Raises Damaged where it is altered or gone.
    """
    with database.reading() as connection:
        return _whole(wave, *_rows_of(connection, wave))


def _whole(wave: Wave, row: Any, rows: Sequence[Any]) -> SealedWave:  # noqa: ANN401 - as SQLAlchemy types a row
    stored, rows = _unaltered(wave, row, rows)
    version = library.get(wave.instrument)
    if stored.n is None:
        return of_moments(wave, SealedMoments.empty(version))
    kept = _breakdown(wave, rows) if wave.background else None
    return of_moments(wave, SealedMoments.from_bytes(version, stored.moments), kept)


def of_waves(database: Database, asked: Sequence[Wave]) -> Mapping[str, SealedWave]:
    """Return the same of many waves by their keys, read at once."""
    if not asked:
        return {}
    by_category: dict[int, list[Any]] = {wave.id: [] for wave in asked}
    stored: dict[int, Any] = {}
    with database.reading() as connection:
        for place in range(0, len(asked), _AT_ONCE):
            ids = [wave.id for wave in asked[place : place + _AT_ONCE]]
            for row in connection.execute(select(sealed_wave).where(sealed_wave.c.wave_id.in_(ids))):
                stored[row.wave_id] = row
            for row in connection.execute(select(sealed_category).where(sealed_category.c.wave_id.in_(ids))):
                by_category[row.wave_id].append(row)
    return {wave.key: _whole(wave, stored.get(wave.id), by_category[wave.id]) for wave in asked}


def of_moments(wave: Wave, moments: SealedMoments, kept: SubgroupSums | None = None) -> SealedWave:
    """Return a wave with these statistics, as the release gate takes it in."""
    return SealedWave(
        _identity(wave),
        moments.version,
        wave.invited,
        moments,
        breakdown=kept,
        leaders_answer=wave.leaders_answer,
    )


def of_unit(database: Database, unit_key: str) -> Sequence[SealedWave]:
    """Return all the unit's sealed waves, oldest first."""
    found = waves.of_unit(database, unit_key)
    return tuple(of_wave(database, wave) for wave in found if wave.is_sealed)


def whole(database: Database) -> Sequence[SealedWave]:
    """Return all sealed waves on whole questionnaires, oldest first."""
    found = [wave for wave in waves.every(database) if wave.is_sealed and not wave.is_part]
    return tuple(of_wave(database, wave) for wave in found)


def _rows(kept: SubgroupSums) -> list[dict[str, object]]:
    """Return a breakdown as rows of `sealed_category`: by figure and category, an order that is nobody's."""
    rows: list[dict[str, object]] = [
        {"figure": ANSWERS, "category": name, "n": n, "mean": None} for name, n in kept.people.items()
    ]
    for figure, sums in kept.scores.items():
        rows += [
            {"figure": figure, "category": name, "n": each.n, "mean": each.mean}
            for name, each in sums.items()
        ]
    return sorted(rows, key=lambda row: (row["figure"], row["category"]))


def _rows_of(connection: Connection, wave: Wave) -> tuple[Any, Sequence[Any]]:
    row = connection.execute(select(sealed_wave).where(sealed_wave.c.wave_id == wave.id)).one_or_none()
    rows = connection.execute(select(sealed_category).where(sealed_category.c.wave_id == wave.id)).all()
    return row, rows


def _unaltered(wave: Wave, row: Any, rows: Sequence[Any]) -> tuple[Any, Sequence[Any]]:  # noqa: ANN401 - likewise
    """Return what is stored of a sealed wave, and its rows by category, neither altered since."""
    if row is None:
        raise _gone(wave)
    written = [each._mapping for each in rows]  # noqa: SLF001 - SQLAlchemy's public name for it
    if row.n is not None and digest(row.verdicts, written) != row.digest:
        raise damage(
            "statistics-altered",
            "Its figures by category, or what was judged of its change, are not those that were stored.",
            "Restore the database from a backup; altered statistics are not shown.",
            place=wave.key,
        )
    return row, rows


def _breakdown(wave: Wave, rows: Sequence[Any]) -> SubgroupSums:
    question, version = background.get(str(wave.background)), library.get(wave.instrument)
    figures: dict[str, dict[str, tuple[int, int]]] = {
        name: {} for name in (ANSWERS, *(each.id for each in version))
    }
    for row in rows:
        if row.figure not in figures:
            raise _gone(wave)
        figures[row.figure][row.category] = (row.n, row.mean or 0)
    # as the question offers them, whatever order the database gives
    found = {
        figure: {name: held[name] for name in question.categories if name in held}
        for figure, held in figures.items()
    }
    people = {name: n for name, (n, _) in found.pop(ANSWERS).items()}
    scores = {
        figure: {name: ScoreMean(n, mean) for name, (n, mean) in held.items()}
        for figure, held in found.items()
    }
    return SubgroupSums(question, people, scores)


def _gone(wave: Wave) -> Damaged:
    return damage(
        "statistics-missing",
        "It is sealed, and has no statistics, or those of another questionnaire.",
        "Restore the database from a backup; altered statistics are not shown.",
        place=wave.key,
    )


def _identity(wave: Wave) -> WaveIdentity:
    return WaveIdentity(
        unit=wave.unit_key,
        unit_name=wave.unit_name,
        wave=wave.key,
        wave_title=wave.title,
        closed_on=wave.closes_on,
        reference=wave.instrument,
        edition=wave.edition,
        days_longer=wave.days_longer,
        invited_first=wave.planned_invited if wave.invited > wave.planned_invited else None,
    )
