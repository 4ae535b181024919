import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from instruments.problems import Refused
from survey.collection import access_codes

BITS = st.integers(0, 2**60 - 1).map(lambda number: number.to_bytes(8, "big"))


@given(BITS)
def test_a_code_is_read_back_however_it_is_typed(bits):
    code = access_codes.formatted(bits)
    for typed in (code, code.lower(), code.replace("-", ""), f"  {code.replace('-', ' - ')} "):
        assert access_codes.parse(typed) == bits
    assert access_codes.parse(code.replace("0", "o").replace("1", "l")) == bits
    assert access_codes.parse(code.replace("1", "i")) == bits


@given(BITS, st.integers(0, 12), st.sampled_from(access_codes._ALPHABET))
def test_one_wrong_character_is_noticed(bits, place, other):
    code = access_codes.formatted(bits).replace("-", "")
    wrong = code[:place] + other + code[place + 1 :]
    assume(wrong != code)
    with pytest.raises(Refused, match="code-unknown"):
        access_codes.parse(wrong)


@given(BITS, st.integers(0, 11))
def test_two_neighbours_that_changed_places_are_noticed(bits, place):
    code = access_codes.formatted(bits).replace("-", "")
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assume(swapped != code)
    with pytest.raises(Refused, match="code-unknown"):
        access_codes.parse(swapped)


@given(st.text(max_size=30))
def test_anything_else_is_refused(text):
    with pytest.raises(Refused, match="code-unknown"):
        access_codes.parse(text)


def test_codes_hold_no_look_alikes_and_sixty_random_bits():
    drawn = access_codes.generate(2000)
    assert len(set(drawn)) == 2000
    ones = [sum(int.from_bytes(bits, "big") >> place & 1 for bits in drawn) for place in range(60)]
    assert all(800 < count < 1200 for count in ones)  # nine standard deviations
    assert not set("ILOU") & set("".join(map(access_codes.formatted, drawn)))
