"""Answering in a real browser: without JavaScript on a telephone, and by keyboard alone."""

from instruments.pages import questionnaire_pages
from survey.collection import stored_urn
from tests.browser.conftest import PHONE
from tests.browser.following import follow
from tests.browser.layout import set_text_size, standing_out_of
from tests.waves import version

PAGES = len(questionnaire_pages(version()))
SMALLEST_TARGET = 44
MOST_TAPS = 45


def arrived(site):
    urn = stored_urn.open_urn(site.home.keys, site.open)
    return stored_urn.count(site.home.database, urn, site.open)


def test_the_whole_questionnaire_on_a_telephone_without_javascript_in_few_taps(site, phone):
    before, taps = arrived(site), []

    def tap(place):
        place.click()
        taps.append(place)

    def tap_on(selector):
        follow(phone, selector)
        taps.append(selector)

    phone.goto(f"{site.address}/c/{site.code()}")
    tap_on("a[hreflang=nb]")
    tap_on("main a.button")
    for number in range(1, PAGES + 1):
        assert phone.locator("progress").get_attribute("value") == str(number - 1)
        for item in phone.locator("tr.item, #background fieldset").all():
            tap(item.locator("label").nth(number % 3))
        assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        tap_on("button[value=forward]")
    assert phone.locator(".blanks").count() == 0
    tap_on("main form button")
    assert phone.url.endswith("/answer/send")
    assert arrived(site) == before + 1
    # 36 statements and one question, the first page with its language, five pages, the review
    assert len(taps) <= MOST_TAPS


def test_the_whole_questionnaire_with_letters_twice_as_large(site, chromium):
    before, found = arrived(site), {}
    context = chromium.new_context(viewport=PHONE, java_script_enabled=False, locale="nb-NO", bypass_csp=True)
    page = context.new_page()
    set_text_size(page, 200)

    def look():
        # the body's letters are 1.0625 of what the browser is set to
        assert page.evaluate("getComputedStyle(document.body).fontSize") == "34px"
        found[page.url] = standing_out_of(page)

    page.goto(f"{site.address}/c/{site.code()}")
    look()
    follow(page, "main a.button")
    for number in range(1, PAGES + 1):
        for item in page.locator("tr.item, #background fieldset").all():
            item.locator("label").nth(number % 3).click()
        look()
        follow(page, "button[value=forward]")
    look()
    follow(page, "main form button")
    look()
    context.close()
    assert len(found) == PAGES + 3
    assert {address: each for address, each in found.items() if each} == {}
    assert arrived(site) == before + 1


def test_a_choice_is_taken_back_without_javascript(site, phone):
    phone.goto(f"{site.address}/c/{site.code()}")
    follow(phone, "a[hreflang=nb]")
    phone.goto(f"{site.address}/answer/1")
    first = phone.locator("tr.item").first
    assert not first.locator(".blank label").is_visible()
    first.locator("td").nth(2).click()
    first.locator(".blank label").click()
    follow(phone, "button[value=forward]")
    follow(phone, "button[value=back]")
    assert phone.locator("input:checked").count() == 0


def test_every_target_is_as_high_as_a_finger(site, phone):
    phone.goto(f"{site.address}/c/{site.code()}")
    follow(phone, "a[hreflang=nb]")
    phone.goto(f"{site.address}/answer/1")
    targets = phone.locator(".option label:visible, main button:visible, header a:visible").all()
    assert len(targets) > 8 * 7
    for target in targets:
        assert target.bounding_box()["height"] >= SMALLEST_TARGET, target.inner_text()


def test_the_whole_questionnaire_by_keyboard_alone(site, phone):
    before = arrived(site)
    phone.goto(f"{site.address}/")
    tab_to(phone, "#code")
    phone.keyboard.type(site.code())
    phone.keyboard.press("Enter")
    phone.wait_for_url("**/answer/start")
    tab_to(phone, "a[hreflang=nb]")
    phone.keyboard.press("Enter")
    phone.wait_for_url("**/answer/start?language=nb")
    tab_to(phone, "main a.button")
    phone.keyboard.press("Enter")
    for number in range(1, PAGES + 1):
        phone.wait_for_url(f"**/answer/{number}")
        items = {each.get_attribute("name"): None for each in phone.locator("main input[type=radio]").all()}
        for name in items:
            tab_to(phone, f"[name={name}]")
            phone.keyboard.press("Space")
            phone.keyboard.press("ArrowDown")
        assert phone.locator("input:checked").count() == len(items)
        # Enter in a group presses the first button: forward, never back
        phone.keyboard.press("Enter")
    phone.wait_for_url("**/answer/review")
    assert phone.locator(".blanks").count() == 0
    tab_to(phone, "main form button")
    phone.keyboard.press("Enter")
    phone.wait_for_url("**/answer/send")
    assert arrived(site) == before + 1


def tab_to(page, selector):
    """Press Tab until the focus is on something the selector finds."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.locator(f":is({selector}):focus").count():
            return
    raise AssertionError(f"the keyboard does not reach {selector}")
