"""A language that nobody speaks is added to a copy by data alone, and every page and sheet holds it."""

import json
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import PurePath
from zipfile import ZipFile

import pytest
from lxml import etree
from pptx import Presentation
from weasyprint import HTML

from tests import pseudo_language
from tests.browser.layout import set_text_size
from tests.once import made_once
from tests.paths import REPOSITORY, kept_files
from tests.pseudo_texts import of_page, untranslated
from tests.reports.downloads.test_slides import overflow
from tests.reports.pdf import every_sheet
from tests.reports.pdf.boxes import standing_out
from tests.reports.pdf.test_report import MOST_PAGES
from tests.reports.pdf.words import POINTS, Word, beyond, drawn_words, overlapping

NARROW, PHONE, DESK = 320, 360, 1280
# typed in the walks over pages, beside the names of units and surveys; and the code of a fault
TYPED = ("Lange/ord-uten_mellomrom", "abc", "nowhere", "keys-missing", "En runde")
# of a sheet of units, and what is written in it as it stands
TYPED += (f"kari.{'n' * 60}@skole.no", "kari", "n" * 35, "Rakett", "Telefon", "UTF-8", "nb")
# programs and formats of data files
TYPED += ("Excel", "SPSS", "Stata", "SAS", "Parquet", "DDI-Codebook", "Data Package")
TYPED += ("ICC",)  # a statistic
TYPED += ("Skoleporten", "one.example.org", "gone.example.org")  # where people sign in
TYPED += ("Fellesskap over tid", "help", "quota")
TYPED += ("Samarbeid", "Ledelse", "any")  # of a questionnaire that was read
TYPED += ("barnehage", "fagopplaering", "folkeskole", "skole")
TYPED += ("Bjerkealleen-og-omegns-interkommunale-oppvekstsenter, avdeling Nordre Øvre Strandvegen",)
TYPED += ("Bjerkealleen-og-omegns-interkommunale-op", "avdeling", "Nordre", "Øvre", "Strandvegen")
# files to download, and where in them texts stand
READ_BY = {".pptx": r"ppt/(slides|notesSlides)/\w+\.xml", ".xlsx": r"xl/sharedStrings\.xml", ".csv": ""}
PAPER = REPOSITORY / "reports" / "pdf" / "templates"


@pytest.fixture(scope="module")
def walked(tmp_path_factory):
    """A folder with the copy and with what was walked in it, made once for all processes of a run."""
    return made_once(tmp_path_factory, "pseudo", walk)


def walk(folder):
    copy, found = folder / "copy", folder / "found"
    found.mkdir()
    pseudo_language.copy_repository(copy)
    # in a process of its own, that finds the packages of the copy and not ours
    command = [sys.executable, "-m", "tests.pseudo_walk", str(found)]
    done = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False)  # noqa: S603 - our own command
    assert done.returncode == 0, done.stderr[-4000:]


@pytest.fixture(scope="module")
def pages(walked):
    """Every page: name → text."""
    found = json.loads((walked / "found" / "pages.json").read_text("utf-8"))
    assert min(map(len, found.values())) > 50
    return {name: html for part in found.values() for name, html in part.items()}


@pytest.fixture(scope="module")
def sheets(walked):
    """Every sheet and report: name → its HTML, what stands out of its boxes, and the words of its pages."""
    found = json.loads((walked / "found" / "sheets.json").read_text("utf-8"))["sheets"]
    assert len(found) > 12
    drawn = {name: drawn_words((walked / "found" / f"{name}.pdf").read_bytes()) for name in found}
    return {name: {**sheet, "pages": drawn[name]} for name, sheet in found.items()}


