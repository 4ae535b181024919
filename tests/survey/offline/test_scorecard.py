import json
import math
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as st_numpy

from instruments.scoring import score
from survey.offline.comparison import Compared
from survey.offline.group_figures import Groups, scores_of_groups
from survey.offline.plain_values import COLUMNS, figure_rows, group_rows, plain
from survey.offline.scorecard import Questions, person_scores, scorecard
from survey.offline.text_tables import text
from tests.instruments.building import built, coded
from tests.instruments.reference import FOUR, HOLES, TIGHT, answers
from tests.paths import REPOSITORY

VERSION = built({"wide": ["a", "-b", "c", "d"], "pair": ["e", "f"], "single": ["g"]})
SKIPPED = 6


def nodes(value, place=()):
    """Every object in nested JSON values, with the keys to it."""
    if isinstance(value, dict):
        yield place, value
        for key, each in value.items():
            yield from nodes(each, (*place, key))
    if isinstance(value, list):
        for each in value:
            yield from nodes(each, place)


def in_groups(content):
    """The figures of everyone and of every group."""
    return [content["dimensions"], *(part["dimensions"] for part in content["groups"].values())]


@settings(max_examples=40)
@given(
    st.data(),
    st.integers(1, 14),
    st.sampled_from([(0, 6), (0, 4), (1, 2), (3, 3), (5, 6)]),
    st.sampled_from(["complete", "pairwise"]),
)
def test_any_answers_give_finite_figures_or_null_with_a_reason(data, people, codes, cases):
    matrix = data.draw(st_numpy.arrays(np.int8, (people, 7), elements=st.integers(*codes)))
    groups = Groups.of(
        [str(each) for each in data.draw(st.lists(st.integers(0, 2), min_size=people, max_size=people))]
    )
    halves = Compared("one", matrix[: people // 2]), Compared("other", matrix[people // 2 :])
    content = scorecard(VERSION, matrix, groups, Questions(cases, halves, 0.5))
    shown = plain(content)
    assert json.loads(json.dumps(shown, allow_nan=False)) == shown
    for _, node in nodes(shown):
        nulls = {name for name, value in node.items() if value is None}
        assert nulls == set(node.get("undefined", ()))
    figures = [value for _, node in nodes(shown) for value in node.values() if isinstance(value, float)]
    assert all(map(math.isfinite, figures))
    for dimensions in in_groups(shown):
        assert {each["n"] + each["missing"] for each in dimensions.values()} <= set(range(1, people + 1))
        # today no alpha is above 1, no correlation beyond 1, and no interval upside down
        alphas = [each["reliability"]["alpha"] or 0 for each in dimensions.values()]
        rests = [
            item["with_others"]["item_rest"] or 0
            for each in dimensions.values()
            for item in each["items"].values()
        ]
        assert max(alphas) <= 1
        assert max(map(abs, rests)) <= 1 + 1e-9
    intervals = [node for _, node in nodes(shown) if set(node) == {"low", "high"}]
    assert all(each["low"] <= each["high"] for each in intervals)
    assert len(text(content).splitlines()) > 20


def test_figures_rest_on_complete_cases_unless_pairs_are_asked_for():
    matrix = answers(FOUR, HOLES)
    complete = scorecard(FOUR, matrix)["dimensions"]["d"]
    pairs = scorecard(FOUR, matrix, asked=Questions("pairwise"))["dimensions"]["d"]
    whole = int((matrix < 5).all(axis=1).sum())
    assert (
        complete["reliability"]["n"] == complete["agreement"]["n"] == complete["ordinal"]["n"] == whole == 20
    )
    # as psych::alpha of na.omit(Y), and of Y
    assert complete["reliability"]["alpha"] == pytest.approx(0.590106007067138, rel=1e-10)
    assert pairs["reliability"]["alpha"] == pytest.approx(0.541128891138807, rel=1e-10)
    assert (pairs["reliability"]["n"], pairs["reliability"]["n_most"]) == (21, 29)
    assert complete["n"] == pairs["n"] == 30


def test_an_item_nobody_answered_is_never_averaged_away():
    matrix = coded(VERSION, [[4, 2, 5, None, 3, 3, 2], [5, 1, 4, None, 2, 4, 1], [3, 3, 3, None, 4, 4, 5]])
    content = scorecard(VERSION, matrix)
    wide = plain(content)["dimensions"]["wide"]
    assert (wide["n"], wide["missing"], wide["mean"], wide["unanswered_items"]) == (0, 3, None, ["d"])
    every = [node["undefined"] for place, node in nodes(wide) if "undefined" in node and "items" not in place]
    assert {why for each in every for why in each.values()} == {"nobody answered one of the items"}
    assert wide["items"]["d"]["undefined"]["mean"] == "nobody answered"
    assert wide["items"]["a"]["mean"] == 4
    scores, why = person_scores(VERSION, matrix)
    assert np.isnan(scores[:, 0]).all()
    assert list(why) == ["wide"]
    told = {each["second"]: each for each in plain(content)["correlations"] if each["first"] == "wide"}
    assert told["pair"]["undefined"]["r"] == "nobody answered one of the items"
    # the two other dimensions are correlated over everybody
    assert content["correlations"][-1]["n"] == 3
    assert "Nobody answered d: wide has no score." in text(content)


def test_a_group_is_left_out_of_what_it_did_not_answer_whole():
    rows = [[1, 1, 1, 1], [2, 2, 2, 2], [3, 3, 3, 3], [4, 4, 4, 4], [5, 5, 5, None], [5, 5, 5, None]]
    groups = Groups.of(["a", "a", "b", "b", "c", "c"])
    content = plain(scorecard(FOUR, coded(FOUR, rows), groups))
    assert content["between_groups"]["dimensions"]["d"]["groups"] == 2
    assert content["between_groups"]["dimensions"]["d"]["n"] == 4
    assert (
        content["groups"]["c"]["dimensions"]["d"]["undefined"]["mean"] == "nobody answered one of the items"
    )
    assert content["dimensions"]["d"]["n"] == 6


def test_groups_beyond_what_fits_a_page_have_the_same_scores_without_the_rest(monkeypatch):
    matrix, groups = answers(FOUR, HOLES), Groups.of([f"g{each}" for each in TIGHT])
    whole = scorecard(FOUR, matrix, groups)
    monkeypatch.setattr("survey.offline.scorecard.MOST_GROUPS", 3)
    many = scorecard(FOUR, matrix, groups)
    assert many["groups"] == {}
    assert many["between_groups"] == whole["between_groups"]
    for label, found in scores_of_groups(FOUR, matrix, groups):
        expected = whole["groups"][label]["dimensions"]["d"]
        for figure, value in found["d"].items():
            assert plain(value) == pytest.approx(plain(expected[figure]))


def test_two_groups_are_compared_under_one_error_rate():
    random = np.random.default_rng(4)
    low, high = random.integers(0, 4, (40, 7), dtype=np.int8), random.integers(1, 5, (40, 7), dtype=np.int8)
    high[:, 1] = 4 - high[:, 1]
    low[:, 1] = 4 - low[:, 1]
    found = scorecard(VERSION, low, asked=Questions(compared=(Compared("low", low), Compared("high", high))))
    compared = found["comparison"]
    assert (compared["first"], compared["second"], compared["tests"]) == ("low", "high", 3)
    difference = score(VERSION, high).mean(axis=0) - score(VERSION, low).mean(axis=0)
    for (name, each), expected in zip(compared["dimensions"].items(), difference, strict=True):
        assert each["difference"] == pytest.approx(expected), name
        assert each["p"] <= each["p_adjusted"]
        assert (each["interval"].low > 0 or each["interval"].high < 0) == (each["p_adjusted"] < 0.05)
        assert each["hedges_g"] > 0
        assert each["cliffs_delta_interval"].low < each["cliffs_delta"] < each["cliffs_delta_interval"].high
    assert max(each["level"] for each in compared["dimensions"].values()) == pytest.approx(1 - 0.05 / 3)


def test_a_plan_says_how_many_answers_show_a_difference():
    matrix = answers(FOUR, HOLES)
    planned = scorecard(FOUR, matrix, asked=Questions(difference=0.5))["planning"]["dimensions"]["d"]
    # R: power.t.test(delta = 0.5, sd = 0.697331164879451, power = 0.8)$n is 31.5
    assert planned["answers"] == planned["answers_all"] == 32
    alike = coded(FOUR, [[3, 3, 3, 3]] * 5)
    nothing = plain(scorecard(FOUR, alike, asked=Questions(difference=0.5)))["planning"]["dimensions"]["d"]
    assert nothing["undefined"]["answers"] == "everybody answered alike"


def test_two_camps_are_told_in_words():
    camps = coded(FOUR, [[1, 1, 1, 1]] * 6 + [[5, 5, 5, 5]] * 6)
    assert "Two camps in d? People lie further apart there than answers at random" in text(
        scorecard(FOUR, camps)
    )
    assert "Two camps" not in text(scorecard(FOUR, answers(FOUR, HOLES)))


def test_every_figure_is_a_row_with_its_n_or_the_reason_why_there_is_none():
    matrix, groups = answers(FOUR, HOLES), Groups.of([f"g{each}" for each in TIGHT])
    content = scorecard(FOUR, matrix, groups, Questions(difference=0.5))
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in figure_rows(content)]
    rows += [
        dict(zip(COLUMNS, row, strict=True))
        for label, part in content["groups"].items()
        for row in group_rows(label, part["dimensions"])
    ]
    named = {(row["group"], row["item"], row["figure"]): row for row in rows}
    assert len(named) == len(rows)
    assert (named["", "", "reliability.alpha"]["value"], named["", "", "reliability.alpha"]["n"]) == (
        pytest.approx(0.590106007067138),
        20,
    )
    assert named["", "a", "shares.3"]["value"] == content["dimensions"]["d"]["items"]["a"]["shares"]["3"]
    assert named["g2", "", "mean"]["n"] == 9
    assert named["", "", "between_groups.icc1_interval.low"]["value"] > 0
    names = {"levels", "unanswered_items"}
    assert {row["figure"] for row in rows if row["text"]} == {"levels"}
    assert all((row["value"] == "") == (row["undefined"] != "") for row in rows if row["figure"] not in names)
    assert {type(row["value"]) for row in rows if row["value"] != ""} <= {int, float}


def test_the_documentation_names_every_figure_and_no_other():
    chapter = (REPOSITORY / "docs" / "scoring.md").read_text("utf-8")
    lines = [line.split("|")[1] for line in chapter.splitlines() if line.startswith("| `")]
    named = {name for line in lines for name in re.findall(r"`(\w+)`", line)}
    version = built({"wide": list("abcd"), "other": list("ef")})
    random = np.random.default_rng(2)
    values = random.normal(size=(200, 1)) + random.normal(size=(200, 6))
    matrix = np.digitize(values, (-2, -0.7, 0.7, 2)).astype(np.int8)
    matrix[0, 0] = SKIPPED - 1
    halves, groups = Compared("one", matrix[:90]), Groups.of(["x", "y"] * 100)
    asked = Questions("pairwise", (halves, Compared("other", matrix[90:])), 0.5)
    content = plain(scorecard(version, matrix, groups, asked))
    keyed_otherwise = {"answers", "shares", "unscored", "percentiles", "items", "groups", "dimensions"}
    found = {
        key
        for place, node in nodes(content)
        if not place or place[-1] not in keyed_otherwise | {"undefined"}
        for key in node
    }
    assert named == found | {"warnings", "undefined"}
