from datetime import date
from io import BytesIO

import pikepdf
import pypdf
import pytest

from reports.pdf.slips import Slip, SlipHeading, poster, slips
from survey.collection import access_codes
from tests.reports.fonts import are_ours, fonts_of
from tests.reports.validating import faults

ADDRESS = "https://svar.example.org"


def occasion(language):
    return SlipHeading("Solvang <skole> & SFO", "Vår 2026", date(2026, 3, 20), ADDRESS, language)


def pages(pdf):
    return [page.extract_text() for page in pypdf.PdfReader(BytesIO(pdf)).pages]


@pytest.mark.parametrize(
    ("language", "heading", "number", "day"),
    [
        ("nb", "Lapper til undersøkelsen", "Antall lapper: 11", "20. mars 2026"),
        ("nn", "Lappar til undersøkinga", "Tal på lappar: 11", "20. mars 2026"),
        ("da", "Sedler til undersøgelsen", "Antal sedler: 11", "20. marts 2026"),
        ("en", "Slips for the survey", "Number of slips: 11", "20 March 2026"),
    ],
)
def test_slips_explain_the_bowl_in_the_language_of_the_wave(language, heading, number, day):
    handed_out = [Slip(f"CODE-{number:04}-ABCDE", f"{ADDRESS}/c/{number}") for number in range(11)]
    pdf = slips(occasion(language), handed_out)
    assert faults(pdf) == []
    told = pages(pdf)
    assert len(told) == 3  # the guide, ten slips, one slip
    assert heading in told[0]
    assert number in told[0]
    for slip in handed_out:
        assert sum(slip.code in page for page in told) == 1
    assert day in told[1]
    assert "Solvang <skole> & SFO" in told[1]


def test_slips_and_posters_are_set_in_our_own_fonts():
    strange = SlipHeading("学校 Solvang", "Vår 2026", date(2026, 3, 20), ADDRESS, "nb")
    assert are_ours(fonts_of(slips(strange, [Slip("CODE-1", f"{ADDRESS}/c/1")])))
    assert are_ours(fonts_of(poster(strange, ADDRESS)))


def test_the_poster_holds_the_link_on_one_page():
    [told] = pages(poster(occasion("nb"), f"{ADDRESS}/open/abc"))
    assert f"{ADDRESS}/open/abc" in told.replace("\n", "")
    assert "Delta i undersøkelsen" in told


@pytest.mark.parametrize("language", ["nb", "nn", "da", "en"])
def test_posters_and_any_number_of_slips_conform_to_the_standards(language):
    assert faults(poster(occasion(language), f"{ADDRESS}/open/abc")) == []
    for number in (1, 10, 20, 43):
        assert faults(slips(occasion(language), many(number))) == []


def test_what_is_printed_is_tagged_and_names_no_user_or_machine():
    with pikepdf.open(BytesIO(poster(occasion("nb"), ADDRESS))) as printed:
        assert printed.Root.MarkInfo.Marked
        assert str(printed.Root.Lang) == "nb"
        assert {"/Author", "/Creator"} & set(printed.docinfo) == set()


def many(number):
    drawn = sorted(access_codes.formatted(bits) for bits in access_codes.generate(number))
    return [Slip(code, f"{ADDRESS}/c/{code}") for code in drawn]


def test_every_sheet_holds_its_own_codes_in_their_order_whatever_their_number():
    for number in (1, 10, 11, 20, 43):
        handed_out = many(number)
        told = pages(slips(occasion("nb"), handed_out))[1:]
        printed = [word for page in told for word in page.split() if word.count("-") == 2]
        assert printed == [slip.code for slip in handed_out]


def test_every_text_of_every_sheet_has_its_place_in_the_structure_in_the_order_of_the_pages():
    with pikepdf.open(BytesIO(slips(occasion("nn"), many(34)))) as printed:
        numbers = printed.Root.StructTreeRoot.ParentTree.Nums
        held = dict(zip(map(int, list(numbers)[::2]), list(numbers)[1::2], strict=True))
        for page in printed.pages:
            marked = [
                int(operands[1].MCID)
                for operands, operator in pikepdf.parse_content_stream(page)
                if str(operator) == "BDC"
            ]
            own = held[int(page.StructParents)]
            assert len(own) == len(set(marked)) == len(marked)
            assert all(element.Pg.objgen == page.objgen for element in own)
            assert all(int(element.K[0]) == mark for mark, element in enumerate(own))
        top = [element.Pg.objgen for element in printed.Root.StructTreeRoot.K[0].K]
        order = [page.objgen for page in printed.pages]
        assert top == sorted(top, key=order.index)
        assert set(top) == set(order)


def test_printing_tells_how_many_slips_are_printed():
    told = []
    slips(occasion("nb"), many(104), told.append)
    assert told == [50, 100, 104]


def test_a_name_as_long_as_can_be_leaves_the_code_on_its_slip():
    long = SlipHeading("Solvangveien barnehage " * 8, "Undersøkelse " * 7, date(2026, 3, 20), ADDRESS, "nb")
    handed_out = many(10)
    told = pypdf.PdfReader(BytesIO(slips(long, handed_out))).pages
    assert len(told) == 2
    where = {}
    told[1].extract_text(visitor_text=lambda text, page, at, *_: where.update({text.strip(): (page, at)}))
    for place, slip in enumerate(handed_out):
        page, at = where[slip.code]
        height = page[5] + page[3] * at[5]
        assert 0 < height - (842 - 28 - 156 * (place // 2 + 1)) < 70
