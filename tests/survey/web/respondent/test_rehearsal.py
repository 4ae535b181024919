"""A rehearsal: the very pages that people answer on, marked on each, from a draft or an open survey."""

import pytest

from instruments.pages import questionnaire_pages
from survey.collection import admission, code_issuing, lifecycle, questionnaire_link
from tests.pages import Browser
from tests.waves import ON_SQLITE, drafted, opened, version

pytestmark = ON_SQLITE

PAGES = len(questionnaire_pages(version()))
ELSEWHERE = {"headers": {"Sec-Fetch-Site": "none"}}


def read(home, wave):
    return f"/q/{questionnaire_link.code(home.keys, wave)}"


def begin(browser, home, wave, language="nb"):
    browser.get(f"{read(home, wave)}?language={language}")
    return browser.get(browser.page.first("main .go a")["href"])


def marked(browser):
    mark = browser.page.first(".rehearsal")
    return mark is not None and "Ingenting du krysser av, blir tatt vare på" in mark.text


def answered(browser, said="4"):
    """Answer every statement of the page and go on."""
    names = {each["name"] for each in browser.page.select("input[type=radio][name^=item_]")}
    return browser.submit(dict.fromkeys(names, said), "forward")


@pytest.fixture
def draft(home):
    return drafted(home, background="role@1", invited=40)


def without_what_differs(browser):
    """The page as both kinds of it have to be alike: no mark, no addresses, no token, no heading."""
    main = browser.page.first("main")
    return [
        (each.name, each.get("name"), each.get("value"), each.wrapped.etree_element.text)
        for each in main.select(
            "h2, th, td, input:not([type=hidden]), button, label, p, legend, dt, dd, li, progress"
        )
        if not each.get("class", "").startswith("hint")
    ]


def test_the_whole_way_is_gone_through_with_a_mark_on_every_page(browser, home, draft):
    begin(browser, home, draft)
    assert browser.path == "/rehearsal/answer/start"
    assert marked(browser)
    browser.get("/rehearsal/answer/1")
    for number in range(1, PAGES + 1):
        assert browser.path == f"/rehearsal/answer/{number}"
        assert marked(browser)
        answered(browser)
    assert browser.path == "/rehearsal/answer/review"
    assert marked(browser)
    assert "Ingenting sendes når du trykker Send" in browser.page.first("main form").text
    browser.submit(press="/rehearsal/answer/send")
    assert browser.heading == "Prøverunden er ferdig"
    assert marked(browser)
    # with one's own profile, as those who answer get it
    assert len(browser.page.select(".own tbody tr")) == len(version().dimensions)
    browser.submit(press="/rehearsal/answer/finish")
    assert browser.path == read(home, draft)
    assert browser.page.first(".rehearsal") is None


def test_its_pages_are_those_that_people_answer_on(app, public_url, home):
    wave = opened(home, background="role@1", invited=40)
    [code] = code_issuing.issue(home.database, home.keys, wave.key, 1)
    real, tried = Browser(app, public_url), Browser(app, public_url)
    real.get(f"/c/{code}?language=nb")
    begin(tried, home, wave)
    for number in range(1, PAGES + 1):
        real.get(f"/answer/{number}")
        tried.get(f"/rehearsal/answer/{number}")
        assert real.heading == tried.heading
        assert without_what_differs(real) == without_what_differs(tried)
        answered(real)
        answered(tried)
    assert (real.path, tried.path) == ("/answer/review", "/rehearsal/answer/review")
    assert real.heading == tried.heading


@pytest.mark.parametrize("language", ["nn", "en"])
def test_it_speaks_the_language_of_the_page_it_began_on(browser, home, draft, language):
    begin(browser, home, draft, language)
    browser.get("/rehearsal/answer/1")
    words = {
        "nn": "Prøverunde: Ingenting du kryssar av, blir teke vare på.",
        "en": "Rehearsal: nothing you tick",
    }
    assert words[language] in browser.page.first(".rehearsal").text
    wording = version().wording("skole", language)
    assert browser.page.first("#stem").text == wording.referent
    browser.submit(press="nb")
    assert marked(browser)


def test_leaving_it_throws_away_what_was_ticked(browser, home, draft):
    begin(browser, home, draft).get("/rehearsal/answer/1")
    answered(browser).get("/rehearsal/leave")
    assert browser.path == read(home, draft)
    browser.get("/rehearsal/answer/1?language=nb", status=403)
    assert browser.heading == "Prøverunden er ikke her lenger"


def test_it_is_forgotten_as_soon_as_unsent_answers_are(browser, home, draft, clock):
    begin(browser, home, draft).get("/rehearsal/answer/1")
    answered(browser)
    clock.pass_by(home.policy.retention.unsent_answers + 1)
    browser.get("/rehearsal/answer/2", status=403)


def test_another_rehearsal_begins_with_nothing_ticked(browser, home, draft):
    begin(browser, home, draft).get("/rehearsal/answer/1")
    answered(browser)
    begin(browser, home, draft).get("/rehearsal/answer/1")
    assert browser.page.select("input[checked]") == []


def test_whoever_comes_from_elsewhere_is_asked_whose_ticks_these_are_in_the_rehearsal(browser, home, draft):
    begin(browser, home, draft).get("/rehearsal/answer/1")
    answered(browser).get("/rehearsal/answer/2", **ELSEWHERE)
    assert browser.path == "/rehearsal/answer"
    assert marked(browser)
    browser.submit(press="anew")
    assert browser.path == read(home, draft)


def test_nothing_ticked_is_no_answer_there_either(browser, home, draft):
    begin(browser, home, draft).get("/rehearsal/answer/review").submit(press="/rehearsal/answer/send")
    assert browser.path == "/rehearsal/answer/nothing"
    browser.submit(press="/rehearsal/answer/nothing")
    assert browser.path == "/rehearsal/answer/nothing-sent"
    assert marked(browser)


def test_a_survey_that_takes_no_more_answers_is_not_rehearsed(browser, home):
    wave = opened(home)
    address = f"/rehearsal/{questionnaire_link.code(home.keys, wave)}"
    browser.get(address).get("/rehearsal/answer/1")
    lifecycle.close(home.database, wave.key)
    assert browser.get(f"{read(home, wave)}?language=nb").page.select("main .go") == []
    browser.get(address, status=410)


def test_an_error_in_a_rehearsal_leads_back_into_it(browser, home, draft):
    begin(browser, home, draft).get("/rehearsal/answer/1")
    browser.get("/rehearsal/answer/99", status=404)
    assert marked(browser)
    assert browser.page.first("main a.button")["href"] == "/rehearsal/answer"


def test_a_link_of_another_kind_begins_none(browser, home):
    wave = opened(home, open_link=True)
    for code in (wave.key, admission.link(home.keys, wave), admission.kiosk_code(home.keys, wave)):
        browser.get(f"/rehearsal/{code}", status=404)
