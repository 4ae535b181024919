"""A unit is removed with all that was stored of it, and nothing can be subtracted afterwards."""

import os
import signal
from datetime import timedelta

import pytest

from instruments.problems import Refused
from reports.disclosure import SUPPRESSED, Audience, Released, release
from survey.background import jobs, maintenance
from survey.collection import code_issuing, lifecycle, pool_batches
from survey.operations import verification
from survey.operations.installation import Installation
from survey.organisation import removal
from survey.publication import round_figures, round_release, rounds
from survey.publication.release import to_researchers
from survey.publication.rounds import Round
from survey.store.database import open_database
from survey.store.repositories import access_history, accounts, actions, releases, units, waves
from survey.store.repositories import jobs as rows
from survey.store.repositories import sealed as sealed_waves
from survey.store.tables import metadata
from tests.damage import AGREED
from tests.policies import POLICY
from tests.roles import grant_role
from tests.stored import raw_bytes
from tests.waves import (
    ON_BOTH,
    OPENS,
    REFERENCE,
    TODAY,
    closed,
    drafted,
    on_sqlite_alone,
    opened,
    release_finished,
    sealed,
    simulated,
)

engine_name = on_sqlite_alone
pytestmark = pytest.mark.usefixtures("program_read_once")

LATER = OPENS + timedelta(weeks=POLICY.collection.weeks_apart)
ACT = {"by": "drift@example.org", "now": 1_800_000_000, "today": LATER}
SPRING = Round("2026-1", "skole", REFERENCE)
STAGES = ("marked", "replaced", "removed", "unreadable", "scrubbed", "destroyed")
GONE_AT = STAGES[2:]


@pytest.fixture
def installed(settings, home):
    return Installation(settings, home.database, home.keys, home.policy)


@pytest.fixture
def town(home):
    return units.add(home.database, "Fjordby", "municipality", None, None)


@pytest.fixture
def unit(home, town):
    """Adds a unit to the town with a sealed wave that so many answered."""

    def add(name, n, parent=town):
        made = units.add(home.database, name, "workplace", "skole", parent.key)
        sealed(home, simulated(n, seed=len(name) + n), unit=name, invited=n + 9)
        return made

    return add


def total(home, above):
    return rounds.round_status(home.database, above.key, SPRING)


def told_of_round(home, above):
    return round_figures.of_round(total(home, above), POLICY).total


def told_of(home, wave):
    ledger = releases.present(home.database)
    return release(sealed_waves.of_wave(home.database, wave), Audience.OWNER, POLICY, ledger)


def counted(database):
    """How many rows there are in each table."""
    with database.reading() as connection:
        return {
            table.name: connection.exec_driver_sql(f"SELECT count(*) FROM {table.name}").scalar()  # noqa: S608 - our own tables
            for table in metadata.sorted_tables
        }


@pytest.mark.usefixtures("own_files")
@ON_BOTH
def test_nothing_of_a_removed_unit_is_left_but_the_entry_that_says_so(home, installed, town):
    before = counted(home.database)
    place = units.add(home.database, "Alm", "workplace", "skole", town.key)
    kept = sealed(home, simulated(12), unit="Alm")
    actions.add(home.database, kept, AGREED)
    draft = drafted(home, unit="Alm", split_key=True)
    code_issuing.issue(home.database, home.keys, draft.key, 3)
    leader = accounts.add(home.database, "leder@example.org", "", "nb")
    grant_role(home.database, leader, "leader", place.key)
    for key in (place.key, town.key):
        work = {"unit": key, "reader": "owner", "languages": "nb"}
        asked = rows.add(home.database, "reports-under", work, now=0)
        jobs.folder(installed, asked.key).write({"reports.zip": b"Alm"})
    with home.database.reading() as connection:
        moments = connection.exec_driver_sql("SELECT moments FROM sealed_wave").scalar()
    removal.remove(installed, place.key, **ACT)
    # what a worker does next: the key to what the unit brought into a pool is for nothing any more
    for each in pool_batches.outdated(home.database, POLICY, TODAY):
        pool_batches.end(home.database, home.keys, POLICY, each.identity.key, TODAY)
    left = counted(home.database)
    changed = {name for name in left if left[name] != before[name]}
    assert changed <= {"account", "unit_act", "act_chain"}
    assert list(installed.settings.files_directory.glob("*/*")) == []
    assert [path.name for path in home.keys.path.iterdir()] == ["codes.key"]
    raw = raw_bytes(home.database)
    assert [
        text for text in (bytes(moments)[40:80], AGREED.goal.encode(), kept.key.encode()) if text in raw
    ] == []
    assert accounts.by_email(home.database, leader.email).memberships == ()
    acts = access_history.acts_on_unit(home.database, [town.key])
    assert (acts[0].kind, acts[0].about) == ("unit-removed", "Alm")
    assert verification.find_problems(installed.settings) == []


