"""Draw all dimensions of a wave on one page: means with intervals, the wave before, and what is certain."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from reports.disclosure import Coding, ReleasedDimension, ReleasedInterval, ReleasedMean, Suppressed
from reports.presentation.figures.axes import (
    SIDEWAYS,
    ScaleAxis,
    draw_earlier,
    draw_means,
    draw_scale,
    scale_axis,
    spanned,
    write,
)
from reports.presentation.figures.drawing import MM, Box, add_axes, fill, new_figure
from reports.presentation.figures.palette import (
    INK,
    MARK,
    MARK_INTERVAL,
    QUIET,
    QUIET_INTERVAL,
    RULE,
    SOFT,
)
from reports.presentation.sentences import Sentences
from reports.results.certain import CERTAIN, change
from reports.results.profile import Profile
from reports.results.verdicts import Contrast, Verdict

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_HEAD, _FOOT = 9.0, 5.0  # mm for the levels' names and for the axis
_ARROWS: Final = {Verdict.HIGHER: "↑", Verdict.LOWER: "↓"}
_QUIET: Final = (Verdict.NO_CERTAIN_CHANGE, Verdict.RESPONSE_TOO_LOW)
_LINE, _SMALL = 3.9, 7.2  # mm of a line of a name, and points of a smaller one
_DOT, _BAR = 1.35, 3.4


@dataclass(frozen=True, slots=True)
class OverviewShape:
    """How large the figure is, in mm; names stand at the left, or `above` their rows on narrow screens."""

    width: float = 120.0
    row: float = 16.0
    names: float = 38.0
    numbers: float = 17.0
    above: bool = False
    letters: int = 19  # in a line of a name


ON_PAPER: Final = OverviewShape()
NARROW: Final = OverviewShape(width=90.0, row=17.0, names=2.0, numbers=17.0, above=True, letters=46)


def overview_figure(sentences: Sentences, shape: OverviewShape = ON_PAPER) -> "Figure":
    """Draw a row for each dimension: mean, interval, the wave before under it, and the mean as a number.

    Rows with a certain change are dark, with an arrow and the difference; where waves are compared, all
    others are quiet. Limits of levels are drawn where a level is released: a bare point would claim one.
    """
    profile = sentences.profile
    count = len(profile.version.dimensions)
    height = shape.row * count
    figure = new_figure(shape.width, _HEAD + height + _FOOT)
    axes = add_axes(figure, left=shape.names, top=_HEAD, right=shape.numbers, bottom=_FOOT)
    axis = _axis(profile)
    axes.set(xlim=(axis.low, axis.high), ylim=(height, 0))
    draw_scale(axes, axis, sentences.words, top=0, bottom=height)
    _draw_levels(axes, axis, sentences, height, shape)
    for place, dimension in enumerate(profile.version):
        top = shape.row * place
        if place:
            axes.plot(
                [0, 1], [1 - top / height] * 2, color=RULE, linewidth=0.1 * MM, transform=axes.transAxes
            )
        _draw_row(axes, sentences, dimension.id, top, shape)
    return figure


def _axis(profile: Profile) -> ScaleAxis:
    waves = [each for each in (profile.released, profile.before) if each and not isinstance(each, Suppressed)]
    shown = [figure for wave in waves for figure in wave.dimensions.values()]
    return scale_axis(profile.version.scale, spanned((each.mean, each.interval) for each in shown))


def is_cropped(profile: Profile) -> bool:
    """Return whether the figure shows a part of the scale alone."""
    return _axis(profile).is_cropped


def earlier_figure(profile: Profile, dimension_id: str) -> ReleasedDimension | None:
    """Return the wave before of a dimension, where a row shows it; never without intervals."""
    now = profile.dimension(dimension_id)
    earlier = profile.before.dimensions.get(dimension_id) if profile.before else None
    if not earlier or isinstance(now, Suppressed):
        return None
    lacking = [
        each for each in (now.interval, earlier.mean, earlier.interval) if isinstance(each, Suppressed)
    ]
    return None if lacking else earlier


def _draw_row(axes: "Axes", sentences: Sentences, name: str, top: float, shape: OverviewShape) -> None:
    profile, figure = sentences.profile, sentences.profile.dimension(name)
    middle = top + (shape.row * 0.62 if shape.above else shape.row * 0.42)
    found = change(profile, name, Contrast.PREVIOUS)
    certain = found is not None and found.verdict in CERTAIN
    quiet = found is not None and found.verdict in _QUIET
    _draw_name(axes, sentences.wording.dimensions[name].name, (top, middle), shape, bold=certain)
    if isinstance(figure, Suppressed) or not isinstance(figure.mean, ReleasedMean):
        write(axes, (1, middle), sentences.nothing, size=9, coordinates=_AT_RIGHT)
        return
    if isinstance(figure.interval, ReleasedInterval):
        low, high = figure.interval.low, figure.interval.high
        box: Box = (low, middle - _BAR / 2, high - low, _BAR)
        fill(axes, [box], QUIET_INTERVAL if quiet else MARK_INTERVAL)
    if earlier := earlier_figure(profile, name):
        draw_earlier(axes, earlier, middle + 3.4)
    mean = (figure.mean.value, middle, figure.mean.coding)
    draw_means(axes, [mean], _DOT, QUIET if quiet else MARK, SIDEWAYS)
    _write_numbers(axes, sentences, figure.mean, middle, shape, bold=not quiet)
    if found is not None and certain:
        text = _ARROWS[found.verdict]
        if not isinstance(found.estimate, Suppressed):
            estimate = found.estimate
            text += " " + sentences.words.number(estimate.difference, estimate.decimals, signed=True)
        place = (shape.width - shape.numbers) / shape.width + 2.5 / shape.width
        write(axes, (place, middle + 4.2), text, size=8.5, colour=MARK, bold=True, coordinates=_AT_FRACTION)


_AT_RIGHT: Final = ("axes fraction", "data")
_AT_FRACTION: Final = ("figure fraction", "data")


def _write_numbers(
    axes: "Axes", sentences: Sentences, mean: ReleasedMean, middle: float, shape: OverviewShape, *, bold: bool
) -> None:
    text = sentences.mean(mean)
    plain = mean.coding is Coding.EXACT
    place = (shape.width - shape.numbers + 2.5) / shape.width
    write(
        axes,
        (place, middle),
        text if plain else text.replace(" ", "\n", 1),
        size=10.5 if plain else 8,
        bold=bold,
        coordinates=_AT_FRACTION,
    )


def _draw_name(
    axes: "Axes", name: str, heights: tuple[float, float], shape: OverviewShape, *, bold: bool
) -> None:
    size, lines = 9.0, textwrap.wrap(name, shape.letters)
    if len(lines) * _LINE > shape.row:
        # a long name in a low row is set smaller, before it is cut
        size, most = _SMALL, max(1, int(shape.row / (_LINE * _SMALL / 9)))
        lines = textwrap.wrap(name, int(shape.letters * 9 / _SMALL), max_lines=most, placeholder=" …")
    top, middle = heights
    place = (0.0, top + 4.2 if shape.above else middle)
    write(axes, place, "\n".join(lines), size=size, bold=bold, coordinates=_AT_FRACTION)


def _draw_levels(
    axes: "Axes", axis: ScaleAxis, sentences: Sentences, height: float, shape: OverviewShape
) -> None:
    """Draw a labelled line where each level begins, if any dimension has one."""
    profile = sentences.profile
    levels, names = profile.version.levels, sentences.wording.levels
    if not any(profile.has_level(each.id) for each in profile.version):
        return
    limits = [axis.low, *(cut for cut in levels.cuts if axis.low < cut < axis.high), axis.high]
    across = (shape.width - shape.names - shape.numbers) / (axis.high - axis.low)
    for low, high in pairwise(limits):
        level = names[levels.level_at((low + high) / 2)]
        letters = max(4, int((high - low) * across / 1.25))
        lines = "\n".join(_fitted(level, letters))
        write(axes, ((low + high) / 2, -1.2), lines, size=7, colour=SOFT, across="center", up="bottom")
    axes.vlines(limits[1:-1], -1, height, color=INK, linewidth=0.18 * MM, linestyle=(0, (3, 2)))


def _fitted(level: str, letters: int) -> Sequence[str]:
    """Return the lines of a level's name; cut short where its part of the axis is too narrow for a word."""
    lines = textwrap.wrap(level, max(letters, 4), break_long_words=False)
    return [line if len(line) <= letters else f"{line[: letters - 1]}." for line in lines]
