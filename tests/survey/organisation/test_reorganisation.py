"""Units are corrected, moved, merged and closed, and nothing that was sealed is changed by it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from instruments.problems import Refused, refuse
from reports.disclosure import Released
from reports.presentation.views import profile_view
from reports.results.round_results import UnitState
from survey.collection import drafting, lifecycle
from survey.organisation import closure, inventory, merger, placement
from survey.publication import reports, round_figures, round_release, rounds
from survey.publication.rounds import Round
from survey.store.repositories import access_history, actions, units, waves
from survey.store.repositories import sealed as sealed_waves
from tests.damage import AGREED
from tests.policies import POLICY
from tests.waves import (
    OPENS,
    REFERENCE,
    TODAY,
    answer,
    drafted,
    on_sqlite_alone,
    opened,
    release_below,
    release_finished,
    seal,
    sealed,
    simulated,
)

engine_name = on_sqlite_alone

LATER = OPENS + timedelta(weeks=POLICY.collection.weeks_apart)
ACT = {"by": "drift@example.org", "now": 1_800_000_000}
SPRING = Round("2026-1", "skole", REFERENCE)


@pytest.fixture
def towns(home):
    """Two municipalities in a county."""
    county = units.add(home.database, "Nordlys", "county", None, None)
    return [
        units.add(home.database, name, "municipality", None, county.key) for name in ("Fjordby", "Annenby")
    ]


@pytest.fixture
def unit(home, towns):
    """Adds a unit to the first town, or another, with a sealed wave that so many answered."""

    def add(name, n, parent=None, **asked):
        made = units.add(home.database, name, "workplace", "skole", (parent or towns[0]).key)
        sealed(home, simulated(n, seed=len(name) + n), unit=name, invited=n + 9, **asked)
        return made

    return add


def move(home, moved, parent, today=LATER):
    return placement.move(home.database, POLICY, moved.key, parent and parent.key, today=today, **ACT)


def merge(home, parts, into, today=LATER):
    keys = [each.key for each in parts]
    return merger.merge(home.database, home.keys, POLICY, keys, into.key, today=today, **ACT)


def close(home, found, today=LATER):
    return closure.close(home.database, home.keys, found.key, today=today, **ACT)


def total(home, above):
    """What an owner is told of the whole round, and of which units it is."""
    found = rounds.round_status(home.database, above.key, SPRING)
    if found is None or found.total is None:
        return None, set()
    parts = found.below.total(SPRING).units
    return round_figures.of_round(found, POLICY).total, {part.identity.unit_name for part in parts}


def sealed_in_autumn(home, name, first=date(2026, 9, 1)):
    """A second wave of a unit, on other days than those that tests begin with."""
    wave = opened(home, unit=name, invited=20, opens_on=first, closes_on=first + timedelta(days=19))
    answer(home, wave, simulated(12), first)
    return seal(home, lifecycle.close(home.database, wave.key))


OF_UNITS = {"edition-changed", "unit-moved", "unit-merged", "unit-closed", "unit-reopened"}


def acts(home, *keys):
    """What became of the units, newest first, of all that has been done to them."""
    done = access_history.acts_on_unit(home.database, keys)
    return [(each.kind, each.about) for each in done if each.kind in OF_UNITS]


def test_a_unit_that_is_moved_leaves_its_sealed_wave_and_every_total_where_they_were(home, towns, unit):
    moved, *_ = [unit(name, n) for name, n in (("Alm", 13), ("Bjerk", 12), ("Eik", 14))]
    for name, n in (("Gran", 12), ("Hassel", 13), ("Ibenholt", 14)):
        unit(name, n, towns[1])
    for town in towns:
        round_release.release_round(home.database, town.key, SPRING, POLICY, TODAY)
    before = [total(home, town) for town in towns]
    assert [isinstance(told, Released) for told, _ in before] == [True, True]
    move(home, moved, towns[1])
    assert units.by_key(home.database, moved.key).parent_id == towns[1].id
    assert [total(home, town) for town in towns] == before
    # nor is there anything new to be released, here or there
    release_finished(home, date(2027, 1, 1))
    assert [total(home, town) for town in towns] == before
    assert "Alm" in before[0][1]


def test_a_wave_that_is_sealed_after_the_move_counts_where_the_unit_lies_then(home, towns, unit):
    moved = unit("Alm", 8)
    move(home, moved, towns[1])
    autumn = sealed_in_autumn(home, "Alm")
    assert [wave.places[1] for wave in waves.of_unit(home.database, moved.key)] == [
        each.key for each in towns
    ]
    assert autumn.counted_in[0] == towns[1].key
    halves = [[each.round.half for each in rounds.round_statuses(home.database, town.key)] for town in towns]
    assert halves == [["2026-1"], ["2026-2"]]


def test_a_new_owner_reads_nothing_of_before_and_the_former_one_all_of_it(home, towns, unit):
    moved = unit("Alm", 8)
    release_below(home, towns[0].key)
    move(home, moved, towns[1])
    planned = [reports.planned_reports(home.database, POLICY, town.key, "owner", "nb") for town in towns]
    assert [len(each) for each in planned] == [1, 0]
    autumn = sealed_in_autumn(home, "Alm")
    seen = reports.for_owner(home.database, POLICY, autumn, towns[1].key)
    assert [each.wave for each in seen.waves] == [autumn.key]
    own = reports.for_leader(home.database, POLICY, autumn)
    assert len(own.waves) == 2


def test_a_unit_moved_away_is_told_in_its_old_round_and_is_not_missed_in_the_new_ones(home, towns, unit):
    moved, staying = unit("Alm", 8), unit("Bjerk", 7)
    unit("Gran", 6, towns[1])
    move(home, moved, towns[1])
    told = [rounds.unit_states(rounds.round_status(home.database, town.key, SPRING)) for town in towns]
    assert [[name for _, name, _ in each] for each in told] == [["Alm", "Bjerk"], ["Gran"]]
    assert {key for key, _, _ in told[0]} == {moved.key, staying.key}


def test_a_unit_that_was_merged_or_closed_before_the_autumns_round_is_not_missed_in_it(home, towns, unit):
    gone, into, shut = unit("Alm", 8), unit("Bjerk", 7), unit("Eik", 6)
    units.add(home.database, "Furu", "workplace", "skole", towns[0].key)
    august = date(2026, 8, 14)
    merger.merge(home.database, home.keys, POLICY, [gone.key], into.key, today=august, **ACT)
    closure.close(home.database, home.keys, shut.key, today=august, **ACT)
    sealed_in_autumn(home, "Bjerk", date(2026, 10, 12))
    autumn = replace(SPRING, half="2026-2")
    found = rounds.round_status(home.database, towns[0].key, autumn)
    assert [(name, state) for _, name, state in rounds.unit_states(found)] == [
        ("Bjerk", UnitState.SEALED),
        ("Furu", UnitState.NO_SURVEY),
    ]
    # the spring's round was over by then, and they were in it
    assert len(rounds.unit_states(rounds.round_status(home.database, towns[0].key, SPRING))) == 4
    round_release.release_round(home.database, towns[0].key, autumn, POLICY, date(2026, 11, 2))
    noted = rounds.round_status(home.database, towns[0].key, autumn).released
    assert (noted.sealed, noted.missing) == (1, 1)


def test_what_became_of_a_unit_after_the_last_day_is_told_by_kind_and_stays_as_at_the_release(
    home, towns, unit
):
    """What was closed, merged, moved or added between the last day and the release, and what after it."""
    spring, into = unit("Alm", 8), unit("Bjerk", 7)
    names = ("Closed", "Merged", "Moved away", "Closed later", "Merged later", "Moved here", "Here")
    where = {"Moved here": towns[1]}
    made = {name: units.add(home.database, name, "workplace", "skole", where.get(name, towns[0]).key)
            for name in names}  # fmt: skip
    town, keys = towns[0].key, {name: [made[name].key] for name in names}
    merged = (home.database, home.keys, POLICY)
    may, september = date(2026, 5, 20), date(2026, 9, 20)
    closure.close(home.database, home.keys, *keys["Closed"], today=may, **ACT)
    merger.merge(*merged, keys["Merged"], into.key, today=may, **ACT)
    placement.move(home.database, POLICY, *keys["Moved away"], towns[1].key, today=may, **ACT)
    placement.move(home.database, POLICY, *keys["Moved here"], town, today=may, **ACT)
    units.add(home.database, "Added since", "workplace", "skole", town, placed_on=may)
    before = {
        "Alm": UnitState.SEALED,
        "Bjerk": UnitState.SEALED,
        "Closed": UnitState.CLOSED,
        "Closed later": UnitState.NO_SURVEY,
        "Here": UnitState.NO_SURVEY,
        "Merged": UnitState.MERGED,
        "Merged later": UnitState.NO_SURVEY,
    }

    def told():
        found = rounds.round_status(home.database, town, SPRING)
        return {name: state for _, name, state in rounds.unit_states(found)}

    assert told() == before
    round_release.release_round(home.database, town, SPRING, POLICY, date(2026, 6, 1))
    noted = rounds.round_status(home.database, town, SPRING).released
    assert (noted.sealed, noted.missing) == (2, 3)
    closure.close(home.database, home.keys, *keys["Closed later"], today=september, **ACT)
    merger.merge(*merged, keys["Merged later"], spring.key, today=september, **ACT)
    assert told() == before


def test_a_unit_that_is_closed_after_it_was_sealed_hides_no_unit_that_is_missing(home, towns, unit):
    shut = unit("Alm", 8)
    units.add(home.database, "Furu", "workplace", "skole", towns[0].key)
    closure.close(home.database, home.keys, shut.key, today=LATER, **ACT)
    round_release.release_round(home.database, towns[0].key, SPRING, POLICY, LATER)
    noted = rounds.round_status(home.database, towns[0].key, SPRING).released
    assert (noted.sealed, noted.missing) == (1, 1)


def test_a_team_counts_in_no_total_above_the_workplace_it_is_in(home, towns):
    work = units.add(home.database, "Alm", "workplace", "skole", towns[0].key)
    units.add(home.database, "Laget", "team", "skole", work.key)
    own, team = sealed(home, simulated(6), unit="Alm"), sealed(home, simulated(5), unit="Laget")
    county = units.upwards(home.database, towns[0].key)[-1]
    assert (own.lay_in, team.lay_in) == (f"{towns[0].key} {county}/", f"/{work.key} {towns[0].key} {county}")
    assert team.counted_in == ()
    assert team.places == (team.unit_key, work.key, towns[0].key, county)


@pytest.mark.parametrize("into", ["itself", "below"])
def test_a_unit_never_lies_in_itself(home, towns, unit, into):
    inside = unit("Alm", 6)
    with pytest.raises(Refused, match="unit-cycle"):
        move(home, towns[0], towns[0] if into == "itself" else inside)


def test_a_unit_may_lie_in_nothing(home, towns):
    assert move(home, towns[0], None).parent_id is None
    assert acts(home, towns[0].key) == [("unit-moved", "Fjordby: Nordlys → –")]


def test_nothing_is_moved_merged_or_closed_while_a_survey_is_on(home, towns):
    place = units.add(home.database, "Alm", "workplace", "skole", towns[0].key)
    other = units.add(home.database, "Bjerk", "workplace", "skole", towns[0].key)
    wave = opened(home, unit="Alm")
    for _ in range(2):
        for change in (
            lambda: move(home, place, towns[1]),
            lambda: move(home, towns[0], None),
            lambda: merge(home, [place], other),
            lambda: merge(home, [other], place),
            lambda: close(home, place),
        ):
            with pytest.raises(Refused, match="unit-surveys"):
                change()
        lifecycle.close(home.database, wave.key)


def test_nothing_is_moved_or_merged_for_some_weeks_after_a_survey(home, towns, unit):
    """As one unit its people are asked again after eight weeks; as two they could be asked the next day."""
    place, other = unit("Alm", 6), units.add(home.database, "Bjerk", "workplace", "skole", towns[0].key)
    early = LATER - timedelta(days=1)
    for change in (
        lambda: move(home, place, towns[1], early),
        lambda: merge(home, [place], other, early),
        lambda: merge(home, [other], place, early),
    ):
        with pytest.raises(Refused, match="unit-recent") as refused:
            change()
        assert LATER.isoformat() in str(refused.value)
    move(home, place, towns[1])


def test_an_edition_is_corrected_before_the_first_wave_alone(home, towns):
    place = units.add(home.database, "Alm", "workplace", "skole", towns[0].key)
    corrected = placement.correct_edition(home.database, place.key, "barnehage", **ACT)
    assert corrected.edition == "barnehage"
    assert acts(home, place.key) == [("edition-changed", "skole → barnehage")]
    with pytest.raises(Refused, match="edition-none"):
        placement.correct_edition(home.database, place.key, "universitet", **ACT)
    with pytest.raises(Refused, match="unit-unmeasured"):
        placement.correct_edition(home.database, towns[0].key, "skole", **ACT)
    draft = drafted(home, unit="Alm")
    with pytest.raises(Refused, match="edition-used"):
        placement.correct_edition(home.database, place.key, "skole", **ACT)
    drafting.remove(home.database, home.keys, draft.key)
    assert placement.correct_edition(home.database, place.key, "skole", **ACT).edition == "skole"


def test_units_that_are_merged_keep_what_was_sealed_and_are_asked_no_more(home, towns, unit):
    parts = [unit("Alm", 8), unit("Bjerk", 6)]
    drafted(home, unit="Bjerk")
    made = merger.merge_into_new(
        *(home.database, home.keys, POLICY, [each.key for each in parts], "Nyskolen"), today=LATER, **ACT
    )
    assert (made.edition, made.parent_id, made.merged_on) == ("skole", towns[0].id, LATER)
    for part in parts:
        closed = units.by_key(home.database, part.key)
        assert (closed.closed_on, closed.merged_into_id) == (LATER, made.id)
        [kept] = waves.of_unit(home.database, part.key)
        assert reports.for_leader(home.database, POLICY, kept).over_time
        with pytest.raises(Refused, match="unit-closed"):
            drafted(home, unit=part.name)
        with pytest.raises(Refused, match="unit-merged"):
            closure.reopen(home.database, part.key, **ACT)
        assert acts(home, part.key) == [("unit-merged", "Alm, Bjerk → Nyskolen")]
    assert acts(home, made.key) == [("unit-merged", "Alm, Bjerk → Nyskolen")]
    assert waves.of_unit(home.database, made.key) == ()


def test_a_merged_unit_starts_anew_and_its_report_says_why(home, unit):
    into, part = unit("Alm", 12), unit("Bjerk", 12)
    first = waves.of_unit(home.database, into.key)[0]
    before = reports.for_leader(home.database, POLICY, first)
    merge(home, [part], into)
    later = sealed_in_autumn(home, "Alm")
    shown = reports.for_leader(home.database, POLICY, later)
    assert [each.wave for each in shown.waves] == [later.key]
    assert not sealed_waves.verdicts_of(home.database, later).contrasts
    said = profile_view(shown, "en").headline.changed
    assert said.startswith("This is the first survey since units were merged.")
    # what was sealed before stays as it was
    assert reports.for_leader(home.database, POLICY, first) == before


def test_units_are_merged_that_are_two_of_one_edition_and_hold_nothing(home, towns, unit):
    alm, nursery = unit("Alm", 6), units.add(home.database, "Barna", "workplace", "barnehage", towns[0].key)
    other = units.add(home.database, "Bjerk", "workplace", "skole", towns[0].key)
    for parts, into in (([alm], alm), ([alm, alm], other)):
        with pytest.raises(Refused, match="merger-parts"):
            merge(home, parts, into)
    with pytest.raises(Refused, match="merger-parts"):
        merger.merge_into_new(home.database, home.keys, POLICY, [alm.key], "Ny", today=LATER, **ACT)
    with pytest.raises(Refused, match="merger-editions"):
        merge(home, [nursery], alm)
    with pytest.raises(Refused, match="unit-unmeasured"):
        merge(home, [alm], towns[0])
    units.add(home.database, "Laget", "team", "skole", other.key)
    with pytest.raises(Refused, match="unit-holds-units"):
        merge(home, [other], alm)
    assert [each.closed_on for each in units.every(home.database)] == [None] * 7


def test_a_merger_that_is_refused_at_its_end_leaves_no_new_unit(home, unit, monkeypatch):
    parts = [unit("Alm", 8), unit("Bjerk", 6)]
    known = units.every(home.database)

    def closed_meanwhile(*_, **__):
        raise refuse("unit-closed", "It is closed.", "Choose another.")

    monkeypatch.setattr(closure, "end", closed_meanwhile)
    keys = [each.key for each in parts]
    with pytest.raises(Refused, match="unit-closed"):
        merger.merge_into_new(home.database, home.keys, POLICY, keys, "Nyskolen", today=LATER, **ACT)
    assert units.every(home.database) == known


def test_a_merger_into_a_name_that_is_taken_is_refused_before_drafts_are_removed(home, unit):
    parts = [unit("Alm", 8), unit("Bjerk", 6)]
    draft = drafted(home, unit="Bjerk", opens_on=LATER, closes_on=LATER)
    keys = [each.key for each in parts]
    with pytest.raises(Refused, match="unit-name-taken"):
        merger.merge_into_new(home.database, home.keys, POLICY, keys, "Alm", today=LATER, **ACT)
    assert waves.by_key(home.database, draft.key).is_draft


def test_a_closed_unit_is_read_and_takes_no_survey_until_it_is_opened_again(home, towns, unit):
    place = unit("Alm", 8)
    draft = drafted(home, unit="Alm", opens_on=LATER, closes_on=LATER)
    close(home, place)
    with pytest.raises(Refused, match="wave-unknown"):
        waves.by_key(home.database, draft.key)
    [kept] = waves.of_unit(home.database, place.key)
    assert reports.for_leader(home.database, POLICY, kept).over_time
    for refused in (
        lambda: drafted(home, unit="Alm"),
        lambda: units.add(home.database, "Laget", "team", "skole", place.key),
        lambda: close(home, place),
        lambda: move(home, towns[1], place),
    ):
        with pytest.raises(Refused, match="unit-closed"):
            refused()
    closure.reopen(home.database, place.key, **ACT)
    assert drafted(home, unit="Alm", opens_on=LATER, closes_on=LATER).is_draft
    assert [kind for kind, _ in acts(home, place.key)] == ["unit-reopened", "unit-closed"]


def test_a_draft_of_before_is_not_opened_in_a_unit_that_was_closed_meanwhile(home, towns):
    place = units.add(home.database, "Alm", "workplace", "skole", towns[0].key)
    draft = drafted(home, unit="Alm")
    with home.database.writing() as connection:
        closure.end(connection, place, TODAY)
    with pytest.raises(Refused, match="unit-closed"):
        lifecycle.open_wave(home.database, home.keys, POLICY, draft.key, OPENS)
    assert waves.by_key(home.database, draft.key).is_draft


def test_a_unit_that_holds_open_ones_is_not_closed(home, towns, unit):
    place = unit("Alm", 6)
    with pytest.raises(Refused, match="unit-holds-units"):
        close(home, towns[0])
    close(home, place)
    close(home, towns[0])
    with pytest.raises(Refused, match="unit-closed"):
        closure.reopen(home.database, place.key, **ACT)


def test_what_a_unit_holds_is_told_in_numbers(home, towns, unit):
    place = unit("Alm", 8)
    [kept] = waves.of_unit(home.database, place.key)
    actions.add(home.database, kept, AGREED)
    drafted(home, unit="Alm")
    held = inventory.of_unit(home.database, place.key)
    assert (held.drafts, held.lasting, held.sealed, held.actions, held.units) == (1, 0, 1, 1, 0)
    assert inventory.of_unit(home.database, towns[0].key).units == 1
