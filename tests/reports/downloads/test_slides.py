"""The slides, read back: titles, pictures with their text, notes, and no number that the report lacks."""

import html
import io
import re
import zipfile
from datetime import date
from functools import cache

import pytest
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE
from pptx.util import Mm

from instruments import library
from instruments.problems import Refused
from reports.disclosure import Audience
from reports.downloads.slide_deck import MARGIN, Words, height_of
from reports.downloads.slides import slides
from reports.pdf import report
from reports.presentation.figures import drawing
from reports.results.agreed_actions import LONGEST, MOST_ACTIONS, NO_AGREEMENTS, AgreedAction, Agreements
from reports.results.profile import profile
from tests.policies import POLICY
from tests.reports.waves import at_the_end, believable, sealed_from

VERSION = library.get("learning_community@1.0.0")
KINDS = {
    "41, again": (38, 41),
    "the first, of 41": (41,),
    "12, again": (12, 12),
    "7": (7,),
    "7, again": (12, 7),
    "4": (4,),
    "the ninth": (20,) * 9,
}
STEPS = {"10", "20", "30"}  # minutes on the sheet for the meeting


def shown(*sizes, agreed=NO_AGREEMENTS, edition="skole", version=VERSION, high=False):
    waves = []
    for place, n in enumerate(sizes):
        answers = believable(version, n, seed=n + place)
        answers = at_the_end(version, answers, version.dimensions[0]) if high else answers
        waves.append(sealed_from(version, answers, wave=f"wave-{place}", edition=edition))
    return profile(waves, Audience.LEADER, POLICY, agreed=agreed)


@cache
def made(kind, language="nb"):
    return Presentation(io.BytesIO(slides(shown(*KINDS[kind]), language)))


def pictures(deck):
    return [
        each for slide in deck.slides for each in slide.shapes if each.shape_type == MSO_SHAPE_TYPE.PICTURE
    ]


def words_of(deck):
    """Every word of the slides: in shapes, tables, alternative texts and notes."""
    for slide in deck.slides:
        for each in slide.shapes:
            if each.has_text_frame:
                yield each.text_frame.text
            if each.has_table:
                yield from (cell.text_frame.text for row in each.table.rows for cell in row.cells)
        yield slide.notes_slide.notes_text_frame.text
    yield from (each.element.nvPicPr.cNvPr.get("descr") for each in pictures(deck))


def numbers(text):
    return set(re.findall(r"[0-9]+(?:[.,][0-9]+)*", text))


@pytest.mark.parametrize(
    ("kind", "count", "drawn"),
    [
        ("41, again", 1 + 2 + 9 + 2, 2 + 9),
        ("the first, of 41", 1 + 1 + 9 + 2, 1 + 9),
        ("7", 1 + 1 + 9 + 2, 1),
        ("4", 1 + 1 + 2, 0),
        ("the ninth", 1 + 3 + 9 + 2, 3 + 9),
    ],
)
def test_there_is_a_slide_for_each_thing_to_talk_about(kind, count, drawn):
    assert len(made(kind).slides) == count
    assert len(pictures(made(kind))) == drawn


@pytest.mark.parametrize("kind", KINDS)
def test_every_slide_has_a_title_of_its_own_and_notes(kind):
    titles = [slide.shapes.title.text_frame.text for slide in made(kind).slides]
    assert len(set(titles)) == len(titles)
    assert all(titles)
    assert all(slide.notes_slide.notes_text_frame.text for slide in made(kind).slides)


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"4"}))
def test_every_picture_has_an_alternative_text(kind):
    found = [each.element.nvPicPr.cNvPr.get("descr") for each in pictures(made(kind))]
    assert found
    assert all(len(each) > 40 for each in found)


