"""Draw the figures of a profile from what was released: the same in PDF files and on web pages.

Names and numbers stand in the table beside a figure, row by row; `RowNames` puts the names into the
drawing where there is no room beside it, and above the rows where it must be narrow too. No mark tells a
withheld value from another: where nothing is released, nothing is drawn. A coded mean, which lies beyond the
number it is shown by, is an open triangle at that number, pointing to the end of the scale it lies towards.

Heights are in mm, downwards; from left to right axes count in what they show.
"""

import math
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import accumulate, pairwise
from types import MappingProxyType
from typing import Final, Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from reports.disclosure import Coding, ReleasedInterval, ReleasedMean, Suppressed
from reports.presentation.locale import Locale
from reports.presentation.sentences import mean_text
from reports.presentation.svg import MM, add_axes, as_svg, new_figure
from reports.results.answer_shares import AnswerShares, AxisRange, three_way
from reports.results.profile import Point, Profile

# in mm; the style sheet of the report is given those that its tables share with the figures
OVERVIEW_WIDTH, OVERVIEW_HEAD, OVERVIEW_ROW = 77.0, 10.0, 12.0
SHARES_WIDTH, SHARES_ROW = 46.0, 6.6
TIME_WIDTH, TIME_HEIGHT = 56.0, 31.0
_TIME_LEFT, _TIME_RIGHT = 5.0, 8.0  # room for the ends of the scale and for the last mean
_TIME_RIGHT_WORDS: Final = 14.5  # room for a last mean in words
_BEFORE: Final = "#8FA3B3"
_BANDS: Final = ("#F3F1ED", "#E7E5DF")
_CATEGORIES: Final = ("#A6450E", "#F0A868", "#DAD9D5", "#82B4D8", "#1B5E8C")
_MARK, _INK, _SOFT, _RULE, _PAPER = "#1B5E8C", "#22292F", "#59636B", "#C9CCCE", "#FFFFFF"
_NAMES_WIDTH: Final = 52.0
_SHARES_WIDTH_ALONE, _SHARES_GAP, _BAR = 62.0, 3.0, 4.2
_NAME_OVER_BAR: Final = 7.6  # three lines
_EDGE: Final = 2.5  # room for half a mark at either end of the scale
# where a coded mean's triangle points, on an axis across and on one upwards
_SIDEWAYS: Final = MappingProxyType({Coding.UNDER: "<", Coding.OVER: ">"})
_UPRIGHT: Final = MappingProxyType({Coding.UNDER: "v", Coding.OVER: "^"})

_Box = tuple[float, float, float, float]  # left, top, width, height


class NamePlace(Enum):
    """Where the names of a figure's rows stand."""

    OUTSIDE = "outside"  # in the table beside it
    LEFT = "left"
    ABOVE = "above"  # each above its own row: for narrow screens


@dataclass(frozen=True, slots=True)
class RowNames:
    """The names of the rows of a figure, and where they stand."""

    texts: Sequence[str] = ()
    place: NamePlace = NamePlace.OUTSIDE

    @property
    def left(self) -> float:
        """Return the room that they take at the left, in mm."""
        return _NAMES_WIDTH if self.place is NamePlace.LEFT else 0.0

    def write(self, axes: Axes, row: int, *, middle: float, top: float, size: float, letters: int) -> None:
        """Write a row's name in lines of so many letters: beside its middle, or above its top."""
        if self.place is NamePlace.OUTSIDE:
            return
        above = self.place is NamePlace.ABOVE
        lines = textwrap.wrap(self.texts[row], letters, max_lines=3 if above else 2, placeholder=" …")
        axes.annotate(
            "\n".join(lines),
            (0, top if above else middle),
            xycoords=("figure fraction", "data"),
            verticalalignment="bottom" if above else "center",
            size=size,
            color=_INK,
        )


_OUTSIDE: Final = RowNames()


