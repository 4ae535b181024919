"""Leaders: what was agreed after a sealed survey, written down so that the next report can open with it."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from flask import Response
from flask_babel import format_date, gettext, lazy_gettext
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as AnyResponse
from wtforms import Field, SelectField, StringField, TextAreaField
from wtforms.validators import AnyOf, DataRequired, InputRequired, ValidationError

from instruments.model import Wording
from instruments.problems import Refused
from reports.results.agreed_actions import FOCUS, LONGEST, OF_SEVERAL_LINES, AgreedAction
from survey.publication import reports
from survey.store.repositories import actions
from survey.store.repositories.actions import StoredAction
from survey.store.repositories.waves import Wave
from survey.web import error_pages
from survey.web.forms import Day, FitsIn, Printable, one_line, several_lines
from survey.web.leader.blueprint import leader
from survey.web.leader.wave_views import return_to, wording_of
from survey.web.platform.context import context
from survey.web.platform.rendering import FormError, form_errors, render_page

_FURTHEST = timedelta(days=3 * 365)  # after the survey closed; what is further off is not followed up

_LABELS = {
    "goal": lazy_gettext("Goal"),
    "action": lazy_gettext("Action"),
    "who": lazy_gettext("Who follows up"),
    "sign": lazy_gettext("Sign that it works"),
}
_MISSING = {
    "goal": lazy_gettext("Write what you want to see more of."),
    "action": lazy_gettext("Write what you will try."),
    "who": lazy_gettext("Write which role or group follows it up."),
    "sign": lazy_gettext("Write what you would notice if it works."),
}


@leader.get("/<unit>/<wave>/actions/new")
def new_action(unit: str, wave: str) -> Response:
    """Ask for an action."""
    found = reports.sealed_wave(context().database, unit, wave)
    return _form_page(found, _action_form(found))


@leader.post("/<unit>/<wave>/actions/new")
def add_action(unit: str, wave: str) -> AnyResponse:
    """Write the action down."""
    found = reports.sealed_wave(context().database, unit, wave)
    form = _action_form(found)
    if not form.validate():
        return _form_page(found, form, form_errors(form))
    try:
        actions.add(context().database, found, _agreed(form))
    except Refused as refused:
        return _form_page(found, form, _refused(form, refused))
    return return_to(found, gettext("The action has been added. The next report opens with it."))


@leader.get("/<unit>/<wave>/actions/<action>")
def action(unit: str, wave: str, action: str) -> Response:
    """Show an action to be rewritten."""
    found = reports.sealed_wave(context().database, unit, wave)
    written = actions.by_key(context().database, found, action)
    return _form_page(found, _action_form(found, written.action), written=written)


@leader.post("/<unit>/<wave>/actions/<action>")
def change_action(unit: str, wave: str, action: str) -> AnyResponse:
    """Rewrite the action."""
    found = reports.sealed_wave(context().database, unit, wave)
    written = actions.by_key(context().database, found, action)
    form = _action_form(found)
    if not form.validate():
        return _form_page(found, form, form_errors(form), written)
    try:
        actions.replace(context().database, found, action, _agreed(form))
    except Refused as refused:
        return _form_page(found, form, _refused(form, refused), written)
    return return_to(found, gettext("The action has been changed."))


@leader.get("/<unit>/<wave>/actions/<action>/remove")
def confirm_action_removal(unit: str, wave: str, action: str) -> Response:
    """Ask whether the action is to go."""
    found = reports.sealed_wave(context().database, unit, wave)
    return render_page(
        "leader/remove_action.html",
        gettext("Remove the action?"),
        wave=found,
        written=actions.by_key(context().database, found, action),
        wording=wording_of(found),
    )


@leader.post("/<unit>/<wave>/actions/<action>/remove")
def remove_action(unit: str, wave: str, action: str) -> AnyResponse:
    """Take the action away."""
    found = reports.sealed_wave(context().database, unit, wave)
    actions.remove(context().database, found, action)
    return return_to(found, gettext("The action has been removed."))


def _action_form(wave: Wave, agreed: AgreedAction | None = None) -> FlaskForm:
    """Build the form of an action after a wave; `agreed` is what it holds before anybody types."""
    # WTForms has fields in the order they were made
    dimension = _dimension_field(wording_of(wave))
    parts = {part: _part(part, longest) for part, longest in LONGEST.items()}
    due = Day(
        gettext("Date"), [InputRequired(gettext("Choose the day you look at it together.")), _within(wave)]
    )
    fields = {"dimension": dimension, **parts, "due": due}
    return type("ActionForm", (FlaskForm,), fields)(obj=agreed)


def _dimension_field(wording: Wording) -> Field:
    names = {key: words.name for key, words in wording.dimensions.items()}
    fault = gettext("Choose the dimension you will work on.")
    return SelectField(
        gettext("Dimension"),
        [AnyOf(list(names), fault)],
        choices={"": gettext("Choose a dimension")} | names,
        validate_choice=False,
    )


def _part(part: str, longest: int) -> Field:
    kind, lines = (TextAreaField, several_lines) if part in OF_SEVERAL_LINES else (StringField, one_line)
    return kind(_LABELS[part], [DataRequired(_MISSING[part]), FitsIn(longest), Printable()], filters=[lines])


def _within(wave: Wave) -> Callable[[FlaskForm, Field], None]:
    """Build the validator that refuses a day before the wave's last, or too far off."""

    def check(_: FlaskForm, field: Field) -> None:
        if field.data is None:
            return  # no day at all, which another check refuses
        if field.data < wave.closes_on:
            closed = format_date(wave.closes_on, "long")
            raise ValidationError(
                gettext("The survey closed on %(day)s. Choose that day or a later one.", day=closed)
            )
        if field.data > wave.closes_on + _FURTHEST:
            raise ValidationError(
                gettext("Choose a day within three years: anything further off is not followed up.")
            )

    return check


def _agreed(form: FlaskForm) -> AgreedAction:
    parts = {name: form[name].data for name in ("dimension", *LONGEST, "due")}
    return AgreedAction(**parts)


def _refused(form: FlaskForm, refused: Refused) -> Sequence[FormError]:
    """Return the fault of a valid form that the actions agreed before do not allow."""
    _, happened, remedy = error_pages.explain(refused)
    form.dimension.errors = [f"{happened}. {remedy}"]
    return form_errors(form)


def _form_page(
    wave: Wave, form: FlaskForm, faults: Sequence[FormError] = (), written: StoredAction | None = None
) -> Response:
    return render_page(
        "leader/action.html",
        gettext("Change the action") if written else gettext("Add an action"),
        faults=faults,
        status=400 if faults else 200,
        wave=wave,
        form=form,
        longest=LONGEST,
        focus=FOCUS,
    )
