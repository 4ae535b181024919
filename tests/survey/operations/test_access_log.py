"""What took access away since a backup is taken away again by the log, and told."""

import gzip
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from instruments.problems import Refused
from survey.accounts import entry_links, lost_factors, password_links, passwords, recovery_codes
from survey.operations import access_log, backup_folder, restore_report
from survey.operations.installation import Installation
from survey.operations.restore import restore
from survey.store.factor_tables import lost_factor
from survey.store.repositories import accounts, identities, second_factors
from survey.store.repositories.second_factors import Passkey
from tests.paths import REPOSITORY
from tests.restored import elsewhere, tools
from tests.roles import grant_role
from tests.waves import TODAY, place

__all__ = ["elsewhere", "tools"]
pytestmark = pytest.mark.usefixtures("tools", "program_read_once")
HASHED = passwords.hash_password("en lang setning")
ISSUER = "https://id.example.org"
WHO = ("removed", "taken", "changed", "linked", "unlinked", "phone", "new-phone", "kept", "operator")
LATER = "2999-01-01T00:00:00Z"


@pytest.fixture
def people(home):
    """Accounts by name, each a leader with a password, an identity elsewhere and a passkey."""
    found = {}
    for name in WHO:
        added = accounts.add(home.database, f"{name}@example.org", HASHED, "nb")
        role = "operator" if name == "operator" else "leader"
        found[name] = grant_role(home.database, added, role, None if name == "operator" else place(home).key)
        identities.link(home.database, found[name], ISSUER, name, by="x", now=1)
        if name != "new-phone":
            held = Passkey(0, added.id, name.encode(), b"key", 7, "Telefon", TODAY, TODAY)
            second_factors.add_passkey(home.database, held)
    return found


def since(people, *events):
    """Lines of the log after the backup, as the server writes them: (event, whose, how it names them)."""
    return "".join(
        json.dumps({"event": event, named: people[who].id, "account": 99, "time": LATER, **more}) + "\n"
        if named != "account"
        else json.dumps({"event": event, "account": people[who].id, "time": LATER}) + "\n"
        for event, who, named, more in events
    )


@pytest.fixture
def brought_back(home, settings, elsewhere, tmp_path):
    """Restores a backup of now by the lines of a log; what is told, and the installation."""
    made = []

    def bring(*texts):
        folder, logs = tmp_path / "backup", []
        backup_folder.make(settings, home.database, folder, None)
        for number, text in enumerate(texts):
            logs.append(tmp_path / f"serve.log.{number}.gz")
            logs[-1].write_bytes(gzip.compress(text.encode()))
        told = restore(elsewhere, folder, None, logs)
        made.append(Installation.on(elsewhere))
        return told, made[-1].database

    yield bring
    for each in made:
        each.database.close()


def test_what_took_access_away_since_is_taken_away_again(brought_back, people, home):
    role = {"role": "leader", "unit": place(home).key}
    log = since(
        people,
        ("account-removed", "removed", "of", {}),
        ("role-taken", "taken", "of", role),
        ("role-taken", "kept", "of", role),
        ("role-given", "kept", "to", role),
        ("password-changed", "changed", "account", {}),
        ("link-made", "linked", "to", {}),
        ("identity-removed", "unlinked", "of", {}),
        ("passkey-removed", "phone", "account", {}),
        ("code-app-added", "new-phone", "account", {}),
        ("account-removed", "operator", "of", {}),
        ("role-day-changed", "kept", "of", role),
    )
    told, database = brought_back(log + "no line of ours\n" + '{"date": "2026-03-10", "code": "x"}\n')
    found = {name: accounts.by_email(database, each.email) for name, each in people.items()}
    assert {name for name, each in found.items() if each is None} == {"removed"}
    assert {name for name, each in found.items() if each and not each.memberships} == {"taken"}
    assert {name for name, each in found.items() if each and not each.password_hash} == {
        "changed",
        "linked",
        "phone",
    }
    without = {name for name, each in found.items() if each and not identities.of_account(database, each.id)}
    assert without == {"changed", "linked", "phone", "unlinked"}
    factors = {name for name, each in found.items() if each and second_factors.has_any(database, each.id)}
    assert factors == set(WHO) - {"removed", "phone", "new-phone"}
    said = "\n".join(restore_report.lines(told))
    for line in (
        "Removed again: removed@example.org.",
        f"Taken again: taken@example.org (leader, {place(home).key}).",
        "Unlinked again: unlinked@example.org (id.example.org).",
        "changed@example.org, linked@example.org, phone@example.org.",
        "NOT taken, as no operator would be left: operator@example.org.",
        "another day than it did: look at it: kept@example.org.",
        "The log begins at 2999-01-01T00:00:00+00:00, after the backup was made",
    ):
        assert line in said


