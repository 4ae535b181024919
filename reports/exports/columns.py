"""The columns of an export: names, labels and decimals, built from the policy of its figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from typing import Final

from instruments.model import Version
from reports.disclosure import rounding
from reports.disclosure.policy import Audience, Policy
from reports.disclosure.released import Coding, Suppressed

_ALPHA_DECIMALS: Final = 2
_CODINGS: Final[Mapping[str, str]] = MappingProxyType(
    {
        Coding.EXACT.value: "the mean is the number in the column mean",
        Coding.UNDER.value: "the mean lies under that number, towards the low end of the scale",
        Coding.OVER.value: "the mean lies over that number, towards the high end of the scale",
    }
)

Cell = str | int | float | Suppressed


class Kind(Enum):
    """What a column holds."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class ExportColumn:
    """One column: its name (a letter first, valid in SPSS), what it says, and what its values mean."""

    name: str
    label: str
    kind: Kind
    decimals: int = 0
    values: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ExportTable:
    """Columns and rows, and the policy that both follow.

    A cell that is not released is `SUPPRESSED`; each format has its own way to leave one empty.
    """

    name: str
    columns: tuple[ExportColumn, ...]
    rows: tuple[tuple[Cell, ...], ...]
    versions: tuple[Version, ...]
    policy: Policy


def identity_columns() -> tuple[ExportColumn, ...]:
    """Return the columns that say which unit's wave a row is about, and how many answered it."""
    return (
        ExportColumn("unit", "The unit, as a random key of this family of exports", Kind.TEXT),
        ExportColumn("wave", "The unit's exported waves in order of time: 1, 2, …", Kind.INTEGER),
        ExportColumn("period", "Year and half of the year in which the wave closed: 2026-1", Kind.TEXT),
        ExportColumn("instrument", "The instrument's name and version", Kind.TEXT),
        ExportColumn("edition", "The edition of the instrument", Kind.TEXT),
        ExportColumn("n", "People who answered the wave, exact", Kind.INTEGER),
        ExportColumn("invited", "People who could answer, exact", Kind.INTEGER),
        ExportColumn("response_rate", "n over invited, to two decimals", Kind.NUMBER, 2),
        ExportColumn(
            "prolonged", "1 where the wave was open longer than first planned, else 0", Kind.INTEGER
        ),
        ExportColumn(
            "invited_corrected",
            "1 where the number invited was corrected upwards after the wave had opened, else 0",
            Kind.INTEGER,
        ),
    )


def dimension_columns(
    policy: Policy, versions: Sequence[Version], names: dict[str, str]
) -> tuple[ExportColumn, ...]:
    """Return the columns of a dimension's figures; `names` are the dimensions' names by their ids."""
    confidence = _percent(policy.confidence)
    return (
        ExportColumn("dimension", "The dimension's id", Kind.TEXT, values=names),
        ExportColumn("dimension_n", _people_behind("dimension", policy), Kind.INTEGER),
        *mean_columns(policy, versions),
        ExportColumn(
            "mean_step", "The step the mean is rounded to", Kind.NUMBER, _mean_decimals(policy, versions)
        ),
        *interval_columns(policy, versions),
        ExportColumn("sd", "Standard deviation, as the released interval implies it", Kind.NUMBER, 3),
        ExportColumn("se", "Standard error, as the released interval implies it", Kind.NUMBER, 4),
        ExportColumn("level_low", "The maturity level the interval begins in", Kind.TEXT),
        ExportColumn("level_high", "The maturity level the interval ends in", Kind.TEXT),
        ExportColumn(
            "share_low",
            "Answers below the middle of the scale, in percent; the three sum to 100",
            Kind.INTEGER,
        ),
        ExportColumn("share_middle", "Answers on the middle of the scale, in percent", Kind.INTEGER),
        ExportColumn("share_high", "Answers above the middle of the scale, in percent", Kind.INTEGER),
        ExportColumn("alpha", "Cronbach's alpha", Kind.NUMBER, _ALPHA_DECIMALS),
        ExportColumn(
            "alpha_low", f"Lower end of alpha's {confidence} interval (Feldt)", Kind.NUMBER, _ALPHA_DECIMALS
        ),
        ExportColumn(
            "alpha_high", f"Upper end of alpha's {confidence} interval (Feldt)", Kind.NUMBER, _ALPHA_DECIMALS
        ),
    )


def item_columns(policy: Policy, versions: Sequence[Version]) -> tuple[ExportColumn, ...]:
    """Return the columns of an item's figures."""
    return (
        ExportColumn("item", "The item's id", Kind.TEXT),
        ExportColumn("item_n", _people_behind("item", policy), Kind.INTEGER),
        ExportColumn(
            "mean",
            "Mean of the answers as given, as their shares give it; reversed items not turned",
            Kind.NUMBER,
            _mean_decimals(policy, versions),
        ),
        ExportColumn("sd", "Standard deviation of the answers, as their shares give it", Kind.NUMBER, 2),
    )


def share_columns(categories: Sequence[int], of: str) -> tuple[ExportColumn, ...]:
    """Return a column for each category of the scale: its share `of` these answers."""
    return tuple(
        ExportColumn(
            f"answers_{category}" if category >= 0 else f"answers_minus_{-category}",
            f"Answers in category {category}, in percent of {of}; all sum to 100",
            Kind.INTEGER,
        )
        for category in categories
    )


def mean_columns(policy: Policy, versions: Sequence[Version]) -> tuple[ExportColumn, ExportColumn]:
    """Return the column of a dimension's means, and the one that says which lie beyond their number."""
    return (
        ExportColumn(
            "mean",
            "Mean of the items' means, in scale points; mean_coding says whether it is this or lies beyond",
            Kind.NUMBER,
            _mean_decimals(policy, versions),
        ),
        ExportColumn(
            "mean_coding",
            "Whether the mean is the number in the column mean, under it, or over it",
            Kind.TEXT,
            values=dict(_CODINGS),
        ),
    )


def interval_columns(policy: Policy, versions: Sequence[Version]) -> tuple[ExportColumn, ExportColumn]:
    """Return the columns of the two ends of a mean's interval."""
    confidence, decimals = _percent(policy.confidence), _mean_decimals(policy, versions)
    return (
        ExportColumn(
            "interval_low",
            f"Lower end of the {confidence} interval, rounded outwards, cut at the scale's end",
            Kind.NUMBER,
            decimals,
        ),
        ExportColumn(
            "interval_high",
            f"Upper end of the {confidence} interval, rounded outwards, cut at the scale's end",
            Kind.NUMBER,
            decimals,
        ),
    )


def mean_steps(policy: Policy, version: Version) -> tuple[float, float]:
    """Return the fine and the coarse step that means on the version's scale are released in."""
    fine = rounding.mean_step(policy.rounding.fine_from, version.scale, policy)
    return fine, rounding.mean_step(0, version.scale, policy)


def _people_behind(what: str, policy: Policy) -> str:
    fewest = policy.minimum(Audience.LEADER)
    return f"People behind the {what}'s figures: n, unless {fewest} or more of them left it out"


def _mean_decimals(policy: Policy, versions: Sequence[Version]) -> int:
    """Return how many decimals the means of all these versions need; of none, none."""
    steps = [step for version in versions for step in mean_steps(policy, version)]
    return max(map(rounding.decimals, steps), default=0)


def _percent(share: float) -> str:
    return f"{100 * share:g} %"
