"""Operators: who may sign in as what."""

from collections.abc import Mapping, Sequence

from flask import Response, flash
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from instruments.problems import Refused
from survey.accounts import password_links
from survey.store.repositories import accounts, units
from survey.store.repositories import sign_ins as sessions
from survey.store.repositories.accounts import Account
from survey.web import error_pages
from survey.web.operator.blueprint import operator
from survey.web.operator.role_forms import RoleRemovalForm, account_form, role_form
from survey.web.platform import acts, sign_ins
from survey.web.platform.context import context
from survey.web.platform.rendering import FormError, form_errors, redirect_to, render_page

ROLES: Mapping[str, object] = {
    "leader": lazy_gettext("Leader"),
    "owner": lazy_gettext("Owner"),
    "researcher": lazy_gettext("Researcher"),
    "editor": lazy_gettext("Instrument editor"),
    "operator": lazy_gettext("Operator"),
}


@operator.get("/accounts")
def list_accounts() -> Response:
    """List every account with its roles; no password, no hash, no link."""
    places = {each.key: each.name for each in units.every(context().database)}
    return render_page(
        "operator/accounts.html",
        gettext("Accounts"),
        accounts=accounts.every(context().database),
        places=places,
        roles=ROLES,
        own=sign_ins.visitor().account.id,
    )


@operator.get("/accounts/new")
def new_account() -> Response:
    """Ask for what a new account needs."""
    return _asked(account_form(ROLES))


@operator.post("/accounts/new")
def add_account() -> Response:
    """Add the account, without a password, and show once the link by which its holder chooses one."""
    form = account_form(ROLES)
    if not form.validate():
        return _asked(form, form_errors(form))
    database = context().database
    try:
        # no password fits an empty hash: the holder chooses one by the link
        added = accounts.add(database, form.email.data, "", form.language.data)
    except Refused as refused:
        _, happened, remedy = error_pages.explain(refused)
        form.email.errors = [f"{happened}. {remedy}"]
        return _asked(form, form_errors(form))
    acts.describe(role=form.role.data, unit=form.unit.data)
    return _linked(_given(added, form))


@operator.get("/accounts/<int:number>/link")
def confirm_password_link(number: int) -> Response:
    """Say what a new link ends, before it is made."""
    holder = _other(number)
    heading = gettext("A new link for %(email)s?", email=holder.email)
    return render_page("operator/new_link.html", heading)


@operator.post("/accounts/<int:number>/link")
def renew_password_link(number: int) -> Response:
    """Make a new link for who lost the first or forgot the password; nobody makes one for themselves."""
    return _linked(_other(number))


@operator.post("/accounts/<int:number>/end")
def end_sign_ins(number: int) -> AnyResponse:
    """End every sign-in of an account."""
    sessions.end_all(context().database, _account(number).id)
    acts.describe(of=number)
    flash(gettext("All sign-ins of that account are ended."))
    return redirect_to("operator.list_accounts")


@operator.get("/accounts/<int:number>/role")
def new_role(number: int) -> Response:
    """Ask which role an account is given, and where."""
    return _asked(role_form(ROLES), to=_other(number))


@operator.post("/accounts/<int:number>/role")
def give_role(number: int) -> AnyResponse:
    """Give the role; nobody gives themselves one."""
    form, receiver = role_form(ROLES), _other(number)
    if not form.validate():
        return _asked(form, form_errors(form), receiver)
    try:
        _given(receiver, form)
    except Refused as refused:
        _, _, remedy = error_pages.explain(refused)
        form.role.errors = [remedy]
        return _asked(form, form_errors(form), receiver)
    acts.describe(to=receiver.id, role=form.role.data, unit=form.unit.data)
    flash(gettext("The role is given. Those who lead the unit see it on their first page."))
    return redirect_to("operator.list_accounts")


@operator.post("/accounts/<int:number>/role/remove")
def take_role(number: int) -> AnyResponse:
    """Take a role away; nobody loses the own one here, so that an operator is left."""
    form, holder = RoleRemovalForm(), _other(number)
    by, now = sign_ins.visitor().account.email, context().now
    accounts.revoke_role(
        context().database, holder, str(form.role.data), form.unit.data or None, by=by, now=now
    )
    acts.describe(of=holder.id, role=form.role.data, unit=form.unit.data)
    flash(gettext("The role is taken away."))
    return redirect_to("operator.list_accounts")


def _account(number: int) -> Account:
    found = next((each for each in accounts.every(context().database) if each.id == number), None)
    if found is None:
        raise NotFound
    return found


def _other(number: int) -> Account:
    """Return the account, which is not the operator's own."""
    # nobody gives themselves a role, and the last operator cannot lock everybody out
    if number == sign_ins.visitor().account.id:
        raise NotFound
    return _account(number)


def _given(receiver: Account, form: FlaskForm) -> Account:
    """Return the account with the role that the form asks for, given by the operator who is signed in."""
    by, now = sign_ins.visitor().account.email, context().now
    place = form.unit.data or None
    return accounts.grant_role(context().database, receiver, form.role.data, place, by=by, now=now)


def _linked(holder: Account) -> Response:
    acts.describe(to=holder.id)
    by, here = sign_ins.visitor().account.email, context()
    link = password_links.issue(here.database, here.policy, here.settings, holder, by=by, now=here.now)
    return render_page("operator/link.html", gettext("A link for %(email)s", email=holder.email), link=link)


def _asked(form: FlaskForm, faults: Sequence[FormError] = (), to: Account | None = None) -> Response:
    heading = gettext("A role for %(email)s", email=to.email) if to else gettext("New account")
    return render_page(
        "operator/account.html", heading, faults=faults, status=400 if faults else 200, form=form, to=to
    )
