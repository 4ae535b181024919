"""Print how far participation has come, as a thermometer for the wall, in the steps that a leader is shown.

Nothing more exact than the step reaches the page: it is the same for every number of answers within one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import Final

from reports.pdf import html_pages, rendering
from reports.pdf.fitting import Setting, best_setting
from reports.pdf.slips import SlipHeading
from reports.presentation.locale import Locale, get_locale

_TUBE: Final = 166.0  # mm
_MOST_MARKS: Final = 10
_TITLE_LINE, _NUMBER_LINE = 174, 90  # mm
_TITLE: Final = (Setting(34), Setting(29), Setting(23, 2))
_NUMBER: Final = (Setting(36, 2), Setting(30, 2), Setting(25, 3))


@dataclass(frozen=True, slots=True)
class TurnoutStep:
    """One step of participation, from `low` to `high` answers; the last has no end, and `high` is None."""

    low: int
    high: int | None


@dataclass(frozen=True, slots=True)
class ShownTurnout:
    """The steps there are, which of them is reached, counted from 0, and on which day.

    `minimum` is the fewest answers of which anything is shown.
    """

    steps: Sequence[TurnoutStep]
    reached: int
    minimum: int
    printed_on: date


@dataclass(frozen=True, slots=True)
class _Mark:
    """A step that was reached: its first number, and how high it stands on the tube, in mm."""

    number: str
    height: float


def turnout_poster(headings: Sequence[SlipHeading], turnout: ShownTurnout) -> bytes:
    """Return a tagged PDF (PDF/UA-1): one A4 page in every language of the headings, the first one large."""
    first, *others = [get_locale(each.language) for each in headings]
    title, number = first.say("How many have answered"), _number(first, turnout)
    page = html_pages.fill(
        "turnout_poster.html",
        first,
        heading=headings[0],
        turnout=turnout,
        title=title,
        title_size=best_setting(title, _TITLE, _TITLE_LINE).size,
        number=number,
        number_size=best_setting(number, _NUMBER, _NUMBER_LINE).size,
        needed=_needed(first, turnout),
        others=[(each, _number(each, turnout), _needed(each, turnout)) for each in others],
        filled=_height(turnout, turnout.reached + 1),
        tube=_TUBE,
        marks=_marks(first, turnout),
    )
    return rendering.render_uncached(page)


def _number(locale: Locale, turnout: ShownTurnout) -> str:
    """Return in words how many have answered."""
    step = turnout.steps[turnout.reached]
    if step.low == 0 and step.high is not None:
        return locale.say("Fewer than %(number)s have answered", number=locale.number(step.high + 1))
    if step.high is None:
        return locale.say("%(low)s or more have answered", low=locale.number(step.low))
    return locale.say(
        "%(low)s to %(high)s have answered", low=locale.number(step.low), high=locale.number(step.high)
    )


def _needed(locale: Locale, turnout: ShownTurnout) -> str:
    if turnout.reached == 0:
        return locale.say(
            "At least %(minimum)s answers are needed before any result can be shown.",
            minimum=locale.number(turnout.minimum),
        )
    return locale.say("The more who answer, the more the results can say.")


def _height(turnout: ShownTurnout, steps: int) -> float:
    # the tube is never full: the last step has no end, and a full one would say that everybody has answered
    return _TUBE * steps / (len(turnout.steps) + 1)


def _marks(locale: Locale, turnout: ShownTurnout) -> Sequence[_Mark]:
    """Return the steps that are reached, from the bottom; of very many only some, and always the last."""
    every = ceil(len(turnout.steps) / _MOST_MARKS)
    reached = range(1, turnout.reached + 1)
    shown = [each for each in reached if (turnout.reached - each) % every == 0]
    return [_Mark(locale.number(turnout.steps[each].low), _height(turnout, each)) for each in shown]
