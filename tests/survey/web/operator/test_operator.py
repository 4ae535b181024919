"""Operators: how the installation stands and who may sign in; no result, and nobody appointed unseen."""

import os
from urllib.parse import urlsplit

import pytest

from survey import job_files
from survey.accounts import passwords
from survey.background import jobs, maintenance
from survey.job_files import connection
from survey.operations import marks
from survey.store.repositories import accounts, job_tasks, role_endings, sign_ins, units
from survey.store.repositories import jobs as rows
from survey.web.account.guessing import MOST_TRIES
from survey.web.permissions import ROUTES, Role
from survey.web.platform.context import EXTENSION
from tests.buckets import IN_A_BUCKET
from tests.policies import POLICY
from tests.roles import grant_role
from tests.survey.web.operator.conftest import HASHED, OPERATOR, PASSWORD
from tests.waves import OPENS, TODAY, answer, opened, place, sealed, simulated

NEW = "ny@example.org"


def added(operator, **asked):
    """Add an account through the form, and return the path of the link that is shown."""
    fields = {"email": NEW, "role": "researcher", **asked}
    operator.get("/operator/accounts/new").submit(fields)
    return urlsplit(operator.page.first("main .card").text).path


def number_of(home, email=NEW):
    return accounts.by_email(home.database, email).id


def test_the_first_page_counts_surveys_by_state_and_tells_no_turnout(operator, home, app):
    sealed(home, simulated(12))
    answer(home, opened(home, "Bjerka"), simulated(7))
    operator.get("/operator/")
    counted = {
        row.first("th").text: row.first("td").text
        for row in operator.page.select("[aria-labelledby=waves] tbody tr")
    }
    assert counted == {"Utkast": "0", "Åpen": "1", "Stengt": "0", "Forseglet": "1", "Gitt opp": "0"}
    assert "Asken" not in operator.page.text
    assert "har ikke kjørt ennå" in operator.page.text
    installation = app.extensions[EXTENSION].installation
    maintenance.run(installation, TODAY, 0)
    assert "kjørte sist for 0 minutter siden" in operator.get("/operator/").page.text
    assert "alle etter reglene som gjelder nå" in operator.page.text
    marks.write(job_files.at(installation.settings), marks.ROUND, {"figures_left": 41})
    assert "41 etter andre regler gjenstår å beregne på nytt" in operator.get("/operator/").page.text
    long_ago = jobs.seconds() - 3600
    os.utime(installation.settings.files_directory / marks.ROUND, (long_ago, long_ago))
    assert "for 60 minutter siden. Kjører kjennetegn worker?" in operator.get("/operator/").page.text


@IN_A_BUCKET
def test_while_the_bucket_is_away_nothing_is_said_of_what_is_noted_in_it(operator, monkeypatch):
    monkeypatch.setattr(connection, "_OUTAGE", connection._Outage())
    assert "ingen er laget av kjennetegn backup" in operator.get("/operator/").page.text
    connection._OUTAGE._ends_at = float("inf")
    operator.get("/operator/")
    assert [each.text for each in operator.page.select(".faults li strong")] == ["Filer fra jobber:"]
    noted = [each.text for each in operator.page.select(".facts dd") if "ikke kan leses nå" in each.text]
    assert len(noted) == 2  # the last round of the worker, and the last backup
    assert "ikke kjørt ennå" not in operator.page.text


def test_jobs_are_listed_with_what_went_wrong(operator, home):
    rows.add(home.database, "reports-under", {"unit": "x", "reader": "owner"}, now=0)
    assert "venter" in operator.get("/operator/").page.first("[aria-labelledby=jobs]").text
    job_tasks.fail(home.database, job_tasks.claim(home.database, now=0), "output-unwritable", now=0)
    assert "output-unwritable" in operator.get("/operator/").page.first("[aria-labelledby=jobs]").text


def test_a_check_says_what_verify_says_without_the_machines_folders(operator, home, tmp_path):
    assert "Alt er på plass" in operator.get("/operator/check").page.text
    wave = opened(home)
    home.keys.destroy_private(wave.key)
    operator.get("/operator/check")
    assert [each.text for each in operator.page.select("li strong")] == ["keys-missing"]
    assert str(tmp_path) not in operator.page.text


