import pytest
from hypothesis import given
from hypothesis import strategies as st

from instruments.problems import Refused
from survey import codes

BITS = st.integers(0, 2**60 - 1).map(lambda number: number.to_bytes(8, "big"))


@given(BITS)
def test_a_code_is_read_back_however_it_is_typed(bits):
    code = codes.typed(bits)
    for typed in (code, code.lower(), code.replace("-", ""), f"  {code.replace('-', ' - ')} "):
        assert codes.parse(typed) == bits
    assert codes.parse(code.replace("0", "o").replace("1", "l")) == bits
    assert codes.parse(code.replace("1", "i")) == bits


@given(BITS, st.integers(0, 12), st.sampled_from(codes.ALPHABET))
def test_one_wrong_character_is_noticed(bits, place, other):
    code = codes.typed(bits).replace("-", "")
    wrong = code[:place] + other + code[place + 1 :]
    if wrong != code:
        with pytest.raises(Refused, match="code-unknown"):
            codes.parse(wrong)


@given(BITS, st.integers(0, 11))
def test_two_neighbours_that_changed_places_are_noticed(bits, place):
    code = codes.typed(bits).replace("-", "")
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    if swapped != code:
        with pytest.raises(Refused, match="code-unknown"):
            codes.parse(swapped)


@given(st.text(max_size=30))
def test_anything_else_is_refused(text):
    with pytest.raises(Refused, match="code-unknown"):
        codes.parse(text)


def test_codes_hold_no_look_alikes_and_sixty_random_bits():
    drawn = codes.draw(2000)
    assert len(set(drawn)) == 2000
    ones = [sum(int.from_bytes(bits, "big") >> place & 1 for bits in drawn) for place in range(60)]
    assert all(800 < count < 1200 for count in ones)  # nine standard deviations
    assert not set("ILOU") & set("".join(map(codes.typed, drawn)))
