"""The part of the scale that a figure shows: cropped to where its data are, and marked where it is."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from instruments.model import Scale
from reports.disclosure import Coding, ReleasedDimension, ReleasedInterval, ReleasedMean, Suppressed
from reports.presentation.figures.drawing import MM
from reports.presentation.figures.palette import EARLIER, INK, PAPER, RULE, SOFT
from reports.presentation.locale import Locale

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_STEPS: Final = 8  # of the scale's range: an axis is cropped to whole ones, halves on a scale from 1 to 5
_FEWEST: Final = 3  # steps, so that a small difference does not look like a large one
# where a coded mean's triangle points, on an axis across and on one upwards
SIDEWAYS: Final = {Coding.UNDER: "<", Coding.OVER: ">"}
UPRIGHT: Final = {Coding.UNDER: "v", Coding.OVER: "^"}


@dataclass(frozen=True, slots=True)
class ScaleAxis:
    """What is shown of a scale, in scale points, and what the scale's own ends are."""

    low: float
    high: float
    scale: tuple[int, int]

    @property
    def is_cropped(self) -> bool:
        """Return whether a part of the scale is not shown."""
        return (self.low, self.high) != self.scale

    @property
    def ticks(self) -> tuple[float, ...]:
        """Return the whole scale points that are shown, or the ends where they are few."""
        whole = range(math.ceil(self.low), math.floor(self.high) + 1)
        return tuple(map(float, whole))


def scale_axis(scale: Scale, values: Iterable[float]) -> ScaleAxis:
    """Return the axis that shows these values with a little room, all of the scale where there are none."""
    first, last = scale.categories[0], scale.categories[-1]
    found, step = list(values), (last - first) / _STEPS
    if not found:
        return ScaleAxis(first, last, (first, last))
    low, high = (
        math.floor((min(found) - first) / step + 1e-9),
        math.ceil((max(found) - first) / step - 1e-9),
    )
    while high - low < _FEWEST:
        low, high = max(0, low - 1), min(_STEPS, high + 1)
    low, high = max(0, low), min(_STEPS, high)
    return ScaleAxis(first + low * step, first + high * step, (first, last))


def spanned(
    figures: Iterable[tuple[ReleasedMean | Suppressed, ReleasedInterval | Suppressed]],
) -> list[float]:
    """Return every number that a figure of these means and intervals marks."""
    found: list[float] = []
    for mean, interval in figures:
        if isinstance(mean, ReleasedMean):
            found.append(mean.value)
        if isinstance(interval, ReleasedInterval):
            found += [interval.low, interval.high]
    return found


def draw_scale(axes: "Axes", axis: ScaleAxis, locale: Locale, *, top: float, bottom: float) -> None:
    """Draw a line at each half scale point, its number below, and a mark where the scale is cropped."""
    halves = np.arange(axis.low, axis.high + 0.01, (axis.scale[1] - axis.scale[0]) / _STEPS)
    axes.vlines(halves, top, bottom, color=RULE, linewidth=0.1 * MM)
    axes.hlines(bottom, axis.low, axis.high, color=SOFT, linewidth=0.2 * MM)
    for value in halves:
        whole = float(value).is_integer()
        text = locale.number(float(value), 0 if whole else 1)
        axes.text(
            value, bottom + 3.1, text, size=7, color=SOFT, horizontalalignment="center", fontweight="normal"
        )
    ends = [(axis.low, axis.scale[0]), (axis.high, axis.scale[1])]
    breaks = [shown for shown, end in ends if shown != end]
    for value in breaks:
        # two slanted strokes: the axis goes on
        axes.plot(
            [value], [bottom], marker=(2, 0, -30), markersize=2.6 * MM, color=SOFT, markeredgewidth=0.2 * MM
        )


def draw_means(
    axes: "Axes",
    means: Sequence[tuple[float, float, Coding]],
    radius: float,
    colour: str,
    towards: dict[Coding, str],
    *,
    hollow: bool = False,
) -> None:
    """Draw means at their places: points, and open triangles for those that lie beyond theirs."""
    exact = [(x, y) for x, y, coding in means if coding is Coding.EXACT]
    draw_points(axes, exact, radius, (PAPER, colour) if hollow else (colour, PAPER))
    for coding, marker in towards.items():
        own = [(x, y) for x, y, each in means if each is coding]
        draw_points(axes, own, radius, (PAPER, colour), marker)


def draw_earlier(axes: "Axes", earlier: ReleasedDimension, middle: float) -> None:
    """Draw the mean of a year or a wave before as a tick with its interval, or as a triangle where coded."""
    if not isinstance(earlier.mean, ReleasedMean):
        return
    if isinstance(earlier.interval, ReleasedInterval):
        axes.hlines(middle, earlier.interval.low, earlier.interval.high, color=EARLIER, linewidth=0.3 * MM)
    if earlier.mean.coding is Coding.EXACT:
        axes.vlines(earlier.mean.value, middle - 1.1, middle + 1.1, color=EARLIER, linewidth=0.6 * MM)
    else:
        draw_means(axes, [(earlier.mean.value, middle, earlier.mean.coding)], 0.9, EARLIER, SIDEWAYS)


def draw_points(
    axes: "Axes",
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


def write(
    axes: "Axes",
    place: tuple[float, float],
    text: str,
    *,
    size: float = 7,
    colour: str = INK,
    bold: bool = False,
    across: str = "left",
    up: str = "center",
    coordinates: tuple[str, str] | str = "data",
) -> None:
    """Write words at a place, in the coordinates that matplotlib's `annotate` knows."""
    looks: dict[str, Any] = {
        "size": size,
        "color": colour,
        "fontweight": 600 if bold else 400,
        "horizontalalignment": across,
        "verticalalignment": up,
    }
    if coordinates == "data":
        # an annotation takes a third longer than a text
        axes.text(*place, text, **looks)
    else:
        axes.annotate(text, place, xycoords=coordinates, annotation_clip=False, **looks)
