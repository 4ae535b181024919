"""A sheet to draw on with matplotlib, in millimetres from its upper left; the same drawing is the same SVG.

Matplotlib's SVG renderer alone, no pyplot and no Figure: axes, ticks and frames cost more than the marks, to
import as well as to draw, and a mark is a path.
"""

import io
import re
from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import Final, Literal

import matplotlib as mpl
import numpy as np
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.colors import to_rgb
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import Affine2D, Transform

FAMILIES: Final = ["IBM Plex Sans", "sans-serif"]  # a browser has the first only where it is installed
_INCH: Final = 25.4
_POINTS: Final = 72
EDGE: Final = 0.28  # mm

Box = tuple[float, float, float, float]  # left, top, width, height in mm
Side = Literal["left", "center", "right"]

# words stay words, so that a reader's font shapes them; names inside the file do not vary
_SETTINGS: Final = {"svg.fonttype": "none", "svg.hashsalt": "kjennetegn", "font.sans-serif": []}
_NOTHING: Final = dict.fromkeys(("Date", "Creator", "Format", "Type"))
_HEADER: Final = re.compile(r"<\?xml.*?<svg ", re.DOTALL)
# what every figure would carry along: no metadata, and a style that is the default anyway
_REPEATED: Final = re.compile(
    r"\s*<metadata>.*?</metadata>|\s*<defs>\s*<style.*?</style>\s*</defs>", re.DOTALL
)
# no eye sees a thousandth of a millimetre, and nothing stands askew
_DECIMALS: Final = re.compile(r"(?<=\d)(\.\d\d)\d+| transform=\"rotate\(0 [^\"]*\"")


class Drawing:
    """A figure of `width` × `height` mm; what is drawn later lies on top."""

    def __init__(self, width: float, height: float) -> None:
        self.width, self.height = width, height
        points = _POINTS / _INCH
        self._millimetres: Transform = Affine2D().scale(points, -points).translate(0, height * points)
        self._drawn = io.StringIO()
        with self._settings():
            self._renderer = RendererSVG(width * points, height * points, self._drawn, metadata=_NOTHING)  # type: ignore[no-untyped-call]

    def boxes(self, boxes: Iterable[Box], colour: str) -> None:
        """Filled rectangles, as one path."""
        corners = [
            ((x, y), (x + w, y), (x + w, y + h), (x, y + h), (x, y)) for x, y, w, h in boxes if w and h
        ]
        if corners:
            codes = [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY] * len(corners)
            self._draw(Path(np.array(corners).reshape(-1, 2), codes), colour)

    def dots(
        self, centres: Iterable[tuple[float, float]], radius: float, colour: str, edge: str = ""
    ) -> None:
        """Filled circles as one path, with a thin edge where one is asked for."""
        circles = [Path.circle(centre, radius) for centre in centres]
        if circles:
            self._draw(Path.make_compound_path(*circles), colour, edge, EDGE)

    def line(self, points: Iterable[tuple[float, float]], colour: str, width: float = 0.35) -> None:
        """A line through points; `width` in mm."""
        through = list(points)
        if len(through) > 1:
            self._draw(Path(through), "", colour, width)

    def word(
        self, x: float, y: float, text: str, *, size: float, colour: str, align: Side = "center"
    ) -> None:
        """A word on the baseline `y`; `size` in points. Only where a page cannot set it beside the figure."""
        pen = self._renderer.new_gc()
        pen.set_foreground(colour)
        across, up = self._millimetres.transform((x, y))
        font = FontProperties(family=FAMILIES, size=size)
        # the renderer reads the alignment from a Text, and counts from the top where that counts from below
        aligned = Text(across, up, text, horizontalalignment=align)
        with self._settings():
            self._renderer.draw_text(pen, across, self._renderer.height - up, text, font, 0, mtext=aligned)  # type: ignore[no-untyped-call]

    def svg(self) -> bytes:
        """The drawing as a standalone SVG file; nothing is drawn on it afterwards."""
        self._renderer.finalize()  # type: ignore[no-untyped-call]
        bare = _REPEATED.sub("", _HEADER.sub("<svg ", self._drawn.getvalue(), count=1))
        return _DECIMALS.sub(r"\1", bare).encode()

    def _draw(self, path: Path, colour: str, edge: str = "", width: float = 0.0) -> None:
        """One path: filled where it has a colour, with a line around it where it has an edge."""
        pen = self._renderer.new_gc()
        pen.set_foreground(edge or "none")
        pen.set_linewidth(width * _POINTS / _INCH if edge else 0)
        self._renderer.draw_path(pen, path, self._millimetres, to_rgb(colour) if colour else None)  # type: ignore[no-untyped-call]

    @staticmethod
    def _settings() -> AbstractContextManager[None]:
        return mpl.rc_context(_SETTINGS)  # type: ignore[arg-type]  # its keys are literals there
