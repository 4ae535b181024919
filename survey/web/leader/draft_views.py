"""Leaders make a survey, change it and remove it, as long as nobody was asked."""

from collections.abc import Sequence

from flask import Response, flash, request
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from instruments import library, parts
from instruments.model import Version
from instruments.problems import Refused
from survey.collection import drafting, lifecycle, spacing
from survey.store import random_keys
from survey.store.repositories import units, waves
from survey.store.repositories.units import Unit
from survey.store.repositories.waves import Wave
from survey.store.tables import WaveState
from survey.web.leader.blueprint import leader
from survey.web.leader.proposed_plan import follow_up_plan, plan_after, plan_of
from survey.web.leader.wave_form import WaveForm, wave_form
from survey.web.leader.wave_views import found_wave, return_to
from survey.web.platform import acts, languages
from survey.web.platform.context import context
from survey.web.platform.rendering import FormError, form_errors, redirect_to, render_page


@leader.get("/<unit>/new")
def new_wave(unit: str) -> Response:
    """Ask for what a new survey needs, beginning with how the one before was set up."""
    here = context()
    place = units.by_key(here.database, unit)
    before, part = _before(place), _part_asked(place)
    data = plan_after(before, place, languages.current(), here.today)
    if part is not None:
        data |= follow_up_plan(
            before, part, spacing.earliest_day(here.database, here.policy, unit, here.today)
        )
    return _form_page(place, _form(place, {**data, "key": random_keys.draw()}, before, part))


@leader.post("/<unit>/new")
def create_wave(unit: str) -> AnyResponse:
    """Draft the survey; the same form sent twice makes one."""
    here = context()
    place = units.by_key(here.database, unit)
    form = _form(place, {}, _before(place), _part_asked(place))
    if form.validate():
        try:
            drafted = drafting.draft(here.database, here.keys, here.policy, form.plan(unit), form.key.data)
            return return_to(
                drafted, gettext("The survey has been created. It takes answers once you open it.")
            )
        except Refused as refused:
            form.fail(refused)
    return _form_page(place, form, faults=form_errors(form))


@leader.get("/<unit>/<wave>/change")
def change_draft(unit: str, wave: str) -> Response:
    """Show how a draft is set up, to be changed."""
    found = _draft(unit, wave)
    place = units.by_key(context().database, unit)
    return _form_page(place, _form(place, plan_of(found), _before(place), _part_of(found)), found)


@leader.post("/<unit>/<wave>/change")
def save_draft(unit: str, wave: str) -> AnyResponse:
    """Change the draft."""
    found = _draft(unit, wave)
    place = units.by_key(context().database, unit)
    form = _form(place, {}, _before(place), _part_of(found))
    if form.validate():
        try:
            here = context()
            changed = drafting.change(here.database, here.keys, here.policy, found.key, form.plan(unit))
            return return_to(changed, gettext("The survey has been changed."))
        except Refused as refused:
            form.fail(refused)
    return _form_page(place, form, found, form_errors(form))


@leader.get("/<unit>/<wave>/remove")
def confirm_draft_removal(unit: str, wave: str) -> Response:
    """Ask whether the draft is to go."""
    return render_page("leader/remove_draft.html", gettext("Remove the survey?"), wave=_draft(unit, wave))


@leader.post("/<unit>/<wave>/remove")
def remove_draft(unit: str, wave: str) -> AnyResponse:
    """Remove the draft with its codes."""
    removed = drafting.remove(context().database, context().keys, _draft(unit, wave).key)
    acts.describe(wave=removed.key)
    flash(gettext("“%(title)s” has been removed.", title=removed.title))
    return redirect_to("leader.desk")


def _draft(unit: str, key: str) -> Wave:
    found = found_wave(unit, key)
    lifecycle.require_state(found, WaveState.DRAFT)
    return found


def _part_asked(place: Unit) -> Version | None:
    """Return the part of a questionnaire that the address asks to follow up with, if it asks for one."""
    reference = request.args.get("follow", "")
    if not parts.is_part(reference):
        return None
    part = library.get(reference)
    return part if place.edition in part.editions else None


def _part_of(found: Wave) -> Version | None:
    return library.get(found.instrument) if found.is_part else None


def _before(place: Unit) -> Wave | None:
    """Return the unit's last survey on a whole questionnaire that was opened and not given up."""
    opened = [
        each
        for each in waves.of_unit(context().database, place.key)
        if not each.is_draft and not each.is_abandoned and not each.is_part
    ]
    return opened[-1] if opened else None


def _form(place: Unit, data: dict[str, object], before: Wave | None, part: Version | None = None) -> WaveForm:
    return wave_form(place.edition or "", languages.current(), data, before, part)


def _form_page(
    place: Unit, form: WaveForm, found: Wave | None = None, faults: Sequence[FormError] = ()
) -> Response:
    heading = gettext("New survey") if found is None else gettext("Change “%(title)s”", title=found.title)
    return render_page(
        "leader/new_wave.html",
        heading,
        faults=faults,
        status=400 if faults else 200,
        form=form,
        unit=place,
        wave=found,
    )
