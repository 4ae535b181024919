"""The forms of a survey whose key is on three printed sheets: to open it, and to seal it."""

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired

from survey.web.forms import typed

_MARK_MISSING = lazy_gettext("Type the four characters under “Mark of this sheet”.")


class MarksForm(FlaskForm):
    """The marks of the three sheets, as proof that they are printed and can be read."""

    first = StringField(
        lazy_gettext("Mark of the first sheet"), [DataRequired(_MARK_MISSING)], filters=[typed], id="mark-1"
    )
    second = StringField(
        lazy_gettext("Mark of the second sheet"), [DataRequired(_MARK_MISSING)], filters=[typed], id="mark-2"
    )
    third = StringField(
        lazy_gettext("Mark of the third sheet"), [DataRequired(_MARK_MISSING)], filters=[typed], id="mark-3"
    )

    @property
    def marks(self) -> tuple[str, str, str]:
        """Return what was typed."""
        return str(self.first.data), str(self.second.data), str(self.third.data)


class SheetsForm(FlaskForm):
    """What is typed from two sheets, or from the one that is at hand."""

    one = TextAreaField(
        lazy_gettext("The text on one sheet"),
        [DataRequired(lazy_gettext("Type what is printed next to the QR code on the sheet."))],
        filters=[typed],
        id="sheet-1",
    )
    other = TextAreaField(lazy_gettext("The text on another sheet"), filters=[typed], id="sheet-2")
    without_result = HiddenField()  # "yes" on the page that asks whether the answers are to be destroyed

    @property
    def sheets(self) -> tuple[str, str]:
        """Return what was typed; empty where only one sheet is at hand."""
        return str(self.one.data), str(self.other.data or "")
