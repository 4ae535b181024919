from datetime import date
from io import BytesIO

import pypdf
import pytest

from reports.pdf.key_sheets import KeySheet, key_sheets
from reports.pdf.slips import SlipHeading
from tests.reports.fonts import are_ours, fonts_of
from tests.reports.pdf.test_qr_codes import read, scanned
from tests.reports.validating import faults

PAGE = "https://svar.example.org/sheet"
TYPED = [f"{number}000-AAAA-BBBB-CCCC-DDDD-EEEE-FFFF-GGGG" for number in range(1, 4)]
SHEETS = [KeySheet(typed, f"{PAGE}#{typed}", mark) for typed, mark in zip(TYPED, "XYZ", strict=True)]


def printed(language, minutes=60):
    heading = SlipHeading(
        "Solvang <skole> & SFO", "Vår 2026", date(2026, 3, 20), "https://svar.example.org", language
    )
    return key_sheets(heading, PAGE, minutes, SHEETS)


@pytest.mark.parametrize(
    ("language", "number", "holders"),
    [
        ("nb", "Nøkkelark 2 av 3", ("Til lederen", "Til den tillitsvalgte", "Til eieren")),
        ("nn", "Nøkkelark 2 av 3", ("Til leiaren", "Til den tillitsvalde", "Til eigaren")),
        ("da", "Nøgleark 2 af 3", ("Til lederen", "Til tillidsrepræsentanten", "Til ejeren")),
        ("en", "Key sheet 2 of 3", ("For the leader", "For the employees' representative", "For the owner")),
    ],
)
def test_each_sheet_is_a_page_for_its_holder_with_nothing_of_the_others(language, number, holders):
    pdf = printed(language)
    assert faults(pdf) == []
    assert are_ours(fonts_of(pdf))
    told = ["".join(page.extract_text().split("\n")) for page in pypdf.PdfReader(BytesIO(pdf)).pages]
    assert len(told) == 3
    assert number in told[1]
    for own, page in enumerate(told):
        assert [typed in page for typed in TYPED] == [at == own for at in range(3)]
        assert [holder in page for holder in holders] == [at == own for at in range(3)]
        assert "Solvang <skole> & SFO" in page
        assert "60min" in page.replace(" ", "")


def test_each_square_leads_to_the_page_with_the_share_behind_the_hash():
    pdf = printed("nb")
    assert [read(scanned(pdf, 100, page)) for page in (1, 2, 3)] == [[each.address] for each in SHEETS]


def test_the_time_the_first_sheet_waits_is_the_policys():
    assert "20 min" in pypdf.PdfReader(BytesIO(printed("en", minutes=20))).pages[0].extract_text()
