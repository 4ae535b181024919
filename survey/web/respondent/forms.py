"""The forms of people who answer, built from the version of the questionnaire."""

from collections.abc import Iterable

from flask import request
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import RadioField, StringField
from wtforms.validators import DataRequired, Length, Optional

from instruments.answers import SKIPPED, Answer
from instruments.background import BackgroundWording
from instruments.model import Dimension, Version, Wording
from instruments.problems import Refused, refuse
from survey.web.forms import BLANK
from survey.web.platform.csrf import FORM_TOKEN

BACKGROUND = "background"  # the field, and its page
_LONGEST_CODE = 60


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
    """Return the name of an item's field; its prefix keeps item ids apart from WTForms' own attributes."""
    return f"item_{item_id}"


def choices(version: Version, wording: Wording) -> dict[str, str]:
    """Return what an item offers, in order, as value → label: the scale, what is unscored, and a blank."""
    offered = {str(code): wording.categories[code] for code in version.scale.categories}
    offered |= {kind: wording.unscored[kind] for kind in version.scale.unscored}
    return offered | {BLANK: gettext("Leave blank")}


def background_form(words: BackgroundWording) -> type[FlaskForm]:
    """Build the form of a background question; who would rather not say leaves it blank."""
    choices = {**words.categories, BLANK: gettext("I would rather not say")}
    field = RadioField(words.question, [Optional()], choices=choices)
    return type("BackgroundForm", (FlaskForm,), {BACKGROUND: field})


def answers_given(version: Version, dimension: Dimension) -> dict[str, Answer]:
    """Return what the request's form answers to each item: a code, an unscored id, or SKIPPED.

    Raises Refused("field-unknown") where it says what was not offered.
    """
    codes: dict[str, Answer] = {str(code): code for code in version.scale.categories}
    codes |= {kind: kind for kind in version.scale.unscored} | {BLANK: SKIPPED}
    said = {item.id: request.form.get(field_name(item.id), BLANK) for item in dimension.items}
    strange = [item for item, value in said.items() if value not in codes]
    if strange:
        raise not_offered(field_name(strange[0]))
    return {item: codes[value] for item, value in said.items()}


def require_only(names: Iterable[str]) -> None:
    """Raise Refused("field-unknown") where the form holds other fields than these, or one of them twice."""
    allowed = {*names, FORM_TOKEN}
    for name, values in request.form.lists():
        if name not in allowed or len(values) > 1:
            raise refuse(
                "field-unknown",
                "The form holds the field “%(field)s”, which was not asked for, or holds it twice.",
                "Nothing you had saved is lost, and nothing was changed. Go on from where you were.",
                field=name[:40],
            )


def not_offered(field: str) -> Refused:
    """Return the refusal of a form one field of which holds what was not offered."""
    return refuse(
        "field-unknown",
        "The field “%(field)s” holds a value that was not offered.",
        "Nothing you had saved is lost, and nothing was changed. Go on from where you were.",
        field=field,
    )
