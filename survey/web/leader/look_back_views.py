"""Leaders: what became of an agreed action, written down on its day, and the sheet to look back with."""

from collections.abc import Sequence
from datetime import datetime

from flask import Response
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as AnyResponse
from wtforms import RadioField, TextAreaField
from wtforms.validators import AnyOf, DataRequired

from reports.pdf import look_back_sheet
from reports.pdf.look_back_sheet import SheetHeading
from reports.results.agreed_actions import LONGEST_LOOK_BACK, ActionStatus, LookBack
from survey.publication import reports
from survey.store.repositories import access_history, actions
from survey.store.repositories.actions import StoredAction
from survey.store.repositories.waves import Wave
from survey.web.forms import FitsIn, Printable, several_lines
from survey.web.leader.blueprint import leader
from survey.web.leader.wave_views import return_to, wording_of
from survey.web.platform import languages
from survey.web.platform.calendar_file import MEDIA_TYPE, WholeDay, calendar_file
from survey.web.platform.context import context
from survey.web.platform.file_names import file_name
from survey.web.platform.rendering import FormError, download, form_errors, render_page
from survey.web.platform.state_names import ACTION_STATUS_NAMES


class LookBackForm(FlaskForm):
    """What became of an action: one of three, and a sentence."""

    status = RadioField(
        lazy_gettext("What became of it"),
        [AnyOf([each.value for each in ActionStatus], lazy_gettext("Choose what became of the action."))],
        choices=lambda: [(status.value, str(name)) for status, name in ACTION_STATUS_NAMES.items()],
        validate_choice=False,
    )
    sentence = TextAreaField(
        lazy_gettext("In a sentence"),
        [
            DataRequired(lazy_gettext("Write in a sentence what you have seen.")),
            FitsIn(LONGEST_LOOK_BACK),
            Printable(),
        ],
        filters=[several_lines],
    )


@leader.get("/<unit>/<wave>/actions/<action>/look-back")
def look_back(unit: str, wave: str, action: str) -> Response:
    """Ask what became of an action."""
    found, written = _written(unit, wave, action)
    last = written.action.last_look_back
    noted_today = last is not None and last.noted_on == context().today
    data = {"status": last.status.value, "sentence": last.sentence} if last and noted_today else {}
    return _form_page(found, written, LookBackForm(data=data))


@leader.post("/<unit>/<wave>/actions/<action>/look-back")
def note_look_back(unit: str, wave: str, action: str) -> AnyResponse:
    """Write down what became of it; a second time on one day rewrites the first."""
    found, written = _written(unit, wave, action)
    form = LookBackForm()
    if not form.validate():
        return _form_page(found, written, form, form_errors(form))
    noted = LookBack(ActionStatus(form.status.data), str(form.sentence.data), context().today)
    actions.note_look_back(context().database, found, written.key, noted)
    return return_to(found, gettext("It has been noted. The next report says what became of the action."))


@leader.get("/<unit>/<wave>/look-back.pdf")
def print_look_back_sheet(unit: str, wave: str) -> Response:
    """Send the sheet on which a staff looks back on what it agreed, as a PDF."""
    found = reports.sealed_wave(context().database, unit, wave)
    wording = wording_of(found)
    heading = SheetHeading(found.unit_name, found.title, wording.language)
    agreed = [
        (wording.dimensions[each.action.dimension].name, each.action)
        for each in actions.of_wave(context().database, found)
    ]
    content = look_back_sheet.look_back_sheet(heading, agreed)
    access_history.record_once(context().database, "look-back-printed", found.unit_key, about=found.title)
    return download(content, "application/pdf", file_name("look-back", found, wording.language, "pdf"))


@leader.get("/<unit>/<wave>/look-back.ics")
def look_back_days(unit: str, wave: str) -> Response:
    """Send the days on which what was agreed is looked at again, for a calendar."""
    found = reports.sealed_wave(context().database, unit, wave)
    written_at = datetime.fromtimestamp(context().now, context().settings.time_zone)
    content = calendar_file(
        *(
            WholeDay(
                f"{each.key}@kjennetegn",
                gettext("Look back: %(goal)s", goal=each.action.goal),
                f"{each.action.action}\n{each.action.who}\n{each.action.sign}",
                each.action.due,
                written_at,
            )
            for each in actions.of_wave(context().database, found)
            if each.action.awaits_look_back
        )
    )
    return download(content, MEDIA_TYPE, file_name("look-back", found, languages.current(), "ics"))


def _written(unit: str, wave: str, action: str) -> tuple[Wave, StoredAction]:
    found = reports.sealed_wave(context().database, unit, wave)
    return found, actions.by_key(context().database, found, action)


def _form_page(
    wave: Wave, written: StoredAction, form: LookBackForm, faults: Sequence[FormError] = ()
) -> Response:
    return render_page(
        "leader/look_back.html",
        gettext("Look back on an action"),
        faults=faults,
        status=400 if faults else 200,
        wave=wave,
        written=written,
        wording=wording_of(wave),
        form=form,
        longest=LONGEST_LOOK_BACK,
    )
