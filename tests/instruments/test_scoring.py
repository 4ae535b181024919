import numpy as np
import pytest

from instruments.answers import Answers
from instruments.scoring import Unscored, item_values, person_scores, required_answers, score
from instruments.statistics import covariances
from instruments.statistics.factor_models import Sample
from tests.instruments.building import built, coded
from tests.instruments.reference import FOUR, FULL, X, answers

VERSION = built({"trust": ["heard", "-safe", "help", "new"], "time": ["kept"]})


def test_a_score_is_the_mean_of_the_answered_items_with_reversed_items_turned_round():
    scores = score(VERSION, coded(VERSION, [[5, 2, 3, 4, 2]]))
    assert scores.tolist() == [[(5 + 4 + 3 + 4) / 4, 2.0]]


def test_half_of_the_items_give_a_score_and_fewer_do_not():
    scores = score(
        VERSION, coded(VERSION, [[5, None, "dont_know", 4, 1], [5, None, "dont_know", None, None]])
    )
    assert scores[0].tolist() == [4.5, 1.0]
    assert np.isnan(scores[1]).all()


def test_an_unscored_dimension_is_a_type_and_not_a_number():
    assert person_scores(Answers(VERSION, {"heard": 5, "safe": "dont_know", "kept": 3})) == {
        "trust": Unscored(answered=1, required=2),
        "time": 3.0,
    }


@pytest.mark.parametrize(
    ("minimum", "items", "required"),
    [
        (0.5, 4, 2),
        (0.5, 5, 3),
        (0.6, 5, 3),
        (1 / 3, 3, 1),
        (0.0, 4, 1),
        (1.0, 3, 3),
        (0.75, 4, 3),
        (0.55, 20, 11),
    ],
)
def test_the_share_of_required_answers_is_rounded_up_but_not_by_binary_noise(minimum, items, required):
    version = built({"d": [f"i{number}" for number in range(items)]}, minimum=minimum)
    assert required_answers(version, version.dimensions[0]) == required


def test_a_scale_from_0_to_10_is_scored_in_its_own_points():
    version = built({"d": ["a", "-b"]}, categories=tuple(range(11)))
    assert score(version, coded(version, [[0, 10], [10, 10], [7, 2]])).tolist() == [[0.0], [5.0], [7.5]]


def test_every_answer_has_a_value_and_what_is_not_scored_has_none():
    version = built({"d": ["a", "-b"], "e": ["c"]}, categories=range(3, 8))
    found = item_values(version, coded(version, [[3, 3, 7], [4, "dont_know", None]]))
    assert np.array_equal(found, [[3, 7, 7], [4, np.nan, np.nan]], equal_nan=True)


def test_the_sample_of_item_values_has_the_covariances_of_the_moments():
    values = item_values(FOUR, answers(FOUR, FULL))
    assert Sample.of(values).covariance == pytest.approx(covariances(X, "d").matrix, rel=1e-12)
