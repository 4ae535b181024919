"""Slides as a PowerPoint file (16:9), in millimetres: words, pictures with their text, tables and notes.

The shipped font is named and not embedded: the format has no way that every program reads, so where it is not
installed a program takes its own. Words are set with room to spare for that; the pictures keep the font.
"""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from babel.core import Locale, get_global
from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.lang import MSO_LANGUAGE_ID
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.presentation import Presentation as PowerPoint
from pptx.slide import Slide
from pptx.text.text import TextFrame
from pptx.util import Mm, Pt

from reports.pdf.fitting import lines_of
from reports.presentation.figures.drawing import MM, Box, Drawing
from reports.presentation.figures.palette import INK, MARK, PAPER, SOFT
from reports.presentation.locale import LOCALES

WIDTH, HEIGHT, MARGIN = 338.67, 190.5, 16.0  # mm
LINE: Final = 1.22  # of a font size
FONT: Final = "IBM Plex Sans"
_SPARE: Final = 0.93  # of a width: another program's font may be wider
_GAP: Final = 0.45  # of a line, after a paragraph
_TITLE: Final[Box] = (MARGIN, 9.0, WIDTH - 2 * MARGIN, 19.0)
_CELL: Final = 2.6, 1.3  # mm that a cell leaves empty at its sides, and above and below
_LEAST_ROW: Final = 9.0  # mm
_CELL_SIZES: Final = (16, 14, 12, 11, 10)  # points
_BAND: Final = "#F2F4F6"
_TITLE_ONLY: Final = 5  # the place of that layout in the library's own template
_NO_MOMENT: Final = datetime(2000, 1, 1)  # noqa: DTZ001 - the format demands one; it says nothing
# what the library's template brings along of the machine that it was made on
_OF_THE_PACKAGE: Final = (RELATIONSHIP_TYPE.THUMBNAIL, RELATIONSHIP_TYPE.EXTENDED_PROPERTIES)


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph: `scale` is its size as a share of its box's, `runs` its parts in colours of their own."""

    text: str
    bold: bool = False
    colour: str = INK
    scale: float = 1.0
    runs: tuple[tuple[str, str], ...] = ()


def font_size(words: Sequence[Words], width: float, height: float, sizes: Sequence[float]) -> float:
    """Return the first of the sizes, in points, at which the words fit into a box of mm; else the last."""
    return next((size for size in sizes if height_of(words, width, size) <= height), sizes[-1])


def height_of(words: Sequence[Words], width: float, size: float) -> float:
    """Return how high the words are, in mm, in lines of `width` mm at a size in points."""
    lines = [lines_of(each.text, size * each.scale, width * _SPARE) * each.scale for each in words]
    gaps = _GAP * max(0, len(words) - 1)
    return (sum(lines) + gaps) * size * LINE / MM


