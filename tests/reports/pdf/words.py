"""Where the words of a PDF are drawn, as poppler sees them."""

import subprocess
from itertools import takewhile
from typing import NamedTuple

from lxml import etree

POINTS = 72 / 25.4  # in a millimetre


class Word(NamedTuple):
    """A word and its box, in points from the upper left corner of its page; `size` is that of its font."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    size: float


def drawn_words(pdf):
    """The words of each page."""
    command = ["pdftotext", "-bbox", "-", "-"]
    told = subprocess.run(command, input=pdf, capture_output=True, check=True).stdout  # noqa: S603 - our own file
    page_of = "{http://www.w3.org/1999/xhtml}page"
    return [[_word(each) for each in page] for page in etree.fromstring(told).iter(page_of)]


def overlapping(words):
    """Return pairs of words that are drawn over one another, by more than the space between two lines."""
    found, downwards = [], sorted(words, key=lambda word: word.top)
    for at, one in enumerate(downwards):
        for other in takewhile(lambda word, one=one: word.top < one.bottom, downwards[at + 1 :]):
            beside = min(one.right, other.right) - max(one.left, other.left)
            below = min(one.bottom, other.bottom) - other.top
            if beside > 1 and below > 0.45 * min(one.size, other.size):
                found.append((one.text, other.text))
    return found


def beyond(words, left, top, right, bottom):
    """Return the words that are not wholly within these edges, in millimetres of an A4 page."""
    edges = (left * POINTS, top * POINTS, right * POINTS, bottom * POINTS)
    return [
        word.text
        for word in words
        if word.left < edges[0] or word.top < edges[1] or word.right > edges[2] or word.bottom > edges[3]
    ]


def _word(element):
    left, top, right, bottom = (float(element.get(name)) for name in ("xMin", "yMin", "xMax", "yMax"))
    # ascent and descent of the font are 1.3 of its size together
    return Word(element.text, left, top, right, bottom, (bottom - top) / 1.3)
