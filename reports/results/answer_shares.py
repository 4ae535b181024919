"""How the answers to one dimension are spread, as rows of shares from the least to the most favourable."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from instruments.model import Item
from reports.disclosure import SUPPRESSED, ReleasedHistogram, ReleasedItem, ReleasedShares, Suppressed
from reports.results.change import Comparison
from reports.results.profile import Profile

RowShares = tuple[int, ...] | Suppressed

_LEAST: Final = 30  # percent: a side that nobody chose still has room


@dataclass(frozen=True, slots=True)
class SharesRow:
    """One bar: shares in percent, from the least to the most favourable, so that a reversed item is turned.

    Without `item` it is the whole dimension. `earlier` is the favourable share of the wave before.
    """

    item: Item | None
    shares: RowShares
    earlier: int | Suppressed = SUPPRESSED


@dataclass(frozen=True, slots=True)
class AnswerShares:
    """The rows of one dimension. `three_way` rows hold below, on and above the middle of the scale."""

    rows: tuple[SharesRow, ...]
    three_way: bool


@dataclass(frozen=True, slots=True)
class AxisRange:
    """How far the bars of a whole report go to either side of zero, on one scale."""

    low: int
    high: int


def answer_shares(profile: Profile, dimension_id: str) -> AnswerShares | None:
    """Return the spread of a dimension's answers as finely as it is released; None where none of it is.

    That is each statement where they are released, and otherwise the dimension as a whole.
    """
    figure = profile.dimension(dimension_id)
    if isinstance(figure, Suppressed):
        return None
    items = tuple(_item_row(profile, item) for item in profile.version.dimension(dimension_id).items)
    if any(not isinstance(row.shares, Suppressed) for row in items):
        return AnswerShares(items, three_way=False)
    earlier = _earlier_whole(profile, dimension_id)
    whole = _shares(figure.histogram)
    if not isinstance(whole, Suppressed):
        return AnswerShares((SharesRow(None, whole, earlier),), three_way=False)
    if isinstance(figure.shares, Suppressed):
        return None
    return AnswerShares((SharesRow(None, _three(figure.shares), earlier),), three_way=True)


def axis_range(profile: Profile) -> AxisRange:
    """Return how far the bars of the report, and their ticks, go to either side of zero, in steps of five."""
    sides = [_reach(row) for row in _rows(profile) if not isinstance(row.shares, Suppressed)]
    largest = [max((each[side] for each in sides), default=0.0) for side in range(2)]
    low, high = (max(_LEAST, -int(-share // 5) * 5) for share in largest)
    return AxisRange(low, high)


def three_way(shares: tuple[int, ...]) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
    """Return the shares below, on and above the middle; an even number of categories has nothing on it."""
    half = len(shares) // 2
    return shares[:half], shares[half : len(shares) - half], shares[len(shares) - half :]


def favourable(shares: RowShares) -> int | Suppressed:
    """Return the share above the middle of shares that go from the least to the most favourable."""
    return shares if isinstance(shares, Suppressed) else sum(three_way(shares)[2])


def _rows(profile: Profile) -> Iterator[SharesRow]:
    for dimension in profile.version:
        found = answer_shares(profile, dimension.id)
        yield from found.rows if found else ()


def _reach(row: SharesRow) -> tuple[float, float]:
    if isinstance(row.shares, Suppressed):
        return 0.0, 0.0
    low, middle, high = (sum(part) for part in three_way(row.shares))
    earlier = 0 if isinstance(row.earlier, Suppressed) else row.earlier
    return low + middle / 2, middle / 2 + max(high, earlier)


def _item_row(profile: Profile, item: Item) -> SharesRow:
    figure = profile.item(item.id)
    shares = _turned(figure, item) if isinstance(figure, ReleasedItem) else figure
    return SharesRow(item, shares, _earlier_item(profile, item))


def _turned(figure: ReleasedItem, item: Item) -> RowShares:
    shares = _shares(figure.histogram)
    return shares[::-1] if item.reverse and not isinstance(shares, Suppressed) else shares


def _earlier_item(profile: Profile, item: Item) -> int | Suppressed:
    step = profile.step
    if not isinstance(step, Comparison) or item.id not in step.items:
        return SUPPRESSED
    figure = step.earlier.item_figures.get(item.id, SUPPRESSED)
    return favourable(_turned(figure, item)) if isinstance(figure, ReleasedItem) else SUPPRESSED


def _earlier_whole(profile: Profile, dimension_id: str) -> int | Suppressed:
    earlier = profile.before.dimensions.get(dimension_id) if profile.before else None
    if earlier is None:
        return SUPPRESSED
    whole = _shares(earlier.histogram)
    if not isinstance(whole, Suppressed):
        return favourable(whole)
    return earlier.shares if isinstance(earlier.shares, Suppressed) else earlier.shares.high


def _shares(histogram: ReleasedHistogram | Suppressed) -> RowShares:
    if isinstance(histogram, Suppressed):
        return histogram
    return tuple(histogram.shares[category] for category in sorted(histogram.shares))


def _three(shares: ReleasedShares) -> tuple[int, ...]:
    return shares.low, shares.middle, shares.high
