"""The figures of a report, drawn from what was released: standalone SVG files, the same on paper and screen.

Names and numbers stand in the table beside a figure, row by row; `RowLabels` puts the names into the
drawing where there is no room beside it, and above the rows where it must be narrow too. No mark tells a
withheld value from another: where nothing is told, nothing is.
"""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Final

import numpy as np

from reports.disclosure import ReleasedInterval, ReleasedMean, Suppressed
from reports.presentation.locale import Locale
from reports.presentation.svg import Box, Drawing
from reports.results.answer_shares import AnswerShares, AxisRange, three_way
from reports.results.profile import Point, Profile

_CATEGORIES: Final = ("#A6450E", "#F0A868", "#DAD9D5", "#82B4D8", "#1B5E8C")
POINT, BEFORE, INK, SOFT, RULE, PAPER = "#1B5E8C", "#8FA3B3", "#22292F", "#59636B", "#C9CCCE", "#FFFFFF"
BANDS: Final = ("#F3F1ED", "#E7E5DF", "#F3F1ED", "#E7E5DF")

NAMES: Final = 52.0  # mm for names inside a drawing, at its left
_LEADING: Final = 0.42  # mm from line to line, for every point of size
LINES_BESIDE, LINES_ABOVE = 2, 3
GLANCE_WIDTH, GLANCE_HEAD, GLANCE_ROW = 77.0, 10.0, 12.0
BARS_WIDTH, BARS_ALONE, BARS_ROW, BARS_GAP = 46.0, 62.0, 6.6, 3.0
TIME_WIDTH, TIME_HEIGHT = 56.0, 31.0


@dataclass(frozen=True, slots=True)
class RowLabels:
    """The names of the rows as a drawing has them: none, at the left of their rows, or `above` them."""

    texts: Sequence[str] = ()
    above: bool = False

    @property
    def left(self) -> float:
        """The room at the left, in mm."""
        return NAMES if self.texts and not self.above else 0.0

    def over(self, size: float) -> float:
        """The room over the marks of a row, in mm, for lines of that size in points."""
        return LINES_ABOVE * size * _LEADING if self.above else 0.0

    def write(self, sheet: Drawing, row: int, middle: float, below: float, *, size: float, wide: int) -> None:
        """Write a row's name in lines of so many characters: about its middle, or the last at `below`."""
        if not self.texts:
            return
        most, leading = LINES_ABOVE if self.above else LINES_BESIDE, size * _LEADING
        lines = textwrap.wrap(self.texts[row], wide, max_lines=most, placeholder=" …")
        depth = leading * (len(lines) - 1)
        first = below - depth if self.above else middle + size * 0.125 - depth / 2
        for line, text in enumerate(lines):
            sheet.word(0, first + leading * line, text, size=size, colour=INK, align="left")


_UNNAMED: Final = RowLabels()


def overview_chart(profile: Profile, words: Locale, names: RowLabels = _UNNAMED) -> bytes:
    """All dimensions as points with intervals, the wave before pale behind them.

    The maturity levels lie behind those of which a level is told: a bare point over them would claim one.
    """
    dimensions, row = profile.version.dimensions, GLANCE_ROW + (2.0 if names.above else 0.0)
    sheet = Drawing(names.left + GLANCE_WIDTH, GLANCE_HEAD + row * len(dimensions) + 1)
    categories = profile.version.scale.categories
    across = _Across(names.left, GLANCE_WIDTH, float(categories[0]), float(categories[-1]))
    _levels(sheet, profile, words, across, row)
    for position, dimension in enumerate(dimensions):
        bottom = GLANCE_HEAD + row * (position + 1)
        middle = bottom - GLANCE_ROW / 2
        names.write(sheet, position, middle, middle - 2.6, size=8, wide=36)
        if earlier := _ring(profile, dimension.id):
            sheet.dots([(across.at(earlier.value), middle)], 1.25, PAPER, BEFORE)
        figure = profile.dimension(dimension.id)
        if not isinstance(figure, Suppressed):
            _estimate(sheet, across, middle, figure.mean, figure.interval)
    return sheet.svg()


def is_ringed(profile: Profile, dimension_id: str) -> bool:
    """Whether the dimension has a ring for the wave before behind its point."""
    return _ring(profile, dimension_id) is not None