class SlideDeck:
    """A file of slides that is being made, in one language."""

    def __init__(self, title: str, language: str) -> None:
        self._made = Presentation()
        self._language = _proofed_in(language)
        self._made.slide_width, self._made.slide_height = Mm(WIDTH), Mm(HEIGHT)
        core = self._made.core_properties
        core.title, core.language = title, language
        core.author = core.last_modified_by = core.comments = ""
        core.created = core.modified = _NO_MOMENT
        self._layout = self._made.slide_layouts[_TITLE_ONLY]
        for each in list(self._made.slide_layouts):
            if each is not self._layout and each.name != self._layout.name:
                self._made.slide_layouts.remove(each)
        _leave_out(self._made)

    def add_slide(self, title: str, notes: Sequence[str], box: Box = _TITLE) -> Slide:
        """Add a slide with its title, and what is in its speaker's notes."""
        slide = self._made.slides.add_slide(self._layout)
        place = slide.shapes.title
        place.left, place.top, place.width, place.height = map(Mm, box)
        words = [Words(title, bold=True, colour=MARK)]
        self._fill(place.text_frame, words, font_size(words, box[2], box[3], (32, 28, 24, 20, 16, 13)))
        place.text_frame.vertical_anchor = MSO_ANCHOR.BOTTOM
        spoken = slide.notes_slide.notes_text_frame
        self._fill(spoken, [Words(each) for each in notes], 12)
        return slide

    def add_words(
        self, slide: Slide, words: Sequence[Words], box: Box, sizes: Sequence[float], *, middle: bool = False
    ) -> None:
        """Add words in the first of the sizes at which they fit, at the top of their box or in its middle."""
        if words:
            added = slide.shapes.add_textbox(*map(Mm, box))
            added.text_frame.vertical_anchor = MSO_ANCHOR.MIDDLE if middle else MSO_ANCHOR.TOP
            self._fill(added.text_frame, words, font_size(words, box[2], box[3], sizes))

    def add_picture(self, slide: Slide, drawing: Drawing, place: tuple[float, float], width: float) -> None:
        """Add a drawing as a picture so wide, with its text alternative."""
        picture = slide.shapes.add_picture(io.BytesIO(drawing.png(220)), *map(Mm, place), width=Mm(width))
        picture.element.nvPicPr.cNvPr.set("descr", drawing.alternative)

    def add_table(
        self,
        slide: Slide,
        rows: Sequence[Sequence[str]],
        box: Box,
        shares: Sequence[float],
        least: float = _LEAST_ROW,
    ) -> None:
        """Add a table whose first row are headings, in the largest size at which it fits into its box.

        `shares` are the columns' parts of its width, `least` mm the lowest row.
        """
        widths = [box[2] * share for share in shares]
        for size in _CELL_SIZES:
            heights = [_row_height(row, widths, size, least) for row in rows]
            if sum(heights) <= box[3]:
                break
        frame = slide.shapes.add_table(len(rows), len(widths), *map(Mm, (*box[:3], sum(heights))))
        frame.element.nvGraphicFramePr.cNvPr.set("descr", slide.shapes.title.text_frame.text)
        for column, width in zip(frame.table.columns, widths, strict=True):
            column.width = Mm(width)
        for place, (row, texts) in enumerate(zip(frame.table.rows, rows, strict=True)):
            row.height = Mm(heights[place])
            colour, back = (INK, _BAND) if place else (PAPER, MARK)
            for cell, text in zip(row.cells, texts, strict=True):
                self._fill(cell.text_frame, [Words(text, bold=not place, colour=colour)], size)
                cell.fill.solid()
                cell.fill.fore_color.rgb = _rgb(back)

    def save(self) -> bytes:
        """Return the file; the same slides give the same bytes."""
        written, packed = io.BytesIO(), io.BytesIO()
        self._made.save(written)
        with zipfile.ZipFile(written) as made, zipfile.ZipFile(packed, "w") as archive:
            for name in made.namelist():
                content = made.read(name)
                if name.startswith("ppt/theme/"):
                    content = content.replace(b'typeface="Calibri"', f'typeface="{FONT}"'.encode())
                member = zipfile.ZipInfo(name)  # at the format's own zero of time
                member.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(member, content)
        return packed.getvalue()

    def _fill(self, frame: TextFrame, words: Sequence[Words], size: float) -> None:
        frame.word_wrap = True
        frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = Mm(0)
        for place, each in enumerate(words):
            paragraph = frame.paragraphs[0] if not place else frame.add_paragraph()
            paragraph.alignment = PP_ALIGN.LEFT
            paragraph.line_spacing = 1.0
            paragraph.space_after = Pt(size * LINE * _GAP if place < len(words) - 1 else 0)
            for text, colour in each.runs or ((each.text, each.colour),):
                run = paragraph.add_run()
                run.text = text
                run.font.size, run.font.bold = Pt(size * each.scale), each.bold
                run.font.name, run.font.language_id = FONT, self._language
                run.font.color.rgb = _rgb(colour)


def _row_height(row: Sequence[str], widths: Sequence[float], size: float, least: float) -> float:
    """Return how high a row of a table is, in mm: a program makes it higher only when it is edited."""
    cells = zip(row, widths, strict=True)
    return max(
        least, *(height_of([Words(text)], width - 2 * _CELL[0], size) + 2 * _CELL[1] for text, width in cells)
    )


def soft(text: str, scale: float = 1.0) -> Words:
    """Return words that stand back."""
    return Words(text, colour=SOFT, scale=scale)


def _proofed_in(language: str) -> MSO_LANGUAGE_ID:
    """Return the language by which a program checks the spelling, or none where it knows no such one."""
    likely = get_global("likely_subtags").get(language, "").rpartition("_")[2]
    try:
        return MSO_LANGUAGE_ID.from_xml(f"{language}-{Locale.parse(LOCALES[language]).territory or likely}")
    except ValueError:
        return MSO_LANGUAGE_ID.NONE


def _rgb(colour: str) -> RGBColor:
    return RGBColor.from_string(colour.removeprefix("#"))


def _leave_out(made: PowerPoint) -> None:
    package = made.part.package
    for each in [each for each in package.iter_rels() if each.reltype in _OF_THE_PACKAGE]:
        package.drop_rel(each.rId)
    for each in [
        each for each in made.part.rels.values() if each.reltype == RELATIONSHIP_TYPE.PRINTER_SETTINGS
    ]:
        made.part.drop_rel(each.rId)
