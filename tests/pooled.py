"""Waves that bring something into a pool, in as few words and as little time as a test wants to spend."""

from dataclasses import replace
from datetime import date

import numpy as np
from sqlalchemy import update

from instruments.aggregates.pool_sums import PoolSums, add_all
from instruments.aggregates.sealed_moments import SealedMoments
from instruments.answers import Answers, encode, response_matrix
from reports.results.verdicts import Verdicts
from survey.collection import pooling, sealing, spacing
from survey.store.repositories import pools, sealed, waves
from survey.store.repositories.pools import PoolIdentity
from survey.store.tables import wave as wave_table
from tests.waves import REFERENCE, drafted, version

UNITS = [f"Enhet {number}" for number in range(1, 41)]


def staff(number, seed, of=REFERENCE, blank=0.01):
    """So many people's answers, which have something in common within each dimension and within the unit."""
    random, asked = np.random.default_rng(seed), version(of)
    codes, unit = np.array(asked.scale.categories), random.normal(0, 0.3)
    people = []
    for _ in range(number):
        given = {}
        for dimension in asked:
            level = 3.2 + unit + random.normal(0, 0.7)
            for item in dimension.items:
                value = int(np.clip(round(level + random.normal(0, 0.7)), codes[0], codes[-1]))
                given[item.id] = asked.scale.reversed_value(value) if item.reverse else value
        left = {item for item in given if random.random() < blank}
        people.append(Answers(asked, {item: value for item, value in given.items() if item not in left}))
    return people


def brought(home, people, unit, **asked):
    """A wave that these people answered, sealed without being opened: what it brings lies in its pool."""
    wave = drafted(home, unit, **asked)
    return as_sealed(home, wave, people)


def as_sealed(home, wave, people):
    """The draft, sealed without being opened."""
    matrix, detail = response_matrix(people[0].version, people), sealing.kept_detail(home.policy)
    moments = SealedMoments.of(people[0].version, matrix, detail, np.random.default_rng(1))
    line = spacing.line(home.database, wave.unit_key)
    stored = {"state": "sealed", "lay_in": "/", "sealed_on": wave.closes_on, "public_key": None}
    with home.database.writing() as connection:
        connection.execute(update(wave_table).where(wave_table.c.id == wave.id).values(**stored))
        sealed.add(connection, wave.id, moments, Verdicts({}), None)
        replies = [encode(each) for each in people]
        pooling.contribute(
            connection, home.keys, home.policy, pooling.Brought(wave, wave.closes_on, line, replies)
        )
    return waves.by_key(home.database, wave.key)


def waiting(home, units=10, people=20, first=0, **asked):
    """So many waves of so many people each that wait in one pool: what they answered, by the wave."""
    found = {}
    for number in range(first, first + units):
        answered = staff(people, seed=number)
        found[brought(home, answered, UNITS[number], **asked)] = answered
    return found


def only_pool(home):
    """The one pool there is."""
    with home.database.reading() as connection:
        [pool] = pools.every(connection)
    return pool


def boxes(home):
    """What waits, by the wave's number."""
    with home.database.reading() as connection:
        rows = connection.exec_driver_sql("SELECT wave_id, box FROM pool_contribution").all()
    return {wave_id: bytes(box) for wave_id, box in rows if box is not None}


def added_pool(home, units=10, people=20, half="2025-2", **of):
    """A pool to which so many units of so many people were added; `of` replaces what its name holds."""
    asked = version(of.get("instrument", REFERENCE))
    words = {"instrument": asked.reference, "content_hash": asked.content_hash, "edition": "skole"}
    identity = PoolIdentity("", **{**words, "language": "nb", "half": half, **of})
    identity = replace(identity, key=pooling.key_of(identity))
    random = np.random.default_rng(1)
    rows = [response_matrix(asked, staff(people, seed, asked.reference)) for seed in range(units)]
    state = add_all(asked, [PoolSums.of(asked, each, 5, random) for each in rows])
    stored = {"units": state.units, "people": state.persons, "sums": state.to_bytes()}
    with home.database.writing() as connection:
        pool = pools.locked(connection, identity, date(2045, 12, 31))
        pools.change(connection, pool.id, batch=2, destroyed=1, **stored)
    return identity.key
