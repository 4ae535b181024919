"""The forms by which a survey that was opened gets a later last day, another title, more who are invited."""

from datetime import date

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms.validators import InputRequired, NumberRange

from instruments.problems import Refused
from survey.collection.planning import MOST_INVITED
from survey.store.repositories.waves import Wave
from survey.web import error_pages, wave_fields
from survey.web.forms import Day, Invited
from survey.web.platform.context import context


class LastDayForm(FlaskForm):
    """The new last day of a survey that is open, or is to be opened again."""

    closes_on = Day(
        lazy_gettext("Last day"),
        [InputRequired(lazy_gettext("Choose the last day on which the survey takes answers."))],
    )

    @property
    def last_day(self) -> date:
        """Return the day of a valid form."""
        return date.fromisoformat(str(self.closes_on.data))

    def fail(self, refused: Refused) -> None:
        """Say at the field why the day cannot be; raise a refusal that is not about it again."""
        about_day = {"dates-far", "last-day-earlier", "last-day-past", "waves-together"}
        if refused.problems[0].code not in about_day:
            raise refused
        self.closes_on.errors = [_said(refused)]


class CorrectionForm(FlaskForm):
    """The title of a survey and how many are invited, to be put right."""

    title = wave_fields.title_field()
    invited = Invited(
        lazy_gettext("How many are invited"),
        [
            InputRequired(lazy_gettext("Type how many are invited.")),
            NumberRange(1, MOST_INVITED, lazy_gettext("Type a number from 1 to 5000.")),
        ],
    )

    def fail(self, refused: Refused) -> None:
        """Say at the field in question what cannot be; raise a refusal that is about none of them again."""
        fields = {
            "letter-unprintable": self.title,
            "title-length": self.title,
            "invited-fewer": self.invited,
        }
        field = fields.get(refused.problems[0].code)
        if field is None:
            raise refused
        field.errors = [_said(refused)]


def last_day_form(found: Wave) -> LastDayForm:
    """Return the form with the last day that the survey has, or had before it was closed early."""
    return LastDayForm(data={"closes_on": max(found.reopens_to or found.closes_on, context().today)})


def _said(refused: Refused) -> str:
    _, happened, remedy = error_pages.explain(refused)
    return f"{happened}. {remedy}"
