"""Owners plan a round for many units, correct it before its first day, and take it back until it begins."""

from collections.abc import Sequence

from flask import Response, flash, request
from flask_babel import gettext, lazy_gettext, ngettext
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as AnyResponse
from wtforms import RadioField

from instruments import library
from instruments.problems import Refused
from survey.collection import planning, round_planning
from survey.collection.round_planning import Planner, RefusedUnit, RoundPlan
from survey.store.repositories import planned_rounds, units
from survey.store.repositories.planned_rounds import PlannedRound
from survey.store.repositories.units import Unit
from survey.web import error_pages, wave_fields
from survey.web.owner.blueprint import owner
from survey.web.platform import languages
from survey.web.platform.context import context
from survey.web.platform.rendering import FormError, form_errors, redirect_to, render_page


class RoundForm(FlaskForm):
    """What holds for all units of a round."""

    title = wave_fields.title_field()
    instrument = RadioField(lazy_gettext("Questionnaire"))
    opens_on = wave_fields.first_day_field()
    closes_on = wave_fields.last_day_field()
    way = wave_fields.way_field()

    @property
    def plan(self) -> RoundPlan:
        """Return what a valid form asks for."""
        said = self.data
        link = said["way"] == "link"
        return RoundPlan(said["title"], said["instrument"], said["opens_on"], said["closes_on"], link)


@owner.get("/<unit>/plan")
def plan_round(unit: str) -> Response:
    """Ask for what holds for all units, and for which units; all that are listed are ticked at first."""
    place, measured = _below(unit)
    listed = _listed(measured)
    ticked = [] if request.args.get("tick") == "none" else [each.key for each in listed]
    return _page(place, measured, _form(listed), ticked)


@owner.post("/<unit>/plan")
def store_round(unit: str) -> AnyResponse:
    """Draft a wave in each chosen unit, or say of which units none can be made: then in none."""
    place, measured = _below(unit)
    form, chosen = _form(_listed(measured)), request.form.getlist("units")
    form.validate()
    faults = form_errors(form)
    refused: tuple[RefusedUnit, ...] = ()
    if not faults:
        try:
            round_planning.require_sound(unit, form.plan, chosen)
            refused = tuple(round_planning.refused_units(planner(), unit, form.plan, chosen))
            if not refused:
                made = round_planning.plan_round(planner(), unit, form.plan, chosen)
                flash(
                    ngettext(
                        "The round is planned: %(num)s unit has a draft.",
                        "The round is planned: %(num)s units have drafts.",
                        len(chosen),
                    )
                )
                return redirect_to("owner.board", unit=unit, planned=made.key)
        except Refused as reason:
            faults = (fault_of(reason),)
    left = [key for key in chosen if key not in {each.unit.key for each in refused}]
    return _page(place, measured, form, left, faults, refused)


@owner.get("/<unit>/planned/<planned>/correct")
def correct_round(unit: str, planned: str) -> Response:
    """Show how a round is planned, to be corrected for all of its units at once."""
    found = planned_rounds.by_key(context().database, unit, planned)
    data = {
        "title": found.title,
        "instrument": found.instrument,
        "opens_on": found.opens_on,
        "closes_on": found.closes_on,
        "way": "link" if found.open_link else "codes",
    }
    return _correction(unit, found, _form(_below(unit)[1], data))


@owner.post("/<unit>/planned/<planned>/correct")
def save_round(unit: str, planned: str) -> AnyResponse:
    """Correct it in all of its units, or in none."""
    found = planned_rounds.by_key(context().database, unit, planned)
    form = _form(_below(unit)[1])
    form.validate()
    faults = form_errors(form)
    if not faults:
        try:
            round_planning.correct_round(planner(), found, form.plan, context().today)
            flash(gettext("The round has been corrected, with all its drafts."))
            return redirect_to("owner.board", unit=unit, planned=planned)
        except Refused as reason:
            faults = (fault_of(reason),)
    return _correction(unit, found, form, faults)


@owner.get("/<unit>/planned/<planned>/remove")
def confirm_round_removal(unit: str, planned: str) -> Response:
    """Ask whether the round is to be taken back with all its drafts."""
    found = planned_rounds.by_key(context().database, unit, planned)
    return render_page("owner/remove_round.html", gettext("Take the round back?"), found=found, unit=unit)