def test_a_number_that_no_database_holds_is_that_of_nothing(operator):
    for path in ("", "/link", "/end", "/remove", "/role", "/roles/researcher/last-day"):
        operator.get(f"/operator/accounts/{10**30}{path}", status=404)


def test_a_new_account_chooses_its_password_by_a_link_that_works_once(operator, stranger, home):
    path = added(operator)
    assert accounts.by_email(home.database, NEW).password_hash == ""
    stranger.get("/account/sign-in").submit({"email": NEW, "password": PASSWORD}, status=403)
    short = {"new": "kort", "again": "kort"}
    stranger.get(path).submit(short, status=400)
    assert stranger.page.first(".faults a")["href"] == "#new"
    assert stranger.page.first("#new")["aria-invalid"] == "true"
    stranger.get(path).submit({"new": PASSWORD, "again": PASSWORD})
    assert stranger.path == "/account/sign-in"
    assert stranger.page.first(".done").text == "Your password is set. Sign in with it."
    assert stranger.submit({"email": NEW, "password": PASSWORD}).path == "/researcher/"
    stranger.get(path, status=410)
    token = operator.get("/operator/accounts/new").token()
    operator.post(path, {"csrf_token": token, "new": "x" * 20, "again": "x" * 20}, status=410)
    assert passwords.verify_password(accounts.by_email(home.database, NEW).password_hash, PASSWORD)


def test_a_link_ends_after_three_days_and_is_not_forged(operator, stranger, clock):
    path = added(operator)
    stranger.get(path[:-6] + "AAAA==", status=410)
    stranger.get("/account/first-password/x", status=410)
    clock.pass_by(POLICY.retention.password_links)
    stranger.get(path)
    clock.pass_by(1)
    stranger.get(path, status=410)


def renewed(operator, home, email=NEW):
    """Make a new link for an account that has a password, and return its path."""
    operator.get(f"/operator/accounts/{number_of(home, email)}/link").submit(press="Lag lenken")
    return urlsplit(operator.page.first("main .card").text).path


def test_a_new_link_ends_the_one_before(operator, stranger, home):
    first = added(operator)
    page = f"/operator/accounts/{number_of(home)}"
    operator.get(page).submit(press="Ny lenke")
    second = urlsplit(operator.page.first("main .card").text).path
    stranger.get(first, status=410)
    stranger.get(second).submit({"new": PASSWORD, "again": PASSWORD})
    operator.get(page)
    assert not [each for each in operator.page.select("main button") if each.text.startswith("Ny lenke")]
    token = operator.token()
    operator.post("/operator/accounts/999/link", {"csrf_token": token}, status=404)


def test_whoever_forgot_the_password_chooses_another_and_keeps_the_roles(operator, stranger, home):
    unit = place(home)
    stranger.get(added(operator, role="leader", unit=unit.key))
    stranger.submit({"new": PASSWORD, "again": PASSWORD}).submit({"email": NEW, "password": PASSWORD})
    seen = [each.text for each in stranger.page.select("details li")]
    path = renewed(operator, home)
    assert stranger.get("/leader/").path == "/account/sign-in"
    stranger.submit({"email": NEW, "password": PASSWORD}, status=403)
    other = "en helt annen setning"
    stranger.get(path).submit({"new": other, "again": other}).submit({"email": NEW, "password": other})
    assert stranger.path == "/leader/"
    assert [each.text for each in stranger.page.select("details li")] == seen


def test_no_used_and_no_old_link_lives_again_when_a_new_one_is_made(operator, stranger, home):
    first = added(operator)
    stranger.get(first).submit({"new": PASSWORD, "again": PASSWORD})
    second = renewed(operator, home)
    stranger.get(first, status=410)
    stranger.get(second).submit({"new": PASSWORD, "again": PASSWORD})
    third = renewed(operator, home)
    for dead in (first, second):
        stranger.get(dead, status=410)
    token = stranger.get(third).token()
    stranger.post(second, {"csrf_token": token, "new": "x" * 20, "again": "x" * 20}, status=410)
    assert accounts.by_email(home.database, NEW).password_hash == ""


def test_looking_at_what_a_link_ends_ends_nothing(operator, stranger, home):
    stranger.get(added(operator)).submit({"new": PASSWORD, "again": PASSWORD})
    stranger.submit({"email": NEW, "password": PASSWORD})
    operator.get(f"/operator/accounts/{number_of(home)}/link")
    assert stranger.get("/researcher/").path == "/researcher/"