@as_svg
def overview_chart(profile: Profile, locale: Locale, names: RowNames = _OUTSIDE) -> Figure:
    """Draw all dimensions as points with intervals, the wave before as pale rings behind them.

    The maturity levels lie behind those of which a level is released: a bare point over them would claim one.
    """
    count, row = len(profile.version.dimensions), OVERVIEW_ROW
    if names.place is NamePlace.ABOVE:
        row += 2
    height = row * count
    figure = new_figure(names.left + OVERVIEW_WIDTH, OVERVIEW_HEAD + height + 1)
    axes = add_axes(figure, left=names.left, top=OVERVIEW_HEAD, bottom=1)
    low, *_, high = map(float, profile.version.scale.categories)
    edge = _EDGE * (high - low) / (OVERVIEW_WIDTH - 2 * _EDGE)
    axes.set(xlim=(low - edge, high + edge), ylim=(height, 0))
    _draw_levels(axes, profile, locale, row)
    middles = [row * (position + 1) - OVERVIEW_ROW / 2 for position in range(count)]
    for position, middle in enumerate(middles):
        names.write(axes, position, middle=middle, top=middle - 2, size=8, letters=36)
    _draw_means(axes, profile, middles)
    return figure


def _draw_means(axes: Axes, profile: Profile, middles: Sequence[float]) -> None:
    rings, intervals, means = [], [], []
    for middle, dimension in zip(middles, profile.version, strict=True):
        if earlier := _earlier_mean(profile, dimension.id):
            rings.append((earlier.value, middle))
        released = profile.dimension(dimension.id)
        if isinstance(released, Suppressed):
            continue
        if isinstance(released.interval, ReleasedInterval):
            intervals.append((middle, released.interval.low, released.interval.high))
        if isinstance(released.mean, ReleasedMean):
            means.append(((released.mean.value, middle), released.mean.coding))
    _draw_points(axes, rings, 1.25, (_PAPER, _BEFORE))
    if intervals:
        axes.hlines(*zip(*intervals, strict=True), color=_MARK, linewidth=0.9 * MM)
    _draw_coded(axes, means, 1.55, _SIDEWAYS)


def is_coded(mean: ReleasedMean | Suppressed) -> bool:
    """Return whether a mean is shown, and as lying beyond a number."""
    return isinstance(mean, ReleasedMean) and mean.coding is not Coding.EXACT


def has_ring(profile: Profile, dimension_id: str) -> bool:
    """Return whether the dimension has a ring for the wave before behind its point."""
    return _earlier_mean(profile, dimension_id) is not None


def _earlier_mean(profile: Profile, dimension_id: str) -> ReleasedMean | None:
    earlier = profile.before.dimensions.get(dimension_id) if profile.before else None
    if not earlier or isinstance(earlier.mean, Suppressed) or isinstance(earlier.level, Suppressed):
        return None
    return earlier.mean


def _draw_levels(axes: Axes, profile: Profile, locale: Locale, row: float) -> None:
    """Draw bands behind the rows that have a level, their names above, and a line at each category."""
    levels, categories = profile.version.levels, profile.version.scale.categories
    wording = profile.version.wording(profile.identity.edition, locale.language)
    start, end = axes.get_xlim()
    bands = list(pairwise([start, *levels.cuts, end]))
    tops = [row * k for k, each in enumerate(profile.version) if profile.has_level(each.id)]
    colours = [_BANDS[k % len(_BANDS)] for k in range(len(bands))]
    for tint in _BANDS:
        own = [band for band, colour in zip(bands, colours, strict=True) if colour == tint]
        _fill(axes, [(low, top, high - low, row) for low, high in own for top in tops], tint)
    for (low, high), level in zip(bands, levels.ids, strict=True):
        if tops:
            width = OVERVIEW_WIDTH * (high - low) / (end - start)
            lines = textwrap.wrap(wording.levels[level], max(8, int(width / 1.25)), break_long_words=False)
            middle = (low + high) / 2
            axes.text(middle, -4.2, "\n".join(lines), size=7, color=_INK, horizontalalignment="center")
    axes.vlines(categories, 0, axes.get_ylim()[0], color=_RULE, linewidth=0.12 * MM)
    for value in categories:
        axes.text(value, -1.1, locale.number(value), size=7, color=_SOFT, horizontalalignment="center")


