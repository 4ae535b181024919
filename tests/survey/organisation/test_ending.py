"""What ends by itself: results after their years, roles after their last day, accounts without a role."""

from datetime import date, timedelta

import pytest

from instruments.problems import Refused
from survey.background import maintenance
from survey.collection import lifecycle, retention, staff_results
from survey.operations import verification
from survey.operations.installation import Installation
from survey.organisation import placement
from survey.publication import round_release, rounds
from survey.publication.rounds import Round
from survey.store.repositories import access_history, accounts, actions, releases, role_endings, units, waves
from survey.store.repositories.waves import years_after
from tests.damage import AGREED
from tests.policies import POLICY
from tests.roles import LONG_AGO, grant_role
from tests.waves import CLOSES, REFERENCE, closed, drafted, on_sqlite_alone, opened, sealed, simulated

engine_name = on_sqlite_alone
pytestmark = pytest.mark.usefixtures("program_read_once")

ACT = {"by": "drift@example.org", "now": 1_800_000_000}
YEARS = POLICY.retention.results_years
LAST = years_after(CLOSES, YEARS)
DAY = timedelta(days=1)


def seconds(day):
    return (day - date(1970, 1, 1)).days * 24 * 60 * 60


@pytest.fixture
def installed(settings, home):
    return Installation(settings, home.database, home.keys, home.policy)


@pytest.fixture
def town(home):
    return units.add(home.database, "Fjordby", "municipality", None, None)


@pytest.fixture
def place(home, town):
    return units.add(home.database, "Alm", "workplace", "skole", town.key)


def run(installed, day):
    maintenance.run(installed, day, seconds(day))


def keys(home):
    return [each.key for each in waves.every(home.database)]


def test_results_are_there_on_the_last_day_of_their_time_and_gone_on_the_next(home, installed, place):
    kept, draft = sealed(home, simulated(6), unit="Alm"), drafted(home, unit="Alm")
    actions.add(home.database, kept, AGREED)
    run(installed, LAST)
    assert keys(home) == [kept.key, draft.key]
    run(installed, LAST + DAY)
    assert keys(home) == []
    with home.database.reading() as connection:
        for table in ("sealed_wave", "agreed_action", "access_code", "wave_link"):
            assert connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() == 0  # noqa: S608 - our own words
    assert units.by_key(home.database, place.key).name == "Alm"
    assert verification.find_problems(installed.settings) == []


def test_those_who_answered_are_shown_the_result_as_long_as_it_is_kept(home, place):
    kept = sealed(home, simulated(6), unit=place.name)
    assert staff_results.is_shown(POLICY, kept, LAST)
    assert not staff_results.is_shown(POLICY, kept, LAST + DAY)


def test_an_open_survey_is_closed_before_it_ends_and_answers_that_nobody_counted_end_too(home, installed):
    wave, waiting = opened(home, unit="Alm"), closed(home, simulated(3), unit="Bjerk")
    assert [each.key for each in retention.over(home.database, LAST + DAY)] == [waiting.key]
    run(installed, LAST + DAY)
    assert keys(home) == []
    assert [path.name for path in home.keys.path.iterdir()] == ["codes.key"]
    assert wave.kept_until == LAST


def test_a_total_is_withdrawn_with_the_first_results_that_end(home, installed, town):
    for name, n in (("Alm", 12), ("Bjerk", 13), ("Eik", 14)):
        units.add(home.database, name, "workplace", "skole", town.key)
        sealed(home, simulated(n, seed=n), unit=name, invited=20, closes_on=CLOSES + (name == "Eik") * DAY)
    spring = Round("2026-1", "skole", REFERENCE)
    round_release.release_round(home.database, town.key, spring, POLICY, CLOSES + 2 * DAY)
    assert rounds.round_status(home.database, town.key, spring).total is not None
    run(installed, LAST + DAY)
    status = rounds.round_status(home.database, town.key, spring)
    assert (status.total, status.withdrawn, len(status.units)) == (None, True, 1)
    assert len(releases.present(home.database).gone) == 2
    assert verification.find_problems(installed.settings) == []


def test_an_owner_decides_on_fewer_years_for_all_below_and_only_for_surveys_to_come(home, place, town):
    before = sealed(home, simulated(6), unit="Alm")
    planned = drafted(home, unit="Alm", opens_on=date(2026, 9, 1), closes_on=date(2026, 9, 20))
    placement.decide_years(home.database, POLICY, town.key, 3, **ACT)
    assert waves.by_key(home.database, before.key).kept_years == YEARS
    begun = lifecycle.open_wave(home.database, home.keys, POLICY, planned.key, date(2026, 9, 1))
    assert begun.kept_years == 3
    placement.decide_years(home.database, POLICY, place.key, 1, **ACT)
    assert units.years_kept(home.database, place.key, YEARS) == 1
    assert waves.by_key(home.database, planned.key).kept_years == 3
    placement.decide_years(home.database, POLICY, place.key, None, **ACT)
    assert units.years_kept(home.database, place.key, YEARS) == 3
    # a policy that came to allow fewer
    assert units.years_kept(home.database, place.key, 2) == 2


@pytest.mark.parametrize("years", [0, -1, YEARS + 1])
def test_results_are_kept_no_longer_than_the_policy_allows(home, town, years):
    with pytest.raises(Refused, match="years-number"):
        placement.decide_years(home.database, POLICY, town.key, years, **ACT)


def test_a_survey_that_ended_on_a_leap_day_is_kept_to_the_last_of_february():
    assert years_after(date(2028, 2, 29), 10) == date(2038, 2, 28)
    assert years_after(date(2028, 2, 28), 10) == date(2038, 2, 28)


