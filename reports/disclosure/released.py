"""What may be released, as frozen values that only the gate can build.

A released figure is the same number for every reader; who may see less sees fewer of them.

Every number in here is already rounded to what may be shown; whoever shows it formats, and rounds nothing.
"""

from collections.abc import Mapping
from dataclasses import InitVar, dataclass
from datetime import date
from enum import Enum
from typing import Final, final

from instruments import parts
from instruments.background import Background
from instruments.model import Version
from reports.disclosure.policy import Audience
from reports.disclosure.seal import SEAL, Seal, SealedValue, verify


@final
@dataclass(frozen=True, slots=True)
class Suppressed(SealedValue):
    """What is not released. One value for every reason: which rule fired would itself disclose something."""

    seal: InitVar[Seal]

    def __post_init__(self, seal: Seal) -> None:
        verify(seal)

    def __repr__(self) -> str:
        return "SUPPRESSED"


SUPPRESSED: Final = Suppressed(SEAL)


class Coding(Enum):
    """Whether a mean is shown as it is, or only that it lies beyond the last one that is."""

    EXACT = "exact"
    UNDER = "under"
    OVER = "over"


@final
@dataclass(frozen=True, slots=True)
class ReleasedMean(SealedValue):
    """A mean in scale points, rounded to a multiple of `step`; shown with `decimals` decimals.

    Where it is coded UNDER or OVER, it lies beyond `value`, towards that end of the scale.
    """

    value: float
    decimals: int
    step: float
    coding: Coding
    seal: InitVar[Seal]

    def __post_init__(self, seal: Seal) -> None:
        verify(seal)


@final
@dataclass(frozen=True, slots=True)
class ReleasedInterval(SealedValue):
    """A two-sided interval for a mean, in scale points, cut at the scale's ends.

    `half_width` is that of the interval before it was cut, rounded upwards.
    """

    low: float
    high: float
    half_width: float
    confidence: float
    decimals: int
    seal: InitVar[Seal]

    def __post_init__(self, seal: Seal) -> None:
        verify(seal)


@final
@dataclass(frozen=True, slots=True)
class Between(SealedValue):
    """The maturity level is not decided: the interval reaches from level `low` to level `high`."""

    low: str
    high: str
    seal: InitVar[Seal]

    def __post_init__(self, seal: Seal) -> None:
        verify(seal)


@final
@dataclass(frozen=True, slots=True)
class ReleasedShares(SealedValue):
    """How the scored answers lie about the middle of the scale, in percent, in multiples of `step`.

    `low` is below the middle, `middle` on it, `high` above, after reversed items are turned. They sum
    to 100.
    """

    low: int
    middle: int
    high: int
    step: int
    seal: InitVar[Seal]

    def __post_init__(self, seal: Seal) -> None:
        verify(seal)


@final
@dataclass(frozen=True, slots=True)
class ReleasedHistogram(SealedValue):
    """The share of scored answers in each category of the scale, in percent, in multiples of `step`.

    `shares` maps a category to its share, low to high; a dimension's answers are turned where an item
    is reversed, an item's own are as they were given. They sum to 100.
    """

    shares: Mapping[int, int]
    step: int
    seal: InitVar[Seal]

    def __post_init__(self, seal: Seal) -> None:
        verify(seal)


@final
@dataclass(frozen=True, slots=True)
class ReleasedReliability(SealedValue):
    """Cronbach's alpha with its interval (Feldt); lower bound of the dimension's reliability."""

    value: float
    low: float
    high: float
    confidence: float
    decimals: int
    seal: InitVar[Seal]

    def __post_init__(self, seal: Seal) -> None:
        verify(seal)


@final
@dataclass(frozen=True, slots=True)
class ReleasedDimension(SealedValue):
    """What may be released of one dimension.

    `n` is the people behind the figure: the wave's n, unless at least the audience's minimum left the
    dimension unscored; a smaller difference would count the few who held back. `sd` and `se` are of the
    half width of `interval` before that was rounded to the step of the mean, in finer steps from the fewest
    answers of intervals outside on (docs/decisions/0135). `level` is a level's id.
    """

    id: str
    n: int
    mean: ReleasedMean | Suppressed
    interval: ReleasedInterval | Suppressed
    sd: float | Suppressed
    se: float | Suppressed
    level: str | Between | Suppressed
    shares: ReleasedShares | Suppressed
    histogram: ReleasedHistogram | Suppressed
    reliability: ReleasedReliability | Suppressed
    seal: InitVar[Seal]

    def __post_init__(self, seal: Seal) -> None:
        verify(seal)


@final
@dataclass(frozen=True, slots=True)
class ReleasedItem(SealedValue):
    """What is released of one item as it was answered, not turned; mean and sd follow from the histogram."""

    id: str
    n: int
    mean: ReleasedMean
    histogram: ReleasedHistogram
    sd: float
    seal: InitVar[Seal]

    def __post_init__(self, seal: Seal) -> None:
        verify(seal)


@final
@dataclass(frozen=True, slots=True)
class ReleasedCategory(SealedValue):
    """What may be released of the people in one category: how many, and each dimension's mean by its id."""

    id: str
    n: int | Suppressed
    means: Mapping[str, ReleasedMean | Suppressed]
    seal: InitVar[Seal]

    def __post_init__(self, seal: Seal) -> None:
        verify(seal)


@final
@dataclass(frozen=True, slots=True)
class ReleasedSubgroups(SealedValue):
    """What may be released by the categories of a background question, with those of which nothing is."""

    background: Background
    categories: Mapping[str, ReleasedCategory]
    seal: InitVar[Seal]

    def __post_init__(self, seal: Seal) -> None:
        verify(seal)


@final
@dataclass(frozen=True, slots=True)
class WaveIdentity:
    """Which unit and wave a set of answers belongs to; `reference` is the instrument's name@number.

    `unit` and `wave` are the stable keys, `unit_name` and `wave_title` what people read. `days_longer` is how
    many days later it closed than was first planned, `invited_first` how many were invited where that was
    corrected.
    """

    unit: str
    unit_name: str
    wave: str
    wave_title: str
    closed_on: date
    reference: str
    edition: str
    days_longer: int = 0
    invited_first: int | None = None

    @property
    def questionnaire(self) -> str:
        """Return the reference of the whole questionnaire, also where a part of it was asked."""
        return parts.split(self.reference)[0]


@final
@dataclass(frozen=True, slots=True)
class Released(SealedValue):
    """What is released to one audience of one wave of one unit, or of one pool of waves.

    `n` and `invited` are exact, `response_rate` is their share, 0 to 1, to whole percent. Both mappings hold
    every dimension and item asked. `breakdown` is None where no background question was asked, and for
    everybody but the own leader.
    """

    identity: WaveIdentity
    version: Version
    audience: Audience
    n: int
    invited: int
    response_rate: float
    dimensions: Mapping[str, ReleasedDimension]
    item_figures: Mapping[str, ReleasedItem | Suppressed]
    breakdown: ReleasedSubgroups | None
    seal: InitVar[Seal]

    def __post_init__(self, seal: Seal) -> None:
        verify(seal)
