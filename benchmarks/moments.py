"""Compare the moments with the least any program must do: ratios in one run, never bare times.

    python -m benchmarks.moments [persons …]

Beside the moments of simulated answers to 36 items stand (a) a bare chunked numpy cross-product, the limit;
(b) pandas `cov`; (c) pingouin's alpha of the nine dimensions; (d) DuckDB's sums by group. Then the moments
of 8,000 units are merged and every statistic of the country is computed. The moments of 200,000 people are
to take at most 2.5 times the limit. What `score` tells of groups rests on complete cases, and is measured on
the functions that it calls.

Times are those of the processor, in one thread: what else the machine does is not counted, nor are threads
that wait for each other.
"""

import os
import sys
import time
import tracemalloc
from collections import deque
from collections.abc import Callable

os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"  # read when numpy is loaded

import duckdb
import numpy as np
import pandas as pd
import pingouin

from instruments import statistics
from instruments.aggregates.moments import Moments, merge_all
from instruments.aggregates.response_patterns import CHUNK_ROWS
from instruments.model import Dimension, Item, Levels, Scale, Version
from survey.offline.group_figures import Groups, between_groups, scores_of_groups

ITEMS, GROUPS, MISSING = 36, 8_000, 0.05
SIZES = (200_000, 2_000_000)
REPEATS = 9
MOST = 2.5  # of the limit, for the moments of 200,000 people
MEASURED = f"moments, {MISSING:.0%} missing"

VERSION = Version(
    name="benchmark",
    number="1.0.0",
    scale=Scale((1, 2, 3, 4, 5), ("dont_know", "not_applicable")),
    minimum_answered=0.5,
    levels=Levels(("low", "high"), (3.0,), "provisional"),
    dimensions=tuple(
        Dimension(f"d{number}", "", tuple(Item(f"d{number}i{item}", "", "") for item in range(4)))
        for number in range(9)
    ),
    editions={},
    wordings={},
    content_hash="benchmark",
)


