"""The minutes a questionnaire takes follow from the number of its items."""

import pytest

from instruments import library
from instruments.answering_time import answering_minutes, minutes_to_set_aside


@pytest.mark.parametrize(("reference", "minutes"), [("learning_community@1.0.0", 8), ("pulse@1.0.0", 2)])
def test_the_shipped_questionnaires_take_as_long_as_their_guides_say(reference, minutes):
    assert answering_minutes(len(library.get(reference).items)) == minutes


def test_one_item_is_a_minute_and_none_takes_no_time():
    assert [answering_minutes(items) for items in (0, 1, 5, 6)] == [0, 1, 1, 2]


@pytest.mark.parametrize(
    ("items", "minutes"), [(0, 0), (1, 5), (9, 5), (25, 5), (26, 10), (36, 10), (51, 15)]
)
def test_what_is_set_aside_is_in_whole_five_minutes_and_never_less(items, minutes):
    assert minutes_to_set_aside(items) == minutes
    assert minutes >= answering_minutes(items)


@pytest.mark.parametrize("reference", library.shipped())
def test_a_questionnaire_says_no_time_of_its_own(reference):
    version = library.get(reference)
    assert len(version.wordings) > 5
    for wording in version.wordings.values():
        said = " ".join((wording.title, wording.subtitle, wording.promise, *wording.introduction)).lower()
        assert "minut" not in said
