"""The forms by which an operator adds accounts and gives roles."""

from collections.abc import Mapping

from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms import Field, Form, SelectField, StringField
from wtforms.validators import Length, Regexp, ValidationError

from survey.store.email_addresses import ADDRESS, LONGEST_ADDRESS
from survey.store.repositories import units
from survey.store.tables import PLACED_ROLES
from survey.web.forms import typed
from survey.web.platform import languages
from survey.web.platform.context import context


def role_form(roles: Mapping[str, object]) -> FlaskForm:
    """Build the form that asks which role, and where it is held."""
    return _with_role(roles, {})


def account_form(roles: Mapping[str, object], said: Mapping[str, str] | None = None) -> FlaskForm:
    """Build the form of a new account: its address, its language and its first role.

    `said` is what its fields hold before anybody types.
    """
    address = StringField(
        gettext("E-mail address"),
        [
            Regexp(ADDRESS, message=gettext("Type an e-mail address.")),
            Length(max=LONGEST_ADDRESS, message=gettext("Type an e-mail address.")),
        ],
        filters=[typed],
    )
    language = SelectField(gettext("Language"), choices=dict(languages.NAMES))
    return _with_role(roles, {"email": address, "language": language}, said)


def _with_role(
    roles: Mapping[str, object], first: Mapping[str, Field], said: Mapping[str, str] | None = None
) -> FlaskForm:
    places = {each.key: each.name for each in units.every(context().database)}
    fields = {
        **first,
        "role": SelectField(gettext("Role"), choices={role: str(name) for role, name in roles.items()}),
        "unit": SelectField(
            gettext("Unit"), [_fits_role], choices={"": gettext("Everywhere"), **places}, default=""
        ),
    }
    # a class for each request: its choices are the units there are now, in the reader's language
    return type("RoleForm", (FlaskForm,), fields)(data=said)


def _fits_role(form: Form, field: Field) -> None:
    """Refuse a leader or owner of nowhere, and any other role somewhere."""
    placed = form["role"].data in PLACED_ROLES
    if placed and not field.data:
        raise ValidationError(gettext("Choose the unit in which the leader or owner has the role."))
    if field.data and not placed:
        raise ValidationError(gettext("This role applies everywhere. Do not choose a unit."))


class RoleRemovalForm(FlaskForm):
    """Which role, held where, is taken away; the buttons of the page say it."""

    role = StringField(filters=[typed])
    unit = StringField(filters=[typed])