def _fill(axes: Axes, boxes: Iterable[_Box], colour: str) -> None:
    """Fill boxes with a colour, as one patch: that takes a third of the time of one for each."""
    corners = [((x, y), (x + w, y), (x + w, y + h), (x, y + h), (x, y)) for x, y, w, h in boxes if w and h]
    if corners:
        codes = [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY] * len(corners)
        path = Path(np.array(corners).reshape(-1, 2), codes)
        axes.add_patch(PathPatch(path, facecolor=colour, linewidth=0))


def _draw_points(
    axes: Axes,
    places: Sequence[tuple[float, float]],
    radius: float,
    colours: tuple[str, str],
    marker: str = "o",
) -> None:
    """Draw filled circles, or what `marker` is, of a radius in mm with a thin edge."""
    if places:
        fill, edge = colours
        axes.plot(
            *zip(*places, strict=True),
            marker,
            markersize=2 * radius * MM,
            color=fill,
            markeredgecolor=edge,
            markeredgewidth=0.28 * MM,
        )


def _draw_coded(
    axes: Axes,
    means: Sequence[tuple[tuple[float, float], Coding]],
    radius: float,
    towards: Mapping[Coding, str],
) -> None:
    """Draw means at their places: points, and open triangles for those that lie beyond theirs."""
    _draw_points(axes, [place for place, each in means if each is Coding.EXACT], radius, (_MARK, _PAPER))
    for coding, marker in towards.items():
        own = [place for place, each in means if each is coding]
        _draw_points(axes, own, radius, (_PAPER, _MARK), marker)


@as_svg
def shares_chart(shares: AnswerShares, reach: AxisRange, names: RowNames = _OUTSIDE) -> Figure:
    """Draw bars: below the middle left of zero, above it to the right, the middle in a place of its own."""
    above = names.place is NamePlace.ABOVE
    width = _SHARES_WIDTH_ALONE if above else SHARES_WIDTH
    row = SHARES_ROW + (_NAME_OVER_BAR if above else 0)
    height = row * len(shares.rows)
    figure = new_figure(names.left + width, height)
    axes = add_axes(figure, left=names.left)
    percent = reach.low + reach.high + reach.middle
    middle_from = reach.high + _SHARES_GAP * percent / (width - _SHARES_GAP)
    axes.set(xlim=(-reach.low, middle_from + reach.middle), ylim=(height, 0))
    boxes: dict[str, list[_Box]] = {}
    for position, each in enumerate(shares.rows):
        middle = row * (position + 1) - SHARES_ROW / 2
        names.write(axes, position, middle=middle, top=middle - SHARES_ROW / 2 + 0.8, size=6, letters=50)
        if isinstance(each.shares, Suppressed):
            continue
        bars = _bars(each.shares, middle_from)
        for tint, (start, share) in zip(colours(len(each.shares)), bars, strict=True):
            boxes.setdefault(tint, []).append((start, middle - _BAR / 2, share, _BAR))
    for tint, own in boxes.items():
        _fill(axes, own, tint)
    # the lines that bars start from: through all rows, but not through names above them
    for bottom in np.arange(row, height + 1, row) if above else [height]:
        long = SHARES_ROW if above else height
        axes.vlines([0, middle_from], bottom - long + 0.6, bottom - 0.6, color=_SOFT, linewidth=0.2 * MM)
    return figure


def _bars(shares: tuple[int, ...], middle_from: float) -> list[tuple[float, float]]:
    """Return the bar of each category, low to high, as its left end and its width in percent."""
    low, middle, high = three_way(shares)
    below: list[float] = [0, *(-end for end in accumulate(low[::-1]))]
    parts: list[list[float]] = [
        below[::-1],
        [middle_from, *(middle_from + end for end in accumulate(middle))],
        [0, *accumulate(high)],
    ]
    return [(start, end - start) for ends in parts for start, end in pairwise(ends)]


