"""Plan a round: one act of an owner drafts a wave in each chosen unit, or in none."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial

from instruments import library
from instruments.problems import Refused, refuse
from reports.disclosure import Policy
from survey.collection import drafting, planning, spacing, wave_links
from survey.collection.keys import KeyDirectory
from survey.collection.planning import Plan
from survey.collection.spacing import Period
from survey.store import random_keys
from survey.store.database import Database, Transaction
from survey.store.repositories import access_history, planned_rounds, units, waves
from survey.store.repositories.planned_rounds import PlannedRound
from survey.store.repositories.units import Unit
from survey.store.repositories.waves import Wave


@dataclass(frozen=True, slots=True)
class RoundPlan:
    """What an owner decides for all units of a round."""

    title: str
    instrument: str
    opens_on: date
    closes_on: date
    open_link: bool = False

    @property
    def columns(self) -> dict[str, object]:
        """Return it as it is stored."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class RefusedUnit:
    """A unit of which no wave can be made, and why."""

    unit: Unit
    reason: Refused


@dataclass(frozen=True, slots=True)
class Planner:
    """What rounds are planned with."""

    database: Database
    keys: KeyDirectory
    policy: Policy


def measured_below(known: Sequence[Unit], top_key: str) -> list[Unit]:
    """Return the units from this one down in which people answer and which are not closed, by name."""
    within = {each.id for each in known if each.key == top_key}
    for each in known:  # parents come before children
        if each.parent_id in within:
            within.add(each.id)
    found = [each for each in known if each.id in within and each.edition and each.closed_on is None]
    return sorted(found, key=lambda each: (each.name, each.key))


def refused_units(
    planner: Planner, top: str, plan: RoundPlan, chosen: Collection[str]
) -> Sequence[RefusedUnit]:
    """Return the chosen units of which no wave could be made, each with its reason; stores nothing."""
    known = units.every(planner.database)
    own = [each for each in measured_below(known, top) if each.key in set(chosen)]
    with planner.database.reading() as connection:
        return _checked(planner, plan, known, own, waves.in_transaction(connection))[1]


def plan_round(planner: Planner, top: str, plan: RoundPlan, chosen: Collection[str]) -> PlannedRound:
    """Store the round and draft a wave in each chosen unit, in one act.

    Raises Refused with the first reason where any of them is refused: then nothing is stored.
    """
    require_sound(top, plan, chosen)
    key = random_keys.draw()

    def add(connection: Transaction, above: int) -> int:
        _note(connection, "round-planned", [above], plan.title)
        return planned_rounds.add(connection, key, above, **plan.columns)

    _draft_in(planner, top, plan, chosen, add)
    return planned_rounds.by_key(planner.database, top, key)


def add_units(planner: Planner, found: PlannedRound, chosen: Collection[str], today: date) -> int:
    """Draft a wave of the round in each of these units too, in one act, and return in how many.

    Raises Refused: `round-over` after its last day, and as `plan_round` does; then nothing is stored.
    """
    require_not_over(found, today)
    plan = plan_of(found)
    require_sound(found.unit_key, plan, chosen)
    return _draft_in(planner, found.unit_key, plan, chosen, lambda _, __: found.id)


def plan_of(found: PlannedRound) -> RoundPlan:
    """Return what was decided for all units of a planned round."""
    return RoundPlan(found.title, found.instrument, found.opens_on, found.closes_on, found.open_link)


def require_not_over(found: PlannedRound, today: date) -> None:
    """Raise Refused("round-over") after the round's last day."""
    if today > found.closes_on:
        raise refuse(
            "round-over",
            "“%(title)s” is over: its last day was %(last)s.",
            "Plan a round of its own for the units that are missing.",
            place=found.key,
            title=found.title,
            last=found.closes_on,
        )


