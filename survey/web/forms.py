"""The fields that forms of several rooms use."""

from flask_babel import gettext
from wtforms import DateField, IntegerField
from wtforms.form import BaseForm
from wtforms.validators import StopValidation

BLANK = ""
MOST_INVITED = 5000


def typed(text: str | None) -> str | None:
    """Return a line without the NUL that no keyboard types, no page may show and PostgreSQL does not hold."""
    return None if text is None else text.replace("\0", "")


class Day(DateField):
    """A date; one that does not exist is refused in the reader's language."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the day. Raises ValueError with a message for the reader."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(gettext("Write a day that is in the calendar, as year-month-day.")) from error


class Invited(IntegerField):
    """A number of people; what is none is refused once, in the reader's language."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number. Raises ValueError with a message for the reader."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(gettext("Type a number from 1 to 5000.")) from error

    def pre_validate(self, form: BaseForm) -> None:  # noqa: ARG002 - WTForms gives it
        """Ask nothing more of what is no number."""
        if self.process_errors and any(self.raw_data or ()):
            raise StopValidation
