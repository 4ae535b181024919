"""What a wave's leader does next, from the wave's state, its dates and what is known to be done.

What nobody tells the service, such as whether the staff has met, is a reminder with a day. It is never
ticked off: it goes when its time is over.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from survey.store.tables import WaveState

_WEEK = timedelta(days=7)
_LAST_CALL = timedelta(days=2)  # before the last day
_LONG_WAVE = timedelta(days=10)  # from so many days on, there is a reminder halfway too
_YEAR_WEEKS = 52  # so that it is the same day of the week
_TUESDAY, _FRIDAY = 1, 4


class StepKind(Enum):
    """A step on the way from a draft to what was agreed and looked back on."""

    READ = "read"
    PRINT_SHEETS = "print-sheets"
    ANNOUNCE = "announce"
    PRINT_SLIPS = "print-slips"
    OPEN = "open"
    PRINT_POSTER = "print-poster"
    TELL = "tell"
    REMIND = "remind"
    CLOSES = "closes"
    SEAL_ANSWERS = "seal"
    REPORT = "report"
    SHOW_STAFF = "show-staff"
    MEET = "meet"
    AGREE = "agree"
    LOOK_BACK = "look-back"
    ASK_AGAIN = "ask-again"


class Standing(Enum):
    """Whether a step is done for all that the service knows, is to be done now, or later."""

    DONE = "done"
    NOW = "now"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class NextStep:
    """One step, and the day it is for; None where it has none."""

    kind: StepKind
    standing: Standing
    day: date | None = None


@dataclass(frozen=True, slots=True)
class WaveFacts:
    """What the steps of a wave follow from.

    `slips` is how many slips are printed, `sheets` whether the key sheets are. `agreed` is how many actions
    were agreed after it, and `look_backs` the days on which the staff looks at those that still go on.
    `staff_sees_on` is when those who answered are shown the result of a sealed wave at the latest, and
    `staff_sees` whether they are.
    """

    state: WaveState
    opens_on: date
    closes_on: date
    open_link: bool
    split_key: bool = False
    sheets: bool = False
    slips: int = 0
    agreed: int = 0
    look_backs: Sequence[date] = ()
    staff_sees_on: date | None = None
    staff_sees: bool = False


def next_steps(wave: WaveFacts, today: date) -> tuple[NextStep, ...]:
    """Return what is done and what is to do, in its order; nothing for a wave that was given up."""
    steps = {
        WaveState.DRAFT: _before_opening,
        WaveState.OPEN: _while_open,
        WaveState.CLOSED: _when_closed,
        WaveState.SEALED: _when_sealed,
    }.get(wave.state)
    return () if steps is None else tuple(steps(wave, today))


def announcement_day(opens_on: date) -> date:
    """Return the day on which the staff is told that a survey is coming: about a week before it."""
    return _working_day(opens_on - _WEEK)


def reminder_days(opens_on: date, closes_on: date) -> tuple[date, ...]:
    """Return the days on which everybody is reminded: halfway in a long wave, and two days before the last.

    On Fridays instead of weekends. None where the wave is too short for a day between its first and last.
    """
    length = closes_on - opens_on
    days = [closes_on - _LAST_CALL if length > 2 * _LAST_CALL else opens_on + length // 2]
    if length >= _LONG_WAVE:
        days = [opens_on + length // 2, *days]
    return tuple(dict.fromkeys(day for day in map(_working_day, days) if opens_on < day < closes_on))


def answering_day(opens_on: date, closes_on: date, today: date) -> date:
    """Return the first Tuesday of the wave on which people can still answer; the first day without one."""
    first = min(max(opens_on, today), closes_on)
    tuesday = first + timedelta(days=(_TUESDAY - first.weekday()) % 7)
    return tuesday if tuesday <= closes_on else first


def meeting_day(closes_on: date) -> date:
    """Return the day by which the staff meets about the results: two weeks after the last one."""
    return _working_day(closes_on + 2 * _WEEK)


def _before_opening(wave: WaveFacts, today: date) -> Iterator[NextStep]:
    yield NextStep(StepKind.READ, Standing.NOW)
    if wave.split_key:
        yield NextStep(StepKind.PRINT_SHEETS, _done(wave.sheets))
    yield _from(announcement_day(wave.opens_on), today, StepKind.ANNOUNCE)
    if not wave.open_link:
        yield NextStep(StepKind.PRINT_SLIPS, _done(wave.slips > 0))
    yield _from(wave.opens_on, today, StepKind.OPEN)
    yield NextStep(StepKind.CLOSES, Standing.LATER, wave.closes_on)


def _while_open(wave: WaveFacts, today: date) -> Iterator[NextStep]:
    reminders = reminder_days(wave.opens_on, wave.closes_on)
    is_new = today < (*reminders, wave.closes_on)[0]
    if not wave.open_link:
        yield NextStep(StepKind.PRINT_SLIPS, _done(wave.slips > 0))
    elif is_new:
        yield NextStep(StepKind.PRINT_POSTER, Standing.NOW)
    if is_new:
        yield _from(wave.opens_on, today, StepKind.TELL)
    for day in reminders:
        if day >= today:
            yield _from(day, today, StepKind.REMIND)
    yield _from(wave.closes_on, today, StepKind.CLOSES)
    yield NextStep(StepKind.SEAL_ANSWERS, Standing.LATER)


def _when_closed(wave: WaveFacts, today: date) -> Iterator[NextStep]:
    yield NextStep(StepKind.SEAL_ANSWERS, Standing.NOW)
    yield NextStep(StepKind.MEET, Standing.LATER, max(today, meeting_day(wave.closes_on)))


def _when_sealed(wave: WaveFacts, today: date) -> Iterator[NextStep]:
    meeting = meeting_day(wave.closes_on)
    if not wave.agreed:
        yield NextStep(StepKind.REPORT, Standing.NOW)
    if wave.staff_sees:
        yield NextStep(StepKind.SHOW_STAFF, Standing.DONE)
    elif wave.staff_sees_on is not None:
        yield NextStep(StepKind.SHOW_STAFF, Standing.LATER, wave.staff_sees_on)
    if wave.agreed:
        yield NextStep(StepKind.AGREE, Standing.DONE)
    else:
        yield _from(meeting, today, StepKind.MEET)
        yield _from(meeting, today, StepKind.AGREE)
    for day in sorted(set(wave.look_backs)):
        yield _from(day, today, StepKind.LOOK_BACK)
    yield _from(wave.opens_on + _YEAR_WEEKS * _WEEK, today, StepKind.ASK_AGAIN)


def _done(done: bool) -> Standing:  # noqa: FBT001 - what the word before it asks
    return Standing.DONE if done else Standing.NOW


def _from(day: date, today: date, kind: StepKind) -> NextStep:
    """Return a step that is to be done from its day on."""
    return NextStep(kind, Standing.NOW if today >= day else Standing.LATER, day)


def _working_day(day: date) -> date:
    return day - timedelta(days=max(0, day.weekday() - _FRIDAY))
