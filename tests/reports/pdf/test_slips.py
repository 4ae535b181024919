"""Slips and the poster: what stands on them, and that nothing reaches a cut line or the edge of the paper."""

from datetime import date
from io import BytesIO

import pikepdf
import pypdf
import pytest

from instruments.languages import LANGUAGES
from reports.pdf.slips import Slip, SlipHeading, SlipText, poster, slips
from survey.collection import access_codes
from tests.reports.fonts import are_ours, fonts_of
from tests.reports.pdf.words import drawn_words, overlapping
from tests.reports.validating import faults

ADDRESS = "https://svar.example.org"
PURPOSE = "Undersøkelsen handler om hvordan vi arbeider og lærer sammen, ikke om hvor flink hver enkelt er."
MM = 72 / 25.4


def text(language, unit="Solvang <skole> & SFO", title="Vår 2026", address=ADDRESS):
    return SlipText(SlipHeading(unit, title, date(2026, 3, 20), address, language), PURPOSE, 8)


def pages(pdf):
    return [page.extract_text() for page in pypdf.PdfReader(BytesIO(pdf)).pages]


def many(number, address=ADDRESS):
    drawn = sorted(access_codes.formatted(bits) for bits in access_codes.generate(number))
    return [Slip(code, f"{address}/c/{code}") for code in drawn]


@pytest.mark.parametrize(
    ("language", "heading", "number", "said"),
    [
        (
            "nb",
            "Lapper til undersøkelsen",
            "Antall lapper: 11",
            ["Siste dag: 20. mars 2026", "Omtrent 8 minutter · frivillig", "Skann eller skriv inn dette"],
        ),
        (
            "nn",
            "Lappar til undersøkinga",
            "Tal på lappar: 11",
            ["Siste dag: 20. mars 2026", "Om lag 8 minutt · frivillig", "Skann eller skriv inn dette"],
        ),
        (
            "da",
            "Sedler til undersøgelsen",
            "Antal sedler: 11",
            ["Sidste dag: 20. marts 2026", "Omtrent 8 minutter · frivilligt", "Scan eller skriv dette"],
        ),
        (
            "en",
            "Slips for the survey",
            "Number of slips: 11",
            ["Last day: 20 March 2026", "About 8 minutes · voluntary", "Scan or type this"],
        ),
    ],
)
def test_slips_explain_the_bowl_and_say_what_it_is_about_how_long_and_until_when(
    language, heading, number, said
):
    handed_out = [Slip(f"CODE-{number:04}-ABCDE", f"{ADDRESS}/c/{number}") for number in range(11)]
    pdf = slips(text(language), handed_out)
    assert faults(pdf) == []
    told = pages(pdf)
    assert len(told) == 3  # the guide, ten slips, one slip
    assert heading in told[0]
    assert number in told[0]
    for slip in handed_out:
        assert sum(slip.code in page for page in told) == 1
    [slip] = [" ".join(told[2].split())]
    for part in [*said, "Solvang <skole> & SFO", "Vår 2026", PURPOSE, "svar.example.org"]:
        assert part in slip


def test_slips_and_posters_are_set_in_our_own_fonts():
    strange = text("nb", unit="学校 Solvang")
    assert are_ours(fonts_of(slips(strange, [Slip("CODE-1", f"{ADDRESS}/c/1")])))
    assert are_ours(fonts_of(poster([strange], ADDRESS)))


def test_the_last_day_the_address_and_the_code_are_large_enough_for_an_arms_length_and_dark():
    # one of ordinary letters, and one of the widest alone
    codes = {"W0R7-9K7A-2XJDT": 15, "WWWW-WWWW-WWWWW": 10.9}
    [_, page] = drawn_words(slips(text("nb"), [Slip(code, f"{ADDRESS}/c/{code}") for code in codes]))
    sizes = {word.text: word.size for word in page}
    assert sizes["2026"] >= 10
    assert sizes["svar.example.org"] >= 11
    for code, size in codes.items():
        assert sizes[code] >= size


NAMES = {
    "words": ("Solvangveien barnehage " * 11, "Undersøkelse " * 8),
    "one word": ("Ø" * 250, "Å" * 100),
    "wide": ("W" * 250, "W" * 100),
    "quotes": ("«Æ» & 'Å' <b> \"Ø\" " * 14, "“”…" * 33),
}
LONG = [
    ADDRESS,
    f"https://{'w' * 60}.{'w' * 46}.no",
    "https://undersokelse.nordmore-oppvekst.example.org/svar/her",
]


