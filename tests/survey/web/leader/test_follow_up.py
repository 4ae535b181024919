"""What was agreed is followed up with a short survey on its dimensions, for the unit alone."""

from datetime import date, timedelta

import pytest

from instruments import library
from instruments.problems import Refused
from reports.pdf import report
from reports.results.agreed_actions import AgreedAction, Agreements
from survey.accounts import passwords
from survey.collection import code_issuing, lifecycle, sealing
from survey.publication import reports
from survey.store.repositories import accounts, actions, waves
from tests.reports.validating import faults
from tests.roles import grant_role
from tests.waves import CLOSES, OPENS, REFERENCE, answer, opened, place, sealed, simulated

PASSWORD = "en lang setning her"
HASHED = passwords.hash_password(PASSWORD)
PART = f"{REFERENCE}+evidence_use+shared_practice"
AGREED = tuple(
    AgreedAction(dimension, f"Mål for {dimension}", "Vi prøver.", "Alle", "Vi ser det.", date(2026, 9, 1))
    for dimension in ("evidence_use", "shared_practice")
)


@pytest.fixture
def inside(browser, home):
    """A browser signed in as the leader of Asken."""
    holder = accounts.add(home.database, "leder@example.org", HASHED, "nb")
    grant_role(home.database, holder, "leader", place(home).key)
    return browser.get("/account/sign-in?language=nb").submit({"email": holder.email, "password": PASSWORD})


@pytest.fixture
def whole(home):
    """A sealed survey after which two actions were agreed."""
    wave = sealed(home, simulated(22), "Asken", title="Vår 2026", invited=24)
    for each in AGREED:
        actions.add(home.database, wave, each)
    return wave


@pytest.fixture
def part(home, whole):  # noqa: ARG001 - the whole comes first
    """A sealed survey that follows it up."""
    days = {"opens_on": OPENS + timedelta(weeks=9), "closes_on": CLOSES + timedelta(weeks=9)}
    wave = opened(home, "Asken", title="Oppfølging", instrument=PART, invited=24, **days)
    answer(home, wave, simulated(20, seed=2, of=PART), wave.opens_on)
    lifecycle.close(home.database, wave.key)
    return sealing.seal(home.database, home.keys, home.policy, wave.key)


def address(wave, path=""):
    return f"/leader/{wave.unit_key}/{wave.key}{path}"


def test_it_is_offered_with_the_agreed_dimensions_and_set_up_as_the_whole_was(inside, home, whole):
    inside.get(address(whole))
    offer = next(each for each in inside.page.select("#agreed .go a") if "follow=" in each["href"])
    inside.get(offer["href"])
    [choice] = inside.page.select("input[name=instrument]")
    assert choice["value"] == PART
    assert "8 påstander: " in inside.page.first("main form").text
    assert inside.page.first("#title")["value"] == "Oppfølging, Vår 2026"
    assert inside.page.first("#opens_on")["value"] == (OPENS + timedelta(weeks=8)).isoformat()
    inside.submit({"closes_on": "2026-05-08"})
    drafted = waves.of_unit(home.database, whole.unit_key)[-1]
    assert (drafted.instrument, drafted.invited) == (PART, 24)
    assert drafted.content_hash == library.get(PART).content_hash
    inside.get(address(drafted, "/change"))
    assert [each["value"] for each in inside.page.select("input[name=instrument]")] == [PART]
    inside.submit({"invited": "23"})
    assert waves.by_key(home.database, drafted.key).instrument == PART


def test_without_agreements_and_after_a_follow_up_none_is_offered(inside, home, part):
    other = sealed(home, simulated(12), "Asken", title="Høst", closes_on=CLOSES + timedelta(days=1))
    for wave in (other, part):
        assert "follow=" not in inside.get(address(wave)).reply.text


