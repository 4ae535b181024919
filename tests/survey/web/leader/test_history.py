"""What a leader takes along, prints and writes down is read by everybody who leads the unit, once a day."""

import pytest

from survey.accounts import passwords
from survey.store.repositories import access_history, accounts
from tests.roles import grant_role
from tests.waves import answer, drafted, opened, place, sealed, simulated

PASSWORD = "a sentence to sign in with"
LEADER = "leder@asken.example"


@pytest.fixture
def leader(home, browser):
    """A browser signed in as the leader of Asken."""
    account = accounts.add(home.database, LEADER, passwords.hash_password(PASSWORD), "nb")
    grant_role(home.database, account, "leader", place(home).key)
    browser.get("/account/sign-in?language=nb")
    return browser.submit({"email": LEADER, "password": PASSWORD})


def done_by_leader(home):
    done = access_history.acts_on_unit(home.database, [place(home).key])
    return [(each.kind, each.about) for each in reversed(done) if each.done_by == LEADER]


def lines(leader):
    leader.get(f"/leader/{leader.unit}/access")
    return [each.text.split("\n")[0] for each in leader.page.select("[aria-labelledby=acts] tbody tr")]


def test_what_is_taken_along_is_recorded_once_a_day_and_kind_in_the_readers_words(home, leader):
    wave = sealed(home, simulated(20), title="Vår – “Ærlig”")
    at = f"/leader/{wave.unit_key}/{wave.key}"
    paths = ("downloads/csv", "downloads/workbook", "downloads/csv?in=nn", "figure/overview.png")
    for path in paths:
        assert leader.client.get(f"{at}/{path}", base_url=leader.address).status_code == 200
    # what there is none of, or of another unit, is nothing that was taken along
    for path in ("downloads/none", "downloads/csv?in=xx"):
        assert leader.client.get(f"{at}/{path}", base_url=leader.address).status_code >= 400
    taken = [f"{wave.title} ({each})" for each in ("CSV", "XLSX", "PNG")]
    assert done_by_leader(home) == [("results-downloaded", each) for each in taken]
    for language, words in {
        "nb": "Resultater av en undersøkelse ble lastet ned",
        "nn": "Resultat av ei undersøking vart lasta ned",
        "da": "Resultater af en undersøgelse blev hentet",
        "en": "Results of a survey were downloaded",
    }.items():
        leader.get(f"/leader/{wave.unit_key}/access?language={language}")
        rows = [each.text for each in leader.page.select("[aria-labelledby=acts] tbody tr th")]
        assert rows[:3] == [f"{words}{each}" for each in reversed(taken)]


def test_the_report_and_the_thermometer_are_recorded_before_they_are_sent(home, leader):
    wave = sealed(home, simulated(6))
    leader.client.get(f"/leader/{wave.unit_key}/{wave.key}/report.pdf", base_url=leader.address)
    running = opened(home, "Asken", title="Høst 2026")
    answer(home, running, simulated(8))
    leader.client.get(f"/leader/{wave.unit_key}/{running.key}/turnout.pdf", base_url=leader.address)
    assert done_by_leader(home) == [("report-made", wave.title), ("turnout-printed", running.title)]


def test_what_a_leader_writes_down_is_recorded_and_the_words_are_not(home, leader):
    draft = drafted(home, "Asken", title="Høst 2026")
    at = f"/leader/{draft.unit_key}/{draft.key}"
    leader.get(f"{at}/expectations").submit({"dimension_1": "evidence_use", "expected_1": "more"})
    wave = sealed(home, simulated(20), "Asken")
    at = f"/leader/{wave.unit_key}/{wave.key}/actions"
    parts = {"goal": "Hemmelig", "action": "Hemmelig", "who": "Vi", "sign": "Hemmelig"}
    leader.get(f"{at}/new").submit({"dimension": "evidence_use", **parts, "due": "2026-05-01"})
    kinds = done_by_leader(home)
    assert kinds == [("expectations-written", draft.title), ("action-added", wave.title)]
