"""The receipt with its own profile: bars that are as long as the score, and one sheet of paper."""

import io
import re
import unicodedata

import pytest
from PIL import Image
from pypdf import PdfReader

from tests.browser.layout import styled
from tests.waves import version

RECEIPT = re.compile(r"learning_community\S* (\w+) (\w\w): receipt")
DARK = 140  # of 255


@pytest.fixture
def plain(chromium):
    context = chromium.new_context(bypass_csp=True, color_scheme="dark")
    yield context.new_page()
    context.close()


@pytest.fixture
def receipts(respondents_pages):
    """Edition and language → the receipt with its profile unfolded."""
    found = {RECEIPT.fullmatch(name): html for name, html in respondents_pages.items()}
    return {match.groups(): styled(html) for match, html in found.items() if match}


def test_a_profile_is_printed_on_one_sheet_in_dark_letters_in_every_language(plain, receipts):
    assert {language for _, language in receipts} == {"nb", "nn", "da", "en"}
    for (edition, language), html in receipts.items():
        plain.set_content(html)
        [sheet] = PdfReader(io.BytesIO(plain.pdf(format="A4"))).pages
        # fl is one letter there
        text = " ".join(unicodedata.normalize("NFKC", sheet.extract_text()).split())
        wording = version().wording(edition, language)
        assert [each.name for each in wording.dimensions.values() if each.name not in text] == []
        plain.emulate_media(media="print")
        assert plain.evaluate("getComputedStyle(document.body).color") == "rgb(28, 42, 53)"
        plain.emulate_media(media="null")


def test_what_is_folded_is_no_sentence_on_paper(plain, receipts):
    html = receipts["skole", "nb"].replace("<details open", "<details")
    plain.set_content(html)
    [sheet] = PdfReader(io.BytesIO(plain.pdf(format="A4"))).pages
    assert "Vis min egen profil" not in sheet.extract_text()
    assert "Takk" in sheet.extract_text()


def test_a_bar_is_as_long_as_the_score_and_as_high_as_its_frame(plain):
    plain.emulate_media(color_scheme="light")
    plain.set_content(styled('<link rel="stylesheet" href="/"><meter min="1" max="5" value="3"></meter>'))
    picture = Image.open(io.BytesIO(plain.locator("meter").screenshot())).convert("L")
    wide, high = picture.size
    row = [picture.getpixel((x, high // 4)) < DARK for x in range(2, wide - 2)]
    assert sum(row) / len(row) == pytest.approx(0.5, abs=0.03)
    column = [picture.getpixel((wide // 4, y)) < DARK for y in range(2, high - 2)]
    assert all(column)
