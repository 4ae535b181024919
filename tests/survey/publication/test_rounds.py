"""A round is decided on as a whole: no order of looking, and nobody who comes late, spoils or betrays it."""

from datetime import date

import pytest

from instruments.problems import Refused
from reports.disclosure import SUPPRESSED, Audience, Released, release
from reports.results.half_year import half_year
from survey.background import maintenance
from survey.collection import lifecycle, sheet_sealing
from survey.operations.installation import Installation
from survey.publication import reports, round_release
from survey.publication import rounds as totals
from survey.publication.release import to_researchers
from survey.publication.rounds import Round
from survey.store.repositories import releases, units
from survey.store.repositories import sealed as sealed_waves
from survey.store.repositories.waves import amend
from tests.policies import POLICY
from tests.waves import (
    REFERENCE,
    TODAY,
    answer,
    closed_with_sheets,
    drafted,
    opened,
    place,
    release_finished,
    seal,
    sealed,
    simulated,
)

FEWEST = POLICY.thresholds[Audience.OUTSIDE].mean
SPRING = Round("2026-1", "skole", REFERENCE)


@pytest.fixture
def county(home):
    return units.add(home.database, "Nordlys", "county", None, None)


@pytest.fixture
def town(home, county):
    return units.add(home.database, "Fjordby", "municipality", None, county.key)


@pytest.fixture
def unit(home, town):
    """Adds a unit to the town, or elsewhere, with a sealed wave that so many answered."""

    def add(name, n, parent=town, **asked):
        found = [each for each in units.every(home.database) if each.name == name]
        if not found:
            units.add(home.database, name, "workplace", "skole", parent.key)
        return sealed(home, simulated(n, seed=len(name) + n), unit=name, invited=n + 9, **asked)

    return add


def release_spring(home, above):
    round_release.release_round(home.database, above.key, SPRING, POLICY, TODAY)


def whole(home, above):
    """What the owner is told of the whole, and the keys of the places in it."""
    found = totals.round_status(home.database, above.key, SPRING).below.total(SPRING)
    if found is None:
        return SUPPRESSED, set()
    told = release(found, Audience.OWNER, POLICY, releases.present(home.database))
    return told, {part.identity.unit_name for part in found.units}


def told_of(home, wave):
    ledger = releases.present(home.database)
    return release(sealed_waves.of_wave(home.database, wave), Audience.OWNER, POLICY, ledger)


def test_a_round_is_a_half_year_on_one_version_in_one_edition(home, unit, town):
    unit("Alm", 12)
    unit("Bjerk", 12, closes_on=date(2026, 6, 30))
    unit("Alm", 12, closes_on=date(2026, 7, 1))
    found = totals.round_statuses(home.database, town.key)
    assert [(each.round.half, len(each.units)) for each in found] == [("2026-2", 1), ("2026-1", 2)]
    assert SPRING.is_over(date(2026, 7, 1))
    assert not SPRING.is_over(date(2026, 6, 30))
    assert half_year(date(2025, 12, 31)) == "2025-2"


def test_the_whole_and_its_units_are_told_together_and_the_smallest_is_no_difference(home, unit, town):
    waves = [unit(name, n) for name, n in (("Alm", 14), ("Bjerk", 13), ("Eik", 12), ("Gran", 7))]
    release_spring(home, town)
    told, within = whole(home, town)
    assert isinstance(told, Released)
    assert within == {"Alm", "Bjerk", "Eik", "Gran"}
    hidden = [n for wave, n in zip(waves, (14, 13, 12, 7), strict=True) if told_of(home, wave) is SUPPRESSED]
    # nor for the leader of any one of them
    assert sum(hidden) - max(hidden) >= FEWEST


@pytest.fixture
def overlapped(home, unit, town, county, monkeypatch):
    """The county's next release is overtaken by one of the town, in which one more unit is sealed by then."""
    elsewhere = units.add(home.database, "Fjellby", "municipality", None, county.key)
    for name, n, above in (
        ("Alm", 22, town),
        ("Bjerk", 21, town),
        ("Eik", 20, town),
        ("Furu", 23, elsewhere),
    ):
        unit(name, n, above)
    decide = releases.decide

    def overtaken(*asked, **along):
        monkeypatch.setattr(releases, "decide", decide)
        unit("Sein", 24)
        release_spring(home, town)
        return decide(*asked, **along)

    monkeypatch.setattr(releases, "decide", overtaken)


@pytest.mark.usefixtures("overlapped")
def test_of_two_releases_that_overlap_at_one_moment_the_second_is_refused_and_may_be_made_again(
    home, town, county
):
    with pytest.raises(Refused, match="released-meanwhile"):
        release_spring(home, county)
    assert whole(home, county) == (SUPPRESSED, set())
    assert isinstance(whole(home, town)[0], Released)
    release_spring(home, county)
    assert whole(home, county)[1] == {"Alm", "Bjerk", "Eik", "Furu", "Sein"}


