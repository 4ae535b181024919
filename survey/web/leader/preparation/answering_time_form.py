"""The form of the time at which the staff answers together."""

from datetime import date, datetime, time

from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import Field, TimeField
from wtforms.validators import InputRequired, ValidationError

from survey.collection import next_steps
from survey.store.repositories.waves import Wave
from survey.web.forms import Day
from survey.web.platform.context import context

_USUAL_TIME = time(14)


class Clock(TimeField):
    """A time of day; one that does not exist is refused in the reader's language."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the time. Raises ValueError with a message for the reader."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(gettext("Write a time such as 14:00.")) from error


class AnsweringTimeForm(FlaskForm):
    """A day within a survey, and a time on it."""

    day = Day(lazy_gettext("Day"), [InputRequired(lazy_gettext("Choose a day."))])
    at = Clock(lazy_gettext("Time"), [InputRequired(lazy_gettext("Write a time such as 14:00."))])
    # the days on which the survey takes answers, set by the functions below
    first, last = date.min, date.max

    def validate_day(self, field: Field) -> None:
        """Refuse a day on which the survey takes no answers."""
        if field.data and not self.first <= field.data <= self.last:
            raise ValidationError(gettext("Choose a day on which the survey is open."))

    @property
    def starts_at(self) -> datetime:
        """Return the moment that a valid form says, in the installation's time zone."""
        chosen = datetime.combine(self.data["day"], self.data["at"])
        return chosen.replace(tzinfo=context().settings.time_zone)


def proposed_time(wave: Wave) -> AnsweringTimeForm:
    """Return the form with what is proposed: a Tuesday after lunch, while the survey is open."""
    day = next_steps.answering_day(wave.opens_on, wave.closes_on, context().today)
    return AnsweringTimeForm(formdata=None, data={"day": day, "at": _USUAL_TIME})


def sent_time(wave: Wave, sent: object) -> AnsweringTimeForm:
    """Return the form of a survey as it was sent."""
    form = AnsweringTimeForm(formdata=sent)
    form.first, form.last = wave.opens_on, wave.closes_on
    return form