def test_what_was_done_before_the_backup_is_done_already(brought_back, people):
    before = since(people, ("account-removed", "removed", "of", {})).replace(LATER, "2020-01-01T00:00:00Z")
    told, database = brought_back(before, "")
    assert accounts.by_email(database, people["removed"].email)
    assert told.again.begins == datetime(2020, 1, 1, tzinfo=UTC)
    assert "after the backup was made" not in "\n".join(restore_report.lines(told))


def test_without_a_log_it_is_said_what_came_back(brought_back, people):
    told, database = brought_back()
    assert accounts.by_email(database, people["removed"].email)
    assert "no log says what ended since" in "\n".join(restore_report.lines(told))


def test_links_and_recovery_codes_end_and_passkeys_go_on_counting(
    brought_back, people, home, settings, elsewhere
):
    now = 1_800_000_000
    holder, waiting = people["kept"], people["linked"]
    second_factors.set_recovery_codes(
        home.database, holder.id, [recovery_codes.hash_of(holder.id, "AAAA-BBBB-CCCC-DDDD")]
    )
    password_links.issue(home.database, home.policy, settings, waiting, by="x", now=now)
    lost_factors.let_in(home.database, settings, people["phone"], "mistet", now=now)
    entry = entry_links.issue(home.database, settings, holder, by="x", now=now).rpartition("/")[2]
    told, database = brought_back()
    # and those that were made after the backup: the same number would be theirs again
    chosen = password_links.issue(home.database, home.policy, settings, waiting, by="x", now=now)
    once = entry_links.issue(home.database, settings, holder, by="x", now=now)
    after = [each.rpartition("/")[2] for each in (chosen, once)]
    for way, given in ((entry_links, entry), (password_links, after[0]), (entry_links, after[1])):
        with pytest.raises(Refused, match="invitation-over"):
            way.holder(database, elsewhere.secret, given, now)
    held = second_factors.of_account(database, holder.id)
    assert held.codes_left == 0
    # the device has signed more often since, and never less
    [key] = held.passkeys
    assert key.signed == 7
    assert second_factors.note_signature(database, key, 9, TODAY)
    with database.reading() as connection:
        [lost] = connection.execute(lost_factor.select()).all()
    assert (lost.account_id, lost.agreed_by) == (people["phone"].id, None)
    assert not second_factors.has_any(database, people["phone"].id)
    assert told.problems == ()


def test_a_log_that_cannot_be_read_is_refused_before_anything_is_made(home, settings, elsewhere, tmp_path):
    backup_folder.make(settings, home.database, tmp_path / "backup", None)
    (tmp_path / "serve.log.gz").write_bytes(b"no archive")
    for missing in (tmp_path / "none", tmp_path / "serve.log.gz"):
        with pytest.raises(Refused, match="log-unreadable"):
            restore(elsewhere, tmp_path / "backup", None, [missing])
    assert list(tmp_path.glob("again.db*")) == []
    assert restore(replace(elsewhere), tmp_path / "backup", None, []).again is None


def test_each_word_of_the_log_is_one_that_is_written():
    known = access_log._PASSWORD | access_log._IDENTITY | access_log._FACTOR
    written = (REPOSITORY / "survey/web/platform/acts.py").read_text("utf-8")
    written += (REPOSITORY / "survey/cli/account.py").read_text("utf-8")
    assert {each for each in known if f'"{each}"' not in written} == set()
