"""What a page becomes on paper: our own letters only, whatever is written in a name."""

from io import BytesIO
from urllib.parse import quote

import pypdf
import pytest
from weasyprint.urls import FatalURLFetchingError

from instruments import library, versions
from instruments.problems import Damaged
from reports.pdf import letters, rendering
from reports.presentation.locale import TRANSLATIONS
from tests.reports.fonts import are_ours, fonts_of
from tests.reports.validating import faults

PAGE = "<!DOCTYPE html><html lang='nb'><head><title>Prøve</title></head><body><h1>{}</h1></body></html>"


@pytest.mark.parametrize("reference", library.shipped())
def test_the_fonts_have_every_letter_of_every_text_of_the_instrument(reference):
    wordings = library.get(reference).wordings.values()
    used = set("".join(text for wording in wordings for _, text in versions._texts_by_place(wording)))
    assert used - letters.supported() == set()


def test_the_fonts_have_every_letter_of_the_catalogues_and_of_sami_and_nordic_names():
    written = "".join(file.read_text(encoding="utf-8") for file in TRANSLATIONS.rglob("*.po"))
    assert set(written) - letters.supported() - rendering._LINE_BREAKS == set()
    assert set("æøåÆØÅäöÄÖáčđŋšŧžÁČĐŊŠŦŽïôêþðé−–«»“”’…") <= letters.supported()


def test_letters_the_fonts_lack_are_replaced_so_that_no_font_of_the_machine_gets_in():
    pdf = rendering.render(PAGE.format("مدرسة 学校 Øya"), "report.css")
    assert are_ours(fonts_of(pdf))


def test_signs_that_turn_the_direction_of_writing_are_left_out():
    assert rendering._replace_unsupported("Eika\u202e elloks\u2066\u200f") == "Eika elloks"


def test_a_missing_font_is_refused_by_name(monkeypatch, tmp_path):
    monkeypatch.setattr(letters, "FONTS", tmp_path)
    with pytest.raises(Damaged) as refused:
        letters.require_fonts()
    assert [problem.code for problem in refused.value.problems] == ["font-missing"]
    assert "IBMPlexSans-Regular.ttf" in refused.value.problems[0].fault


def test_a_page_that_asks_for_something_from_outside_is_not_printed():
    with pytest.raises(FatalURLFetchingError):
        rendering.render(PAGE.format("<img src='file:///etc/hostname' alt='x'/>"), "report.css")


def test_the_validator_sees_a_page_that_breaks_the_standard():
    drawing = quote("<svg xmlns='http://www.w3.org/2000/svg'><path d='M0 0h9v9z'/></svg>")
    assert faults(rendering.render_uncached(PAGE.format("Eika"))) == []
    [fault] = faults(
        rendering.render_uncached(PAGE.format(f"<img src='data:image/svg+xml,{drawing}' alt=''/>"))
    )
    assert "FIGURE-ALTERNATIVE-TEXT" in fault


def test_a_table_with_a_cell_that_no_header_is_of_breaks_the_standard():
    head = "<thead><tr>{}<th scope='col'>b</th></tr></thead>"
    table = f"<table>{head}<tbody><tr><th scope='row'>c</th><td>d</td></tr></tbody></table>"
    assert faults(rendering.render_uncached(PAGE.format(table.format("<th scope='col'>a</th>")))) == []
    assert faults(rendering.render_uncached(PAGE.format(table.format("<td></td>")))) == [
        "7.5: a cell names no header"
    ]


def test_the_first_page_that_takes_few_sheets_enough_is_set_and_the_last_if_none_does():
    longer, shorter = (PAGE.format(f"<p style='font-size: {size}pt'>{'ord ' * 900}") for size in (40, 12))
    sheets = [
        len(pypdf.PdfReader(BytesIO(rendering.render_within(most, iter([longer, shorter])))).pages)
        for most in (20, 3, 1)
    ]
    assert sheets[0] > 3
    assert 1 < sheets[1] <= 3
    assert sheets[2] == sheets[1]
    with pytest.raises(ValueError, match="nothing to set"):
        rendering.render_within(1, iter(()))
