import pytest

from instruments.model import Levels
from instruments.statistics import Interval, levels_spanned

LEVELS = Levels(("starting", "developing", "established", "embedded"), (2.5, 3.5, 4.25), "provisional")


@pytest.mark.parametrize(
    ("low", "high", "spanned"),
    [
        (2.6, 3.4, ("developing",)),
        (2.5, 3.49, ("developing",)),
        (3.4, 3.5, ("developing", "established")),
        (2.0, 4.4, ("starting", "developing", "established", "embedded")),
        (1.0, 1.2, ("starting",)),
        (4.25, 5.0, ("embedded",)),
    ],
)
def test_an_interval_across_a_cut_leaves_the_level_open(low, high, spanned):
    assert levels_spanned(LEVELS, Interval(low, high, 0.95)) == spanned
