"""Make figures of matplotlib's public objects in millimetres and one style, and save them as SVG or PNG.

A `Figure` of one's own and `Axes` in it, without pyplot: a server needs no window, and pyplot keeps every
figure it was asked for. Paper is measured in millimetres; matplotlib counts in inches and points.
"""

import io
import threading
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from lxml import etree

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MM: Final = 72 / 25.4  # in points, the unit of lines, marks and letters
_INCH: Final = 25.4
_JOINS: Final = (("stroke-linejoin", "round"), ("stroke-linecap", "butt"))  # as in the rule that is taken out
_SVG: Final = "{http://www.w3.org/2000/svg}"
_FONTS: Final = Path(__file__).parents[2] / "pdf" / "fonts"
# neither a date nor a maker: the same drawing is the same file
_KEPT: Final = 100  # figures in memory, some 10 kB each: those of a report or two, and of their slides
_NO_METADATA: Final = {
    "svg": dict.fromkeys(("Date", "Creator", "Format", "Type")),
    "png": {"Software": None},
}

# matplotlib's settings belong to the process, and it is not made for several threads at a time
_one_at_a_time = threading.Lock()

Box = tuple[float, float, float, float]  # left, top, width, height


@dataclass(frozen=True)
class Drawing:
    """A figure with its text alternative; `build` makes the matplotlib `Figure` of `drawn_from`.

    It is drawn when it is first asked for: a web page only names its drawings, and fetches them one by one.
    What a figure without words is drawn from is named: it is the same in every language, and is drawn once.
    """

    alternative: str
    build: Callable[..., "Figure"]
    drawn_from: tuple[Hashable, ...] = ()

    @cached_property
    def svg(self) -> bytes:
        """Return the figure as a standalone SVG file, its words as words."""
        return self._saved("svg", 72)

    def png(self, dots_per_inch: int = 200) -> bytes:
        """Return the figure as a picture."""
        return self._saved("png", dots_per_inch)

    def _saved(self, form: str, dots_per_inch: int) -> bytes:
        save = _saved_once if self.drawn_from else _saved
        return save(self.build, self.drawn_from, form, dots_per_inch)


def _saved(
    build: Callable[..., "Figure"], drawn_from: tuple[Hashable, ...], form: str, dots_per_inch: int
) -> bytes:
    import matplotlib as mpl  # noqa: PLC0415 - as everywhere in this module: few commands draw

    with _one_at_a_time, mpl.rc_context(_style()):
        figure = build(*drawn_from)
        # a mark at the end of a scale may reach beyond its axes
        for axes in figure.axes:
            for artist in (*axes.collections, *axes.lines, *axes.patches):
                artist.set_clip_on(False)
        written = io.BytesIO()
        figure.savefig(written, format=form, dpi=dots_per_inch, metadata=_NO_METADATA[form])
    return _flattened(written.getvalue()) if form == "svg" else written.getvalue()


_saved_once = lru_cache(maxsize=_KEPT)(_saved)


@cache
def _style() -> Any:  # noqa: ANN401 - as matplotlib keeps its settings
    """Return the style of every figure, and let matplotlib know its fonts: once in a process."""
    import matplotlib as mpl  # noqa: PLC0415
    from matplotlib.font_manager import fontManager  # noqa: PLC0415

    for name in ("IBMPlexSans-Regular.ttf", "IBMPlexSans-SemiBold.ttf"):
        fontManager.addfont(_FONTS / name)
    return mpl.rc_params_from_file(Path(__file__).parent / "figures.mplstyle", use_default_template=False)


def _flattened(drawing: bytes) -> bytes:
    """Return an SVG without the groups that only carry a name, its one style rule on the root.

    WeasyPrint takes as long for a group as for what is in it, and looks up a rule for every element.
    """
    root = etree.fromstring(drawing)
    rules = root.find(f"{_SVG}defs")
    if rules is not None and rules.find(f"{_SVG}style") is not None:
        root.remove(rules)
        for name, value in _JOINS:
            root.set(name, value)
    for group in [each for each in root.iter(f"{_SVG}g") if set(each.attrib) <= {"id"}]:
        parent = group.getparent()
        if parent is not None:
            place = parent.index(group)
            parent[place : place + 1] = list(group)
    return etree.tostring(root, xml_declaration=True, encoding="utf-8")


def new_figure(width: float, height: float) -> "Figure":
    """Return an empty figure of `width` × `height` mm."""
    from matplotlib.figure import Figure  # noqa: PLC0415

    return Figure(figsize=(width / _INCH, height / _INCH))


def add_axes(
    figure: "Figure", *, left: float = 0, top: float = 0, right: float = 0, bottom: float = 0
) -> "Axes":
    """Return axes in the figure with so many mm around them, without frame and ticks."""
    width, height = size(figure)
    inside = (left / width, bottom / height, 1 - (left + right) / width, 1 - (top + bottom) / height)
    axes = figure.add_axes(inside)
    axes.set_axis_off()
    return axes


def size(figure: "Figure") -> tuple[float, float]:
    """Return width and height of a figure in mm."""
    width, height = figure.get_size_inches() * _INCH
    return float(width), float(height)


def fill(axes: "Axes", boxes: Iterable[Box], colour: str, *, edge: str = "none") -> None:
    """Fill boxes with a colour, as one patch: that takes a third of the time of one for each."""
    from matplotlib.patches import PathPatch  # noqa: PLC0415
    from matplotlib.path import Path as Outline  # noqa: PLC0415

    corners = [((x, y), (x + w, y), (x + w, y + h), (x, y + h), (x, y)) for x, y, w, h in boxes if w and h]
    if corners:
        codes = [Outline.MOVETO, *[Outline.LINETO] * 3, Outline.CLOSEPOLY] * len(corners)
        path = Outline(np.array(corners).reshape(-1, 2), codes)
        wide = 0 if edge == "none" else 0.25 * MM
        axes.add_patch(PathPatch(path, facecolor=colour, edgecolor=edge, linewidth=wide))