def correct_round(planner: Planner, found: PlannedRound, plan: RoundPlan, today: date) -> None:
    """Give the round and all its drafts other days, another title, questionnaire or way in.

    Raises Refused: `round-begun` from its first day on or once one of its waves was opened, and as
    `plan_round` does; then nothing is changed.
    """
    chosen = [wave.unit_key for wave in waves.of_planned_round(planner.database, found.id)]
    require_sound(found.unit_key, plan, chosen)
    known = units.every(planner.database)
    with planner.database.writing() as connection:
        units.lock(connection, set(chosen))
        everywhere = waves.in_transaction(connection)
        own = [wave for wave in everywhere if wave.planned_round_id == found.id]
        _require_not_begun(found, own, today)
        by_key = {each.key: each for each in known}
        others = [each for each in everywhere if each.planned_round_id != found.id]
        require = _requirement(planner, known, others)
        for wave in own:
            # where the owner leaves the way in as it was, what a leader has chosen and printed since stays
            changed = plan.open_link != found.open_link
            asked = replace(_plan_of(plan, wave), open_link=plan.open_link if changed else wave.open_link)
            require(asked, by_key[wave.unit_key])
            version, edition = planning.require_possible(planner.policy, asked, by_key[wave.unit_key])
            columns = drafting.columns_of(asked, version, edition)
            drafting.store_change(connection, planner.keys, wave, asked, columns)
        planned_rounds.change(connection, found.id, **plan.columns)
        _note(connection, "wave-changed", [wave.unit_id for wave in own], plan.title)
    for wave in own:
        planner.database.cache.forget(wave.key)


def take_back(planner: Planner, found: PlannedRound) -> int:
    """Remove the round with all its drafts and return how many there were.

    Raises Refused("round-begun") once one of its waves was opened.
    """
    with planner.database.writing() as connection:
        own = [wave for wave in waves.in_transaction(connection) if wave.planned_round_id == found.id]
        _require_not_begun(found, own, date.min)
        for wave in own:
            waves.remove_draft(connection, wave.id)
        planned_rounds.remove(connection, found.id)
        _note(connection, "draft-removed", [wave.unit_id for wave in own], found.title)
    for wave in own:
        planner.keys.destroy_private(wave.key)
        planner.keys.destroy_urn(wave.key)
        planner.database.cache.forget(wave.key)
    return len(own)


def require_sound(top: str, plan: RoundPlan, chosen: Collection[str]) -> None:
    """Raise Refused where a round cannot be planned whatever its units: no unit, its title, its days."""
    library.get(plan.instrument)
    planning.require_title(plan.title, top)
    if not chosen:
        raise refuse("round-empty", "A round is of one unit or more.", "Choose at least one unit.", place=top)
    planning.require_days(plan.opens_on, plan.closes_on, top)


def _draft_in(
    planner: Planner,
    top: str,
    plan: RoundPlan,
    chosen: Collection[str],
    round_id: Callable[[Transaction, int], int],
) -> int:
    """Draft a wave in each chosen unit, or in none; `round_id` finds or stores the round it belongs to."""
    known = units.every(planner.database)
    own = [each for each in measured_below(known, top) if each.key in set(chosen)]
    with planner.database.writing() as connection:
        units.lock(connection, {each.key for each in own})
        plans, refused = _checked(planner, plan, known, own, waves.in_transaction(connection))
        if refused:
            raise refused[0].reason
        above = next(each.id for each in known if each.key == top)
        by_id, most = {each.id: each for each in known}, planner.policy.retention.results_years
        kept = {each.key: units.years_among(by_id, each, most) for each in own}
        asked = [(each, plans[each.key], kept[each.key]) for each in own]
        _add_waves(connection, planner, round_id(connection, above), asked)
        _note(connection, "wave-drafted", [each.id for each in own], plan.title)
    return len(own)


def _checked(
    planner: Planner, plan: RoundPlan, known: Sequence[Unit], own: Sequence[Unit], everywhere: Sequence[Wave]
) -> tuple[Mapping[str, Plan], Sequence[RefusedUnit]]:
    """Return the plan of each unit by its key, and the units that none can be made of."""
    last = {wave.unit_key: wave for wave in everywhere if not wave.is_draft and not wave.is_part}
    plans: dict[str, Plan] = {}
    refused: list[RefusedUnit] = []
    require = _requirement(planner, known, everywhere)
    for each in own:
        try:
            asked = _plan_for(plan, each, last.get(each.key))
            require(asked, each)
            plans[each.key] = asked
        except Refused as reason:
            refused.append(RefusedUnit(each, reason))
    return plans, refused


def _requirement(
    planner: Planner, known: Sequence[Unit], everywhere: Sequence[Wave]
) -> Callable[[Plan, Unit], None]:
    """Return what refuses a plan for a unit: lines and waves are looked up once for all units."""
    lines = _Lines(known)
    by_unit: dict[str, list[Wave]] = defaultdict(list)
    for wave in everywhere:
        if not wave.is_abandoned:
            by_unit[wave.unit_key].append(wave)
    return partial(_require_apart, planner.policy, lines, by_unit)


