"""What an owner is shown of a round was stored at its release: what the gate gives, and nothing else."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from instruments.problems import Damaged
from reports.disclosure import SUPPRESSED, Audience, Released, release, release_means
from reports.disclosure.released_text import total_text
from survey.collection import lifecycle, retention
from survey.publication import round_figures, round_list, round_release, rounds
from survey.publication.rounds import Round
from survey.store.ledger_tables import released_figures
from survey.store.repositories import release_holds, releases, sealed, units
from tests.policies import POLICY
from tests.waves import REFERENCE, TODAY, answer, opened, seal, simulated
from tests.waves import sealed as sealed_wave

SPRING = Round("2026-1", "skole", REFERENCE)
SIZES = {"Alm": 24, "Bjerk": 21, "Eik": 20, "Gran": 16, "Hegg": 6}
# the same decisions, and no mean that was rounded by the same rule
OTHER = replace(POLICY, rounding=replace(POLICY.rounding, fine_from=10_000))


@pytest.fixture
def town(home):
    found = units.add(home.database, "Fjordby", "municipality", None, None)
    for name, n in SIZES.items():
        units.add(home.database, name, "workplace", "skole", found.key)
        sealed_wave(home, simulated(n, seed=n), unit=name, invited=40)
    return found


@pytest.fixture
def released(home, town):
    round_release.release_round(home.database, town.key, SPRING, POLICY, TODAY)
    return town


def shown(home, town, policy=POLICY):
    return round_figures.of_round(rounds.round_status(home.database, town.key, SPRING), policy)


def stored(home):
    with home.database.reading() as connection:
        return {row.group_id: row for row in connection.execute(select(released_figures))}


def computed(home, town, policy=POLICY):
    """What the gate gives of the total and of each unit, from the sealed statistics."""
    found, ledger = rounds.round_status(home.database, town.key, SPRING), releases.present(home.database)
    total = release(found.below.total(SPRING), Audience.OWNER, policy, ledger)
    own = {
        wave.unit_key: release_means(sealed.of_wave(home.database, wave), Audience.OWNER, policy, ledger)
        for wave in found.units
    }
    return total, own


def test_a_page_shows_what_the_gate_gives_and_reads_no_statistics(home, released, monkeypatch):
    total, own = computed(home, released)
    monkeypatch.setattr(sealed, "of_waves", lambda *_: pytest.fail("statistics were read"))
    found = shown(home, released)
    assert isinstance(found.total, Released)
    assert total_text(found.total) == total_text(total)
    assert repr(found.units) == repr(own)
    assert SUPPRESSED in own.values()
    assert len(stored(home)) == len(SIZES) + 1


def test_what_was_withheld_of_a_unit_stands_in_no_row(home, released):
    _, own = computed(home, released)
    withheld = [key for key, means in own.items() if means is SUPPRESSED]
    assert withheld
    texts = [row.content for row in stored(home).values()]
    assert texts.count("null") == len(withheld)


def test_nothing_is_stored_before_a_release_nor_shown_of_what_is_sealed_after_it(home, town):
    assert stored(home) == {}
    round_release.release_round(home.database, town.key, SPRING, POLICY, TODAY)
    late = units.add(home.database, "Rogn", "workplace", "skole", town.key)
    sealed_wave(home, simulated(26), unit="Rogn", invited=40)
    assert shown(home, town).units[late.key] is SUPPRESSED
    round_release.release_round(home.database, town.key, SPRING, POLICY, TODAY)
    assert shown(home, town).units[late.key] is not SUPPRESSED


def test_what_is_shown_goes_with_the_first_wave_in_it_and_the_others_stay(home, released):
    found = rounds.round_status(home.database, released.key, SPRING)
    before = stored(home)
    retention.end(home.database, home.keys, found.units[0])
    after = stored(home)
    # its own row, and that of the total
    assert len(before) - len(after) == 2
    assert set(after) < set(before)
    assert shown(home, released).total is SUPPRESSED


def test_by_other_rules_a_page_computes_what_it_shows(home, released):
    total, own = computed(home, released, OTHER)
    assert total_text(total) != total_text(computed(home, released)[0])
    found = shown(home, released, OTHER)
    assert (total_text(found.total), repr(found.units)) == (total_text(total), repr(own))


def test_a_total_of_the_same_units_a_year_before_is_read_as_it_was_stored(home, released, monkeypatch):
    later, days = Round("2027-1", "skole", REFERENCE), (date(2027, 3, 1), date(2027, 3, 10))
    for name, n in SIZES.items():
        wave = opened(home, unit=name, invited=40, opens_on=days[0], closes_on=days[1])
        answer(home, wave, simulated(n, seed=n + 1), days[0])
        seal(home, lifecycle.close(home.database, wave.key))
    round_release.release_round(home.database, released.key, later, POLICY, days[1])
    before = shown(home, released).total
    monkeypatch.setattr(sealed, "of_waves", lambda *_: pytest.fail("statistics were read"))
    found = round_figures.of_round(rounds.round_status(home.database, released.key, later), POLICY)
    assert isinstance(found.earlier, Released)
    assert total_text(found.earlier) == total_text(before)


@pytest.mark.parametrize("altered", ["content = replace(content, '3', '4')", "content = '{'"])
def test_altered_figures_are_not_shown(home, released, altered):
    with home.database.writing() as connection:
        connection.exec_driver_sql(f"UPDATE released_figures SET {altered}")  # noqa: S608 - our own words
    with pytest.raises(Damaged) as refused:
        shown(home, released)
    assert [each.code for each in refused.value.problems] == ["released-figures-unreadable"]


def test_the_list_of_rounds_says_of_each_what_its_page_says(home, released):
    late = units.add(home.database, "Rogn", "workplace", "skole", released.key)
    sealed_wave(home, simulated(26), unit="Rogn", invited=40)
    sealed_wave(home, simulated(26), unit="Rogn", invited=40, closes_on=date(2026, 7, 2))
    for top in (released.key, late.key):
        listed = round_list.listed_rounds(home.database, top)
        pages = rounds.round_statuses(home.database, top)
        assert [(each.round.half, each.undecided) for each in pages] == [("2026-2", 1), ("2026-1", 1)]
        said = [(each.round, each.undecided, each.late, each.released) for each in listed]
        assert said == [(each.round, each.undecided, each.late, each.released) for each in pages]
    with home.database.writing() as connection:
        release_holds.hold_sealed(connection)
    assert [each.undecided for each in round_list.listed_rounds(home.database, released.key)] == [0, 0]