def _ring(profile: Profile, dimension_id: str) -> ReleasedMean | None:
    earlier = profile.before.dimensions.get(dimension_id) if profile.before else None
    if not earlier or isinstance(earlier.mean, Suppressed) or isinstance(earlier.level, Suppressed):
        return None
    return earlier.mean


class _Across:
    """Places values of the scale from left to right, with room for half a point mark at either end."""

    EDGE = 2.5

    def __init__(self, left: float, width: float, low: float, high: float) -> None:
        self.left, self.low, self.high = left + self.EDGE, low, high
        self.width = width - 2 * self.EDGE

    def at(self, value: float) -> float:
        return self.left + self.width * (value - self.low) / (self.high - self.low)


def _levels(sheet: Drawing, profile: Profile, words: Locale, across: _Across, row: float) -> None:
    levels, categories = profile.version.levels, profile.version.scale.categories
    wording = profile.version.wording(profile.identity.edition, words.language)
    edges = [across.low, *levels.cuts, across.high]
    depth = sheet.height - GLANCE_HEAD
    tops = [
        GLANCE_HEAD + row * position
        for position, dimension in enumerate(profile.version)
        if profile.tells_level(dimension.id)
    ]
    for position, (start, end) in enumerate(pairwise(edges)):
        left, right = across.at(start), across.at(end)
        left -= across.EDGE if position == 0 else 0
        right += across.EDGE if end == across.high else 0
        sheet.boxes([(left, top, right - left, row) for top in tops], BANDS[position % len(BANDS)])
        if not tops:
            continue
        name = wording.levels[levels.ids[position]]
        lines = textwrap.wrap(name, max(8, int((right - left) / 1.25)), break_long_words=False)
        for line, text in enumerate(reversed(lines)):
            sheet.word((left + right) / 2, GLANCE_HEAD - 4.6 - 2.9 * line, text, size=7, colour=INK)
    sheet.boxes([(across.at(value) - 0.06, GLANCE_HEAD, 0.12, depth) for value in categories], RULE)
    for value in categories:
        sheet.word(across.at(value), GLANCE_HEAD - 1.1, words.number(value), size=7, colour=SOFT)


def _estimate(
    sheet: Drawing,
    across: _Across,
    middle: float,
    mean: ReleasedMean | Suppressed,
    interval: ReleasedInterval | Suppressed,
) -> None:
    if not isinstance(interval, Suppressed):
        low, high = across.at(interval.low), across.at(interval.high)
        sheet.boxes([(low, middle - 0.45, high - low, 0.9)], POINT)
    if not isinstance(mean, Suppressed):
        sheet.dots([(across.at(mean.value), middle)], 1.55, POINT, PAPER)


def shares_chart(found: AnswerShares, reach: AxisRange, names: RowLabels = _UNNAMED) -> bytes:
    """Diverging bars: below the middle left of zero, above it to the right, the middle in its own place."""
    width = BARS_ALONE if names.above else BARS_WIDTH
    left, height = names.left, BARS_ROW + names.over(size=6)
    sheet = Drawing(left + width, height * len(found.rows))
    unit = (width - BARS_GAP) / (reach.low + reach.high + reach.middle)
    zero, aside = left + reach.low * unit, left + width - reach.middle * unit
    boxes: dict[str, list[Box]] = {}
    for position, row in enumerate(found.rows):
        bottom = height * (position + 1)
        names.write(sheet, position, bottom - BARS_ROW / 2, bottom - BARS_ROW + 0.3, size=6, wide=50)
        if isinstance(row.shares, Suppressed):
            continue
        low, middle, high = three_way(row.shares)
        tints = colours(len(row.shares))
        parts = [
            *_stacked(low[::-1], zero, -unit),
            *_stacked(middle, aside, unit),
            *_stacked(high, zero, unit),
        ]
        order = [*tints[: len(low)][::-1], *tints[len(low) :]]
        for tint, (start, share) in zip(order, parts, strict=True):
            boxes.setdefault(tint, []).append((start, bottom - BARS_ROW + 1.2, share, BARS_ROW - 2.4))
    for tint, each in sorted(boxes.items()):
        sheet.boxes(each, tint)
    _rules(sheet, (zero, aside), names, height)
    return sheet.svg()


