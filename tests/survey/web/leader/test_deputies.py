"""A leader appoints a deputy, who does what the leader does and appoints nobody; staff can read who it is."""

from datetime import date

import pytest

from survey.accounts import deputies, passwords
from survey.collection import code_issuing
from survey.store.repositories import access_history, accounts, units
from tests.roles import grant_role
from tests.waves import opened, place, sealed, simulated

PASSWORD = "en lang setning her"
HASHED = passwords.hash_password(PASSWORD)
LEADER, NEW = "leder@example.org", "vikar@example.org"
DAY = 86400


@pytest.fixture
def unit(home):
    """The unit that is led."""
    return place(home).key


@pytest.fixture
def inside(browser, home, unit):
    """A browser signed in as the leader of Asken."""
    grant_role(home.database, accounts.add(home.database, LEADER, HASHED, "nb"), "leader", unit)
    return signed_in(browser, LEADER)


def signed_in(browser, email):
    return browser.get("/account/sign-in?language=nb").submit({"email": email, "password": PASSWORD})


def appoint(inside, unit, email=NEW, status=200):
    return inside.get(f"/leader/{unit}/deputies").submit(
        {"email": email, "language": "nn"}, press="Velg", status=status
    )


def roles(home, email):
    return {(each.role, each.unit_key) for each in accounts.by_email(home.database, email).memberships}


def history(home, unit):
    return [
        (each.role, each.holder, each.given_by, each.ended_by)
        for each in access_history.roles_of_unit(home.database, units.upwards(home.database, unit))
    ]


def test_somebody_new_gets_an_account_and_the_leader_a_link_to_hand_over(inside, home, unit, browser):
    assert f"/leader/{unit}/deputies" in [
        each["href"] for each in inside.get("/leader/").page.select("main a")
    ]
    appoint(inside, unit)
    link = inside.page.first(".card.address").text
    assert roles(home, NEW) == {("deputy", unit)}
    assert accounts.by_email(home.database, NEW).language == "nn"
    browser.get(link.removeprefix(browser.address)).submit({"new": PASSWORD, "again": PASSWORD})
    assert passwords.verify_password(accounts.by_email(home.database, NEW).password_hash, PASSWORD)


def test_a_deputy_does_what_a_leader_does_sees_results_from_the_next_day_and_appoints_nobody(
    inside, home, unit, clock
):
    wave = sealed(home, simulated(12))
    accounts.add(home.database, NEW, HASHED, "nb")
    appoint(inside, unit)
    assert "ser resultater fra i morgen" in inside.page.first(".done").text
    signed_in(inside, NEW)
    assert inside.get("/leader/").page.first("main h2").text == "Asken"
    inside.get(f"/leader/{unit}/{wave.key}/profile", status=403)
    inside.get(f"/leader/{unit}/deputies", status=403)
    clock.pass_by(DAY)
    signed_in(inside, NEW)
    inside.get(f"/leader/{unit}/{wave.key}/profile")
    inside.get(f"/leader/{unit}/new")
    sent = {"email": "flere@example.org", "language": "nb", "csrf_token": inside.token()}
    inside.post(f"/leader/{unit}/deputies", sent, status=403)
    assert accounts.by_email(home.database, "flere@example.org") is None
    assert "deputies" not in inside.get("/leader/").page.first("main").text


def test_a_dismissed_deputy_sees_nothing_more_and_stays_in_the_history(inside, home, unit):
    accounts.add(home.database, NEW, HASHED, "nb")
    appoint(inside, unit)
    inside.submit(press=inside.page.first("form[action$=dismiss]")["action"])
    assert "er ute av rollen" in inside.page.first(".done").text
    assert history(home, unit)[0] == ("deputy", NEW, LEADER, LEADER)
    inside.get(f"/leader/{unit}/access")
    row = next(each for each in inside.page.select("tbody tr") if NEW in each.text)
    assert "Stedfortreder" in row.text
    assert row.text.count(LEADER) == 2
    signed_in(inside, NEW).get("/leader/", status=403)


def test_a_leader_says_until_when_somebody_deputises(inside, home, unit):
    appoint(inside, unit)
    number = accounts.by_email(home.database, NEW).id
    inside.get(f"/leader/{unit}/deputies")
    path = f"/leader/{unit}/deputies/{number}/last-day"
    assert path in [each["href"] for each in inside.page.select("main a")]
    inside.get(path).submit({"last_day": "2026-07-31"})
    assert "Siste dag: 31. juli 2026" in inside.page.first("main .card").text
    assert accounts.by_email(home.database, NEW).memberships[0].ends_on == date(2026, 7, 31)
    inside.get(path).submit({"last_day": "2020-01-01"}, status=400)
    rows = [each.text for each in inside.get(f"/leader/{unit}/access").page.select("tbody tr")]
    assert any("Siste dag for en rolle ble endret" in each and "→ 31. juli 2026" in each for each in rows)
    inside.get(path).submit({"last_day": ""})
    assert accounts.by_email(home.database, NEW).memberships[0].ends_on is None
    # nobody but a deputy of this unit: no leader, no owner, and not the own role
    own = accounts.by_email(home.database, LEADER).id
    inside.get(f"/leader/{unit}/deputies/{own}/last-day", status=404)


