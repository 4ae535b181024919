"""A sheet to draw on with matplotlib, in millimetres from its upper left; the same drawing is the same SVG.

No Axes and no pyplot: their ticks and frames cost more than the marks, and a mark is a path.
"""

import io
import re
from collections.abc import Iterable
from pathlib import Path as File
from typing import Final

import matplotlib as mpl
import numpy as np
from matplotlib import font_manager
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, Transform

FONT: Final = "IBM Plex Sans"
FAMILIES: Final = [FONT, "sans-serif"]  # a browser has the first only where it is installed
FONTS: Final = File(__file__).parent / "fonts"
INCH: Final = 25.4
POINTS: Final = 72

Box = tuple[float, float, float, float]  # left, top, width, height in mm

# words stay words, so that a reader's font shapes them; names inside the file do not vary
_SETTINGS: Final = {"svg.fonttype": "none", "svg.hashsalt": "kjennetegn", "font.family": FONT}
_NOTHING: Final = dict.fromkeys(("Date", "Creator", "Format", "Type"))
_HEADER: Final = re.compile(rb"<\?xml.*?<svg ", re.DOTALL)
_METADATA: Final = re.compile(rb"\s*<metadata>.*?</metadata>", re.DOTALL)

for _file in sorted(FONTS.glob("*.ttf")):
    font_manager.fontManager.addfont(str(_file))


class Sheet:
    """A figure of `width` × `height` mm; what is drawn later lies on top."""

    def __init__(self, width: float, height: float) -> None:
        self.width, self.height = width, height
        self._figure = Figure(figsize=(width / INCH, height / INCH), dpi=POINTS, facecolor="none")
        self._canvas = FigureCanvasSVG(self._figure)
        self._millimetres: Transform = Affine2D().scale(1, -1).translate(0, height).scale(POINTS / INCH)

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
            self._draw(Path.make_compound_path(*circles), colour, edge)

    def line(self, points: Iterable[tuple[float, float]], colour: str, width: float = 0.35) -> None:
        """A line through points; `width` in mm."""
        through = list(points)
        if len(through) > 1:
            patch = PathPatch(
                Path(through),
                transform=self._millimetres,
                fill=False,
                edgecolor=colour,
                linewidth=width * POINTS / INCH,
            )
            self._figure.add_artist(patch)

    def word(self, x: float, y: float, text: str, *, size: float, colour: str, align: str = "center") -> None:
        """A word on the baseline `y`; `size` in points. Only where a page cannot set it beside the figure."""
        self._figure.text(
            x / self.width,
            1 - y / self.height,
            text.replace("$", r"\$"),
            fontfamily=FAMILIES,
            fontsize=size,
            color=colour,
            horizontalalignment=align,
            verticalalignment="baseline",
        )

    def svg(self) -> bytes:
        """The drawing as a standalone SVG file."""
        drawn = io.BytesIO()
        with mpl.rc_context(_SETTINGS):  # type: ignore[arg-type]  # its keys are literals there
            self._canvas.print_svg(drawn, metadata=_NOTHING)  # type: ignore[no-untyped-call]  # matplotlib's
        return _METADATA.sub(b"", _HEADER.sub(b"<svg ", drawn.getvalue(), count=1), count=1)

    def _draw(self, path: Path, colour: str, edge: str = "") -> None:
        self._figure.add_artist(
            PathPatch(
                path, transform=self._millimetres, facecolor=colour, edgecolor=edge or "none", linewidth=0.8
            )
        )
