"""Owners and operators find the papers on their pages, with what the installation decides."""

import pytest

from survey.accounts import passwords
from survey.store.repositories import accounts, units
from survey.web.papers.paper import LANGUAGES, PAPERS
from tests.pages import saved_name
from tests.roles import grant_role

PASSWORD = "en lang setning her"


@pytest.fixture
def town(home):
    return units.add(home.database, "Nordby kommune", "municipality", None, None)


@pytest.fixture
def signed_in(browser, home, town):
    """Signs in with one role."""

    def sign_in(role):
        holder = accounts.add(home.database, "hun@example.org", passwords.hash_password(PASSWORD), "nb")
        grant_role(home.database, holder, role, town.key if role == "owner" else None)
        browser.get("/account/sign-in?language=nb")
        return browser.submit({"email": "hun@example.org", "password": PASSWORD})

    return sign_in


def fetched(browser, path):
    return browser.client.get(path, base_url=browser.address)


@pytest.mark.parametrize("role", ["owner", "operator"])
def test_every_paper_is_led_to_in_every_language_to_read_and_to_write_in(signed_in, town, role):
    browser = signed_in(role)
    home = f"/owner/{town.key}/papers" if role == "owner" else "/operator/papers"
    first = browser.get(f"/{role}/").page
    assert home in [link["href"] for link in first.select("main a")]
    led_to = [link["href"] for link in browser.get(home).page.select("main td a")]
    assert sorted(led_to) == sorted(
        f"{home}/{language}/{name}.{ending}"
        for language in LANGUAGES
        for name in PAPERS
        for ending in ("html", "pdf")
    )
    for address in led_to[:2]:
        reply = fetched(browser, address)
        assert reply.status_code == 200
        assert saved_name(reply) == f"kjennetegn-accessibility-statement-nb.{address.rpartition('.')[2]}"


def test_an_owners_paper_holds_the_owners_name_and_an_operators_a_blank(signed_in, home, town):
    browser = signed_in("owner")
    told = fetched(browser, f"/owner/{town.key}/papers/nb/processing-agreement.html").text
    assert "Nordby kommune" in told
    assert "https://svar.example" in told
    grant_role(home.database, accounts.by_email(home.database, "hun@example.org"), "operator", None)
    told = fetched(browser, "/operator/papers/nb/processing-agreement.html").text
    assert "Nordby kommune" not in told
    assert "<mark>[Fyll ut: navn]</mark>" in told


def test_an_operator_chooses_whose_papers_they_are(signed_in, town, home):
    school = units.add(home.database, "Nordby skole", "workplace", "skole", town.key)
    browser = signed_in("operator")
    offered = browser.get("/operator/papers").page.select("#unit option")
    assert [each["value"] for each in offered] == ["", town.key]
    assert school.key not in browser.reply.text
    browser.get(f"/operator/papers?unit={town.key}")
    assert "Nordby kommune" in browser.heading
    led_to = [each["href"] for each in browser.page.select("main td a")]
    [address] = [each for each in led_to if "/nb/processing-agreement.html" in each]
    assert "Nordby kommune" in fetched(browser, address).text
    browser.get("/operator/papers?unit=0000000000000000", 404)


@pytest.mark.parametrize("asked", ["da/impact-assessment.pdf", "nb/invoice.pdf", "nb/impact-assessment.docx"])
def test_what_there_is_not_is_not_found(signed_in, town, asked):
    browser = signed_in("owner")
    assert fetched(browser, f"/owner/{town.key}/papers/{asked}").status_code == 404
