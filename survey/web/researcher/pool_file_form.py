"""The form by which a data file of chosen pools is ordered."""

from typing import Self

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField

from survey.web.platform.languages import NAMES, current
from survey.web.researcher.file_choices import FILE_CHOICES, PLAIN

# by the tables of reports.exports.POOL_TABLES
POOL_ROWS = {"covariances": lazy_gettext("Covariances"), "answers": lazy_gettext("Answers")}


class PoolFileForm(FlaskForm):
    """Which rows of the chosen pools are wanted, and in what kind of file."""

    rows = RadioField(
        lazy_gettext("Rows"),
        choices=lambda: {each: str(name) for each, name in POOL_ROWS.items()},
        default="covariances",
    )
    format = SelectField(
        lazy_gettext("Format"),
        choices=lambda: {each: str(choice.label) for each, choice in FILE_CHOICES.items()},
        default=PLAIN,
    )
    language = SelectField(lazy_gettext("Language of the labels"), choices=lambda: dict(NAMES))

    @classmethod
    def empty(cls) -> Self:
        """Return the form as it is before anything was chosen."""
        return cls(formdata=None, data={"language": current()})
