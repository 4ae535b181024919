"""A leader asks five people, and the same five with one more: the difference would be that one person."""

import re
import threading
from datetime import timedelta

import pytest

from instruments.problems import Refused
from survey.collection import drafting, lifecycle, planning
from survey.store.repositories import units, waves
from survey.store.tables import WaveState
from tests.paths import REPOSITORY
from tests.waves import CLOSES, OPENS, REFERENCE, TODAY, alike, answer, place, sealed

FIVE = [alike(category) for category in (1, 2, 3, 4, 5)]
WEEKS = 8


def plan(unit, opens_on, lasts=7, title="Vår", invited=6):
    dates = {"opens_on": opens_on, "closes_on": opens_on + timedelta(lasts)}
    return planning.Plan(unit.key, title, REFERENCE, "nb", invited, leaders_answer=False, **dates)


def draft(home, unit, opens_on, **asked):
    return drafting.draft(home.database, home.keys, home.policy, plan(unit, opens_on, **asked))


def open_(home, wave, today=None):
    return lifecycle.open_wave(home.database, home.keys, home.policy, wave.key, today or wave.opens_on)


@pytest.fixture
def unit(home):
    """A unit of which a wave is sealed."""
    sealed(home, FIVE, invited=5, leaders_answer=False)
    return place(home)


@pytest.mark.parametrize("days", [0, 1, 55, -1, -55])
def test_the_same_five_with_one_more_are_not_asked_within_eight_weeks(home, unit, days):
    with pytest.raises(Refused, match="waves-close") as refused:
        draft(home, unit, OPENS + timedelta(days))
    told = str(refused.value)
    assert OPENS.isoformat() in told
    assert f"at least {WEEKS} weeks" in told
    assert (OPENS + timedelta(weeks=WEEKS)).isoformat() in told
    assert len(waves.of_unit(home.database, unit.key)) == 1


@pytest.mark.parametrize("weeks", [WEEKS, -WEEKS])
def test_eight_weeks_apart_they_are(home, unit, weeks):
    wave = open_(home, draft(home, unit, OPENS + timedelta(weeks=weeks)))
    answer(home, wave, FIVE, wave.opens_on)
    assert wave.is_open


def test_a_draft_from_before_is_not_opened_close_to_another(home):
    """Two drafts, made when nothing was open."""
    first, second = draft(home, place(home), OPENS), draft(home, place(home), OPENS)
    lifecycle.close(home.database, open_(home, first).key, OPENS)
    with pytest.raises(Refused, match="waves-close"):
        open_(home, second)
    assert waves.by_key(home.database, second.key).is_draft


def test_a_draft_that_was_dated_back_opens_today_and_not_then(home, unit):
    """Planned for eight weeks before the sealed wave, and opened on its day."""
    dated_back = draft(home, unit, OPENS - timedelta(weeks=WEEKS), lasts=365)
    with pytest.raises(Refused, match="waves-close"):
        open_(home, dated_back, OPENS)
    opened = open_(home, dated_back, OPENS + timedelta(weeks=WEEKS))
    assert opened.opens_on == OPENS + timedelta(weeks=WEEKS)
    # and so is what comes after it judged
    lifecycle.close(home.database, opened.key, opened.opens_on)
    with pytest.raises(Refused, match="waves-close"):
        draft(home, unit, opened.opens_on + timedelta(1))


def test_a_draft_past_its_last_day_is_not_opened(home):
    late = draft(home, place(home), OPENS)
    with pytest.raises(Refused, match="wave-late"):
        open_(home, late, late.closes_on + timedelta(1))
    assert open_(home, late, late.closes_on).opens_on == late.closes_on


def test_two_surveys_of_a_unit_are_never_open_at_once(home):
    """The first is open for a year, the second would open ten weeks later."""
    first = open_(home, draft(home, place(home), OPENS, lasts=365))
    later = OPENS + timedelta(weeks=10)
    with pytest.raises(Refused, match="waves-together"):
        draft(home, place(home), later)
    lifecycle.close(home.database, first.key, later - timedelta(1))
    assert open_(home, draft(home, place(home), later)).is_open