def _require_apart(
    policy: Policy, lines: "_Lines", by_unit: Mapping[str, Sequence[Wave]], asked: Plan, place: Unit
) -> None:
    planning.require_possible(policy, asked, place)
    line = lines.of(place)
    others = sorted((wave for key in line for wave in by_unit.get(key, ())), key=lambda wave: wave.opens_on)
    period = Period(line, asked.opens_on, asked.closes_on)
    begun = [wave for wave in others if not wave.is_draft]
    spacing.refuse_together(period, begun)
    spacing.refuse_close(policy, period, begun)
    near = timedelta(weeks=policy.collection.weeks_apart)
    for wave in others:
        if wave.is_draft and wave.unit_key == place.key and abs(wave.opens_on - asked.opens_on) < near:
            raise refuse(
                "wave-drafted-already",
                "“%(title)s” is drafted in %(unit)s already, to be opened on %(first)s.",
                "Remove that draft first, or leave the unit out.",
                place=wave.key,
                title=wave.title,
                unit=place.name,
                first=wave.opens_on,
            )


class _Lines:
    """What each unit lies in and what lies in it: their people are partly its own."""

    def __init__(self, known: Sequence[Unit]) -> None:
        self._by_id = {each.id: each for each in known}
        self._inside: dict[int | None, list[Unit]] = defaultdict(list)
        for each in known:
            self._inside[each.parent_id].append(each)

    def of(self, place: Unit) -> frozenset[str]:
        found, above = {place.key}, place.parent_id
        while above is not None:
            found.add(self._by_id[above].key)
            above = self._by_id[above].parent_id
        waiting = [place.id]
        while waiting:
            for each in self._inside[waiting.pop()]:
                found.add(each.key)
                waiting.append(each.id)
        return frozenset(found)


def _plan_for(plan: RoundPlan, place: Unit, last: Wave | None) -> Plan:
    """Return the plan of one unit: language and number are its own, or those of its last survey."""
    invited = place.invited or (last.invited if last else None)
    if invited is None:
        raise refuse(
            "invited-unknown",
            "It is not known how many are invited in %(unit)s.",
            "Write the number in the sheet of the units, or let its leader create the first survey.",
            place=place.key,
            unit=place.name,
        )
    offered = library.get(plan.instrument).editions.get(place.edition or "", ())
    wanted = [place.language, last.language if last else None]
    language = next((each for each in (*wanted, *offered) if each in offered), "")
    return Plan(
        place.key,
        plan.title,
        plan.instrument,
        language or "",
        invited,
        plan.opens_on,
        plan.closes_on,
        plan.open_link,
        leaders_answer=last.leaders_answer if last else True,
    )


def _plan_of(plan: RoundPlan, wave: Wave) -> Plan:
    return Plan(
        wave.unit_key,
        plan.title,
        plan.instrument,
        wave.language,
        wave.invited,
        plan.opens_on,
        plan.closes_on,
        plan.open_link,
        leaders_answer=wave.leaders_answer,
        background=wave.background,
        split_key=wave.split_key,
    )


def _add_waves(
    connection: Transaction, planner: Planner, round_id: int, asked: Sequence[tuple[Unit, Plan, int]]
) -> None:
    rows, hashes = [], {}
    for place, plan, kept_years in asked:
        version, edition = planning.require_possible(planner.policy, plan, place)
        key = random_keys.draw()
        columns = drafting.columns_of(plan, version, edition)
        own = {"key": key, "unit_id": place.id, "planned_round_id": round_id, "kept_years": kept_years}
        rows.append({**columns, **own})
        hashes[key] = wave_links.draft_hashes(planner.keys, key)
    waves.add_planned(connection, hashes, rows)


def _require_not_begun(found: PlannedRound, own: Sequence[Wave], today: date) -> None:
    begun = [wave for wave in own if not wave.is_draft]
    if begun or today >= found.opens_on:
        raise refuse(
            "round-begun",
            "“%(title)s” has begun: its first day is %(first)s, and %(number)s of its surveys were opened.",
            "From now on each leader prolongs or corrects the own survey.",
            place=found.key,
            title=found.title,
            first=found.opens_on,
            number=len(begun),
        )


def _note(connection: Transaction, kind: str, unit_ids: Sequence[int], about: str) -> None:
    access_history.record(connection, kind, unit_ids, about=about)
