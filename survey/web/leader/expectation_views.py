"""Leaders: what they expect of a survey, written down before anybody is asked."""

from collections.abc import Mapping, Sequence

from flask import Response
from flask_babel import gettext
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as AnyResponse
from wtforms import RadioField, SelectField
from wtforms.form import BaseForm
from wtforms.validators import ValidationError

from instruments import library
from instruments.model import Wording
from reports.results.agreed_actions import FOCUS
from reports.results.expectations import Expectation, Expected
from survey.collection import lifecycle
from survey.publication import expected_changes
from survey.store.repositories import expectations, waves
from survey.store.repositories.waves import Wave
from survey.store.tables import WaveState
from survey.web.forms import BLANK
from survey.web.leader.blueprint import leader
from survey.web.leader.wave_views import found_wave, return_to, wording_of
from survey.web.platform.context import context
from survey.web.platform.rendering import FormError, form_errors, render_page
from survey.web.platform.state_names import EXPECTED_NAMES


@leader.get("/<unit>/<wave>/expectations")
def expected(unit: str, wave: str) -> Response:
    """Ask what is expected of a draft, beside what so many invited can show."""
    found = _draft(unit, wave)
    held = expectations.of_wave(context().database, found)
    data = {
        name: value
        for number, each in enumerate(held, 1)
        for name, value in (
            (f"dimension_{number}", each.dimension),
            (f"expected_{number}", each.expected.value),
        )
    }
    return _form_page(found, _form(wording_of(found), data))


@leader.post("/<unit>/<wave>/expectations")
def keep_expectations(unit: str, wave: str) -> AnyResponse:
    """Keep what is expected, in place of what was written before."""
    found = _draft(unit, wave)
    form = _form(wording_of(found), {})
    if not form.validate():
        return _form_page(found, form, form_errors(form))
    if not expectations.replace(context().database, found, _said(form)):
        lifecycle.require_state(waves.by_key(context().database, found.key), WaveState.DRAFT)
    return return_to(found, gettext("What you expect has been saved. The report answers it."))


def _draft(unit: str, key: str) -> Wave:
    found = found_wave(unit, key)
    lifecycle.require_state(found, WaveState.DRAFT)
    return found


def _form(wording: Wording, data: Mapping[str, str]) -> FlaskForm:
    """Build the form: as many dimensions as a staff works on at a time, each with what is expected of it."""
    names = {BLANK: gettext("No dimension")} | {key: each.name for key, each in wording.dimensions.items()}
    expected = {each.value: str(name) for each, name in EXPECTED_NAMES.items()}
    fields: dict[str, object] = {}
    for number in range(1, FOCUS + 1):
        fields[f"dimension_{number}"] = SelectField(
            gettext("Dimension %(number)s", number=number), [_once], choices=names, default=BLANK
        )
        fields[f"expected_{number}"] = RadioField(
            gettext("What do you expect of it?"),
            [_said_of_its_dimension],
            choices=expected,
            validate_choice=False,
        )
    return type("ExpectationsForm", (FlaskForm,), fields)(data=data)


def _once(form: BaseForm, field: SelectField) -> None:
    others = [
        form[f"dimension_{number}"]
        for number in range(1, FOCUS + 1)
        if form[f"dimension_{number}"].id < field.id
    ]
    if field.data and field.data in [each.data for each in others]:
        raise ValidationError(gettext("Choose another dimension, or none: this one is chosen already."))


def _said_of_its_dimension(form: BaseForm, field: RadioField) -> None:
    chosen = form[field.name.replace("expected", "dimension")].data
    if chosen and field.data not in [each.value for each in Expected]:
        raise ValidationError(gettext("Choose more, less or unsure."))


def _said(form: BaseForm) -> list[Expectation]:
    pairs = [
        (form[f"dimension_{number}"].data, form[f"expected_{number}"].data) for number in range(1, FOCUS + 1)
    ]
    return [Expectation(dimension, Expected(word)) for dimension, word in pairs if dimension]


def _form_page(found: Wave, form: FlaskForm, faults: Sequence[FormError] = ()) -> Response:
    changes = expected_changes.visible_changes(context().database, context().policy, found)
    asked = library.get(found.instrument)
    return render_page(
        "leader/expectations.html",
        gettext("What do you expect?"),
        faults=faults,
        status=400 if faults else 200,
        wave=found,
        wording=wording_of(found),
        form=form,
        focus=range(1, FOCUS + 1),
        visible=[(each.id, changes[each.id]) for each in asked if each.id in changes],
        scale=asked.scale,
        is_followed=expected_changes.is_followed(context().database, found),
    )
