"""A leader's first page: the units they lead, each with its surveys and what is next.

Each unit is read by a handful of statements, however many there are in the installation.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response
from flask_babel import gettext

from survey.collection import lifecycle, stored_urn
from survey.store.repositories import accounts, actions, sealed, units, waves
from survey.store.repositories.actions import StoredAction
from survey.store.repositories.units import Unit
from survey.store.repositories.waves import Wave
from survey.web.leader.blueprint import leader
from survey.web.leader.preparation.step_list import ShownStep, steps_of
from survey.web.platform import sign_ins
from survey.web.platform.context import context
from survey.web.platform.rendering import render_page
from survey.web.platform.state_names import STATE_NAMES


@dataclass(frozen=True, slots=True)
class _Place:
    """A unit that is led: its surveys with whether each can be read, and who sees its results.

    `due` are the actions whose day to look back has come, `to_do` the survey that is going on, is planned or
    was the last, with what is next in it, `without_result` the ids of those that were closed without one.
    """

    unit: Unit
    surveys: Sequence[tuple[Wave, bool]]
    seeing: Sequence[tuple[str, str]]
    due: Sequence[tuple[Wave, StoredAction]]
    to_do: tuple[Wave, Sequence[ShownStep]] | None
    without_result: frozenset[int]


@leader.get("/")
def desk() -> Response:
    """List the units one leads, each with its surveys, newest first."""
    visitor = sign_ins.visitor()
    places = sorted(map(_place, sorted(visitor.units_led())), key=lambda each: each.unit.name)
    return render_page(
        "leader/desk.html",
        gettext("My surveys"),
        places=[(each.unit, each.surveys, each.seeing, each.due, each.to_do) for each in places],
        states=STATE_NAMES,
        today=context().today,
        without_result=frozenset[int]().union(*(each.without_result for each in places)),
        seen={each.unit.key for each in places if visitor.sees_results_of(each.unit.key)},
        led=visitor.units("leader"),
    )


def _place(key: str) -> _Place:
    database = context().database
    line = units.line(database, key)
    known = [_listed(each) for each in waves.of_unit(database, key)]
    over = [each for each, _ in known if each.is_sealed]
    without = sealed.without_result(database, [each.id for each in over]) if over else frozenset[int]()
    written = actions.of_waves(database, over) if over else {}
    # whoever gave them the role: nobody becomes its leader unseen
    seeing = accounts.with_access_to(database, [each.key for each in line], context().today)
    due = actions.due_of(over, written, context().today) if sign_ins.visitor().sees_results_of(key) else ()
    chosen = _at_hand(known)
    to_do = None
    if chosen is not None:
        wave, is_readable = chosen
        agreed, is_without = written.get(wave.id, ()), wave.id in without
        steps = steps_of(wave, agreed, without_result=is_without) if is_readable else ()
        soon = [each for each in steps if each.is_later][:1]
        to_do = wave, [*(each for each in steps if each.is_now), *soon]
    return _Place(line[0], known[::-1], seeing, due, to_do, without)


def _listed(wave: Wave) -> tuple[Wave, bool]:
    """Return a survey as it stands today, and whether its answers can be read one day."""
    return lifecycle.as_of(wave, context().closing_day), not stored_urn.obstacles(
        context().database, context().keys, wave
    )


def _at_hand(known: Sequence[tuple[Wave, bool]]) -> tuple[Wave, bool] | None:
    """Return the survey that is going on, is planned or was the last."""
    kept = [each for each in known if not each[0].is_abandoned]
    begun, drafts = [each for each in kept if each[0].has_urn], [each for each in kept if each[0].is_draft]
    return next(iter(begun or drafts or kept[-1:]), None)
