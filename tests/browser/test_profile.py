"""The profile on a telephone: the whole story before the numbers, and nothing stands out at any width."""

import pytest

from survey.collection import lifecycle, sealing
from survey.store.repositories import accounts
from survey.web.platform.context import EXTENSION
from tests import waves
from tests.browser.conftest import PHONE
from tests.browser.following import follow
from tests.browser_pages import EMAIL, PASSWORD
from tests.roles import grant_role

MOST_SCREENS = 4  # of a telephone, before the details


@pytest.fixture(scope="module")
def profile(site):
    """The address of the profile of a third survey, with all that one before it gives rise to."""
    home, today = site.home, site.app.extensions[EXTENSION].today
    for place in range(3):
        wave = waves.opened(home, "Rogn", title=f"Vår {2024 + place}", opens_on=today, closes_on=today)
        waves.answer(home, wave, waves.simulated(18, place), today)
        lifecycle.close(home.database, wave.key)
        sealing.seal(home.database, home.keys, home.policy, wave.key)
    grant_role(home.database, accounts.by_email(home.database, EMAIL), "leader", wave.unit_key)
    return f"{site.address}/leader/{wave.unit_key}/{wave.key}/profile"


@pytest.fixture
def telephone(site, chromium):
    context = chromium.new_context(viewport=PHONE, locale="nb-NO", bypass_csp=True)
    page = context.new_page()
    page.goto(f"{site.address}/account/sign-in")
    page.fill("[name=email]", EMAIL)
    page.fill("[name=password]", PASSWORD)
    follow(page, "main button")
    yield page
    context.close()


def test_the_story_takes_at_most_four_screens_of_a_telephone_and_the_report_is_on_the_first(
    telephone, profile
):
    page = telephone
    page.goto(profile)
    page.wait_for_load_state("networkidle")
    images = page.locator("main picture img")
    assert images.count() == 3
    loaded = "each => each.complete && each.naturalWidth > 100 && each.currentSrc.includes('-narrow')"
    assert all(images.nth(place).evaluate(loaded) for place in range(3))
    top = "each => each.getBoundingClientRect().top + scrollY"
    assert page.locator("#numbers").evaluate(top) <= MOST_SCREENS * PHONE["height"]
    assert page.locator("main a.button").first.evaluate(top) < PHONE["height"] / 2
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


def test_a_statement_its_bar_and_its_mean_stand_together(telephone, profile):
    page = telephone
    page.goto(profile)
    follow(page, "#numbers + div a")
    page.wait_for_load_state("networkidle")
    rows = page.locator("main tbody tr")
    assert rows.count() == 4
    for place in range(4):
        row = rows.nth(place)
        box, bar = row.bounding_box(), row.locator("img").bounding_box()
        assert bar["width"] > PHONE["width"] / 2
        assert box["y"] < bar["y"] < bar["y"] + bar["height"] < box["y"] + box["height"]
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
