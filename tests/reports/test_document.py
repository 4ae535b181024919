"""The report as people get it: its pages, its tags, its words, and the same bytes every time."""

import io
import re
import subprocess
from datetime import date
from itertools import pairwise

import pikepdf
import pytest
from weasyprint import HTML

from instruments import library
from instruments.problems import Refused
from reports import charts, document
from reports.inquiry import AgreedAction
from reports.profile import profile
from reports.release import Audience
from reports.wording import LOCALES
from tests.reports.waves import believable, sealed_from

MOST_PAGES = 8
PIXELS = 96 / 25.4  # in a millimetre
VERSION = library.get("learning_community@1.0.0")
SPOKEN = [(edition, tag) for edition, tags in VERSION.editions.items() for tag in tags]


def shown(sizes, *, edition="skole"):
    """The profile of so many waves of so many people, the last one's being told."""
    waves = [
        sealed_from(VERSION, believable(VERSION, n, seed=n + place), wave=f"wave-{place}", edition=edition)
        for place, n in enumerate(sizes)
    ]
    return profile(waves, Audience.LEADER)


def text_of(pdf):
    return subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()  # noqa: S607


def elements(node, found):
    """Every structure element below a node, in reading order, as (tag, element)."""
    kids = node.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            found.append((str(kid["/S"]), kid))
            elements(kid, found)
    return found


