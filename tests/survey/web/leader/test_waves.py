"""A leader takes a survey from a draft to its sealing, in the browser alone; others read what they may."""

import time
from datetime import date, timedelta

import pytest

from survey.accounts import passwords
from survey.background import jobs
from survey.background.slips import slip_orders
from survey.collection import code_issuing, lifecycle, sealing
from survey.store.repositories import accounts, waves
from survey.web.platform.context import EXTENSION
from tests.policies import POLICY
from tests.restored import bring_back, copied
from tests.roles import grant_role
from tests.survey.web.conftest import seconds_of
from tests.waves import (
    CLOSES,
    ON_BOTH,
    ON_SQLITE,
    REFERENCE,
    TODAY,
    answer,
    opened,
    place,
    sealed,
    simulated,
)
from tests.worked import underway

EMAIL, PASSWORD = "leder@example.org", "en lang setning her"
HASHED = passwords.hash_password(PASSWORD)


@pytest.fixture
def inside(browser, home):
    """A browser signed in as leader and owner of Asken."""
    holder = accounts.add(home.database, EMAIL, HASHED, "nb")
    for role in ("leader", "owner"):
        holder = grant_role(home.database, holder, role, place(home).key)
    return browser.get("/account/sign-in").submit({"email": EMAIL, "password": PASSWORD})


@pytest.fixture
def plan():
    day = (TODAY + timedelta(7)).isoformat()
    asked = {"title": "Vår 2026", "instrument": REFERENCE, "invited": "12"}
    return asked | {"closes_on": day, "leaders_answer": "no"}


@pytest.fixture
def few_at_once(app, monkeypatch):
    """The installation, where five slips are too many for a request."""
    monkeypatch.setattr(slip_orders, "MOST_AT_ONCE", 4)
    return app.extensions[EXTENSION].installation


def new(browser, home, plan, status=200):
    return browser.get(f"/leader/{place(home).key}/new").submit(plan, status=status)


@ON_BOTH
def test_a_survey_goes_from_draft_to_sealed(inside, home, plan):
    new(inside, home, plan)
    assert inside.page.first(".steps [aria-current]").text == "Utkast"
    inside.submit(press="Åpne undersøkelsen")
    assert inside.page.first(".steps [aria-current]").text == "Åpen"
    answer(home, waves.every(home.database)[0], simulated(7))
    assert "5 eller flere" in inside.get(inside.path).page.text
    page = inside.path
    inside.get(inside.page.first(f'main a[href="{page}/close"]')["href"]).submit(
        press="Steng undersøkelsen nå"
    )
    inside.get(inside.page.first(f'main a[href="{page}/seal"]')["href"]).submit(press="Forsegl undersøkelsen")
    assert inside.page.first(".done").text == "Undersøkelsen er forseglet. Svarene er talt opp og slettet."
    assert waves.every(home.database)[0].is_sealed


def test_slips_are_printed_as_a_pdf_and_more_than_people_are_refused(inside, home, plan):
    new(inside, home, plan)
    path = inside.path
    inside.submit({"count": "3"}, "Lapper som PDF")
    assert inside.reply.mimetype == "application/pdf"
    assert inside.reply.data.startswith(b"%PDF-")
    inside.get(path).submit({"count": "4000"}, "Lapper som PDF", status=400)
    assert inside.page.first(".faults a")["href"] == "#count"


