"""The sheet to look back with is one page, whatever was agreed, and can be read aloud and kept."""

from datetime import date
from io import BytesIO

import pypdf
import pytest

from reports.pdf.look_back_sheet import SheetHeading, look_back_sheet
from reports.results.agreed_actions import (
    LONGEST,
    LONGEST_LOOK_BACK,
    MOST_ACTIONS,
    OF_SEVERAL_LINES,
    ActionStatus,
    AgreedAction,
    LookBack,
    room_of,
)
from tests.reports.fonts import are_ours, fonts_of
from tests.reports.validating import faults

NAME = "Nordmøre og Romsdal interkommunale oppvekstsenter " * 3


def longest(part, letters, *, lined):
    said = "Vi skal bruke mer av møtetiden på åpne spørsmål om undervisningen vi har sett. " * 3
    if not lined or part not in OF_SEVERAL_LINES | {"sentence"}:
        return said[:letters].rstrip()
    most = next(size for size in range(letters, 0, -1) if room_of(f"{said[: size - 2]}\na") <= letters)
    return f"{said[: most - 2]}\na"


@pytest.mark.parametrize("lined", [False, True], ids=["one line", "lines"])
@pytest.mark.parametrize("number", range(1, MOST_ACTIONS + 1))
def test_the_longest_that_can_be_agreed_keeps_to_one_page(number, lined):
    sentence = longest("sentence", LONGEST_LOOK_BACK, lined=lined)
    found = LookBack(ActionStatus.CHANGED, sentence, date(2026, 9, 3))
    parts = {part: longest(part, letters, lined=lined) for part, letters in LONGEST.items()}
    assert ("\n" in parts["action"]) is lined
    agreed = AgreedAction("shared_practice", **parts, due=date(2026, 9, 1), look_backs=(found,))
    pdf = look_back_sheet(SheetHeading(NAME, "Vår 2026", "nb"), [("Åpen praksis og deling", agreed)] * number)
    assert faults(pdf) == []
    assert are_ours(fonts_of(pdf))
    [page] = pypdf.PdfReader(BytesIO(pdf)).pages
    assert page.extract_text().count("3. september 2026") == number


@pytest.mark.parametrize(
    ("language", "title"),
    [("nb", "Se tilbake"), ("nn", "Sjå tilbake"), ("da", "Se tilbage"), ("en", "Looking back")],
)
def test_it_is_in_the_readers_language(language, title):
    agreed = AgreedAction("shared_practice", "g", "a", "w", "s", date(2026, 9, 1))
    pdf = pypdf.PdfReader(BytesIO(look_back_sheet(SheetHeading("Asken", "Vår", language), [("D", agreed)])))
    assert pdf.metadata.title.startswith(title)
    assert pdf.pages[0].extract_text().startswith(title)
