"""A job is a row, and its tasks are: each held by one worker at a time, for no longer than its lease."""

import threading
from functools import partial

import pytest
from sqlalchemy.exc import IntegrityError

from instruments.problems import Refused
from survey.store.repositories import job_tasks, jobs
from survey.store.repositories.job_tasks import _LEASE_SECONDS, MOST_TRIES, LeaseLost

NOW = 1_800_000_000
LATER = NOW + _LEASE_SECONDS
WORK = {"unit": "aa11", "language": "nb"}
PARTS = [{"wave": "aa11", "language": each} for each in ("nb", "nn", "en")]
# what a worker does with the task that it holds
LATE = {
    "renew": partial(job_tasks.renew, now=LATER),
    "note": partial(job_tasks.note, done=1, total=2, now=LATER),
    "split": partial(job_tasks.split, parts=PARTS, now=LATER),
    "complete": partial(job_tasks.complete, result="x.pdf", now=LATER),
    "finish": partial(job_tasks.finish, result="all.zip", now=LATER),
    "fail": partial(job_tasks.fail, fault="job-broken", now=LATER),
    "retry": partial(job_tasks.retry, fault="job-broken", now=LATER),
    "hand back": job_tasks.hand_back,
}


@pytest.fixture
def waiting(database):
    return jobs.add(database, "reports-under", WORK, now=NOW)


@pytest.fixture
def in_parts(database, waiting):
    job_tasks.split(database, job_tasks.claim(database, now=NOW), PARTS, now=NOW)
    return waiting


def taken(database, now=NOW):
    held = job_tasks.claim(database, now=now)
    return None if held is None else (held.task.step, held.task.number)


def now_of(database, job):
    return jobs.by_key(database, job.key)


def test_a_new_job_waits_and_says_what_to_do(database, waiting):
    assert waiting.is_underway
    assert waiting.payload == WORK
    assert jobs.by_key(database, waiting.key) == waiting
    assert job_tasks.waiting(database, now=NOW) == 1
    held = job_tasks.claim(database, now=NOW)
    assert (held.job.key, held.task.step, held.task.tries) == (waiting.key, "begin", 1)
    assert job_tasks.waiting(database, now=NOW) == 0


def test_the_same_work_is_under_way_once(database, waiting):
    assert jobs.add(database, "reports-under", dict(reversed(WORK.items())), now=NOW).key == waiting.key
    held = job_tasks.claim(database, now=NOW)
    assert jobs.add(database, "reports-under", WORK, now=NOW).key == waiting.key
    assert taken(database) is None
    job_tasks.finish(database, held, "all.zip", now=NOW)
    again = jobs.add(database, "reports-under", WORK, now=NOW)
    assert again.key != waiting.key
    assert [each.key for each in jobs.of_kind(database, "reports-under")] == [again.key, waiting.key]


def test_workers_that_reach_for_tasks_at_once_each_get_another(database, in_parts):
    got = []
    reaching = [threading.Thread(target=lambda: got.append(taken(database))) for _ in range(8)]
    for each in reaching:
        each.start()
    for each in reaching:
        each.join()
    assert in_parts.is_underway
    assert sorted(each for each in got if each) == [("part", 1), ("part", 2), ("part", 3)]
    assert len(got) == 8


def test_the_last_part_that_ends_is_followed_by_packing_and_that_ends_the_job(database, in_parts):
    held = [job_tasks.claim(database, now=NOW) for _ in PARTS]
    for number, each in enumerate(held, start=1):
        assert taken(database) is None
        job_tasks.complete(database, each, f"{number}.pdf", now=NOW)
        assert (now_of(database, in_parts).done, now_of(database, in_parts).total) == (number, 3)
    packing = job_tasks.claim(database, now=NOW)
    assert (packing.task.step, packing.task.number) == ("pack", 4)
    job_tasks.finish(database, packing, "all.zip", now=NOW)
    assert (now_of(database, in_parts).state, now_of(database, in_parts).result) == ("done", "all.zip")
    assert [each.result for each in job_tasks.parts(database, in_parts.id, "done")] == [
        "1.pdf",
        "2.pdf",
        "3.pdf",
    ]


