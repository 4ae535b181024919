"""Give one key sheet, typed or scanned; the second of a survey seals it."""

from collections.abc import Sequence

from flask import Blueprint, Response, flash
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as AnyResponse
from wtforms import TextAreaField
from wtforms.validators import DataRequired

from instruments.problems import Refused
from survey.collection import lifecycle, sheet_sealing
from survey.operations import log
from survey.web import error_pages
from survey.web.forms import typed
from survey.web.platform import acts, headers, key_sheet_sentences
from survey.web.platform.context import context
from survey.web.platform.rendering import FormError, form_errors, redirect_to, render_page, static_address

key_holder = Blueprint("key_holder", __name__)


class _SheetForm(FlaskForm):
    """What is typed from a key sheet, or scanned from it."""

    sheet = TextAreaField(
        lazy_gettext("The text on your sheet"),
        [DataRequired(lazy_gettext("Type what is printed next to the QR code on your sheet."))],
        filters=[typed],
    )


@key_holder.get("/sheet")
def sheet() -> Response:
    """Ask for what stands on a sheet; a scanned one is put into the field by the page's script."""
    return _page(_SheetForm())


@key_holder.post("/sheet")
def give_sheet() -> AnyResponse:
    """Take the sheet: it waits for the second one, or seals the survey with the one that waits."""
    form = _SheetForm()
    if not form.validate():
        return _page(form, form_errors(form))
    here = context()
    # whether or not the worker has closed it by now
    for wave in lifecycle.due(here.database, here.closing_day):
        lifecycle.close_due(here.database, wave.key, here.closing_day)
    try:
        given = sheet_sealing.give_sheet_of_any(
            here.database, here.keys, here.policy, str(form.sheet.data), now=here.now, today=here.today
        )
    except Refused as refused:
        status, happened, remedy = error_pages.explain(refused)
        form.sheet.errors = [f"{happened}. {remedy}"]
        return _page(form, form_errors(form), status)
    acts.describe(unit=given.wave.unit_key, wave=given.wave.key)
    if given.wave.is_sealed:
        log.act("wave-sealed", unit=given.wave.unit_key, wave=given.wave.key)
    flash(f"{given.wave.unit_name}, {given.wave.title}: {key_sheet_sentences.outcome(given)}")
    return redirect_to("key_holder.sheet")


def _page(form: _SheetForm, faults: Sequence[FormError] = (), status: int = 400) -> Response:
    # it reads what a scanned sheet carries behind the # of the address, which the server must not be sent
    headers.allow_own_script()
    return render_page(
        "key_sheet.html",
        gettext("Hand in a key sheet"),
        faults=faults,
        status=status if faults else 200,
        form=form,
        script=static_address("key_sheet.js"),
    )
