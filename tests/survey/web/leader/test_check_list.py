"""The check-list on the desk and on a survey's page: what is next, with its help and the way there."""

from datetime import date

import pytest

from reports.results.agreed_actions import AgreedAction
from survey.accounts import passwords
from survey.collection import code_issuing, lifecycle
from survey.store.repositories import accounts, actions
from tests.roles import grant_role
from tests.waves import closed, drafted, opened, place, sealed, simulated

PASSWORD = "en lang setning her"
HASHED = passwords.hash_password(PASSWORD)
AGREED = AgreedAction("shared_practice", "Mål", "Tiltak", "Team", "Tegn", date(2026, 12, 12))


@pytest.fixture
def sign_in(browser, home):
    def signed_in(**given):
        holder = accounts.add(home.database, "leder@example.org", HASHED, "nb")
        grant_role(home.database, holder, "leader", place(home).key, **given)
        fields = {"email": holder.email, "password": PASSWORD}
        return browser.get("/account/sign-in?language=nb").submit(fields)

    return signed_in


@pytest.fixture
def inside(sign_in):
    """A browser signed in as the leader of Asken."""
    return sign_in()


def address(wave):
    return f"/leader/{wave.unit_key}/{wave.key}"


def steps(browser):
    """Title and standing or day of each step on the page."""
    listed = browser.page.select(".to-do > li")
    return [(each.first(".what").text, each.first(".state").text) for each in listed]


def in_state(home, state):
    """A survey of Asken in that state."""
    if state == "agreed":
        wave = sealed(home, simulated(12), "Asken")
        actions.add(home.database, wave, AGREED)
        return wave
    if state == "sheets":
        return drafted(home, "Asken", split_key=True)
    if state in {"draft", "open"}:
        return (drafted if state == "draft" else opened)(home, "Asken", open_link=state == "open")
    return (closed if state == "closed" else sealed)(home, simulated(12), "Asken")


def test_what_is_done_is_known_from_what_was_printed(inside, home):
    wave = drafted(home, "Asken")
    inside.get(address(wave))
    assert ("Skriv ut lappene", "Nå") in steps(inside)
    code_issuing.issue(home.database, home.keys, wave.key, 20)
    assert ("Skriv ut lappene", "Gjort") in steps(inside.get(address(wave)))
    lifecycle.open_wave(home.database, home.keys, home.policy, wave.key, date(2026, 3, 9))
    inside.get(address(wave))
    assert ("Stenger om 11 dager", "20. mars 2026") in steps(inside)
    assert ("Minn alle på undersøkelsen", "18. mars 2026") in steps(inside)


@pytest.mark.parametrize("state", ["draft", "sheets", "open", "closed", "sealed", "agreed"])
def test_every_step_has_a_help_text_and_leads_to_where_it_is_done(inside, home, state):
    wave = in_state(home, state)
    listed = inside.get(address(wave)).page.select(".to-do > li")
    assert listed
    for step in listed:
        assert len(step.first("details > p").text) > 40
    links = [each["href"] for step in listed for each in step.select("a")]
    assert links
    for link in links:
        path, _, part = link.partition("#")
        inside.get(path)
        assert not part or inside.page.first(f"#{part}"), link


def test_what_was_agreed_is_looked_back_on_at_its_day(inside, home):
    inside.get(address(in_state(home, "agreed")))
    assert ("Se tilbake på det dere ble enige om", "12. desember 2026") in steps(inside)
    assert ("Skriv ned det dere ble enige om", "Gjort") in steps(inside)


def test_the_desk_says_what_is_to_be_done_now_and_one_thing_after_that(inside, home):
    drafted(home, "Asken", title="Vår 2027", opens_on=date(2027, 3, 1), closes_on=date(2027, 3, 12))
    sealed(home, simulated(12), "Asken", title="Vår 2026")
    said = steps(inside.get("/leader/"))
    # the draft of next year, and not the sealed one
    assert said == [
        ("Les spørsmålene og ta en prøverunde", "Nå"),
        ("Skriv ut lappene", "Nå"),
        ("Si fra om at det kommer en undersøkelse", "22. februar 2027"),
    ]
    assert "Vår 2027" in inside.page.first("h3").text
    opened(home, "Asken", title="Høst 2026")
    inside.get("/leader/")
    assert "Høst 2026" in inside.page.first("h3").text


def test_what_comes_of_results_is_no_step_for_whoever_sees_none_yet(sign_in, home, clock):
    wave = sealed(home, simulated(12), "Asken")
    inside = sign_in(now=clock())
    assert steps(inside.get(address(wave))) == []
    assert steps(inside.get("/leader/")) == []
