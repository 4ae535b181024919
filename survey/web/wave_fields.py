"""The fields of a survey that the forms of leaders and of owners share."""

from datetime import timedelta
from typing import Final

from flask_babel import gettext, lazy_gettext
from wtforms import Field, Form, RadioField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from survey.collection.planning import LONGEST_TITLE
from survey.web.forms import Day, one_line
from survey.web.platform.context import context

FURTHEST: Final = timedelta(days=366)  # from today to the days that a form takes


def title_field() -> StringField:
    """Return the field of a survey's title."""
    return StringField(
        lazy_gettext("Title"),
        [
            DataRequired(lazy_gettext("Give the survey a title.")),
            Length(
                max=LONGEST_TITLE,
                message=lazy_gettext("Write a title of at most %(number)s characters.", number=LONGEST_TITLE),
            ),
        ],
        filters=[one_line],
    )


def first_day_field() -> Day:
    """Return the field of the first day, which lies within a year."""
    return Day(
        lazy_gettext("First day"),
        [
            InputRequired(lazy_gettext("Choose the first day on which the survey takes answers.")),
            _within_a_year,
        ],
    )


def last_day_field() -> Day:
    """Return the field of the last day, which is not past."""
    return Day(
        lazy_gettext("Last day"),
        [InputRequired(lazy_gettext("Choose the last day on which the survey takes answers.")), _not_over],
    )


def way_field() -> RadioField:
    """Return the field of how people come in: `codes` or `link`."""
    return RadioField(lazy_gettext("How people come in"), choices=_ways, default="codes")


def _ways() -> dict[str, str]:
    return {"codes": gettext("One-time codes on slips"), "link": gettext("Open link on a poster")}


def _within_a_year(_: Form, field: Field) -> None:
    if field.data and field.data > context().today + FURTHEST:
        raise ValidationError(gettext("Choose a first day within a year from now."))


def _not_over(_: Form, field: Field) -> None:
    if field.data and field.data < context().today:
        raise ValidationError(gettext("The last day must be today or later."))
