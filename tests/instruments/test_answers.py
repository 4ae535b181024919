import pytest

from instruments.answers import (
    SKIPPED,
    Answers,
    decode,
    decode_response_matrix,
    encode,
    response_matrix,
    typed_codes,
)
from instruments.model import Scale
from instruments.problems import Damaged, Refused
from tests.instruments.building import built

VERSION = built({"trust": ["heard", "-safe"], "time": ["kept"]}, unscored=("dont_know", "not_applicable"))


@pytest.mark.parametrize(
    ("codes", "kinds", "typed"),
    [
        ((1, 2, 3, 4, 5), ("dont_know", "not_applicable"), ["1", "2", "3", "4", "5", "8", "9"]),
        ((1, 2, 3), ("not_applicable",), ["1", "2", "3", "9"]),
        ((0, 1), (), ["0", "1"]),
        ((0, 5, 10), ("dont_know", "not_applicable"), ["0", "5", "10", "a", "b"]),
        ((1, 2), ("one", "two", "three"), ["1", "2", "a", "b", "c"]),
    ],
)
def test_every_answer_of_a_scale_is_typed_by_a_sign_of_its_own(codes, kinds, typed):
    signs = typed_codes(Scale(codes, kinds))
    assert list(signs) == typed
    assert list(signs.values()) == [*codes, *kinds]


def test_an_item_left_out_is_skipped():
    answers = Answers(VERSION, {"heard": 4})
    assert answers["safe"] is SKIPPED
    assert answers["heard"] == 4


def test_every_answer_takes_one_byte_whatever_it_says():
    assert encode(Answers(VERSION, {"heard": 1, "safe": "not_applicable"})) == bytes([0, 6, 7])
    assert len(encode(Answers(VERSION, {}))) == len(VERSION.items)


def test_decoding_gives_back_what_was_encoded():
    answers = Answers(VERSION, {"heard": 5, "safe": "dont_know", "kept": SKIPPED})
    assert decode(VERSION, encode(answers)) == answers


@pytest.mark.parametrize("encoded", [b"", b"\x00\x00", b"\x00\x00\x08", b"\x00\x00\xff", b"\x00" * 4])
def test_bytes_that_fit_no_answers_are_refused(encoded):
    with pytest.raises(Damaged, match="answers-unreadable"):
        decode(VERSION, encoded)
    with pytest.raises(Damaged, match="answers-unreadable"):
        decode_response_matrix(VERSION, [encoded])


def test_every_wrong_answer_is_named_at_once():
    with pytest.raises(Refused) as refused:
        Answers(VERSION, {"heard": 6, "safe": "maybe", "weather": 3, "kept": True})
    assert [(problem.place, problem.code) for problem in refused.value.problems] == [
        ("heard", "answer-unknown"),
        ("safe", "answer-unknown"),
        ("weather", "item-unknown"),
        ("kept", "answer-unknown"),
    ]


def test_the_matrix_has_a_row_a_person_and_a_column_an_item():
    people = [Answers(VERSION, {"heard": 5}), Answers(VERSION, {"kept": "dont_know"})]
    assert response_matrix(VERSION, people).tolist() == [[4, 7, 7], [7, 7, 5]]
    assert response_matrix(VERSION, []).shape == (0, 3)