@pytest.mark.parametrize(
    ("language", "name", "address"),
    [("nb", "words", 0), ("nn", "one word", 1), ("da", "wide", 1), ("en", "quotes", 2)],
)
def test_no_name_title_or_address_reaches_a_cut_line_and_the_address_and_code_are_whole(
    language, name, address
):
    address = LONG[address]
    widest = "WWWW-WWWW-WWWWW"
    handed_out = [*many(9, address), Slip(widest, f"{address}/c/{widest}")]
    [_, page] = drawn_words(slips(text(language, *NAMES[name], address), handed_out))
    typed = address.removeprefix("https://")
    assert len(handed_out) == 10
    for place, slip in enumerate(handed_out):
        left, top = (10 + place % 2 * 95) * MM, (11 + place // 2 * 55) * MM
        own = [
            word for word in page if left <= word.left < left + 95 * MM and top <= word.top < top + 55 * MM
        ]
        edges = (2 * MM, 1 * MM)
        assert all(left + edges[0] <= word.left and word.right <= left + 95 * MM - edges[0] for word in own)
        assert all(top + edges[1] <= word.top and word.bottom <= top + 55 * MM - edges[1] for word in own)
        assert slip.code in [word.text for word in own]
        assert typed in "".join(word.text for word in own)
        assert "2026" in [word.text for word in own]
        assert not overlapping(own)


def test_a_name_that_is_too_long_ends_in_dots_and_a_short_one_does_not():
    def told(name):
        return pages(slips(text("nb", name), many(1)))[1]

    assert "…" in told("Solvangveien barnehage " * 11)
    assert "…" not in told("Solvangveien barnehage og natursenter")


@pytest.mark.parametrize(
    ("name", "address"), [*zip(NAMES.values(), [LONG[0], LONG[1], LONG[1], LONG[2]], strict=True)], ids=NAMES
)
def test_nothing_on_a_poster_overlaps_or_leaves_the_page_in_any_number_of_languages(name, address):
    for languages in (["nb"], ["da", "en"], ["nb", "nn", "en"], [*LANGUAGES]):
        link = f"{address}/open/7K3M-XW2P-0TQ9A"
        [page] = drawn_words(poster([text(each, *name, address) for each in languages], link))
        assert all(word.left > 15 * MM and word.right < 195 * MM for word in page)
        assert all(word.top > 10 * MM and word.bottom < 287 * MM for word in page)
        assert link.removeprefix("https://") in "".join(word.text for word in page)
        assert not overlapping(page)


def test_a_poster_speaks_every_language_it_is_given():
    said = {
        "nb": ["Delta i undersøkelsen", "Siste dag: 20. mars 2026", "mtrent 8 minutter", "frivillig"],
        "nn": ["Ver med i undersøkinga", "m lag 8 minutt."],
        "en": ["Take part in the survey", "Last day: 20 March 2026", "bout 8 minutes", "voluntary"],
    }
    [told] = pages(poster([text(each) for each in said], f"{ADDRESS}/open/7K3M-XW2P-0TQ9A"))
    plain = " ".join(told.split())
    assert [part for parts in said.values() for part in parts if part not in plain] == []
    assert "svar.example.org/open/7K3M-XW2P-0TQ9A" in plain


@pytest.mark.parametrize("language", LANGUAGES)
def test_posters_conform_to_the_standards(language):
    assert faults(poster([text(language), text("en")], f"{ADDRESS}/open/abc")) == []


def test_what_is_printed_is_tagged_and_names_no_user_or_machine():
    with pikepdf.open(BytesIO(poster([text("nb")], ADDRESS))) as printed:
        assert printed.Root.MarkInfo.Marked
        assert str(printed.Root.Lang) == "nb"
        assert {"/Author", "/Creator"} & set(printed.docinfo) == set()


def test_the_same_poster_is_the_same_file_byte_for_byte():
    drawn = [poster([text("nb"), text("en")], f"{ADDRESS}/open/abc") for _ in range(2)]
    assert drawn[0] == drawn[1]


@pytest.mark.parametrize("number", [1, 10, 11, 20, 54])
def test_every_sheet_holds_its_own_codes_in_their_order_and_conforms_whatever_their_number(number):
    """In one language: that eleven conform in each is asked above, and more of them have no other words."""
    handed_out, counted = many(number), []
    pdf = slips(text("nb"), handed_out, counted.append)
    printed = [word for page in pages(pdf)[1:] for word in page.split() if word.count("-") == 2]
    assert printed == [slip.code for slip in handed_out]
    assert faults(pdf) == []
    # those who print are told how many are done, fifty at a time
    assert counted == ([number] if number < 50 else [50, number])


def test_every_text_of_every_sheet_has_its_place_in_the_structure_in_the_order_of_the_pages():
    with pikepdf.open(BytesIO(slips(text("nn"), many(34)))) as printed:
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
