"""A short survey that follows up a whole one is no second look at the same people's answers."""

from datetime import timedelta

import pytest

from instruments import library
from instruments.problems import Refused
from reports.disclosure import SUPPRESSED, Audience, release
from survey.collection import drafting, lifecycle, planning, sealing
from survey.publication import release as publication
from survey.publication import reports, rounds
from survey.store.repositories import releases, sealed, units
from tests.policies import POLICY
from tests.reports.waves import at_the_end, believable, sealed_from
from tests.waves import (
    OPENS,
    REFERENCE,
    answer,
    drafted,
    on_sqlite_alone,
    opened,
    place,
    release_below,
    simulated,
)

PART = f"{REFERENCE}+evidence_use+shared_practice"
engine_name = on_sqlite_alone

SECOND_OPENS = OPENS + timedelta(weeks=9)


def sealed_on(home, people, day, **asked):
    """A sealed wave of Asken that opened on that day and was answered on it."""
    later = {"opens_on": day, "closes_on": day + timedelta(days=9), "invited": 40}
    wave = opened(home, "Asken", **later, **asked)
    answer(home, wave, people, day)
    lifecycle.close(home.database, wave.key)
    return sealing.seal(home.database, home.keys, home.policy, wave.key)


def followed_up(home, whole, again):
    """A whole wave, and a part that follows it up, in one unit below an owner's."""
    if not any(each.name == "Fjordby" for each in units.every(home.database)):
        town = units.add(home.database, "Fjordby", "municipality", None, None)
        units.add(home.database, "Asken", "workplace", "skole", town.key)
    first = sealed_on(home, simulated(whole, seed=1), OPENS)
    people = simulated(again, seed=2, of=PART)
    second = sealed_on(home, people, SECOND_OPENS, title="Oppfølging", instrument=PART)
    return first, second


def test_nothing_of_it_reaches_an_owner_or_a_researcher_and_the_ledger_never_hears_of_it(home):
    first, second = followed_up(home, 30, 30)
    town = next(each for each in units.every(home.database) if each.name == "Fjordby")
    assert [each.round.instrument for each in rounds.round_statuses(home.database, town.key)] == [REFERENCE]
    release_below(home, town.key)
    cells = {wave for group in releases.present(home.database).decided for _, wave in group}
    assert cells == {first.key}
    told = list(publication.to_researchers(home.database, home.policy))
    assert [each.released.identity.wave for each in told] == [first.key]
    [planned] = reports.planned_reports(home.database, home.policy, town.key, "owner", None)
    assert planned.wave.key == first.key
    assert second.key not in {each.wave.key for each in [planned]}


def test_it_changes_nothing_of_what_an_owner_is_told_of_the_whole_wave_after_it(home):
    followed_up(home, 30, 30)
    last = sealed_on(home, simulated(30, seed=3), OPENS + timedelta(weeks=40), title="Vår 2027")
    waves_told = reports.for_owner(home.database, POLICY, last, last.unit_key).waves
    assert [each.wave_title for each in waves_told] == ["Vår 2026", "Vår 2027"]
    shown = sealed.verdicts_of(home.database, last)
    rested = {key for judged in shown.contrasts.values() for each in judged.values() for key in each.waves}
    assert rested
    assert all(
        not each.is_part for each in sealed.waves.of_unit(home.database, last.unit_key) if each.key in rested
    )


def test_it_cannot_be_asked_within_weeks_of_the_whole_nor_the_whole_of_it(home):
    followed_up(home, 12, 12)
    for instrument, day in (
        (PART, OPENS + timedelta(weeks=7)),
        (REFERENCE, SECOND_OPENS + timedelta(weeks=7)),
    ):
        plan = planning.Plan(place(home).key, "Igjen", instrument, "nb", 13, day, day + timedelta(days=9))
        with pytest.raises(Refused, match="waves-close"):
            drafting.draft(home.database, home.keys, POLICY, plan)


def both(number):
    """What is released of a whole wave, and of a part with the same people's answers."""
    whole, part = library.get(REFERENCE), library.get(PART)
    rows = at_the_end(whole, believable(whole, number), whole.dimension("evidence_use"), but=1)
    columns = [whole.item_columns[item.id] for item in part.items]
    of_part = [[row[column] for column in columns] for row in rows]
    sealed_waves = (sealed_from(whole, rows, among=True), sealed_from(part, of_part, among=True))
    return [release(each, Audience.LEADER_AMONG_RESPONDENTS, POLICY) for each in sealed_waves]


@pytest.mark.parametrize("number", [4, 5])
def test_of_few_answers_it_tells_nothing_like_a_whole_wave(number):
    assert both(number) == [SUPPRESSED, SUPPRESSED]


@pytest.mark.parametrize("number", [6, 9, 10, 14, 15, 20])
def test_it_is_released_by_the_same_rules_as_a_whole_wave_dimension_by_dimension(number):
    of_whole, of_part = both(number)
    asked = library.get(PART)
    assert of_part.n == of_whole.n == number
    assert of_part.dimensions == {name: of_whole.dimensions[name] for name in asked.part}
    assert of_part.item_figures == {item.id: of_whole.item_figures[item.id] for item in asked.items}


def test_what_is_kept_of_it_is_of_its_own_items_only(home):
    wave = opened(home, "Asken", instrument=PART)
    asked = library.get(PART)
    moments, _ = sealing.tabulate_replies(home.policy, wave, asked, [])
    assert moments.version == asked
    assert set(moments.scores) == set(asked.part)


def test_three_dimensions_are_no_follow_up(home):
    with pytest.raises(Refused, match="instrument-unknown"):
        drafted(home, "Asken", instrument=f"{PART}+improvement_cycle")