def test_another_follow_up_is_offered_and_set_up_for_the_first_day_after_all_that_was_opened(
    inside, whole, part
):
    earliest = part.opens_on + timedelta(weeks=8)
    inside.get(address(whole))
    assert "Fra 29. juni 2026 kan du" in inside.page.first("#agreed").text
    offer = next(each for each in inside.page.select("#agreed .go a") if "follow=" in each["href"])
    assert inside.get(offer["href"]).page.first("#opens_on")["value"] == earliest.isoformat()


@pytest.mark.parametrize(
    "asked", ["learning_community@1.1.0+weather", "x@1.0.0+y", "learning_community@1.0.0+"]
)
def test_a_part_that_there_is_not_is_refused_and_makes_no_survey(inside, home, whole, asked):
    inside.get(f"/leader/{whole.unit_key}/new?follow={asked.replace('+', '%2B')}", status=404)
    assert waves.of_unit(home.database, whole.unit_key) == (whole,)


def test_those_who_answer_are_told_what_it_is_about_and_asked_nothing_else(browser, home):
    wave = opened(home, "Asken", instrument=PART)
    [code] = code_issuing.issue(home.database, home.keys, wave.key, 1)
    page = browser.get(f"/c/{code}").get("/answer/start?language=nb").page
    assert "følger opp det dere avtalte sist" in page.text
    assert "Tar omtrent 2 minutter" in page.text
    assert "åtte minutter" not in page.text
    boxes = browser.get("/answer/1").page.select("main input[type=radio]")
    assert len({each["name"] for each in boxes}) == len(library.get(PART).items) == 8
    browser.submit({f"item_{item.id}": "4" for item in library.get(PART).items}, "review")
    rows = browser.submit(press="Send").page.select(".own tbody tr")
    assert len(rows) == 2


def test_its_profile_and_report_are_of_the_two_dimensions_beside_the_whole(inside, home, whole, part):
    shown = reports.for_leader(home.database, home.policy, part)
    assert [each.wave for each in shown.waves] == [whole.key, part.key]
    assert set(shown.step.changes) == {"evidence_use", "shared_practice"}
    assert shown.agreed == Agreements(AGREED, ())
    assert faults(report.report(shown, "nb")) == []
    inside.get(address(part, "/profile"))
    named = {each["href"].rpartition("/")[2] for each in inside.page.select("main tbody th a")}
    assert named == {"evidence_use", "shared_practice"}


def test_the_next_whole_survey_opens_with_what_was_agreed_and_what_the_follow_up_found(home, whole, part):
    days = {"opens_on": OPENS + timedelta(weeks=40), "closes_on": CLOSES + timedelta(weeks=40)}
    wave = opened(home, "Asken", title="Vår 2027", invited=24, **days)
    assert actions.agreed_before(home.database, wave) == AGREED
    answer(home, wave, simulated(21, seed=3), wave.opens_on)
    lifecycle.close(home.database, wave.key)
    last = sealing.seal(home.database, home.keys, home.policy, wave.key)
    shown = reports.for_leader(home.database, home.policy, last)
    assert shown.agreed.before == AGREED
    assert [each.wave for each in shown.waves] == [whole.key, last.key]
    of_part = reports.for_leader(home.database, home.policy, part)
    told = {name: change.verdict for name, change in of_part.step.changes.items()}
    assert {each.dimension: each.verdict for each in shown.agreed.checks} == told
    assert {each.wave for each in shown.agreed.checks} == {"Oppfølging"}
    said = report.html(shown, "nb")
    assert "Oppfølging: ingen sikker endring." in said
    assert faults(report.report(shown, "nb")) == []


def test_actions_belong_to_the_whole_survey(inside, home, part):
    with pytest.raises(Refused, match="actions-elsewhere"):
        actions.add(home.database, part, AGREED[0])
    assert not inside.get(address(part)).page.select("#agreed")
    typed = {"dimension": "evidence_use", "goal": "a", "action": "b", "who": "c", "sign": "d"}
    inside.get(address(part, "/actions/new")).submit({**typed, "due": "2026-09-01"}, status=400)
    assert "følger opp det som ble avtalt" in inside.page.first(".faults").text
