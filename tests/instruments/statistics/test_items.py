import numpy as np
import pytest

from instruments import statistics
from instruments.aggregates.moments import Moments
from instruments.statistics import Reason, Undefined
from tests.instruments.building import built, coded

VERSION = built({"d": ["a", "-b"]}, unscored=("dont_know",))


def test_an_item_is_described_as_it_was_answered_and_as_it_counts():
    rows = coded(VERSION, [[1, 1], [1, 1], [3, 5], [5, 2], [None, None], [None, None]])
    rows[4] = 5  # the first unscored answer
    found = statistics.item_statistics(Moments.of(VERSION, rows), "b")
    assert found.n == 4
    # turned: 5, 5, 1, 4
    assert found.mean == 3.75
    assert found.sd == pytest.approx(np.std([5, 5, 1, 4], ddof=1))
    assert found.answers == {"1": 2, "2": 1, "3": 0, "4": 0, "5": 1, "dont_know": 1}
    assert found.shares == {"1": 0.5, "2": 0.25, "3": 0, "4": 0, "5": 0.25}
    assert (found.floor, found.ceiling) == (0.25, 0.5)
    assert found.unscored == {"dont_know": pytest.approx(1 / 6)}
    assert found.skipped == pytest.approx(1 / 6)


def test_an_item_of_nobody_has_no_figure():
    none = Undefined(Reason.NOBODY)
    found = statistics.item_statistics(Moments.of(VERSION, coded(VERSION, [[1, None]])), "b")
    assert (found.n, found.mean, found.sd, found.floor, found.shares["1"]) == (0, none, none, none, none)
    assert found.skipped == 1
    assert statistics.item_statistics(Moments.empty(VERSION), "b").skipped == none
