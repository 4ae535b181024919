"""A device has more users than one: whose the answers on it are is asked before anything of them is shown."""

import pytest

from survey.collection import admission, code_issuing, lifecycle, stored_urn
from tests.waves import ON_SQLITE, drafted, opened, version

pytestmark = ON_SQLITE

ELSEWHERE = {"headers": {"Sec-Fetch-Site": "none"}}
ANSWERED = "2"
PAGES = ["/answer/1", "/answer/review", "/answer/start", "/answer/stop", "/answer/nothing"]


@pytest.fixture
def wave(home):
    return opened(home, open_link=True)


@pytest.fixture
def link(home, wave):
    return f"/open/{admission.link(home.keys, wave)}"


@pytest.fixture
def left(browser, link):
    """A device on which somebody has answered a page and gone away."""
    browser.get(link)
    browser.get("/answer/start?language=nb")
    browser.get("/answer/1").submit({names(browser)[0]: ANSWERED}, "forward")
    assert browser.path == "/answer/2"
    return browser


def names(browser):
    return list(dict.fromkeys(each["name"] for each in browser.page.select("input[type=radio]")))


def arrived(home, wave):
    return stored_urn.count(home.database, stored_urn.open_urn(home.keys, wave), wave)


def slip(home, wave):
    return code_issuing.issue(home.database, home.keys, wave.key, 1)[0]


def require_asked(browser):
    """The page asks whose the answers are, and shows nothing of them."""
    assert browser.path == "/answer"
    assert [each["value"] for each in browser.page.select("main button")] == ["on", "anew"]
    assert browser.page.select("input[type=radio], progress, .review, .where") == []
    for each in version().items:
        assert version().wording("skole", "nb").items[each.id] not in browser.page.text
    assert "Asken" not in browser.page.text


def test_whoever_scans_the_poster_after_another_is_asked_and_starts_anew_with_nothing_of_them(left, link):
    require_asked(left.get(link, **ELSEWHERE))
    assert left.submit(press="anew").path == "/answer/start"
    assert left.get("/answer/1").page.select("input[checked]") == []


def test_whoever_comes_back_goes_on_where_they_were_led_last(left, link):
    assert left.get(link, **ELSEWHERE).submit(press="on").path == "/answer/2"
    assert left.get("/answer/1").page.first("input[checked]")["value"] == ANSWERED


def test_a_page_that_was_left_blank_is_not_gone_back_to(left, link):
    left.get("/answer/2").submit(press="forward")
    assert left.get(link).submit(press="on").path == "/answer/3"
    left.submit(press="review")
    assert left.get(link).submit(press="on").path == "/answer/review"


@pytest.mark.parametrize("page", PAGES)
def test_no_address_leads_another_to_what_was_answered(left, page):
    require_asked(left.get(page, **ELSEWHERE))


@pytest.mark.parametrize("way", ["scanned", "typed", "pasted"])
def test_a_second_slip_asks_before_it_takes_the_place_of_the_first_ones_answers(left, home, way):
    other = opened(home, "Bjerka")
    code = slip(home, other)
    if way == "scanned":
        left.get(f"/c/{code}")
    else:
        left.get("/").submit({"code": code if way == "typed" else f"https://svar.example/c/{code}"}, "Start")
    require_asked(left)
    assert "Bjerka" not in left.page.text
    # whoever the answers belong to has lost nothing, and the slip is as good as it was
    left.submit(press="on")
    assert left.get("/answer/1").page.first("input[checked]")["value"] == ANSWERED
    left.get(f"/c/{code}").submit(press="anew")
    assert "Bjerka" in left.page.text


def test_until_it_is_decided_no_page_and_no_form_of_the_first_person_works(left, link, home, wave):
    token = left.get("/answer/1").token()
    left.get("/answer/review")
    left.get(link)
    for page in ("/answer/1", "/answer/review", "/answer/start", "/answer/stop"):
        require_asked(left.get(page))
    for form in ("/answer/1", "/answer/send", "/answer/stop"):
        left.post(form, {"csrf_token": token}, status=400)
    # what the start page offers leads to the same question
    assert left.get("/").page.first("main .note a")["href"] == "/answer"
    require_asked(left.get("/answer"))
    assert arrived(home, wave) == 0


