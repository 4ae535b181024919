"""What the script adds to a page of statements, under the policy that the service sends."""

import pytest

from tests.browser.conftest import DESK, PHONE
from tests.browser.following import follow
from tests.browser_pages import EMAIL, PASSWORD

FOCUS = "document.activeElement.id || document.activeElement.tagName"
CHECKED = "[...document.querySelectorAll('tr.item input:checked')].map(each => each.id)"
IN_SIGHT = """each => { const box = each.getBoundingClientRect();
  return box.top >= -1 && box.bottom <= innerHeight + 1; }"""


@pytest.fixture
def statements(site, chromium):
    """The first page of statements, at a width; motion is reduced, so that nothing waits for it."""
    opened = []

    def open_page(viewport, **asked):
        context = chromium.new_context(viewport=viewport, locale="nb-NO", reduced_motion="reduce", **asked)
        opened.append(context)
        page = context.new_page()
        page.goto(f"{site.address}/c/{site.code()}")
        follow(page, "main a.button")
        return page

    yield open_page
    for context in opened:
        context.close()


def item(page, number):
    return page.locator("tr.item").nth(number)


def identifier(page, number, value):
    return f"{item(page, number).get_attribute('id')}-{value}"


def test_keys_answer_the_first_unanswered_statement_and_take_no_focus(statements):
    page = statements(DESK)
    for key in "425":
        page.keyboard.press(key)
    assert page.evaluate(CHECKED) == [identifier(page, place, key) for place, key in enumerate("425")]
    assert page.evaluate(FOCUS) == "BODY"


def test_keys_answer_the_statement_one_is_at_and_no_other(statements):
    page = statements(DESK)
    item(page, 3).locator("input").first.focus()
    page.keyboard.press("2")
    page.keyboard.press("4")
    page.keyboard.press("9")
    page.keyboard.press("Control+1")
    assert page.evaluate(CHECKED) == [identifier(page, 3, "4")]
    assert page.evaluate(FOCUS) == identifier(page, 3, "4")


def test_keys_can_be_turned_off(statements):
    page = statements(DESK)
    page.locator("#keys-off").click()
    page.keyboard.press("3")
    assert page.evaluate(CHECKED) == []
    assert not page.locator("#keys").is_visible()


def test_the_next_statement_comes_into_view_when_one_is_answered(statements):
    page = statements(PHONE)
    assert not item(page, 1).evaluate(IN_SIGHT)
    item(page, 0).locator("label").nth(2).click()
    assert item(page, 1).evaluate(IN_SIGHT)


def test_nothing_moves_under_the_arrow_keys(statements):
    page = statements(PHONE)
    item(page, 0).locator("input").first.focus()
    page.keyboard.press("Space")
    before = page.evaluate("scrollY")
    page.keyboard.press("ArrowDown")
    assert page.evaluate(CHECKED) == [identifier(page, 0, "2")]
    assert page.evaluate("scrollY") == before


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_an_answer_is_taken_back_by_pressing_it_again_and_nothing_moves(statements, viewport):
    page = statements(viewport)
    cell = item(page, 0).locator("td").nth(2)
    cell.click()
    cell.scroll_into_view_if_needed()
    before, height = page.evaluate("scrollY"), page.evaluate("document.body.scrollHeight")
    # by the mouse itself: the driver would scroll what it clicks into view
    box = cell.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert page.evaluate(CHECKED) == [identifier(page, 0, "blank")]
    assert (page.evaluate("scrollY"), page.evaluate("document.body.scrollHeight")) == (before, height)
    follow(page, "button[value=forward]")
    follow(page, "button[value=back]")
    assert page.evaluate("document.querySelectorAll('tr.item input[checked]').length") == 0


def test_the_script_sends_and_keeps_nothing(statements):
    page, asked = statements(DESK), []
    page.on("request", lambda request: request.url.endswith("mark.svg") or asked.append(request.url))
    for key in "1234512":
        page.keyboard.press(key)
    item(page, 0).locator("td").nth(0).click()
    kept = "[localStorage.length, sessionStorage.length, document.cookie, history.state]"
    assert page.evaluate(kept) == [0, 0, "", None]
    # nothing was asked for before what the reader sends
    sent_to = page.locator("form[data-scored]").evaluate("each => each.action")
    follow(page, "button[value=forward]")
    assert asked[0] == sent_to


def test_a_text_to_copy_has_a_button_and_without_the_script_is_a_field(site, chromium):
    context = chromium.new_context(
        viewport=DESK, locale="nb-NO", permissions=["clipboard-read", "clipboard-write"]
    )
    page = context.new_page()
    page.goto(f"{site.address}/account/sign-in")
    page.fill("#email", EMAIL)
    page.fill("#password", PASSWORD)
    follow(page, "main button")
    page.goto(f"{site.address}/leader/{site.open.unit_key}/{site.open.key}/announcements")
    page.locator("#opening details").first.locator("summary").click()
    page.locator("#opening button").first.click()
    page.locator("#opening [role=status]", has_text="Kopiert").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == page.locator("#opening-mail").input_value()
    context.close()
