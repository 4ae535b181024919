"""Choose how large a line of print can be: addresses come in every length, and paper in one width."""

from collections.abc import Sequence
from functools import cache
from typing import Final, NamedTuple

from fontTools.ttLib import TTFont

from reports.pdf.letters import FONTS

_POINTS_A_MILLIMETRE: Final = 72 / 25.4
_SLACK: Final = 1.04  # lines that break where a word does leave a little of their width empty


class Setting(NamedTuple):
    """How a text is set: its font size in points, and over how many lines."""

    size: float
    lines: int = 1


def best_setting(text: str, settings: Sequence[Setting], width: float) -> Setting:
    """Return the first of the settings in which the text fits into lines of `width` mm; the last if none.

    The text is taken to be semi-bold and to break anywhere.
    """
    room = width * _POINTS_A_MILLIMETRE
    needed = width_of(text) * _SLACK
    return next((each for each in settings if needed * each.size <= each.lines * room), settings[-1])


def lines_of(text: str, size: float, width: float) -> int:
    """Return how many lines of `width` mm a semi-bold text takes at a font size, broken between words."""
    room = width * _POINTS_A_MILLIMETRE / size
    lines, filled = 1, 0.0
    for word in text.split():
        needed = width_of(word)
        # a word that is longer than a line goes on on the next ones
        if filled and filled + width_of(" ") + needed > room:
            lines, filled = lines + 1, 0.0
        filled += (width_of(" ") if filled else 0) + needed
        lines, filled = lines + int(filled // room), filled % room
    return lines


def shortened(text: str, size: float, width: float) -> str:
    """Return the text, or as much of it as one line of `width` mm holds at a font size, with dots after."""
    room = width * _POINTS_A_MILLIMETRE / size
    if width_of(text) <= room:
        return text
    kept = text
    while kept and width_of(f"{kept}…") > room:
        kept = kept[:-1]
    return f"{kept}…"


def width_of(text: str) -> float:
    """Return how wide a semi-bold text is on one line, as a multiple of its font size."""
    widths, widest = _widths()
    return sum(widths.get(character, widest) for character in text)


@cache
def _widths() -> tuple[dict[str, float], float]:
    """Return character → its width as a share of the font size, and the width of a wide letter."""
    with TTFont(FONTS / "IBMPlexSans-SemiBold.ttf", lazy=True) as font:
        metrics, size = font["hmtx"].metrics, font["head"].unitsPerEm
        widths = {chr(code): metrics[name][0] / size for code, name in font.getBestCmap().items()}
    return widths, widths["W"]
