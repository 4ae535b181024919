"""The fields of a survey that the forms of leaders and of owners share."""

from flask_babel import gettext, lazy_gettext
from wtforms import Field, Form, RadioField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from instruments.problems import Refused
from survey.collection import planning
from survey.collection.planning import LONGEST_TITLE
from survey.web import error_pages
from survey.web.forms import Day, one_line
from survey.web.platform.context import context


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
            _near_enough,
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


def _near_enough(_: Form, field: Field) -> None:
    today = context().today
    try:
        # a page that stood open overnight holds yesterday: the survey then opens today
        planning.require_first_day(max(field.data or today, today), today)
    except Refused as refused:
        said = refused.problems[0].sentences(gettext, error_pages.shown)
        raise ValidationError(" ".join(said)) from refused


def _not_over(_: Form, field: Field) -> None:
    if field.data and field.data < context().today:
        raise ValidationError(gettext("The last day must be today or later."))
