"""Check digits, against numbers that the registers of Norway and Denmark print themselves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instruments.problems import Refused
from survey import organisation_numbers

# the registers of both countries, a municipality and a place of work
KNOWN = ("974760673", "958935420", "13585628", "29189846", "1003279219")


@pytest.mark.parametrize("number", KNOWN)
def test_a_number_of_a_register_is_sound_and_each_other_last_digit_is_not(number):
    assert organisation_numbers.canonical(number) == number
    others = [number[:-1] + digit for digit in "0123456789" if digit != number[-1]]
    # a P-number has no check digit
    assert any(map(organisation_numbers.is_sound, others)) is (len(number) == 10)


@pytest.mark.parametrize(
    "typed",
    [
        "974 760 673", " 974760673", "NO 974760673 MVA", "974.760.673", "NO974760673MVA",
        "974\N{NO-BREAK SPACE}760 673",
    ],
)  # fmt: skip
def test_a_number_is_read_as_people_type_it(typed):
    assert organisation_numbers.canonical(typed) == "974760673"


@pytest.mark.parametrize("typed", ["CVR 13585628", "DK13585628", "cvr: 13585628"])
def test_a_danish_number_is_read_behind_its_letters(typed):
    assert organisation_numbers.canonical(typed) == "13585628"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "form"), ("12", "form"), ("97476067", "check"), ("974760674", "check"), ("٩٧٤٧٦٠٦٧٣", "form"),
        ("97476067e", "form"), ("974760673.0.1", "form"), ("²74760673", "form"),
    ],
)  # fmt: skip
def test_what_is_no_number_is_refused(typed, code):
    with pytest.raises(Refused, match=f"organisation-number-{code}"):
        organisation_numbers.canonical(typed)


@given(st.integers(10**7, 10**10 - 1))
def test_digits_are_read_where_they_are_sound_and_else_refused(digits):
    refused = False
    try:
        assert organisation_numbers.canonical(str(digits)) == str(digits)
    except Refused:
        refused = True
    assert refused is not organisation_numbers.is_sound(str(digits))
