"""The form of a new survey: which questionnaires a place may choose from, and in which languages."""

from collections.abc import Mapping
from types import MappingProxyType

from flask_babel import gettext, lazy_gettext, ngettext
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectField
from wtforms.validators import InputRequired, NumberRange

from instruments import background, library, versions
from instruments.model import Version, Wording
from instruments.problems import Refused
from survey.collection import planning
from survey.collection.planning import MOST_INVITED, Plan
from survey.store.repositories.waves import Wave
from survey.web import error_pages, wave_fields
from survey.web.forms import BLANK, Invited
from survey.web.platform import languages
from survey.web.platform.context import context


class WaveForm(FlaskForm):
    """A survey before it is opened; what a place may choose from is set by `wave_form`.

    `key` is that of the survey the form is to make, so that a form sent twice makes one.
    """

    key = HiddenField()
    title = wave_fields.title_field()
    instrument = RadioField(lazy_gettext("Questionnaire"))
    language = SelectField(lazy_gettext("Language of the slips"))
    invited = Invited(
        lazy_gettext("How many are invited"),
        [
            InputRequired(lazy_gettext("Type how many are invited.")),
            NumberRange(1, MOST_INVITED, lazy_gettext("Type a number from 1 to 5000.")),
        ],
    )
    opens_on = wave_fields.first_day_field()
    closes_on = wave_fields.last_day_field()
    way = wave_fields.way_field()
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
    # reference of each questionnaire → what choosing it means for comparisons
    consequences: Mapping[str, str] = MappingProxyType({})

    def plan(self, unit_key: str) -> Plan:
        """Return the plan that a valid form asks for."""
        said = self.data
        return Plan(
            unit_key=unit_key,
            title=said["title"],
            instrument=said["instrument"],
            language=said["language"],
            invited=said["invited"],
            opens_on=max(said["opens_on"], context().today),
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
        fields = {
            "background": self.background,
            "letter": self.title,
            "waves": self.opens_on,
            "dates": self.closes_on,
        }
        field = fields.get(about, self.language)
        field.errors = [f"{happened}. {remedy}"]


def wave_form(
    edition: str,
    language: str,
    data: Mapping[str, object],
    before: Wave | None = None,
    part: Version | None = None,
) -> WaveForm:
    """Return the form of a survey in a unit of that edition, for a leader who reads that language.

    `data` is what its fields hold before anybody types, `before` the survey that its results would be
    compared with. `part` is the part of a questionnaire that is to be asked, instead of a choice of wholes.
    """
    offered = planning.instruments_for(edition) if part is None else [part]
    speaking = {version: version.editions[edition] for version in offered}
    words = {
        version: version.wording(edition, language if language in tags else tags[0])
        for version, tags in speaking.items()
    }
    spoken = {tag for tags in speaking.values() for tag in tags}
    proposed = next(iter(words)).reference if words else None
    form = WaveForm(data={**data, "instrument": data.get("instrument") or proposed})
    form.instrument.choices = {version.reference: _label(version, said) for version, said in words.items()}
    form.consequences = {version.reference: _consequence(version, before) for version in words}
    form.language.choices = {tag: name for tag, name in languages.NAMES.items() if tag in spoken}
    form.background.choices = _background_choices(words)
    return form


def _label(version: Version, said: Wording) -> str:
    """Return what a questionnaire is called in the choice, a part of one by what it asks."""
    if not version.part:
        return f"{said.title} ({version.reference})"
    names = "; ".join(said.dimensions[each].name for each in version.part)
    count = len(version.items)
    return str(
        ngettext(
            "%(num)s statement: %(dimensions)s", "%(num)s statements: %(dimensions)s", count, dimensions=names
        )
    )


def _consequence(version: Version, before: Wave | None) -> str:
    """Return what choosing a questionnaire means for comparisons with the survey before; else nothing."""
    if before is None:
        return ""
    comparable = versions.comparability(library.get(before.instrument), version)
    if isinstance(comparable, versions.FullyComparable):
        said = gettext("Everything can be compared with “%(title)s”.", title=before.title)
    elif isinstance(comparable, versions.CommonItems):
        said = gettext(
            "%(shared)s of %(items)s statements can be compared with “%(title)s”.",
            shared=sum(len(items) for items in comparable.items.values()),
            items=len(version.items),
            title=before.title,
        )
    else:
        said = gettext("Nothing can be compared with “%(title)s”.", title=before.title)
    return str(said)


def _background_choices(words: Mapping[Version, Wording]) -> dict[str, str]:
    """Return the choices: none, and each question with its categories, in the unit's words."""
    choices = {BLANK: gettext("No")}
    for wording in [*words.values()][:1]:
        for question in background.offered(wording.language):
            asked = question.wording(wording)
            choices[question.reference] = f"{asked.name}: {' · '.join(asked.categories.values())}"
    return choices