def test_what_lies_in_a_unit_and_what_it_lies_in_count_as_the_unit(home):
    """A team of five, and the workplace of six that it is part of."""
    town = units.add(home.database, "By", "municipality", None, None)
    school = units.add(home.database, "Skolen", "workplace", "skole", town.key)
    team = units.add(home.database, "Trinn 1", "team", "skole", school.key)
    other = units.add(home.database, "Trinn 2", "team", "skole", school.key)
    elsewhere = units.add(home.database, "Nabo", "workplace", "skole", town.key)
    before = draft(home, school, OPENS + timedelta(3))
    lifecycle.close(home.database, open_(home, draft(home, team, OPENS)).key, OPENS)
    with pytest.raises(Refused, match="waves-close"):
        draft(home, school, OPENS + timedelta(1))
    with pytest.raises(Refused, match="waves-close"):
        open_(home, before)
    # other people are asked whenever it suits them
    assert open_(home, draft(home, other, OPENS + timedelta(1))).is_open
    assert open_(home, draft(home, elsewhere, OPENS + timedelta(1))).is_open


def test_what_was_never_opened_or_was_given_up_does_not_count(home):
    """Nothing is released of them, whoever had answered."""
    draft(home, place(home), OPENS)
    lost = open_(home, draft(home, place(home), OPENS))
    answer(home, lost, FIVE)
    home.keys.destroy_private(lost.key)
    lifecycle.abandon(home.database, home.keys, home.policy, lost.key, TODAY)
    assert open_(home, draft(home, place(home), TODAY)).is_open


def test_of_two_that_are_opened_at_the_same_moment_one_is_refused(home):
    drafts = [draft(home, place(home), OPENS) for _ in range(2)]
    told, gate = [], threading.Barrier(2)

    def open_one(wave):
        gate.wait()
        try:
            told.append(open_(home, wave).state)
        except Refused as refused:
            told.append(refused.problems[0].code)

    threads = [threading.Thread(target=open_one, args=[wave]) for wave in drafts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, told)) == ["open", "waves-together"]
    states = [waves.by_key(home.database, wave.key).state for wave in drafts]
    assert sorted(map(str, states)) == ["draft", "open"]


MADE_OPEN = re.compile(r"change_state\(\s*connection,\s*[\w.]+,\s*WaveState\.OPEN\b")


def test_a_wave_is_opened_in_one_place_that_keeps_to_it():
    """Whatever makes a wave open again, or changes its dates, has to ask for the same."""
    sources = {
        path.relative_to(REPOSITORY).as_posix(): path.read_text("utf-8")
        for path in (REPOSITORY / "survey").rglob("*.py")
    }
    changing = {name for name, text in sources.items() if "change_state(" in text}
    assert changing == {
        "survey/collection/lifecycle.py",
        "survey/collection/reopening.py",
        "survey/collection/sealing.py",
        "survey/store/repositories/waves.py",
    }
    dated = [name for name, text in sources.items() if re.search(r"opens_on(=|\": )first\b", text)]
    assert dated == ["survey/collection/lifecycle.py"]
    opening = {name: text for name, text in sources.items() if MADE_OPEN.search(text)}
    assert {*opening} == {"survey/collection/lifecycle.py", "survey/collection/reopening.py"}
    asked = ("spacing.require_apart(connection,", "spacing.require_alone(connection,")
    assert all(any(each in text for each in asked) for text in opening.values())
    assert {pair for pair in _transitions() if pair[1] in {WaveState.OPEN, WaveState.DRAFT}} == {
        (WaveState.DRAFT, WaveState.OPEN),
        (WaveState.CLOSED, WaveState.OPEN),
        (WaveState.OPEN, WaveState.DRAFT),
    }
    assert CLOSES > OPENS


def _transitions():
    return [(before, after) for before, many in lifecycle.TRANSITIONS.items() for after in many]
