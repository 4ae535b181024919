"""A survey whose key is on three printed sheets, from its draft to its sealing, in browsers alone."""

import io
import re
from datetime import timedelta

import pypdf
import pytest

from survey.accounts import passwords
from survey.collection import code_issuing, key_shares
from survey.store.repositories import accounts, waves
from tests.pages import Browser
from tests.policies import POLICY
from tests.roles import grant_role
from tests.waves import (
    CLOSES,
    REFERENCE,
    TODAY,
    answer,
    closed,
    closed_with_sheets,
    drafted,
    opened,
    opened_with_sheets,
    place,
    simulated,
)

EMAIL, PASSWORD = "leder@example.org", "en lang setning her"
WAITS = POLICY.retention.held_key_share
GIVE = "Lever nøkkelarkene"
DESTROY = "Slett svarene uten resultat"
SHEET = re.compile(r"[0-9A-Z]{4}(?:-\s*[0-9A-Z]{4}){7}")
MARK = re.compile(r"^[0-9A-Z]{4}$", re.MULTILINE)


@pytest.fixture
def inside(browser, home):
    """A browser signed in as leader of Asken."""
    holder = accounts.add(home.database, EMAIL, passwords.hash_password(PASSWORD), "nb")
    grant_role(home.database, holder, "leader", place(home).key)
    return sign_in(browser)


def sign_in(browser):
    return browser.get("/account/sign-in").submit({"email": EMAIL, "password": PASSWORD})


@pytest.fixture
def phone(app, public_url):
    """The browser of somebody who holds a sheet and has no account."""
    return Browser(app, public_url)


def path_of(wave):
    return f"/leader/{wave.unit_key}/{wave.key}"


def printed(browser, wave):
    """What stands on the sheets that the leader prints now: as typed, and the marks."""
    browser.get(path_of(wave)).submit(press=f"{path_of(wave)}/key-sheets.pdf")
    assert browser.reply.mimetype == "application/pdf"
    assert browser.reply.headers["Cache-Control"] == "no-store"
    assert int(browser.reply.headers["Content-Length"]) == len(browser.reply.data)
    browser.reply.close()
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(browser.reply.data)).pages]
    sheets = [re.sub(r"\s", "", SHEET.search(each)[0]) for each in pages]
    return sheets, [MARK.search(each)[0] for each in pages]


def open_with(browser, wave, marks, status=200):
    fields = dict(zip(("first", "second", "third"), marks, strict=True))
    return browser.get(path_of(wave)).submit(fields, f"{path_of(wave)}/open-with-sheets", status)


def test_a_survey_goes_from_its_sheets_to_its_sealing(inside, home):
    day = (TODAY + timedelta(7)).isoformat()
    asked = {"title": "Vår 2026", "instrument": REFERENCE, "invited": "12", "closes_on": day}
    inside.get(f"/leader/{place(home).key}/new").submit(asked | {"split_key": "yes"})
    [wave] = waves.every(home.database)
    assert wave.split_key
    sheets, marks = printed(inside, wave)
    open_with(inside, wave, [each.lower() for each in reversed(marks)])
    assert inside.page.first(".steps [aria-current]").text == "Åpen"
    answer(home, waves.by_key(home.database, wave.key), simulated(7))
    inside.get(f"{path_of(wave)}/close").submit(press="Steng undersøkelsen nå")
    assert "Venter på to av de tre nøkkelarkene" in inside.get("/leader/").page.text
    inside.get(f"{path_of(wave)}/seal").submit({"one": sheets[2], "other": sheets[0].lower()}, GIVE)
    assert inside.page.first(".done").text == "Undersøkelsen er forseglet. Svarene er talt opp og slettet."
    assert waves.by_key(home.database, wave.key).is_sealed
    assert "Venter på" not in inside.get("/leader/").page.text


def test_a_new_survey_keeps_its_key_on_the_server_unless_it_is_chosen_otherwise(inside, home):
    inside.get(f"/leader/{place(home).key}/new")
    assert inside.page.first("input[name=split_key][checked]")["value"] == "no"
    day = (TODAY + timedelta(7)).isoformat()
    inside.submit({"title": "Vår", "instrument": REFERENCE, "invited": "12", "closes_on": day})
    assert not waves.every(home.database)[0].split_key
    assert "På serveren, til undersøkelsen er forseglet" in inside.page.text


