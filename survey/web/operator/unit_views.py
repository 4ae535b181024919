"""Operators: the units there are, found by what is typed, and what is known of each."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from flask import Response, flash, request
from flask_babel import gettext
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as AnyResponse

from instruments.problems import Refused
from survey.collection.planning import MOST_INVITED
from survey.store.repositories import accounts, search, units
from survey.store.repositories.units import Unit
from survey.store.tables import ANSWERING_KINDS
from survey.unit_import import columns, entries
from survey.unit_import.columns import SheetColumn
from survey.web import error_pages
from survey.web.forms import BLANK
from survey.web.operator import unit_changes, unit_fields
from survey.web.operator.blueprint import operator
from survey.web.platform import acts, languages, sign_ins
from survey.web.platform.context import context
from survey.web.platform.rendering import FormError, form_errors, redirect_to, render_page

_LONGEST_SEARCH = 100


class UnitForm(FlaskForm):
    """What an operator may correct of a unit, each field typed as in a sheet of units."""

    name = unit_fields.name_field()
    organisation_number = unit_fields.organisation_number_field()
    language = unit_fields.language_field()
    invited = unit_fields.invited_field()

    def read(self) -> Mapping[str, object]:
        """Return what is typed, None for an empty field; note at each field what is wrong with it."""
        found: dict[str, object] = {}
        for field in (self.name, self.organisation_number, self.language, self.invited):
            try:
                column = SheetColumn(field.name)
                found[field.name] = entries.read_cell(column, field.data) if field.data else None
            except Refused as refused:
                self.fail(field.name, refused)
        return found

    def fail(self, name: str, refused: Refused) -> None:
        """Say at a field why it was refused."""
        _, happened, remedy = error_pages.explain(refused)
        self[name].errors = [f"{happened}. {remedy}"]


@operator.get("/units")
def list_units() -> Response:
    """List the units that are searched for, some at a time."""
    typed, language = request.args.get("q", "")[:_LONGEST_SEARCH], languages.current()
    found = search.units(context().database, typed, request.args.get("page", 1, type=int))
    return render_page(
        "operator/units.html",
        gettext("Units"),
        found=found,
        typed=typed,
        kinds={each.kind: columns.kind_name(each.kind, language) for each in found.rows},
    )


@operator.get("/units/<key>")
def show_unit(key: str) -> Response:
    """Show what is known of a unit, to be corrected."""
    found = units.by_key(context().database, key)
    said = {"name": found.name, "organisation_number": found.organisation_number or ""}
    shown = {"language": found.language or BLANK, "invited": str(found.invited or "")}
    return _page(found, UnitForm(data={**said, **shown}))


@operator.post("/units/<key>")
def change_unit(key: str) -> AnyResponse:
    """Correct what is known of a unit; its leaders see an old name."""
    form, here = UnitForm(), context()
    found = units.by_key(here.database, key)
    if not form.validate():
        return _page(found, form, form_errors(form))
    said = form.read()
    if not any(field.errors for field in form):
        _store(found, form, said)
    if any(field.errors for field in form):
        return _page(found, form, form_errors(form))
    acts.describe(unit=key)
    flash(gettext("The unit has been changed."))
    return redirect_to("operator.show_unit", key=key)


def _store(found: Unit, form: UnitForm, said: Mapping[str, Any]) -> None:
    """Store what was read, or note at its field why that is refused."""
    here, by = context(), sign_ins.visitor().account.email
    try:
        units.correct(here.database, found.key, **{**said, "name": said["name"] or ""}, by=by, now=here.now)
    except Refused as refused:
        about_number = refused.problems[0].code == "unit-known"
        form.fail("organisation_number" if about_number else "name", refused)


def _page(found: Unit, form: UnitForm, faults: Sequence[FormError] = ()) -> Response:
    here, language = context(), languages.current()
    leaders = accounts.leaders_by_unit(here.database).get(found.key, [])
    return render_page(
        "operator/unit.html",
        found.name,
        faults=faults,
        status=HTTPStatus.BAD_REQUEST if faults else HTTPStatus.OK,
        unit=found,
        changes={what: each.button for what, each in unit_changes.offered(found).items()},
        form=form,
        kind=columns.kind_name(found.kind, language),
        edition=columns.edition_name(found.edition, language) if found.edition else "",
        above=units.names_upwards(here.database, found),
        leaders=leaders,
        is_led=found.kind in ANSWERING_KINDS,
        most=MOST_INVITED,
    )
