"""An installation with a value in every column, to be damaged: what `kjennetegn verify` says of that.

It is on SQLite, which lets anything be stored and whose files can be copied.
"""

import sqlite3
from contextlib import closing
from datetime import date

import pytest

from instruments import background
from instruments.answers import SKIPPED
from reports.results.agreed_actions import ActionStatus, AgreedAction, LookBack
from reports.results.expectations import Expectation, Expected
from survey.accounts import passwords
from survey.collection import (
    lifecycle,
    round_planning,
    sealing,
    sheet_sealing,
    staff_results,
)
from survey.collection.round_planning import Planner, RoundPlan
from survey.operations import verification
from survey.organisation import merger, placement
from survey.settings import Settings
from survey.store.repositories import (
    access_history,
    accounts,
    actions,
    attempts,
    expectations,
    identities,
    job_tasks,
    jobs,
    lost_factors,
    release_holds,
    releases,
    role_endings,
    second_factors,
    sign_ins,
    studies,
    units,
)
from survey.store.repositories.second_factors import Passkey
from survey.store.tables import metadata
from tests.pooled import added_pool
from tests.waves import (
    OPENS,
    REFERENCE,
    TODAY,
    answer,
    drafted,
    opened,
    opened_with_sheets,
    release_below,
    sealed,
    simulated,
)

_HASHED = passwords.hash_password("en lang setning her")
_QUESTION = "years_here@1"
AGREED = AgreedAction("shared_practice", "Vi ser.", "To og to.", "Alle", "Vi vet mer.", date(2026, 3, 30))
_LOOK_BACK = LookBack(ActionStatus.CHANGED, "Vi gjør det tre og tre.", date(2026, 4, 2))
TABLES = [table.name for table in metadata.sorted_tables]
COLUMNS = [(table.name, column.name) for table in metadata.sorted_tables for column in table.columns]
# what is stored is read, and not the program's own files, which are tried by themselves
stored_alone = pytest.mark.usefixtures("_stored_alone")


def fill(home):
    """Put a row in every table, and a value in every column of some row."""
    town = units.add(home.database, "Fjordby", "municipality", None, None)
    stored = {"organisation_number": "974760673", "language": "nb", "invited": 24}
    units.add(home.database, "Asken", "workplace", "skole", town.key, **stored)
    sealed(home, simulated(24, seed=3), unit="Asken", closes_on=TODAY)
    said = [each for each in background.get(_QUESTION).categories for _ in range(12)]
    asked = opened(home, unit="Asken", invited=60, background=_QUESTION)
    answer(home, asked, simulated(len(said)), said=said)
    answer(home, asked, simulated(6, seed=9), said=[SKIPPED] * 6)
    lifecycle.close(home.database, asked.key)
    kept = sealing.seal(home.database, home.keys, home.policy, asked.key)
    staff_results.show_staff(home.database, kept.key, TODAY)
    agreed = actions.add(home.database, kept, AGREED)
    actions.note_look_back(home.database, kept, agreed.key, _LOOK_BACK)
    release_below(home, town.key)
    releases.take_out(home.database, "items", home.policy)
    with home.database.writing() as connection:
        release_holds.hold_sealed(connection)
    answer(home, opened(home, unit="Asken"), simulated(3))
    expected = [Expectation("shared_practice", Expected.MORE)]
    assert expectations.replace(home.database, drafted(home), expected)
    waiting, sheets = opened_with_sheets(home, unit="Bjørka")
    answer(home, waiting, simulated(3))
    lifecycle.close(home.database, waiting.key, TODAY)
    sheet_sealing.give_sheets(home.database, home.keys, home.policy, waiting.key, sheets[:1], now=0)
    _plan_round(home, town.key)
    _merge(home, town.key)
    added_pool(home)
    _add_staff(home.database, kept.unit_key)
    _add_jobs(home.database, town.key)


def _plan_round(home, above):
    """A round that is planned for one unit below."""
    added = units.add(home.database, "Rogn", "workplace", "skole", above, invited=20)
    plan = RoundPlan("Høst 2026", REFERENCE, date(2026, 10, 5), date(2026, 10, 23))
    planner = Planner(home.database, home.keys, home.policy)
    round_planning.plan_round(planner, above, plan, [added.key])


