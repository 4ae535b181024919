"""The thermometer from the page of an open survey: offered to whoever is shown the step, while it is open."""

from io import BytesIO

import pypdf
import pytest

from survey.accounts import passwords
from survey.collection import lifecycle
from survey.store.repositories import accounts
from tests.roles import grant_role
from tests.waves import answer, drafted, opened, place, simulated

PASSWORD = "en lang setning her"
HASHED = passwords.hash_password(PASSWORD)


@pytest.fixture
def sign_in(browser, home):
    def signed_in(**given):
        holder = accounts.add(home.database, "leder@example.org", HASHED, "nb")
        grant_role(home.database, holder, "leader", place(home).key, **given)
        fields = {"email": holder.email, "password": PASSWORD}
        return browser.get("/account/sign-in?language=nb").submit(fields)

    return signed_in


def address(wave, path=""):
    return f"/leader/{wave.unit_key}/{wave.key}{path}"


def test_it_shows_the_step_that_the_page_shows(sign_in, home):
    inside, wave = sign_in(), opened(home, "Asken")
    answer(home, wave, simulated(8))
    inside.get(address(wave))
    assert "6 til 10" in inside.page.first(".facts").text
    inside.get(inside.page.first("#thermometer a")["href"])
    [page] = pypdf.PdfReader(BytesIO(inside.reply.data)).pages
    assert "6 til 10 har svart" in " ".join(page.extract_text().split())
    assert "Per 9. mars 2026" in page.extract_text()


def test_whoever_is_not_shown_the_step_yet_gets_no_thermometer(sign_in, home, clock):
    inside, wave = sign_in(now=clock()), opened(home, "Asken")
    assert inside.get(address(wave)).page.first("#thermometer") is None
    inside.get(address(wave, "/turnout.pdf"), status=403)
    assert "i morgen" in inside.heading


def test_a_survey_that_takes_no_answers_has_none(sign_in, home):
    inside, wave = sign_in(), drafted(home, "Asken")
    assert inside.get(address(wave)).page.first("#thermometer") is None
    inside.get(address(wave, "/turnout.pdf"), status=409)
    ended = opened(home, "Asken")
    lifecycle.close(home.database, ended.key)
    inside.get(address(ended, "/turnout.pdf"), status=410)
