"""Draw how the answers to statements lie: one bar of 100 % each, favourable answers to the right."""

from collections.abc import Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from reports.disclosure import Suppressed
from reports.presentation.figures.axes import write
from reports.presentation.figures.drawing import MM, Box, add_axes, fill, new_figure
from reports.presentation.figures.palette import INK, PAPER, SOFT, category_colours, ink_on
from reports.results.answer_shares import AxisRange, SharesRow, three_way

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH, ROW = 104.0, 8.6  # mm
_BAR, _TICK = 5.0, 1.2
_LEAST_LABELLED: Final = 8  # percent: the number fits into its segment
_SIZE: Final = 7.2  # points


def answer_bars_figure(
    rows: Sequence[SharesRow], reach: AxisRange, width: float = WIDTH, row: float = ROW
) -> "Figure":
    """Draw a bar for each row, its neutral answers half on either side of zero, its shares in its segments.

    A tick marks the favourable share of the wave before: where the bar's right end would have been.
    """
    height = row * len(rows)
    figure = new_figure(width, height)
    axes = add_axes(figure)
    axes.set(xlim=(-reach.low, reach.high), ylim=(height, 0))
    boxes: dict[str, list[Box]] = {}
    for place, each in enumerate(rows):
        if not isinstance(each.shares, Suppressed):
            middle = row * (place + 0.5)
            _collect(axes, boxes, each, middle)
    # behind the bars: it is seen between them
    axes.vlines(0, 0.4, height - 0.4, color=SOFT, linewidth=0.25 * MM, zorder=0)
    for colour, own in boxes.items():
        fill(axes, own, colour, edge=PAPER)
    _draw_ticks(axes, rows, row)
    return figure


def _collect(axes: "Axes", boxes: dict[str, list[Box]], row: SharesRow, middle: float) -> None:
    if isinstance(row.shares, Suppressed):
        return
    ends = segments(row.shares)
    for colour, share, start in zip(category_colours(len(ends)), row.shares, ends, strict=True):
        boxes.setdefault(colour, []).append((start, middle - _BAR / 2, share, _BAR))
        if share >= _LEAST_LABELLED:
            place = (start + share / 2, middle)
            write(axes, place, str(share), size=_SIZE, colour=ink_on(colour), across="center")


def segments(shares: Sequence[int]) -> list[float]:
    """Return where the segment of each category begins, in percent, half of the neutral ones left of zero."""
    low, middle, _ = three_way(tuple(shares))
    start = -(sum(low) + sum(middle) / 2)
    return [start + before for before in accumulate((0, *shares[:-1]))]


def _draw_ticks(axes: "Axes", rows: Sequence[SharesRow], row: float) -> None:
    """Draw where the favourable answers of the wave before would end, if they began where the bars' do."""
    found = []
    for place, each in enumerate(rows):
        if isinstance(each.earlier, Suppressed) or isinstance(each.shares, Suppressed):
            continue
        _, neutral, _ = three_way(each.shares)
        across, middle = sum(neutral) / 2 + each.earlier, row * (place + 0.5)
        # above and below the bar, so that it crosses no number
        found += [(across, middle + side * _BAR / 2, middle + side * (_BAR / 2 + _TICK)) for side in (-1, 1)]
    if found:
        axes.vlines(*zip(*found, strict=True), color=INK, linewidth=0.6 * MM)