@ON_BOTH
def test_slips_by_the_thousand_are_printed_by_a_worker_and_fetched_by_who_ordered_them(
    inside, home, plan, few_at_once, request
):
    new(inside, home, plan)
    path = inside.path
    inside.submit({"count": "9"}, "Lapper som PDF")
    assert inside.path == f"{path}/slips"
    assert inside.page.first("progress")
    assert not inside.page.select("meta[http-equiv=refresh]")
    assert len(inside.get(f"{path}/slips?follow").page.select("meta[http-equiv=refresh]")) == 1
    inside.get(f"{path}/ordered-slips.pdf", status=404)
    assert len(underway(home.database)) == 1
    jobs.run_waiting(few_at_once)
    assert inside.get(path).page.first(f'main a[href="{path}/slips"]').text == "Lappene du bestilte"
    link = inside.get(f"{path}/slips").page.first("main a.button")["href"]
    assert inside.get(link).reply.data.startswith(b"%PDF-")
    assert inside.reply.headers["Cache-Control"] == "no-store"
    again = request.getfixturevalue("browser")
    again.client.delete_cookie("__Host-staff", domain="svar.example")
    again.get("/account/sign-in").submit({"email": EMAIL, "password": PASSWORD})
    again.get(link, status=404)
    again.get(f"{path}/slips", status=404)


def test_an_order_that_failed_and_one_that_is_gone_say_what_to_do(inside, home, plan, few_at_once):
    new(inside, home, plan)
    path = inside.path
    inside.submit({"count": "9"}, "Lapper som PDF")
    assert len(underway(home.database)) == 1
    code_issuing.issue(home.database, home.keys, path.rpartition("/")[2], 18)
    jobs.run_waiting(few_at_once)
    assert "codes-number" in inside.get(f"{path}/slips").page.first("[role=status]").text
    inside.get(path).submit({"count": "9", "retire": "yes"}, "Lapper som PDF")
    assert len(underway(home.database)) == 1
    jobs.run_waiting(few_at_once)
    for removal in jobs.removals(few_at_once, jobs.seconds() + POLICY.retention.slip_files + 1):
        removal()
    assert "ikke lenger her" in inside.get(f"{path}/slips").page.first("[role=status]").text


def test_an_open_link_has_a_poster_once_it_is_open(request, clock, home, plan):
    # what prints a poster has no clock to turn, so this test lives today
    clock.seconds = time.time()
    inside = request.getfixturevalue("inside")
    last = (date.fromtimestamp(clock.seconds) + timedelta(7)).isoformat()  # noqa: DTZ012 - the wall's date
    new(inside, home, {**plan, "way": "link", "closes_on": last})
    inside.submit(press="Åpne undersøkelsen").submit(press="Plakat som PDF")
    assert inside.reply.data.startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", "x" * 101),
        ("title", "Vår 😀"),
        ("invited", "0"),
        ("invited", "mange"),
        ("closes_on", "2026-02-31"),
        ("closes_on", "2020-01-01"),
        ("instrument", "nothing@1.0.0"),
        ("language", "xx"),
        ("way", "post"),
    ],
)
def test_a_survey_that_cannot_be_is_told_beside_its_field(inside, home, plan, field, value):
    new(inside, home, {**plan, field: value}, status=400)
    assert inside.page.first(".faults a")["href"] == f"#{field}"
    assert waves.every(home.database) == ()


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("nn", ["Skriv eit tal frå 1 til 5000.", "Skriv ein gyldig dato på forma år-månad-dag."]),
        ("da", ["Skriv et tal fra 1 til 5000.", "Skriv en gyldig dato på formen år-måned-dag."]),
    ],
)
def test_what_is_no_number_and_no_day_is_told_once_in_the_readers_language(
    inside, home, plan, language, told
):
    inside.get(f"/leader/?language={language}")
    new(inside, home, {**plan, "invited": "mange", "closes_on": "31. februar"}, status=400)
    assert [each.text for each in inside.page.select(".faults li")] == told


def test_an_error_leads_whoever_is_signed_in_back_to_their_pages(inside):
    inside.get("/leader/x/y", status=404)
    assert [each["href"] for each in inside.page.select("main a")] == ["/account/"]
    inside.get("/operator/", status=403)
    assert [each["href"] for each in inside.page.select("main a")] == ["/account/"]


