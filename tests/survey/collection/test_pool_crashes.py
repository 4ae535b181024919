import signal

import pytest

from instruments import library
from instruments.aggregates.pool_sums import PoolSums
from survey.collection import pool_batches
from survey.operations import verification
from tests.pooled import boxes, only_pool, waiting
from tests.stored import raw_bytes
from tests.survey.collection.killed import LATER
from tests.waves import ON_SQLITE, TODAY

pytestmark = pytest.mark.usefixtures("program_read_once")

STAGES = ("begin", "held", "opened", "replaced", "added", "unreadable", "scrubbed", "destroyed")
BEFORE_COMMIT = STAGES[:4]


def traces(held, raw):
    """The waves of which a piece of what they brought lies in these bytes."""
    return [wave for wave, box in held.items() if box[40:72] in raw or box[-72:-40] in raw]


def maintain(home, today=TODAY):
    """What the worker does of pools."""
    for each in pool_batches.unfinished(home.database):
        pool_batches.finish(home.database, home.keys, each.identity.key)
    for each in pool_batches.outdated(home.database, home.policy, today):
        pool_batches.end(home.database, home.keys, home.policy, each.identity.key, today)
    for each in pool_batches.full(home.database, home.policy):
        pool_batches.add_batch(home.database, home.keys, home.policy, each.identity.key)


@pytest.mark.usefixtures("own_files")
@pytest.mark.parametrize(
    ("engine_name", "stage"),
    [*(("sqlite", stage) for stage in STAGES), ("postgresql", "replaced"), ("postgresql", "unreadable")],
)
def test_adding_a_batch_that_is_killed_anywhere_and_repeated_adds_it_once(home, settings, run_killed, stage):
    waiting(home)
    pool, held = only_pool(home), boxes(home)
    assert traces(held, raw_bytes(home.database)) == list(held)
    died = run_killed("add_batch", settings.database, settings.keys, pool.identity.key, stage)
    assert died == -signal.SIGKILL
    assert (only_pool(home).units == 0) == (stage in BEFORE_COMMIT)
    maintain(home)
    found = only_pool(home)
    assert (found.batch, found.units, found.people, len(found.ending)) == (2, 10, 200, 0)
    sums = PoolSums.from_bytes(library.get(pool.identity.instrument), found.sums)
    assert (sums.units, sums.persons) == (10, 200)
    assert boxes(home) == {}
    assert traces(held, raw_bytes(home.database)) == []
    assert not list(settings.keys.glob("pool-*"))
    assert verification.find_problems(settings) == []


@ON_SQLITE
@pytest.mark.parametrize("stage", ["replaced", "unreadable", "scrubbed"])
def test_giving_a_batch_up_that_is_killed_anywhere_is_finished(home, settings, run_killed, stage):
    waiting(home, units=2)
    pool, held = only_pool(home), boxes(home)
    next(settings.keys.glob("pool-*")).unlink()
    died = run_killed("give_up", settings.database, settings.keys, pool.identity.key, stage)
    assert died == -signal.SIGKILL
    maintain(home)
    # killed before the transaction ended nothing has happened yet, and it is done again
    again = [pool_batches.give_up] * (stage == "replaced")
    for give_up in again:
        give_up(home.database, home.keys, home.policy, pool.identity.key)
    found = only_pool(home)
    assert (found.batch, found.units, found.lost, len(found.ending)) == (2, 0, 1, 0)
    assert boxes(home) == {}
    assert traces(held, raw_bytes(home.database)) == []
    assert verification.find_problems(settings) == []


@ON_SQLITE
@pytest.mark.parametrize("stage", ["replaced", "unreadable", "destroyed"])
def test_a_pool_that_is_over_ends_whatever_is_killed(home, settings, run_killed, stage):
    waiting(home)
    pool, held = only_pool(home), boxes(home)
    pool_batches.add_batch(home.database, home.keys, home.policy, pool.identity.key)
    state = only_pool(home).sums
    died = run_killed("end_pool", settings.database, settings.keys, pool.identity.key, stage)
    assert died == -signal.SIGKILL
    maintain(home, LATER)
    assert pool_batches.every(home.database) == []
    raw = raw_bytes(home.database)
    assert traces(held, raw) == []
    assert state[-600:-500] not in raw
    assert not list(settings.keys.glob("pool-*"))
