"""Somebody reads who did what on a unit, day by day, and looks there for what people answer."""

import pytest
from sqlalchemy import select

from survey.collection import admission, code_issuing, questionnaire_link, stored_urn
from survey.store import act_chain, actor
from survey.store.act_tables import act_chain as act_chain_ends
from survey.store.act_tables import unit_act
from survey.store.repositories import access_history, units
from tests.pages import Browser
from tests.waves import ON_SQLITE, TODAY, opened, version

pytestmark = ON_SQLITE


@pytest.fixture
def kept(home):
    """Return the whole chain as it is stored, both its ends included."""

    def read():
        with home.database.reading() as connection:
            assert list(act_chain.breaks(connection)) == []
            return [connection.execute(select(table)).all() for table in (unit_act, act_chain_ends)]

    return read


def tick(browser, said):
    names = {each["name"] for each in browser.page.select("input[type=radio][name^=item_]")}
    return browser.submit(dict.fromkeys(names, said), "forward")


def answer_all(browser):
    page = 1
    while "/review" not in browser.path and page < 20:
        tick(browser, "4")
        page += 1
    return browser.submit()


def test_nothing_that_people_do_to_answer_moves_the_chain(app, browser, home, public_url, kept):
    wave = opened(home, invited=20)
    codes = code_issuing.issue(home.database, home.keys, wave.key, 3)
    before = kept()
    browser.get(f"/c/{codes[0]}?language=nb")
    browser.get("/answer/readers")
    browser.get("/answer/1")
    answer_all(browser)
    assert stored_urn.count(home.database, stored_urn.open_urn(home.keys, wave), wave) == 1
    # a code that is spent, one that is none, and one that is begun and left
    for code in (codes[0], "0000000000000", codes[1]):
        other = Browser(app, public_url)
        other.client.get(f"/c/{code}", base_url=public_url)
    typist = Browser(app, public_url)
    address = admission.paper_address(app.extensions["kjennetegn"].settings, home.keys, wave)
    typist.get(address.removeprefix(public_url) + "?language=en").get("/paper/form")
    signs = dict.fromkeys([f"item_{item.id}" for item in version().items], "5")
    typist.submit({"code": codes[2], **signs}, "/paper/form").submit(press="Save the form")
    reading = questionnaire_link.code(home.keys, wave)
    assert stored_urn.count(home.database, stored_urn.open_urn(home.keys, wave), wave) == 2
    for path in (f"/q/{reading}", f"/rehearsal/{reading}", "/privacy"):
        Browser(app, public_url).client.get(path, base_url=public_url)
    assert kept() == before


def test_a_shared_tablet_moves_it_once_a_day_and_nobody_who_answers_on_it_does(
    app, browser, home, public_url
):
    wave = opened(home, open_link=True)
    address = f"/k/{admission.kiosk_code(home.keys, wave)}"
    other = Browser(app, public_url)
    browser.is_kiosk = other.is_kiosk = True
    for tablet in (browser, other):
        tablet.get(address).submit(press="/kiosk")
    tick(browser.get("/answer/1"), "2")
    browser.get("/kiosk").submit(press="/kiosk")
    answer_all(browser.get("/answer/1"))
    assert stored_urn.count(home.database, stored_urn.open_urn(home.keys, wave), wave) == 1
    for code in ("0000000000000", address.rpartition("/")[2]):
        sent = {"csrf_token": browser.get("/kiosk/leave").token(), "code": code}
        browser.client.post("/kiosk/leave", data=sent, base_url=public_url)
    done = access_history.acts_on_unit(home.database, [wave.unit_key])
    assert [(each.kind, each.about, each.done_by) for each in done if each.done_on == TODAY] == [
        ("kiosk-ended", wave.title, "kiosk"),
        ("kiosk-set-up", wave.title, "kiosk"),
    ]


def test_a_request_of_somebody_who_answers_cannot_record_anything(app, home, public_url, monkeypatch):
    """Whatever a page of theirs might once call by mistake: it ends in an error, and leaves nothing."""
    asken = opened(home, opens_on=TODAY).unit_key
    called = []

    def mistaken(**_):
        called.append(1)
        units.rename(home.database, asken, "Osp", by="", now=0)

    monkeypatch.setitem(app.view_functions, "respondent.privacy", mistaken)
    assert Browser(app, public_url).client.get("/privacy", base_url=public_url).status_code == 500
    assert called
    assert units.by_key(home.database, asken).name != "Osp"
    assert actor.present().name == "command line"
