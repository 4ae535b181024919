"""A survey before anybody is asked: proposed, made once, changed, removed; what it can come to show."""

from datetime import date, timedelta

import pytest

from survey.accounts import passwords
from survey.store.repositories import accounts, units, waves
from survey.web.leader.proposed_plan import proposed_title
from tests.roles import grant_role
from tests.waves import CLOSES, OPENS, TODAY, drafted, opened, place, sealed, simulated

EMAIL, PASSWORD = "leder@example.org", "en lang setning her"
HASHED = passwords.hash_password(PASSWORD)


@pytest.fixture
def inside(browser, home):
    """A browser signed in as leader of Asken."""
    holder = accounts.add(home.database, EMAIL, HASHED, "nb")
    grant_role(home.database, holder, "leader", place(home).key)
    return browser.get("/account/sign-in").submit({"email": EMAIL, "password": PASSWORD})


def form_of(browser, home):
    return browser.get(f"/leader/{place(home).key}/new")


def field(browser, name):
    return browser.page.first(f"#{name}")["value"]


def chosen(browser, name):
    return next(
        each["value"] for each in browser.page.select(f"input[name={name}]") if "checked" in each.attributes
    )


def test_a_form_that_is_sent_twice_makes_one_survey(inside, home):
    form_of(inside, home)
    sent = {
        each["name"]: each["value"]
        for each in inside.page.select("form input[name]")
        if each.get("type") != "radio" or "checked" in each.attributes
    }
    sent |= {"title": "Vår", "language": "nb", "invited": "12"}
    sent |= {"closes_on": (TODAY + timedelta(7)).isoformat()}
    inside.post(f"/leader/{place(home).key}/new", sent)
    first = inside.path
    inside.post(f"/leader/{place(home).key}/new", sent)
    assert inside.path == first
    assert len(waves.every(home.database)) == 1


def test_a_title_is_one_line_of_letters_that_show(inside, home):
    form_of(inside, home)
    sent = {"title": " Vår\N{NO-BREAK SPACE}2026,\N{SOFT HYPHEN} igjen", "language": "nb", "invited": "12"}
    inside.submit({**sent, "closes_on": (TODAY + timedelta(7)).isoformat()})
    [made] = waves.every(home.database)
    assert made.title == "Vår 2026, igjen"


def test_the_first_survey_of_a_unit_is_named_after_the_half_year(inside, home):
    form_of(inside, home)
    assert field(inside, "title") == "Vår 2026"
    assert field(inside, "opens_on") == TODAY.isoformat()
    assert not inside.page.select(".hint[id^=instrument-]")


def test_the_first_survey_of_a_unit_begins_with_what_is_known_of_the_unit(inside, home):
    said = {"organisation_number": None, "language": "nn", "invited": 31}
    units.correct(home.database, place(home).key, "Asken", **said, by="", now=0)
    form_of(inside, home)
    assert inside.page.first("#language option[selected]")["value"] == "nn"
    assert (field(inside, "title"), field(inside, "invited")) == ("Vår 2026", "31")


def test_the_next_survey_begins_with_how_the_one_before_was_set_up(inside, home):
    sealed(home, simulated(7), title="Høst 2025 – 1.–10. trinn", invited=41, leaders_answer=False)
    form_of(inside, home)
    assert field(inside, "title") == "Vår 2026 – 1.–10. trinn"
    assert field(inside, "invited") == "41"
    assert field(inside, "closes_on") == ""
    assert chosen(inside, "leaders_answer") == "no"
    assert chosen(inside, "way") == "codes"
    # the newest questionnaire is proposed, and what each means for comparing is said beside it
    assert chosen(inside, "instrument") == "learning_community@1.1.0"
    said = inside.page.first("fieldset#instrument").text
    assert "påstander kan sammenlignes med «Høst 2025 – 1.–10. trinn»" in said
    assert "Alt kan sammenlignes med" in said


