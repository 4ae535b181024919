"""Operators: until when an account has a role; given, changed and taken back."""

from flask import Response, flash, url_for
from flask_babel import gettext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from survey.store.repositories import units
from survey.store.repositories.accounts import Account, Membership
from survey.web import role_last_day
from survey.web.operator.account_views import ROLES, other_account
from survey.web.operator.blueprint import operator
from survey.web.platform import acts
from survey.web.platform.context import context
from survey.web.platform.rendering import redirect_to
from survey.web.role_last_day import RoleLastDayForm

_PLACED = "/accounts/<int:number>/roles/<role>/in/<key>/last-day"
_EVERYWHERE = "/accounts/<int:number>/roles/<role>/last-day"


@operator.get(_PLACED)
@operator.get(_EVERYWHERE)
def ask_last_day(number: int, role: str, key: str | None = None) -> Response:
    """Say what a last day comes to, and ask for it."""
    holder, held = _held(number, role, key)
    return _page(holder, held, RoleLastDayForm(data={"last_day": held.ends_on}))


@operator.post(_PLACED)
@operator.post(_EVERYWHERE)
def set_last_day(number: int, role: str, key: str | None = None) -> AnyResponse:
    """Give the role that day, or none; nobody ends the own one here."""
    (holder, held), form = _held(number, role, key), RoleLastDayForm()
    if not role_last_day.give(holder, held, form):
        return _page(holder, held, form)
    acts.describe(of=holder.id, role=role, unit=key or "")
    flash(role_last_day.said_of(holder, form))
    return redirect_to("operator.show_account", number=number)


def _held(number: int, role: str, key: str | None) -> tuple[Account, Membership]:
    holder = other_account(number)
    held = role_last_day.held_role(holder, role, key)
    if held is None:
        raise NotFound
    return holder, held


def _page(holder: Account, held: Membership, form: RoleLastDayForm) -> Response:
    named = units.names(context().database, [held.unit_key]).get(held.unit_key or "", "")
    trail = [
        (url_for("operator.status"), gettext("Operation")),
        (url_for("operator.list_accounts"), gettext("Accounts")),
        (url_for("operator.show_account", number=holder.id), holder.email),
    ]
    what = f"{ROLES[held.role]}: {named}." if named else f"{ROLES[held.role]}."
    return role_last_day.page(holder, held, what, form, trail)
