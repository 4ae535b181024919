"""What the report explains is there, what is there it explains, and each value stands where it belongs."""

import re
from functools import cache

import pytest

from reports.disclosure import Audience
from reports.disclosure.differencing.ledger import Ledger, decide
from reports.pdf import report
from reports.presentation.figures import palette
from reports.presentation.views import profile_view
from reports.results.profile import profile
from tests.policies import POLICY
from tests.reports.pdf.test_report import VERSION, shown, text_of
from tests.reports.validating import faults
from tests.reports.waves import at_the_end, believable, sealed_from

SIZES = [[7], [7, 7], [12], [4, 30], [30, 7], [30, 33], [25] * 3]


@cache
def page_of(*sizes):
    """The page on waves of so many people, drawn once for all that is asked of it."""
    return report.html(shown(sizes), "en")


@pytest.mark.parametrize("sizes", SIZES, ids=str)
def test_a_dash_is_explained_where_there_is_one_and_only_there(sizes):
    page = page_of(*sizes)
    assert ("there is a dash" in page) == bool(re.search(r"<td[^>]*>–</td>", page))


def test_what_an_owner_is_never_shown_is_not_said_to_be_a_dash():
    wave = sealed_from(VERSION, believable(VERSION, 40))
    owner = profile([wave], Audience.OWNER, POLICY, ledger=decide(Ledger(), [wave], POLICY))
    page = report.html(owner, "en")
    assert "there is a dash" not in page
    assert ">Statement</th>" not in page
    assert ">Statement</th>" in page_of(40)


@pytest.mark.parametrize(
    ("sizes", "ticks"), [([7, 7], False), ([30, 33], True), ([7, 30], False), ([30, 7], False)]
)
def test_the_wave_before_is_explained_where_it_is_drawn(sizes, ticks):
    assert ("Tick below: Wave-0, with its interval." in page_of(*sizes)) == ticks
    drawing = profile_view(shown(sizes), "en").overview().svg.decode()
    assert (palette.EARLIER.lower() in drawing) == ticks


@pytest.mark.parametrize(("sizes", "bars"), [([7, 7], False), ([30, 33], True), ([12], True)])
def test_the_bar_of_the_interval_is_explained_where_there_is_one(sizes, bars):
    assert ("Bar: its 95% interval." in page_of(*sizes)) == bars


def test_an_owner_and_a_leader_are_told_the_same_exact_numbers_of_people():
    waves = [
        sealed_from(VERSION, believable(VERSION, 26, seed=k), invited=29, wave=f"wave-{k}") for k in range(2)
    ]
    owner = profile(waves, Audience.OWNER, POLICY, ledger=decide(Ledger(), waves, POLICY))
    for told in (owner, profile(waves, Audience.LEADER, POLICY)):
        page = report.html(told, "nb")
        assert "26 av 29 svarte (90\N{NO-BREAK SPACE}%)" in page
        assert page.count("90\N{NO-BREAK SPACE}%") == 3
        assert "minst 25" not in page


@pytest.mark.parametrize("size", [7, 12, 17, 24])
def test_an_open_triangle_is_explained_where_one_is_drawn(size):
    rows = believable(VERSION, size, seed=size)
    plain, coded = (
        profile([sealed_from(VERSION, each)], Audience.LEADER, POLICY)
        for each in (rows, at_the_end(VERSION, rows, VERSION.dimensions[2]))
    )
    pages = [report.html(each, "en") for each in (plain, coded)]
    assert ["Open triangle" in page for page in pages] == [False, True]
    assert ["is shown as over or under a number" in page for page in pages] == [False, True]


@pytest.mark.parametrize("sizes", [[30], [30, 33], [30, 31, 32]], ids=str)
def test_a_mean_stands_once_on_the_first_page_and_once_in_the_table(sizes):
    told = shown(sizes)
    first, second, *others = text_of(report.report(told, "en")).split("\f")
    view = profile_view(told, "en")
    means = [each.mean for each in view.dimensions]
    assert len(means) == 9
    for each in view.dimensions:
        alike = means.count(each.mean)
        assert len(re.findall(rf"(?<![\d.+−]){each.mean}(?! ±)(?!\d)", first)) == alike
        assert len(re.findall(rf"(?<![\d.+−]){each.mean} ±", second)) >= alike
        assert not any(f"{each.mean} ±" in page for page in others)


@pytest.mark.parametrize("sizes", [[30, 33], [12, 13], [30] * 9], ids=str)
def test_that_no_change_is_certain_is_said_once(sizes):
    said = " ".join(text_of(report.report(shown(sizes), "en")).split())
    assert said.count("No certain change") == 1


@pytest.mark.parametrize("language", ["nb", "en"])
def test_a_tenth_wave_and_the_longest_words_keep_to_the_first_page(language):
    pages = text_of(report.report(shown([25] * 10), language)).split("\f")
    quiet = {"nb": "Rekkefølgen er den samme", "en": "The order is that of the questionnaire"}[language]
    assert quiet in " ".join(pages[0].split())


def test_where_nothing_compares_the_report_says_why_and_draws_no_change():
    pair = [
        sealed_from(VERSION, believable(VERSION, 30, seed=k), wave=f"w{k}", edition=edition)
        for k, edition in enumerate(("barnehage", "skole"))
    ]
    told = profile(pair, Audience.LEADER, POLICY)
    view, pdf = profile_view(told, "en"), report.report(told, "en")
    assert (view.change.drawing, view.over_time, view.has_earlier) == (None, None, False)
    assert faults(pdf) == []
    pages = [" ".join(page.split()) for page in text_of(pdf).split("\f")]
    assert "which used another edition of the questionnaire" in pages[0]
    assert "The numbers, and a first look" in pages[1]
    assert "No certain change" not in " ".join(pages)
    assert len(pages) == 6 + 1