def test_parts_that_end_at_once_are_packed_once(database, in_parts):
    held = [job_tasks.claim(database, now=NOW) for _ in PARTS]
    ending = [
        threading.Thread(target=job_tasks.complete, args=(database, each, "x"), kwargs={"now": NOW})
        for each in held
    ]
    for each in ending:
        each.start()
    for each in ending:
        each.join()
    assert now_of(database, in_parts).done == 3
    assert [taken(database), taken(database)] == [("pack", 4), None]


def test_a_job_without_parts_is_packed_at_once(database, waiting):
    job_tasks.split(database, job_tasks.claim(database, now=NOW), [], now=NOW)
    assert taken(database) == ("pack", 1)
    assert now_of(database, waiting).is_underway


def test_a_new_job_does_not_wait_for_all_parts_of_a_large_one(database, in_parts):
    small = jobs.add(database, "slips", WORK, now=NOW)
    assert job_tasks.claim(database, now=NOW).job.key == small.key
    assert job_tasks.claim(database, now=NOW).job.key == in_parts.key


def test_a_lease_runs_out_at_its_end_and_not_before(database, waiting):
    job_tasks.claim(database, now=NOW)
    assert len(job_tasks.requeue_stale(database, now=LATER - 1)) == 0
    assert taken(database, LATER - 1) is None
    [stale] = job_tasks.requeue_stale(database, now=LATER)
    assert (stale.job.key, stale.task.holder, stale.task.lease_until) == (waiting.key, None, None)
    assert taken(database, LATER) == ("begin", 0)


def test_a_worker_that_says_how_far_it_is_keeps_its_lease(database, waiting):
    held = job_tasks.claim(database, now=NOW)
    job_tasks.note(database, held, 3, 9, now=NOW + 100)
    job_tasks.renew(database, held, now=NOW + 110)
    assert len(job_tasks.requeue_stale(database, now=LATER + 109)) == 0
    assert len(job_tasks.requeue_stale(database, now=LATER + 110)) == 1
    assert (now_of(database, waiting).done, now_of(database, waiting).total) == (3, 9)


@pytest.mark.parametrize("late", sorted(LATE))
def test_a_worker_whose_lease_ran_out_changes_nothing_any_more(database, waiting, late):
    held = job_tasks.claim(database, now=NOW)
    job_tasks.requeue_stale(database, now=LATER)
    successor = job_tasks.claim(database, now=LATER)
    with pytest.raises(LeaseLost, match=waiting.key):
        LATE[late](database, held)
    assert now_of(database, waiting) == waiting
    job_tasks.renew(database, successor, now=LATER)
    assert taken(database, LATER) is None


def test_a_task_that_kills_every_worker_is_given_up_and_the_others_go_on(database, in_parts):
    now = NOW
    for _ in range(MOST_TRIES):
        assert taken(database, now) == ("part", 1)
        now += _LEASE_SECONDS
        job_tasks.requeue_stale(database, now=now)
    assert [each.payload for each in job_tasks.parts(database, in_parts.id, "failed")] == PARTS[:1]
    for _ in PARTS[1:]:
        job_tasks.complete(database, job_tasks.claim(database, now=now), "x.pdf", now=now)
    assert now_of(database, in_parts).done == 2
    assert taken(database, now) == ("pack", 4)


def test_parts_that_kill_every_worker_fail_the_job_where_nothing_else_was_made(database, in_parts):
    now = NOW
    for _ in range(MOST_TRIES):
        assert [taken(database, now) for _ in PARTS] == [("part", 1), ("part", 2), ("part", 3)]
        now += _LEASE_SECONDS
        job_tasks.requeue_stale(database, now=now)
    failed = now_of(database, in_parts)
    assert (failed.state, failed.fault) == ("failed", jobs.ABANDONED)
    assert taken(database, now) is None