@pytest.mark.parametrize(("edition", "language"), SPOKEN)
def test_every_edition_and_language_has_a_report_of_at_most_eight_tagged_pages(edition, language):
    pdf = document.report(shown([30, 33], edition=edition), language)
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert 1 < len(opened.pages) <= MOST_PAGES
        assert str(opened.Root.Lang).split("-")[0] == language
        assert opened.Root.MarkInfo.Marked
        assert str(opened.docinfo["/Title"])
        assert all(str(page.get("/Tabs")) == "/S" for page in opened.pages)
        found = elements(opened.Root.StructTreeRoot, [])
    figures = [element for tag, element in found if tag == "/Figure"]
    assert len(figures) >= 1 + len(VERSION.dimensions)
    assert all(len(str(figure.get("/Alt", ""))) > 20 for figure in figures)
    levels = [int(tag[2]) for tag, _ in found if re.fullmatch(r"/H\d", tag)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("sizes", [[4], [5], [12], [16], [400], [4, 30], [25] * 10], ids=str)
def test_few_many_one_and_ten_waves_each_have_a_report_of_at_most_eight_pages(sizes):
    with pikepdf.open(io.BytesIO(document.report(shown(sizes), "nb"))) as opened:
        assert len(opened.pages) <= MOST_PAGES


def test_a_wave_of_four_shows_no_score_anywhere():
    said = text_of(document.report(shown([4]), "nb"))
    assert "Ingen tall vises for denne målingen" in said
    method = said.index("Metode og personvern")
    assert re.findall(r"\b[1-5],\d", said[:method]) == []


def test_a_wave_of_seven_shows_means_of_one_decimal_and_nothing_finer():
    said = text_of(document.report(shown([7]), "nb"))
    method = said.index("Metode og personvern")
    assert re.search(r"\b[1-5],\d\b", said)
    assert re.findall(r"\b\d,\d\d\b", said[:method]) == []
    assert not re.search(r"\d\s%", said[: said.index("Svarprosent")])


def test_the_same_statistics_give_the_same_bytes():
    document.press._printed.cache_clear()
    first = document.report(shown([30, 33]), "nn")
    document.press._printed.cache_clear()
    assert document.report(shown([30, 33]), "nn") == first


def test_every_font_is_embedded_as_a_subset_and_the_file_is_sound(tmp_path):
    path = tmp_path / "report.pdf"
    path.write_bytes(document.report(shown([30, 33]), "nn"))
    checked = subprocess.run(["qpdf", "--check", path], capture_output=True, check=False)  # noqa: S603, S607 - our own file
    assert checked.returncode == 0, checked.stdout
    with pikepdf.open(path) as opened:
        found = [each for each in opened.objects if isinstance(each, pikepdf.Dictionary)]
        named = [str(each["/BaseFont"]) for each in found if each.get("/Type") == "/Font"]
    assert named
    assert all(re.match(r"/[A-Z]{6}\+IBM-Plex-Sans", name) for name in named), named


def test_weasyprint_has_nothing_to_complain_of(caplog):
    document.press._printed.cache_clear()
    document.report(shown([31, 34]), "en")
    assert [record.getMessage() for record in caplog.records if record.name.startswith("weasyprint")] == []


def test_a_name_with_markup_is_printed_as_it_is():
    waves = [sealed_from(VERSION, believable(VERSION, 30), community="<b>ask & elm</b>")]
    assert "<B>Ask & Elm</B>" in text_of(document.report(profile(waves, Audience.LEADER), "en"))


@pytest.mark.parametrize(("language", "code"), [("sv", "language-unknown"), ("da", "language-missing")])
def test_a_language_that_is_not_spoken_is_refused(language, code):
    with pytest.raises(Refused) as refused:
        document.report(shown([30]), language)
    assert [problem.code for problem in refused.value.problems] == [code]


def test_reports_are_written_in_all_four_languages():
    assert set(LOCALES) == {"nb", "nn", "da", "en"}


def layout(shown_profile, language):
    """Every table row of the bars in the laid out report, as its height in mm."""
    fonts, sheet = document.press._style(document.STYLE)
    page = HTML(string=document.html(shown_profile, language))
    laid = page.render(stylesheets=[sheet], font_config=fonts)
    boxes = [box for each in laid.pages for box in each._page_box.descendants() if box.element_tag == "tr"]
    rows = [box for box in boxes if len(box.element) == 1 + len(VERSION.scale.categories) + 2]
    return {round(box.height / PIXELS, 2) for box in rows if box.element[0].get("scope") == "row"}


@pytest.mark.parametrize(("edition", "language"), SPOKEN)
def test_every_row_of_a_table_is_as_high_as_its_bar(edition, language):
    assert layout(shown([40], edition=edition), language) == {charts.BARS_ROW}


@pytest.mark.parametrize(("size", "language"), [(4, "nn"), (7, "nb"), (12, "en"), (30, "nn"), (400, "nb")])
def test_every_question_is_printed_once_and_only_once(size, language):
    said = " ".join(text_of(document.report(shown([size]), language)).split())
    wording = VERSION.wording("skole", language)
    questions = [question for words in wording.dimensions.values() for question in words.questions]
    assert [said.count(question) for question in questions] == [1] * len(questions)


def test_the_text_is_read_in_the_order_of_the_report():
    said = text_of(document.report(shown([30, 33]), "en"))
    headings = ["What this report is", "At a glance", "Dimension by dimension", "Over time", "Talk together"]
    places = [said.index(heading) for heading in [*headings, "Method and privacy"]]
    assert places == sorted(places)


def test_every_cell_of_a_table_names_the_headers_of_its_row_and_column():
    with pikepdf.open(io.BytesIO(document.report(shown([30, 33]), "nb"))) as opened:
        found = elements(opened.Root.StructTreeRoot, [])
        heads = {str(element.ID) for tag, element in found if tag == "/TH"}
        cells = [
            [str(each) for each in element.get("/A", {}).get("/Headers", [])]
            for tag, element in found
            if tag == "/TD" and element.get("/K")
        ]
    assert heads
    assert all(set(named) <= heads for named in cells)
    bars = len(VERSION.items) + len(VERSION.dimensions)
    assert sum(len(named) == 2 for named in cells) >= bars * (len(VERSION.scale.categories) + 2)
    assert all(cells)


def test_the_longest_names_and_agreements_keep_to_eight_pages():
    name = "Nordmøre og Romsdal interkommunale oppvekstsenter " * 4
    agreed = [
        AgreedAction(
            dimension.id,
            "Vi skal bruke mer av møtetiden på åpne spørsmål om undervisningen. " * 3,
            "Hvert team åpner annethvert møte med ett undrende spørsmål. " * 3,
            "Teamlederne på hvert trinn",
            "Referatene viser flere syn på samme sak. " * 3,
            date(2026, 2, 1),
        )
        for dimension in VERSION.dimensions[:2]
    ]
    waves = [
        sealed_from(VERSION, believable(VERSION, 30, seed=k), community=name, wave=f"{k} {name}")
        for k in range(2)
    ]
    pdf = document.report(profile(waves, Audience.LEADER, agreed=agreed), "nb")
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert len(opened.pages) <= MOST_PAGES


@pytest.mark.parametrize("sizes", [[4], [7], [12], [4, 30, 9]], ids=str)
def test_weasyprint_has_nothing_to_complain_of_where_little_is_told(sizes, caplog):
    document.press._printed.cache_clear()
    document.report(shown(sizes), "nb")
    assert [record.getMessage() for record in caplog.records if record.name.startswith("weasyprint")] == []
