"""The questionnaire on paper: everything asked, under its id, in the language it is asked in."""

from dataclasses import replace
from io import BytesIO

import pikepdf
import pypdf
import pytest
from lxml import html as reader

from instruments import library
from reports.pdf import questionnaire
from tests.paths import EXAMPLES
from tests.reports.fonts import are_ours, fonts_of
from tests.reports.validating import faults


@pytest.fixture(scope="module")
def version():
    return library.load(EXAMPLES / "minimal.toml")


def test_every_item_has_a_row_of_boxes_under_its_id(version):
    page = reader.fromstring(questionnaire.html(version, version.wording("school", "en")))
    for item in version.items:
        row = page.get_element_by_id(item.id)
        assert item.id in row.text_content()
        assert len(row.findall("td")) == len(version.scale.categories) + len(version.scale.unscored)
    assert len(page.findall(".//h1")) == 1
    assert len({element.get("id") for element in page.iter() if element.get("id")}) == 3


def test_a_questionnaire_is_set_in_our_own_fonts(version):
    assert are_ours(fonts_of(questionnaire.pdf(version, version.wording("school", "en"))))


@pytest.mark.parametrize(
    ("edition", "language"),
    [("barnehage", "nn"), ("skole", "nb"), ("fagopplaering", "en"), ("folkeskole", "da")],
)
def test_every_questionnaire_on_paper_conforms_to_the_standards_on_two_sheets(edition, language):
    shipped = library.get("learning_community@1.1.0")
    pdf = questionnaire.pdf(shipped, shipped.wording(edition, language))
    assert faults(pdf) == []
    with pikepdf.open(BytesIO(pdf)) as document:
        assert len(document.pages) <= 4  # both sides of two sheets


def test_the_ids_above_the_boxes_are_not_broken():
    shipped = library.get("learning_community@1.1.0")
    with_ids = pypdf.PdfReader(BytesIO(questionnaire.pdf(shipped, shipped.wording("folkeskole", "da"))))
    told = with_ids.pages[1].extract_text().split()
    assert told.count("not_applicable") == told.count("dont_know") == 3


def test_the_sheet_has_its_own_promise_and_not_the_one_of_the_screen(version):
    wording = version.wording("school", "en")
    text = reader.fromstring(questionnaire.html(version, wording)).text_content()
    assert "Do not write your name" in text
    assert wording.promise not in text


def test_the_pdf_is_tagged_and_names_no_machine_and_no_person(version):
    with pikepdf.open(BytesIO(questionnaire.pdf(version, version.wording("school", "en")))) as document:
        assert bool(document.Root.MarkInfo.Marked)
        assert "/StructTreeRoot" in document.Root
        assert str(document.Root.Lang) == "en"
        assert set(document.docinfo) == {"/Title", "/Producer"}


def test_a_questionnaire_in_a_language_of_its_own_has_the_rest_in_english(version):
    wording = replace(version.wording("school", "en"), language="sv")
    page = reader.fromstring(questionnaire.html(version, wording))
    assert page.get("lang") == "sv"
    assert "Put one cross in each row." in page.text_content()
