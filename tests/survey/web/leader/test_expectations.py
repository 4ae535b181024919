"""What a leader expects is written before anybody is asked, and answered when the survey is sealed."""

from datetime import date

import pytest

from reports.results.expectations import Expectation, Expected
from survey.accounts import passwords
from survey.collection import drafting, lifecycle, sealing
from survey.store.repositories import accounts, expectations
from tests.roles import grant_role
from tests.waves import answer, drafted, place, sealed, simulated, without_spacing

PASSWORD = "en lang setning her"
HASHED = passwords.hash_password(PASSWORD)
TYPED = {
    "dimension_1": "shared_practice",
    "expected_1": "more",
    "dimension_2": "evidence_use",
    "expected_2": "unsure",
}
KEPT = (Expectation("evidence_use", Expected.UNSURE), Expectation("shared_practice", Expected.MORE))


@pytest.fixture
def inside(browser, home):
    """A browser signed in as the leader of Asken."""
    holder = accounts.add(home.database, "leder@example.org", HASHED, "nb")
    grant_role(home.database, holder, "leader", place(home).key)
    return browser.get("/account/sign-in?language=nb").submit({"email": holder.email, "password": PASSWORD})


@pytest.fixture
def draft(home):
    """A draft after a sealed wave of forty."""
    sealed(home, simulated(40), invited=44, title="Høst 2025", closes_on=date(2026, 3, 19))
    return drafted(home, "Asken", invited=44)


def address(wave, path="/expectations"):
    return f"/leader/{wave.unit_key}/{wave.key}{path}"


def test_two_expectations_are_written_beside_what_can_be_seen_and_changed_until_opening(inside, home, draft):
    inside.get(address(draft, ""))
    inside.get(inside.page.first("#expected .go a")["href"])
    rows = inside.page.select("main tbody tr")
    assert len(rows) == 9
    with_all, with_fewest = (float(cell.text.replace(",", ".")) for cell in rows[0].select("td"))
    assert 0.2 < with_all < with_fewest < 3
    assert "Hvis 27 svarer" in inside.page.first("thead").text
    inside.submit(TYPED)
    assert set(expectations.of_wave(home.database, draft)) == set(KEPT)
    said = sorted(each.text.rpartition(": ")[2] for each in inside.page.select("#expected li"))
    assert said == ["Mer enn sist", "Usikker"]
    inside.get(address(draft)).submit({"dimension_1": "", "dimension_2": ""})
    assert expectations.of_wave(home.database, draft) == ()


@pytest.mark.parametrize(
    "fault",
    [
        ({"expected_1": ""}, "expected_1", "Velg mer, mindre eller usikker."),
        ({"expected_2": "much"}, "expected_2", "Velg mer, mindre eller usikker."),
        ({"dimension_2": "shared_practice"}, "dimension_2", "Velg en annen dimensjon"),
        ({"dimension_1": "weather"}, "dimension_1", ""),
    ],
)
def test_a_fault_is_told_beside_its_field_and_nothing_is_kept(inside, home, draft, fault):
    wrong, field, said = fault
    inside.get(address(draft)).submit({**TYPED, **wrong}, status=400)
    assert inside.page.first(".faults a")["href"] == f"#{field}"
    assert said in inside.page.first(f"#{field}-error-1").text
    assert expectations.of_wave(home.database, draft) == ()


def test_once_the_survey_is_open_nothing_can_be_expected_any_more(inside, home, draft):
    inside.get(address(draft)).submit(TYPED)
    token = inside.get(address(draft)).token()
    lifecycle.open_wave(home.database, home.keys, without_spacing(home.policy), draft.key, draft.opens_on)
    inside.get(address(draft), status=409)
    inside.post(address(draft), {**TYPED, "expected_1": "less", "csrf_token": token}, status=409)
    assert not expectations.replace(home.database, draft, [])
    assert len(expectations.of_wave(home.database, draft)) == 2
    inside.get(address(draft, ""))
    assert len(inside.page.select("#expected li")) == 2
    assert not inside.page.select("#expected a")


def test_the_profile_answers_and_another_readers_does_not(inside, home, draft):
    inside.get(address(draft)).submit(TYPED)
    policy = without_spacing(home.policy)
    wave = lifecycle.open_wave(home.database, home.keys, policy, draft.key, draft.opens_on)
    answer(home, wave, simulated(40, seed=2))
    lifecycle.close(home.database, wave.key)
    sealing.seal(home.database, home.keys, policy, wave.key)
    page = inside.get(address(wave, "/profile")).page
    assert "Hva vi forventet" in [each.text for each in page.select("main h2")]
    said = [each.text for each in page.select("main li") if "På forhånd" in each.text]
    assert len(said) == 2
    assert all("siden Høst 2025" in each for each in said)


def test_a_draft_that_is_removed_takes_its_expectations_along(inside, home, draft):
    inside.get(address(draft)).submit(TYPED)
    drafting.remove(home.database, home.keys, draft.key)
    with home.database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM expectation").scalar_one() == 0


def test_of_the_first_survey_of_a_unit_it_is_said_that_there_is_nothing_to_compare_with(inside, home):
    page = inside.get(address(drafted(home, "Asken"))).page
    assert "ingen forseglet undersøkelse" in page.first("main .note").text
    assert not page.select("main table")


def test_another_units_expectations_are_neither_seen_nor_written(inside, home, draft):
    theirs = drafted(home, "Bjørka")
    token = inside.get(address(draft)).token()
    for path in (address(theirs), f"/leader/{draft.unit_key}/{theirs.key}/expectations"):
        inside.get(path, status=404)
        inside.post(path, {**TYPED, "csrf_token": token}, status=404)
    assert expectations.of_wave(home.database, theirs) == ()