def test_sheets_that_never_arrived_are_printed_anew_and_only_the_last_ones_open(inside, home):
    wave = drafted(home, split_key=True)
    open_with(inside, wave, ("AAAA", "BBBB", "CCCC"), status=409)
    assert inside.heading == "Nøkkelarkene er ikke skrevet ut ennå"
    _, lost = printed(inside, wave)
    sheets, marks = printed(inside, wave)
    assert set(lost).isdisjoint(marks)
    for wrong in (lost, [marks[0]] * 3, ["", *marks[1:]]):
        open_with(inside, wave, wrong, status=400)
        assert inside.page.first(".faults a")["href"] == "#mark-1"
    assert waves.by_key(home.database, wave.key).is_draft
    open_with(inside, wave, marks)
    opened = waves.by_key(home.database, wave.key)
    assert opened.is_open
    shares = [key_shares.parse(each, opened.public_key) for each in sheets[:2]]
    assert key_shares.combine(shares, opened.public_key)


def test_opening_it_as_a_survey_without_sheets_is_refused(inside, home):
    wave = drafted(home, split_key=True)
    inside.get(path_of(wave))
    inside.post(f"{path_of(wave)}/open", {"csrf_token": inside.token()}, 409)
    assert waves.by_key(home.database, wave.key).is_draft


def test_sheets_are_printed_for_a_draft_that_asks_for_them_and_never_again_once_it_is_open(inside, home):
    whole = drafted(home)
    opened, _ = opened_with_sheets(home)
    for wave in (whole, opened):
        token = {"csrf_token": inside.get(path_of(wave)).page.first("input[name=csrf_token]")["value"]}
        inside.post(f"{path_of(wave)}/key-sheets.pdf", token, 409)
    assert waves.by_key(home.database, whole.key).public_key is None
    assert waves.by_key(home.database, opened.key).public_key == opened.public_key


def test_two_people_give_their_sheets_on_two_devices(inside, phone, home, clock):
    wave, sheets = closed_with_sheets(home, simulated(6))
    phone.get("/sheet").submit({"sheet": sheets[1]})
    assert phone.page.first(".done").text.startswith("Asken, Vår 2026: One key sheet has been handed in")
    inside.get(f"{path_of(wave)}/seal")
    assert "Ett nøkkelark er levert" in inside.page.text
    assert not inside.page.select("textarea[name=other]")
    clock.pass_by(60)
    inside.submit({"one": sheets[0]}, GIVE)
    assert waves.by_key(home.database, wave.key).is_sealed


def test_two_who_have_no_account_seal_it_without_the_leader(phone, home):
    wave, sheets = closed_with_sheets(home, simulated(6))
    phone.get("/sheet").submit({"sheet": f"https://svar.example/sheet#{sheets[1]}"})
    assert waves.by_key(home.database, wave.key).is_closed
    phone.submit({"sheet": sheets[2]})
    assert phone.page.first(".done").text.endswith("The answers have been counted and deleted.")
    assert waves.by_key(home.database, wave.key).is_sealed


def test_the_first_of_two_sheets_is_forgotten_in_time(inside, phone, home, clock):
    wave, sheets = closed_with_sheets(home, simulated(6))
    inside.get(f"{path_of(wave)}/seal").submit({"one": sheets[0]}, GIVE)
    assert "Ett nøkkelark er levert" in inside.page.first(".done").text
    clock.pass_by(WAITS)
    sign_in(inside)
    assert len(inside.get(f"{path_of(wave)}/seal").page.select("textarea[name=other]")) == 1
    phone.get("/sheet").submit({"sheet": sheets[1]})
    assert waves.by_key(home.database, wave.key).is_closed


def test_a_wrong_sheet_is_told_without_saying_which(inside, phone, home):
    wave, sheets = closed_with_sheets(home, simulated(6))
    _, others = closed_with_sheets(home, simulated(6), "Bjørka")
    told = set()
    for one, other in [
        (sheets[0], sheets[0]),
        (sheets[0], others[1]),
        (others[0], sheets[1]),
        ("x", sheets[1]),
    ]:
        inside.get(f"{path_of(wave)}/seal").submit({"one": one, "other": other}, GIVE, status=400)
        told.add(inside.page.first(".faults").text)
    assert len(told) == 1
    assert "Nøkkelarkene passer ikke. Et tegn er feil, et ark hører til" in told.pop()
    phone.get("/sheet").submit({"sheet": sheets[0][::-1]}, status=400)
    assert phone.page.first(".faults a")["href"] == "#sheet"
    phone.submit({"sheet": ""}, status=400)
    assert waves.by_key(home.database, wave.key).is_closed


