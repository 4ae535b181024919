"""The sentences of the first page: made from the figures, one each, and none says more than they do."""

import re
from dataclasses import replace
from datetime import date

import pytest

from reports.disclosure import SUPPRESSED, Audience
from reports.presentation.locale import LOCALES
from reports.presentation.views import profile_view
from reports.results.agreed_actions import Agreements
from reports.results.profile import profile
from reports.results.verdicts import Verdict
from tests.policies import POLICY
from tests.reports.pdf.test_report import AGREED
from tests.reports.presentation.figures.test_figures import FIRST, VERSION, raised, shown, view
from tests.reports.waves import at_the_end, believable, sealed_from


def test_what_the_answers_settle_names_dimensions_by_level_and_those_left_open():
    seen = view(30)
    settled = {each.level for each in seen.dimensions if not each.level.startswith("between")}
    said = seen.headline.settled
    assert settled
    assert all(f"{level}: " in said for level in settled)
    assert "Open between two levels: " in said


def test_more_than_four_dimensions_are_counted_and_fewer_named():
    said = view(30).headline.settled
    counted = re.findall(r"(\d) of 9 dimensions", said)
    assert counted
    assert all(int(each) > 4 for each in counted)


@pytest.mark.parametrize("size", [5, 7])
def test_few_answers_settle_no_level(size):
    found = view(size).headline
    assert found.settled.startswith("Fewer than 10 answers settle no level")
    assert found.divided == ""


def test_that_nothing_is_certain_is_said_with_what_would_have_been_seen():
    seen = view(40, 41)
    assert seen.headline.changed.startswith(
        "No certain change since W0 in any dimension. The smallest change"
    )


def test_a_certain_change_is_named_and_of_the_others_said_once_that_there_is_none():
    found = view(40, 40, rows=raised(FIRST)).headline.changed
    name = VERSION.wording("skole", "en").dimensions[FIRST].name
    assert found.startswith(f"Higher than in W0: {name}. No certain change in the others since then; ")
    assert found.count("ertain change") == 1


def test_since_the_first_wave_and_as_a_trend_it_is_named_too():
    found = view(*[30] * 9, step=0.12).headline.changed
    assert re.search(r"Higher than in W0: .+ Rising over 9 surveys: ", found)


def test_the_others_are_spoken_of_before_an_earlier_wave_is():
    found = view(40, 40, 40, rows=[raised()[0], *raised(FIRST)]).headline.changed
    assert re.match(
        "Higher than in W1: .+ No certain change in the others since then; .+ Higher than in W0", found
    )


def test_a_first_survey_says_so_and_one_after_a_hidden_one_that_none_is_shown():
    assert view(30).headline.changed == "This is the first survey. The next one can be compared with it."
    assert view(4, 30).headline.changed.startswith("No earlier survey is shown")


def test_an_obstacle_is_said_instead_of_change():
    assert "which used another edition" in profile_view(two_editions(), "en").headline.changed


def test_an_obstacle_to_the_last_step_does_not_hide_what_is_certain_since_the_first_wave():
    waves = []
    for k, (n, invited) in enumerate([(40, 40), (40, 40), (30, 90), (40, 40)]):
        answers = believable(VERSION, n, seed=k, center=2.6 + 0.5 * k, spread=0.4)
        wave = sealed_from(VERSION, answers, wave=f"w{k}", invited=invited)
        waves.append(replace(wave, identity=replace(wave.identity, closed_on=date(2020 + k, 4, 1))))
    said = profile_view(profile(waves, Audience.LEADER, POLICY), "en").headline.changed
    assert re.match("This survey is not compared with W2: .+ Higher than in W0: ", said)


def two_editions():
    pair = [
        sealed_from(VERSION, believable(VERSION, 30, seed=k), wave=f"w{k}", edition=edition)
        for k, edition in enumerate(("barnehage", "skole"))
    ]
    return profile(pair, Audience.LEADER, POLICY)


def test_where_answers_differ_most_names_the_statement_and_of_a_small_group_nothing():
    assert re.match("Answers to the statement “.+” lie farthest apart.", view(30).headline.divided)
    # an interval may be wider than the answers make it, and most so where people agree
    assert view(12).headline.divided == ""


def divided(*columns, n=30, agreed=None):
    """What is said where half answer these statements by 1 and half by 5, and `agreed` alike by all."""
    answers = believable(VERSION, n, seed=30, center=3.2, spread=0.5)
    for person, row in enumerate(answers):
        for column in columns:
            row[column] = 1 + 4 * (person % 2)
    if agreed:
        answers = at_the_end(VERSION, answers, agreed)
    return profile_view(
        profile([sealed_from(VERSION, answers)], Audience.LEADER, POLICY), "en"
    ).headline.divided


def test_two_statements_as_far_apart_are_both_named_and_of_more_none():
    words = VERSION.wording("skole", "en").items
    assert all(words[VERSION.items[k].id].rstrip(".") in divided(0, 9) for k in (0, 9))
    assert divided(0, 9, 18) == ""


def test_where_statements_of_a_dimension_are_not_shown_it_speaks_of_those_that_are():
    said = divided(0, agreed=VERSION.dimensions[4])
    assert said.startswith("Of the statements shown here, the answers to “")


def test_of_four_answers_nothing_is_said():
    found = view(4).headline
    assert (found.settled, found.changed, found.divided) == ("", "", "")


@pytest.mark.parametrize(
    ("rows", "said"), [(True, "Higher since then"), (False, "do not settle whether this has")]
)
def test_how_the_row_of_an_agreement_stands_is_said(rows, said):
    options = {"rows": raised("shared_practice")} if rows else {}
    seen = replace(shown(40, 40, **options), agreed=Agreements((AGREED,)))
    assert said in profile_view(seen, "en").agreed_standing
    alone = replace(shown(40), agreed=Agreements((AGREED,)))
    assert profile_view(alone, "en").agreed_standing == ""


@pytest.mark.parametrize("language", LOCALES)
def test_every_language_fills_every_place(language):
    edition = "folkeskole" if language == "da" else "skole"
    for sizes in [(30,), (12, 13), (7, 8), (30, 31, 32)]:
        found = view(*sizes, language=language, edition=edition).headline
        assert found.changed
        assert not any("%(" in each for each in (found.settled, found.changed, found.divided))


def test_where_one_of_the_others_has_no_interval_no_smallest_change_is_said_of_them_all():
    told = shown(40, 40, rows=raised(FIRST))
    [comparison, *_] = told.comparisons
    second = VERSION.dimensions[1].id
    bare = replace(comparison.changes[second].estimate, interval=SUPPRESSED)
    changes = {**comparison.changes, second: replace(comparison.changes[second], estimate=bare)}
    told = replace(told, comparisons=(replace(comparison, changes=changes),))
    found = profile_view(told, "en").headline.changed
    assert found.endswith("No certain change in the others since then.")


def test_where_one_of_the_others_was_not_judged_no_smallest_change_is_said_of_them_all():
    told = shown(40, 40, rows=raised(FIRST))
    [comparison, *_] = told.comparisons
    second = VERSION.dimensions[1].id
    unseen = replace(comparison.changes[second], verdict=Verdict.NOT_RELEASED, estimate=SUPPRESSED)
    told = replace(told, comparisons=(replace(comparison, changes={**comparison.changes, second: unseen}),))
    assert profile_view(told, "en").headline.changed.endswith("No certain change in the others since then.")
