"""The public address: what is served below a path, and what another host or path is told."""

import pytest

import survey
from survey.accounts import passwords
from survey.collection import admission, code_issuing, stored_urn
from survey.settings import Settings
from survey.store.repositories import accounts
from survey.web.platform.context import EXTENSION
from survey.web.platform.public_address import PublicAddress
from tests.keys import make_installation
from tests.pages import Browser, check_page
from tests.roles import grant_role
from tests.waves import ON_SQLITE, TODAY, opened, place

SECRET = "0123456789abcdef" * 2
PASSWORD = "en lang setning her"
WRONG = {
    "nb": "Dette er ikke adressen vår",
    "nn": "Dette er ikkje adressa vår",
    "da": "Det er ikke vores adresse",
    "en": "This is not our address",
}


@pytest.fixture
def public_url():
    return "https://www.example.org/kjennetegn"


@pytest.fixture
def respondent(browser, home):
    wave = opened(home)
    [code] = code_issuing.issue(home.database, home.keys, wave.key, 1)
    browser.get(f"/c/{code}")
    browser.wave = wave
    return browser.get("/answer/start?language=nb")


def test_staff_answer_from_the_code_to_the_receipt_below_the_path(respondent, home):
    # the browser itself refuses every redirect, form and link that leads out of the path
    respondent.get("/answer/1")
    while respondent.path != "/answer/review":
        names = {each["name"] for each in respondent.page.select("input[type=radio]")}
        respondent.submit(dict.fromkeys(names, "4"), "forward")
    respondent.submit()
    assert respondent.path == "/answer/send"
    assert (
        stored_urn.count(home.database, stored_urn.open_urn(home.keys, respondent.wave), respondent.wave) == 1
    )
    assert respondent.submit().path == "/"


def test_a_leader_goes_from_the_sign_in_to_the_slips_below_the_path(browser, home):
    holder = accounts.add(home.database, "leder@example.org", passwords.hash_password(PASSWORD), "nb")
    grant_role(home.database, holder, "leader", place(home).key)
    new = f"/leader/{place(home).key}/new"
    assert browser.get(new).path == "/account/sign-in"
    browser.submit({"email": "leder@example.org", "password": PASSWORD})
    assert browser.path == new
    plan = {"title": "Vår", "invited": "12", "closes_on": TODAY.isoformat(), "leaders_answer": "no"}
    browser.submit(plan)
    browser.submit(press="Åpne undersøkelsen")
    browser.submit({"count": "5"}, "Lapper som PDF")
    assert browser.reply.data.startswith(b"%PDF")
    links = [each["href"] for each in browser.get("/leader/").page.select("nav.desk a")]
    assert links == ["/kjennetegn/leader/", "/kjennetegn/account/factors"]


@ON_SQLITE
def test_the_style_sheet_of_a_page_is_there(browser):
    sheet = browser.get("/").page.first("link[rel=stylesheet]")["href"]
    with browser.client.get(sheet, base_url=browser.address) as reply:
        assert (reply.status_code, reply.mimetype) == (200, "text/css")


@ON_SQLITE
def test_cookies_are_sent_below_the_path_only(respondent):
    [cookie] = respondent.get("/?language=nn").cookies()
    name, *attributes = cookie.split("; ")
    assert name.startswith("__Secure-answers=")
    assert {"Path=/kjennetegn", "Secure", "HttpOnly", "SameSite=Lax"} <= set(attributes)


def test_codes_and_links_are_printed_with_the_path(app, home):
    house = app.extensions[EXTENSION]
    wave = opened(home, open_link=True)
    assert admission.code_address(house.settings, "abc") == "https://www.example.org/kjennetegn/c/abc"
    link = admission.link_address(house.settings, home.keys, wave)
    assert link.startswith("https://www.example.org/kjennetegn/open/")


@ON_SQLITE
@pytest.mark.parametrize("language", WRONG)
@pytest.mark.parametrize(
    ("host", "path"),
    [
        ("evil.example", "/kjennetegn/"),
        ("www.example.org.evil.example", "/kjennetegn/"),
        ("www.example.org@evil.example", "/kjennetegn/"),
        ("", "/kjennetegn/"),
        ("www.example.org", "/"),
        ("www.example.org", "/kjennetegnx/"),
        ("www.example.org", "/account/sign-in"),
        ("evil.example", "/kjennetegn/?language=nn"),
    ],
)
def test_another_host_or_path_gets_a_page_that_names_the_setting(app, host, path, language):
    reply = app.test_client().get(
        path, headers={"Host": host, "Accept-Language": language}, base_url="https://www.example.org"
    )
    page = check_page(reply.text, 421)
    spoken = "nn" if path.endswith("nn") else language
    assert (reply.status_code, page["lang"]) == (421, spoken)
    assert page.first("h1").text == WRONG[spoken]
    assert "KJENNETEGN_PUBLIC_URL" in page.text
    assert "evil" not in reply.text
    assert "example.org" not in reply.text
    assert "Set-Cookie" not in reply.headers


def test_another_host_moves_nothing(app, home):
    [code] = code_issuing.issue(home.database, home.keys, opened(home).key, 1)
    reply = app.test_client().post("/kjennetegn/", data={"code": code}, base_url="https://evil.example")
    assert reply.status_code == 421


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:8000", "[::1]:8000", "localhost"])
def test_a_demonstration_is_reached_under_every_name_of_its_machine(tmp_path, host):
    app = survey.create_app(
        make_installation(Settings(f"sqlite:///{tmp_path}/k.db", tmp_path / "keys", SECRET))
    )
    browser = Browser(app, f"http://{host}")
    assert browser.get("/").path == "/"
    app.extensions[EXTENSION].database.close()


def test_an_address_is_taken_apart():
    assert PublicAddress.of("https://a.example:444/b/c/") == ("a.example:444", "/b/c", ("a.example",))
    assert PublicAddress.of("https://[2001:db8::1]:444").names == ("[2001:db8::1]",)
    assert PublicAddress.of("https://Spørsmål.example").names == ("xn--sprsml-mua2m.example",)
    assert PublicAddress.of("https://a.example") == ("a.example", "", ("a.example",))
