"""What every reply carries, and what no reply gives away."""

import re

import pytest

from instruments.languages import LANGUAGES
from survey.accounts import passwords
from survey.collection import code_issuing
from survey.store.repositories import accounts
from survey.web.platform import headers
from survey.web.platform.cookies import SealedCookies
from tests.pages import Browser, check_page
from tests.roles import grant_role
from tests.waves import ON_SQLITE, opened

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
PASSWORD = "en lang setning her"
HASHED = passwords.hash_password(PASSWORD)


def test_the_headers_are_these_and_no_others(app, public_url):
    reply = app.test_client().get("/privacy", base_url=public_url)
    assert dict(reply.headers) == {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Length": str(len(reply.data)),
        "Content-Security-Policy": POLICY,
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
        "Cache-Control": "no-store",
    }


def test_a_respondent_is_given_one_cookie_that_only_this_host_gets_back(browser, home):
    wave = opened(home)
    code = code_issuing.issue(home.database, home.keys, wave.key, 1)[0]
    replies = [
        browser.client.get(path, base_url=browser.address) for path in ("/", f"/c/{code}", "/answer/start")
    ]
    cookies = [cookie for reply in replies for cookie in reply.headers.getlist("Set-Cookie")]
    assert cookies
    for cookie in cookies:
        name, *attributes = cookie.split("; ")
        assert name.startswith("__Host-answers=")
        kept = {each for each in attributes if not each.startswith("Expires=")}
        assert kept == {"Secure", "HttpOnly", "Path=/", "SameSite=Lax", "Max-Age=7200"}


def test_pages_of_those_who_answer_are_the_same_for_whoever_is_signed_in(browser, app, home, public_url):
    wave = opened(home)
    holder = accounts.add(home.database, "leder@example.org", HASHED, "nb")
    grant_role(home.database, holder, "leader", wave.unit_key)
    browser.get("/account/sign-in").submit({"email": holder.email, "password": PASSWORD})
    signed_in = {each.key: each.value for each in browser.client._cookies.values()}
    assert "__Host-staff" in signed_in
    codes = code_issuing.issue(home.database, home.keys, wave.key, 2)
    pages = []
    for person, code in zip((browser, Browser(app, public_url)), codes, strict=True):
        shown = [
            person.get(path).reply.text
            for path in ("/?language=nb", f"/c/{code}", "/answer/start?language=nb", "/answer/1", "/answer")
        ]
        # drawn for each browser, signed in or not
        drawn = rf'name="csrf_token" value="[^"]+"|{code}'
        pages.append([re.sub(drawn, "", text) for text in shown])
    assert pages[0] == pages[1]
    assert "__Host-answers" in {each.key for each in browser.client._cookies.values()}
    # nor is the sign-in's cookie set anew, or ended, by any of them
    assert browser.client.get_cookie("__Host-staff", domain="svar.example").value == signed_in["__Host-staff"]


def test_without_https_the_cookie_has_a_plain_name_so_that_a_demonstration_works():
    assert SealedCookies("s" * 32, https=False, unsent=60).respondent.name == "answers"


def test_a_code_is_unreadable_in_the_cookie(browser, home):
    wave = opened(home)
    code = code_issuing.issue(home.database, home.keys, wave.key, 1)[0]
    browser.get(f"/c/{code}")
    value = browser.client.get_cookie("__Host-answers", domain="svar.example").value
    assert wave.key not in value
    assert code not in value


def test_a_style_sheet_may_be_kept_and_a_page_never(app, public_url):
    with app.test_client().get("/static/kjennetegn.css", base_url=public_url) as sheet:
        assert sheet.headers["Cache-Control"] == headers._KEPT_A_YEAR
    assert app.test_client().get("/nowhere", base_url=public_url).headers["Cache-Control"] == "no-store"


@ON_SQLITE
@pytest.mark.parametrize("name", ["X-Forwarded-Host", "X-Original-URL", "X-Rewrite-URL", "Forwarded"])
def test_a_header_from_outside_moves_nothing(browser, name):
    browser.get("/leader/", headers={name: "evil.example"})
    assert "evil" not in browser.reply.text


@ON_SQLITE
@pytest.mark.parametrize(
    "path",
    [
        "/static/../application.py",
        "/static/..%2fapplication.py",
        "/static/%2e%2e/%2e%2e/settings.py",
        "/static/",
    ],
)
def test_nothing_but_the_static_files_is_served(browser, path):
    browser.get(path, status=404)


@ON_SQLITE
@pytest.mark.parametrize(
    ("method", "status"), [("PUT", 405), ("DELETE", 405), ("PATCH", 405), ("TRACE", 405)]
)
def test_another_method_is_refused_with_a_page_of_ours(app, method, status, public_url):
    reply = app.test_client().open("/", method=method, base_url=public_url)
    assert reply.status_code == status
    check_page(reply.text, status)


@ON_SQLITE
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_error_page_speaks_the_readers_language_and_tells_nothing(app, language, public_url):
    @app.before_request
    def fail():
        raise RuntimeError("the inside")

    app.config["PROPAGATE_EXCEPTIONS"] = False
    reply = app.test_client().get("/privacy", base_url=public_url, headers={"Accept-Language": language})
    page = check_page(reply.text, 500)
    assert page["lang"] == language
    assert "inside" not in reply.text
    assert "RuntimeError" not in reply.text


@ON_SQLITE
@pytest.mark.parametrize(
    ("asked", "spoken"), [("no", "nb"), ("nn-NO,nb;q=0.8", "nn"), ("sv,da;q=0.5", "da"), ("fr", "en")]
)
def test_a_browsers_language_is_followed(app, asked, spoken, public_url):
    reply = app.test_client().get("/privacy", base_url=public_url, headers={"Accept-Language": asked})
    assert check_page(reply.text, 200)["lang"] == spoken


def test_bytes_of_an_address_that_are_no_text_stay_what_they_are_in_another_language(app, public_url):
    page = app.test_client().get("/privacy?x=%FFa%25&y=%C3%A6&y=", base_url=public_url).text
    assert "?x=%FFa%25&amp;y=%C3%A6&amp;y=&amp;language=nn" in page


def test_a_chosen_language_is_kept(browser):
    assert browser.get("/?language=nn").get("/privacy").page["lang"] == "nn"