def colours(categories: int) -> tuple[str, ...]:
    """Return a colour for each category, low to high: the five, or blends of them for other scales."""
    if categories == 3:  # noqa: PLR2004 - below, on and above the middle
        return _CATEGORIES[1:4]
    anchors = np.array([[int(colour[k : k + 2], 16) for k in (1, 3, 5)] for colour in _CATEGORIES])
    places = np.linspace(0, len(_CATEGORIES) - 1, categories)
    blends = [np.interp(places, range(len(_CATEGORIES)), anchors[:, part]) for part in range(3)]
    return tuple("#" + "".join(f"{round(part):02X}" for part in blend) for blend in zip(*blends, strict=True))


@as_svg
def time_chart(profile: Profile, dimension_id: str, locale: Locale) -> Figure:
    """Draw a dimension in every wave: points, intervals, gaps, a broken line where the version changes."""
    figure = new_figure(TIME_WIDTH, TIME_HEIGHT)
    last = next((point for point in reversed(profile.series(dimension_id)) if point), None)
    right = _TIME_RIGHT_WORDS if last and is_coded(last.mean) else _TIME_RIGHT
    axes = add_axes(figure, left=_TIME_LEFT, top=4, right=right, bottom=2)
    categories, count = profile.version.scale.categories, len(profile.waves)
    low, high = categories[0], categories[-1]
    axes.set(xlim=(-0.5, count - 0.5), ylim=(low, high))
    axes.hlines(categories, *axes.get_xlim(), color=_RULE, linewidth=0.1 * MM)
    for value in (low, high):
        _write_beside(axes, -0.5, value, -1.5, locale.number(value), size=6.5, colour=_SOFT)
    for position, (earlier, later) in enumerate(pairwise(profile.waves)):
        if earlier.reference != later.reference:
            axes.axvline(position + 0.5, color=_SOFT, linewidth=0.24 * MM, linestyle=(0, (4.6, 2.9)))
    _draw_series(axes, profile, dimension_id, locale)
    return figure


def _draw_series(axes: Axes, profile: Profile, dimension_id: str, locale: Locale) -> None:
    points = profile.series(dimension_id)
    if line := _line(profile, points):
        axes.plot(*zip(*line, strict=True), color=_BEFORE, linewidth=0.35 * MM)
    shown = [(position, point) for position, point in enumerate(points) if point is not None]
    spans = [
        (position, point.interval.low, point.interval.high)
        for position, point in shown
        if isinstance(point.interval, ReleasedInterval)
    ]
    if spans:
        axes.vlines(*zip(*spans, strict=True), color=_MARK, linewidth=0.7 * MM)
    places = [((position, point.mean.value), point.mean.coding) for position, point in shown]
    _draw_coded(axes, places, 1.1, _UPRIGHT)
    if shown:
        position, last = shown[-1]
        text = mean_text(last.mean, locale)
        _write_beside(axes, position, last.mean.value, 2.2, text, size=8, colour=_INK)


def _line(profile: Profile, points: Sequence[Point | None]) -> list[tuple[float, float]]:
    """Return the line between neighbouring waves that compare, none to a mean that lies beyond its number."""
    line: list[tuple[float, float]] = []
    for position, (earlier, later) in enumerate(pairwise(points)):
        waves = profile.waves[position], profile.waves[position + 1]
        if earlier is None or later is None or is_coded(earlier.mean) or is_coded(later.mean):
            continue
        if profile.compared(*waves):
            # what is not a number leaves a gap between two lines
            line += [(position, earlier.mean.value), (position + 1, later.mean.value), (math.nan, math.nan)]
    return line


def _write_beside(
    axes: Axes, across: float, up: float, aside: float, text: str, *, size: float, colour: str
) -> None:
    """Write a text so many mm to the right of a place, or to its left where that is negative."""
    left, right = axes.get_xlim()
    width = TIME_WIDTH * axes.get_position().width
    beside = across + aside * (right - left) / width
    side: Literal["left", "right"] = "left" if aside > 0 else "right"
    axes.text(beside, up, text, size=size, color=colour, horizontalalignment=side, verticalalignment="center")
