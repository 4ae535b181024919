"""The form by which a leader asks for slips."""

from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import RadioField
from wtforms.validators import InputRequired, NumberRange

from survey.collection.planning import MOST_INVITED
from survey.web.forms import Invited


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
        lazy_gettext("Cancel the slips printed before?"),
        choices=lambda: {"no": gettext("No"), "yes": gettext("Yes")},
        default="no",
    )
