"""Leaders: who stands in for them, appointed by address and dismissed again."""

from collections.abc import Sequence
from datetime import date

from flask import Response, flash, url_for
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse
from wtforms import SelectField, StringField
from wtforms.validators import Length, Regexp

from instruments.problems import Refused
from survey.accounts import deputies as appointed_deputies
from survey.accounts import password_links
from survey.store.email_addresses import ADDRESS, LONGEST_ADDRESS
from survey.store.repositories import units
from survey.store.repositories.accounts import MOST_DEPUTIES, Account, Membership
from survey.web import error_pages, role_last_day
from survey.web.forms import typed
from survey.web.leader.blueprint import leader
from survey.web.platform import acts, languages, sign_ins
from survey.web.platform.context import context
from survey.web.platform.rendering import FormError, form_errors, redirect_to, render_page
from survey.web.role_last_day import RoleLastDayForm


class DeputyForm(FlaskForm):
    """Whom a leader appoints."""

    email = StringField(
        lazy_gettext("E-mail address"),
        [
            Regexp(ADDRESS, message=lazy_gettext("Type an e-mail address.")),
            Length(max=LONGEST_ADDRESS, message=lazy_gettext("Type an e-mail address.")),
        ],
        filters=[typed],
    )
    language = SelectField(lazy_gettext("Language"), choices=lambda: list(languages.NAMES.items()))


@leader.get("/<unit>/deputies")
def deputies(unit: str) -> Response:
    """List the deputies of the unit's leaders, and ask for another."""
    return _page(unit, DeputyForm(data={"language": languages.current()}))


@leader.post("/<unit>/deputies")
def appoint_deputy(unit: str) -> AnyResponse:
    """Appoint a deputy; somebody new is given a link to choose a password, shown this once."""
    form, here = DeputyForm(), context()
    if not form.validate():
        return _page(unit, form, form_errors(form))
    by = sign_ins.visitor().account.email
    try:
        appointed, needs_link = appointed_deputies.appoint(
            here.database, unit, str(form.email.data), form.language.data, by=by, now=here.now
        )
    except Refused as refused:
        _, happened, remedy = error_pages.explain(refused)
        form.email.errors = [f"{happened}. {remedy}"]
        return _page(unit, form, form_errors(form))
    acts.describe(to=appointed.id, role=appointed_deputies.DEPUTY)
    if needs_link:
        return _linked(unit, appointed)
    flash(gettext("%(email)s is your deputy now, and sees results from tomorrow.", email=appointed.email))
    return redirect_to("leader.deputies", unit=unit)


@leader.post("/<unit>/deputies/<int:number>/dismiss")
def dismiss_deputy(unit: str, number: int) -> AnyResponse:
    """Dismiss a deputy."""
    by, here = sign_ins.visitor().account.email, context()
    if not appointed_deputies.dismiss(here.database, unit, number, by=by, now=here.now):
        raise NotFound
    acts.describe(of=number, role=appointed_deputies.DEPUTY)
    flash(gettext("The deputy has been dismissed. That they were one stays in the unit's history."))
    return redirect_to("leader.deputies", unit=unit)


@leader.get("/<unit>/deputies/<int:number>/last-day")
def deputys_last_day(unit: str, number: int) -> Response:
    """Say what a last day comes to, and ask for it."""
    holder, held = _deputy(unit, number)
    return _day_page(unit, holder, held, RoleLastDayForm(data={"last_day": held.ends_on}))


@leader.post("/<unit>/deputies/<int:number>/last-day")
def set_deputys_last_day(unit: str, number: int) -> AnyResponse:
    """Let a deputy be one until that day, or until dismissed."""
    (holder, held), form = _deputy(unit, number), RoleLastDayForm()
    if not role_last_day.give(holder, held, form):
        return _day_page(unit, holder, held, form)
    acts.describe(of=number, role=appointed_deputies.DEPUTY)
    flash(role_last_day.said_of(holder, form))
    return redirect_to("leader.deputies", unit=unit)


def _deputy(unit: str, number: int) -> tuple[Account, Membership]:
    for holder in appointed_deputies.of_unit(context().database, unit):
        held = role_last_day.held_role(holder, appointed_deputies.DEPUTY, unit)
        if holder.id == number and held is not None:
            return holder, held
    raise NotFound


def _day_page(unit: str, holder: Account, held: Membership, form: RoleLastDayForm) -> Response:
    place = units.by_key(context().database, unit)
    trail = [
        (url_for("leader.desk"), gettext("My surveys")),
        (url_for("leader.deputies", unit=unit), gettext("Deputies: %(place)s", place=place.name)),
    ]
    return role_last_day.page(holder, held, f"{gettext('Deputy')}: {place.name}.", form, trail)


def _linked(unit: str, appointed: Account) -> Response:
    by, here = sign_ins.visitor().account.email, context()
    link = password_links.issue(here.database, here.policy, here.settings, appointed, by=by, now=here.now)
    return render_page(
        "leader/deputy_link.html",
        gettext("A link for %(email)s", email=appointed.email),
        unit=units.by_key(here.database, unit),
        link=link,
    )


def _held_until(holder: Account, unit: str) -> date | None:
    return next(each.ends_on for each in holder.memberships if each == Membership("deputy", unit))


def _page(unit: str, form: DeputyForm, faults: Sequence[FormError] = ()) -> Response:
    place = units.by_key(context().database, unit)
    held = appointed_deputies.of_unit(context().database, unit)
    return render_page(
        "leader/deputies.html",
        gettext("Deputies: %(place)s", place=place.name),
        faults=faults,
        status=400 if faults else 200,
        unit=place,
        held=[(each, _held_until(each, unit)) for each in held],
        today=context().today,
        form=form,
        most=MOST_DEPUTIES,
    )
