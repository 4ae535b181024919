"""The fields that forms of several rooms use."""

import unicodedata

from flask_babel import gettext
from wtforms import DateField, Field, IntegerField
from wtforms.form import BaseForm
from wtforms.validators import StopValidation, ValidationError

from instruments.problems import Refused
from reports.pdf import letters
from reports.results.agreed_actions import room_of
from survey.web import error_pages

BLANK = ""


def typed(text: str | None) -> str | None:
    """Return a line without the NUL that no keyboard types, no page may show and PostgreSQL does not hold.

    Letters are composed: an å is one character and not an a with a ring, which the fonts lack.
    """
    return None if text is None else unicodedata.normalize("NFC", text.replace("\0", ""))


def one_line(text: str | None) -> str:
    """Return the text on one line, its letters composed, without characters that do not print."""
    joined = unicodedata.normalize("NFC", " ".join((text or "").split()))
    return "".join(filter(str.isprintable, joined)).strip()


def several_lines(text: str | None) -> str:
    """Return the text with its lines, each as `one_line` makes it, without those that are empty."""
    return "\n".join(filter(None, map(one_line, (text or "").splitlines())))


class FitsIn:
    """Refuses a text that takes more room than so many characters, where it is printed."""

    def __init__(self, longest: int) -> None:
        """Build the check for a place with room for `longest` characters."""
        self.longest = longest

    def __call__(self, _form: BaseForm, field: Field) -> None:
        """Raise ValidationError where the text is too long, or has too many lines."""
        if len(field.data or "") > self.longest:
            raise ValidationError(
                gettext(
                    "Use at most %(number)s characters: it is printed in a narrow column.",
                    number=self.longest,
                )
            )
        if room_of(field.data or "") > self.longest:
            raise ValidationError(
                gettext("Use fewer lines or fewer words: it is printed in a narrow column.")
            )


class Printable:
    """Refuses a text with a letter that slips and reports cannot print, and names it."""

    def __call__(self, _form: BaseForm, field: Field) -> None:
        """Raise ValidationError for the first such letter."""
        try:
            for line in (field.data or "").split("\n"):
                letters.require_printable(line)
        except Refused as refused:
            _, happened, remedy = error_pages.explain(refused)
            raise ValidationError(f"{happened}. {remedy}") from refused


class Day(DateField):
    """A date; one that does not exist is refused in the reader's language."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the day. Raises ValueError with a message for the reader."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(gettext("Write a valid date, as year-month-day.")) from error


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
