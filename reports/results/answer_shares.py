"""How the answers of one dimension are spread, as rows of shares: what the bars and their table both show."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from instruments.model import Item
from reports.disclosure import ReleasedHistogram, ReleasedItem, ReleasedShares, Suppressed
from reports.results.profile import Profile

RowShares = tuple[int, ...] | Suppressed

_LEAST: Final = 20  # percent: a side that nobody chose still has room for its name


@dataclass(frozen=True, slots=True)
class SharesRow:
    """One bar: shares in percent, low to high; without `item` the whole dimension, reversed items turned."""

    item: Item | None
    shares: RowShares


@dataclass(frozen=True, slots=True)
class AnswerShares:
    """The rows of one dimension. `three_way` rows hold below, on and above the middle of the scale."""

    rows: tuple[SharesRow, ...]
    three_way: bool


@dataclass(frozen=True, slots=True)
class AxisRange:
    """How far the bars of a whole report go, in percent, so that all its figures have one scale."""

    low: int
    middle: int
    high: int


def answer_shares(profile: Profile, dimension_id: str) -> AnswerShares | None:
    """Return the spread of a dimension's answers as finely as it is released; None where none of it is."""
    figure = profile.dimension(dimension_id)
    if isinstance(figure, Suppressed):
        return None
    asked = profile.version.dimension(dimension_id).items if _shows_items(profile) else ()
    items = tuple(_item_row(profile, item) for item in asked)
    whole = SharesRow(None, _shares(figure.histogram))
    # a dimension of one item is that item: its row would say the same twice
    rows = items if len(items) == 1 else (*items, whole)
    if any(not isinstance(row.shares, Suppressed) for row in rows):
        return AnswerShares(rows, three_way=False)
    if isinstance(figure.shares, Suppressed):
        return None
    return AnswerShares((SharesRow(None, _three(figure.shares)),), three_way=True)


def axis_range(profile: Profile) -> AxisRange:
    """Return the largest share below, on and above the middle in any row of the report, in steps of ten."""
    sides = [_sides(row.shares) for row in _rows(profile) if not isinstance(row.shares, Suppressed)]
    largest = [max((each[side] for each in sides), default=0) for side in range(3)]
    low, middle, high = (max(_LEAST, -(-share // 10) * 10) for share in largest)
    return AxisRange(low, middle, high)


def three_way(shares: tuple[int, ...]) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
    """Return the shares below, on and above the middle; an even number of categories has nothing on it."""
    half = len(shares) // 2
    return shares[:half], shares[half : len(shares) - half], shares[len(shares) - half :]


def _shows_items(profile: Profile) -> bool:
    """Return whether items have rows: an owner is never shown a unit's own, and dashes would say nothing."""
    if profile.policy.thresholds[profile.audience].unit_items:
        return True
    return any(isinstance(profile.item(item), ReleasedItem) for item in profile.version.item_columns)


def _rows(profile: Profile) -> Iterator[SharesRow]:
    for dimension in profile.version:
        found = answer_shares(profile, dimension.id)
        yield from found.rows if found else ()


def _sides(shares: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(sum(side) for side in three_way(shares))


def _item_row(profile: Profile, item: Item) -> SharesRow:
    figure = profile.item(item.id)
    return SharesRow(item, _shares(figure.histogram) if isinstance(figure, ReleasedItem) else figure)


def _shares(histogram: ReleasedHistogram | Suppressed) -> RowShares:
    if isinstance(histogram, Suppressed):
        return histogram
    return tuple(histogram.shares[category] for category in sorted(histogram.shares))


def _three(shares: ReleasedShares) -> tuple[int, ...]:
    return shares.low, shares.middle, shares.high