@pytest.fixture(scope="module")
def names(walked):
    """What people typed, here and in both installations; and paragraphs that are cut after a sentence."""
    typed = {*TYPED, *every_sheet.TYPED}
    typed |= set(json.loads((walked / "found" / "sheets.json").read_text("utf-8"))["cut"])
    for part in ("respondents", "others"):
        with closing(sqlite3.connect(walked / "found" / part / "kjennetegn.db")) as database:
            typed |= {
                name for [name] in database.execute("SELECT name FROM unit UNION SELECT title FROM wave")
            }
    return typed


def only(found):
    return {name: each for name, each in found.items() if each}


def test_a_language_is_added_by_data_alone(walked):
    copy = walked / "copy"
    kept = set(kept_files())
    made = {str(path.relative_to(copy)) for path in copy.rglob("*") if path.is_file()}
    changed = {
        name
        for name in made
        if name not in kept or (copy / name).read_bytes() != (REPOSITORY / name).read_bytes()
    }
    kinds = {PurePath(name).suffix for name in changed} - {".pyc", ".mo"}
    assert kinds == {".toml", ".po", ".md"}
    assert kept - made == set()


def test_every_sheet_is_walked(walked):
    found = walked / "found"
    # no sheets: the contents of ZIP files, and the frame of documents, which has no word of its own
    papers = {path.name for path in PAPER.glob("*.html")} - {
        "zip_page.html",
        "contents.html",
        "slip_contents.html",
        "document.html",
    }
    assert set(json.loads((found / "sheets.json").read_text("utf-8"))["templates"]) == papers


def test_every_word_of_every_page_is_translated(pages, names):
    assert only({name: of_page(html, names) for name, html in pages.items()}) == {}


def test_nothing_stands_out_of_its_box_on_any_page_whatever_the_width_and_spacing(layout, pages):
    set_text_size(layout.page, 100)
    widths = (NARROW, PHONE, DESK)
    assert only({name: layout.standing_out(html, widths) for name, html in pages.items()}) == {}


def test_every_word_of_every_sheet_is_translated(sheets, names):
    in_html = {name: [of_page(html, names) for html in sheet["html"]] for name, sheet in sheets.items()}
    assert {name: found for name, found in in_html.items() if any(found)} == {}
    # what is drawn besides: a line that is cut leaves its bracket open
    words = {name: [word.text for page in sheet["pages"] for word in page] for name, sheet in sheets.items()}
    drawn = {name: untranslated(" ".join(each), names) for name, each in words.items()}
    assert only({name: [word for word in each if word.isalpha()] for name, each in drawn.items()}) == {}


def test_no_word_on_paper_stands_out_of_its_box_or_over_another(sheets):
    assert only({name: sheet["faults"] for name, sheet in sheets.items()}) == {}
    over = {
        (name, at): overlapping(page)
        for name, sheet in sheets.items()
        for at, page in enumerate(sheet["pages"])
    }
    assert only(over) == {}


def test_no_word_reaches_the_edge_of_the_paper_or_a_cut_line(sheets):
    edges = {
        name: [
            beyond(page, *_edges(*side)) for page, side in zip(sheet["pages"], sheet["sides"], strict=True)
        ]
        for name, sheet in sheets.items()
    }
    assert {name: found for name, found in edges.items() if any(found)} == {}
    _, *slips = sheets["slips"]["pages"]
    assert [word for page in slips for word in page if beyond([word], *slip_around(word))] == []


def _edges(left, right):
    """Between the sides of a page, with the slack of a letter; and off the edges that no printer reaches."""
    return max(left - 0.7, 5), 5, min(right + 0.7, 205), 292


