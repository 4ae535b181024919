"""One typeset page printed many times with other words in its places, since typesetting is what takes long.

WeasyPrint lays out and tags the page once. This works in its finisher: it copies the drawn page with its
branch of the structure tree, and sets each copy's words from the letters the page was typeset with.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pydyf
from weasyprint import Document

_FONT = re.compile(rb"/(\S+) \S+ Tf")
_SHOWN = re.compile(rb"\[(.*)\] TJ", re.DOTALL)
_GLYPH = re.compile(rb"[0-9a-f]{4}")
_GLYPHS = re.compile(rb"<([0-9a-f]*)>")
_KID = 3  # a page in the list of pages: its number, its generation and the letter R

Element = Any  # a pydyf.Dictionary, which has no types


@dataclass(frozen=True, slots=True)
class PageCopy:
    """A page to print: the words in its places, in order, and what is drawn beneath, as PDF operators."""

    words: Sequence[str]
    drawn: bytes


def copies(
    document: Document, pdf: pydyf.PDF, page: int, places: Sequence[str], sheets: Iterable[PageCopy]
) -> Iterator[PageCopy]:
    """Print the sheets where that page is, yielding each; the pages behind it stay behind.

    `places` are the words on the page that are replaced, each there once. Together they hold every letter
    that is printed into them.
    """
    reference = pdf.page_references[page]
    original = _object(pdf, reference)
    content = _object(pdf, original["Contents"])
    plate, branch = _Plate.cut(document, content, places), _Branch.of(pdf, reference)
    kids = pdf.pages["Kids"]
    behind, kids[:] = kids[_KID * (page + 1) :], kids[: _KID * (page + 1)]
    later = branch.take_later()
    for number, sheet in enumerate(sheets):
        if number == 0:
            content.stream = [plate.struck(sheet)]
        else:
            stream = pydyf.Stream([plate.struck(sheet)], compress=True)
            pdf.add_object(stream)
            added = pydyf.Dictionary({**original, "Contents": stream.reference})
            pdf.add_page(added)
            branch.grow(pdf, added)
        yield sheet
    kids.extend(behind)
    branch.trunk["K"].extend(later)


@dataclass(frozen=True, slots=True)
class _Plate:
    """A drawn page cut at its places: one part more than there are places; `letters` are glyphs' numbers."""

    parts: Sequence[bytes]
    letters: Mapping[str, bytes]

    @classmethod
    def cut(cls, document: Document, content: pydyf.Stream, places: Sequence[str]) -> "_Plate":
        """Find the places by what is shown there. Raises ValueError where they are not there, in order."""
        drawn = [_written(item) for item in content.stream]
        fonts = {font.hash.encode(): font.to_unicode for font in document.fonts.values()}
        parts: list[list[bytes]] = [[]]
        found: list[str] = []
        letters: dict[str, bytes] = {}
        font: dict[int, str] = {}
        for item in drawn:
            if chosen := _FONT.fullmatch(item):
                font = fonts[chosen[1]]
            glyphs = _shown(item)
            word = "".join(font.get(int(glyph, 16), "") for glyph in glyphs)
            if glyphs and word in places:
                found.append(word)
                letters |= dict(zip(word, glyphs, strict=True))
                parts.append([])
            else:
                parts[-1].append(item)
        if found != list(places):
            raise ValueError(f"{len(found)} of {len(places)} places are on the page")
        return cls([b"\n".join(part) for part in parts], letters)

    def struck(self, sheet: PageCopy) -> bytes:
        """The page with a sheet's words."""
        shown = [b"[<%s>] TJ" % b"".join(self.letters[letter] for letter in word) for word in sheet.words]
        text = [item for pair in zip(self.parts, [*shown, b""], strict=True) for item in pair]
        return b"\n".join([b"/Artifact BMC q", sheet.drawn, b"Q EMC", *text])


@dataclass(frozen=True, slots=True)
class _Branch:
    """A page's part of the structure tree: its elements, and in `own` which of them holds which text."""

    trunk: Element
    marks: Element  # the tree from a page's number to the elements of its marked texts
    elements: Sequence[Element]
    own: Sequence[bytes]

    @classmethod
    def of(cls, pdf: pydyf.PDF, page: bytes) -> "_Branch":
        root = _object(pdf, pdf.catalog["StructTreeRoot"])
        trunk, marks = _object(pdf, root["K"][0]), _object(pdf, root["ParentTree"])
        elements = [each for each in pdf.objects if isinstance(each, pydyf.Dictionary) and _is_on(each, page)]
        place = marks["Nums"].index(_object(pdf, page)["StructParents"])
        return cls(trunk, marks, elements, list(marks["Nums"][place + 1]))

    def take_later(self) -> list[bytes]:
        """Take the elements behind this branch from the trunk, so that the copies come before them."""
        mine = {each.reference for each in self.elements}
        last = max(place for place, each in enumerate(self.trunk["K"]) if each in mine)
        later, self.trunk["K"][:] = self.trunk["K"][last + 1 :], self.trunk["K"][: last + 1]
        return list(later)

    def grow(self, pdf: pydyf.PDF, page: Element) -> None:
        """Copy the branch for a page, which gets the next number for its marked texts."""
        first = len(pdf.objects)
        new = {each.reference: b"%d 0 R" % (first + place) for place, each in enumerate(self.elements)}
        for each in self.elements:
            kids = pydyf.Array(kid if isinstance(kid, int) else new[kid] for kid in each["K"])
            above = new.get(each["P"], each["P"])
            pdf.add_object(pydyf.Dictionary({**each, "K": kids, "P": above, "Pg": page.reference}))
            if above == self.trunk.reference:
                self.trunk["K"].append(new[each.reference])
        page["StructParents"] = self.marks["Nums"][-2] + 1
        self.marks["Nums"].extend([page["StructParents"], pydyf.Array(new[each] for each in self.own)])


def _object(pdf: pydyf.PDF, reference: bytes) -> Element:
    return pdf.objects[int(reference.split()[0])]


def _is_on(element: Element, page: bytes) -> bool:
    return bool(element.get("Type") == "/StructElem" and element.get("Pg") == page)


def _written(item: str | bytes | Element) -> bytes:
    """An operator as the stream would write it."""
    if isinstance(item, bytes):
        return item
    return bytes(item.data) if isinstance(item, pydyf.Object) else item.encode()


def _shown(item: bytes) -> list[bytes]:
    """The numbers of the glyphs that an operator shows, if it shows any."""
    shown = _SHOWN.fullmatch(item)
    return _GLYPH.findall(b"".join(_GLYPHS.findall(shown[1]))) if shown else []
