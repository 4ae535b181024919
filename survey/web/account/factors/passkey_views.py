"""Passkeys of an account: added under a name, and removed."""

from collections.abc import Sequence

from flask import Response, flash
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from survey.accounts import passkeys
from survey.store.factor_tables import LONGEST_NAME
from survey.store.repositories import second_factors
from survey.store.repositories.second_factors import Passkey
from survey.web.account.blueprint import account
from survey.web.account.factors import challenges, factor_views, proof
from survey.web.forms import typed
from survey.web.platform import headers, sign_ins
from survey.web.platform.context import context
from survey.web.platform.rendering import FormError, form_errors, render_page, static_address


class PasskeyForm(FlaskForm):
    """What a passkey is called, and what the browser says of it."""

    name = StringField(
        lazy_gettext("Name of the passkey"),
        validators=[
            DataRequired(lazy_gettext("Give the passkey a name.")),
            Length(max=LONGEST_NAME, message=lazy_gettext("The name is too long.")),
        ],
        filters=[typed],
    )
    passkey = StringField()


@account.get("/passkeys/new")
def new_passkey() -> AnyResponse:
    """Ask for a name, and let the browser make a passkey."""
    return proof.asked_first() or _asked(PasskeyForm())


@account.post("/passkeys/new")
def add_passkey() -> AnyResponse:
    """Add the passkey that the browser has made."""
    if first := proof.asked_first():
        return first
    form, site, challenge = PasskeyForm(), challenges.site(), challenges.take()
    if not form.validate():
        return _asked(form, form_errors(form))
    made = passkeys.made(site, challenge, form.passkey.data or "") if site and challenge else None
    if made is None:
        text = gettext("No passkey was made. Try once more, or set up an app instead.")
        return _asked(form, [FormError(text)])
    here, had = context(), factor_views.of_visitor()
    holder, name = sign_ins.visitor().account.id, str(form.name.data)
    added = Passkey(0, holder, made.credential, made.public_key, made.signed, name, here.today, None)
    second_factors.add_passkey(here.database, added)
    flash(gettext("The passkey has been added. You are signed out everywhere else."))
    return factor_views.added(had)


@account.get("/passkeys/<int:number>/remove")
def confirm_passkey_removal(number: int) -> AnyResponse:
    """Say what ends, before a passkey is removed."""
    if first := proof.asked_first():
        return first
    named = next((each.name for each in factor_views.of_visitor().passkeys if each.id == number), None)
    if named is None:
        raise NotFound
    return render_page("account/remove_factor.html", gettext("Remove the passkey?"), named=named)


@account.post("/passkeys/<int:number>/remove")
def remove_passkey(number: int) -> AnyResponse:
    """Remove the passkey; whoever has its device signs in with it no more."""
    if first := proof.asked_first():
        return first
    held = factor_views.of_visitor()
    factor_views.require_another(len(held.passkeys) - 1 + (held.code_app is not None))
    if not second_factors.remove_passkey(context().database, sign_ins.visitor().account.id, number):
        raise NotFound
    return factor_views.removed()


def _asked(form: PasskeyForm, faults: Sequence[FormError] = ()) -> Response:
    site, holder = challenges.site(), sign_ins.visitor().account
    if site is None:
        raise NotFound
    headers.allow_own_script()
    known = [each.credential for each in factor_views.of_visitor().passkeys]
    return render_page(
        "account/new_passkey.html",
        gettext("Add a passkey"),
        faults=faults,
        status=400 if faults else 200,
        form=form,
        options=passkeys.making_options(site, holder.id, holder.email, challenges.issue(), known),
        script=static_address("passkey.js"),
    )