def simulated(persons: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return complete answers, the same with some skipped, and everybody's group in random order."""
    random = np.random.default_rng(20260401)
    answers = np.empty((persons, ITEMS), dtype=np.int8)
    for start in range(0, persons, CHUNK_ROWS):
        rows = answers[start : start + CHUNK_ROWS]
        person = random.normal(2.3, 0.7, (len(rows), 1))
        rows[:] = np.clip(np.rint(person + random.normal(0, 0.8, rows.shape)), 0, 4)
    holes = answers.copy()
    for start in range(0, persons, CHUNK_ROWS):
        rows = holes[start : start + CHUNK_ROWS]
        rows[random.random(rows.shape) < MISSING] = 7
    return answers, holes, random.integers(0, GROUPS, persons)


def bare(answers: np.ndarray) -> np.ndarray:
    """Compute (a), the cross-product of all items, a chunk at a time."""
    total = np.zeros((ITEMS, ITEMS))
    for start in range(0, len(answers), CHUNK_ROWS):
        chunk = answers[start : start + CHUNK_ROWS].astype(np.float64)
        total += chunk.T @ chunk
    return total


def seconds(work: Callable[[], object], repeats: int = REPEATS) -> float:
    """Return the processor's time in the fastest of some runs: what the work costs by itself."""
    fastest = float("inf")
    for _ in range(repeats):
        start = time.process_time()
        work()
        fastest = min(fastest, time.process_time() - start)
    return fastest


def in_duckdb(frame: pd.DataFrame, groups: np.ndarray) -> Callable[[], object]:
    """Return (d), which computes the sums that covariances need, for all dimensions, by group."""
    table = frame.assign(unit=groups)
    connection = duckdb.connect()
    connection.register("answers", table)
    connection.execute("create table kept as select * from answers")
    pairs = [
        f"sum({a} * {b})"
        for dimension in VERSION
        for index, a in enumerate(item.id for item in dimension.items)
        for b in [item.id for item in dimension.items][index:]
    ]
    sums = ", ".join([*(f"sum({item.id}), count({item.id})" for item in VERSION.items), *pairs])
    return lambda: connection.execute(f"select unit, {sums} from kept group by unit").fetchnumpy()  # noqa: S608


def every_statistic(moments: Moments) -> None:
    """Compute every figure of one group's moments."""
    for dimension in VERSION:
        for cases in ("complete", "pairwise"):
            statistics.alpha(moments, dimension.id, cases)
            statistics.alpha_interval(moments, dimension.id, cases)
            statistics.standardised_alpha(moments, dimension.id, cases)
            statistics.alpha_if_dropped(moments, dimension.id, cases)
            statistics.item_rest_correlations(moments, dimension.id, cases)
        statistics.omega(moments, dimension.id)
        statistics.rwg_j(moments, dimension.id)
        statistics.average_deviation(moments, dimension.id)
        statistics.interval(statistics.dimension_summary(moments, dimension.id))
        distribution = statistics.score_distribution(moments, dimension.id)
        for share in (0.1, 0.25, 0.5, 0.75, 0.9):
            statistics.percentile(distribution, share)


def compared(persons: int) -> None:
    """Print one table of ratios for one size."""
    answers, holes, groups = simulated(persons)
    items = [item.id for item in VERSION.items]
    places = Groups(tuple(str(place) for place in range(GROUPS)), groups)
    frame = pd.DataFrame(holes, columns=items).astype("float32").mask(holes == 7)  # noqa: PLR2004 - skipped
    limit = seconds(lambda: bare(answers))
    work = {
        "moments, complete": lambda: Moments.of(VERSION, answers),
        MEASURED: lambda: Moments.of(VERSION, holes),
        f"scores and intraclass correlations, {GROUPS:,} groups": lambda: between_groups(
            VERSION, holes, places
        ),
        f"what `score` tells of the scores of {GROUPS:,} groups": lambda: deque(
            scores_of_groups(VERSION, holes, places), maxlen=0
        ),
        "(b) pandas cov, missing": frame.cov,
        "(c) pingouin alpha × 9, missing": lambda: [
            pingouin.cronbach_alpha(frame[[item.id for item in dimension.items]]) for dimension in VERSION
        ],
        f"(d) DuckDB sums, missing, {GROUPS:,} groups": in_duckdb(frame, groups),
    }
    print(f"\n{persons:,} × {ITEMS} answers, times the bare cross-product (a):")
    for name, run in work.items():
        slow = name.startswith("(")
        ratio = seconds(run, 1 if slow else REPEATS) / limit
        bound = f"  at most {MOST}" if name == MEASURED and persons == SIZES[0] else ""
        print(f"  {name:45}{ratio:8.2f}{bound}")
    tracemalloc.start()
    Moments.of(VERSION, holes)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    print(f"  {'memory at the most, times one chunk of answers':45}{peak / (CHUNK_ROWS * ITEMS):8.2f}")
    order = np.argsort(groups, kind="stable")
    ends = np.cumsum(np.bincount(groups, minlength=GROUPS))[:-1]
    parts = [Moments.of(VERSION, holes[rows]) for rows in np.split(order, ends)]
    once = seconds(lambda: merge_all(VERSION, parts), 1)
    print(f"  {f'merging {GROUPS:,} units':45}{once / limit:8.2f}  ({once:.2f} s)")
    country = merge_all(VERSION, parts)
    once += seconds(lambda: every_statistic(country), 1)
    once += seconds(
        lambda: [statistics.intraclass_correlations(parts, dimension.id) for dimension in VERSION], 1
    )
    print(f"  {'that and every statistic of the country':45}{once / limit:8.2f}  ({once:.2f} s)")


if __name__ == "__main__":
    Moments.of(VERSION, np.zeros((1, ITEMS), dtype=np.int8))  # the tables of patterns are built once
    for size in [int(argument) for argument in sys.argv[1:]] or SIZES:
        compared(size)
