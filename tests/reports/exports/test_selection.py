"""Which waves an export is of."""

import pytest

from instruments.problems import Refused
from reports.exports import ALL, Selection


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"first": "2026-1"}, "period-form"),
        ({"first": "2026H2", "last": "2026H1"}, "period-order"),
        ({"instruments": ("nothing",)}, "selection-unknown"),
        ({"editions": ("æ",)}, "selection-unknown"),
    ],
)
def test_a_choice_of_what_there_cannot_be_is_refused(asked, code):
    with pytest.raises(Refused, match=code):
        Selection(**asked)


def test_what_was_chosen_is_told_in_few_words():
    assert ALL.told == "all"
    assert Selection(first="2026H1", editions=("skole",)).told == "2026H1–, skole"