@ON_SQLITE
@pytest.mark.parametrize(
    ("language", "day"),
    [("nb", "20. mars 2026"), ("nn", "20. mars 2026"), ("da", "20. marts 2026"), ("en", "20 March 2026")],
)
def test_a_day_is_written_as_in_the_readers_language(inside, home, language, day):
    opened(home)
    assert inside.get(f"/leader/?language={language}").page.first("[data-column]:last-child").text == day


def test_the_language_can_change_after_slips_were_refused(inside, home):
    wave = opened(home)
    inside.get(f"/leader/{wave.unit_key}/{wave.key}").submit({"count": "4000"}, "Lapper som PDF", 400)
    inside.get(inside.page.first(".tongues a[hreflang=da]")["href"])
    assert (inside.page["lang"], inside.heading) == ("da", wave.title)


def test_a_survey_is_found_under_its_own_unit_only(inside, home):
    elsewhere = opened(home, "Bjørka")
    inside.get(f"/leader/{place(home).key}/{elsewhere.key}", status=404)


def test_an_owner_reads_means_of_ten_and_nothing_of_nine(inside, home):
    sealed(home, simulated(9))
    inside.get("/owner/")
    release = f"{inside.page.first('main li a')['href']}/release"
    inside.get(release).submit(press="Frigi runden for godt")
    states = "[aria-labelledby=units] td"
    assert [each.text for each in inside.page.select(states)] == ["forseglet, ingen tall vises"]
    sealed(home, simulated(12), title="Høst 2026")
    inside.get(release).submit(press="Frigi det som ble forseglet senere")
    assert [each.text for each in inside.page.select(states)] == ["forseglet, tall vises"]


def test_the_newest_questionnaire_is_proposed_first(inside, home):
    inside.get(f"/leader/{place(home).key}/new")
    offered = inside.page.select("input[name=instrument]")
    references = ["learning_community@1.1.0", "learning_community@1.0.0", "pulse@1.0.0"]
    assert [each["value"] for each in offered] == references
    assert [each["value"] for each in offered if "checked" in each.attributes] == references[:1]
    folded = inside.page.first("form details")
    assert [each["value"] for each in folded.select("input")] == references[1:]
    assert folded.get("open") is None


def test_a_sign_that_cannot_be_printed_is_named_and_a_letter_in_two_parts_becomes_one(inside, home, plan):
    new(inside, home, {**plan, "title": "Vår 😀"}, status=400)
    assert "😀" in inside.page.first(".faults").text
    assert "grinning face" in inside.page.first(".faults").text
    new(inside, home, {**plan, "title": "Va\N{COMBINING RING ABOVE}r «2026»"})
    assert [wave.title for wave in waves.every(home.database)] == ["Vår «2026»"]


def test_a_character_nobody_types_is_left_out_of_a_title(inside, home, plan):
    new(inside, home, {**plan, "title": "Vår\0 2026"})
    assert [wave.title for wave in waves.every(home.database)] == ["Vår 2026"]


def test_a_background_question_is_asked_for_only_by_choice_and_shown_on_the_survey(inside, home, plan):
    new(inside, home, plan)
    assert "Bakgrunnsspørsmål" not in inside.page.first("main").text
    new(inside, home, plan | {"background": "years_here@1", "invited": "15"})
    told = inside.page.first("main").text
    assert "Bakgrunnsspørsmål" in told
    assert "Mindre enn 3 år" in told
    assert [wave.background for wave in waves.every(home.database)] == [None, "years_here@1"]


def test_the_form_warns_of_what_a_background_question_costs(inside, home):
    inside.get(f"/leader/{place(home).key}/new")
    asked = inside.page.first("#background")
    assert "svarer mindre åpent" in asked.text
    assert [each["value"] for each in asked.select("input[checked]")] == [""]
    assert "Direkte med elevene" in asked.text


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"invited": "14"}, "For få er invitert"),
        ({"invited": "14", "leaders_answer": "yes"}, "For få er invitert"),
        ({"instrument": "pulse@1.0.0", "invited": "15"}, "én påstand for hver dimensjon"),
    ],
)
def test_a_background_question_of_which_nothing_could_be_told_is_refused_at_its_field(
    inside, home, plan, changed, said
):
    new(inside, home, plan | {"background": "role@1"} | changed, status=400)
    assert said in inside.page.first("#background .error").text
    assert inside.page.first(".faults a")["href"] == "#background"
    assert waves.every(home.database) == ()