def test_a_total_that_a_removed_unit_was_in_is_withdrawn_and_none_of_the_rest_is_made(
    home, installed, town, unit
):
    """The attack: release, remove, release again, and subtract the one from the other."""
    removed, *others = [unit(name, n) for name, n in (("Alm", 14), ("Bjerk", 13), ("Eik", 12), ("Furu", 15))]
    round_release.release_round(home.database, town.key, SPRING, POLICY, TODAY)
    ledger = releases.present(home.database)
    assert isinstance(told_of_round(home, town), Released)
    own = [told_of(home, waves.of_unit(home.database, each.key)[0]) for each in others]
    assert removal.withdrawn_totals(installed, removed.key) == 1
    removal.remove(installed, removed.key, **ACT)
    assert (total(home, town).total, total(home, town).withdrawn) == (None, True)
    round_release.release_round(home.database, town.key, SPRING, POLICY, TODAY)
    release_finished(home, LATER.replace(year=2027))
    assert (total(home, town).total, total(home, town).withdrawn) == (None, True)
    # the ledger keeps what was told, and what was told of each of the others stays what it was
    assert releases.present(home.database).entries == ledger.entries
    assert [told_of(home, waves.of_unit(home.database, each.key)[0]) for each in others] == own
    assert len(list(to_researchers(home.database, POLICY))) == len(others)
    assert verification.find_problems(installed.settings) == []


def test_a_total_above_is_withdrawn_too_and_one_beside_it_stays(home, installed, town, unit):
    county = units.add(home.database, "Nordlys", "county", None, None)
    with home.database.writing() as connection:
        units.change(connection, town.id, parent_id=county.id)
    beside = units.add(home.database, "Annenby", "municipality", None, county.key)
    removed, *_ = [unit(name, n) for name, n in (("Alm", 14), ("Bjerk", 13), ("Eik", 12))]
    for name, n in (("Furu", 15), ("Gran", 13), ("Hegg", 12)):
        unit(name, n, beside)
    round_release.release_round(home.database, county.key, SPRING, POLICY, TODAY)
    before = told_of_round(home, beside)
    assert [total(home, each).total is None for each in (county, town, beside)] == [False] * 3
    removal.remove(installed, removed.key, **ACT)
    round_release.release_round(home.database, county.key, SPRING, POLICY, TODAY)
    assert [total(home, each).withdrawn for each in (county, town, beside)] == [True, True, False]
    assert isinstance(before, Released)
    assert told_of_round(home, beside) == before


def test_a_unit_is_not_removed_soon_after_a_survey_nor_while_one_is_on_nor_with_units_in_it(
    home, installed, town, unit
):
    recent = unit("Alm", 6)
    early = {**ACT, "today": LATER - timedelta(days=1)}
    with pytest.raises(Refused, match="unit-recent"):
        removal.remove(installed, recent.key, **early)
    waiting = closed(
        home, simulated(5), unit=units.add(home.database, "Bjerk", "workplace", "skole", town.key).name
    )
    opened(home, unit=units.add(home.database, "Eik", "workplace", "skole", town.key).name)
    under_way = [each for each in waves.every(home.database) if each.has_urn]
    assert len(under_way) == 2
    for each in under_way:
        with pytest.raises(Refused, match="unit-surveys"):
            removal.remove(installed, each.unit_key, **ACT)
    with pytest.raises(Refused, match="unit-holds-units"):
        removal.remove(installed, town.key, **ACT)
    assert lifecycle.interrupted(home.database, home.keys) == []
    assert waves.by_key(home.database, waiting.key).is_closed


@pytest.mark.parametrize("stage", STAGES)
def test_a_removal_that_is_killed_anywhere_is_whole_or_did_not_begin_and_the_worker_finishes_it(
    home, installed, settings, unit, stage
):
    place = unit("Alm", 6)
    home.database.close()
    child = os.fork()
    if not child:
        try:
            database = open_database(settings.database)
            here = Installation(settings, database, home.keys, home.policy)
            removal.remove(
                here,
                place.key,
                **ACT,
                step=lambda at: os.kill(os.getpid(), signal.SIGKILL) if at == stage else None,
            )
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    there = [each.key for each in units.every(home.database) if each.key == place.key]
    assert bool(there) == (stage not in GONE_AT)
    assert len(waves.every(home.database)) == len(there)
    maintenance.run(installed, LATER, ACT["now"])
    assert home.keys.marked() == frozenset()
    assert verification.find_problems(settings) == []
    assert len(waves.every(home.database)) == len(there)
    if there:
        removal.remove(installed, place.key, **ACT)
    assert waves.every(home.database) == ()


def test_what_is_withheld_of_a_small_unit_is_no_difference_after_another_was_removed(
    home, installed, town, unit
):
    removed, small, *_ = [unit(name, n) for name, n in (("Alm", 14), ("Bo", 7), ("Eik", 12), ("Furu", 15))]
    round_release.release_round(home.database, town.key, SPRING, POLICY, TODAY)
    removal.remove(installed, removed.key, **ACT)
    round_release.release_round(home.database, town.key, SPRING, POLICY, TODAY)
    assert told_of(home, waves.of_unit(home.database, small.key)[0]) is SUPPRESSED
    assert total(home, town).total is None
