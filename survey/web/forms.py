"""Forms built from an instrument version, and the small ones of the other pages."""

from collections.abc import Iterable

from flask import request
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import DateField, IntegerField, PasswordField, RadioField, StringField
from wtforms.form import BaseForm
from wtforms.validators import (
    DataRequired,
    EqualTo,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    StopValidation,
)

from instruments.answers import SKIPPED, Answer
from instruments.background import BackgroundWording
from instruments.model import Dimension, Version, Wording
from instruments.problems import refuse
from survey.accounts import passwords
from survey.web.respondent.draft import FORM_TOKEN

BLANK = ""
BACKGROUND = "background"  # the field, and its page
_LONGEST_CODE = 60
_LONGEST_LINE = 200
MOST_INVITED = 5000


class StartForm(FlaskForm):
    """The code from a slip."""

    code = StringField(
        lazy_gettext("Code from your slip"),
        # what cannot be printed cannot stand on a slip, nor be shown again
        filters=[lambda typed: "".join(filter(str.isprintable, typed or ""))],
        validators=[
            DataRequired(lazy_gettext("Type the code that stands on your slip.")),
            Length(
                max=_LONGEST_CODE,
                message=lazy_gettext("That is longer than any code. Type only the code itself."),
            ),
        ],
    )


def field_name(item_id: str) -> str:
    """The name of an item's field; the prefix keeps item ids apart from WTForms' own attributes."""
    return f"item_{item_id}"


def choices(version: Version, wording: Wording) -> dict[str, str]:
    """Value → label of what an item offers, in order: the scale, what is beside it, and nothing."""
    offered = {str(code): wording.categories[code] for code in version.scale.categories}
    offered |= {kind: wording.unscored[kind] for kind in version.scale.unscored}
    return offered | {BLANK: gettext("Leave blank")}


def background_form(words: BackgroundWording) -> type[FlaskForm]:
    """The form of a background question; whoever would rather not say leaves it blank."""
    choices = {**words.categories, BLANK: gettext("I would rather not say")}
    field = RadioField(words.question, [Optional()], choices=choices)
    return type("BackgroundForm", (FlaskForm,), {BACKGROUND: field})


def answers_given(version: Version, dimension: Dimension) -> dict[str, Answer]:
    """What the request's form says of each item of the dimension: a code, an unscored id, or SKIPPED.

    Raises Refused("field-unknown") where it says what was not offered.
    """
    codes: dict[str, Answer] = {str(code): code for code in version.scale.categories}
    codes |= {kind: kind for kind in version.scale.unscored} | {BLANK: SKIPPED}
    said = {item.id: request.form.get(field_name(item.id), BLANK) for item in dimension.items}
    if any(value not in codes for value in said.values()):
        raise refuse("field-unknown", "A field holds a value that was not offered.", "Load the page again.")
    return {item: codes[value] for item, value in said.items()}


def require_only(names: Iterable[str]) -> None:
    """Nothing, where a form holds only fields it was given, once. Raises Refused("field-unknown")."""
    allowed = {*names, FORM_TOKEN}
    for name, values in request.form.lists():
        if name not in allowed or len(values) > 1:
            raise refuse(
                "field-unknown", "The form holds a field that was not asked for.", "Load the page again."
            )


def typed(text: str | None) -> str | None:
    """A line without the NUL that no keyboard types, no page may show and PostgreSQL does not hold."""
    return None if text is None else text.replace("\0", "")


class Day(DateField):
    """A date; one that is in no calendar is told in the reader's language."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the day. Raises ValueError with what the reader is told."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(gettext("Write a day that is in the calendar, as year-month-day.")) from error


class Invited(IntegerField):
    """A number of people; what is none is told once, in the reader's language."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number. Raises ValueError with what the reader is told."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(gettext("Type a number from 1 to 5000.")) from error

    def pre_validate(self, form: BaseForm) -> None:  # noqa: ARG002 - WTForms gives it
        """Ask nothing more of what is no number."""
        if self.process_errors and any(self.raw_data or ()):
            raise StopValidation


class SignInForm(FlaskForm):
    """E-mail and password."""

    email = StringField(
        lazy_gettext("E-mail address"),
        validators=[
            DataRequired(lazy_gettext("Type your e-mail address.")),
            Length(max=_LONGEST_LINE, message=lazy_gettext("Type your e-mail address.")),
        ],
        filters=[typed],
    )
    password = PasswordField(
        lazy_gettext("Password"),
        validators=[
            DataRequired(lazy_gettext("Type your password.")),
            Length(max=_LONGEST_LINE, message=lazy_gettext("Type your password.")),
        ],
    )


class FirstPasswordForm(FlaskForm):
    """A new password, twice."""

    new = PasswordField(
        lazy_gettext("New password"),
        validators=[
            Length(
                min=passwords.SHORTEST,
                max=_LONGEST_LINE,
                message=lazy_gettext("A password has at least twelve characters; a sentence is a good one."),
            )
        ],
    )
    again = PasswordField(
        lazy_gettext("New password once more"),
        validators=[EqualTo("new", lazy_gettext("The two new passwords are not the same."))],
    )


class PasswordForm(FirstPasswordForm):
    """The old password, and the new one twice."""

    old = PasswordField(
        lazy_gettext("Present password"),
        validators=[
            DataRequired(lazy_gettext("Type your present password.")),
            Length(max=_LONGEST_LINE, message=lazy_gettext("Type your present password.")),
        ],
    )


class TakingForm(FlaskForm):
    """Which role, held where, is taken away: the buttons of the page say it."""

    role = StringField(filters=[typed])
    unit = StringField(filters=[typed])


class SlipsForm(FlaskForm):
    """How many slips to print, and whether the earlier ones end."""

    count = Invited(
        lazy_gettext("How many slips"),
        [
            InputRequired(lazy_gettext("Type how many.")),
            NumberRange(1, MOST_INVITED, lazy_gettext("Type a number from 1 to 5000.")),
        ],
    )
    retire = RadioField(
        lazy_gettext("End the slips printed before?"),
        choices=lambda: {"no": gettext("No"), "yes": gettext("Yes")},
        default="no",
    )
