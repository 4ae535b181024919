"""Whoever guesses codes is stopped, whoever has one waits a minute, and nobody is counted by name."""

import pytest

from survey.collection import access_codes, code_issuing
from survey.web.respondent import code_throttle
from tests.waves import opened

MOST = 3
PROCESSES, CODES_OUT, SECONDS_A_YEAR = 4, 5000, 365 * 24 * 60 * 60


@pytest.fixture(autouse=True)
def few(monkeypatch):
    monkeypatch.setattr(code_throttle, "_MOST", MOST)


@pytest.fixture
def code(home):
    return code_issuing.issue(home.database, home.keys, opened(home).key, 1)[0]


@pytest.fixture
def guess(browser):
    """Tries new codes, typed and scanned in turn, and returns what came of the last."""

    def tried(times, status):
        for turn, bits in enumerate(access_codes.generate(times)):
            if turn % 3 == 1:
                browser.get(f"/c/{access_codes.formatted(bits)}", status=status)
            elif turn % 3 == 2:
                browser.get(f"/open/{access_codes.formatted(bits)}", status={400: 404}.get(status, status))
            else:
                browser.get("/").submit({"code": access_codes.formatted(bits)}, "Start", status=status)
        return browser

    return tried


def test_after_very_many_wrong_codes_even_a_right_one_waits_until_the_minute_is_over(
    guess, browser, code, clock
):
    guess(MOST, 400)
    assert "Wait a minute" in guess(2, 429).get(f"/c/{code}", status=429).page.text
    clock.pass_by(code_throttle._MINUTE)
    browser.get(f"/c/{code}")
    assert browser.heading != ""


def test_codes_that_were_given_to_somebody_are_no_guesses(guess, browser, code):
    guess(MOST - 1, 400)
    for _ in range(2 * MOST):
        browser.get(f"/c/{code}")
    guess(1, 400)
    guess(1, 429)


def test_a_new_minute_counts_from_the_start(guess, clock):
    guess(MOST - 1, 400)
    clock.pass_by(code_throttle._MINUTE)
    guess(MOST, 400)
    guess(1, 429)


def test_guessing_at_the_most_takes_longer_than_there_has_been_writing(monkeypatch):
    monkeypatch.undo()
    a_second = code_throttle._MOST / code_throttle._MINUTE * PROCESSES
    assert 2**access_codes._BITS / CODES_OUT / a_second / SECONDS_A_YEAR > 10_000
