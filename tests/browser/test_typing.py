"""Forms on paper are typed in by keyboard alone, with the script that leads on and without any."""

import pytest

from survey.collection import admission, stored_urn
from tests.browser.conftest import DESK, PHONE
from tests.browser.following import follow

FOCUS = "document.activeElement.id || document.activeElement.textContent.trim()"
TYPED = "[...document.querySelectorAll('.sign input, #code')].map(each => each.value).join('')"


@pytest.fixture
def desk(site, chromium):
    """Opens a device for typing in at its first form, at a width."""
    opened = []

    def open_form(viewport, **asked):
        context = chromium.new_context(viewport=viewport, locale="nb-NO", **asked)
        opened.append(context)
        page = context.new_page()
        address = admission.paper_address(site.installation.settings, site.home.keys, site.open)
        page.goto(site.address + address.removeprefix("http://localhost"))
        follow(page, "main a.button")
        assert page.url.endswith("/paper/form")
        return page

    yield open_form
    for context in opened:
        context.close()


def arrived(site):
    return stored_urn.count(site.home.database, stored_urn.open_urn(site.home.keys, site.open), site.open)


def tab_to(page, name):
    """Press Tab until what has this id or these words is focused, as whoever has no mouse does."""
    for _ in range(60):
        if page.evaluate(FOCUS) == name:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no way by keyboard to {name}")


def check_and_save(page, site):
    """Save the form from its check, and go back from where that leads: nothing of it is there."""
    assert page.locator(".typed li").count() == 36
    before = arrived(site)
    tab_to(page, "Lagre skjemaet")
    page.keyboard.press("Enter")
    page.wait_for_url("**/paper/form")
    assert arrived(site) == before + 1
    assert page.locator("h1").inner_text() == "Lagret: Skriv inn neste skjema"
    assert page.evaluate(TYPED) == ""
    for _ in range(2):
        page.go_back()
        page.wait_for_url("**/paper/form")
        assert page.evaluate(TYPED) == ""
        assert page.locator(".typed").count() == 0


def test_with_the_script_signs_lead_on_by_themselves(desk, site):
    page = desk(DESK)
    assert page.locator("#leads").is_visible()
    assert page.evaluate(FOCUS) == "code"
    page.keyboard.type(site.code())
    page.keyboard.press("Enter")
    page.keyboard.type("1")
    # a wrong sign stays where it is, and is marked; Backspace takes it back, and then the one before
    page.keyboard.type("7")
    assert page.locator(".sign input[aria-invalid]").input_value() == "7"
    page.keyboard.press("Backspace")
    page.keyboard.press("Backspace")
    page.keyboard.type("52")
    page.keyboard.press("Enter")
    page.keyboard.type("8934" * 8 + "5")
    assert page.evaluate(FOCUS) == "background"
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.wait_for_url("**/paper/check")
    assert page.locator(".typed b").all_inner_texts() == ["5", "2", "", *"8934" * 8, "5"]
    assert "35 av 36" in page.locator("main").inner_text()
    assert page.locator(".sheet section").last.locator("p").inner_text() != "Ubesvart"
    check_and_save(page, site)


def test_without_a_script_tab_leads_from_sign_to_sign(desk, site):
    page = desk(PHONE, java_script_enabled=False)
    tab_to(page, "code")
    page.keyboard.type(site.code())
    for sign in "3" * 36:
        page.keyboard.press("Tab")
        page.keyboard.type(sign)
    tab_to(page, "Kontroller skjemaet")
    page.keyboard.press("Enter")
    page.wait_for_url("**/paper/check")
    assert page.locator(".typed b").all_inner_texts() == ["3"] * 36
    check_and_save(page, site)