@pytest.mark.parametrize("kind", KINDS)
def test_every_number_on_a_slide_stands_in_the_report(kind):
    page = report.html(shown(*KINDS[kind]), "nb")
    printed = html.unescape(re.sub(r"data:[^\"]+", "", page))
    said = numbers(" ".join(words_of(made(kind))))
    assert len(said) > 3
    assert said - numbers(printed) - STEPS == set()


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_lies_outside_a_slide_or_overflows_its_box(kind):
    deck = made(kind)
    for slide in deck.slides:
        for each in slide.shapes:
            assert each.left >= Mm(MARGIN - 0.1)
            assert each.top > 0
            assert each.left + each.width <= deck.slide_width - Mm(MARGIN - 0.5)
            assert each.top + each.height <= deck.slide_height
    worded = [each for slide in deck.slides for each in slide.shapes if each.has_text_frame]
    assert len(worded) > len(deck.slides)
    assert {each.text_frame.text: overflow(each) for each in worded if overflow(each) > 0.1} == {}


def overflow(shape):
    """How far the words of a shape reach beyond it, in mm, by the metrics of the font."""
    runs = [list(paragraph.runs) for paragraph in shape.text_frame.paragraphs]
    largest = max(run.font.size.pt for own in runs for run in own)
    words = [Words("".join(run.text for run in own), scale=own[0].font.size.pt / largest) for own in runs]
    return height_of(words, shape.width / Mm(1), largest) - shape.height / Mm(1)


@pytest.mark.parametrize("edition", VERSION.editions)
def test_every_edition_and_language_fits_too(edition):
    view, languages = shown(41, 38, edition=edition), VERSION.editions[edition]
    assert len(languages) > 1
    for language in languages:
        deck = Presentation(io.BytesIO(slides(view, language)))
        boxes = [each for slide in deck.slides for each in slide.shapes if each.has_text_frame]
        assert [each.text_frame.text for each in boxes if overflow(each) > 0.1] == []
        tongues = {
            str(run.font.language_id)
            for each in boxes
            for paragraph in each.text_frame.paragraphs
            for run in paragraph.runs
        }
        assert len(tongues) == 1


def test_agreements_are_on_a_slide_of_their_own_and_the_longest_keep_to_it():
    longest = {part: ("et ganske langt ord " * 9)[:length] for part, length in LONGEST.items()}
    before, after = (
        tuple(
            AgreedAction(each.id, due=date(2026, 6, 1 + place), **longest)
            for place, each in enumerate(VERSION.dimensions[:MOST_ACTIONS])
        )
        for _ in range(2)
    )
    deck = Presentation(io.BytesIO(slides(shown(41, 38, agreed=Agreements(before, after)), "nb")))
    tables = [each for slide in deck.slides for each in slide.shapes if each.has_table]
    assert [len(each.table.rows) for each in tables] == [1 + MOST_ACTIONS] * 2
    for each in tables:
        assert each.element.nvGraphicFramePr.cNvPr.get("descr")
        assert (each.top + height_of_table(each.table)) / Mm(1) < 163
        assert each.height >= height_of_table(each.table) - Mm(0.1)


def height_of_table(table):
    total = 0
    for row in table.rows:
        needed = [
            height_of(
                [Words(cell.text_frame.text)],
                column.width / Mm(1),
                cell.text_frame.paragraphs[0].runs[0].font.size.pt,
            )
            for cell, column in zip(row.cells, table.columns, strict=True)
        ]
        total += max(row.height, Mm(max(needed)))
    return total


def test_a_coded_mean_is_in_words_on_the_slides_and_in_the_notes():
    deck = Presentation(io.BytesIO(slides(shown(41, high=True), "en")))
    said = " ".join(words_of(deck))
    assert "over 4." in said.lower()


def test_the_same_figures_give_the_same_file_which_names_nobody_and_embeds_no_workbook():
    content = slides(shown(38, 41), "nb")
    drawing._saved_once.cache_clear()
    assert content == slides(shown(38, 41), "nb")
    core = Presentation(io.BytesIO(content)).core_properties
    assert (core.author, core.last_modified_by, core.comments) == ("", "", "")
    assert core.title == "Asken – Wave-1"
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        names = parts.namelist()
        themes = [parts.read(each).decode() for each in names if each.startswith("ppt/theme/")]
        assert {each.date_time for each in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert [each for each in names if "embed" in each or each.endswith((".xlsx", ".bin", ".jpeg"))] == []
    assert all("IBM Plex Sans" in each and "Calibri" not in each for each in themes)


def test_a_language_that_the_edition_lacks_is_refused():
    with pytest.raises(Refused, match="language-missing"):
        slides(shown(41), "da")
