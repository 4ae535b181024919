"""The columns of an export: names, labels and decimals, built from the policy of its figures."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

from instruments.model import Version
from reports.disclosure import rounding
from reports.disclosure.policy import Audience, Policy
from reports.disclosure.released import Suppressed

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


def identity_columns(policy: Policy) -> tuple[ExportColumn, ...]:
    """Return the columns that say which unit's wave a row is about, and how many answered it."""
    return (
        ExportColumn("unit", "The unit, as a random key of this family of exports", Kind.TEXT),
        ExportColumn("wave", "The unit's exported waves in order of time: 1, 2, …", Kind.INTEGER),
        ExportColumn("period", "Year and half of the year in which the wave closed: 2026-1", Kind.TEXT),
        ExportColumn("instrument", "The instrument's name and version", Kind.TEXT),
        ExportColumn("edition", "The edition of the instrument", Kind.TEXT),
        people_column("n", "People who answered the wave", policy, Audience.OUTSIDE),
        people_column("invited", "People who could answer", policy, Audience.OUTSIDE),
        ExportColumn("response_rate", "n over invited, after rounding", Kind.NUMBER, 2),
    )


def dimension_columns(policy: Policy, names: dict[str, str]) -> tuple[ExportColumn, ...]:
    """Return the columns of a dimension's figures; `names` are the dimensions' names by their ids."""
    confidence = _percent(policy.confidence)
    decimals = rounding.decimals(policy.rounding.fine_step)
    return (
        ExportColumn("dimension", "The dimension's id", Kind.TEXT, values=names),
        people_column("dimension_n", "People behind the dimension's figures", policy, Audience.OUTSIDE),
        mean_column("Mean of the people's scores, in scale points", policy),
        ExportColumn("mean_step", "The step the mean is rounded to", Kind.NUMBER, _mean_decimals(policy)),
        *interval_columns(policy),
        ExportColumn("sd", "Standard deviation, as the released interval implies it", Kind.NUMBER, 3),
        ExportColumn("se", "Standard error, as the released interval implies it", Kind.NUMBER, 4),
        ExportColumn("level_low", "The maturity level the interval begins in", Kind.TEXT),
        ExportColumn("level_high", "The maturity level the interval ends in", Kind.TEXT),
        ExportColumn("share_low", "Answers below the middle of the scale, in percent", Kind.INTEGER),
        ExportColumn("share_middle", "Answers on the middle of the scale, in percent", Kind.INTEGER),
        ExportColumn("share_high", "Answers above the middle of the scale, in percent", Kind.INTEGER),
        ExportColumn("alpha", "Cronbach's alpha", Kind.NUMBER, decimals),
        ExportColumn(
            "alpha_low", f"Lower end of alpha's {confidence} interval (Feldt)", Kind.NUMBER, decimals
        ),
        ExportColumn(
            "alpha_high", f"Upper end of alpha's {confidence} interval (Feldt)", Kind.NUMBER, decimals
        ),
    )


def item_columns(policy: Policy) -> tuple[ExportColumn, ...]:
    """Return the columns of an item's figures."""
    return (
        ExportColumn("item", "The item's id", Kind.TEXT),
        people_column("item_n", "People behind the item's figures", policy, Audience.OUTSIDE),
        mean_column("Mean of the answers as given, reversed items not turned", policy),
        ExportColumn("sd", "Standard deviation of the answers", Kind.NUMBER, 2),
    )


def share_columns(categories: Sequence[int], of: str) -> tuple[ExportColumn, ...]:
    """Return a column for each category of the scale: its share `of` these answers."""
    return tuple(
        ExportColumn(
            f"answers_{category}" if category >= 0 else f"answers_minus_{-category}",
            f"Answers in category {category}, in percent of {of}",
            Kind.INTEGER,
        )
        for category in categories
    )


def people_column(name: str, label: str, policy: Policy, audience: Audience) -> ExportColumn:
    """Return a column of numbers of people, which says what they are rounded down to for `audience`."""
    step = policy.thresholds[audience].count_step
    rounded = f", rounded down to a multiple of {step}" if step > 1 else ""
    return ExportColumn(name, f"{label}{rounded}", Kind.INTEGER)


def mean_column(label: str, policy: Policy) -> ExportColumn:
    """Return a column of means with the decimals of the policy's finest step."""
    return ExportColumn("mean", label, Kind.NUMBER, _mean_decimals(policy))


def interval_columns(policy: Policy) -> tuple[ExportColumn, ExportColumn]:
    """Return the columns of the two ends of a mean's interval."""
    confidence, decimals = _percent(policy.confidence), _mean_decimals(policy)
    return (
        ExportColumn(
            "interval_low", f"Lower end of the {confidence} interval, rounded outwards", Kind.NUMBER, decimals
        ),
        ExportColumn(
            "interval_high",
            f"Upper end of the {confidence} interval, rounded outwards",
            Kind.NUMBER,
            decimals,
        ),
    )


def _mean_decimals(policy: Policy) -> int:
    return max(map(rounding.decimals, (policy.rounding.fine_step, *policy.rounding.coarse_steps)))


def _percent(share: float) -> str:
    return f"{100 * share:g} %"
