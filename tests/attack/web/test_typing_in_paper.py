"""Somebody with the address where forms are typed in, such as a leader, looks for what others typed there."""

import re

import pytest
from flask import session
from sqlalchemy import select

from survey.accounts import passwords
from survey.collection import admission, code_issuing, stored_urn
from survey.store.repositories import accounts, urns
from survey.store.tables import metadata
from tests.pages import Browser
from tests.roles import grant_role
from tests.stored import statements
from tests.waves import opened, version

PASSWORD = "en lang setning her"
HASHED = passwords.hash_password(PASSWORD)
# every page that an address of typing leads to, and what is sent to them
PAGES = ("/paper", "/paper/form", "/paper/correct", "/paper/check", "/paper/finished")
FIELDS = [f"item_{item.id}" for item in version().items]
FIVES = dict.fromkeys(FIELDS, "5")


@pytest.fixture
def engine_name():
    """What a page shows is decided above the store."""
    return "sqlite"


@pytest.fixture
def wave(home):
    return opened(home, invited=20)


@pytest.fixture
def desk(app, public_url, home, wave):
    """Opens a device on which nothing is known yet, and sets it up for typing in."""

    def set_up():
        browser = Browser(app, public_url)
        code = admission.paper_address(app.extensions["kjennetegn"].settings, home.keys, wave)
        browser.get(code.removeprefix(public_url) + "?language=en")
        return browser

    return set_up


def slips(home, wave, number):
    return code_issuing.issue(home.database, home.keys, wave.key, number)


def type_in(browser, code, signs):
    browser.get("/paper/form").submit({"code": code, **signs}, "/paper/form").submit(press="Save the form")


def shown(browser):
    """All that the pages of typing say, but for what is drawn at random."""
    texts = [browser.get(page).reply.text for page in PAGES]
    return [re.sub(r'name="(csrf_token|sheet)" value="[^"]+"', "", text) for text in texts]


def held(app, browser):
    """What the device's cookie holds, but for what is drawn at random."""
    value = browser.client.get_cookie("__Host-answers", domain="svar.example").value
    with app.test_request_context("/paper", headers={"Cookie": f"__Host-answers={value}"}):
        return {name: len(str(part)) for name, part in session.items()}


def rows_without_boxes(database):
    with database.reading() as connection:
        tables = [each for each in metadata.sorted_tables if each.name != "urn"]
        return {each.name: sorted(map(repr, connection.execute(select(each)))) for each in tables}


def entries(home, wave):
    urn = stored_urn.open_urn(home.keys, wave)
    with home.database.reading() as connection:
        boxes = urns.boxes(connection, wave.id)
    return {
        entry: sealed for shard, box in boxes.items() for entry, sealed in urn.entries(shard, box).items()
    }


def test_pages_of_typing_say_the_same_whatever_was_typed_before(app, desk, home, wave):
    before, typist = shown(desk()), desk()
    for code in slips(home, wave, 7):
        type_in(typist, code, FIVES)
    assert len(entries(home, wave)) == 7
    # the leader on a device of their own, and on the one that was used for it
    typist.get("/paper/form")
    assert shown(desk()) == before
    assert shown(typist) == before
    assert held(app, typist) == held(app, desk().get("/paper/form"))


def test_a_leaders_own_pages_of_paper_say_nothing_of_it_either(app, public_url, desk, home, wave):
    holder = accounts.add(home.database, "leder@example.org", HASHED, "en")
    grant_role(home.database, holder, "leader", wave.unit_key)
    leader = Browser(app, public_url)
    leader.get("/account/sign-in").submit({"email": "leder@example.org", "password": PASSWORD})
    page = f"/leader/{wave.unit_key}/{wave.key}/paper"
    before = leader.get(page).page.first("main").text, leader.submit(press=page).page.first("main").text
    typist = desk()
    for code in slips(home, wave, 7):
        type_in(typist, code, FIVES)
    assert before == (
        leader.get(page).page.first("main").text,
        leader.submit(press=page).page.first("main").text,
    )


def test_a_code_that_was_typed_in_neither_shows_nor_changes_what_was_typed(desk, home, wave):
    [code] = slips(home, wave, 1)
    type_in(desk(), code, FIVES)
    stored, leader = entries(home, wave), desk().get("/paper/form")
    leader.submit({"code": code, **dict.fromkeys(FIELDS, "1")}, "/paper/form", status=400)
    assert "To a very great extent" not in leader.page.first(".faults").text
    assert {each["value"] for each in leader.page.select(".sign input")} == {"1"}
    assert leader.get("/paper/check").path == "/paper/form"
    assert entries(home, wave) == stored


def test_typed_answers_are_stored_like_those_from_screens(browser, desk, home, wave):
    on_screen, on_paper = slips(home, wave, 2)
    rows = rows_without_boxes(home.database)
    browser.get(f"/c/{on_screen}").get("/answer/1").submit(
        {each["name"]: "5" for each in browser.page.select("input[type=radio]")}, "review"
    )
    token = browser.token()
    with statements(home.database) as by_screen:
        browser.post("/answer/send", {"csrf_token": token})
    typist = desk().get("/paper/form").submit({"code": on_paper, **FIVES}, "/paper/form")
    sent = {"csrf_token": typist.token(), "form": typist.page.first("[name=form]")["value"]}
    with statements(home.database) as by_paper:
        typist.post("/paper/check", sent)
    # what is read may lie in a cache
    written = [
        [each for each in asked if not each.startswith(("SELECT", "BEGIN"))]
        for asked in (by_screen, by_paper)
    ]
    assert written[0] == written[1]
    assert [each.split()[:2] for each in written[0]] == [["UPDATE", "urn"]]
    kept = entries(home, wave)
    assert len(kept) == 2
    assert len({(len(entry), len(sealed)) for entry, sealed in kept.items()}) == 1
    assert rows_without_boxes(home.database) == rows


def test_nothing_that_is_written_to_the_log_tells_of_a_form(desk, home, wave, capfd):
    typist, [code] = desk(), slips(home, wave, 1)
    capfd.readouterr()
    type_in(typist, code, FIVES)
    typist.submit({"code": code, **FIVES}, "/paper/form", status=400)
    assert capfd.readouterr() == ("", "")
