"""A clock that was set is found out by the one beside it, and not acted on for an hour."""

import itertools
from dataclasses import replace

import pytest

from survey.job_files.directory import DirectoryFolder
from survey.operations import clock_jumps, marks
from survey.operations.clock_jumps import BELIEVED_AFTER_SECONDS, MOST_SECONDS, ClockReading
from tests.log_lines import log_lines

DAY, HOUR, MINUTE = 24 * 3600, 3600, 60
START = ClockReading(1_800_000_000.0, 5_000.0, "one", "first start")


def later(seconds, *, moved=0.0, **otherwise):
    """What the clocks say so many seconds after the start, where the clock was moved by so many."""
    return replace(START, clock=START.clock + seconds + moved, steady=START.steady + seconds, **otherwise)


def said(capsys):
    return [(each["event"], each["code"]) for each in log_lines(capsys.readouterr().err)]


@pytest.fixture
def folder(tmp_path):
    return DirectoryFolder(tmp_path)


def test_a_clock_that_runs_evenly_is_believed_however_long_it_is_not_looked_at(folder, capsys):
    for seconds in (0, MINUTE, HOUR, 30 * HOUR, 9 * DAY):
        assert clock_jumps.is_believed(folder, later(seconds))
    assert not clock_jumps.stands(folder, START.clock + 9 * DAY)
    assert said(capsys) == []


@pytest.mark.parametrize("moved", [DAY, -HOUR, 400 * DAY, -400 * DAY, MOST_SECONDS + 2, -MOST_SECONDS - 2])
def test_one_that_was_set_is_not_believed_until_it_is_back(folder, capsys, moved):
    assert clock_jumps.is_believed(folder, START)
    for minute in range(1, 30):
        assert not clock_jumps.is_believed(folder, later(minute * MINUTE, moved=moved))
        assert clock_jumps.stands(folder, START.clock + moved)
    assert said(capsys) == [("outage-begun", "clock-jumped")]
    assert clock_jumps.is_believed(folder, later(HOUR / 2))
    assert not clock_jumps.stands(folder, START.clock + HOUR / 2)
    assert said(capsys) == [("outage-ended", "clock-jumped")]


@pytest.mark.parametrize("moved", [DAY, -HOUR])
def test_one_that_stays_as_it_was_set_is_believed_after_an_hour(folder, capsys, moved):
    assert clock_jumps.is_believed(folder, START)
    believed = [
        clock_jumps.is_believed(folder, later(seconds, moved=moved))
        for seconds in range(MINUTE, 2 * HOUR, MINUTE)
    ]
    waited = BELIEVED_AFTER_SECONDS // MINUTE
    assert believed == [False] * waited + [True] * (len(believed) - waited)
    assert said(capsys) == [("outage-begun", "clock-jumped"), ("outage-ended", "clock-jumped")]
    # back to what it was is another jump then
    assert not clock_jumps.is_believed(folder, later(2 * HOUR))


def test_corrections_of_a_clock_that_drifts_are_no_jump(folder):
    assert clock_jumps.is_believed(folder, START)
    for minute in range(1, 500):
        assert clock_jumps.is_believed(folder, later(minute * MINUTE, moved=-0.5 * minute))


def test_after_a_start_nothing_is_known_of_the_clock(folder):
    assert clock_jumps.is_believed(folder, START)
    assert not clock_jumps.is_believed(folder, later(MINUTE, moved=DAY))
    assert clock_jumps.is_believed(folder, later(MINUTE, moved=DAY, boot="second start"))
    assert not clock_jumps.stands(folder, START.clock + DAY)


def test_each_machine_has_a_clock_of_its_own(folder):
    for seconds, machine in itertools.product(range(0, 10 * MINUTE, MINUTE), ("one", "two")):
        moved = HOUR if machine == "two" and seconds else 0.0
        here = later(seconds, moved=moved, machine=machine, boot=machine)
        assert clock_jumps.is_believed(folder, here) is not bool(moved)
    assert clock_jumps.stands(folder, START.clock)
    # one that has not been seen for days is no more
    assert not clock_jumps.stands(folder, START.clock + 3 * DAY)
    assert clock_jumps.is_believed(folder, later(3 * DAY, boot="one"))
    assert '"two"' not in folder.file(marks.CLOCK).read().decode()


@pytest.mark.parametrize(
    "content", [b"", b"[]", b'{"one": 3}', b'{"one": {"boot": "first start", "clock": "x"}}']
)
def test_a_damaged_note_is_none(folder, content):
    folder.write({marks.CLOCK: content})
    assert clock_jumps.is_believed(folder, START)
    assert not clock_jumps.is_believed(folder, later(MINUTE, moved=DAY))


def test_the_clocks_of_this_machine_run_at_the_same_pace(folder):
    first, second = clock_jumps.read(), clock_jumps.read()
    assert second.clock - first.clock == pytest.approx(second.steady - first.steady, abs=0.5)
    assert (first.machine, first.boot) == (second.machine, second.boot)
    assert clock_jumps.is_believed(folder, first)
    assert clock_jumps.is_believed(folder, second)