@pytest.fixture
def drill(home, tmp_path):
    """A survey as in a copy of the database from while it was open, brought back after it was sealed."""
    wave = opened(home)
    answer(home, wave, simulated(6))
    copy = copied(home.database, tmp_path / "copy")
    lifecycle.close(home.database, wave.key)
    sealing.seal(home.database, home.keys, home.policy, wave.key)
    bring_back(home.database, copy)
    return waves.by_key(home.database, wave.key)


def test_a_survey_whose_keys_are_lost_says_so_and_stops_the_next_until_it_is_given_up(
    inside, home, drill, plan
):
    inside.get("/leader/")
    assert "Svarene kan ikke leses" in inside.page.first("main td").text
    inside.get(f"/leader/{drill.unit_key}/{drill.key}")
    said = inside.page.first("main").text
    assert "Svarene på denne undersøkelsen kan ikke leses" in said
    assert "keys-missing" in said
    assert "Lapper som PDF" not in said
    inside.get(f"{inside.path}/close").submit(press="Steng undersøkelsen nå")
    assert not [each for each in inside.page.select("main a") if "Forsegl" in each.text]
    # its keys may be found yet, and then it tells of the same people
    new(inside, home, plan, status=400)
    assert inside.page.first(".faults a")["href"] == "#opens_on"
    assert "minst 8 uker" in inside.page.first(".faults a").text
    lifecycle.abandon(home.database, home.keys, home.policy, drill.key, TODAY)
    new(inside, home, plan)
    inside.submit(press="Åpne undersøkelsen")
    assert inside.page.first(".steps [aria-current]").text == "Åpen"


def test_a_survey_whose_keys_are_lost_is_given_up_after_it_was_said_what_is_lost(inside, home, drill):
    page = f"/leader/{drill.unit_key}/{drill.key}"
    inside.get(page)
    inside.get(inside.page.first(f'main a[href="{page}/abandon"]')["href"])
    assert "alle svar på denne undersøkelsen" in inside.page.first("main").text
    assert waves.by_key(home.database, drill.key).is_open
    inside.submit(press="Gi opp undersøkelsen for godt")
    assert inside.path == page
    assert inside.page.first(".done").text.startswith("Undersøkelsen er gitt opp.")
    assert waves.by_key(home.database, drill.key).is_abandoned
    assert not inside.page.select("main form")
    assert "Gitt opp" in inside.get("/leader/").page.first("main td").text


def test_a_survey_that_can_be_sealed_is_not_given_up_by_whoever_types_the_address(inside, home):
    wave = opened(home)
    inside.get(f"/leader/{wave.unit_key}/{wave.key}/abandon", status=409)
    token = inside.get("/leader/").page.first("input[name=csrf_token]")["value"]
    inside.post(f"/leader/{wave.unit_key}/{wave.key}/abandon", {"csrf_token": token}, status=409)
    assert waves.by_key(home.database, wave.key).is_open


def test_a_survey_past_its_last_day_is_shown_closed_before_the_worker_closes_it(request, clock, home):
    wave = opened(home)
    answer(home, wave, simulated(6))
    clock.seconds = seconds_of(CLOSES + timedelta(days=1))
    inside = request.getfixturevalue("inside").get(f"/leader/{wave.unit_key}/{wave.key}")
    assert inside.page.first(".steps [aria-current]").text == "Stengt"
    assert waves.by_key(home.database, wave.key).is_open
    inside.get(f"{inside.path}/close", status=409)
    inside.get(f"/leader/{wave.unit_key}/{wave.key}/seal").submit(press="Forsegl undersøkelsen")
    assert waves.by_key(home.database, wave.key).is_sealed
