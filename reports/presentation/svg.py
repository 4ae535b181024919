"""Draw figures with matplotlib, in millimetres and one style, as SVG files.

A `Figure` of one's own and `Axes` in it, without pyplot: a server needs no window, and pyplot keeps every
figure it was asked for. Paper is measured in millimetres; matplotlib counts in inches and points.
"""

import io
import threading
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Final, ParamSpec

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager

MM: Final = 72 / 25.4  # in points, the unit of lines, marks and letters
_INCH: Final = 25.4
_FONT: Final = Path(__file__).parents[1] / "pdf" / "fonts" / "IBMPlexSans-Regular.ttf"
_STYLE: Final = mpl.rc_params_from_file(
    Path(__file__).parent / "figures.mplstyle", use_default_template=False
)
# neither a date nor a maker: the same drawing is the same file
_NO_METADATA: Final = dict.fromkeys(("Date", "Creator", "Format", "Type"))

# matplotlib's settings belong to the process, and it is not made for several threads at a time
_one_at_a_time = threading.Lock()
fontManager.addfont(_FONT)

_Given = ParamSpec("_Given")


def as_svg(draw: Callable[_Given, Figure]) -> Callable[_Given, bytes]:
    """Return a function that draws the figure in the style of all figures, as a standalone SVG file."""

    @wraps(draw)
    def drawn(*args: _Given.args, **kwargs: _Given.kwargs) -> bytes:
        with _one_at_a_time, mpl.rc_context(_STYLE):
            figure = draw(*args, **kwargs)
            # a mark at the end of a scale may reach beyond its axes
            for axes in figure.axes:
                for artist in (*axes.collections, *axes.lines, *axes.patches):
                    artist.set_clip_on(False)
            written = io.BytesIO()
            figure.savefig(written, format="svg", metadata=_NO_METADATA)
        return written.getvalue()

    return drawn


def new_figure(width: float, height: float) -> Figure:
    """Return an empty figure of `width` × `height` mm."""
    return Figure(figsize=(width / _INCH, height / _INCH))


def add_axes(figure: Figure, *, left: float = 0, top: float = 0, right: float = 0, bottom: float = 0) -> Axes:
    """Return axes in the figure with so many mm around them, without frame and ticks."""
    width, height = figure.get_size_inches() * _INCH
    inside = (left / width, bottom / height, 1 - (left + right) / width, 1 - (top + bottom) / height)
    axes = figure.add_axes(inside)
    axes.set_axis_off()
    return axes
