"""Staff answer: the whole way from a code or a link to the receipt, and what may go wrong on it."""

import pytest

from instruments.answers import SKIPPED
from instruments.pages import questionnaire_pages
from survey.collection import code_issuing, lifecycle, stored_urn
from tests.waves import CLOSES, drafted, opened, seal, version

PAGES = len(questionnaire_pages(version()))


@pytest.fixture
def wave(home):
    return opened(home)


@pytest.fixture
def code(home, wave):
    return code_issuing.issue(home.database, home.keys, wave.key, 1)[0]


@pytest.fixture
def begun(browser, code):
    """A browser at the first page of statements."""
    browser.get("/").submit({"code": code}, "Start")
    browser.get("/answer/start?language=nb")
    return browser.get("/answer/1")


def names(browser):
    return list(dict.fromkeys(each["name"] for each in browser.page.select("input[type=radio]")))


def checked(browser):
    return {each["name"]: each["value"] for each in browser.page.select("input[checked]")}


def answer_all(browser, value="4"):
    for _ in range(PAGES):
        browser.submit(dict.fromkeys(names(browser), value), "forward")
    return browser


def counted(home, wave):
    """How many answers are in the urn, by sealing it."""
    closed = lifecycle.close(home.database, wave.key)
    turnout = stored_urn.count(home.database, stored_urn.open_urn(home.keys, wave), wave)
    seal(home, closed)
    return turnout


def test_a_code_leads_over_the_first_page_to_the_first_question(browser, code):
    assert browser.get("/").submit({"code": code}, "Start").path == "/answer/start"
    browser.get("/answer/start?language=nb")
    wording = version().wording("skole", "nb")
    assert wording.promise in browser.page.text
    assert browser.page["lang"] == "nb"
    assert browser.page.first("main a.button")["href"] == "/answer/1"
    assert browser.get("/answer/1").heading == f"Side 1 av {PAGES}"
    headings = [each.text for each in browser.page.select("main h2")]
    assert headings == [wording.dimensions[each.id].heading for each in questionnaire_pages(version())[0]]


def test_every_language_of_the_edition_is_offered_and_no_other(browser, code):
    browser.get("/").submit({"code": code}, "Start")
    offered = list(version().editions["skole"])
    assert [each["hreflang"] for each in browser.page.select("header nav a")] == offered
    browser.get("/answer/1")
    assert [each["value"] for each in browser.page.select("main .tongues button")] == offered
    assert "da" not in offered


def test_the_first_page_says_whose_survey_it_is_and_three_things_about_it(browser, wave, code):
    browser.get(f"/c/{code}").get("/answer/start?language=en")
    assert browser.page.first(".where").text == f"{wave.unit_name} · {wave.title}"
    wording = version().wording("skole", "en")
    assert browser.heading == wording.title
    assert browser.page.first(".subtitle").text == wording.subtitle
    assert [each.text for each in browser.page.select(".three li")] == [
        "Nobody sees what you answer",
        "Takes about 8 minutes",
        "Open until 20 Mar 2026",
    ]
    opening = [each.text for each in browser.page.select("main > p")]
    assert set(wording.introduction[:2]) < set(opening)
    assert "at most 2 hours" in " ".join(opening)
    folded = browser.page.first("details").text
    assert all(each in folded for each in (wording.promise, *wording.introduction[2:]))


def test_a_language_that_the_survey_lacks_moves_nobody(begun):
    begun.submit({names(begun)[0]: "3"}, None)
    begun.get("/answer/1")
    fields = {"csrf_token": begun.token(), names(begun)[0]: "3", "go": "da"}
    assert begun.post("/answer/1", fields).path == "/answer/2"


def test_a_scanned_code_does_not_stay_in_the_address(browser, code):
    assert browser.get(f"/c/{code}").path == "/answer/start"
    assert browser.reply.headers["Referrer-Policy"] == "no-referrer"
    assert code not in browser.reply.text


def test_an_answer_travels_all_the_way_and_counts_once(begun, home, wave):
    answer_all(begun)
    assert begun.path == "/answer/review"
    begun.submit(press="Send")
    assert begun.path == "/answer/send"
    assert counted(home, wave) == 1


def test_back_and_forward_lose_nothing(begun):
    first = names(begun)
    begun.submit({first[0]: "2", first[1]: "dont_know"}, "forward")
    assert begun.path == "/answer/2"
    begun.submit({names(begun)[3]: "5"}, "back")
    assert begun.path == "/answer/1"
    assert checked(begun) == {first[0]: "2", first[1]: "dont_know"}
    begun.submit(press="forward")
    assert list(checked(begun).values()) == ["5"]


def test_a_choice_can_be_taken_back(begun):
    name = names(begun)[0]
    begun.submit({name: "2"}, "forward")
    begun.get("/answer/1").submit({name: ""}, "forward")
    assert checked(begun.get("/answer/1")) == {}


