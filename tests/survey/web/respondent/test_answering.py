"""Staff answer: the whole way from a code or a link to the receipt, and what may go wrong on it."""

import pytest

from instruments.answers import SKIPPED
from survey.collection import admission, code_issuing, lifecycle, sealing, stored_urn
from tests.waves import CLOSES, drafted, opened, version

NUMBER = len(version().dimensions)


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
    browser.submit(press="nb")
    return browser.get("/answer/1")


def names(browser):
    return list(dict.fromkeys(each["name"] for each in browser.page.select("input[type=radio]")))


def checked(browser):
    return {each["name"]: each["value"] for each in browser.page.select("input[checked]")}


def answer_all(browser, value="4"):
    for _ in range(NUMBER):
        browser.submit(dict.fromkeys(names(browser), value), "forward")
    return browser


def counted(home, wave):
    """How many answers are in the urn, by sealing it."""
    lifecycle.close(home.database, wave.key)
    turnout = stored_urn.count(home.database, stored_urn.open_urn(home.keys, wave), wave)
    sealing.seal(home.database, home.keys, home.policy, wave.key)
    return turnout


def test_a_code_leads_over_language_and_promise_to_the_first_question(browser, code):
    assert browser.get("/").submit({"code": code}, "Start").path == "/answer/language"
    assert browser.submit(press="nb").path == "/answer/promise"
    wording = version().wording("skole", "nb")
    assert wording.promise in browser.page.text
    assert browser.page["lang"] == "nb"
    assert browser.page.first("main a.button")["href"] == "/answer/1"
    assert browser.get("/answer/1").heading == wording.dimensions["shared_values_goals"].name


def test_every_language_of_the_edition_is_offered_and_no_other(browser, code):
    browser.get("/").submit({"code": code}, "Start")
    offered = [each["value"] for each in browser.page.select("button[name=choice]")]
    assert offered == list(version().editions["skole"])
    browser.post("/answer/language", {"csrf_token": browser.token(), "choice": "da"}, status=400)


def test_a_scanned_code_does_not_stay_in_the_address(browser, code):
    assert browser.get(f"/c/{code}").path == "/answer/language"
    assert browser.reply.headers["Referrer-Policy"] == "no-referrer"
    assert code not in browser.reply.text


def test_an_answer_travels_all_the_way_and_counts_once(begun, home, wave):
    answer_all(begun)
    assert begun.path == "/answer/review"
    begun.submit(press="Send")
    assert begun.path == "/answer/receipt"
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


def test_the_language_can_change_on_the_way_without_loss(begun):
    name = names(begun)[0]
    begun.submit({name: "3"}, "language")
    begun.submit(press="nn")
    assert begun.page["lang"] == "nn"
    assert checked(begun.get("/answer/1")) == {name: "3"}


def test_the_review_links_to_what_was_skipped_and_sending_it_blank_is_fine(begun, home, wave):
    begun.submit({names(begun)[0]: "3"}, "review")
    blanks = [each["href"] for each in begun.page.select(".blanks a")]
    assert len(blanks) == len(version().items) - 1
    assert blanks[0] == f"/answer/1#item_{version().items[1].id}"
    begun.submit(press="Send")
    assert counted(home, wave) == 1


def test_the_progress_is_told_in_words_and_as_a_bar(begun):
    assert begun.page.first("progress")["value"] == "1"
    assert begun.page.first(".progress").text == f"1 av {NUMBER}"


def test_sending_again_by_double_click_reload_and_back_counts_once(begun, home, wave):
    answer_all(begun)
    token = begun.token()
    cookie = begun.client.get_cookie("__Host-answers", domain="svar.example").value
    begun.post("/answer/send", {"csrf_token": token})
    begun.post("/answer/send", {"csrf_token": token})
    # the reply got lost: the browser still has the cookie from before
    begun.client.set_cookie("__Host-answers", cookie, domain="svar.example")
    assert begun.post("/answer/send", {"csrf_token": token}).path == "/answer/receipt"
    for path in ("/answer/review", "/answer/3", "/answer", "/answer/promise"):
        assert begun.get(path).path in {"/answer/receipt", "/answer/promise"}
    assert counted(home, wave) == 1


def test_whoever_comes_next_to_a_device_is_not_told_that_they_have_begun(begun, code):
    begun.get("/")
    assert begun.page.first("main .note a")["href"] == "/answer"
    answer_all(begun.get("/answer/1")).submit(press="Send")
    assert begun.get("/").page.select("main .note") == []
    begun.get(f"/c/{code}", status=409)
    assert [each["href"] for each in begun.page.select("main a")] == ["/"]


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


def test_the_open_link_admits_each_browser_once_and_goes_on_after_a_second_scan(browser, home):
    wave = opened(home, open_link=True)
    link = f"/open/{admission.link(home.keys, wave)}"
    assert browser.get(link).path == "/answer/language"
    browser.submit(press="nb")
    browser.get("/answer/1").submit({names(browser)[0]: "4"}, "forward")
    assert browser.get(link).path == "/answer/2"
    answered = browser.get("/answer/review").submit(press="Send")
    assert answered.get(link).path == "/answer/receipt"
    assert counted(home, wave) == 1


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