@pytest.mark.parametrize(
    ("before", "language", "today", "proposed"),
    [
        ("Høst 2025", "nb", date(2026, 3, 1), "Vår 2026"),
        ("Vår 2026", "nn", date(2026, 8, 1), "Haust 2026"),
        ("haust 2025, alle trinn", "nn", date(2026, 6, 30), "Vår 2026, alle trinn"),
        ("Efterår 2025", "da", date(2026, 2, 1), "Forår 2026"),
        ("Staff, spring 2025", "en", date(2026, 9, 1), "Staff, Autumn 2026"),
        ("Vårt blikk på 2025", "nb", date(2026, 3, 1), "Vårt blikk på 2026"),
        ("Alle ansatte", "nb", date(2026, 3, 1), "Alle ansatte, Vår 2026"),
        ("x" * 95, "nb", date(2026, 3, 1), "Vår 2026"),
        ("", "da", date(2026, 7, 1), "Efterår 2026"),
    ],
)
def test_a_title_gets_the_half_year_it_is_in(before, language, today, proposed):
    assert proposed_title(before, language, today) == proposed


def test_a_draft_is_changed_through_the_form_it_was_made_by(inside, home):
    wave = drafted(home)
    page = f"/leader/{wave.unit_key}/{wave.key}"
    inside.get(page).get(inside.page.first(f'main a[href="{page}/change"]')["href"])
    assert field(inside, "title") == wave.title
    assert field(inside, "invited") == str(wave.invited)
    inside.submit({"title": "Ny tittel", "invited": "0"}, press="Lagre", status=400)
    assert inside.page.first(".faults a")["href"] == "#invited"
    later = {"invited": "31", "opens_on": TODAY.isoformat(), "closes_on": (CLOSES + timedelta(9)).isoformat()}
    inside.submit(later, press="Lagre")
    assert inside.path == page
    changed = waves.by_key(home.database, wave.key)
    assert (changed.title, changed.invited) == ("Ny tittel", 31)
    assert changed.closes_on == CLOSES + timedelta(9)
    assert changed.opens_on == TODAY


def test_a_draft_is_removed_after_it_was_asked(inside, home):
    wave = drafted(home)
    page = f"/leader/{wave.unit_key}/{wave.key}"
    inside.get(page).get(inside.page.first(f'main a[href="{page}/remove"]')["href"])
    assert "slettes for godt" in inside.page.first("main").text
    assert waves.by_key(home.database, wave.key) == wave
    inside.submit(press="Fjern undersøkelsen")
    assert inside.path == "/leader/"
    assert inside.page.first(".done").text == f"«{wave.title}» er fjernet."
    assert waves.every(home.database) == ()


@pytest.mark.parametrize("act", ["change", "remove"])
def test_an_open_survey_is_not_changed_as_a_draft_is(inside, home, act):
    wave = opened(home)
    page = f"/leader/{wave.unit_key}/{wave.key}"
    assert not inside.get(page).page.select(f'main a[href="{page}/{act}"]')
    inside.get(f"{page}/{act}", status=409)


def test_a_survey_that_is_opened_before_its_first_day_says_when_it_begins(inside, home):
    wave = drafted(home, opens_on=TODAY + timedelta(3))
    inside.get(f"/leader/{wave.unit_key}/{wave.key}").submit(press="Åpne undersøkelsen")
    assert waves.by_key(home.database, wave.key).opens_on == TODAY + timedelta(3)
    assert "Den tar imot svar fra 12. mars 2026" in inside.page.first("main").text


@pytest.mark.parametrize(
    ("invited", "leaders_answer", "hopeless"),
    [(4, False, True), (5, False, False), (5, True, True), (6, True, False)],
)
def test_a_survey_that_can_never_show_anything_says_so_at_once(
    inside, home, invited, leaders_answer, hopeless
):
    wave = drafted(home, invited=invited, leaders_answer=leaders_answer)
    said = inside.get(f"/leader/{wave.unit_key}/{wave.key}").page.first("main").text
    assert ("Ingenting fra denne undersøkelsen kan noen gang vises." in said) is hopeless


def test_of_twelve_invited_it_is_said_what_can_be_shown_and_what_cannot(inside, home):
    wave = drafted(home, invited=12, leaders_answer=False)
    inside.get(f"/leader/{wave.unit_key}/{wave.key}")
    rows = {each.first("th").text: each.first("td").text for each in inside.page.select("details tbody tr")}
    assert rows == {
        "Gjennomsnittet for hver dimensjon": "minst 5",
        "Hvor sikre gjennomsnittene er, og hvordan svarene fordeler seg": "minst 10",
        "Hver påstand for seg": "minst 15: kan ikke vises",
        "For eieren: gjennomsnittet for hver dimensjon": "minst 10",
    }
    assert OPENS < TODAY
