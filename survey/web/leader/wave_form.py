"""The form of a new survey: which questionnaires a place may choose from, and in which languages."""

from collections.abc import Mapping

from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import Field, Form, RadioField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, ValidationError

from instruments import background
from instruments.model import Version, Wording
from instruments.problems import Refused
from survey.collection import planning
from survey.collection.planning import Plan
from survey.web import error_pages
from survey.web.forms import BLANK, MOST_INVITED, Day, Invited, typed
from survey.web.platform import languages
from survey.web.platform.context import context

_LONGEST_TITLE = 100


def _ways() -> dict[str, str]:
    return {"codes": gettext("One-time codes on slips"), "link": gettext("Open link on a poster")}


def _not_over(_: Form, field: Field) -> None:
    if field.data and field.data < context().today:
        raise ValidationError(gettext("The last day must be today or later."))


class WaveForm(FlaskForm):
    """A new survey; what a place may choose from is set by `wave_form`."""

    title = StringField(
        lazy_gettext("Title"),
        [
            DataRequired(lazy_gettext("Give the survey a title.")),
            Length(
                max=_LONGEST_TITLE,
                message=lazy_gettext(
                    "Write a title of at most %(number)s characters.", number=_LONGEST_TITLE
                ),
            ),
        ],
        filters=[typed],
    )
    instrument = SelectField(lazy_gettext("Questionnaire"))
    language = SelectField(lazy_gettext("Language of the slips"))
    invited = Invited(
        lazy_gettext("How many are invited"),
        [
            InputRequired(lazy_gettext("Type how many are invited.")),
            NumberRange(1, MOST_INVITED, lazy_gettext("Type a number from 1 to 5000.")),
        ],
    )
    closes_on = Day(
        lazy_gettext("Last day"),
        [InputRequired(lazy_gettext("Choose the last day it takes answers.")), _not_over],
    )
    way = RadioField(lazy_gettext("How people come in"), choices=_ways, default="codes")
    leaders_answer = RadioField(
        lazy_gettext("Do leaders answer too?"),
        choices=lambda: {"yes": gettext("Yes"), "no": gettext("No")},
        default="yes",
    )
    split_key = RadioField(
        lazy_gettext("Where is the key to the answers kept?"),
        choices=lambda: {
            "no": gettext("On the server, until the survey is sealed"),
            "yes": gettext("On three printed sheets, of which two seal the survey"),
        },
        default="no",
    )
    background = RadioField(lazy_gettext("Ask one background question?"), default=BLANK)

    def plan(self, unit_key: str) -> Plan:
        """Return the plan that a valid form asks for."""
        said = self.data
        return Plan(
            unit_key=unit_key,
            title=said["title"].strip(),
            instrument=said["instrument"],
            language=said["language"],
            invited=said["invited"],
            opens_on=context().today,
            closes_on=said["closes_on"],
            open_link=said["way"] == "link",
            leaders_answer=said["leaders_answer"] == "yes",
            background=said["background"] or None,
            split_key=said["split_key"] == "yes",
        )

    def fail(self, refused: Refused) -> None:
        """Say at the field in question why fields that are in order one by one do not go together."""
        _, happened, remedy = error_pages.explain(refused)
        about = refused.problems[0].code.partition("-")[0]
        field = {"background": self.background, "waves": self.closes_on}.get(about, self.language)
        field.errors = [f"{happened}. {remedy}"]


def wave_form(edition: str, language: str) -> WaveForm:
    """Return the form of a new survey in a unit of that edition, for a leader who reads that language."""
    speaking = {version: version.editions[edition] for version in planning.instruments_for(edition)}
    words = {
        version: version.wording(edition, language if language in tags else tags[0])
        for version, tags in speaking.items()
    }
    spoken = {tag for tags in speaking.values() for tag in tags}
    form = WaveForm()
    form.instrument.choices = {
        version.reference: f"{said.title} ({version.reference})" for version, said in words.items()
    }
    form.language.choices = {tag: name for tag, name in languages.NAMES.items() if tag in spoken}
    form.background.choices = _background_choices(words)
    return form


def _background_choices(words: Mapping[Version, Wording]) -> dict[str, str]:
    """Return the choices: none, and every question with its categories, in the unit's words."""
    choices = {BLANK: gettext("No")}
    for wording in [*words.values()][:1]:
        for reference in background.available():
            asked = background.get(reference).wording(wording)
            choices[reference] = f"{asked.name}: {' · '.join(asked.categories.values())}"
    return choices
