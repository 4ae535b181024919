"""A service below a path of its host, in a real browser: links, forms, style sheet and cookies lead there."""

import threading
from datetime import timedelta

import pytest
from werkzeug.serving import make_server

import survey
from instruments.pages import questionnaire_pages
from survey.accounts import passwords
from survey.collection import code_issuing, stored_urn
from survey.settings import Settings
from survey.store.repositories import accounts
from survey.web.platform.context import EXTENSION
from tests import waves
from tests.browser.following import follow
from tests.keys import make_installation
from tests.roles import grant_role
from tests.waves import BareInstallation

EMAIL, PASSWORD = "leder@example.org", "en lang setning her"


@pytest.fixture
def below(tmp_path):
    """The address of a service below a path, its application, and a survey that is open there."""
    settings = Settings(
        f"sqlite:///{tmp_path}/kjennetegn.db",
        tmp_path / "keys",
        "0123456789abcdef" * 2,
        "http://localhost/kjennetegn",
    )
    app = survey.create_app(make_installation(settings))
    house = app.extensions[EXTENSION]
    home = BareInstallation(house.database, house.keys)
    wave = waves.opened(home, opens_on=house.today, closes_on=house.today + timedelta(1))
    holder = accounts.add(home.database, EMAIL, passwords.hash_password(PASSWORD), "nb")
    grant_role(home.database, holder, "leader", wave.unit_key)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", home, wave
    server.shutdown()
    thread.join()
    server.server_close()
    house.database.close()


def test_staff_answer_and_a_leader_signs_in_below_a_path(below, phone):
    host, home, wave = below
    asked = []
    phone.on("request", lambda request: asked.append(request.url))
    [code] = code_issuing.issue(home.database, home.keys, wave.key, 1)
    phone.goto(f"{host}/kjennetegn/")
    assert phone.evaluate("() => document.styleSheets.length") == 1
    phone.fill("#code", code)
    follow(phone, "main form button")
    follow(phone, "a[hreflang=nb]")
    follow(phone, "main a.button")
    for _ in questionnaire_pages(waves.version()):
        phone.locator("tr.item td").first.click()
        follow(phone, "button[value=forward]")
    follow(phone, "main form button")
    assert phone.url == f"{host}/kjennetegn/answer/send"
    assert stored_urn.count(home.database, stored_urn.open_urn(home.keys, wave), wave) == 1
    assert {each["path"] for each in phone.context.cookies()} == {"/kjennetegn"}
    follow(phone, "main form button")
    follow(phone, "text=Innlogging for ledere")
    phone.fill("#email", EMAIL)
    phone.fill("#password", PASSWORD)
    follow(phone, "main form button")
    assert phone.url == f"{host}/kjennetegn/leader/"
    follow(phone, f"a[href$='{wave.key}']")
    assert phone.locator("h1").inner_text() == wave.title
    assert {url.startswith(f"{host}/kjennetegn/") for url in asked} == {True}


def test_the_root_of_the_host_says_where_the_service_is_not(below, phone):
    host, _, _ = below
    reply = phone.goto(f"{host}/")
    assert reply.status == 421
    assert "KJENNETEGN_PUBLIC_URL" in phone.locator("main").inner_text()
    assert phone.evaluate("() => document.styleSheets.length") == 1
