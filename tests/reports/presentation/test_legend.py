"""What the report explains is there, and what is there it explains."""

import re

import pytest

from reports.disclosure import Audience
from reports.disclosure.differencing.ledger import Ledger, decide
from reports.pdf import report
from reports.presentation import charts
from reports.presentation.locale import get_locale
from reports.results.profile import profile
from tests.policies import POLICY
from tests.reports.pdf.test_report import VERSION, shown
from tests.reports.waves import at_the_end, believable, sealed_from

SIZES = [[7], [7, 7], [12], [4, 30], [30, 7], [30, 33], [25] * 3]


@pytest.mark.parametrize("sizes", SIZES, ids=str)
def test_a_dash_is_explained_where_there_is_one_and_only_there(sizes):
    page = report.html(shown(sizes), "en")
    assert ("there is a dash" in page) == bool(re.search(r"<td[^>]*>–</td>", page))


def test_what_an_owner_is_never_told_is_not_said_to_be_a_dash():
    wave = sealed_from(VERSION, believable(VERSION, 40))
    owner = profile([wave], Audience.OWNER, POLICY, ledger=decide(Ledger(), [wave], POLICY))
    page = report.html(owner, "en")
    assert "Some figures are not shown" in page
    assert "there is a dash" not in page
    assert ">Statement</th>" not in page
    assert ">Statement</th>" in report.html(shown([40]), "en")


@pytest.mark.parametrize(("sizes", "rings"), [([7, 7], False), ([30, 33], True), ([7, 30], False)])
def test_a_ring_is_explained_where_one_is_drawn(sizes, rings):
    told = shown(sizes)
    assert ("The open ring is" in report.html(told, "en")) == rings
    assert (charts._BEFORE.lower() in charts.overview_chart(told, get_locale("en")).decode().lower()) == rings


@pytest.mark.parametrize(("sizes", "lines"), [([7, 7], False), ([30, 33], True), ([30, 7], True)])
def test_the_lines_of_intervals_over_time_are_explained_where_there_are_any(sizes, lines):
    page = report.html(shown(sizes), "en")
    assert "Every point is the mean of one wave" in page
    assert ("the line through it" in page) == lines


def test_an_owner_and_a_leader_are_told_the_same_exact_numbers_of_people():
    waves = [
        sealed_from(VERSION, believable(VERSION, 26, seed=k), invited=29, wave=f"wave-{k}") for k in range(2)
    ]
    owner = profile(waves, Audience.OWNER, POLICY, ledger=decide(Ledger(), waves, POLICY))
    for told in (owner, profile(waves, Audience.LEADER, POLICY)):
        page = report.html(told, "nb")
        assert "26 av 29 inviterte" in page
        assert page.count("90\N{NO-BREAK SPACE}%</td>") == 3
        assert "minst 25" not in page


@pytest.mark.parametrize("size", [7, 12, 17, 24])
def test_an_open_triangle_is_explained_where_one_is_drawn(size):
    rows = believable(VERSION, size, seed=size)
    plain, coded = (
        profile([sealed_from(VERSION, each)], Audience.LEADER, POLICY)
        for each in (rows, at_the_end(VERSION, rows, VERSION.dimensions[2]))
    )
    pages = [report.html(each, "en") for each in (plain, coded)]
    assert ["An open triangle" in page for page in pages] == [False, True]
    assert ["is shown as over or under a number" in page for page in pages] == [False, True]
