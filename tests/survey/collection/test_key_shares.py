"""Splitting a key over three sheets: against published shares, by own arithmetic, and as typed."""

import itertools
import string

import pytest
from Crypto.Protocol.SecretSharing import Shamir
from hypothesis import given
from hypothesis import strategies as st

from instruments.problems import Refused
from survey.collection import key_shares
from survey.collection.key_shares import KeyShare

KEY = key_shares.split_new_key()
OTHER = key_shares.split_new_key()
TYPED = [key_shares.printed_form(share, KEY.public_key) for share in KEY.shares]
PAIRS = list(itertools.permutations(range(3), 2))
CHARACTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# shares that another implementation made, the program ssss, and their secret; it adds x^2 to the line
PUBLISHED = {1: "594ae8964294174d95c33756d2504170", 2: "d897459d29da574eb40e93ec552ffe6e"}
PUBLISHED_SECRET = "d9fe73909bae28b3757854c0af7ad405"


def times(one, other):
    """The product of two elements of GF(2^128), the field of x^128 + x^7 + x^2 + x + 1."""
    product = 0
    while other:
        if other & 1:
            product ^= one
        one <<= 1
        if one >> 128:
            one ^= 1 << 128 | 0b10000111
        other >>= 1
    return product


def number(share):
    return int.from_bytes(share.value, "big")


def forged(share, secret):
    """The share of another number that makes this secret together with `share`, by the arithmetic above."""
    slope = times(number(share) ^ secret, inverse(share.number))
    other = share.number % 3 + 1
    return KeyShare(other, (secret ^ times(slope, other)).to_bytes(16, "big"))


def inverse(element):
    power, exponent = 1, 2**128 - 2
    base = element
    while exponent:
        if exponent & 1:
            power = times(power, base)
        base, exponent = times(base, base), exponent >> 1
    return power


def test_published_shares_give_their_published_secret():
    on_the_line = {at: int(value, 16) ^ times(at, at) for at, value in PUBLISHED.items()}
    shares = [(at, value.to_bytes(16, "big")) for at, value in on_the_line.items()]
    assert Shamir.combine(shares, ssss=False).hex() == PUBLISHED_SECRET


@pytest.mark.parametrize("pair", PAIRS)
def test_any_two_shares_in_any_order_give_the_key_back(pair):
    private = key_shares.combine([KEY.shares[place] for place in pair], KEY.public_key)
    assert bytes(private.public_key) == KEY.public_key


def test_three_shares_lie_on_one_line_over_the_field():
    one, two, three = map(number, KEY.shares)
    # s + 1a, s + 2a and s + 3a, where 1 + 2 is 3
    slope = times(one ^ two, inverse(1 ^ 2))
    assert three == one ^ times(slope, 1 ^ 3)


@given(st.binary(min_size=16, max_size=16), st.sampled_from(KEY.shares))
def test_one_share_says_nothing_since_another_makes_any_secret_of_it(secret, share):
    partner = forged(share, int.from_bytes(secret, "big"))
    pair = [(share.number, share.value), (partner.number, partner.value)]
    assert Shamir.combine(pair, ssss=False) == secret


def test_every_key_is_drawn_anew():
    values = [share.value for key in (KEY, OTHER) for share in key.shares]
    assert len({*values, KEY.public_key, OTHER.public_key}) == 8


@pytest.mark.parametrize(
    "shares",
    [
        KEY.shares[:1],
        KEY.shares[:1] * 2,
        KEY.shares,
        (KEY.shares[0], OTHER.shares[1]),
        OTHER.shares[:2],
        (KEY.shares[0], KeyShare(2, KEY.shares[0].value)),
    ],
)
def test_shares_that_are_not_two_different_ones_of_the_key_are_refused_alike(shares):
    with pytest.raises(Refused) as refused:
        key_shares.combine(shares, KEY.public_key)
    assert refused.value.problems == key_shares.wrong().problems


@pytest.mark.parametrize("place", range(3))
def test_a_printed_share_is_eight_groups_and_read_back(place):
    assert [len(group) for group in TYPED[place].split("-")] == [4] * 8
    assert set(TYPED[place]) <= {*CHARACTERS, "-"}
    assert key_shares.parse(TYPED[place], KEY.public_key) == KEY.shares[place]


@given(st.integers(0, 2), st.sampled_from(" \t-–\u00a0"), st.booleans(), st.data())
def test_case_spaces_hyphens_and_look_alikes_are_read_as_printed(place, between, lower, data):
    typed = TYPED[place].replace("-", between)
    for printed, alike in (("0", "oO"), ("1", "iIlL")):
        typed = typed.replace(printed, data.draw(st.sampled_from(alike)))
    typed = f" {typed.lower() if lower else typed} "
    assert key_shares.parse(typed, KEY.public_key) == KEY.shares[place]


def test_the_scanned_address_is_read_as_the_share_behind_its_hash():
    assert key_shares.parse(f"https://svar.example/sheet#{TYPED[0]}", KEY.public_key) == KEY.shares[0]


@given(st.integers(0, 2), st.integers(0, 31), st.sampled_from(CHARACTERS))
def test_any_wrong_character_is_refused_and_so_are_any_two_that_changed_places(place, at, character):
    plain = TYPED[place].replace("-", "")
    wrong = [plain[:at] + character + plain[at + 1 :]]
    wrong += [plain[:at] + plain[at + 1] + plain[at] + plain[at + 2 :]] if at < 31 else []
    for typed in (each for each in wrong if each != plain):
        with pytest.raises(Refused, match="sheets-wrong"):
            key_shares.parse(typed, KEY.public_key)
    assert key_shares.parse(plain, KEY.public_key) == KEY.shares[place]


@given(st.text(max_size=60) | st.text(string.hexdigits, min_size=32, max_size=32))
def test_whatever_else_is_typed_is_refused(typed):
    with pytest.raises(Refused, match="sheets-wrong"):
        key_shares.parse(typed, KEY.public_key)


@pytest.mark.parametrize("place", range(3))
def test_a_sheet_of_another_wave_is_refused_as_a_mistyped_one_is(place):
    with pytest.raises(Refused) as refused:
        key_shares.parse(TYPED[place], OTHER.public_key)
    assert refused.value.problems == key_shares.wrong().problems


def test_the_marks_are_three_are_typed_in_any_order_and_are_those_of_one_printing():
    marks = key_shares.sheet_marks(KEY.public_key)
    assert len(set(marks)) == 3
    assert key_shares.are_marks([each.lower() for each in reversed(marks)], KEY.public_key)
    assert not key_shares.are_marks(marks, OTHER.public_key)
    assert not key_shares.are_marks([marks[0]] * 3, KEY.public_key)
    assert not key_shares.are_marks(marks[:2], KEY.public_key)
    assert not key_shares.are_marks([*marks[:2], "?"], KEY.public_key)


def test_a_mark_holds_nothing_of_the_share_of_its_sheet():
    """It is made of the public key alone, which the database holds anyway."""
    assert key_shares.sheet_marks(KEY.public_key) == key_shares.sheet_marks(bytes(KEY.public_key))
    assert not [
        mark
        for mark, typed in zip(key_shares.sheet_marks(KEY.public_key), TYPED, strict=True)
        if mark in typed
    ]
