"""What a leader is told before a survey is closed and before it is sealed, and what few answers come to."""

import pytest

from survey.accounts import passwords
from survey.collection import lifecycle
from survey.store.repositories import accounts, waves
from tests.log_lines import log_lines
from tests.roles import grant_role
from tests.survey.web.conftest import seconds_of
from tests.waves import CLOSES, TODAY, answer, closed, opened, place, sealed, simulated

EMAIL, PASSWORD = "leder@example.org", "en lang setning her"
HASHED = passwords.hash_password(PASSWORD)


@pytest.fixture
def inside(browser, home):
    """A browser signed in as leader of Asken."""
    return sign_in(browser, home)


def sign_in(browser, home, **given):
    grant_role(
        home.database, accounts.add(home.database, EMAIL, HASHED, "nb"), "leader", place(home).key, **given
    )
    return browser.get("/account/sign-in").submit({"email": EMAIL, "password": PASSWORD})


def path_of(wave):
    return f"/leader/{wave.unit_key}/{wave.key}"


def said(browser):
    return browser.page.first("main").text


def reaches(browser):
    """The last column of the table of what can be shown."""
    return [each.text for each in browser.page.select("main td:last-child")]


@pytest.mark.parametrize(
    ("answered", "leaders_answer", "told"),
    [
        (0, True, "Færre enn 6 av 44 har svart."),
        (5, True, "Færre enn 6 av 44 har svart."),
        (4, False, "Færre enn 5 av 44 har svart."),
    ],
)
def test_closing_with_few_answers_says_that_nothing_can_be_shown(
    inside, home, answered, leaders_answer, told
):
    wave = opened(home, invited=44, leaders_answer=leaders_answer)
    answer(home, wave, simulated(answered))
    inside.get(inside.get(path_of(wave)).page.first(f'main a[href="{path_of(wave)}/close"]')["href"])
    assert inside.page.first(".lead").text == told
    assert "Ingenting kan vises av så få, og svarene kan ikke hentes tilbake." in said(inside)
    assert "Siste dag er 20. mars 2026, om 11 dager." in said(inside)
    assert not inside.page.select("main table")
    assert waves.by_key(home.database, wave.key).is_open
    inside.submit(press="Steng undersøkelsen nå")
    assert waves.by_key(home.database, wave.key).is_closed


@pytest.mark.parametrize(
    ("answered", "told", "enough"),
    [
        (5, "5–9 av 44 har svart.", ["nok", "for få", "for få", "for få"]),
        (14, "10–14 av 44 har svart.", ["nok", "nok", "for få", "nok"]),
        (15, "15–19 av 44 har svart.", ["nok"] * 4),
    ],
)
def test_before_closing_and_sealing_it_is_said_which_figures_have_enough_answers(
    inside, home, answered, told, enough
):
    wave = opened(home, invited=44, leaders_answer=False)
    answer(home, wave, simulated(answered))
    inside.get(f"{path_of(wave)}/close")
    assert (inside.page.first(".lead").text, reaches(inside)) == (told, enough)
    inside.submit(press="Steng undersøkelsen nå")
    inside.get(f"{path_of(wave)}/seal")
    assert (inside.page.first(".lead").text, reaches(inside)) == (told, enough)
    assert "undersøkelsen åpnes aldri igjen" in said(inside)


def test_a_step_in_which_a_figure_may_have_enough_answers_says_perhaps(inside, home):
    wave = opened(home, invited=44)
    answer(home, wave, simulated(6))
    inside.get(f"{path_of(wave)}/close")
    assert inside.page.first(".lead").text == "6–10 av 44 har svart."
    assert reaches(inside) == ["nok", "kanskje nok", "for få", "kanskje nok"]


def test_few_answers_are_destroyed_on_a_page_of_its_own_and_no_other_way(inside, home, capsys):
    wave = closed(home, simulated(5))
    inside.get(f"{path_of(wave)}/seal")
    assert "Ingenting kan vises av så få" in said(inside)
    assert not inside.page.select("main form")
    inside.get(inside.page.first(f'main a[href="{path_of(wave)}/destroy"]')["href"])
    assert "Færre enn 6 av 20 har svart." in said(inside)
    inside.post(f"{path_of(wave)}/seal", {"csrf_token": inside.token()}, 409)
    assert inside.heading == "For få har svart"
    assert waves.by_key(home.database, wave.key).is_closed
    inside.get(f"{path_of(wave)}/destroy").submit(press="Slett svarene uten resultat")
    assert "avsluttet uten resultat" in inside.page.first(".done").text
    assert "Færre enn 6 svarte, så ingenting kan vises." in said(inside)
    assert not [each for each in inside.page.select("main a") if "profil" in each.text.lower()]
    assert "Les rapporten" not in said(inside)
    assert "Avsluttet uten resultat" in inside.get("/leader/").page.first("main td").text
    assert log_lines(capsys.readouterr().err)[-1]["event"] == "wave-sealed"


def test_enough_answers_are_not_destroyed_without_result(inside, home):
    wave = closed(home, simulated(6))
    inside.get(f"{path_of(wave)}/destroy")
    assert not inside.page.select("main form")
    token = inside.token()
    inside.post(f"{path_of(wave)}/destroy", {"csrf_token": token}, 409)
    assert inside.heading == "Det finnes et resultat"
    assert waves.by_key(home.database, wave.key).is_closed


def test_a_survey_is_closed_and_sealed_only_in_its_turn(inside, home):
    over = closed(home, simulated(6))
    inside.get(f"{path_of(over)}/close", 409)
    running = opened(home)
    for act in ("seal", "destroy"):
        inside.get(f"{path_of(running)}/{act}", 409)


def test_who_became_leader_today_closes_a_survey_unseen_and_seals_none(browser, home):
    inside = sign_in(browser, home, now=seconds_of(TODAY))
    wave = opened(home)
    answer(home, wave, simulated(5))
    inside.get(f"{path_of(wave)}/close")
    assert not inside.page.select(".lead, main table")
    assert "så få" not in said(inside)
    inside.submit(press="Steng undersøkelsen nå")
    assert waves.by_key(home.database, wave.key).is_closed
    for act in ("seal", "destroy"):
        inside.get(f"{path_of(wave)}/{act}", 403)
        inside.post(f"{path_of(wave)}/{act}", {"csrf_token": inside.get("/leader/").token()}, 403)
    assert waves.by_key(home.database, wave.key).is_closed
    done = sealed(home, simulated(4), title="Før")
    assert "uten resultat" not in inside.get(path_of(done)).page.first("main").text
    assert "uten resultat" not in inside.get("/leader/").page.first("main").text


@pytest.mark.parametrize(
    ("day", "told"),
    [(CLOSES, "I dag er siste dag."), (TODAY, "om 11 dager")],
    ids=["last", "earlier"],
)
def test_how_many_days_are_left_is_said(request, clock, home, day, told):
    wave = opened(home)
    clock.seconds = seconds_of(day)
    inside = request.getfixturevalue("inside").get(f"{path_of(wave)}/close")
    assert told in said(inside)


def test_a_survey_whose_keys_are_lost_is_closed_without_a_word_of_its_answers(inside, home):
    wave = opened(home)
    (home.keys.path / f"{wave.key}.private").unlink()
    inside.get(f"{path_of(wave)}/close")
    assert not inside.page.select(".lead")
    inside.submit(press="Steng undersøkelsen nå")
    assert lifecycle.as_of(waves.by_key(home.database, wave.key), TODAY).is_closed
    inside.get(f"{path_of(wave)}/destroy")
    assert "har et resultat" not in said(inside)
