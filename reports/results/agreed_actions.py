"""What a staff agreed after a report: the report of the next wave opens with it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from types import MappingProxyType
from typing import Final

from instruments.parts import MOST_DIMENSIONS
from reports.results.expectations import Expectation
from reports.results.verdicts import Verdict

FOCUS: Final = MOST_DIMENSIONS  # a staff works on so many dimensions at a time
MOST_ACTIONS: Final = 4  # agreed after one wave; more are not followed up, and do not fit the page

# characters of each part, so that the agreements keep to the page they are printed on
LONGEST: Final[Mapping[str, int]] = MappingProxyType({"goal": 100, "action": 140, "who": 60, "sign": 100})
LONGEST_LOOK_BACK: Final = 140
# parts that may have several lines, as what was seen may: the sheet to look back with has room for no more
OF_SEVERAL_LINES: Final = frozenset({"action"})
_LINE: Final = 70  # characters: the room that a new line takes, in the widest column


def room_of(text: str) -> int:
    """Return how many characters a text takes the room of, where it is printed: a new line takes many."""
    return len(text) + text.count("\n") * _LINE


class ActionStatus(Enum):
    """What became of an action when it was looked at again; its words are in the message catalogues."""

    GOES_ON = "goes-on"
    STOPPED = "stopped"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class LookBack:
    """What a staff found when they looked at an action again: its status, and a sentence in their words."""

    status: ActionStatus
    sentence: str
    noted_on: date


@dataclass(frozen=True, slots=True)
class AgreedAction:
    """One agreed action for a focus dimension, in the staff's own words.

    `dimension` is the dimension's id, `sign` what the staff expect to see if it works, `who` a role or a
    group rather than a person, `due` the day it is looked at again. `look_backs` come oldest first.
    """

    dimension: str
    goal: str
    action: str
    who: str
    sign: str
    due: date
    look_backs: tuple[LookBack, ...] = ()

    @property
    def last_look_back(self) -> LookBack | None:
        """Return what was found last; None where nobody has looked back yet."""
        return self.look_backs[-1] if self.look_backs else None

    @property
    def awaits_look_back(self) -> bool:
        """Return whether it is still to be looked at on its day: a stopped one is not."""
        last = self.last_look_back
        return last is None or (last.status is not ActionStatus.STOPPED and last.noted_on < self.due)

    def is_due(self, today: date) -> bool:
        """Return whether its day has come, and nobody has looked back since."""
        return self.awaits_look_back and self.due <= today


@dataclass(frozen=True, slots=True)
class Check:
    """What a short survey that follows up a whole one was judged to find of a dimension, by its title."""

    wave: str
    dimension: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Agreements:
    """What a report of a wave says of agreements: those of the wave `before`, and those made `after` it.

    `expected` is what its leader had expected of the wave itself, `checks` what short surveys found that
    followed up the wave before, oldest first.
    """

    before: tuple[AgreedAction, ...] = ()
    after: tuple[AgreedAction, ...] = ()
    expected: tuple[Expectation, ...] = ()
    checks: tuple[Check, ...] = ()


NO_AGREEMENTS: Final = Agreements()


def by_dimension(
    actions: Iterable[AgreedAction], dimensions: Iterable[str]
) -> tuple[tuple[str, tuple[AgreedAction, ...]], ...]:
    """Return the actions of each dimension that has any, in the order given, and no others.

    A later questionnaire may have dropped a dimension: then it has no name for it, nor any figure.
    """
    known = tuple(actions)
    found = ((name, tuple(each for each in known if each.dimension == name)) for name in dimensions)
    return tuple((name, own) for name, own in found if own)
