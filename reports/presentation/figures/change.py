"""Draw what changed: each dimension's difference with its adjusted interval, filled where it is certain."""

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from reports.disclosure import Suppressed, rounding
from reports.presentation.figures.axes import draw_points, write
from reports.presentation.figures.drawing import MM, add_axes, fill, new_figure
from reports.presentation.figures.palette import INK, MARK, PAPER, QUIET, RULE, SOFT, UNSEEN
from reports.presentation.sentences import Sentences
from reports.results.certain import CERTAIN, change, comparison
from reports.results.change import ChangeInterval, Estimate
from reports.results.verdicts import Contrast, Verdict

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH, ROW = 180.0, 6.2  # mm
_LETTERS: Final = 27  # in a line of a name
_HEAD, _FOOT, _NAMES, _GAP = 9.0, 5.0, 46.0, 7.0
_REACHES: Final = (
    0.2,
    0.3,
    0.4,
    0.5,
    0.75,
    1.0,
    1.5,
    2.0,
    3.0,
    4.0,
)  # scale points: axes end at one of these


def change_figure(
    sentences: Sentences,
    width: float = WIDTH,
    row: float = ROW,
    names: float = _NAMES,
    contrasts: Sequence[Contrast] = tuple(Contrast),
) -> "Figure":
    """Draw a column for each contrast that was made: since the wave before, the first, and the trend.

    A grey band behind a row is what would have been too small to be seen there.
    """
    profile = sentences.profile
    contrasts = [each for each in contrasts if comparison(profile, each)]
    height = row * len(profile.version.dimensions)
    figure = new_figure(width, _HEAD + height + _FOOT)
    each_width = (width - names - _GAP * len(contrasts)) / max(1, len(contrasts))
    for place, contrast in enumerate(contrasts):
        left = names + place * (each_width + _GAP)
        axes = add_axes(figure, left=left, top=_HEAD, right=width - left - each_width, bottom=_FOOT)
        _draw_contrast(axes, sentences, contrast, row)
        write(
            axes, (0, -1.6), _title(sentences, contrast), size=8, bold=True, up="bottom", coordinates=_AT_LEFT
        )
        if not place:
            for k, dimension in enumerate(profile.version):
                bold = any(_is_certain(sentences, dimension.id, each) for each in contrasts)
                _write_name(axes, sentences.wording.dimensions[dimension.id].name, row * (k + 0.5), bold=bold)
    return figure


_AT_LEFT: Final = ("axes fraction", "data")


def _write_name(axes: "Axes", name: str, middle: float, *, bold: bool) -> None:
    lines, size = [name], 8.0
    if len(name) > _LETTERS:
        # two lines fit a row where they are smaller
        lines, size = textwrap.wrap(name, _LETTERS, max_lines=2, placeholder=" …"), 6.5
    text = "\n".join(lines)
    write(axes, (0, middle), text, size=size, bold=bold, coordinates=("figure fraction", "data"))


def _title(sentences: Sentences, contrast: Contrast) -> str:
    made, say = comparison(sentences.profile, contrast), sentences.words.say
    if contrast is Contrast.TREND or made is None:
        return say("Trend, points a year")
    return say("Since %(wave)s", wave=sentences.title(made.earlier))


def _is_certain(sentences: Sentences, dimension_id: str, contrast: Contrast) -> bool:
    found = change(sentences.profile, dimension_id, contrast)
    return found is not None and found.verdict in CERTAIN


def _estimates(sentences: Sentences, contrast: Contrast) -> list[tuple[Estimate | None, Verdict]]:
    found = [change(sentences.profile, each.id, contrast) for each in sentences.profile.version]
    return [
        (None, Verdict.NOT_RELEASED)
        if each is None
        else (None if isinstance(each.estimate, Suppressed) else each.estimate, each.verdict)
        for each in found
    ]


def _draw_contrast(axes: "Axes", sentences: Sentences, contrast: Contrast, row: float) -> None:
    found = _estimates(sentences, contrast)
    reach, height = _reach(sentences, contrast), row * len(found)
    axes.set(xlim=(-reach, reach), ylim=(height, 0))
    bands = [
        (-interval.detectable, row * k + 0.5, 2 * interval.detectable, row - 1.0)
        for k, (each, _) in enumerate(found)
        if each and isinstance(interval := each.interval, ChangeInterval)
    ]
    # a band that is wider than the axis ends with it
    fill(axes, [(max(x, -reach), y, min(w, 2 * reach), h) for x, y, w, h in bands], UNSEEN)
    axes.hlines([row * k for k in range(len(found) + 1)], -reach, reach, color=RULE, linewidth=0.1 * MM)
    axes.vlines(0, 0, height, color=INK, linewidth=0.25 * MM)
    for k, (each, verdict) in enumerate(found):
        if each:
            _draw_estimate(axes, each, row * (k + 0.5), certain=verdict in CERTAIN)
            if verdict in CERTAIN and contrast is not Contrast.PREVIOUS:
                _label(axes, sentences, each, row * (k + 0.5), reach)
        elif verdict in CERTAIN:
            arrow = "↑" if verdict is Verdict.HIGHER else "↓"
            write(axes, (0, row * (k + 0.5)), f" {arrow}", size=9, colour=MARK, bold=True)
    _draw_ticks(axes, sentences, reach, height)


def _draw_estimate(axes: "Axes", estimate: Estimate, middle: float, *, certain: bool) -> None:
    colour = MARK if certain else QUIET
    if isinstance(estimate.interval, ChangeInterval):
        low, high = estimate.interval.low, estimate.interval.high
        axes.hlines(middle, low, high, color=colour, linewidth=(0.9 if certain else 0.5) * MM)
    draw_points(axes, [(estimate.difference, middle)], 1.15, (colour if certain else PAPER, colour))


def _label(axes: "Axes", sentences: Sentences, estimate: Estimate, middle: float, reach: float) -> None:
    """Write a certain difference beside its interval, on the side of zero that is free."""
    text = sentences.words.number(estimate.difference, estimate.decimals, signed=True)
    aside = -0.04 * reach if estimate.difference > 0 else 0.04 * reach
    across = "right" if estimate.difference > 0 else "left"
    write(axes, (aside, middle), text, size=8, colour=MARK, bold=True, across=across)


def _draw_ticks(axes: "Axes", sentences: Sentences, reach: float, height: float) -> None:
    for value in (-reach, 0.0, reach):
        text = sentences.words.number(value, rounding.decimals(abs(value)) if value else 0, signed=value != 0)
        axes.vlines(value, height, height + 0.8, color=SOFT, linewidth=0.2 * MM)
        write(axes, (value, height + 1.2), text, size=7, colour=SOFT, across="center", up="top")


def _reach(sentences: Sentences, contrast: Contrast) -> float:
    """Return how far the axis goes to either side of zero: the same for the two differences."""
    same = [Contrast.TREND] if contrast is Contrast.TREND else [Contrast.PREVIOUS, Contrast.FIRST]
    ends = [0.0]
    for each, _ in (pair for one in same for pair in _estimates(sentences, one)):
        if each and isinstance(each.interval, ChangeInterval):
            ends += [abs(each.interval.low), abs(each.interval.high)]
        elif each:
            ends.append(abs(each.difference))
    return next((each for each in _REACHES if each >= max(ends)), max(ends))
