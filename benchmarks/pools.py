"""Measure a country's pool: 8,000 units added up from what is stored, released, and every statistic of it.

python -m benchmarks.pools [units …]
"""

import sys
import time

import numpy as np

from instruments import library
from instruments.aggregates.pool_sums import PoolSums, add_all
from instruments.model import Version
from reports.disclosure import Audience, Suppressed
from reports.disclosure.policy_file import DEFAULT_POLICY, read_policy
from reports.disclosure.pools import release_pool
from reports.disclosure.released_pool import PoolName
from reports.results.pool_statistics import dimensions_of, items_of
from reports.results.pool_validity import compare_pools, structure_of

PERSONS, KINDS, BLANK = 25, 200, 0.01


def country(version: Version, units: int) -> list[bytes]:
    """Return what so many units bring, as it is stored; of `KINDS` units answers are made, taken in turn."""
    random, found, items = np.random.default_rng(1), list[bytes](), len(version.items)
    for _ in range(KINDS):
        level = random.normal(3, 0.3) + random.normal(0, 0.7, (PERSONS, items // 4))
        values = np.repeat(level, 4, axis=1) + random.normal(0, 0.7, (PERSONS, items))
        answers = (np.clip(np.round(values), 1, 5) - 1).astype(np.int8)
        answers[random.random(answers.shape) < BLANK] = 7
        found.append(PoolSums.of(version, answers, 5, random).to_bytes())
    return [found[unit % KINDS] for unit in range(units)]


def main(units: int) -> None:
    """Print how long each step takes."""
    version, policy = library.get("learning_community@1.0.0"), read_policy(DEFAULT_POLICY)
    stored = country(version, units)
    times = [time.process_time()]
    sums = add_all(version, (PoolSums.from_bytes(version, each) for each in stored))
    times.append(time.process_time())
    names = [PoolName(key * 16, version.reference, key, "nb", "2026-1") for key in "ab"]
    pools = [release_pool(each, sums, Audience.OUTSIDE, policy, bytes(32)) for each in names]
    shown = [each for each in pools if not isinstance(each, Suppressed)]
    times.append(time.process_time())
    items_of(shown[0])
    dimensions_of(shown[0])
    structure_of(shown[0])
    times.append(time.process_time())
    compare_pools(shown, policy.invariance)
    times.append(time.process_time())
    parts = zip(("added", "released", "statistics", "compared"), np.diff(times), strict=True)
    print(units, "units:", ", ".join(f"{name} {seconds:.2f} s" for name, seconds in parts))


if __name__ == "__main__":
    for number in map(int, sys.argv[1:] or ["8000"]):
        main(number)