def test_an_operator_makes_no_link_for_the_own_account(operator, home):
    path = f"/operator/accounts/{number_of(home, OPERATOR)}/link"
    token = operator.get(path.removesuffix("/link")).token()
    assert path not in [each.get("href") for each in operator.page.select("main a")]
    operator.get(path, status=404)
    operator.post(path, {"csrf_token": token}, status=404)
    assert operator.get("/operator/").path == "/operator/"


@pytest.mark.parametrize("role", ["leader", "owner", "researcher", "editor"])
def test_nobody_but_an_operator_makes_a_link(operator, browser, home, role):
    unit = place(home)
    holder = accounts.add(home.database, NEW, HASHED, "nb")
    grant_role(home.database, holder, role, unit.key if role in {"leader", "owner"} else None)
    own = number_of(home, OPERATOR)
    assert operator.path == "/operator/"
    browser.post("/account/sign-out", {"csrf_token": browser.page.first("input[name=csrf_token]")["value"]})
    browser.submit({"email": NEW, "password": PASSWORD})
    token = browser.page.first("input[name=csrf_token]")["value"]
    for number in (own, holder.id):
        browser.get(f"/operator/accounts/{number}/link", status=403)
        browser.post(f"/operator/accounts/{number}/link", {"csrf_token": token}, status=403)
    assert all(each.password_hash == HASHED for each in accounts.every(home.database))


def test_a_new_link_does_not_let_anybody_guess_on(operator, stranger, home):
    stranger.get(added(operator)).submit({"new": PASSWORD, "again": PASSWORD})
    for _ in range(MOST_TRIES):
        stranger.get("/account/sign-in").submit({"email": NEW, "password": "x" * 12}, status=403)
    path = renewed(operator, home)
    for given in ("", "x" * 12, PASSWORD):
        fields = {"csrf_token": stranger.get("/account/sign-in").token(), "email": NEW, "password": given}
        stranger.post("/account/sign-in", fields, status=429 if given else 400)
    stranger.get(path).submit({"new": PASSWORD, "again": PASSWORD})
    stranger.submit({"email": NEW, "password": PASSWORD}, status=429)


def test_a_sign_in_that_was_checked_before_the_link_was_made_does_not_begin_after_it(operator, home):
    added(operator)
    accounts.choose_password(home.database, accounts.by_email(home.database, NEW), HASHED)
    checked = accounts.by_email(home.database, NEW)
    accounts.reset_password(home.database, checked, by=OPERATOR, now=0)
    sign_ins.begin(home.database, b"token", checked, 0)
    assert sign_ins.of_token(home.database, b"token") is None
    assert accounts.set_password(home.database, checked, HASHED) is None
    assert accounts.by_email(home.database, NEW).password_hash == ""


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"email": "nobody"}, "email"),
        ({"email": f"{'x' * 250}@a.no"}, "email"),
        ({"email": OPERATOR}, "email"),
        ({"role": "leader"}, "unit"),
        ({"role": "operator", "unit": "place"}, "unit"),
        ({"role": "king"}, "role"),
        ({"language": "xx"}, "language"),
    ],
)
def test_an_account_that_cannot_be_is_told_beside_its_field(operator, home, asked, field):
    key = place(home).key
    asked = {name: key if text == "place" else text for name, text in asked.items()}
    fields = {"email": NEW, "role": "researcher", **asked}
    operator.get("/operator/accounts/new").submit(fields, status=400)
    assert operator.page.first(".faults a")["href"] == f"#{field}"
    assert accounts.by_email(home.database, NEW) is None


def test_nobody_becomes_a_leader_or_an_owner_unseen(operator, stranger, home):
    town = units.add(home.database, "Fjordby", "municipality", None, None)
    unit = units.add(home.database, "Alm", "workplace", "skole", town.key)
    leader = accounts.add(home.database, "leder@example.org", HASHED, "nb")
    grant_role(home.database, leader, "leader", unit.key)
    added(operator, role="leader", unit=unit.key)
    operator.get(f"/operator/accounts/{number_of(home)}/role").submit({"role": "owner", "unit": town.key})
    assert operator.page.first(".done").text.startswith("Rollen er gitt.")
    stranger.get("/account/sign-in").submit({"email": "leder@example.org", "password": PASSWORD})
    seen = [each.text for each in stranger.page.select("details li")]
    assert len(seen) == 3
    assert sum(NEW in each for each in seen) == 2
    assert any(each.startswith(f"{NEW}: eier") for each in seen)


