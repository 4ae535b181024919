"""Draw every dimension over all waves, in small figures on one cropped axis and in true time."""

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from reports.disclosure import Coding, ReleasedInterval, Suppressed, WaveIdentity
from reports.presentation.figures.axes import UPRIGHT, ScaleAxis, draw_means, scale_axis, spanned, write
from reports.presentation.figures.drawing import MM, add_axes, new_figure
from reports.presentation.figures.palette import EARLIER, FAINT, MARK, MARK_INTERVAL, RULE, SOFT
from reports.presentation.sentences import Sentences
from reports.results.profile import Point, Profile

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ACROSS: Final = 3
WIDTH, HEIGHT = 180.0, 29.0  # mm of all figures together, and of each row of them
MOST_WAVES: Final = 6  # shown in full: the first and the last five
_LEFT, _RIGHT, _RIGHT_WORDS = 11.0, 9.0, 15.0
_HEAD, _FOOT = 5.5, 4.6
_LETTER: Final = 1.2  # mm of a letter under the axis
_SIZE, _SMALLEST = 8.5, 6.0  # points of a dimension's name
_TITLE_LETTER: Final = 1.72  # mm of a letter of it at the usual size
_SHORT: Final = 12  # letters of a wave's title that can stand under an axis


@dataclass(frozen=True, slots=True)
class _Wave:
    """A wave on the axis of time: where it lies, 0 to 1, its name, and whether it is shown in full."""

    identity: WaveIdentity
    place: float
    name: str
    full: bool


