"""An installation with a value in every column, to be damaged: what `kjennetegn verify` says of that.

It is on SQLite, which lets anything be stored and whose files can be copied.
"""

import sqlite3
from contextlib import closing
from datetime import date

import pytest

from instruments import background
from instruments.answers import SKIPPED
from reports.results.agreed_actions import AgreedAction
from survey.accounts import passwords
from survey.collection import lifecycle, sealing, sheet_sealing
from survey.operations import verification
from survey.publication import rounds
from survey.settings import Settings
from survey.store.repositories import access_history, accounts, actions, attempts, jobs, sign_ins, units
from survey.store.tables import metadata
from tests.waves import TODAY, answer, closed_with_sheets, drafted, opened, sealed, simulated

_HASHED = passwords.hash_password("en lang setning her")
_QUESTION = "years_here@1"
_AGREED = AgreedAction("shared_practice", "Vi ser.", "To og to.", "Alle", "Vi vet mer.", date(2026, 3, 30))
TABLES = [table.name for table in metadata.sorted_tables]
COLUMNS = [(table.name, column.name) for table in metadata.sorted_tables for column in table.columns]
# what is stored is read, and not the program's own files, which are tried by themselves
stored_alone = pytest.mark.usefixtures("_stored_alone")


def fill(home):
    """Put a row in every table, and a value in every column of some row."""
    town = units.add(home.database, "Fjordby", "municipality", None, None)
    units.add(home.database, "Asken", "workplace", "skole", town.key)
    sealed(home, simulated(24, seed=3), unit="Asken", closes_on=TODAY)
    said = [each for each in background.get(_QUESTION).categories for _ in range(12)]
    asked = opened(home, unit="Asken", invited=60, background=_QUESTION)
    answer(home, asked, simulated(len(said)), said=said)
    answer(home, asked, simulated(6, seed=9), said=[SKIPPED] * 6)
    lifecycle.close(home.database, asked.key)
    kept = sealing.seal(home.database, home.keys, home.policy, asked.key)
    actions.add(home.database, kept, _AGREED)
    rounds.release_below(home.database, town.key, home.policy)
    answer(home, opened(home, unit="Asken"), simulated(3))
    drafted(home)
    waiting, sheets = closed_with_sheets(home, simulated(3), unit="Bjørka")
    sheet_sealing.give_sheets(home.database, home.keys, home.policy, waiting.key, sheets[:1], now=0)
    _add_staff(home.database, kept.unit_key)
    _add_jobs(home.database, town.key)


def _add_staff(database, unit_key):
    holder = accounts.add(database, "kari@example.org", "", "nb")
    for role in ("leader", "owner"):
        accounts.grant_role(database, holder, role, unit_key, by="drift", now=5)
    accounts.revoke_role(database, holder, "owner", unit_key, by="drift", now=9)
    invited = accounts.reset_password(database, holder, by="drift", now=9)
    assert accounts.choose_password(database, invited, _HASHED)
    access_history.record_on(database, "wave-opened", unit_key, about="Vår", by="drift", now=9)
    sign_ins.begin(database, b"token", accounts.by_id(database, holder.id), 0)
    attempts.count(database, bytes(32), now=0, window=900)


def _add_jobs(database, unit_key):
    asked_for = {"unit": unit_key, "reader": "owner"}
    for end in (jobs.finish, jobs.fail):
        key = jobs.add(database, "reports-under", asked_for, now=0).key
        end(database, jobs.claim(database, key, now=0), "reports.zip", now=0)
    jobs.claim(database, jobs.add(database, "reports-under", asked_for, now=0).key, now=0)


def settings_in(folder):
    """The settings of an installation that lies in this folder."""
    return Settings(f"sqlite:///{folder}/answers.db", folder / "keys", "0123456789abcdef" * 2)


def found(settings):
    """What is wrong, as place and code; each says what to do about it."""
    problems = verification.find_problems(settings)
    assert all(each.place and each.code and each.sentences()[0] and each.sentences()[1] for each in problems)
    return {(each.place, each.code) for each in problems}


def change(settings, statement, values=()):
    """Change what is stored as no part of the program can: no check and no reference is heeded."""
    with closing(sqlite3.connect(settings.database.removeprefix("sqlite:///"))) as file:
        file.execute("PRAGMA ignore_check_constraints = ON")
        changed = file.execute(statement, values).rowcount
        file.commit()
    return changed


def value(settings, table, column):
    """Return the longest of what stands in a column."""
    with closing(sqlite3.connect(settings.database.removeprefix("sqlite:///"))) as file:
        return file.execute(f"SELECT {column} FROM {table} ORDER BY length({column}) DESC").fetchone()[0]  # noqa: S608 - our own words


def altered(whole, at):
    """The bytes or the text with one byte changed."""
    if isinstance(whole, bytes):
        return bytes([*whole[:at], whole[at] ^ 1, *whole[at + 1 :]])
    return f"{whole[:at]}{'1' if whole[at] != '1' else '2'}{whole[at + 1 :]}"
