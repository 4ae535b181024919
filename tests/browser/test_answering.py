"""Answering in a real browser: without JavaScript on a telephone, and by keyboard alone."""

from survey.collection import stored_urn
from tests.waves import version

DIMENSIONS = len(version().dimensions)
SMALLEST_TARGET = 44


def arrived(site):
    urn = stored_urn.open_urn(site.home.keys, site.open)
    return stored_urn.count(site.home.database, urn, site.open)


def test_the_whole_questionnaire_on_a_telephone_without_javascript(site, phone):
    before = arrived(site)
    phone.goto(f"{site.address}/c/{site.code()}")
    phone.click("button[value=nb]")
    phone.click("main a.button")
    for number in range(1, DIMENSIONS + 1):
        assert phone.locator("progress").get_attribute("value") == str(number)
        for item in phone.locator("fieldset.item").all():
            item.locator(".scale label").nth(number % 5).click()
        width = phone.locator("main form").bounding_box()
        assert width["x"] >= 0
        assert width["x"] + width["width"] <= 360
        phone.click("button[value=forward]")
    phone.locator("fieldset.item label").nth(1).click()
    phone.click("button[value=forward]")
    assert phone.locator(".blanks").count() == 0
    phone.click("main form button")
    assert phone.url.endswith("/answer/receipt")
    assert arrived(site) == before + 1


def test_a_choice_is_taken_back_without_javascript(site, phone):
    phone.goto(f"{site.address}/c/{site.code()}")
    phone.click("button[value=nb]")
    phone.goto(f"{site.address}/answer/1")
    first = phone.locator("fieldset.item").first
    assert not first.locator(".blank").is_visible()
    first.locator(".scale label").nth(2).click()
    first.locator(".blank label").click()
    phone.click("button[value=forward]")
    phone.click("button[value=back]")
    assert phone.locator("input:checked").count() == 0


def test_every_target_is_as_high_as_a_finger(site, phone):
    phone.goto(f"{site.address}/c/{site.code()}")
    phone.click("button[value=nb]")
    phone.goto(f"{site.address}/answer/1")
    targets = phone.locator(".option label:visible, main button, header a:visible").all()
    assert len(targets) > 4 * 7
    for target in targets:
        assert target.bounding_box()["height"] >= SMALLEST_TARGET, target.inner_text()


def test_the_whole_questionnaire_by_keyboard_alone(site, phone):
    before = arrived(site)
    phone.goto(f"{site.address}/")
    tab_to(phone, "#code")
    phone.keyboard.type(site.code())
    phone.keyboard.press("Enter")
    phone.wait_for_url("**/answer/language")
    tab_to(phone, "button[value=nb]")
    phone.keyboard.press("Enter")
    phone.wait_for_url("**/answer/promise")
    tab_to(phone, "main a.button")
    phone.keyboard.press("Enter")
    for number in range(1, DIMENSIONS + 1):
        phone.wait_for_url(f"**/answer/{number}")
        for item in range(4):
            tab_to(phone, f"fieldset.item:nth-of-type({item + 1}) input")
            phone.keyboard.press("Space")
            phone.keyboard.press("ArrowDown")
        assert phone.locator("input:checked").count() == 4
        # Enter in a group presses the first button: forward, never back
        phone.keyboard.press("Enter")
    phone.wait_for_url("**/answer/background")
    tab_to(phone, "fieldset.item input")
    phone.keyboard.press("Space")
    phone.keyboard.press("Enter")
    phone.wait_for_url("**/answer/review")
    assert phone.locator(".blanks").count() == 0
    tab_to(phone, "main form button")
    phone.keyboard.press("Enter")
    phone.wait_for_url("**/answer/receipt")
    assert arrived(site) == before + 1


def tab_to(page, selector):
    """Press Tab until the focus is on something the selector finds."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.locator(f":is({selector}):focus").count():
            return
    raise AssertionError(f"the keyboard does not reach {selector}")
