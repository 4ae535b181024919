"""Change in words: what is certain of each dimension, and once for all of them that nothing else is."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

from instruments import library
from reports.disclosure import SUPPRESSED, Audience, Coding
from reports.disclosure.seal import SEAL
from reports.pdf import report
from reports.presentation.change_sentences import ChangeSentences
from reports.presentation.locale import DASH, LOCALES
from reports.presentation.views import profile_view
from reports.results.profile import profile
from reports.results.verdicts import Contrast, Verdict
from tests.policies import POLICY
from tests.reports.presentation.figures.drawn import texts
from tests.reports.waves import at_the_end, believable, sealed_from

VERSION = library.get("learning_community@1.0.0")
FIRST, SECOND = VERSION.dimensions[:2]


def sealed(rows, place, *, invited=None, edition="skole"):
    """The wave of these rows that closed in the spring of a year, one year after another."""
    wave = sealed_from(VERSION, rows, invited=invited, wave=f"wave-{place}", edition=edition)
    return replace(wave, identity=replace(wave.identity, closed_on=date(2018 + place, 4, 1)))


def shown(sizes, centers, *, audience=Audience.LEADER, end=False, edition="skole", **options):
    """The profile of waves of these sizes, answered about these centers; `end` codes a mean."""
    waves = []
    for place, (size, center) in enumerate(zip(sizes, centers, strict=True)):
        rows = believable(VERSION, size, seed=size + place, center=center, spread=0.5)
        if end:
            rows = at_the_end(VERSION, rows, FIRST, but=1)
        waves.append(sealed(rows, place, edition=edition, **options))
    return profile(waves, audience, POLICY)


def changes(told, contrast=Contrast.PREVIOUS):
    return next(each for each in told.comparisons if each.contrast is contrast).changes


def test_that_nothing_certain_changed_is_said_once_with_the_largest_of_the_detectable_changes():
    told = shown([30, 30], [3.3, 3.3])
    page, view = report.html(told, "en"), profile_view(told, "en")
    found = changes(told).values()
    assert {each.verdict for each in found} == {Verdict.NO_CERTAIN_CHANGE}
    assert page.count("No certain change") == 1
    assert page.count(view.headline.changed) == 1
    largest = max(each.estimate.interval.detectable for each in found)
    assert view.headline.changed == (
        "No certain change since Wave-0 in any dimension. "
        f"The smallest change that we would have seen here, with a probability of 80%, is {largest:.2f}."
    )
    assert {each.change for each in view.dimensions} == {""}
    assert all(
        re.match(r"[\d.]+ in Wave-0, [\d.]+ now\. Difference ", each.numbers) for each in view.dimensions
    )


def test_dimensions_that_did_not_certainly_change_are_named_together_and_the_others_apart():
    waves = [believable(VERSION, 40, seed=seed, center=3.2) for seed in (1, 2)]
    up = [version_column for item in FIRST.items for version_column in [VERSION.item_columns[item.id]]]
    turned = {VERSION.item_columns[item.id] for item in FIRST.items if item.reverse}
    waves[1] = [
        [
            min(5, max(1, answer + (-1 if column in turned else 1))) if column in up else answer
            for column, answer in enumerate(row)
        ]
        for row in waves[1]
    ]
    told = profile([sealed(rows, place) for place, rows in enumerate(waves)], Audience.LEADER, POLICY)
    view = profile_view(told, "en")
    assert [each.id for each in view.dimensions if each.change.startswith("Higher than in Wave-0: ")] == [
        FIRST.id
    ]
    assert FIRST.id not in {each.id for each in view.dimensions if each.numbers or each.unclaimed}
    names = ChangeSentences(view.sentences).unclaimed().partition(": ")[2].partition(".")[0].split("; ")
    assert names == [each.words.name for each in view.dimensions[1:]]
    assert report.html(told, "en").count("No certain change") == 1


def test_a_page_of_one_dimension_says_its_own_detectable_change():
    told = shown([30, 30], [3.3, 3.3])
    dimensions = profile_view(told, "en").dimensions
    assert len(dimensions) == len(VERSION.dimensions)
    for each in dimensions:
        detectable = changes(told)[each.id].estimate.interval.detectable
        assert each.unclaimed.startswith("No certain change since Wave-0. ")
        assert each.unclaimed.endswith(f" is {detectable:.2f}.")


@pytest.mark.parametrize(
    ("step", "higher", "rising"), [(0.1, "Higher", "Rising"), (-0.1, "Lower", "Falling")]
)
def test_what_is_certain_since_the_first_wave_and_as_a_trend_is_said_in_view_and_alternative(
    step, higher, rising
):
    told = shown([30] * 9, [3.2 + step * (place - 4) for place in range(9)])
    view = profile_view(told, "en")
    before, _, trend_part = view.change.drawing.alternative.partition("Trend, points a year: ")
    described = {Contrast.FIRST: before.partition("Since Wave-0: ")[2], Contrast.TREND: trend_part}
    found = {contrast: changes(told, contrast) for contrast in Contrast}
    certain = dict.fromkeys(Contrast, 0)
    for each in view.dimensions:
        first, trend = found[Contrast.FIRST][each.id], found[Contrast.TREND][each.id]
        difference = view.locale.number(first.estimate.difference, 2, signed=True)
        since = f"{higher} than in Wave-0: {difference} ("
        slope = f"{rising} on average by {abs(trend.estimate.difference):.2f} ("
        for change, sentence in ((first, since), (trend, slope)):
            is_certain = change.verdict in {Verdict.HIGHER, Verdict.LOWER}
            certain[Contrast.FIRST if change is first else Contrast.TREND] += is_certain
            assert (sentence in each.change) == is_certain
            contrast = Contrast.FIRST if change is first else Contrast.TREND
            said = f"{each.words.name} {ChangeSentences(view.sentences).difference(change.estimate)}"
            assert described[contrast].partition(said)[2].startswith(", certain") == is_certain
        assert ("a year over 9 surveys." in each.change) == (trend.verdict is not Verdict.NO_CERTAIN_CHANGE)
    assert certain[Contrast.FIRST] > 4
    assert certain[Contrast.TREND] > 4


def test_a_trend_of_coded_means_is_said_without_an_amount():
    sentences = {
        each.change for each in profile_view(shown([30] * 3, [2.2, 3.2, 4.2]), "en").dimensions if each.change
    }
    assert any("Rising on average by" in each for each in sentences)
    ending = shown([30] * 3, [2.2, 3.2, 9.0])
    view = profile_view(ending, "en")
    trends = changes(ending, Contrast.TREND)
    coded = [each for each in view.dimensions if trends[each.id].later.coding is Coding.OVER]
    assert len(coded) > 2
    for each in coded:
        assert "Rising over 3 surveys." in each.change
        assert re.search(r"Higher than in Wave-0: [\d.]+ then, over 4\.\d+ now\.", each.change)
        assert "Difference" not in each.change
        assert DASH not in each.change


def test_a_trend_of_months_is_not_said_by_the_year():
    told = shown([30] * 3, [2.2, 3.2, 4.2])
    said = [profile_view(each, "en").dimensions[1].change for each in (told, told_in_months(told))]
    assert "Rising on average by" in said[0]
    assert "Rising over 3 surveys." in said[1]
    assert "a year" not in said[1]


def told_in_months(told):
    """The same, as if its waves had closed ten weeks apart."""
    trend = next(each for each in told.comparisons if each.contrast is Contrast.TREND)
    closed = [date(2018, 4, 1) + timedelta(weeks=10 * place) for place in range(3)]
    waves = [
        replace(each, identity=replace(each.identity, closed_on=day), seal=SEAL)
        for each, day in zip(trend.waves, closed, strict=True)
    ]
    others = [each for each in told.comparisons if each is not trend]
    return replace(told, comparisons=(*others, replace(trend, waves=tuple(waves))))


def test_of_waves_too_small_for_an_interval_both_means_are_said_and_once_that_nothing_is_said_of_change():
    view = profile_view(shown([7, 7], [3.3, 3.3]), "en")
    assert view.headline.changed == "Nothing is said about change since Wave-0."
    for each in view.dimensions:
        assert re.fullmatch(r"\d\.\d in Wave-0, \d\.\d now\.", each.numbers)
        assert (each.change, each.unclaimed) == ("", view.headline.changed)


def test_an_estimate_without_an_interval_is_said_to_have_none_and_so_is_what_would_have_been_seen():
    told = without_intervals(shown([24, 24], [3.3, 3.3]))
    view = profile_view(told, "en")
    for each in view.dimensions:
        pattern = r"\d\.\d\d in Wave-0, \d\.\d\d now\. Difference [+−]\d\.\d\d, without an interval\."
        assert re.fullmatch(pattern, each.numbers)
    assert view.headline.changed.endswith(
        "How large a change would have had to be for us to see it is not shown here."
    )


def without_intervals(told):
    """The same, as where each dimension has two items, of which no interval is released."""
    [comparison, *_] = told.comparisons
    changed = {
        name: replace(each, estimate=replace(each.estimate, interval=SUPPRESSED))
        for name, each in comparison.changes.items()
    }
    return replace(told, comparisons=(replace(comparison, changes=changed),))


def test_a_coded_mean_in_both_waves_is_a_sentence_of_its_own_without_a_difference():
    view = profile_view(shown([24, 24], [3.3, 3.3], end=True), "en")
    first = view.dimensions[0]
    assert re.fullmatch(r"Over 4\.\d\d in Wave-0, over 4\.\d\d now\.", first.numbers)
    assert first.standing == f"{first.mean.capitalize()} on a scale up to 5."
    assert first.mean in first.over_time.alternative
    assert "Where an interval is shown, the smallest change" in view.headline.changed


def test_an_owner_who_is_not_shown_a_mean_is_told_that_change_is_not_shown_and_no_number():
    rows = believable(VERSION, 24, seed=1)
    columns = {VERSION.item_columns[item.id] for item in FIRST.items}
    few = [
        [None if column in columns and person >= 8 else answer for column, answer in enumerate(row)]
        for person, row in enumerate(rows)
    ]
    waves = [sealed(few, 0), sealed(believable(VERSION, 24, seed=2), 1)]
    leader, owner = (
        profile_view(profile(waves, each, POLICY), "en") for each in (Audience.LEADER, Audience.OWNER)
    )
    assert owner.dimensions[0].change == "Change is not shown."
    assert owner.dimensions[0].numbers == owner.dimensions[0].unclaimed == ""
    assert leader.dimensions[0].numbers
    assert [each.change for each in owner.dimensions[1:]] == [each.change for each in leader.dimensions[1:]]
    assert [each.numbers for each in owner.dimensions[1:]] == [each.numbers for each in leader.dimensions[1:]]


def test_a_wave_that_too_few_answered_is_compared_and_once_that_nothing_is_claimed():
    view = profile_view(shown([30, 30], [2.4, 3.9], invited=55), "en")
    said = "Too few answered for us to say whether anything has changed since Wave-0."
    assert view.headline.changed == said
    for each in view.dimensions:
        assert re.fullmatch(r"\d\.\d\d in Wave-0, \d\.\d\d now\.", each.numbers)
        assert each.change == ""
        assert each.unclaimed == "Too few answered for us to say whether this has changed since Wave-0."


def test_an_obstacle_is_told_once_and_no_dimension_says_anything():
    view = profile_view(shown([30, 30], [3.0, 3.0], invited=100), "en")
    assert "fewer than 50% answered" in view.change.obstacle
    assert {(each.change, each.numbers, each.unclaimed) for each in view.dimensions} == {("", "", "")}


@pytest.mark.parametrize("language", LOCALES)
def test_coded_means_read_as_words_in_every_language(language):
    edition = "folkeskole" if language == "da" else "skole"
    told = shown([24, 24, 24], [2.6, 3.0, 3.9], end=True, edition=edition)
    view, page = profile_view(told, language), report.html(told, language)
    number = "4.74" if language == "en" else "4,74"
    first = view.dimensions[0]
    assert first.mean == f"over {number}"
    assert f"{first.words.name} over {number}" in view.overview().alternative
    assert f"over {number}" in first.over_time.alternative
    assert {"over", number} <= set(texts(first.over_time.svg))
    assert f">over {number}</td>" in page
    assert first.standing.startswith(f"Over {number} ")
    said = [text for each in view.dimensions for text in (each.change, each.numbers, each.unclaimed) if text]
    assert said
    assert not any(DASH in text or "%(" in text for text in said)