def test_an_operator_gives_the_own_account_no_role(operator, home):
    own = number_of(home, OPERATOR)
    fields = {"role": "leader", "unit": place(home).key}
    token = operator.get("/operator/accounts").token()
    operator.get(f"/operator/accounts/{own}/role", status=404)
    operator.post(f"/operator/accounts/{own}/role", {"csrf_token": token, **fields}, status=404)
    links = [each["href"] for each in operator.get(f"/operator/accounts/{own}").page.select("main a")]
    assert not [each for each in links if "role" in each]
    operator.get(f"/operator/accounts/{own}/role/remove?role=operator", status=404)
    assert [each.role for each in accounts.by_id(home.database, own).memberships] == ["operator"]


def test_a_role_is_taken_away_and_others_stay(operator, home):
    unit = place(home)
    added(operator, role="leader", unit=unit.key)
    holder = accounts.by_email(home.database, NEW)
    for role, where in (("editor", None), ("owner", unit.key)):
        grant_role(home.database, holder, role, where)
    path = f"/operator/accounts/{holder.id}/role/remove"
    operator.get(f"/operator/accounts/{holder.id}")
    asking = [each["href"] for each in operator.page.select("main a") if path in each["href"]]
    assert len(asking) == 3
    operator.get(asking[0])
    assert operator.heading == f"Ta rollen fra {NEW}?"
    assert operator.page.first("main .lead").text.startswith("Leder: Asken. ")
    # looking is no act
    assert len(accounts.by_id(home.database, holder.id).memberships) == 3
    operator.submit()
    assert operator.page.first(".done").text == "Rollen er tatt fra kontoen."
    operator.get(asking[0], status=404)
    assert [each.role for each in accounts.by_id(home.database, holder.id).memberships] == [
        "editor",
        "owner",
    ]
    operator.get(asking[1]).submit()
    assert [each.role for each in accounts.by_id(home.database, holder.id).memberships] == ["owner"]
    token = operator.token()
    fields = {"csrf_token": token, "role": "operator", "unit": ""}
    operator.post(f"/operator/accounts/{number_of(home, OPERATOR)}/role/remove", fields, status=404)
    operator.post(path, fields)
    assert [each.role for each in accounts.by_id(home.database, holder.id).memberships] == ["owner"]


def test_a_role_is_given_a_last_day_another_one_and_none_and_the_lists_show_it(operator, home):
    unit = place(home)
    added(operator, role="leader", unit=unit.key)
    holder = accounts.by_email(home.database, NEW)
    account = f"/operator/accounts/{holder.id}"
    path = f"{account}/roles/leader/in/{unit.key}/last-day"
    assert path in [each["href"] for each in operator.get(account).page.select("main a")]
    # the language is changed without losing which role it is
    assert operator.get(f"{path}?language=da").heading == f"Sidste dag for en rolle: {NEW}"
    operator.get(f"{path}?language=nb")
    assert operator.page.first("main .lead").text == "Leder: Asken."
    for typed, said in (
        ("2026-03-08", "Den dagen er over. Siste dag ville vært 8. mars 2026, som er over."),
        ("9999-12-31", "Den dagen er for langt fram. Siste dag ville vært 31. desember 9999"),
        ("2026-02-30", "Skriv en gyldig dato"),
    ):
        operator.get(path).submit({"last_day": typed}, status=400)
        assert operator.page.first("#last_day-error-1").text.startswith(said)
        assert operator.page.first(".faults a")["href"] == "#last_day"
        assert accounts.by_id(home.database, holder.id).memberships[0].ends_on is None
    operator.get(path).submit({"last_day": "2026-07-31"})
    assert operator.page.first(".done").text == f"Siste dag for rollen til {NEW} er 31. juli 2026."
    assert "Siste dag: 31. juli 2026" in operator.page.first("main .card").text
    assert "Leder: Asken (til 31. juli 2026)" in operator.get("/operator/accounts").page.first("main").text
    assert operator.get(path).page.first("#last_day")["value"] == "2026-07-31"
    operator.submit({"last_day": TODAY.isoformat()})
    assert accounts.by_id(home.database, holder.id).memberships[0].ends_on == TODAY
    operator.get(path).submit({"last_day": ""})
    assert accounts.by_id(home.database, holder.id).memberships[0].ends_on is None
    assert operator.page.first(".done").text == f"Rollen til {NEW} har ingen siste dag nå."


