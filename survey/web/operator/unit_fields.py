"""The fields of a unit, which the forms for a new one and for one that is there both have."""

from flask_babel import gettext, lazy_gettext
from wtforms import SelectField, StringField
from wtforms.validators import Length

from survey.store.repositories.units import LONGEST_NAME
from survey.web.forms import BLANK, one_line
from survey.web.platform import languages

_LONGEST_CELL = 40


def name_field() -> StringField:
    """Return the field for a unit's name."""
    return StringField(lazy_gettext("Name"), [Length(max=LONGEST_NAME)], filters=[one_line])


def organisation_number_field() -> StringField:
    """Return the field for an organisation number, typed as in a sheet of units."""
    checks = [Length(max=_LONGEST_CELL)]
    return StringField(lazy_gettext("Organisation number"), checks, filters=[one_line])


def language_field() -> SelectField:
    """Return the choice of a unit's language, which need not be said."""
    return SelectField(
        lazy_gettext("Language"), choices=lambda: {BLANK: gettext("Not said"), **languages.NAMES}
    )


def invited_field() -> StringField:
    """Return the field for how many a survey of the unit usually invites, typed as in a sheet of units."""
    checks = [Length(max=_LONGEST_CELL)]
    return StringField(lazy_gettext("How many are invited"), checks, filters=[one_line])