def over_time_figure(
    sentences: Sentences,
    dimensions: Sequence[str] = (),
    width: float = WIDTH,
    height: float = HEIGHT,
    across: int = ACROSS,
) -> "Figure":
    """Draw the dimensions, or those of these ids: means, two intervals each, gaps, first and last value.

    All small figures share one `Axes` that counts in mm, and each kind of mark is one artist of it: nine
    `Axes` take three times as long.
    """
    profile = sentences.profile
    ids = dimensions or [each.id for each in profile.version]
    across = min(across, len(ids))
    down = -(-len(ids) // across)
    figure = new_figure(width, height * down)
    axes = add_axes(figure)
    axes.set(xlim=(0, width), ylim=(height * down, 0))
    axis, waves, marks = _axis(profile), _placed(sentences), _Marks()
    for place, name in enumerate(ids):
        row, column = divmod(place, across)
        series = profile.series(name)
        right = _RIGHT_WORDS if any(_is_coded(each) for each in series) else _RIGHT
        panel = _Panel(
            axis,
            column * width / across + _LEFT,
            row * height + _HEAD,
            width / across - _LEFT - right,
            height - _HEAD - _FOOT,
        )
        _draw_panel(axes, sentences, name, panel, marks, first=column == 0)
        _draw_series(axes, sentences, series, waves, panel=panel, marks=marks)
        _name_waves(axes, waves, panel, marks)
    marks.draw(axes)
    return figure


@dataclass(frozen=True, slots=True)
class _Panel:
    """The place of one small figure in mm: where a wave and a value lie on it."""

    axis: ScaleAxis
    left: float
    top: float
    width: float
    height: float

    def x(self, place: float) -> float:
        return self.left + place * self.width

    def y(self, value: float) -> float:
        return self.top + self.height * (self.axis.high - value) / (self.axis.high - self.axis.low)

    @property
    def bottom(self) -> float:
        return self.top + self.height


class _Marks:
    """The lines and dots of all small figures, collected to be drawn as one artist of each kind."""

    def __init__(self) -> None:
        self.spans: dict[tuple[str, float], list[tuple[float, float, float]]] = {}
        self.levels: dict[tuple[str, float], list[tuple[float, float, float]]] = {}
        self.lines: dict[str, list[tuple[float, float]]] = {}
        self.parted: list[tuple[float, float, float]] = []
        self.dots: dict[tuple[str, float], list[tuple[float, float, Coding]]] = {}

    def draw(self, axes: "Axes") -> None:
        for (colour, thick), found in self.levels.items():
            axes.hlines(*zip(*found, strict=True), color=colour, linewidth=thick * MM)
        if self.parted:
            dashes = (0, (4.6, 2.9))
            axes.vlines(*zip(*self.parted, strict=True), color=SOFT, linewidth=0.2 * MM, linestyle=dashes)
        for colour, places in self.lines.items():
            axes.plot(*zip(*places, strict=True), color=colour, linewidth=0.3 * MM)
        for (colour, thick), found in self.spans.items():
            axes.vlines(*zip(*found, strict=True), color=colour, linewidth=thick * MM)
        for (colour, radius), means in self.dots.items():
            draw_means(axes, means, radius, colour, UPRIGHT)


def _is_coded(point: Point | None) -> bool:
    return point is not None and point.mean.coding is not Coding.EXACT


def _axis(profile: Profile) -> ScaleAxis:
    points = [point for each in profile.version for point in profile.series(each.id) if point]
    return scale_axis(profile.version.scale, spanned((each.mean, each.interval) for each in points))


def _placed(sentences: Sentences) -> list[_Wave]:
    """Return the waves in true time; at even distances where all closed on one day."""
    waves = sentences.profile.waves
    days = [(each.closed_on - waves[0].closed_on).days for each in waves]
    if not days[-1]:
        days = list(range(len(waves)))
    last = len(waves) - 1
    return [
        _Wave(
            each,
            0.06 + 0.88 * day / max(1, days[-1]),
            _short(sentences, each),
            k == 0 or k > last - (MOST_WAVES - 1),
        )
        for k, (each, day) in enumerate(zip(waves, days, strict=True))
    ]


def _short(sentences: Sentences, wave: WaveIdentity) -> str:
    title = wave.wave_title
    return title if len(title) <= _SHORT else sentences.words.month(wave.closed_on)


def _draw_panel(
    axes: "Axes", sentences: Sentences, name: str, panel: _Panel, marks: _Marks, *, first: bool
) -> None:
    axis = panel.axis
    ends = (panel.left, panel.left + panel.width)
    marks.levels.setdefault((RULE, 0.1), []).extend((panel.y(value), *ends) for value in axis.ticks)
    marks.levels.setdefault((SOFT, 0.2), []).append((panel.bottom, *ends))
    title, room = sentences.wording.dimensions[name].name, panel.width + _RIGHT
    # a long name is set smaller, and ends where the next figure begins
    size = max(_SMALLEST, _SIZE * min(1, room / (len(title) * _TITLE_LETTER)))
    title = textwrap.shorten(title, round(room / _TITLE_LETTER * _SIZE / size), placeholder=" …")
    write(axes, (panel.left - 0.5, panel.top - 0.6), title, size=size, bold=True, up="bottom")
    if first:
        for value in sorted({axis.low, *axis.ticks}):
            text = sentences.words.number(value, 0 if value.is_integer() else 1)
            write(axes, (panel.left - _LEFT + 0.5, panel.y(value)), text, size=6.5, colour=SOFT)


def _draw_series(
    axes: "Axes",
    sentences: Sentences,
    series: Sequence[Point | None],
    waves: Sequence[_Wave],
    *,
    panel: _Panel,
    marks: _Marks,
) -> None:
    for earlier, later in pairwise(waves):
        if earlier.identity.questionnaire != later.identity.questionnaire:
            marks.parted.append((panel.x((earlier.place + later.place) / 2), panel.top, panel.bottom))
    _collect_lines(sentences.profile, series, waves, panel, marks)
    shown = [(wave, point) for wave, point in zip(waves, series, strict=True) if point]
    for wave, point in shown:
        key, place = (MARK, 0.75) if wave.full else (FAINT, 0.6), panel.x(wave.place)
        marks.dots.setdefault(key, []).append((place, panel.y(point.mean.value), point.mean.coding))
        if wave.full:
            _collect_intervals(point, place, panel, marks)
    for wave, found in zip(waves, series, strict=True):
        if found is None and wave.full:
            _label_gap(axes, sentences, wave, panel)
    ends = [(shown[0], -1.6, "right"), (shown[-1], 1.6, "left")] if shown else []
    for (wave, point), by, across in ends[-1:] if len(shown) == 1 else ends:
        text = sentences.mean(point.mean)
        text = text.replace(" ", "\n", 1) if point.mean.coding is not Coding.EXACT else text
        write(axes, (panel.x(wave.place) + by, panel.y(point.mean.value)), text, size=7.5, across=across)


def _collect_intervals(point: Point, place: float, panel: _Panel, marks: _Marks) -> None:
    if isinstance(point.interval, ReleasedInterval):
        ends = (panel.y(point.interval.low), panel.y(point.interval.high))
        marks.spans.setdefault((MARK_INTERVAL, 0.9), []).append((place, *ends))
    if not isinstance(point.inner, Suppressed):
        low, high = point.inner
        marks.spans.setdefault((MARK_INTERVAL, 2.0), []).append((place, panel.y(low), panel.y(high)))


def _collect_lines(
    profile: Profile, series: Sequence[Point | None], waves: Sequence[_Wave], panel: _Panel, marks: _Marks
) -> None:
    """Collect lines between neighbouring waves that compare, each with answers enough for an interval."""
    ends = list(zip(waves, series, strict=True))
    for (earlier, before), (later, after) in pairwise(ends):
        if not before or not after or _is_coded(before) or _is_coded(after):
            continue
        pair = earlier.identity, later.identity
        if profile.compared(*pair) and profile.has_enough(*pair):
            marks.lines.setdefault(EARLIER if earlier.full and later.full else FAINT, []).extend(
                [
                    (panel.x(earlier.place), panel.y(before.mean.value)),
                    (panel.x(later.place), panel.y(after.mean.value)),
                    # what is not a number leaves a gap between two lines
                    (math.nan, math.nan),
                ]
            )


def _label_gap(axes: "Axes", sentences: Sentences, wave: _Wave, panel: _Panel) -> None:
    same = any(each.identity == wave.identity for each in sentences.profile.over_time)
    axes.text(
        panel.x(wave.place),
        panel.bottom - 1.2,
        sentences.words.say("not compared") if same else sentences.words.say("not shown"),
        size=6,
        color=SOFT,
        rotation=90,
        horizontalalignment="center",
        verticalalignment="bottom",
    )


def _name_waves(axes: "Axes", waves: Sequence[_Wave], panel: _Panel, marks: _Marks) -> None:
    """Name the last wave, the first, and of the others those that have room."""
    ticks = [(panel.x(each.place), panel.bottom - 0.6, panel.bottom) for each in waves]
    marks.spans.setdefault((SOFT, 0.2), []).extend(ticks)
    taken: list[tuple[float, float]] = []
    for wave in (waves[-1], waves[0], *reversed(waves[1:-1])):
        half = len(wave.name) * _LETTER / 2 + 0.6
        middle = min(max(panel.x(wave.place), panel.left - 4 + half), panel.left + panel.width + 4 - half)
        span = (middle - half, middle + half)
        if wave.full and all(span[1] <= low or high <= span[0] for low, high in taken):
            taken.append(span)
            write(
                axes,
                (middle, panel.bottom + 0.7),
                wave.name,
                size=6.5,
                colour=SOFT,
                across="center",
                up="top",
            )
