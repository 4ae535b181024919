"""The page for the wall: one sheet of either size, tagged, of the report's first page and nothing else."""

import io
from datetime import date

import pikepdf
import pytest

from instruments.problems import Refused
from reports.pdf.one_page import Paper, one_page
from reports.results.agreed_actions import LONGEST, MOST_ACTIONS, AgreedAction, Agreements
from tests.reports.pdf.test_report import VERSION, shown, text_of
from tests.reports.validating import faults

MILLIMETRES = {Paper.A4: (210, 297), Paper.A3: (297, 420)}
SIZES = ([41], [38, 41], [12, 12], [7], [12, 7], [20] * 9)
POINTS = 72 / 25.4


def longest():
    parts = {part: ("et ganske langt ord " * 9)[:length] for part, length in LONGEST.items()}
    return tuple(
        AgreedAction(each.id, due=date(2026, 6, 1 + place), **parts)
        for place, each in enumerate(VERSION.dimensions[:MOST_ACTIONS])
    )


@pytest.mark.parametrize("sizes", SIZES, ids=str)
def test_it_is_one_sheet_whatever_is_released(sizes):
    for agreed in (Agreements(), Agreements(longest(), longest())):
        with pikepdf.open(io.BytesIO(one_page(shown(sizes, agreed=agreed), "nb"))) as pdf:
            assert len(pdf.pages) == 1


@pytest.mark.parametrize("paper", Paper)
def test_it_has_its_size_and_is_for_ears_and_archives(paper):
    content = one_page(shown([38, 41]), "en", paper)
    assert faults(content) == []
    with pikepdf.open(io.BytesIO(content)) as pdf:
        box = [float(each) / POINTS for each in pdf.pages[0].mediabox]
    assert box == pytest.approx([0, 0, *MILLIMETRES[paper]], abs=0.1)
    assert content == one_page(shown([38, 41]), "en", paper)


def test_both_sizes_hold_the_same_words():
    said = [text_of(one_page(shown([38, 41]), "en", paper)) for paper in Paper]
    assert said[0] == said[1]
    assert "What the answers settle" in said[0]
    assert "Talk together" not in said[0]


def test_a_language_that_the_edition_lacks_is_refused():
    with pytest.raises(Refused, match="language-missing"):
        one_page(shown([41]), "da")