def test_looking_decides_nothing(home, unit, town):
    waves = [unit(name, n) for name, n in (("Alm", 22), ("Bjerk", 21), ("Eik", 20))]
    for _ in range(2):
        assert whole(home, town) == (SUPPRESSED, set())
        assert {told_of(home, wave) for wave in waves} == {SUPPRESSED}
    assert releases.present(home.database).entries == ()


@pytest.mark.parametrize("late", [3, 6, 9, 12, 25])
def test_a_unit_that_is_sealed_later_is_no_difference_between_two_releases(home, unit, town, late):
    for name, n in (("Alm", 22), ("Bjerk", 21), ("Eik", 20)):
        unit(name, n)
    release_spring(home, town)
    before = whole(home, town)
    assert isinstance(before[0], Released)
    wave = unit("Sein", late)
    assert totals.round_status(home.database, town.key, SPRING).undecided == 1
    assert whole(home, town) == before
    release_spring(home, town)
    after = whole(home, town)
    assert after == before
    assert (told_of(home, wave) is SUPPRESSED) == (late < FEWEST)
    assert totals.round_status(home.database, town.key, SPRING).undecided == 0


@pytest.mark.parametrize("late", [3, 9, 12])
def test_a_unit_that_is_sealed_between_the_towns_and_the_countys_release_is_not_their_difference(
    home, unit, town, county, late
):
    for name, n in (("Alm", 22), ("Bjerk", 21), ("Eik", 20)):
        unit(name, n)
    release_spring(home, town)
    wave = unit("Sein", late)
    release_spring(home, county)
    assert isinstance(whole(home, county)[0], Released)
    assert whole(home, county)[1] == {"Alm", "Bjerk", "Eik"}
    assert whole(home, county)[0].n == whole(home, town)[0].n
    assert (told_of(home, wave) is SUPPRESSED) == (late < FEWEST)


def test_who_releases_above_decides_for_those_below_and_nothing_crosses(home, unit, town, county):
    for name, n in (("Alm", 22), ("Bjerk", 21), ("Eik", 20)):
        unit(name, n)
    other = units.add(home.database, "Fjellby", "municipality", None, county.key)
    for name, n in (("Furu", 24), ("Hassel", 23)):
        unit(name, n, other)
    release_spring(home, county)
    assert whole(home, town)[1] == {"Alm", "Bjerk", "Eik"}
    assert len(whole(home, county)[1]) == 5
    assert whole(home, other) == (SUPPRESSED, set())
    # a third unit makes a whole of its own possible there, but it would cross the county's
    unit("Lind", 22, other)
    release_spring(home, other)
    assert whole(home, other) == (SUPPRESSED, set())
    release_spring(home, county)
    assert len(whole(home, county)[1]) == 5


def test_a_team_answers_in_its_unit_too_and_is_counted_once(home, unit, town):
    for name, n in (("Alm", 22), ("Bjerk", 21), ("Eik", 20)):
        unit(name, n)
    units.add(home.database, "Trinn 1", "team", "skole", place(home, "Alm").key)
    wave = sealed(home, simulated(12), unit="Trinn 1", invited=15)
    release_spring(home, town)
    assert whole(home, town)[1] == {"Alm", "Bjerk", "Eik"}
    assert isinstance(told_of(home, wave), Released)


def test_the_last_sealed_wave_of_a_place_counts_and_the_others_are_decided_on_too(home, unit, town):
    first = unit("Alm", 22, closes_on=date(2026, 3, 10))
    last = unit("Alm", 30)
    unit("Bjerk", 21)
    unit("Eik", 20)
    release_spring(home, town)
    found = totals.round_status(home.database, town.key, SPRING)
    assert [wave.key for wave in found.units if wave.unit_name == "Alm"] == [last.key]
    assert (last.unit_key, last.key) in found.total.cells
    assert isinstance(told_of(home, first), Released)


def test_a_whole_in_which_one_unit_is_most_is_not_told_and_its_units_are(home, unit, town):
    waves = [unit(name, n) for name, n in (("Alm", 60), ("Bjerk", 15), ("Eik", 15))]
    release_spring(home, town)
    assert whole(home, town) == (SUPPRESSED, set())
    assert all(isinstance(told_of(home, wave), Released) for wave in waves)


def test_how_many_are_under_way_is_told_as_a_number_and_a_draft_is_none(home, unit, town):
    unit("Alm", 22)
    for name in ("Bjerk", "Eik", "Gran"):
        units.add(home.database, name, "workplace", "skole", town.key)
    opened(home, "Bjerk")
    drafted(home, "Eik")
    waiting, sheets = closed_with_sheets(home, simulated(6), "Gran")
    told = totals.round_status(home.database, town.key, SPRING)
    assert (told.under_way, told.waiting) == (2, 1)
    sheet_sealing.give_sheets(home.database, home.keys, home.policy, waiting.key, sheets[:2], now=0)
    told = totals.round_status(home.database, town.key, SPRING)
    assert (told.under_way, told.waiting) == (1, 0)
    assert totals.round_status(home.database, town.key, Round("2020-1", "skole", REFERENCE)) is None