@pytest.fixture
def account(home):
    return accounts.add(home.database, "leder@example.org", "", "nb", now=LONG_AGO)


def roles(account):
    return [each.role for each in account.memberships]


def ended_on(home, account_id, role, unit_key, last_day, *, today=date(2026, 6, 1)):
    """Let the role end after that day, as an operator does on `today`."""
    given = {"today": today, "by": "drift", "now": seconds(today)}
    return role_endings.end_role_on(home.database, account_id, role, unit_key, last_day, **given)


def test_a_role_ends_with_its_last_day_whether_a_worker_runs_or_not(home, installed, place, account):
    held = grant_role(home.database, account, "leader", place.key)
    last = date(2026, 7, 31)
    assert ended_on(home, held.id, "leader", place.key, last)
    held = accounts.by_id(home.database, held.id)
    assert roles(held.as_of(last)) == ["leader"]
    assert roles(held.as_of(last + DAY)) == []
    upwards = units.upwards(home.database, place.key)
    assert accounts.with_access_to(home.database, upwards, last) == [("leader", account.email)]
    assert accounts.with_access_to(home.database, upwards, last + DAY) == []
    run(installed, last)
    assert roles(accounts.by_id(home.database, held.id)) == ["leader"]
    run(installed, last + DAY)
    assert roles(accounts.by_id(home.database, held.id)) == []
    assert accounts.by_id(home.database, held.id).roleless_since == seconds(last + DAY)


def test_a_role_that_was_to_end_and_is_given_again_begins_anew(home, place, account):
    held = grant_role(home.database, account, "leader", place.key)
    ended_on(home, held.id, "leader", place.key, date(2026, 7, 31))
    again = grant_role(home.database, held, "leader", place.key, now=LONG_AGO + 99)
    [membership] = again.memberships
    assert (membership.given_at, membership.ends_on) == (LONG_AGO + 99, None)


def test_an_end_that_was_set_is_taken_back(home, place, account):
    held = grant_role(home.database, account, "leader", place.key)
    ended_on(home, held.id, "leader", place.key, date(2026, 7, 31))
    assert ended_on(home, held.id, "leader", place.key, None)
    assert accounts.by_id(home.database, held.id).memberships[0].ends_on is None
    assert not ended_on(home, held.id, "owner", place.key, None)


def test_every_last_day_that_is_given_or_taken_back_is_told_once_to_those_who_lead(home, place, account):
    held = grant_role(home.database, account, "leader", place.key)
    for last in (date(2026, 7, 31), date(2026, 7, 31), None):
        assert ended_on(home, held.id, "leader", place.key, last)
    told = access_history.acts_on_unit(home.database, [place.key])
    assert [(each.kind, each.about) for each in told if each.kind == "role-day-changed"] == [
        ("role-day-changed", f"leader {account.email} → –"),
        ("role-day-changed", f"leader {account.email} → 2026-07-31"),
    ]


def test_a_role_whose_last_day_is_past_is_not_gone_on_with_noted_or_not(home, place, account):
    """It would show results at once, that nobody was told of."""
    held = grant_role(home.database, account, "leader", place.key)
    last = date(2026, 7, 31)
    ended_on(home, held.id, "leader", place.key, last)
    assert not ended_on(home, held.id, "leader", place.key, None, today=last + DAY)
    assert accounts.by_id(home.database, held.id).memberships[0].ends_on == last
    assert ended_on(home, held.id, "leader", place.key, None, today=last)


@pytest.mark.parametrize(
    ("last", "code"), [(date(2026, 5, 31), "role-day-past"), (date(9999, 12, 31), "role-day-far")]
)
def test_a_last_day_lies_between_today_and_some_years(home, place, account, last, code):
    held = grant_role(home.database, account, "leader", place.key)
    with pytest.raises(Refused, match=code):
        ended_on(home, held.id, "leader", place.key, last)
    assert accounts.by_id(home.database, held.id).memberships[0].ends_on is None


@pytest.mark.parametrize("had_role", [True, False])
def test_an_account_without_a_role_is_kept_for_some_weeks_and_no_longer(
    home, installed, place, account, had_role
):
    since = LONG_AGO
    if had_role:
        held = grant_role(home.database, account, "leader", place.key)
        since = LONG_AGO + 7_000_000
        maintenance.run(installed, date(2024, 2, 1), since - 1)
        accounts.revoke_role(home.database, held, "leader", place.key, by="drift", now=since)
    over = since + POLICY.retention.accounts_without_role
    maintenance.run(installed, date(2024, 1, 1), over)
    assert accounts.by_email(home.database, account.email) is not None
    maintenance.run(installed, date(2024, 1, 1), over + 1)
    assert accounts.by_email(home.database, account.email) is None


def test_the_last_operator_cannot_be_lost(home, account):
    first = grant_role(home.database, account, "operator", None)
    lose = (
        lambda: accounts.revoke_role(home.database, first, "operator", None, by="drift", now=LONG_AGO),
        lambda: ended_on(home, first.id, "operator", None, date(2026, 7, 31)),
        lambda: accounts.remove(home.database, first, by="drift", now=LONG_AGO),
    )
    second = accounts.add(home.database, "to@example.org", "", "nb", now=LONG_AGO)
    for each in lose:
        with pytest.raises(Refused, match="operator-last"):
            each()
    grant_role(home.database, second, "operator", None)
    ended_on(home, second.id, "operator", None, date(2026, 7, 31))
    with pytest.raises(Refused, match="operator-last"):
        lose[0]()
    ended_on(home, second.id, "operator", None, None)
    assert lose[0]()
