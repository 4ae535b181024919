import io
import time
from datetime import date, timedelta

import pytest

from instruments.problems import Refused
from survey.accounts import entry_links, password_links, passwords
from survey.store.repositories import accounts, identities, sign_ins


def test_an_account_is_added_with_its_role_and_a_hashed_password(run, place, installation, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("a long enough password\n"))
    command = ("account", "add", "Leder@Skole.no", "--role", "leader", "--unit", place)
    assert run(*command, "--password-stdin") == (0, "leder@skole.no is leader.", "")
    assert run("account", "grant", "leder@skole.no", "--role", "editor")[0] == 0
    added = accounts.by_email(installation.database, "LEDER@skole.no")
    assert {(each.role, each.unit_key) for each in added.memberships} == {
        ("leader", place),
        ("editor", None),
    }
    assert passwords.verify_password(added.password_hash, "a long enough password")
    assert not passwords.verify_password(added.password_hash, "another long password")
    assert not passwords.verify_password("", "nobody's password")


def test_whoever_forgot_the_password_gets_a_link_and_the_old_one_ends(run, installation, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("a long enough password\n"))
    run("account", "add", "drift@skole.no", "--role", "operator", "--password-stdin")
    sign_ins.begin(
        installation.database, b"token", accounts.by_email(installation.database, "drift@skole.no"), 0
    )
    assert run("account", "link", "drift@skole.no")[0] == 1  # asked, and nobody is there to answer
    assert sign_ins.of_token(installation.database, b"token")
    status, link, _ = run("account", "link", "Drift@skole.no", "--yes")
    assert status == 0
    assert link.startswith("https://svar.example/account/first-password/")
    forgetful = accounts.by_email(installation.database, "drift@skole.no")
    assert not passwords.verify_password(forgetful.password_hash, "a long enough password")
    assert sign_ins.of_token(installation.database, b"token") is None
    token, now = link.rpartition("/")[2], int(time.time())
    secret = installation.settings.secret
    assert password_links.holder(installation.database, secret, token, now) == forgetful
    assert run("account", "link", "drift@skole.no", "--yes")[1] != link
    with pytest.raises(Refused, match="invitation-over"):
        password_links.holder(installation.database, secret, token, now)


def test_a_short_password_is_refused(run, place, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))
    command = ("account", "add", "a@b.no", "--role", "leader", "--unit", place)
    status, _, err = run(*command, "--password-stdin")
    assert status == 2
    assert "password-length" in err


@pytest.mark.parametrize("placed", ["leader", "owner"])
def test_nobody_is_a_researcher_and_leads_or_owns_a_unit(run, place, installation, monkeypatch, placed):
    """Whoever knows a unit by its figures finds it in the export, where it has no name."""
    in_unit = ("--role", placed, "--unit", place)
    for email, first, second in (
        ("en@skole.no", in_unit, ("--role", "researcher")),
        ("to@skole.no", ("--role", "researcher"), in_unit),
    ):
        monkeypatch.setattr("sys.stdin", io.StringIO("a long enough password\n"))
        assert run("account", "add", email, *first, "--password-stdin")[0] == 0
        status, _, said = run("account", "grant", email, *second)
        assert (status, "roles-apart" in said, email in said) == (2, True, True)
        assert len(accounts.by_email(installation.database, email).memberships) == 1
        # what has ended stands in nobody's way
        run("account", "revoke", email, *first)
        assert run("account", "grant", email, *second)[0] == 0


def test_a_role_that_is_not_held_cannot_be_taken(run, place, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("a long enough password\n"))
    run("account", "add", "en@skole.no", "--role", "leader", "--unit", place, "--password-stdin")
    status, _, said = run("account", "revoke", "en@skole.no", "--role", "owner", "--unit", place)
    assert (status, "role-missing" in said) == (2, True)


def test_a_role_is_given_an_end_and_the_last_operator_none(run, place, installation, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("a long enough password\n"))
    run("account", "add", "leder@skole.no", "--role", "leader", "--unit", place, "--password-stdin")
    command = ("account", "revoke", "leder@skole.no", "--role", "leader", "--unit", place)
    last = date.today() + timedelta(days=200)  # noqa: DTZ011 - commands look at the clock
    assert run(*command, "--on", f"{last}") == (0, f"leder@skole.no is until {last} leader.", "")
    for day, code in (("2020-01-01", "role-day-past"), ("9999-12-31", "role-day-far")):
        status, _, err = run(*command, "--on", day)
        assert (status, code in err) == (2, True)
    [held] = accounts.by_email(installation.database, "leder@skole.no").memberships
    assert held.ends_on == last
    run("account", "grant", "leder@skole.no", "--role", "operator")
    status, _, err = run("account", "revoke", "leder@skole.no", "--role", "operator")
    assert (status, "operator-last" in err) == (2, True)


def test_an_operator_comes_in_once_by_the_command_line_and_the_password_stays(run, installation, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("a long enough password\n"))
    run("account", "add", "drift@skole.no", "--role", "operator", "--password-stdin")
    status, link, _ = run("account", "enter", "Drift@skole.no")
    assert status == 0
    assert link.startswith("https://svar.example/account/enter/")
    token, now, database = link.rpartition("/")[2], int(time.time()), installation.database
    secret = installation.settings.secret
    assert entry_links.use(database, secret, token, now).email == "drift@skole.no"
    for given in (token, f"{token}=", "x"):
        with pytest.raises(Refused, match="invitation-over"):
            entry_links.use(database, secret, given, now)
    kept = accounts.by_email(database, "drift@skole.no").password_hash
    assert passwords.verify_password(kept, "a long enough password")


def test_a_link_of_one_kind_is_none_of_the_other(run, installation, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("a long enough password\n"))
    run("account", "add", "drift@skole.no", "--role", "operator", "--password-stdin")
    secret, now, database = installation.settings.secret, int(time.time()), installation.database
    entry = run("account", "enter", "drift@skole.no")[1].rpartition("/")[2]
    with pytest.raises(Refused, match="invitation-over"):
        password_links.holder(database, secret, entry, now)
    choosing = run("account", "link", "drift@skole.no", "--yes")[1].rpartition("/")[2]
    with pytest.raises(Refused, match="invitation-over"):
        entry_links.holder(database, secret, choosing, now)


def test_an_identity_elsewhere_is_removed_by_its_issuer(run, installation, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("a long enough password\n"))
    run("account", "add", "drift@skole.no", "--role", "operator", "--password-stdin")
    holder, issuer = accounts.by_email(installation.database, "drift@skole.no"), "https://id.example.org"
    identities.link(installation.database, holder, issuer, "d", by="drift", now=9)
    status, _, told = run("account", "disconnect", holder.email, "https://other.example.org", "--yes")
    assert (status, f"It is linked to: {issuer}." in told) == (2, True)
    # it asks first, and nobody answers here
    assert run("account", "disconnect", holder.email, issuer)[0] == 1
    assert identities.of_account(installation.database, holder.id)
    assert run("account", "disconnect", holder.email, issuer, "--yes")[0] == 0
    assert identities.of_account(installation.database, holder.id) == []
