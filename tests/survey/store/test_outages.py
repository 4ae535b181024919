"""A database that is away: told once, tried by one caller at a time, and told once when it is back."""

import itertools
from contextlib import suppress
from datetime import date

import pytest

from instruments.problems import Unavailable
from survey.operations import log
from survey.store.database import connect
from survey.store.outages import Outages, pauses
from survey.store.passing_faults import AWAY, BUSY, DISK
from tests.log_lines import log_lines


class Clock:
    def __init__(self):
        self.seconds = 100.0

    def __call__(self):
        return self.seconds


def said(capsys):
    return [(each["event"], each["code"]) for each in log_lines(capsys.readouterr().err)]


def test_an_outage_is_told_when_it_begins_and_when_it_ends_whatever_happens_between(capsys):
    clock = Clock()
    outages = Outages("here", clock)
    for _ in range(500):
        outages.begin(AWAY)
        clock.seconds += 1
    outages.end(written=False)
    outages.end(written=False)
    assert said(capsys) == [("outage-begun", AWAY), ("outage-ended", AWAY)]


def test_while_it_is_away_one_caller_at_a_time_tries_it_after_pauses_that_grow():
    clock, tried = Clock(), []
    outages = Outages("here", clock)
    outages.begin(AWAY)
    for _ in range(1000):
        clock.seconds += 0.01
        with suppress(Unavailable):
            outages.require_due()
            tried.append(clock.seconds)
            with pytest.raises(Unavailable, match="does not answer"):
                outages.require_due()
            outages.begin(AWAY)
    gaps = [later - earlier for earlier, later in itertools.pairwise(tried)]
    assert gaps == sorted(gaps)
    assert 5 <= len(tried) <= 10
    assert gaps[-1] == pytest.approx(2, abs=0.02)
    outages.end(written=False)
    assert outages.require_due() is None


def test_whoever_tried_and_never_came_back_does_not_keep_others_from_trying():
    clock = Clock()
    outages = Outages("here", clock)
    outages.begin(AWAY)
    clock.seconds += 1
    outages.require_due()
    clock.seconds += 11
    assert outages.require_due() is None


def test_a_disk_is_full_until_something_was_written(capsys):
    outages = Outages("here", Clock())
    outages.begin(DISK)
    outages.require_due()
    outages.end(written=False)
    assert outages.any
    outages.end(written=True)
    assert said(capsys) == [("outage-begun", DISK), ("outage-ended", DISK)]


def test_what_is_over_at_once_is_told_once_a_minute(capsys):
    clock = Clock()
    outages = Outages("here", clock)
    for _ in range(121):
        outages.begin(BUSY)
        clock.seconds += 1
    assert said(capsys) == [("unavailable", BUSY)] * 3
    assert not outages.any


def test_a_process_for_people_who_answer_tells_the_day_alone_and_names_nobody(capsys, monkeypatch):

    monkeypatch.setattr(log, "_respondents_day", lambda: date(2026, 3, 2))
    log.act_as(17)
    Outages("here", Clock()).begin(AWAY)
    monkeypatch.undo()
    Outages("here", Clock()).begin(AWAY)
    log.act_as_nobody()
    of_the_day, of_a_worker = log_lines(capsys.readouterr().err)
    assert of_the_day == {"level": "error", "event": "outage-begun", "code": AWAY, "date": "2026-03-02"}
    assert of_a_worker.keys() == {"level", "event", "code", "time"}


def test_pauses_grow_to_their_longest():
    assert list(itertools.islice(pauses(1, 5), 5)) == [1, 2, 4, 5, 5]


def test_people_who_keep_asking_of_a_server_that_is_not_ready_do_not_put_off_the_next_try(
    tmp_path, monkeypatch
):
    clock, found = Clock(), []
    database = connect(f"postgresql://kjennetegn@/none?host={tmp_path}")
    database.outages = Outages("here", clock)
    with pytest.raises(Unavailable):
        database.make_ready()
    # it is back, and somebody asks a hundred times a second
    monkeypatch.setattr(database, "_open", lambda: found.append(clock.seconds))
    begun = clock.seconds
    while not found and clock.seconds < begun + 5:
        clock.seconds += 0.01
        with suppress(Unavailable):
            database.make_ready()
    assert found
    assert found[0] < begun + 1
    database.close()
