"""Operators: what may be changed of a unit, said in numbers before it is done; no result of any."""

from collections.abc import Sequence

from flask import Response, flash
from flask_babel import gettext
from flask_wtf import FlaskForm
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from instruments.problems import Refused
from survey.organisation import inventory, removal
from survey.store.repositories import units
from survey.store.repositories.units import Unit
from survey.web import error_pages
from survey.web.operator.blueprint import operator
from survey.web.operator.unit_changes import CHANGES, UnitChange, form_of
from survey.web.platform import acts
from survey.web.platform.context import context
from survey.web.platform.rendering import FormError, form_errors, redirect_to, render_page


@operator.get("/units/<key>/<what>")
def confirm_unit_change(key: str, what: str) -> Response:
    """Say what a change comes to, and ask for what it needs."""
    found, change = _offered(key, what)
    return _asked(found, what, change, form_of(change, found))


@operator.post("/units/<key>/<what>")
def apply_unit_change(key: str, what: str) -> AnyResponse:
    """Change the unit."""
    found, change = _offered(key, what)
    form = form_of(change, found)
    if not form.validate():
        return _asked(found, what, change, form, form_errors(form))
    try:
        left = change.act(found, form)
    except Refused as refused:
        status, happened, remedy = error_pages.explain(refused)
        return _asked(found, what, change, form, [FormError(f"{happened}. {remedy}")], status)
    acts.describe(unit=key, what=what)
    flash(gettext("Done: %(what)s, %(unit)s.", what=change.button, unit=found.name))
    return redirect_to("operator.list_units") if left is None else redirect_to("operator.show_unit", key=left)


def _offered(key: str, what: str) -> tuple[Unit, UnitChange]:
    found = units.by_key(context().database, key)
    if what not in CHANGES or not CHANGES[what].is_offered(found):
        raise NotFound
    return found, CHANGES[what]


def _asked(  # noqa: PLR0917 - what the page is made of
    found: Unit,
    what: str,
    change: UnitChange,
    form: FlaskForm,
    faults: Sequence[FormError] = (),
    status: int | None = None,
) -> Response:
    return render_page(
        "operator/change_unit.html",
        gettext("%(what)s: %(unit)s", what=change.button, unit=found.name),
        faults=faults,
        status=status or (400 if faults else 200),
        held=inventory.of_unit(context().database, found.key),
        what=what,
        change=change,
        form=form,
        fields=[field for field in form if field.name != "csrf_token"],
        years=units.years_kept(context().database, found.key, context().policy.retention.results_years),
        withdrawn=removal.withdrawn_totals(context().installation, found.key),
    )
