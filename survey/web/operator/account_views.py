"""Operators: who may sign in as what."""

from collections.abc import Mapping, Sequence

from flask import Response, flash, request
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from instruments.problems import Refused
from survey.accounts import lost_factors, password_links
from survey.store.repositories import accounts, search, units
from survey.store.repositories import sign_ins as sessions
from survey.store.repositories.accounts import Account
from survey.web import error_pages
from survey.web.operator.blueprint import operator
from survey.web.operator.role_forms import RoleRemovalForm, account_form, role_form
from survey.web.platform import acts, linked_identities, sign_ins
from survey.web.platform.context import context
from survey.web.platform.rendering import FormError, form_errors, redirect_to, render_page

_LONGEST_SEARCH = 100
_MOST_ROLES = 3  # in one row of the list
ROLES: Mapping[str, object] = {
    "leader": lazy_gettext("Leader"),
    "deputy": lazy_gettext("Deputy"),
    "owner": lazy_gettext("Owner"),
    "researcher": lazy_gettext("Researcher"),
    "editor": lazy_gettext("Questionnaire editor"),
    "operator": lazy_gettext("Operator"),
}


@operator.get("/accounts")
def list_accounts() -> Response:
    """List the accounts that are searched for with their roles, some at a time; no password and no link."""
    typed = request.args.get("q", "")[:_LONGEST_SEARCH]
    found = search.accounts(context().database, typed, request.args.get("page", 1, type=int))
    return render_page(
        "operator/accounts.html", gettext("Accounts"), found=found, typed=typed, roles=ROLES, most=_MOST_ROLES
    )


@operator.get("/accounts/<int:number>")
def show_account(number: int) -> Response:
    """Show one account, with what can be done with it."""
    holder, here = _account(number), context()
    asked = lost_factors.open_request(here.database, here.policy, holder.id, here.now)
    return render_page(
        "operator/one_account.html",
        holder.email,
        holder=holder,
        asked=asked,
        asked_on=here.settings.date_at(asked.asked_at if asked else 0),
        has_factor=lost_factors.may_be_lost(here.database, holder.id),
        places=units.names(context().database, [each.unit_key for each in holder.memberships]),
        roles=ROLES,
        linked=linked_identities.of(holder.id),
        today=context().today,
        is_own=holder.id == sign_ins.visitor().account.id,
    )


@operator.get("/accounts/new")
def new_account() -> Response:
    """Ask for what a new account needs; with the role and the unit that an address names, where it does."""
    said = {name: request.args[name] for name in ("role", "unit") if name in request.args}
    return _asked(account_form(ROLES, said))


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
    holder = other_account(number)
    heading = gettext("A new link for %(email)s?", email=holder.email)
    return render_page("operator/new_link.html", heading)


@operator.post("/accounts/<int:number>/link")
def renew_password_link(number: int) -> Response:
    """Make a new link for who lost the first or forgot the password; nobody makes one for themselves."""
    return _linked(other_account(number))


@operator.get("/accounts/<int:number>/end")
def confirm_ending_sign_ins(number: int) -> Response:
    """Say what ends, before it does."""
    holder = _account(number)
    return render_page(
        "operator/confirm.html",
        gettext("Sign %(email)s out everywhere?", email=holder.email),
        holder=holder,
        said=gettext(
            "Whoever is signed in to the account has to sign in again, on every device, and programs that "
            "read by a token of the account read nothing more. The password and the roles stay as they are."
        ),
        act=gettext("Sign the account out everywhere"),
        sent={},
    )


@operator.post("/accounts/<int:number>/end")
def end_sign_ins(number: int) -> AnyResponse:
    """End every sign-in of an account."""
    sessions.end_all(context().database, _account(number).id)
    acts.describe(of=number)
    flash(gettext("The account has been signed out everywhere."))
    return redirect_to("operator.show_account", number=number)


@operator.get("/accounts/<int:number>/remove")
def confirm_account_removal(number: int) -> Response:
    """Say what ends with an account, before it is removed."""
    holder = other_account(number)
    places = {each.key: each.name for each in units.every(context().database)}
    left = [each for each in holder.memberships if each.role == "leader" and each.unit_key]
    alone = [
        places[str(each.unit_key)]
        for each in left
        if not any(
            other.holds("leader", each.unit_key)
            for other in accounts.every(context().database)
            if other.id != holder.id
        )
    ]
    heading = gettext("Remove %(email)s?", email=holder.email)
    years = context().policy.retention.access_history_years
    return render_page("operator/remove_account.html", heading, holder=holder, alone=alone, years=years)


@operator.post("/accounts/<int:number>/remove")
def remove_account(number: int) -> AnyResponse:
    """Remove the account; nobody removes the own one."""
    holder = other_account(number)
    accounts.remove(context().database, holder, by=sign_ins.visitor().account.email, now=context().now)
    acts.describe(of=number)
    flash(gettext("The account has been removed."))
    return redirect_to("operator.list_accounts")


@operator.get("/accounts/<int:number>/role")
def new_role(number: int) -> Response:
    """Ask which role an account is given, and where."""
    return _asked(role_form(ROLES), to=other_account(number))


@operator.post("/accounts/<int:number>/role")
def give_role(number: int) -> AnyResponse:
    """Give the role; nobody gives themselves one."""
    form, receiver = role_form(ROLES), other_account(number)
    if not form.validate():
        return _asked(form, form_errors(form), receiver)
    try:
        _given(receiver, form)
    except Refused as refused:
        _, _, remedy = error_pages.explain(refused)
        form.role.errors = [remedy]
        return _asked(form, form_errors(form), receiver)
    acts.describe(to=receiver.id, role=form.role.data, unit=form.unit.data)
    flash(gettext("The role has been given. Those who lead the unit see it on their first page."))
    return redirect_to("operator.show_account", number=receiver.id)


@operator.get("/accounts/<int:number>/role/remove")
def confirm_taking_role(number: int) -> Response:
    """Say what ends with a role, before it is taken away."""
    holder, asked = other_account(number), request.args
    role, place = asked.get("role", ""), asked.get("unit") or None
    if not holder.holds(role, place):
        raise NotFound
    named = units.names(context().database, [place]).get(place or "")
    said = f"{ROLES[role]}: {named}. " if named else f"{ROLES[role]}. "
    return render_page(
        "operator/confirm.html",
        gettext("Take the role from %(email)s?", email=holder.email),
        holder=holder,
        said=said
        + gettext(
            "The account sees nothing more by this role from now on. That it had it stays on the page of the "
            "unit's leaders. Given back, it shows results from the next day."
        ),
        act=gettext("Take the role away"),
        sent={"role": role, "unit": place or ""},
    )


@operator.post("/accounts/<int:number>/role/remove")
def take_role(number: int) -> AnyResponse:
    """Take a role away; nobody loses the own one here, so that an operator is left."""
    form, holder = RoleRemovalForm(), other_account(number)
    by, now = sign_ins.visitor().account.email, context().now
    accounts.revoke_role(
        context().database, holder, str(form.role.data), form.unit.data or None, by=by, now=now
    )
    acts.describe(of=holder.id, role=form.role.data, unit=form.unit.data)
    flash(gettext("The role has been taken away."))
    return redirect_to("operator.show_account", number=number)


def other_account(number: int) -> Account:
    """Return the account of that number, which is not the operator's own. Raises NotFound for others."""
    # nobody gives themselves a role, and the last operator cannot lock everybody out
    if number == sign_ins.visitor().account.id:
        raise NotFound
    return _account(number)


def _account(number: int) -> Account:
    found = accounts.of_id(context().database, number)
    if found is None:
        raise NotFound
    return found


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