def _merge(home, above):
    """Two units merged into one, in which people have been asked since."""
    placement.decide_years(home.database, home.policy, above, 5, by="drift", now=5)
    parts = [units.add(home.database, name, "workplace", "skole", above).key for name in ("Osp", "Selje")]
    act = {"by": "drift", "now": 5, "today": OPENS}
    merger.merge_into_new(home.database, home.keys, home.policy, parts, "Hegg", **act)
    sealed(home, simulated(6), unit="Hegg")


def _add_staff(database, unit_key):
    holder = accounts.add(database, "kari@example.org", "", "nb")
    for role in ("leader", "owner"):
        accounts.grant_role(database, holder, role, unit_key, by="drift", now=5)
    accounts.revoke_role(database, holder, "owner", unit_key, by="drift", now=9)
    given = {"today": OPENS, "by": "drift", "now": 9}
    assert role_endings.end_role_on(database, holder.id, "leader", unit_key, date(2030, 7, 31), **given)
    accounts.add(database, "ola@example.org", "", "nb", now=9)
    invited = accounts.reset_password(database, holder, by="drift", now=9)
    assert accounts.choose_password(database, invited, _HASHED)
    _join_study(database)
    access_history.record_on(database, "report-made", unit_key, about="Vår", by="drift", now=9)
    identities.link(database, holder, "https://id.example.org", "kari", by="drift", now=9)
    sign_ins.begin(database, b"token", accounts.by_id(database, holder.id), 0)
    attempts.count(database, bytes(32), now=0, window=900)
    _add_factors(database, accounts.by_id(database, holder.id))


def _add_factors(database, holder):
    """Every second factor, and what two operators have agreed to for somebody who lost theirs."""
    second_factors.set_code_app(database, holder, bytes(72), 5, TODAY)
    second_factors.add_passkey(
        database, Passkey(0, holder.id, b"credential", b"public key", 1, "Telefon", TODAY, None)
    )
    [added] = second_factors.of_account(database, holder.id).passkeys
    assert second_factors.note_signature(database, added, 2, TODAY)
    second_factors.set_recovery_codes(database, holder.id, [bytes(32)])
    other = accounts.by_email(database, "ola@example.org")
    lost_factors.ask(database, other, "Telefonen er mistet", by="drift", now=9)
    asked = lost_factors.of_account(database, other.id)
    lost_factors.agree(database, other, asked, "token", by="en annen", now=9)


def _join_study(database):
    """A study that a researcher takes part in, whose program has a token."""
    researcher = accounts.add(database, "ina@example.org", "", "nb")
    researcher = accounts.grant_role(database, researcher, "researcher", None, by="drift", now=5)
    key = studies.add(database, "Fellesskap over tid", date(2026, 12, 31), TODAY)
    studies.join(database, key, researcher)
    studies.make_token(database, key, researcher.id)


def _add_jobs(database, unit_key):
    asked_for = {"unit": unit_key, "reader": "owner", "languages": "nb nn en"}
    for end in (job_tasks.finish, job_tasks.fail):
        jobs.add(database, "reports-under", asked_for, now=0)
        end(database, job_tasks.claim(database, now=0), "reports.zip", now=0)
    jobs.add(database, "reports-under", asked_for, now=0)
    job_tasks.split(
        database, job_tasks.claim(database, now=0), [{"wave": "0a1b2c3d4e5f6071", "language": "nb"}], now=0
    )
    job_tasks.claim(database, now=0)


def settings_in(folder):
    """The settings of an installation that lies in this folder."""
    return Settings(f"sqlite:///{folder}/answers.db", folder / "keys", "0123456789abcdef" * 2)


def problems_in(settings):
    """What is wrong; each says what to do about it."""
    problems = verification.find_problems(settings)
    assert all(each.place and each.code and each.sentences()[0] and each.sentences()[1] for each in problems)
    return problems


def found(settings):
    """What is wrong, as place and code."""
    return {(each.place, each.code) for each in problems_in(settings)}


def change(settings, statement, values=()):
    """Change what is stored as no part of the program can: no check and no reference is heeded."""
    with closing(sqlite3.connect(settings.database.removeprefix("sqlite:///"))) as file:
        file.execute("PRAGMA ignore_check_constraints = ON")
        file.execute("PRAGMA synchronous = OFF")  # no test pulls the plug
        triggers = file.execute(
            "SELECT name, sql, tbl_name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall()
        for name, _, _ in triggers:
            file.execute(f"DROP TRIGGER {name}")
        changed = file.execute(statement, values).rowcount
        there = {name for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        for made in [made for _, made, table in triggers if {table, "act_chain"} <= there]:
            file.execute(made)
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
