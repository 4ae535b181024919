"""Draw a round: in each dimension the units as dots without names, and the total with its interval."""

import textwrap
from collections import Counter
from typing import TYPE_CHECKING, Final

from instruments.model import Wording
from reports.disclosure import Coding, ReleasedInterval, ReleasedMean, Suppressed
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
from reports.presentation.figures.drawing import MM, add_axes, fill, new_figure
from reports.presentation.figures.overview import ON_PAPER, OverviewShape
from reports.presentation.figures.palette import INK, MARK, MARK_INTERVAL, QUIET, RULE
from reports.presentation.locale import Locale
from reports.presentation.sentences import mean_text
from reports.results.round_results import RoundResults

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_HEAD, _FOOT = 3.0, 5.0  # mm
_DOT: Final = 0.85
_STACK: Final = 1.5  # mm between dots of one value, where they have room
_NAME: Final = 5.8  # mm of a name above its row


def unit_dots_figure(
    results: RoundResults, wording: Wording, locale: Locale, shape: OverviewShape = ON_PAPER
) -> "Figure":
    """Draw a row for each dimension: above, the units; below, the total, and under it last year's.

    Dots lie by their value alone: they have neither names nor an order, and equal ones are stacked.
    """
    count = len(results.version.dimensions)
    height = shape.row * count
    figure = new_figure(shape.width, _HEAD + height + _FOOT)
    axes = add_axes(figure, left=shape.names, top=_HEAD, right=shape.numbers, bottom=_FOOT)
    axis = _axis(results)
    axes.set(xlim=(axis.low, axis.high), ylim=(height, 0))
    draw_scale(axes, axis, locale, top=0, bottom=height)
    for place, dimension in enumerate(results.version):
        top = shape.row * place
        if place:
            axes.hlines(top, axis.low, axis.high, color=RULE, linewidth=0.1 * MM)
        name = "\n".join(textwrap.wrap(wording.dimensions[dimension.id].name, shape.letters, max_lines=3))
        where = top + (4.2 if shape.above else shape.row / 2)
        write(axes, (0.0, where), name, size=9, coordinates=_IN_FIGURE)
        lower = top + shape.row * 0.68
        # above the total, and below the row's name or its top
        room = lower - 4.6 - top - (_NAME if shape.above else 0)
        _draw_units(axes, results, dimension.id, lower - 4.6, room)
        _draw_total(axes, results, dimension.id, lower, locale=locale, shape=shape)
    return figure


_IN_FIGURE: Final = ("figure fraction", "data")


def _axis(results: RoundResults) -> ScaleAxis:
    values = []
    for dimension in results.version:
        values += [mean.value for mean in results.unit_means(dimension.id)]
        for figure in (results.figure(dimension.id), results.earlier_figure(dimension.id)):
            if not isinstance(figure, Suppressed):
                values += spanned([(figure.mean, figure.interval)])
    return scale_axis(results.version.scale, values)


def _draw_units(axes: "Axes", results: RoundResults, name: str, bottom: float, room: float) -> None:
    """Draw the units, equal ones above each other: closer where so many would leave the row."""
    means = results.unit_means(name)
    tallest = max(Counter(mean.value for mean in means).values(), default=1)
    step = min(_STACK, (room - _DOT) / max(1, tallest - 1))
    seen: Counter[float] = Counter()
    dots: list[tuple[float, float, Coding]] = []
    for mean in means:
        dots.append((mean.value, bottom - step * seen[mean.value], mean.coding))
        seen[mean.value] += 1
    draw_means(axes, dots, _DOT, QUIET, SIDEWAYS)


def _draw_total(
    axes: "Axes", results: RoundResults, name: str, middle: float, *, locale: Locale, shape: OverviewShape
) -> None:
    now, earlier = results.figure(name), results.earlier_figure(name)
    if not isinstance(earlier, Suppressed):
        draw_earlier(axes, earlier, middle + 2.6)
    if isinstance(now, Suppressed) or not isinstance(now.mean, ReleasedMean):
        return
    if isinstance(now.interval, ReleasedInterval):
        fill(
            axes, [(now.interval.low, middle - 1.3, now.interval.high - now.interval.low, 2.6)], MARK_INTERVAL
        )
    draw_means(axes, [(now.mean.value, middle, now.mean.coding)], 1.3, MARK, SIDEWAYS)
    place = (shape.width - shape.numbers + 2.5) / shape.width
    text = mean_text(now.mean, locale)
    plain = now.mean.coding is Coding.EXACT
    write(
        axes,
        (place, middle),
        text if plain else text.replace(" ", "\n", 1),
        size=10.5 if plain else 8,
        colour=INK,
        bold=True,
        coordinates=_IN_FIGURE,
    )