def test_a_role_whose_last_day_is_past_or_that_is_the_own_one_has_no_such_page(operator, home):
    unit = place(home).key
    added(operator, role="leader", unit=unit)
    holder = accounts.by_email(home.database, NEW)
    account = f"/operator/accounts/{holder.id}"
    given = {"today": OPENS, "by": OPERATOR, "now": 0}
    role_endings.end_role_on(home.database, holder.id, "leader", unit, OPENS, **given)
    links = [each["href"] for each in operator.get(account).page.select("main a")]
    assert [each for each in links if "last-day" in each] == []
    for path in (
        f"{account}/roles/leader/in/{unit}/last-day",
        f"{account}/roles/owner/in/{unit}/last-day",
        f"{account}/roles/operator/last-day",
        f"/operator/accounts/{number_of(home, OPERATOR)}/roles/operator/last-day",
    ):
        operator.get(path, status=404)
        token = operator.get("/account/password").token()
        operator.post(path, {"csrf_token": token, "last_day": ""}, status=404)
    assert accounts.by_id(home.database, holder.id).memberships[0].ends_on == OPENS


def test_an_operator_whom_no_other_outlasts_is_given_no_last_day_by_another(operator, home):
    """The other one ends first; then this one would be the last, and nobody could give roles any more."""
    added(operator, role="operator", unit="")
    holder, own = accounts.by_email(home.database, NEW), number_of(home, OPERATOR)
    given = {"today": TODAY, "by": OPERATOR, "now": 0}
    role_endings.end_role_on(home.database, own, "operator", None, TODAY, **given)
    path = f"/operator/accounts/{holder.id}/roles/operator/last-day"
    operator.get(path).submit({"last_day": "2026-07-31"}, status=400)
    assert operator.page.first("#last_day-error-1").text.startswith("Det må være en operatør igjen")


def test_a_role_that_does_not_fit_its_place_is_refused(operator, home):
    added(operator)
    path = f"/operator/accounts/{number_of(home)}/role"
    operator.get(path).submit({"role": "owner"}, status=400)
    assert operator.page.first(".faults a")["href"] == "#unit"


@pytest.mark.parametrize("first_is_placed", [True, False])
def test_a_researcher_leads_and_owns_nothing_and_the_form_says_so(operator, home, first_is_placed):
    unit = place(home).key
    in_unit, everywhere = {"role": "owner", "unit": unit}, {"role": "researcher", "unit": ""}
    first, second = (in_unit, everywhere) if first_is_placed else (everywhere, in_unit)
    added(operator, **first)
    path = f"/operator/accounts/{number_of(home)}/role"
    operator.get(path).submit(second, status=400)
    assert operator.page.first(".faults a")["href"] == "#role"
    assert NEW in operator.page.first(".faults a").text
    assert [each.role for each in accounts.by_email(home.database, NEW).memberships] == [first["role"]]


def test_the_sign_ins_of_an_account_are_ended(operator, stranger, home):
    stranger.get(added(operator)).submit({"new": PASSWORD, "again": PASSWORD})
    stranger.submit({"email": NEW, "password": PASSWORD})
    operator.get(f"/operator/accounts/{number_of(home)}/end")
    assert stranger.get("/researcher/").path == "/researcher/"
    operator.submit()
    assert operator.page.first(".done").text.startswith("Kontoen er logget ut overalt")
    assert stranger.get("/researcher/").path == "/account/sign-in"


def test_the_list_of_accounts_holds_no_hash_and_no_link(operator, home):
    added(operator)
    for page in ("/operator/accounts", f"/operator/accounts/{number_of(home)}"):
        operator.get(page)
        assert "argon2" not in operator.reply.text
        assert "account/first-password" not in operator.reply.text


def test_no_page_of_an_operator_is_a_leaders_an_owners_or_a_researchers():
    telling = {Role.LEADER, Role.DEPUTY, Role.OWNER, Role.RESEARCHER}
    assert not [name for name, roles in ROUTES.items() if Role.OPERATOR in roles and roles & telling]
