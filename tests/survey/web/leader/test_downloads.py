"""What a leader takes along besides the report: every file, in every language, and none of another unit."""

import csv
import io

import pytest

from reports.downloads.kinds import DOWNLOADS
from survey.accounts import passwords
from survey.store.repositories import accounts
from tests.pages import saved_name
from tests.roles import grant_role
from tests.waves import drafted, place, sealed, simulated

PASSWORD = "a sentence to sign in with"


@pytest.fixture
def leader(home, browser):
    """A browser signed in as the leader of Asken."""
    account = accounts.add(home.database, "leader@asken.example", passwords.hash_password(PASSWORD), "nb")
    grant_role(home.database, account, "leader", place(home).key)
    browser.get("/account/sign-in?language=en")
    return browser.submit({"email": account.email, "password": PASSWORD})


def address(wave, kind="csv"):
    return f"/leader/{wave.unit_key}/{wave.key}/downloads/{kind}"


def buttons(leader):
    return [each["formaction"] for each in leader.page.select("main button[formaction]")]


def test_the_profile_offers_every_file_in_every_language_under_one_heading(home, leader):
    wave = sealed(home, simulated(20))
    leader.get(f"/leader/{wave.unit_key}/{wave.key}/profile")
    assert [each.text for each in leader.page.select("main h2")].count("Download") == 1
    assert buttons(leader) == [address(wave, kind) for kind in DOWNLOADS]
    assert [each["value"] for each in leader.page.select("#file-language option")] == ["en", "nb", "nn"]
    for kind, made in DOWNLOADS.items():
        reply = leader.client.get(f"{address(wave, kind)}?in=nn", base_url=leader.address)
        assert reply.status_code == 200
        assert reply.mimetype == made.media_type
        named = f"{made.word}-Asken-Vår-2026-nn.{made.ending}"
        assert reply.headers["Content-Disposition"].isascii()
        assert saved_name(reply) == named


def test_the_figures_are_in_the_language_that_was_asked_for(home, leader):
    wave = sealed(home, simulated(20))
    heads = {}
    for language in ("nb", "nn", "en"):
        reply = leader.client.get(f"{address(wave)}?in={language}", base_url=leader.address)
        delimiter = "," if language == "en" else ";"
        text = reply.data.decode("utf-8-sig")
        heads[language] = next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    assert [heads[language][0] for language in heads] == ["Undersøkelse", "Undersøking", "Survey"]


def test_of_four_no_file_of_figures_is_offered_or_sent(home, leader):
    wave = sealed(home, simulated(4))
    leader.get(f"/leader/{wave.unit_key}/{wave.key}/profile")
    withheld = [kind for kind, each in DOWNLOADS.items() if each.needs_figures]
    assert withheld
    assert buttons(leader) == [address(wave, kind) for kind in DOWNLOADS if kind not in withheld]
    for kind in withheld:
        leader.get(address(wave, kind), status=404)


def test_what_is_not_there_not_sealed_or_not_written_is_refused(home, leader):
    wave = sealed(home, simulated(20))
    leader.get(address(wave, "no-such"), status=404)
    leader.get(f"{address(wave)}?in=da", status=400)
    leader.get(f"{address(wave)}?in=sv", status=400)
    leader.get(address(drafted(home)), status=409)
    leader.get(address(sealed(home, simulated(20), unit="Bjerka")), status=404)