def test_the_language_changes_on_the_page_itself_without_loss(begun):
    name = names(begun)[0]
    assert begun.submit({name: "3"}, "nn").path == "/answer/1"
    assert begun.page["lang"] == "nn"
    assert checked(begun) == {name: "3"}


def test_the_review_links_to_what_was_skipped_and_sending_it_blank_is_fine(begun, home, wave):
    begun.submit({names(begun)[0]: "3"}, "review")
    blanks = [each["href"] for each in begun.page.select(".blanks a")]
    assert len(blanks) == len(version().items) - 1
    assert blanks[0] == f"/answer/1?then=review#item_{version().items[1].id}"
    begun.submit(press="Send")
    assert counted(home, wave) == 1


def test_the_progress_is_told_in_words_and_as_a_bar_that_is_empty_at_first(begun):
    told = []
    for _ in range(PAGES):
        progress = begun.page.first("progress")
        assert progress["max"] == str(PAGES)
        told.append((begun.heading, progress["value"], begun.page.first(".progress").text))
        begun.submit(press="forward")
    minutes = [8, 6, 4, 3, 1]
    assert told == [
        (
            f"Side {number} av {PAGES}",
            str(number - 1),
            f"omtrent {left} minutt igjen" if left == 1 else f"omtrent {left} minutter igjen",
        )
        for number, left in enumerate(minutes, start=1)
    ]


def test_a_page_asks_two_dimensions_and_the_review_leads_to_the_one_that_is_changed(begun):
    first, second = questionnaire_pages(version())[0]
    assert names(begun) == [f"item_{item.id}" for part in (first, second) for item in part.items]
    begun.submit({names(begun)[-1]: "5"}, "review")
    ways = [each["href"] for each in begun.page.select(".review .row a")]
    assert ways[:3] == [
        f"/answer/1?then=review#dimension_{first.id}",
        f"/answer/1?then=review#dimension_{second.id}",
        f"/answer/2?then=review#dimension_{version().dimensions[2].id}",
    ]
    assert begun.get("/answer/1").page.first(f"h2#dimension_{second.id}")


def test_sending_again_by_double_click_reload_and_back_counts_once(begun, home, wave):
    answer_all(begun)
    token = begun.token()
    cookie = begun.client.get_cookie("__Host-answers", domain="svar.example").value
    begun.post("/answer/send", {"csrf_token": token})
    begun.post("/answer/send", {"csrf_token": token})
    # the reply got lost: the browser still has the cookie from before
    begun.client.set_cookie("__Host-answers", cookie, domain="svar.example")
    assert begun.post("/answer/send", {"csrf_token": token}).path == "/answer/send"
    for path in ("/answer/review", "/answer/3", "/answer/start", "/answer/stop", "/answer/receipt"):
        assert begun.get(path).path == "/answer/receipt"
    assert counted(home, wave) == 1


def test_the_privacy_page_leads_back_to_where_one_was(browser, begun):
    assert browser.get("/privacy").page.first("main .go a")["href"] == "/answer"
    answer_all(begun.get("/answer/1")).submit(press="Send")
    assert browser.get("/privacy").page.select("main a") == []


def test_a_used_code_is_told_so(begun, code):
    answer_all(begun)
    begun.submit(press="Send")
    begun.submit(press="/answer/finish")
    begun.submit({"code": code}, status=409)
    assert begun.page.first(".faults a")["href"] == "#code"


def test_the_wave_that_closes_in_the_middle_says_so_on_every_page(begun, home, wave):
    token = begun.token()
    lifecycle.close(home.database, wave.key)
    begun.get("/answer/1", status=410)
    begun.post("/answer/1", {"csrf_token": token, "go": "forward"}, status=410)
    begun.post("/answer/send", {"csrf_token": token}, status=410)


def test_a_wave_past_its_last_day_takes_nothing_more(begun, clock):
    clock.pass_by((CLOSES.day + 10) * 86400)
    begun.get("/answer/1", status=403)


def test_a_wave_that_is_not_open_yet_says_so(browser, home):
    wave = drafted(home)
    code = code_issuing.issue(home.database, home.keys, wave.key, 1)[0]
    browser.get(f"/c/{code}", status=409)


def test_answers_are_gone_after_two_hours(begun, clock):
    clock.pass_by(2 * 3600 + 1)
    begun.get("/answer/1", status=403)
    assert "for at most 2 hours" in begun.page.text


def test_skipped_dont_know_and_not_applicable_stay_three_things(begun, app):
    first = names(begun)
    begun.submit({first[0]: "dont_know", first[1]: "not_applicable"}, "forward")
    cookie = begun.client.get_cookie("__Host-answers", domain="svar.example").value
    with app.test_request_context("/answer/1", headers={"Cookie": f"__Host-answers={cookie}"}):
        from survey.web.respondent import draft  # noqa: PLC0415 - needs the request around it

        held = draft.load().answers(version())
    asked = [item.id for item in version().items]
    assert [held[asked[0]], held[asked[1]], held[asked[2]]] == ["dont_know", "not_applicable", SKIPPED]