@owner.post("/<unit>/planned/<planned>/remove")
def remove_round(unit: str, planned: str) -> AnyResponse:
    """Take it back: its drafts are removed."""
    found = planned_rounds.by_key(context().database, unit, planned)
    number = round_planning.take_back(planner(), found)
    flash(
        ngettext(
            "The round has been taken back, and %(num)s draft removed.",
            "The round has been taken back, and %(num)s drafts removed.",
            number,
        )
    )
    return redirect_to("owner.overview")


def planner() -> Planner:
    """Return what rounds are planned with in this request."""
    here = context()
    return Planner(here.database, here.keys, here.policy)


def _below(unit: str) -> tuple[Unit, list[Unit]]:
    known = units.every(context().database)
    place = next((each for each in known if each.key == unit), None) or units.by_key(context().database, unit)
    return place, round_planning.measured_below(known, unit)


def _listed(measured: Sequence[Unit]) -> list[Unit]:
    """Return the units of the edition, and with the part of a name, that the address asks for."""
    edition, wanted = _wanted_edition(measured), searched_name().casefold()
    return [each for each in measured if edition in {"", each.edition} and wanted in each.name.casefold()]


def _wanted_edition(measured: Sequence[Unit]) -> str:
    asked = request.args.get("edition", "")
    return asked if asked in {each.edition for each in measured} else ""


def searched_name() -> str:
    """Return the part of a name that the address asks for; empty for all."""
    return " ".join(request.args.get("search", "").split())[:100]


def _form(measured: Sequence[Unit], data: dict[str, object] | None = None) -> RoundForm:
    editions = {each.edition for each in measured if each.edition}
    versions = [version for edition in sorted(editions) for version in planning.instruments_for(edition)]
    offered = {version.reference: version for version in versions}
    form = RoundForm(data={"instrument": next(iter(offered), None), **(data or {})})
    choices = {}
    for reference, version in offered.items():
        edition = next(each for each in version.editions if each in editions)
        spoken = version.editions[edition]
        language = languages.current() if languages.current() in spoken else spoken[0]
        choices[reference] = f"{version.wording(edition, language).title} ({reference})"
    form.instrument.choices = choices
    return form


def fault_of(reason: Refused) -> FormError:
    """Return a refusal as a line of an error summary, which leads to the units if none is ticked."""
    _, happened, remedy = error_pages.explain(reason)
    return FormError(f"{happened}. {remedy}", "units" if reason.problems[0].code == "round-empty" else "")


def _page(  # noqa: PLR0917 - what the page is made of
    place: Unit,
    measured: Sequence[Unit],
    form: RoundForm,
    chosen: Sequence[str],
    faults: Sequence[FormError] = (),
    refused: Sequence[RefusedUnit] = (),
) -> Response:
    return render_page(
        "owner/plan_round.html",
        gettext("Plan a round: %(unit)s", unit=place.name),
        faults=faults,
        status=400 if faults or refused else 200,
        place=place,
        measured=measured,
        listed=_listed(measured),
        named=edition_names(measured),
        edition=_wanted_edition(measured),
        search=searched_name(),
        form=form,
        chosen=set(chosen),
        refused=[(each.unit, fault_of(each.reason).text) for each in refused],
        found=None,
    )


def _correction(
    unit: str, found: PlannedRound, form: RoundForm, faults: Sequence[FormError] = ()
) -> Response:
    return render_page(
        "owner/plan_round.html",
        gettext("Correct “%(title)s”", title=found.title),
        faults=faults,
        status=400 if faults else 200,
        place=units.by_key(context().database, unit),
        measured=(),
        form=form,
        refused=(),
        found=found,
    )


def edition_names(measured: Sequence[Unit]) -> dict[str, str]:
    """Return what each edition is called in the reader's language."""
    names: dict[str, str] = {}
    for edition in {each.edition for each in measured if each.edition}:
        offered = planning.instruments_for(edition)
        names[edition] = edition
        if offered:
            spoken = library.get(offered[0].reference).editions[edition]
            language = languages.current() if languages.current() in spoken else spoken[0]
            names[edition] = offered[0].wording(edition, language).edition_name
    return names
