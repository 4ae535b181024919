"""Operators: one new unit, checked as a row of a sheet of units is."""

from collections.abc import Sequence
from http import HTTPStatus

from flask import Response, flash, request
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as AnyResponse
from wtforms import SelectField, StringField
from wtforms.validators import Length

from survey.collection.planning import MOST_INVITED
from survey.store.repositories import units
from survey.store.repositories.units import LONGEST_NAME
from survey.store.tables import KINDS
from survey.unit_import import carrying_out, columns, export
from survey.unit_import.columns import SheetColumn
from survey.unit_import.sheet import RowFault
from survey.web import error_pages
from survey.web.forms import BLANK, one_line
from survey.web.operator import unit_fields
from survey.web.operator.blueprint import operator
from survey.web.platform import acts, languages, sign_ins
from survey.web.platform.context import context
from survey.web.platform.rendering import FormError, form_errors, redirect_to, render_page


class NewUnitForm(FlaskForm):
    """A new unit, each field as a column of a sheet of units; a field that is empty says nothing."""

    name = unit_fields.name_field()
    kind = SelectField(
        lazy_gettext("Kind of unit"),
        choices=lambda: {each: columns.kind_name(each, languages.current()) for each in KINDS},
        default="workplace",
    )
    edition = SelectField(
        lazy_gettext("Edition"),
        choices=lambda: {
            BLANK: gettext("None: nobody answers there, it only holds other units"),
            **{each: columns.edition_name(each, languages.current()) for each in columns.known_edition_ids()},
        },
    )
    parent = StringField(lazy_gettext("Lies in"), [Length(max=LONGEST_NAME)], filters=[one_line])
    organisation_number = unit_fields.organisation_number_field()
    language = unit_fields.language_field()
    invited = unit_fields.invited_field()

    def cells(self) -> dict[SheetColumn, str]:
        """Return what is typed, by column; the name always, since a unit has one."""
        found = {SheetColumn(each.name): each.data or "" for each in self if each.name != "csrf_token"}
        return {column: text for column, text in found.items() if text or column is SheetColumn.NAME}

    def fail(self, faults: Sequence[RowFault]) -> None:
        """Say at each field what is wrong with it, as it is said of a sheet's cell."""
        for each in faults:
            field = self.name if each.column is None else self[each.column.value]
            field.errors = [*field.errors, " ".join(each.problem.sentences(gettext, error_pages.shown))]


@operator.get("/units/new")
def new_unit() -> Response:
    """Ask for what a new unit needs; in the one that an address names, where it does."""
    database, above = context().database, request.args.get("in", "")
    parent = ""
    if above:
        parent = export.reference(units.by_key(database, above), export.counted_names(units.every(database)))
    return _page(NewUnitForm(data={"kind": "workplace", "parent": parent}))


@operator.post("/units/new")
def add_unit() -> AnyResponse:
    """Add the unit, or say at each field why not."""
    form, here = NewUnitForm(), context()
    if not form.validate():
        return _page(form, form_errors(form))
    by = sign_ins.visitor().account.email
    added, faults = carrying_out.add_one(here.database, form.cells(), by=by, now=here.now)
    if added is None:
        form.fail(faults)
        return _page(form, form_errors(form))
    acts.describe(unit=added.key)
    flash(gettext("The unit has been added. Now name who leads it."))
    return redirect_to("operator.show_unit", key=added.key)


def _page(form: NewUnitForm, faults: Sequence[FormError] = ()) -> Response:
    return render_page(
        "operator/new_unit.html",
        gettext("New unit"),
        faults=faults,
        status=HTTPStatus.BAD_REQUEST if faults else HTTPStatus.OK,
        form=form,
        most=MOST_INVITED,
    )
