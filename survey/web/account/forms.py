"""The forms of people who sign in: sign-in and passwords."""

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired, EqualTo, Length

from survey.accounts import passwords
from survey.web.forms import typed

_LONGEST_LINE = 200


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
                message=lazy_gettext("A password has at least twelve characters; a sentence works well."),
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
        lazy_gettext("Current password"),
        validators=[
            DataRequired(lazy_gettext("Type your current password.")),
            Length(max=_LONGEST_LINE, message=lazy_gettext("Type your current password.")),
        ],
    )