def test_there_are_two_deputies_at_most(inside, home, unit):
    for email in ("en@example.org", "to@example.org"):
        appoint(inside, unit, email)
    page = inside.get(f"/leader/{unit}/deputies").page
    assert not page.select("input[name=email]")
    sent = {"email": "tre@example.org", "language": "nb", "csrf_token": inside.token()}
    inside.post(f"/leader/{unit}/deputies", sent, status=400)
    assert len(deputies.of_unit(home.database, unit)) == 2
    assert accounts.by_email(home.database, "tre@example.org") is None


def test_a_lost_link_is_made_again_for_a_deputy_who_is_dismissed_and_appointed_again(inside, home, unit):
    appoint(inside, unit, "en@example.org")
    appoint(inside, unit)
    lost = inside.page.first(".card.address").text
    assert (
        "ta stedfortrederen ut av rollen og velge den samme adressen igjen" in inside.page.first("main").text
    )
    number = accounts.by_email(home.database, NEW).id
    inside.get(f"/leader/{unit}/deputies").submit(press=f"/leader/{unit}/deputies/{number}/dismiss")
    appoint(inside, unit)
    assert inside.page.first(".card.address").text != lost
    assert roles(home, NEW) == {("deputy", unit)}


def test_no_link_is_made_for_an_account_that_somebody_else_made_or_that_may_do_more(inside, home, unit):
    owner = accounts.add(home.database, NEW, "", "nb")
    grant_role(home.database, owner, "owner", place(home, "Bjørka").key)
    appoint(inside, unit)
    assert not inside.page.select(".card.address code, main p.card.address")
    assert accounts.by_email(home.database, NEW).links == 0
    assert roles(home, NEW) == {("owner", place(home, "Bjørka").key), ("deputy", unit)}


def test_a_link_that_got_lost_is_made_again_until_it_is_used(inside, home, unit):
    for times in (1, 2):
        appoint(inside, unit)
        assert inside.page.select("main p.card.address")
        assert accounts.by_email(home.database, NEW).links == times
    holder = accounts.by_email(home.database, NEW)
    assert accounts.choose_password(home.database, holder, HASHED)
    appoint(inside, unit)
    assert accounts.by_email(home.database, NEW).password_hash == HASHED
    assert history(home, unit).count(("deputy", NEW, LEADER, None)) == 1


@pytest.mark.parametrize(
    ("role", "said"), [("leader", "leder denne enheten"), ("researcher", "kan ikke være begge deler")]
)
def test_a_leader_of_the_unit_and_a_researcher_are_refused(inside, home, unit, role, said):
    holder = accounts.add(home.database, NEW, HASHED, "nb")
    grant_role(home.database, holder, role, unit if role == "leader" else None)
    appoint(inside, unit, status=400)
    assert said in inside.page.first("#email-error-1").text
    assert ("deputy", unit) not in roles(home, NEW)


def test_another_units_deputy_is_not_dismissed_and_none_is_appointed_there(inside, home, unit):
    theirs = place(home, "Bjørka").key
    other = accounts.add(home.database, NEW, HASHED, "nb")
    grant_role(home.database, other, "deputy", theirs)
    token = inside.get(f"/leader/{unit}/deputies").token()
    inside.get(f"/leader/{theirs}/deputies", status=404)
    for path in (
        f"/leader/{theirs}/deputies/{other.id}/dismiss",
        f"/leader/{unit}/deputies/{other.id}/dismiss",
    ):
        inside.post(path, {"csrf_token": token}, status=404)
    assert roles(home, NEW) == {("deputy", theirs)}


def test_leaders_who_come_and_go_are_in_the_units_history(inside, home, unit):
    first = accounts.by_email(home.database, LEADER)
    grant_role(home.database, accounts.add(home.database, "ny@example.org", HASHED, "nb"), "leader", unit)
    accounts.revoke_role(home.database, first, "leader", unit, by="drift@example.org", now=1_800_000_000)
    accounts.remove(home.database, first, by="drift@example.org", now=1_800_000_000)
    signed_in(inside, "ny@example.org").get(f"/leader/{unit}/access")
    rows = [each.text for each in inside.page.select("table")[0].select("tbody tr")]
    assert len(rows) == 2
    assert any(LEADER in row and "drift@example.org" in row and "2027" in row for row in rows)
    assert any("ny@example.org" in row and "Har rollen nå" in row for row in rows)


def test_whoever_answers_can_read_who_sees_the_results_and_nobody_else_can(browser, home, unit):
    for email, role in ((LEADER, "leader"), (NEW, "deputy"), ("eier@example.org", "owner")):
        grant_role(home.database, accounts.add(home.database, email, HASHED, "nb"), role, unit)
    browser.get("/answer/readers", status=403)
    assert LEADER not in browser.page.text
    wave = opened(home, "Asken")
    [code] = code_issuing.issue(home.database, home.keys, wave.key, 1)
    browser.get(f"/c/{code}").get("/answer/start?language=nb")
    assert "/answer/readers" in [each["href"] for each in browser.page.select("main a")]
    said = [each.text for each in browser.get("/answer/readers").page.select("main li")]
    assert said[:2] == [f"Leder: {LEADER}", f"Stedfortreder, som ser det samme som lederen: {NEW}"]
    assert any(each.startswith("1 eier av det arbeidsplassen hører til") for each in said)
    assert "eier@example.org" not in browser.page.text
    assert LEADER not in browser.get("/privacy?language=nb").page.text
