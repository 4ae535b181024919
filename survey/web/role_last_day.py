"""The page on which a role is given a last day, another one or none: for operators and for leaders."""

from collections.abc import Sequence
from typing import Any

from flask import Response
from flask_babel import format_date, gettext, lazy_gettext
from flask_wtf import FlaskForm
from werkzeug.exceptions import NotFound
from wtforms.validators import Optional

from instruments.problems import Refused
from survey.store.repositories import role_endings
from survey.store.repositories.accounts import Account, Membership
from survey.store.tables import RESULT_ROLES
from survey.web import error_pages
from survey.web.forms import Day
from survey.web.platform import sign_ins
from survey.web.platform.context import context
from survey.web.platform.rendering import form_errors, render_page


class RoleLastDayForm(FlaskForm):
    """A role's last day, empty for none."""

    last_day = Day(lazy_gettext("Last day"), [Optional()])

    def fail(self, refused: Refused) -> None:
        """Say at the day why it was refused."""
        _, happened, remedy = error_pages.explain(refused)
        self.last_day.errors = [f"{happened}. {remedy}"]


def held_role(holder: Account, role: str, unit_key: str | None) -> Membership | None:
    """Return the role that the account holds there today; None for one it does not, or whose end is past."""
    today = holder.as_of(context().today)
    return next((each for each in today.memberships if each == Membership(role, unit_key)), None)


def give(holder: Account, held: Membership, form: RoleLastDayForm) -> bool:
    """Give the role the day of the form, or none; return whether that is done, else the form says why not.

    Raises NotFound where the role has ended meanwhile.
    """
    if not form.validate():
        return False
    here, last = context(), form.last_day.data
    by, role, unit = sign_ins.visitor().account.email, held.role, held.unit_key
    act: dict[str, Any] = {"today": here.today, "by": by, "now": here.now}
    try:
        if not role_endings.end_role_on(here.database, holder.id, role, unit, last, **act):
            raise NotFound
    except Refused as refused:
        form.fail(refused)
        return False
    return True


def said_of(holder: Account, form: RoleLastDayForm) -> str:
    """Return what the next page says of what was saved."""
    if form.last_day.data is None:
        return str(gettext("The role of %(email)s has no last day now.", email=holder.email))
    day = format_date(form.last_day.data, "long")
    return str(gettext("The last day of the role of %(email)s is %(day)s.", email=holder.email, day=day))


def page(
    holder: Account, held: Membership, what: str, form: RoleLastDayForm, trail: Sequence[tuple[str, str]]
) -> Response:
    """Return the page: `what` names the role; `trail` are addresses and names, the last to go back to."""
    faults = form_errors(form)
    return render_page(
        "role_last_day.html",
        gettext("Last day of a role: %(email)s", email=holder.email),
        faults=faults,
        status=400 if faults else 200,
        what=what,
        is_told=held.role in RESULT_ROLES,
        form=form,
        trail=trail,
    )
