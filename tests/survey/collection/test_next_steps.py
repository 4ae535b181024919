"""The check-list of a wave, as a table: state, dates and what is known to be done, and what is next then."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.collection.next_steps import (
    NextStep,
    Standing,
    StepKind,
    WaveFacts,
    announcement_day,
    answering_day,
    meeting_day,
    next_steps,
    reminder_days,
)
from survey.store.tables import WaveState

OPENS, CLOSES = date(2026, 3, 2), date(2026, 3, 20)  # a Monday, and a Friday
DRAFT = WaveFacts(WaveState.DRAFT, OPENS, CLOSES, open_link=False)
OPEN = replace(DRAFT, state=WaveState.OPEN, slips=20)
CLOSED = replace(OPEN, state=WaveState.CLOSED)
SEALED = replace(OPEN, state=WaveState.SEALED)

ON_SHEETS = replace(DRAFT, open_link=True, split_key=True)
AGREED = replace(SEALED, agreed=2, look_backs=[date(2026, 12, 12), date(2026, 9, 1), date(2026, 9, 1)])
BEFORE, WEEK_BEFORE, WITHIN = date(2026, 2, 20), date(2026, 2, 23), date(2026, 3, 9)

SOON = "open later 0302 · closes later 0320"
LAST = "closes later 0320 · seal later"
TWICE = f"remind later 0311 · remind later 0318 · {LAST}"
# what is known, the day, and the steps as kind and standing, with the day they are for
TABLE = [
    (DRAFT, BEFORE, f"read now · announce later 0223 · print-slips now · {SOON}"),
    (DRAFT, WEEK_BEFORE, f"read now · announce now 0223 · print-slips now · {SOON}"),
    (replace(DRAFT, slips=3), WEEK_BEFORE, f"read now · announce now 0223 · print-slips done · {SOON}"),
    (
        replace(DRAFT, open_link=True),
        OPENS,
        "read now · announce now 0223 · open now 0302 · closes later 0320",
    ),
    (ON_SHEETS, BEFORE, f"read now · print-sheets now · announce later 0223 · {SOON}"),
    (replace(ON_SHEETS, sheets=True), BEFORE, f"read now · print-sheets done · announce later 0223 · {SOON}"),
    # opened before its first day
    (OPEN, WEEK_BEFORE, f"print-slips done · tell later 0302 · {TWICE}"),
    (OPEN, WITHIN, f"print-slips done · tell now 0302 · {TWICE}"),
    (replace(OPEN, slips=0), OPENS, f"print-slips now · tell now 0302 · {TWICE}"),
    (replace(OPEN, open_link=True, slips=0), OPENS, f"print-poster now · tell now 0302 · {TWICE}"),
    # what is over is no longer a reminder
    (OPEN, date(2026, 3, 11), f"print-slips done · remind now 0311 · remind later 0318 · {LAST}"),
    (OPEN, date(2026, 3, 12), f"print-slips done · remind later 0318 · {LAST}"),
    (replace(OPEN, open_link=True), date(2026, 3, 19), LAST),
    (OPEN, CLOSES, "print-slips done · closes now 0320 · seal later"),
    (CLOSED, date(2026, 3, 21), "seal now · meet later 0403"),
    (CLOSED, date(2026, 5, 4), "seal now · meet later 0504"),
    (SEALED, date(2026, 3, 23), "report now · meet later 0403 · agree later 0403 · ask-again later 0301"),
    (SEALED, date(2026, 4, 3), "report now · meet now 0403 · agree now 0403 · ask-again later 0301"),
    (
        AGREED,
        date(2026, 9, 1),
        "agree done · look-back now 0901 · look-back later 1212 · ask-again later 0301",
    ),
    (replace(AGREED, look_backs=()), date(2027, 3, 1), "agree done · ask-again now 0301"),
    (
        replace(SEALED, staff_sees_on=date(2026, 4, 6)),
        date(2026, 3, 23),
        "report now · show-staff later 0406 · meet later 0403 · agree later 0403 · ask-again later 0301",
    ),
    (
        replace(AGREED, staff_sees_on=date(2026, 4, 6), staff_sees=True),
        date(2027, 3, 1),
        "show-staff done · agree done · look-back now 0901 · look-back now 1212 · ask-again now 0301",
    ),
    (replace(OPEN, state=WaveState.ABANDONED), WITHIN, ""),
]


def written(step: NextStep) -> str:
    day = f" {step.day:%m%d}" if step.day else ""
    return f"{step.kind.value} {step.standing.value}{day}"


@pytest.mark.parametrize(("wave", "today", "expected"), TABLE)
def test_a_wave_has_these_steps_on_that_day(wave, today, expected):
    assert " · ".join(map(written, next_steps(wave, today))) == expected


def test_the_table_has_every_kind_of_step_and_only_what_is_known_is_done():
    steps = [step for wave, today, _ in TABLE for step in next_steps(wave, today)]
    assert {step.kind for step in steps} == set(StepKind)
    done = {step.kind for step in steps if step.standing is Standing.DONE}
    assert done == {StepKind.PRINT_SHEETS, StepKind.PRINT_SLIPS, StepKind.SHOW_STAFF, StepKind.AGREE}


@pytest.mark.parametrize(
    ("length", "days"),
    [
        (0, []),  # within one day
        (1, []),
        (2, ["0303"]),
        (4, ["0304"]),
        (5, ["0305"]),
        (7, ["0306"]),  # a Saturday is a Friday
        (10, ["0306", "0310"]),
        (18, ["0311", "0318"]),
        (60, ["0401", "0429"]),
    ],
)
def test_everybody_is_reminded_two_days_before_the_last_and_halfway_through_a_long_wave(length, days):
    found = reminder_days(OPENS, OPENS + timedelta(days=length))
    assert [f"{day:%m%d}" for day in found] == days


@given(st.dates(date(2025, 1, 1), date(2027, 1, 1)), st.integers(0, 400))
def test_reminders_lie_within_the_wave_in_order_and_on_no_weekend(opens, length):
    closes = opens + timedelta(days=length)
    days = reminder_days(opens, closes)
    assert list(days) == sorted(set(days))
    assert all(opens < day < closes and day.weekday() < 5 for day in days)
    assert meeting_day(closes).weekday() < 5
    assert announcement_day(opens) < opens
    assert announcement_day(opens).weekday() < 5
    assert opens <= answering_day(opens, closes, opens) <= closes
