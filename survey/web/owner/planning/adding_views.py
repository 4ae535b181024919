"""Owners add units to a round that is planned already: one act, refused for the same reasons as planning."""

from collections.abc import Sequence

from flask import Response, flash, request
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response as AnyResponse

from instruments import library
from instruments.problems import Refused
from survey.collection import round_planning
from survey.collection.round_planning import RefusedUnit
from survey.store.repositories import planned_rounds, units, waves
from survey.store.repositories.planned_rounds import PlannedRound
from survey.store.repositories.units import Unit
from survey.store.repositories.waves import Wave
from survey.web.owner.blueprint import owner
from survey.web.owner.planning.planning_views import edition_names, fault_of, planner, searched_name
from survey.web.platform.context import context
from survey.web.platform.rendering import FormError, redirect_to, render_page


@owner.get("/<unit>/planned/<planned>/add")
def add_units(unit: str, planned: str) -> AnyResponse:
    """Ask which units are to be added to the round; after its last day there is nothing to ask."""
    found = planned_rounds.by_key(context().database, unit, planned)
    if context().today > found.closes_on:
        return redirect_to("owner.board", unit=unit, planned=planned)
    return _page(found, ())


@owner.post("/<unit>/planned/<planned>/add")
def store_added_units(unit: str, planned: str) -> AnyResponse:
    """Draft a wave of the round in each ticked unit, or say of which none can be made: then in none."""
    here, found = context(), planned_rounds.by_key(context().database, unit, planned)
    chosen, plan = request.form.getlist("units"), round_planning.plan_of(found)
    try:
        round_planning.require_not_over(found, here.today)
        round_planning.require_sound(unit, plan, chosen)
        refused = round_planning.refused_units(planner(), unit, plan, chosen)
        if refused:
            left = set(chosen) - {each.unit.key for each in refused}
            return _page(found, sorted(left), refused=refused)
        number = round_planning.add_units(planner(), found, chosen, here.today)
    except Refused as reason:
        return _page(found, chosen, [fault_of(reason)])
    flash(
        ngettext(
            "%(num)s unit has been added to the round, with a draft.",
            "%(num)s units have been added to the round, each with a draft.",
            number,
        )
    )
    return redirect_to("owner.board", unit=unit, planned=planned)


def units_outside(found: PlannedRound, own: Sequence[Wave]) -> list[Unit]:
    """Return the units that the round's questionnaire could be asked in and is not, by name.

    `own` are the waves of the round.
    """
    editions = library.get(found.instrument).editions
    inside = {wave.unit_key for wave in own}
    measured = round_planning.measured_below(units.every(context().database), found.unit_key)
    return [each for each in measured if each.edition in editions and each.key not in inside]


def _page(
    found: PlannedRound,
    chosen: Sequence[str],
    faults: Sequence[FormError] = (),
    refused: Sequence[RefusedUnit] = (),
) -> Response:
    outside = units_outside(found, waves.of_planned_round(context().database, found.id))
    search = searched_name()
    return render_page(
        "owner/add_units.html",
        gettext("Add units to “%(title)s”", title=found.title),
        faults=faults,
        status=400 if faults or refused else 200,
        unit=found.unit_key,
        found=found,
        outside=outside,
        listed=[each for each in outside if search.casefold() in each.name.casefold()],
        named=edition_names(outside),
        search=search,
        chosen=set(chosen),
        refused=[(each.unit, fault_of(each.reason).text) for each in refused],
    )
