"""The rows of a simulated country for `benchmarks.country`: what is counted is made as sealing makes it.

The answers of `KINDS` units in four half-years are simulated by the demonstration's model, counted by
`SealedMoments` and judged by `judge`; the units of the country take them in turn, so that a country of any
size takes seconds. Half-years, versions and titles are the demonstration's own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from sqlalchemy import Table, insert, select

from instruments import library
from instruments.aggregates.sealed_moments import SealedMoments
from instruments.answers import response_matrix
from reports.disclosure import Policy, SealedWave, WaveIdentity
from reports.results.verdicts import judge
from survey.collection.sealing import kept_detail
from survey.demo import simulation
from survey.demo.country import CLOSED, TITLES, VERSIONS
from survey.demo.installation import start_levels
from survey.store import act_chain, random_keys, tables
from survey.store.act_chain import Act
from survey.store.database import Database
from survey.store.repositories import sealed, wave_lists

EDITION, KINDS = "skole", 40
IN_MUNICIPALITY, IN_COUNTY = 25, 500
MEDIAN_STAFF, ANSWERING = 44, 0.8
LONG_AGO = 1_700_000_000
_ACTS = ("wave-drafted", "wave-opened", "slips-ordered", "wave-closed", "wave-sealed")
_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True)
class Kind:
    """One simulated unit: how many are invited, and what is stored of each of its waves."""

    invited: int
    rows: tuple[dict[str, Any], ...]

    @property
    def people(self) -> int:
        """Return how many answered, all waves together."""
        return sum(row["n"] for row in self.rows)


@dataclass(frozen=True, slots=True)
class Places:
    """The keys of the country, of one county and one municipality in it, and of all units that answer."""

    country: str
    county: str
    municipality: str
    units: tuple[str, ...]


def kinds(policy: Policy) -> list[Kind]:
    """Simulate, count and judge the waves of `KINDS` units."""
    return [_kind(np.random.default_rng([7, number]), policy) for number in range(KINDS)]


def _kind(random: np.random.Generator, policy: Policy) -> Kind:
    invited = int(np.clip(round(MEDIAN_STAFF * np.exp(random.normal(0, 0.5))), 8, 150))
    spread, before, rows = simulation.VarianceComponents(), list[SealedWave](), list[dict[str, Any]]()
    own = {name: level + random.normal(0, 0.25) for name, level in start_levels().items()}
    for half, reference in enumerate(VERSIONS):
        version = library.get(reference)
        persons = max(6, round(invited * ANSWERING))
        ease = simulation.difficulties(version, spread, 7)
        people = simulation.simulate(version, persons, own, ease, random=random)
        answers = response_matrix(version, people)
        moments = SealedMoments.of(version, answers, kept_detail(policy), random)
        named = WaveIdentity("u", "u", f"w{half}", TITLES[half], CLOSED[half], reference, EDITION)
        before.append(SealedWave(named, version, invited, moments))
        verdicts = judge(before, policy).to_json()
        digest = sealed.digest(verdicts, [])
        stored = {"n": moments.n, "moments": moments.to_bytes(), "verdicts": verdicts, "digest": digest}
        rows.append(stored)
    return Kind(invited, tuple(rows))


def fill(database: Database, number: int, made: list[Kind], waves: int = len(CLOSED)) -> Places:
    """Store so many units, their sealed waves, leaders and acts; return the keys of some of them."""
    country, counties, municipalities = _holders(database, number)
    _insert(database, tables.unit, (
        {"key": random_keys.draw(), "name": f"Skole {place:05}", "kind": "workplace", "edition": EDITION,
         "parent_id": municipalities[place // IN_MUNICIPALITY][0]}
        for place in range(number)
    ))  # fmt: skip
    with database.reading() as connection:
        found = select(tables.unit.c.id, tables.unit.c.key).where(tables.unit.c.edition.is_not(None))
        own = [tuple(row) for row in connection.execute(found.order_by(tables.unit.c.id))]
    lies_in = [
        f"{municipalities[place // IN_MUNICIPALITY][1]} {counties[place // IN_COUNTY][1]} {country[1]}/"
        for place in range(number)
    ]
    for half in range(waves):
        rows = (_wave(own[place][0], half, made[place % KINDS], lies_in[place]) for place in range(number))
        _insert(database, tables.wave, rows)
    with database.reading() as connection:
        stored = select(tables.wave.c.id, tables.wave.c.unit_id, tables.wave.c.closes_on)
        at = {unit_id: place for place, (unit_id, _) in enumerate(own)}
        found_waves = connection.execute(stored).all()
        sealed_rows = [
            {"wave_id": wave_id, **made[at[unit_id] % KINDS].rows[CLOSED.index(closed)]}
            for wave_id, unit_id, closed in found_waves
        ]
    with database.writing() as connection:
        lay_in = {wave_id: lies_in[at[unit_id]] for wave_id, unit_id, _ in found_waves}
        wave_lists.add_sealed(connection, lay_in)
    _insert(database, tables.sealed_wave, iter(sealed_rows))
    _leaders(database, own)
    for place in range(0, number, _AT_ONCE):
        with database.writing() as connection:
            act_chain.append(connection, [
                Act(key, kind, "Runde", "drift", CLOSED[0])
                for _, key in own[place : place + _AT_ONCE] for kind in _ACTS * waves
            ])  # fmt: skip
    return Places(country[1], counties[0][1], municipalities[0][1], tuple(key for _, key in own))


def _holders(
    database: Database, number: int
) -> tuple[tuple[int, str], list[tuple[int, str]], list[tuple[int, str]]]:
    """Store the country, its counties and their municipalities; return the id and key of each."""
    counties, municipalities = -(-number // IN_COUNTY), -(-number // IN_MUNICIPALITY)
    each = IN_COUNTY // IN_MUNICIPALITY
    with database.writing() as connection:

        def stored(name: str, kind: str, parent_id: int | None) -> tuple[int, str]:
            key = random_keys.draw()
            row = {"key": key, "name": name, "kind": kind, "parent_id": parent_id}
            made = connection.execute(insert(tables.unit).values(**row).returning(tables.unit.c.id))
            return made.scalar_one(), key

        top = stored("Norden", "country", None)
        above = [stored(f"Fylke {place:03}", "county", top[0]) for place in range(counties)]
        return top, above, [
            stored(f"Kommune {place:04}", "municipality", above[place // each][0])
            for place in range(municipalities)
        ]  # fmt: skip


def _wave(unit_id: int, half: int, kind: Kind, lies_in: str) -> dict[str, object]:
    version, closes = library.get(VERSIONS[half]), CLOSED[half]
    return {
        "key": random_keys.draw(), "unit_id": unit_id, "title": TITLES[half],
        "instrument": version.reference, "content_hash": version.content_hash, "edition": EDITION,
        "language": "nb", "invited": kind.invited, "planned_invited": kind.invited,
        "opens_on": closes - timedelta(21), "closes_on": closes, "planned_closes_on": closes,
        "open_link": False, "leaders_answer": False, "split_key": False, "kept_years": 10,
        "state": "sealed", "sealed_on": closes + timedelta(1), "lay_in": lies_in,
    }  # fmt: skip


def _leaders(database: Database, own: list[tuple[int, str]]) -> None:
    emails = [f"leader{unit_id}@example.org" for unit_id, _ in own]
    _insert(database, tables.account, (
        {"email": email, "password_hash": "", "language": "nb"} for email in emails
    ))  # fmt: skip
    with database.reading() as connection:
        found = connection.execute(select(tables.account.c.email, tables.account.c.id))
        numbers = {row.email: row.id for row in found}
    _insert(database, tables.membership, (
        {"account_id": numbers[email], "holder": email, "unit_id": unit_id, "role": "leader",
         "given_by": "drift", "given_at": LONG_AGO}
        for email, (unit_id, _) in zip(emails, own, strict=True)
    ))  # fmt: skip


def _insert(database: Database, table: Table, rows: Iterator[dict[str, object]]) -> None:
    every = list(rows)
    with database.writing() as connection:
        for place in range(0, len(every), _AT_ONCE):
            connection.execute(insert(table), every[place : place + _AT_ONCE])


def day_after() -> date:
    """Return a day on which every half-year of the country is over."""
    return date(CLOSED[-1].year + 1, 1, 15)