def test_sheets_wait_until_the_survey_has_closed(phone, home, clock):
    wave, sheets = opened_with_sheets(home)
    answer(home, wave, simulated(6))
    phone.get("/sheet").submit({"sheet": sheets[0]}, status=409)
    clock.pass_by((CLOSES - TODAY).days * 86400 + 86400)
    phone.get("/sheet").submit({"sheet": sheets[0]})
    phone.submit({"sheet": sheets[1]})
    assert waves.by_key(home.database, wave.key).is_sealed


def test_a_survey_of_few_is_closed_without_result_by_its_leader_who_hands_in_the_last_sheet(
    inside, phone, home
):
    wave, sheets = closed_with_sheets(home, simulated(5))
    # whoever has no account is told the same as of any survey, after the first sheet and after the second
    told = set()
    for sheet in sheets[:2]:
        phone.get("/sheet").submit({"sheet": sheet})
        told.add(phone.page.first(".done").text)
    assert len(told) == 1
    assert "One key sheet has been handed in" in told.pop()
    page = inside.get(f"{path_of(wave)}/seal").page
    assert not page.select("main textarea")
    inside.get(page.first(f'a[href="{path_of(wave)}/destroy"]')["href"])
    assert not inside.page.select("textarea[name=other]")
    inside.submit({"one": sheets[1]}, DESTROY, status=400)
    assert inside.heading == "Slette svarene uten resultat?"
    assert inside.page.first(".faults a")["href"] == "#sheet-1"
    assert waves.by_key(home.database, wave.key).is_closed
    inside.submit({"one": sheets[2]}, DESTROY)
    assert inside.page.first(".done").text.startswith("Undersøkelsen er avsluttet uten resultat.")
    assert waves.by_key(home.database, wave.key).is_sealed


def test_the_page_for_sheets_needs_its_token_and_touches_no_answers(phone):
    phone.post("/sheet", {"sheet": "x"}, 403)
    assert phone.heading == "The page was open for too long"
    phone.get("/sheet")
    assert [each.split("=")[0] for each in phone.cookies()] == ["__Host-staff"]


def test_the_sheets_script_is_the_only_one_and_is_ours(phone):
    source = phone.get("/sheet").page.first("script")["src"]
    with phone.client.get(source, base_url=phone.address) as reply:
        assert b"location.hash" in reply.data
    phone.get("/")
    assert not phone.page.select("script")


def test_a_survey_whose_sheets_are_lost_is_given_up_when_their_holders_had_their_time(inside, home, clock):
    wave, _ = closed_with_sheets(home, simulated(6))
    page = inside.get(path_of(wave)).page
    assert not page.select(f'a[href="{path_of(wave)}/abandon"]')
    assert "27. mars 2026" in page.text
    inside.get(f"{path_of(wave)}/abandon", 409)
    assert "27. mars 2026" in inside.page.text
    clock.pass_by((CLOSES - TODAY).days * 86400 + POLICY.collection.lost_sheets_days * 86400)
    sign_in(inside)
    link = inside.get(path_of(wave)).page.first(f'a[href="{path_of(wave)}/abandon"]')["href"]
    inside.get(link).submit()
    assert waves.by_key(home.database, wave.key).is_abandoned


def test_those_who_answer_are_told_where_the_key_is(phone, home):
    told = "Nøkkelen til svarene dine ligger ikke på serveren"
    for wave in (opened_with_sheets(home)[0], opened(home, "Bjørka")):
        [code] = code_issuing.issue(home.database, home.keys, wave.key, 1)
        person = Browser(phone.client.application, phone.address)
        assert person.get(f"/c/{code}").get("/answer/start?language=nb").path == "/answer/start"
        assert (told in person.page.text) == wave.split_key


def test_a_default_wave_is_sealed_without_sheets(inside, home):
    wave = closed(home, simulated(6))
    for page in (path_of(wave), f"{path_of(wave)}/seal"):
        assert "nøkkelark" not in inside.get(page).page.text
    inside.submit(press="Forsegl undersøkelsen")
    assert waves.by_key(home.database, wave.key).is_sealed
