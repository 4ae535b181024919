"""The rules of telling as data: how many answers each kind of figure needs, and how finely it is told.

Each number stands here once. Where it comes from is in docs/decisions (0050).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Final


class Audience(Enum):
    """Who is told. A leader who may have answered can subtract the own answer; an owner is outside."""

    LEADER = "leader"
    LEADER_AMONG_RESPONDENTS = "leader-among-respondents"
    OWNER = "owner"
    OUTSIDE = "outside"

    @property
    def inside(self) -> bool:
        """Whether the reader leads the unit the figures are about."""
        return self in {Audience.LEADER, Audience.LEADER_AMONG_RESPONDENTS}


class DetailLevel(Enum):
    """How deep a dimension of a group is told, each depth with all above it."""

    NOTHING = 0
    MEAN = 1
    DISTRIBUTION = 2
    ITEMS = 3


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The fewest answers behind each kind of figure for one audience, counted figure by figure.

    `own_items` says whether the items of a single unit are told at all; a pool's always may be.
    `known` answers are the reader's own: rules about "all but one" count them out. `count_step` is
    what n and the number of invited are rounded down to.
    """

    mean: int
    interval: int
    shares: int
    histogram: int
    item: int
    item_sd: int
    reliability: int
    own_items: bool
    known: int
    count_step: int


@dataclass(frozen=True, slots=True)
class Policy:
    """The whole policy: thresholds by audience, how finely numbers are told, and how groups may compare.

    `fine` is the n from which means are told in steps of `fine_step` and shares in whole percent; below
    it `coarse_steps` holds the steps a mean may take, finest first, and shares go in `coarse_share`
    percent. `doubt` is the width in scale points that no single answer may be bounded to. A comparison
    group has `group_units` units or more, none with more than `group_share` of the people.
    """

    thresholds: Mapping[Audience, Thresholds]
    fine: int
    fine_step: float
    coarse_steps: tuple[float, ...]
    coarse_share: int
    confidence: float
    doubt: float
    group_units: int
    group_share: float

    @classmethod
    def default(cls) -> "Policy":
        """The policy of docs/privacy-audit.md; a stricter one may be built, a milder one is on your head."""
        return _DEFAULT


_LEADER: Final = Thresholds(
    mean=5,
    interval=10,
    shares=10,
    histogram=15,
    item=15,
    item_sd=20,
    reliability=30,
    own_items=True,
    known=0,
    count_step=1,
)
_AMONG: Final = Thresholds(
    mean=6,
    interval=10,
    shares=10,
    histogram=15,
    item=15,
    item_sd=20,
    reliability=30,
    own_items=True,
    known=1,
    count_step=1,
)
_OWNER: Final = Thresholds(
    mean=10,
    interval=15,
    shares=15,
    histogram=15,
    item=20,
    item_sd=20,
    reliability=30,
    own_items=False,
    known=0,
    count_step=5,
)
_OUTSIDE: Final = Thresholds(
    mean=10,
    interval=15,
    shares=15,
    histogram=15,
    item=20,
    item_sd=20,
    reliability=30,
    own_items=True,
    known=0,
    count_step=5,
)

_DEFAULT: Final = Policy(
    thresholds=MappingProxyType(
        {
            Audience.LEADER: _LEADER,
            Audience.LEADER_AMONG_RESPONDENTS: _AMONG,
            Audience.OWNER: _OWNER,
            Audience.OUTSIDE: _OUTSIDE,
        },
    ),
    fine=20,
    fine_step=0.01,
    coarse_steps=(0.1, 0.2, 0.5, 1.0),
    coarse_share=5,
    confidence=0.95,
    doubt=1.0,
    group_units=3,
    group_share=0.5,
)
