"""Forged, stale and oversized input: a clear page each time, and nothing that was saved is lost."""

import pytest

from survey.collection import code_issuing
from tests.waves import ON_SQLITE, opened, version

ITEMS = [item.id for item in version().items]


@pytest.fixture
def begun(browser, home):
    """A browser at the second page, with one answer saved on the first."""
    wave = opened(home)
    code = code_issuing.issue(home.database, home.keys, wave.key, 1)[0]
    browser.get(f"/c/{code}").get("/answer/start?language=nb")
    return browser.get("/answer/1").submit({f"item_{ITEMS[0]}": "2"}, "forward")


FORGED = {
    "a category that is not on the scale": {f"item_{ITEMS[8]}": "6"},
    "a category written in another way": {f"item_{ITEMS[8]}": "04"},
    "words where a category belongs": {f"item_{ITEMS[8]}": "' OR 1=1 --"},
    "markup": {f"item_{ITEMS[8]}": "<script>alert(1)</script>"},
    "two answers to one statement": {f"item_{ITEMS[8]}": ["1", "2"]},
    "an item of another page": {f"item_{ITEMS[0]}": "5"},
    "an item that is not in the version": {"item_salary": "5"},
    "a field nobody asked for": {"wave": "0000000000000000"},
    "a value of a thousand characters": {f"item_{ITEMS[8]}": "4" * 1000},
    "a null character": {f"item_{ITEMS[8]}": "4\0"},
}


@ON_SQLITE
@pytest.mark.parametrize("name", FORGED)
def test_a_forged_form_changes_nothing(begun, name):
    begun.post("/answer/2", {"csrf_token": begun.token(), **FORGED[name]}, status=400)
    assert begun.page.first("main a.button")["href"] == "/answer"
    assert "<script>" not in begun.reply.text
    assert kept(begun) == {f"item_{ITEMS[0]}": "2"}


@ON_SQLITE
@pytest.mark.parametrize("token", ["", "x" * 40, "Ijc1OTI5.awNZYQ.x6sKK8xAiUpBb1i26fWMU4fchN0"])
def test_a_form_without_its_token_changes_nothing(begun, token):
    begun.post("/answer/2", {"csrf_token": token, f"item_{ITEMS[8]}": "5"}, status=400)
    assert kept(begun) == {f"item_{ITEMS[0]}": "2"}


@ON_SQLITE
def test_every_form_of_a_respondent_needs_its_token(app, begun, public_url):
    rules = [
        rule
        for rule in app.url_map.iter_rules()
        if "POST" in rule.methods and rule.endpoint.startswith(("respondent.", "answering.", "rehearsal."))
    ]
    assert len(rules) == 22
    for rule in rules:
        with app.test_request_context(base_url=public_url):
            path = rule.build(dict.fromkeys(rule.arguments, 1))[1]
        # a device that is not set up for typing in, or holds no rehearsal, says that first
        expected = 403 if path.startswith(("/paper", "/rehearsal")) else 400
        assert begun.client.post(path, base_url=public_url).status_code == expected, path
    assert kept(begun) == {f"item_{ITEMS[0]}": "2"}


def test_a_form_of_an_earlier_survey_in_another_tab_is_stale(begun, home):
    old = begun.token()
    other = opened(home, "Bjørka")
    code = code_issuing.issue(home.database, home.keys, other.key, 1)[0]
    begun.get(f"/c/{code}").submit(press="anew")
    begun.post("/answer/2", {"csrf_token": old, f"item_{ITEMS[8]}": "5"}, status=400)
    assert kept(begun) == {}


@ON_SQLITE
@pytest.mark.parametrize("number", ["0", "6", "99999999999999999999", "-1", "x"])
def test_a_page_that_is_not_there_is_not_found(begun, number):
    begun.get(f"/answer/{number}", status=404)


@ON_SQLITE
def test_an_oversized_request_is_cut_off(begun):
    begun.post("/answer/2", {"csrf_token": begun.token(), "go": "x" * 70_000}, status=413)
    assert kept(begun) == {f"item_{ITEMS[0]}": "2"}


@pytest.mark.parametrize("code", ["", "x", "x" * 61, "0000-0000-0000-0", "æøå", "../../etc/passwd", "\x00"])
def test_a_code_that_is_none_is_told_beside_its_field(browser, code):
    browser.get("/").submit({"code": code}, status=400)
    assert browser.page.first(".faults a")["href"] == "#code"
    assert browser.page.first("#code")["aria-invalid"] == "true"


@pytest.mark.parametrize("link", ["x", "deadbeef" * 3, "%00", "..%2f..%2f", "æ" * 24])
def test_a_link_that_is_none_is_told(browser, link):
    browser.get(f"/open/{link}", status=404)


@ON_SQLITE
@pytest.mark.parametrize("cookie", ["", "x", "A" * 4000, "æ", "=" * 10])
def test_an_altered_cookie_is_an_empty_one(begun, cookie, public_url):
    headers = {"Cookie": f"__Host-answers={cookie}".encode().decode("latin-1")}
    reply = begun.client.get("/answer/1", base_url=public_url, headers=headers)
    assert reply.status_code in {200, 403}
    begun.client.delete_cookie("__Host-answers", domain="svar.example")
    assert begun.client.get("/answer/1", base_url=public_url, headers=headers).status_code == 403


def test_the_cookie_of_a_sign_in_does_not_open_as_answers(begun):
    value = begun.client.get_cookie("__Host-answers", domain="svar.example").value
    begun.client.set_cookie("__Host-staff", value, domain="svar.example")
    assert begun.get("/leader/").path == "/account/sign-in"


def kept(browser):
    """What the first page holds now."""
    page = browser.get("/answer/1").page
    return {each["name"]: each["value"] for each in page.select("input[checked]")}


def test_an_address_with_a_character_nobody_types_is_nobodys(browser):
    browser.get("/account/sign-in")
    sent = {"csrf_token": browser.token(), "email": "a\0@asken.example", "password": "whatever it is"}
    browser.post("/account/sign-in", sent, status=403)