def _rules(sheet: Drawing, places: Sequence[float], names: RowLabels, height: float) -> None:
    """The lines that bars start from: through all rows of that height, but not through names above them."""
    tops = np.arange(height - BARS_ROW, sheet.height, height) if names.above else [0.0]
    long = BARS_ROW if names.above else sheet.height
    sheet.boxes([(place - 0.1, float(top) + 0.6, 0.2, long - 1.2) for place in places for top in tops], SOFT)


def _stacked(shares: Sequence[int], start: float, unit: float) -> list[tuple[float, float]]:
    ends = [start + unit * share for share in accumulate(shares)]
    return [(min(a, b), abs(b - a)) for a, b in pairwise([start, *ends])]


def colours(categories: int) -> tuple[str, ...]:
    """A colour for each category, low to high: the five, or blends of them for other scales."""
    if categories == 3:  # noqa: PLR2004 - below, on and above the middle
        return _CATEGORIES[1:4]
    anchors = np.array([[int(colour[k : k + 2], 16) for k in (1, 3, 5)] for colour in _CATEGORIES])
    places = np.linspace(0, len(_CATEGORIES) - 1, categories)
    blends = [np.interp(places, range(len(_CATEGORIES)), anchors[:, part]) for part in range(3)]
    return tuple("#" + "".join(f"{round(part):02X}" for part in blend) for blend in zip(*blends, strict=True))


def time_chart(profile: Profile, dimension_id: str, words: Locale) -> bytes:
    """A dimension in every wave: points, intervals, gaps where nothing is told, a seam between versions."""
    sheet = Drawing(TIME_WIDTH, TIME_HEIGHT)
    categories = profile.version.scale.categories
    low, high, top, bottom = float(categories[0]), float(categories[-1]), 4.0, TIME_HEIGHT - 2.0
    left, right, count = 5.0, TIME_WIDTH - 8.0, len(profile.waves)

    def height(value: float) -> float:
        return bottom - (bottom - top) * (value - low) / (high - low)

    places = [left + (right - left) * (position + 0.5) / count for position in range(count)]
    sheet.boxes([(left, height(value) - 0.05, right - left, 0.1) for value in categories], RULE)
    for value in (low, high):
        sheet.word(left - 1.5, height(value) + 0.9, words.number(value), size=6.5, colour=SOFT, align="right")
    _seams(sheet, profile, places, top, bottom)
    points = profile.series(dimension_id)
    told = [(place, point) for place, point in zip(places, points, strict=True) if point is not None]
    for k, (a, b) in enumerate(pairwise(points)):
        if a is not None and b is not None and profile.compared(profile.waves[k], profile.waves[k + 1]):
            ends = [(places[k], height(a.mean.value)), (places[k + 1], height(b.mean.value))]
            sheet.line(ends, BEFORE)
    sheet.boxes(
        [
            (
                place - 0.35,
                height(point.interval.high),
                0.7,
                height(point.interval.low) - height(point.interval.high),
            )
            for place, point in told
            if isinstance(point.interval, ReleasedInterval)
        ],
        POINT,
    )
    sheet.dots([(place, height(point.mean.value)) for place, point in told], 1.1, POINT, PAPER)
    _last_word(sheet, told, height(told[-1][1].mean.value) if told else 0.0, words)
    return sheet.svg()


def _last_word(sheet: Drawing, told: Sequence[tuple[float, Point]], height: float, words: Locale) -> None:
    if told:
        place, point = told[-1]
        text = words.number(point.mean.value, point.mean.decimals)
        sheet.word(place + 2.2, height + 1, text, size=8, colour=INK, align="left")


def _seams(sheet: Drawing, profile: Profile, places: Sequence[float], top: float, bottom: float) -> None:
    """A broken upright line where one wave answered another version than the wave before it."""
    seams = [
        (a + b) / 2
        for (a, before), (b, after) in pairwise(list(zip(places, profile.waves, strict=True)))
        if before.reference != after.reference
    ]
    dashes = np.arange(top - 2, bottom, 1.8)
    sheet.boxes([(seam - 0.12, float(dash), 0.24, 1.1) for seam in seams for dash in dashes], SOFT)
