"""What a listener is told of a figure: two sentences, with the numbers the figure shows and no others."""

import re

from instruments import library
from reports.disclosure import Audience
from reports.presentation import alt_text
from reports.presentation.locale import get_locale
from reports.presentation.sentences import Sentences
from reports.results.answer_shares import answer_shares
from reports.results.profile import profile
from tests.policies import POLICY
from tests.reports.waves import believable, sealed_from

VERSION = library.get("learning_community@1.0.0")
FIRST = VERSION.dimensions[0].id
EN = get_locale("en")


def shown(*sizes):
    waves = [
        sealed_from(VERSION, believable(VERSION, n, seed=n), wave=f"wave-{k}") for k, n in enumerate(sizes)
    ]
    return profile(waves, Audience.LEADER, POLICY)


def numbers(text):
    return re.findall(r"\d+\.\d+", text)


def test_the_overview_names_every_score_with_its_interval():
    seen = shown(30)
    said = alt_text.overview_text(Sentences(seen, EN))
    for dimension in VERSION:
        figure = seen.released.dimensions[dimension.id]
        assert f"{figure.mean.value:.2f} ({figure.interval.low:.2f} to {figure.interval.high:.2f})" in said
    assert len(numbers(said)) == 3 * len(VERSION.dimensions)


def test_where_only_means_are_told_only_means_are_said():
    said = alt_text.overview_text(Sentences(shown(7), EN))
    assert len(numbers(said)) == len(VERSION.dimensions)


def test_where_nothing_is_told_no_number_is_said():
    said = alt_text.overview_text(Sentences(shown(4), EN))
    assert numbers(said) == []
    assert "No score is shown." in said


def test_the_shares_say_the_share_on_each_side_of_the_middle_of_every_row():
    seen = shown(40)
    found = answer_shares(seen, FIRST)
    told = [row for row in found.rows if isinstance(row.shares, tuple)]
    said = alt_text.answers_text(Sentences(seen, EN), FIRST, found)
    assert told
    assert len(re.findall(r"\d+%, \d+%, \d+%", said)) == len(told)


def test_a_series_says_the_waves_it_shows_and_leaves_out_the_one_that_is_withheld():
    said = alt_text.time_text(Sentences(shown(30, 4, 33), EN), [FIRST])
    assert "Wave-0" in said
    assert "Wave-1" not in said
    assert "Wave-2" in said


def test_levels_are_not_said_of_points_of_which_no_level_is_released():
    assert "Developing" in alt_text.overview_text(Sentences(shown(30), EN))
    assert "Developing" not in alt_text.overview_text(Sentences(shown(7), EN))


def test_the_changes_say_every_difference_with_its_interval_and_which_is_certain():
    seen = shown(30, 33)
    said = alt_text.change_text(Sentences(seen, EN))
    [comparison] = seen.comparisons
    for each in comparison.changes.values():
        interval = each.estimate.interval
        assert f"{each.estimate.difference:+.2f} ({interval.low:+.2f} to ".replace("-", "−") in said
    assert len(re.findall(r"[+−]\d\.\d\d \(", said)) == len(VERSION.dimensions)
    assert "certain;" not in said


def test_one_bar_says_every_share_from_the_least_favourable_on():
    seen = shown(40)
    row = answer_shares(seen, FIRST).rows[0]
    assert alt_text.bar_text(Sentences(seen, EN), row) == ", ".join(f"{share}%" for share in row.shares)
