"""What the waves of a simulated country bring into pools: added up at once, as no batch of it waits."""

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import insert

from instruments import library
from instruments.aggregates.pool_sums import PoolSums
from reports.disclosure import Policy
from survey.collection import pooling
from survey.store.database import Database
from survey.store.pool_tables import pool_contribution
from survey.store.repositories import pools
from survey.store.repositories.pools import PoolIdentity
from survey.store.repositories.waves import Wave


@dataclass(slots=True)
class CountryPools:
    """Sums by pool, and the waves in them."""

    policy: Policy
    sums: dict[PoolIdentity, PoolSums] = field(default_factory=dict)
    waves: dict[PoolIdentity, list[Wave]] = field(default_factory=lambda: defaultdict(list))

    def add(self, wave: Wave, answers: NDArray[np.int8], random: np.random.Generator) -> None:
        """Add a wave's `answers`, persons × items, to its pool, where it has enough of them."""
        if len(answers) < self.policy.pools.answers:
            return
        identity, version = pooling.identity_of(wave), library.get(wave.instrument)
        brought = PoolSums.of(version, answers, self.policy.collection.kept_from, random)
        self.sums[identity] = self.sums.get(identity, PoolSums.empty(version)) + brought
        self.waves[identity].append(wave)

    def store(self, database: Database) -> None:
        """Store the pools of as many units and people as a batch has."""
        rules = self.policy.pools
        for identity, sums in self.sums.items():
            if sums.units < rules.units or sums.persons < rules.people:
                continue
            brought = self.waves[identity]
            with database.writing() as connection:
                pool = pools.locked(connection, identity, min(wave.kept_until for wave in brought))
                added = {"units": sums.units, "people": sums.persons, "sums": sums.to_bytes()}
                pools.change(connection, pool.id, batch=pool.batch + 1, destroyed=pool.batch, **added)
                rows = [{"wave_id": wave.id, "pool_id": pool.id} for wave in brought]
                connection.execute(insert(pool_contribution), rows)
