"""What a staff agreed after a report: the report of the next wave opens with it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

FOCUS: Final = 2  # dimensions a staff works on at a time
MOST_ACTIONS: Final = 4  # agreed after one wave; more are not followed up, and do not fit the page

# characters of each part, so that the agreements keep to the page they are printed on
LONGEST: Final[Mapping[str, int]] = MappingProxyType({"goal": 100, "action": 140, "who": 60, "sign": 100})


@dataclass(frozen=True, slots=True)
class AgreedAction:
    """One agreed action for a focus dimension, in the staff's own words.

    `dimension` is the dimension's id, `sign` what the staff expect to see if it works, `who` a role or a
    group rather than a person, `due` the day it is looked at again.
    """

    dimension: str
    goal: str
    action: str
    who: str
    sign: str
    due: date


@dataclass(frozen=True, slots=True)
class Agreements:
    """What a report of a wave says of agreements: those of the wave `before`, and those made `after` it."""

    before: tuple[AgreedAction, ...] = ()
    after: tuple[AgreedAction, ...] = ()


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
