"""The questionnaire to read: all of it, for whoever has its address, and nothing that takes an answer."""

import pytest

from instruments import background
from survey.collection import admission, drafting, lifecycle, questionnaire_link
from tests.pages import Browser
from tests.waves import ON_SQLITE, TODAY, drafted, opened, seal, version

pytestmark = ON_SQLITE


def address(home, wave):
    return f"/q/{questionnaire_link.code(home.keys, wave)}"


@pytest.fixture
def draft(home):
    return drafted(home, background="role@1", invited=40)


def statements(browser):
    return [each.text for each in browser.page.select("ol.statements > li")]


@pytest.mark.parametrize("language", version().editions["skole"])
def test_every_statement_and_answer_is_read_in_every_language(browser, home, draft, language):
    browser.get(f"{address(home, draft)}?language={language}")
    wording = version().wording("skole", language)
    assert statements(browser) == [wording.items[item.id] for item in version().items]
    asked = background.wording_of(draft.background, wording)
    said = browser.page.first("main").text
    for text in (wording.promise, asked.question, *asked.categories.values(), *wording.introduction):
        assert text in said
    assert [each.text for each in browser.page.select("ul.answers li")] == [
        *wording.categories.values(),
        *wording.unscored.values(),
    ]


def test_a_language_the_questionnaire_lacks_is_replaced_by_the_surveys_own(browser, home):
    wave = drafted(home, instrument="pulse@1.0.0", language="nn")
    lacking = {"nb", "nn", "da", "en"} - set(version("pulse@1.0.0").editions["skole"])
    assert lacking
    browser.get(f"{address(home, wave)}?language={lacking.pop()}")
    assert statements(browser)[0] in version("pulse@1.0.0").wording("skole", "nn").items.values()


def test_nothing_on_the_page_takes_an_answer(browser, home, draft):
    browser.get(address(home, draft))
    assert browser.page.select("input, button, select, textarea, form") == []


def test_reading_neither_admits_anybody_nor_touches_their_answers(app, public_url, home):
    wave = opened(home, open_link=True)
    person = Browser(app, public_url).get(f"/open/{admission.link(home.keys, wave)}").get("/answer/1")
    named = person.page.first("input[type=radio]")["name"]
    person.submit({named: "2"}, "forward").get(address(home, wave))
    assert person.cookies() == []
    person.get("/answer/1")
    assert person.page.first(f"input[name={named}][checked]")["value"] == "2"
    stranger = Browser(app, public_url).get(address(home, wave))
    stranger.get("/answer/1", status=403)


def test_it_says_when_and_how_one_answers(browser, home):
    wave = drafted(home)
    said = "Undersøkelsen tar imot svar fra 2. mars 2026 til og med 20. mars 2026."
    assert said in browser.get(f"{address(home, wave)}?language=nb").page.first(".note").text
    lifecycle.open_wave(home.database, home.keys, home.policy, wave.key, TODAY)
    note = browser.get(address(home, wave)).page.first(".note").text
    assert "tar imot svar til og med 20. mars 2026" in note
    assert "lappen du trekker" in note
    seal(home, lifecycle.close(home.database, wave.key))
    assert "tar ikke imot flere svar" in browser.get(address(home, wave)).page.first(".note").text


def test_a_link_of_another_kind_and_one_of_a_removed_draft_lead_nowhere(browser, home, draft):
    wave = opened(home, open_link=True)
    for code in (admission.link(home.keys, wave), admission.kiosk_code(home.keys, wave), wave.key, "x"):
        browser.get(f"/q/{code}", status=404)
    read = address(home, draft)
    browser.get(read)
    drafting.remove(home.database, home.keys, draft.key)
    browser.get(read, status=404)


def test_it_may_be_typed_in_capitals(browser, home, draft):
    assert browser.get(address(home, draft).upper()).heading == version().wording("skole", "en").title