def test_who_has_arrived_and_gone_away_again_leaves_no_code_behind(left, home):
    other = opened(home, "Bjerka")
    left.get(f"/c/{slip(home, other)}")
    left.get("/")
    assert left.get("/answer").submit(press="anew").path == "/"
    left.get("/answer/start", status=403)


def test_a_choice_that_is_none_decides_nothing(left, link):
    left.get(link)
    left.post("/answer", {"csrf_token": left.token(), "choice": "mine"}, status=400)
    require_asked(left.get("/answer/1"))


def test_nobody_is_asked_where_nothing_was_answered_yet(browser, link):
    browser.get(link)
    browser.get("/answer/1")
    assert browser.get("/").page.select("main .note") == []
    assert browser.get(link).path == "/answer/start"


def test_after_a_receipt_the_next_arrival_starts_fresh(left, link, home, wave):
    for number, way in enumerate((link, "/", link), start=1):
        left.get("/answer/review").submit(press="Send")
        assert left.path == "/answer/send"
        left.get(way, **ELSEWHERE)
        assert "takk" not in left.page.text.lower()
        assert left.page.select("main .note") == []
        if way == "/":
            left.get("/answer/start", status=403)
            left.get(link)
        assert left.path == "/answer/start"
        left.get("/answer/start?language=nb")
        left.get("/answer/1").submit({names(left)[0]: ANSWERED}, "review")
        assert arrived(home, wave) == number


def test_a_draft_that_was_sent_leaves_nothing_in_the_cookie_but_that(left, app):
    left.get("/answer/review").submit(press="Send")
    value = left.client.get_cookie("__Host-answers", domain="svar.example").value
    with app.test_request_context(
        "/answer/receipt", headers={"Cookie": f"__Host-answers={value}"}
    ) as context:
        assert set(context.session) == {"sent", "language", "csrf_token"}


def test_a_receipt_is_shown_to_nobody_who_types_its_address(left):
    left.get("/answer/review").submit(press="Send")
    assert left.get("/answer/receipt").path == "/answer/receipt"
    assert left.get("/answer/receipt", **ELSEWHERE).path == "/"
    left.get("/answer/1", status=403)


def test_stop_stands_on_every_page_and_deletes_once_it_was_confirmed(left, home, wave):
    assert left.page.select("button[value=stop]")
    left.get("/answer/review")
    assert left.page.select("main a[href='/answer/stop']")
    assert left.get("/answer/start").page.select("main a[href='/answer/stop']")
    left.get("/answer/2").submit({names(left)[0]: "5"}, "stop")
    assert left.path == "/answer/stop"
    # whoever thinks better of it is where they were, with what they had ticked
    assert left.page.first("main a.quiet")["href"] == "/answer/2"
    assert left.get("/answer/2").page.first("input[checked]")["value"] == "5"
    left.get("/answer/stop").submit(press="/answer/stop")
    assert left.path == "/answer/stopped"
    for page in ("/answer", "/answer/1", "/answer/review"):
        left.get(page, status=403)
    assert arrived(home, wave) == 0


def test_a_slip_is_good_again_after_its_answers_were_deleted(browser, home):
    code = slip(home, opened(home))
    browser.get(f"/c/{code}")
    browser.get("/answer/1").submit({names(browser)[0]: "3"}, "stop")
    browser.submit(press="/answer/stop")
    assert browser.get(f"/c/{code}").path == "/answer/start"


def test_a_closed_survey_offers_no_way_on_and_keeps_nobody_from_starting_another(left, home, wave):
    lifecycle.close(home.database, wave.key)
    assert left.get("/").page.select("main .note") == []
    assert left.get("/privacy").page.select("main .go a") == []
    left.get("/answer", status=410)
    assert [each["href"] for each in left.page.select("main .go a")] == ["/"]
    other = opened(home, "Bjerka")
    assert left.get(f"/c/{slip(home, other)}").path == "/answer/start"


def test_an_error_on_the_way_leads_back_over_the_same_question(left):
    left.post("/answer/2", {"csrf_token": "stale"}, status=400)
    assert left.page.first("main a.button")["href"] == "/answer"


def test_a_slip_of_a_survey_that_is_not_open_leaves_what_is_here_as_it_is(left, home):
    left.get(f"/c/{slip(home, drafted(home))}", status=409)
    assert left.get("/answer/1").page.first("input[checked]")["value"] == ANSWERED
