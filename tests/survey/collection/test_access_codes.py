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


BETWEEN = '-\u2013\u2212\u00ad\u200b\ufeff\u00a0\t ./\u00b7"\u2019\u00ab_*'
# the letters of other keyboards that look like A B C E H K M P T X 0 3, and like A B E Z H K M N P T X 0 1
CYRILLIC = "\u0410\u0412\u0421\u0415\u041d\u041a\u041c\u0420\u0422\u0425\u041e\u0417"
GREEK = "\u0391\u0392\u0395\u0396\u0397\u039a\u039c\u039d\u03a1\u03a4\u03a7\u039f\u0399"


@pytest.mark.parametrize("between", BETWEEN)
def test_whatever_stands_between_and_around_the_characters_does_not_count(between):
    bits = bytes.fromhex("00123456789abcde")
    code = access_codes.formatted(bits)
    assert access_codes.parse(f"{between}{code.replace('-', between)}{between}") == bits
    assert access_codes.parse(between.join(code)) == bits


@given(BITS)
def test_what_looks_like_a_character_is_read_as_that(bits):
    code = access_codes.formatted(bits)
    wide = "".join(chr(ord(each) + 0xFEE0) if each != "-" else "\uff0d" for each in code)
    assert access_codes.parse(wide) == bits
    assert access_codes.parse(code.replace("V", "u")) == bits
    cyrillic = str.maketrans("ABCEHKMPTX03", CYRILLIC)
    greek = str.maketrans("ABEZHKMNPTX01", GREEK)
    assert access_codes.parse(code.translate(cyrillic)) == bits
    assert access_codes.parse(code.translate(greek).lower()) == bits


@pytest.mark.parametrize(
    "address",
    [
        "https://svar.example/c/{}",
        "svar.example/c/{}",
        "HTTPS://SVAR.EXAMPLE/KJENNETEGN/C/{}/",
        "http://svar.example/open/{}?language=nb",
        "«https://svar.example/open/{}».",
        "/c/{}#main",
    ],
)
def test_a_code_is_found_in_the_address_that_was_pasted_with_it(address):
    bits = bytes.fromhex("0fedcba987654321")
    code = access_codes.formatted(bits)
    assert access_codes.parse(address.format(code)) == bits
    assert access_codes.parse(address.format(code.lower().replace("-", ""))) == bits


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("7K3M-XW2P-0TQ9", "One character is missing: there are 12 of 13."),
        ("7K3M-XW2P", "Characters are missing: there are 8 of 13."),
        ("7K3M-XW2P-0TQ9AA", "one character too many: 14, and a code has 13."),
        ("7K3M-XW2P-0TQ9AAA", "too many characters: 15, and a code has 13."),
        ("7K3M-XW2P-0TQ9Ø", "The character “Ø” is in no code."),
    ],
)
def test_what_is_missing_or_too_many_is_said_exactly(typed, told):
    with pytest.raises(Refused, match=f"code-unknown: .*{told}"):
        access_codes.parse(typed)


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
