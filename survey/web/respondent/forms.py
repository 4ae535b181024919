"""The forms of people who answer, built from the version of the questionnaire."""

from collections.abc import Iterable
from typing import Final

from flask import request
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from instruments.answers import SKIPPED, Answer, Skipped
from instruments.background import BackgroundWording
from instruments.model import Item, Version, Wording
from instruments.problems import Refused, refuse
from survey.web.forms import BLANK
from survey.web.platform.csrf import FORM_TOKEN

BACKGROUND = "background"  # the field
_LONGEST_CODE = 500  # with the address it was pasted with


def _printable(typed: str | None) -> str:
    # what cannot be printed cannot stand on a slip, nor be shown again
    return "".join(filter(str.isprintable, typed or ""))


_NO_CODE: Final = Length(
    max=_LONGEST_CODE, message=lazy_gettext("That is too long to be a code. Type only the code itself.")
)


class StartForm(FlaskForm):
    """The code from a slip."""

    code = StringField(
        lazy_gettext("Code on your slip"),
        filters=[_printable],
        validators=[DataRequired(lazy_gettext("Type the code on your slip.")), _NO_CODE],
    )


class SlipForm(FlaskForm):
    """The code from the slip that was inside a form on paper."""

    code = StringField(
        lazy_gettext("Code on the slip"),
        filters=[_printable],
        validators=[
            DataRequired(lazy_gettext("Type the code on the slip that was inside the form.")),
            _NO_CODE,
        ],
    )


def field_name(item_id: str) -> str:
    """Return the name of an item's field; its prefix keeps item ids apart from WTForms' own attributes."""
    return f"item_{item_id}"


def choices(version: Version, wording: Wording) -> dict[str, str]:
    """Return what an item offers, in order, as value → label: the scale, what is unscored, and a blank."""
    offered = {str(code): wording.categories[code] for code in version.scale.categories}
    offered |= {kind: wording.unscored[kind] for kind in version.scale.unscored}
    return offered | {BLANK: gettext("Remove my answer")}


def background_choices(words: BackgroundWording) -> dict[str, str]:
    """Return what a background question offers, as value → label; rather not saying leaves it blank."""
    return {**words.categories, BLANK: gettext("I would rather not say")}


def category_given(words: BackgroundWording) -> str | Skipped:
    """Return what the request's form answers to the background question.

    Raises Refused("field-unknown") where it says what was not offered.
    """
    said = request.form.get(BACKGROUND, BLANK)
    if said == BLANK:
        return SKIPPED
    if said not in words.categories:
        raise not_offered(BACKGROUND)
    return said


def answers_given(version: Version, items: Iterable[Item]) -> dict[str, Answer]:
    """Return what the request's form answers to each item: a code, an unscored id, or SKIPPED.

    Raises Refused("field-unknown") where it says what was not offered.
    """
    codes: dict[str, Answer] = {str(code): code for code in version.scale.categories}
    codes |= {kind: kind for kind in version.scale.unscored} | {BLANK: SKIPPED}
    said = {item.id: request.form.get(field_name(item.id), BLANK) for item in items}
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
                "Everything you have saved is still there, and nothing has been changed. Go on from where "
                "you were.",
                field=name[:40],
            )


def not_offered(field: str) -> Refused:
    """Return the refusal of a form one field of which holds what was not offered."""
    return refuse(
        "field-unknown",
        "The field “%(field)s” holds a value that was not offered.",
        "Everything you have saved is still there, and nothing has been changed. Go on from where you were.",
        field=field,
    )
