"""The questionnaire on paper: everything asked, and on the code sheet beside it what only typists need."""

from dataclasses import replace
from datetime import date
from io import BytesIO

import pikepdf
import pypdf
import pytest
from lxml import html as reader

from instruments import background, library, parts
from reports.pdf import questionnaire
from reports.pdf.questionnaire import PaperWave
from reports.pdf.slips import SlipHeading
from tests.paths import EXAMPLES
from tests.reports.fonts import are_ours, fonts_of
from tests.reports.pdf.words import drawn_words
from tests.reports.validating import faults

MM = 72 / 25.4
PAGE = "https://svar.example.org/p/7K3M-XW2P-0TQ9A"
SHIPPED = library.get("learning_community@1.0.0")


@pytest.fixture(scope="module")
def version():
    return library.load(EXAMPLES / "minimal.toml")


def wave(wording, *, unit="Solvang skole", title="Vår 2026", by_slip=True, asked="years_here@1"):
    heading = SlipHeading(unit, title, date(2026, 3, 20), "https://svar.example.org", wording.language)
    return PaperWave(heading, 6, by_slip, PAGE, background.get(asked).wording(wording) if asked else None)


def text_of(pdf):
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(pdf)).pages).split())


def test_every_item_has_a_numbered_row_of_boxes(version):
    page = reader.fromstring(questionnaire.html(version, version.wording("school", "en")))
    rows = [row for row in page.iter("tr") if row.findall("td")]
    wording = version.wording("school", "en")
    assert len(rows) == len(version.items)
    for number, (item, row) in enumerate(zip(version.items, rows, strict=True), start=1):
        assert row.find("th").text_content() == f"{number}{wording.items[item.id]}"
        assert len(row.findall("td")) == len(version.scale.categories) + len(version.scale.unscored)
    assert len(page.findall(".//h1")) == 1


def test_statements_on_paper_stand_under_the_heading_and_not_under_the_name():
    shipped = library.get("learning_community@1.0.0")
    wording = shipped.wording("skole", "nb")
    text = reader.fromstring(questionnaire.html(shipped, wording)).text_content()
    assert len(wording.dimensions) == 9
    for said in wording.dimensions.values():
        assert said.heading in text
        assert said.name not in text


def test_a_questionnaire_is_set_in_our_own_fonts(version):
    assert are_ours(fonts_of(questionnaire.pdf(version, version.wording("school", "en"))))


@pytest.mark.parametrize(("edition", "language"), SHIPPED.wordings)
def test_every_questionnaire_is_two_sheets_at_most_with_the_question_and_names_of_any_length(
    edition, language
):
    wording = SHIPPED.wording(edition, language)
    pdf = questionnaire.pdf(SHIPPED, wording, wave(wording, unit="Ø" * 250, title="W" * 100))
    pages = drawn_words(pdf)
    assert len(pages) <= 4  # both sides of two sheets
    assert pages
    for page in pages:
        assert all(word.left > 10 * MM and word.right < 200 * MM for word in page)
        assert all(word.top > 8 * MM and word.bottom < 291 * MM for word in page)


@pytest.mark.parametrize(
    ("edition", "language"),
    [("barnehage", "nn"), ("skole", "nb"), ("fagopplaering", "en"), ("folkeskole", "da")],
)
def test_forms_and_code_sheets_conform_to_the_standards(edition, language):
    wording = SHIPPED.wording(edition, language)
    assert faults(questionnaire.pdf(SHIPPED, wording, wave(wording))) == []
    assert faults(questionnaire.code_sheet(SHIPPED, wording, wave(wording))) == []


def test_a_form_says_whose_it_is_until_when_and_what_is_true_on_paper():
    wording = SHIPPED.wording("skole", "nb")
    told = text_of(questionnaire.pdf(SHIPPED, wording, wave(wording)))
    for part in (
        "Solvang skole",
        "Vår 2026",
        "Siste dag: 20. mars 2026",
        "ser kryssene dine",
        "grupper på minst 6",
        "Hvor lenge har du arbeidet her?",
        "Mer enn 10 år",
        "med lappen din inni",
    ):
        assert part in told
    assert wording.promise not in told


