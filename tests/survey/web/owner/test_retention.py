"""An owner decides for how many years results are kept, and is told what ends when before it is decided."""

from datetime import date

import pytest

from survey.accounts import passwords
from survey.store.repositories import access_history, accounts, units, waves
from tests.roles import grant_role
from tests.waves import CLOSES, TODAY, drafted, opened, sealed, simulated

PASSWORD = "en lang setning her"
OWNER = "hun@example.org"
MOST = 10


@pytest.fixture
def town(home):
    top = units.add(home.database, "Fjordby", "municipality", None, None)
    for name in ("Alm", "Bjerk"):
        units.add(home.database, name, "workplace", "skole", top.key)
    return top


@pytest.fixture
def owner(browser, home, town):
    holder = accounts.add(home.database, OWNER, passwords.hash_password(PASSWORD), "nb")
    grant_role(home.database, holder, "owner", town.key)
    browser.get("/account/sign-in?language=nb")
    return browser.submit({"email": OWNER, "password": PASSWORD})


def main(owner):
    return " ".join(owner.page.first("main").text.split())


def led_to(owner, town, years):
    """The page that asks, reached as an owner reaches it."""
    owner.get("/owner/").get(f"/owner/{town.key}/retention")
    owner.get(f"/owner/{town.key}/retention?years={years}")
    assert owner.path == f"/owner/{town.key}/retention/{years}"
    return owner


def test_fewer_years_are_decided_after_it_is_said_what_ends_when(owner, home, town):
    old, draft = sealed(home, simulated(12), "Alm"), drafted(home, "Bjerk")
    assert f"/owner/{town.key}/retention" in [each["href"] for each in owner.get("/owner/").page.select("a")]
    led_to(owner, town, 3)
    assert owner.heading == "Ta vare på resultater i 3 år: Fjordby?"
    for told in (
        "blir fjernet etter 9. mars 2029",
        "ville det vært etter 9. mars 2036",
        "1 undersøkelse ble åpnet før. For den gjelder tiden",
        "fjernes etter 20. mars 2036",
        "1 utkast får den tiden som gjelder den dagen det åpnes",
        "Det som er fjernet, kan ikke hentes tilbake.",
    ):
        assert told in main(owner)
    # looking is no act
    assert units.by_key(home.database, town.key).kept_years is None
    owner.submit()
    assert owner.page.first(".done").text == (
        "Resultater av undersøkelser som åpnes fra nå av, tas vare på i 3 år."
    )
    assert units.by_key(home.database, town.key).kept_years == 3
    assert waves.by_key(home.database, old.key).kept_until == date(2036, 3, 20)
    assert opened(home, "Alm", opens_on=date(2026, 6, 1), closes_on=date(2026, 6, 9)).kept_years == 3
    assert waves.by_key(home.database, draft.key).is_draft
    act = access_history.acts_on_unit(home.database, [town.key])[0]
    assert (act.kind, act.about, act.done_by) == ("years-changed", "– → 3", OWNER)
    assert CLOSES > TODAY


def test_the_page_shows_by_year_what_ends_and_which_units_have_a_time_of_their_own(owner, home, town):
    sealed(home, simulated(12), "Alm")
    alm = next(each for each in units.every(home.database) if each.name == "Alm")
    owner.get(f"/owner/{alm.key}/retention/5").submit()
    owner.get(f"/owner/{town.key}/retention")
    assert "Resultater av undersøkelser som åpnes her, tas vare på i 10 år etter siste dag." in main(owner)
    rows = [[each.text for each in row.select("th, td")] for row in owner.page.select("tbody tr")]
    assert rows == [["2036", "1"]]
    assert [each.text for each in owner.page.select("[aria-labelledby=apart] li")] == ["Alm: 5 år"]
    owner.get(f"/owner/{town.key}/retention/4")
    assert "1 enhet under har sin egen tid, som står fast." in main(owner)
    owner.get(f"/owner/{town.key}/retention?of={alm.key}")
    assert "Det ble bestemt for denne enheten." in main(owner)
    assert owner.page.first("#years option[selected]")["value"] == "5"
    owner.get(f"/owner/{alm.key}/retention/0").submit()
    assert units.by_key(home.database, alm.key).kept_years is None


def test_a_unit_of_others_looks_like_one_that_is_not_there(owner, home, town):
    other = units.add(home.database, "Vik", "municipality", None, None)
    for each in (other.key, "0123456789abcdef", "%C3%A6"):
        owner.get(f"/owner/{town.key}/retention?of={each}", status=404)
        assert owner.path == f"/owner/{town.key}/retention"


def test_no_more_than_the_policy_and_nothing_of_another_owners_units_is_decided(owner, home, town):
    other = units.add(home.database, "Vik", "municipality", None, None)
    token = owner.get("/account/password").token()
    for path in (f"/owner/{town.key}/retention/{MOST + 1}", f"/owner/{other.key}/retention/2"):
        owner.get(path, status=404)
        owner.post(path, {"csrf_token": token}, status=404)
    assert {each.kept_years for each in units.every(home.database)} == {None}
    owner.get(f"/owner/{town.key}/retention/{MOST}").submit()
    assert "kan ikke hentes tilbake" not in main(owner)
    assert units.by_key(home.database, town.key).kept_years == MOST
