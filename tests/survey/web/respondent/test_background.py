"""Staff are asked one question about themselves: told of it first, and free to leave it blank."""

import base64

import pytest

from instruments.answers import SKIPPED
from instruments.pages import questionnaire_pages
from survey.collection import code_issuing, lifecycle, sealing
from survey.store.repositories import sealed as sealed_waves
from tests.waves import opened, version

LAST = len(questionnaire_pages(version()))
PAGE = f"/answer/{LAST}"


@pytest.fixture
def wave(home):
    return opened(home, background="years_here@1")


@pytest.fixture
def begun(browser, home, wave):
    """A browser that has read the promise, in English."""
    [code] = code_issuing.issue(home.database, home.keys, wave.key, 1)
    browser.get("/").submit({"code": code}, "Start")
    return browser.get("/answer/start?language=en")


def cookie(browser):
    return browser.client.get_cookie("__Host-answers", domain="svar.example").value


def drafted(browser, app):
    with app.test_request_context("/answer", headers={"Cookie": f"__Host-answers={cookie(browser)}"}):
        from survey.web.respondent import draft  # noqa: PLC0415 - needs the request around it

        return draft.load()


def test_people_are_told_of_the_question_and_its_use_before_the_first_statement(begun):
    told = begun.page.first("main").text
    assert "How long have you worked here?" in told
    assert "voluntary" in told
    assert "groups of at least 6," in told


def test_where_leaders_do_not_answer_five_are_told_of(browser, home):
    wave = opened(home, background="role@1", leaders_answer=False)
    [code] = code_issuing.issue(home.database, home.keys, wave.key, 1)
    browser.get("/").submit({"code": code}, "Start")
    assert "groups of at least 5," in browser.get("/answer/start?language=en").page.first("main").text
    assert "Work directly with the pupils" in browser.get(PAGE).page.first("main").text


def test_a_survey_without_the_question_neither_mentions_nor_asks_it(browser, home):
    wave = opened(home)
    [code] = code_issuing.issue(home.database, home.keys, wave.key, 1)
    browser.get("/").submit({"code": code}, "Start")
    assert "about you" not in browser.get("/answer/start?language=en").page.first("main").text
    assert "about you" not in browser.get(PAGE).page.first("main").text
    assert not browser.page.select("input[name=background]")
    browser.post(PAGE, {"csrf_token": browser.token(), "background": ""}, status=400)


def test_the_question_ends_the_last_page_and_no_other_and_is_reviewed(begun):
    begun.get(f"/answer/{LAST - 1}")
    assert not begun.page.select("input[name=background]")
    assert begun.submit(press="forward").path == PAGE
    assert [each.text for each in begun.page.select("main h2")][-1] == "One question about you"
    assert [each["value"] for each in begun.page.select("input[name=background]")] == [
        "under_3",
        "from_3_to_10",
        "over_10",
        "",
    ]
    assert begun.submit({"background": "from_3_to_10"}, "forward").path == "/answer/review"
    assert "3 to 10 years" in begun.page.first(".review").text
    assert begun.page.select(".review .row a")[-1]["href"] == f"{PAGE}?then=review#background"
    assert begun.get(PAGE).page.first("input[checked]")["value"] == "from_3_to_10"
    assert begun.page.first("#background")


def test_the_question_is_sent_with_its_page_only(begun):
    begun.get("/answer/1")
    begun.post("/answer/1", {"csrf_token": begun.token(), "background": "over_10"}, status=400)


def test_nothing_is_chosen_beforehand_and_going_on_leaves_it_blank(begun, app):
    assert begun.get(PAGE).page.first("input[checked]") is None
    assert begun.submit(press="forward").path == "/answer/review"
    assert drafted(begun, app).category(version(), "years_here@1") is SKIPPED


def test_what_was_chosen_can_be_taken_back_and_stays_when_statements_are_changed(begun, app):
    begun.get(PAGE).submit({"background": "over_10"}, "forward")
    begun.get("/answer/1").submit({"item_" + version().items[0].id: "2"}, "forward")
    held = drafted(begun, app)
    assert held.category(version(), "years_here@1") == "over_10"
    assert held.answers(version())[version().items[0].id] == 2
    begun.get(PAGE).submit({"background": ""}, "forward")
    assert drafted(begun, app).category(version(), "years_here@1") is SKIPPED


def test_the_cookie_is_equally_long_whatever_was_said(begun):
    begun.get("/answer/1").submit(press="forward")
    sizes = {len(base64.urlsafe_b64decode(cookie(begun)))}
    for said in ("under_3", "from_3_to_10", ""):
        begun.get(PAGE).submit({"background": said}, "forward")
        sizes.add(len(base64.urlsafe_b64decode(cookie(begun))))
    assert len(sizes) == 1


def test_a_forged_category_is_refused(begun):
    begun.get(PAGE)
    begun.post(PAGE, {"csrf_token": begun.token(), "background": "caretaker"}, status=400)
    begun.get(PAGE)
    begun.post(PAGE, {"csrf_token": begun.token(), "background": "over_10", "name": "Kari"}, status=400)


@pytest.mark.parametrize("said", ["over_10", ""])
def test_what_was_sent_is_counted_by_category_after_sealing(browser, home, said):
    wave = opened(home, background="years_here@1")
    codes = code_issuing.issue(home.database, home.keys, wave.key, 6)
    for code in codes:
        browser.get("/").submit({"code": code}, "Start")
        browser.get("/answer/start?language=en")
        name = browser.get(PAGE).page.first("input[type=radio]")["name"]
        browser.submit({"background": said, name: "4"}, "forward")
        browser.submit(press="Send")
        assert browser.path == "/answer/send"
        assert browser.get(PAGE).path == "/answer/receipt"
        browser.submit(press="/answer/finish")
    lifecycle.close(home.database, wave.key)
    sealing.seal(home.database, home.keys, home.policy, wave.key)
    kept = sealed_waves.of_wave(home.database, wave).breakdown
    assert kept.people == ({said: 6} if said else {})