def test_the_form_of_a_follow_up_says_so_and_asks_its_own_statements_alone():
    part = parts.part_of(SHIPPED, ["evidence_use", "shared_practice"])
    wording = part.wording("skole", "en")
    told = text_of(questionnaire.pdf(part, wording, wave(wording)))
    assert "follows up what you agreed last time" in told
    assert all(wording.items[item.id] in told for item in part.items)
    whole = SHIPPED.wording("skole", "en")
    assert "follows up" not in questionnaire.html(SHIPPED, whole, wave(whole))


def test_a_form_without_a_wave_promises_nothing_of_encryption_or_groups_and_asks_for_no_slip(version):
    wording = version.wording("school", "en")
    told = reader.fromstring(questionnaire.html(version, wording)).text_content()
    assert "sees your crosses" in told
    assert "Fold the form and put it in the closed box." in told
    assert "encrypted" not in told
    assert "slip" not in told
    assert wording.promise not in told


def test_a_form_of_an_open_link_asks_for_no_slip():
    wording = SHIPPED.wording("skole", "en")
    assert "slip" not in questionnaire.html(SHIPPED, wording, wave(wording, by_slip=False, asked=None))


def test_no_name_for_machines_is_on_a_form_and_all_are_on_the_code_sheet():
    wording = SHIPPED.wording("skole", "nb")
    names = [*(item.id for item in SHIPPED.items), *SHIPPED.scale.unscored, "under_3", "learning_community"]
    form = questionnaire.html(SHIPPED, wording, wave(wording))
    assert [name for name in names if name in form] == []
    told = text_of(questionnaire.code_sheet(SHIPPED, wording, wave(wording))).replace(" ", "")
    assert [name for name in names if name not in told] == []
    assert PAGE in told
    for number, item in enumerate(SHIPPED.items, start=1):
        assert f"{number}{wording.items[item.id]}{item.id}".replace(" ", "") in told
    for sign, label in (("1", "I svært liten grad"), ("8", "Vet ikke"), ("9", "Ikke aktuelt")):
        assert f"{sign}{label}".replace(" ", "") in told


def test_heads_are_legible_and_stand_once_a_page_and_no_word_of_them_is_broken():
    wording = SHIPPED.wording("skole", "en")
    pages = drawn_words(questionnaire.pdf(SHIPPED, wording, wave(wording)))
    assert len(pages[1:3]) == 2
    for page in pages:
        heads = [word for word in page if word.text in {"applicable", "Don't"}]
        assert len(heads) == 2
        assert all(word.size > 8.4 for word in heads)


def test_boxes_are_five_millimetres():
    wording = SHIPPED.wording("skole", "nb")
    assert ".box { display: inline-block; width: 5mm; height: 5mm;" in questionnaire.html(SHIPPED, wording)


def test_the_pdf_is_tagged_names_no_machine_and_no_person_and_is_the_same_every_time(version):
    drawn = [questionnaire.pdf(version, version.wording("school", "en")) for _ in range(2)]
    assert drawn[0] == drawn[1]
    with pikepdf.open(BytesIO(drawn[0])) as document:
        assert bool(document.Root.MarkInfo.Marked)
        assert "/StructTreeRoot" in document.Root
        assert str(document.Root.Lang) == "en"
        assert set(document.docinfo) == {"/Title", "/Producer"}


def test_a_questionnaire_in_a_language_of_its_own_has_the_rest_in_english(version):
    wording = replace(version.wording("school", "en"), language="sv")
    page = reader.fromstring(questionnaire.html(version, wording))
    assert page.get("lang") == "sv"
    assert "Put one cross in each row." in page.text_content()
