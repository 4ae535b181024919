"""A job is held by one worker at a time, and by nobody for longer than its lease."""

import threading

import pytest
from sqlalchemy.exc import IntegrityError

from instruments.problems import Refused
from survey.store.repositories import jobs
from survey.store.repositories.jobs import _LEASE_SECONDS, _MOST_TRIES, LeaseLost

NOW = 1_800_000_000
LATER = NOW + _LEASE_SECONDS
WORK = {"unit": "aa11", "language": "nb"}


@pytest.fixture
def waiting(database):
    return jobs.add(database, "reports-under", WORK, now=NOW)


def test_a_new_job_waits_and_says_what_to_do(database, waiting):
    assert waiting.state == "queued"
    assert waiting.payload == WORK
    assert jobs.queued(database) == (waiting.key,)
    assert jobs.by_key(database, waiting.key) == waiting


def test_the_same_work_is_under_way_once(database, waiting):
    assert jobs.add(database, "reports-under", dict(reversed(WORK.items())), now=NOW).key == waiting.key
    held = jobs.claim(database, waiting.key, now=NOW)
    assert jobs.add(database, "reports-under", WORK, now=NOW).key == waiting.key
    jobs.finish(database, held, "all.zip", now=NOW)
    again = jobs.add(database, "reports-under", WORK, now=NOW)
    assert again.key != waiting.key
    assert jobs.latest(database, "reports-under", WORK) == again


def test_two_workers_that_reach_for_a_job_at_once_do_not_both_get_it(database, waiting):
    got = []
    reaching = [
        threading.Thread(target=lambda: got.append(jobs.claim(database, waiting.key, now=NOW)))
        for _ in range(8)
    ]
    for each in reaching:
        each.start()
    for each in reaching:
        each.join()
    assert len(got) == 8
    assert sum(each is not None for each in got) == 1


def test_a_lease_runs_out_at_its_end_and_not_before(database, waiting):
    jobs.claim(database, waiting.key, now=NOW)
    assert len(jobs.requeue_stale(database, now=LATER - 1)) == 0
    assert jobs.claim(database, waiting.key, now=LATER - 1) is None
    assert len(jobs.requeue_stale(database, now=LATER)) == 1
    assert jobs.queued(database) == (waiting.key,)


def test_progress_is_a_heartbeat_and_survives_the_worker(database, waiting):
    held = jobs.claim(database, waiting.key, now=NOW)
    jobs.progress(database, held, 3, 9, now=NOW + 100)
    assert len(jobs.requeue_stale(database, now=LATER)) == 0
    assert len(jobs.requeue_stale(database, now=LATER + 100)) == 1
    found = jobs.by_key(database, waiting.key)
    assert (found.done, found.total, found.holder, found.lease_until) == (3, 9, None, None)


@pytest.mark.parametrize("late", ["progress", "finish", "fail", "hand_back"])
def test_a_worker_whose_lease_ran_out_changes_nothing_any_more(database, waiting, late):
    held = jobs.claim(database, waiting.key, now=NOW)
    jobs.requeue_stale(database, now=LATER)
    successor = jobs.claim(database, waiting.key, now=LATER)
    said = {"progress": (1, 2), "finish": ("all.zip",), "fail": ("job-broken",), "hand_back": ()}[late]
    with pytest.raises(LeaseLost):
        getattr(jobs, late)(database, held, *said, now=LATER)
    assert jobs.by_key(database, waiting.key) == successor


def test_a_job_that_kills_every_worker_is_given_up(database, waiting):
    now = NOW
    for _ in range(_MOST_TRIES):
        assert jobs.claim(database, waiting.key, now=now) is not None
        now += _LEASE_SECONDS
        jobs.requeue_stale(database, now=now)
    found = jobs.by_key(database, waiting.key)
    assert (found.state, found.fault) == ("failed", jobs.ABANDONED)


def test_a_job_that_gets_on_is_never_given_up(database, waiting):
    now = NOW
    for step in range(2 * _MOST_TRIES):
        held = jobs.claim(database, waiting.key, now=now)
        jobs.progress(database, held, step + 1, 99, now=now)
        now += _LEASE_SECONDS
        jobs.requeue_stale(database, now=now)
    assert jobs.by_key(database, waiting.key).state == "queued"


def test_a_worker_that_stops_hands_its_job_back_at_once(database, waiting):
    jobs.hand_back(database, jobs.claim(database, waiting.key, now=NOW), now=NOW)
    assert jobs.queued(database) == (waiting.key,)


def test_what_ended_is_forgotten_when_it_is_old_and_what_waits_is_not(database, waiting):
    other = jobs.add(database, "reports-under", {"unit": "bb22"}, now=NOW)
    jobs.fail(database, jobs.claim(database, waiting.key, now=NOW), "job-broken", now=NOW)
    assert jobs.ended(database, before=NOW) == ()
    assert jobs.ended(database, before=NOW + 1) == (waiting.key,)
    for each in (waiting, other):
        jobs.forget(database, each.key)
    assert jobs.queued(database) == (other.key,)
    with pytest.raises(Refused, match="job-unknown"):
        jobs.by_key(database, waiting.key)


@pytest.mark.parametrize(
    "change",
    [
        "state = 'running'",
        "holder = 'x'",
        "state = 'done'",
        "state = 'failed'",
        "done = 1",
        "tries = -1",
        "kind = 'mischief'",
        "state = 'lost'",
    ],
)
def test_the_database_itself_refuses_a_job_that_cannot_be(database, waiting, change):
    assert waiting.state == "queued"
    with pytest.raises(IntegrityError, match=r"(?i)check constraint"), database.writing() as connection:
        connection.exec_driver_sql(f"UPDATE job SET {change}")  # noqa: S608 - words of this file
