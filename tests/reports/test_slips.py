from datetime import date
from io import BytesIO

import pikepdf
import pypdf
import pytest

from reports.slips import Occasion, Slip, poster, slips

ADDRESS = "https://svar.example.org"


def occasion(language):
    return Occasion("Solvang <skole> & SFO", "Vår 2026", date(2026, 3, 20), ADDRESS, language)


def pages(pdf):
    return [page.extract_text() for page in pypdf.PdfReader(BytesIO(pdf)).pages]


@pytest.mark.parametrize(
    ("language", "heading", "day"),
    [
        ("nb", "Lapper til undersøkelsen", "20. mars 2026"),
        ("nn", "Lappar til undersøkinga", "20. mars 2026"),
        ("da", "Sedler til undersøgelsen", "20. marts 2026"),
        ("en", "Slips for the survey", "20 March 2026"),
    ],
)
def test_slips_explain_the_bowl_in_the_language_of_the_wave(language, heading, day):
    handed_out = [Slip(f"CODE-{number:04}-ABCDE", f"{ADDRESS}/c/{number}") for number in range(11)]
    told = pages(slips(occasion(language), handed_out))
    assert len(told) == 3  # the guide, ten slips, one slip
    assert heading in told[0]
    for slip in handed_out:
        assert sum(slip.code in page for page in told) == 1
    assert day in told[1]
    assert "Solvang <skole> & SFO" in told[1]


def test_the_poster_holds_the_link_on_one_page():
    [told] = pages(poster(occasion("nb"), f"{ADDRESS}/open/abc"))
    assert f"{ADDRESS}/open/abc" in told.replace("\n", "")
    assert "Delta i undersøkelsen" in told


def test_what_is_printed_is_tagged_and_names_no_user_or_machine():
    with pikepdf.open(BytesIO(poster(occasion("nb"), ADDRESS))) as printed:
        assert printed.Root.MarkInfo.Marked
        assert str(printed.Root.Lang) == "nb"
        assert {"/Author", "/Creator"} & set(printed.docinfo) == set()
