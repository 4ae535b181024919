"""A rehearsal on a telephone without JavaScript: the mark stays in sight, and nothing arrives."""

from instruments.pages import questionnaire_pages
from survey.collection import questionnaire_link, stored_urn
from tests.browser.conftest import PHONE
from tests.browser.following import follow
from tests.waves import version

PAGES = len(questionnaire_pages(version()))


def test_the_whole_rehearsal_is_marked_at_the_top_and_at_the_end_of_every_page(site, phone):
    def look():
        assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        for place in ("0", "document.body.scrollHeight"):
            phone.evaluate(f"scrollTo(0, {place})")
            box = phone.locator(".rehearsal strong").bounding_box()
            assert 0 <= box["y"] <= PHONE["height"] / 4, phone.url
        seen.append(phone.url)

    seen, code = [], questionnaire_link.code(site.home.keys, site.open)
    urn = stored_urn.open_urn(site.home.keys, site.open)
    before = stored_urn.count(site.home.database, urn, site.open)
    phone.goto(f"{site.address}/q/{code}?language=nb")
    assert phone.locator("input, .rehearsal").count() == 0
    follow(phone, "main .go a")
    look()
    follow(phone, "main a.button")
    for number in range(1, PAGES + 1):
        look()
        for item in phone.locator("tr.item, #background fieldset").all():
            item.locator("label").nth(number % 3).click()
        follow(phone, "button[value=forward]")
    look()
    follow(phone, "main form button")
    look()
    phone.locator(".own summary").click()
    assert phone.locator(".own meter").count() == len(version().dimensions)
    follow(phone, "main form button")
    assert phone.url == f"{site.address}/q/{code}?language=nb"
    assert len(seen) == PAGES + 3
    assert stored_urn.count(site.home.database, urn, site.open) == before
