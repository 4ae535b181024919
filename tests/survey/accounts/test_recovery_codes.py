"""Recovery codes: ten that nobody guesses, known again however they are typed."""

import re

from survey.accounts import recovery_codes


def test_ten_different_ones_are_drawn_of_letters_that_are_told_apart_on_paper():
    drawn = {code for _ in range(20) for code in recovery_codes.draw()}
    assert len(recovery_codes.draw()) == recovery_codes.CODES == 10
    assert len(drawn) == 200
    assert all(re.fullmatch(r"([A-HJKMNP-Z2-9]{4}-){3}[A-HJKMNP-Z2-9]{4}", each) for each in drawn)


def test_a_code_is_known_again_with_capitals_and_without_dashes():
    code = recovery_codes.draw()[0]
    known = recovery_codes.hash_of(7, code)
    assert recovery_codes.hash_of(7, f" {code.lower().replace('-', ' ')} ") == known
    assert recovery_codes.hash_of(8, code) != known
    assert recovery_codes.hash_of(7, code[:-1]) != known