def slip_around(word):
    """The edges of the slip that a word begins on, less what stays free at the cut lines, in millimetres."""
    column, row = int((word.left / POINTS - 10) // 95), int((word.top / POINTS - 11) // 55)
    left, top = 10 + 95 * column, 11 + 55 * row
    return left + 2, top + 1, left + 93, top + 54


def test_every_word_of_every_file_to_download_is_translated(walked, names):
    files = [file for file in (walked / "found").iterdir() if file.suffix in READ_BY]
    found = {file.name: words_of(file) for file in files}
    assert {PurePath(name).suffix for name in found} == set(READ_BY)
    assert all(len(words) > 20 for words in found.values())
    left = {name: [untranslated(word, names) for word in words] for name, words in found.items()}
    assert only({name: [each for each in words if each] for name, words in left.items()}) == {}


def words_of(file):
    """The texts in a file that an office program opens."""
    if file.suffix == ".csv":
        return re.split(r"[;\n]", file.read_text("utf-8-sig"))
    with ZipFile(file) as packed:
        parts = [name for name in packed.namelist() if re.fullmatch(READ_BY[file.suffix], name)]
        trees = [etree.fromstring(packed.read(name)) for name in parts]
    paragraphs = [each for tree in trees for each in tree.iter("{*}p", "{*}si")]
    return ["".join(each.itertext("{*}t")) for each in paragraphs]


def test_no_words_of_the_slides_stand_out_of_their_box(walked):
    slides = Presentation(walked / "found" / "slides.pptx").slides
    boxes = [each for slide in slides for each in slide.shapes if each.has_text_frame]
    assert len(boxes) > 20
    assert [each.text_frame.text for each in boxes if overflow(each) > 0.1] == []


def test_sheets_and_reports_are_not_much_longer_than_in_another_language(sheets):
    most = {
        "form": 4,
        "code": 3,
        "report": 2 * MOST_PAGES,
        "slips": 3,
        "key": 3,
        "owner": 4,
        "one": 1,
        "links": 3,
        "history": 4,
    }
    # set wider first, and then closer, as the other forms are at once
    assert len(sheets["form, barnehage"]["html"]) == 2
    lengths = {name: len(sheet["pages"]) for name, sheet in sheets.items()}
    assert {
        name: each for name, each in lengths.items() if each > most.get(re.match(r"\w+", name)[0], 1)
    } == {}


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ("<p>[Šééñdd] Send</p>", ["Send"]),
        ("<p>[Šééñdd to all]</p>", ["to", "all"]),
        ("<p>[Šééñdd Asken]</p>", []),
        ("<p>[Šééñdd <b>[5 ååñdd 6]</b>]</p>", []),
        ("<p>[Šééñdd</p>", ["["]),
        ("<p>Šééñdd</p>", ["Šééñdd"]),
        ("<p lang='en'>In English</p>", []),
        ("<img alt='A picture'><p>[Šééñdd]</p>", ["A", "picture"]),
        ("<p>[Šééñdd 5. maaliskuuta 2026 7K3M-XW2P-0TQ9A]</p>", []),
        ("<script>let there = 1</script><p>[Šééñdd]</p>", []),
    ],
)
def test_a_word_that_is_not_translated_is_found(html, found):
    assert of_page(f"<html lang='qps'><body>{html}</body></html>", {"Asken"}) == found


@pytest.mark.parametrize(
    ("style", "is_found"),
    [
        ("width: 10mm", True),
        ("width: 60mm", False),
        ("width: 60mm; height: 2mm", True),
        ("height: 20mm", False),
    ],
)
def test_a_word_that_stands_out_of_its_box_on_paper_is_found(style, is_found):
    page = f"<html><body><div style='{style}'>Undersøkelsene</div></body></html>"
    assert bool(standing_out(HTML(string=page).render())) is is_found


def test_words_over_one_another_and_beyond_an_edge_are_found():
    one = Word("one", 20, 20, 50, 33, 10)
    assert overlapping([one, one._replace(text="two", left=45, right=80, top=25, bottom=38)]) == [
        ("one", "two")
    ]
    assert overlapping([one, one._replace(left=51, right=80)]) == []
    assert beyond([one], 5, 5, 100, 100) == []
    assert beyond([one], 8, 5, 100, 100) == beyond([one], 5, 5, 17, 100) == ["one"]
    assert slip_around(one._replace(left=115 * POINTS, top=70 * POINTS)) == (107, 67, 198, 120)