def test_what_fails_is_tried_again_after_longer_and_longer_and_then_given_up(database, waiting):
    now, pauses = NOW, []
    while job_tasks.retry(database, job_tasks.claim(database, now=now), "job-broken", now=now):
        pause = 1
        while not job_tasks.waiting(database, now=now + pause):
            pause += 1
        pauses.append(pause)
        now += pause
    assert pauses == [10, 30, 90, 270]
    assert (now_of(database, waiting).state, now_of(database, waiting).fault) == ("failed", "job-broken")


def test_a_worker_that_stops_hands_its_task_back_at_once_and_that_counts_as_no_try(database, waiting):
    for _ in range(2 * MOST_TRIES):
        job_tasks.hand_back(database, job_tasks.claim(database, now=NOW))
    assert job_tasks.claim(database, now=NOW).task.tries == 1
    assert now_of(database, waiting).is_underway


def test_a_cancelled_job_is_taken_from_whoever_holds_a_task_of_it(database, in_parts):
    held = job_tasks.claim(database, now=NOW)
    jobs.cancel(database, in_parts.key, now=NOW)
    assert taken(database) is None
    with pytest.raises(LeaseLost, match=in_parts.key):
        job_tasks.complete(database, held, "x.pdf", now=NOW)
    assert now_of(database, in_parts).fault == jobs.ABANDONED


def test_what_ended_is_forgotten_when_it_is_old_and_what_waits_is_not(database, in_parts):
    other = jobs.add(database, "reports-under", {"unit": "bb22"}, now=NOW)
    jobs.cancel(database, in_parts.key, now=NOW)
    assert jobs.ended(database, before=NOW) == ()
    assert jobs.ended(database, before=NOW + 1) == (in_parts.key,)
    for each in (in_parts, other):
        jobs.forget(database, each.key)
    assert now_of(database, other) == other
    with pytest.raises(Refused, match="job-unknown"):
        jobs.by_key(database, in_parts.key)
    assert job_tasks.parts(database, in_parts.id, "failed") == ()


@pytest.mark.parametrize(
    "change",
    [
        "job SET state = 'done'",
        "job SET state = 'failed'",
        "job SET done = 1",
        "job SET kind = 'mischief'",
        "job SET state = 'lost'",
        "job_task SET state = 'running'",
        "job_task SET holder = 'x'",
        "job_task SET state = 'done'",
        "job_task SET state = 'failed'",
        "job_task SET tries = -1",
        "job_task SET step = 'rest'",
    ],
)
def test_the_database_itself_refuses_a_job_that_cannot_be(database, waiting, change):
    assert waiting.is_underway
    with pytest.raises(IntegrityError, match=r"(?i)check constraint"), database.writing() as connection:
        connection.exec_driver_sql(f"UPDATE {change}")


@pytest.mark.usefixtures("waiting")
def test_what_waits_is_taken_although_the_clock_was_set_back(database):
    assert taken(database, NOW - 3600) == ("begin", 0)


@pytest.mark.usefixtures("waiting")
def test_a_lease_of_before_the_clock_was_set_back_ends_and_its_holder_notices(database):
    held = job_tasks.claim(database, now=NOW)
    # a machine whose clock is a little behind leaves it alone
    assert job_tasks.requeue_stale(database, now=NOW - 300) == ()
    assert len(job_tasks.requeue_stale(database, now=NOW - 3600)) == 1
    assert taken(database, NOW - 3600) == ("begin", 0)
    with pytest.raises(LeaseLost):
        job_tasks.finish(database, held, "all.zip", now=NOW - 3600)


def test_a_holder_that_goes_on_keeps_its_task_whichever_way_the_clock_is_set(database, waiting):
    held = job_tasks.claim(database, now=NOW)
    for now in (NOW - 3600, NOW + 86_400, NOW):
        job_tasks.renew(database, held, now=now)
        assert job_tasks.requeue_stale(database, now=now) == ()
    job_tasks.finish(database, held, "all.zip", now=NOW)
    assert now_of(database, waiting).result == "all.zip"


def test_pauses_before_a_try_are_shorter_than_what_tells_that_the_clock_was_set_back():
    longest = job_tasks._FIRST_PAUSE * job_tasks._LONGER ** (MOST_TRIES - 2)
    assert 2 * max(longest, _LEASE_SECONDS) <= job_tasks._SET_BACK_SECONDS
