"""The colours of every figure: apart in lightness as well as in hue, so that grey print keeps them apart."""

from collections.abc import Sequence
from typing import Final

INK, SOFT, RULE, PAPER = "#22292F", "#59636B", "#C9CCCE", "#FFFFFF"
MARK, MARK_INTERVAL = "#0F3556", "#A9C4DA"  # what is certain, and where nothing is compared
QUIET, QUIET_INTERVAL = "#6B8499", "#DCE4EA"  # what did not change for certain
EARLIER, FAINT = "#7C858C", "#C3CBD1"
UNSEEN = "#ECEBE7"  # a change too small to be seen
# from the least to the most favourable: the ends differ by 40 of 100 steps of lightness
_CATEGORIES: Final = ("#E07B2F", "#F6CFA6", "#E9E8E5", "#86B4D4", "#0F3556")
_DARK: Final = 0.3  # of full lightness: below, words on a colour are white


def category_colours(categories: int) -> tuple[str, ...]:
    """Return a colour for each category, low to high: the five, or blends of them for other scales."""
    if categories == 3:  # noqa: PLR2004 - below, on and above the middle
        return _CATEGORIES[0], _CATEGORIES[2], _CATEGORIES[4]
    last = len(_CATEGORIES) - 1
    places = [last * k / max(1, categories - 1) for k in range(categories)]
    return tuple(_blend(place, min(int(place), last - 1)) for place in places)


def _blend(place: float, start: int) -> str:
    low, high = _parts(_CATEGORIES[start]), _parts(_CATEGORIES[start + 1])
    share = place - start
    return "#" + "".join(f"{round(a + share * (b - a)):02X}" for a, b in zip(low, high, strict=True))


def ink_on(colour: str) -> str:
    """Return the colour of words on a colour, dark or white."""
    return PAPER if lightness(colour) < _DARK else INK


def lightness(colour: str) -> float:
    """Return the lightness of a colour in a grey print, 0 to 1 (ITU-R BT.601)."""
    red, green, blue = _parts(colour)
    return (0.299 * red + 0.587 * green + 0.114 * blue) / 255


def _parts(colour: str) -> Sequence[int]:
    return [int(colour[k : k + 2], 16) for k in (1, 3, 5)]
