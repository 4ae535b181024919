"""A scanned key sheet in a real browser: what stands behind the # reaches the field and no server."""

import pytest

from tests.browser.conftest import PHONE
from tests.browser.following import follow


@pytest.fixture
def telephone(chromium):
    """A page under the policy that the service sends, scripts and all."""
    context = chromium.new_context(viewport=PHONE, locale="nb-NO")
    yield context.new_page()
    context.close()


def test_a_scanned_sheet_stands_in_the_field_and_no_longer_in_the_address(site, telephone):
    page, asked, typed = telephone, [], site.sheets[0]
    page.on("request", lambda request: asked.append(request.url + str(request.headers)))
    page.goto(f"{site.address}/sheet#{typed}")
    page.wait_for_function("document.getElementById('sheet').value !== ''")
    assert page.input_value("#sheet") == typed
    assert page.evaluate("location.href") == f"{site.address}/sheet"
    assert len(asked) > 2
    assert not [each for each in asked if typed[:9] in each]


def test_what_is_no_sheet_behind_the_hash_is_left_where_it_is(site, telephone):
    page = telephone
    page.goto(f"{site.address}/sheet#main")
    assert page.input_value("#sheet") == ""
    assert page.evaluate("location.hash") == "#main"


def test_all_of_a_sheet_is_seen_at_once_on_a_telephone(site, telephone):
    page = telephone
    page.goto(f"{site.address}/sheet#{site.sheets[0]}")
    page.wait_for_function("document.getElementById('sheet').value !== ''")
    hidden = "each => [each.scrollWidth - each.clientWidth, each.scrollHeight - each.clientHeight]"
    assert page.eval_on_selector("#sheet", hidden) == [0, 0]


def test_without_scripts_the_sheet_is_typed(site, phone):
    phone.goto(f"{site.address}/sheet#{site.sheets[0]}")
    assert phone.input_value("#sheet") == ""
    phone.fill("#sheet", "abc")
    follow(phone, "main button")
    assert phone.locator(".faults a").get_attribute("href") == "#sheet"