def test_when_the_half_year_is_over_the_round_is_released_by_itself(home, unit, town, settings):
    for name, n in (("Alm", 22), ("Bjerk", 21), ("Eik", 20)):
        unit(name, n)
    installation = Installation(settings, home.database, home.keys, home.policy)
    maintenance.run(installation, date(2026, 6, 30), 0)
    assert whole(home, town) == (SUPPRESSED, set())
    maintenance.run(installation, date(2026, 7, 1), 0)
    assert isinstance(whole(home, town)[0], Released)


def test_a_researcher_who_comes_first_spoils_no_whole(home, unit, town):
    for name, n in (("Alm", 20), ("Bjerk", 13), ("Eik", 12), ("Gran", 10), ("Lind", 7)):
        unit(name, n)
    assert not list(to_researchers(home.database, POLICY))
    assert releases.present(home.database).entries == ()
    release_spring(home, town)
    assert isinstance(whole(home, town)[0], Released)
    told = [each.released for each in to_researchers(home.database, POLICY)]
    assert len(told) == 1


def test_making_reports_or_exports_releases_nothing(home, unit, town):
    for name, n in (("Alm", 22), ("Bjerk", 21), ("Eik", 20)):
        unit(name, n)
    for reader in ("leader", "owner"):
        reports.report_renderer(home.database, home.policy, town.key, reader)
    list(to_researchers(home.database, POLICY))
    assert reports.planned_reports(home.database, home.policy, town.key, "owner", None) == []
    assert reports.units_without_report(home.database, town.key, "owner") == ["Alm", "Bjerk", "Eik"]
    assert releases.present(home.database).entries == ()
    release_spring(home, town)
    planned = reports.planned_reports(home.database, home.policy, town.key, "owner", None)
    assert [each.wave.unit_name for each in planned] == ["Alm", "Bjerk", "Eik"]


def test_an_owners_reports_are_of_what_is_released_and_not_of_what_was_sealed_since(home, unit, town):
    first = unit("Alm", 22)
    unit("Bjerk", 21)
    release_spring(home, town)
    unit("Alm", 22, closes_on=date(2026, 7, 1))
    [alm, _] = reports.planned_reports(home.database, home.policy, town.key, "owner", None)
    assert alm.wave.key == first.key


def test_a_round_that_was_released_once_is_released_and_says_with_how_many(home, unit, town, county):
    for name, n in (("Alm", 22), ("Bjerk", 21), ("Eik", 20)):
        unit(name, n)
    units.add(home.database, "Sein", "workplace", "skole", town.key)
    release_spring(home, town)
    released = totals.round_status(home.database, town.key, SPRING).released
    assert (released.released_on, released.sealed, released.missing) == (TODAY, 3, 1)
    unit("Sein", 25)
    late = totals.round_status(home.database, town.key, SPRING)
    assert (late.released, late.late) == (released, 1)
    round_release.release_round(home.database, town.key, SPRING, POLICY, date(2026, 5, 1))
    now = totals.round_status(home.database, town.key, SPRING)
    assert (now.released, now.late) == (released, 0)
    # above it nothing is released by that, and below what is released above is
    assert totals.round_status(home.database, county.key, SPRING).released is None


def test_who_releases_above_releases_for_those_below(home, unit, town, county):
    for name, n in (("Alm", 22), ("Bjerk", 21), ("Eik", 20)):
        unit(name, n)
    release_spring(home, county)
    assert totals.round_status(home.database, town.key, SPRING).released is not None


def test_a_prolonged_wave_stays_in_the_round_it_was_planned_in_and_that_waits_for_it(home, unit, town):
    for name, n in (("Alm", 22), ("Bjerk", 21)):
        unit(name, n)
    place_of = units.add(home.database, "Eik", "workplace", "skole", town.key)
    wave = opened(home, place_of.name, closes_on=date(2026, 6, 29), invited=30)
    answer(home, wave, simulated(20))
    later = date(2026, 7, 8)
    with home.database.writing() as connection:
        amend(connection, wave.id, closes_on=later)
    assert totals.round_status(home.database, town.key, SPRING).under_way == 1
    release_finished(home, date(2026, 7, 2))
    assert totals.round_status(home.database, town.key, SPRING).released is None
    lifecycle.close(home.database, wave.key)
    seal(home, wave)
    assert len(totals.round_status(home.database, town.key, SPRING).units) == 3
    release_finished(home, date(2026, 7, 10))
    assert whole(home, town)[1] == {"Alm", "Bjerk", "Eik"}


def test_a_round_does_not_wait_for_ever_for_a_wave_that_nobody_seals(home, unit, town):
    for name, n in (("Alm", 22), ("Bjerk", 21), ("Eik", 20)):
        unit(name, n)
    units.add(home.database, "Sein", "workplace", "skole", town.key)
    opened(home, "Sein")
    release_finished(home, date(2026, 12, 31))
    assert whole(home, town) == (SUPPRESSED, set())
    release_finished(home, date(2027, 1, 1))
    assert whole(home, town)[1] == {"Alm", "Bjerk", "Eik"}
