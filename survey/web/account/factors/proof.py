"""Whether somebody shows a factor of an account: a code, a recovery code, a passkey, the password."""

from collections.abc import Sequence

from flask import flash, request
from flask_babel import gettext, lazy_gettext, ngettext
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as AnyResponse
from wtforms import PasswordField, StringField
from wtforms.validators import Length

from survey.accounts import code_app, passkeys, recovery_codes
from survey.accounts.passkeys import NewPasskey
from survey.store.repositories import second_factors
from survey.store.repositories.accounts import Account
from survey.store.repositories.second_factors import Passkey, SecondFactors
from survey.web.account import guessing
from survey.web.account.factors import challenges
from survey.web.forms import typed
from survey.web.platform import headers, linked_identities, sign_ins
from survey.web.platform.context import context
from survey.web.platform.linked_identities import ShownIdentity
from survey.web.platform.rendering import FormError, form_errors, redirect_to
from survey.web.platform.sign_ins import Visitor

_LONGEST_LINE = 200
_LONGEST_CREDENTIAL = 8000  # of what a browser says of a passkey


class ProofForm(FlaskForm):
    """One of the ways to show a factor; the others stay empty."""

    code = StringField(
        lazy_gettext("Code from your app"), validators=[Length(max=_LONGEST_LINE)], filters=[typed]
    )
    recovery = StringField(
        lazy_gettext("Recovery code"), validators=[Length(max=_LONGEST_LINE)], filters=[typed]
    )
    password = PasswordField(lazy_gettext("Password"), validators=[Length(max=_LONGEST_LINE)])
    passkey = StringField(validators=[Length(max=_LONGEST_CREDENTIAL)])


def second_factor_fault(holder: Account, form: ProofForm) -> str:
    """Return what is wrong with the second factor that the form shows; "" where it is one of the account.

    The fault is also noted at its field. Raises Refused("codes-many") after too many codes.
    """
    held = second_factors.of_account(context().database, holder.id)
    if form.passkey.data or not (held.code_app or form.recovery.data):
        fitting, fault = _passkey_fits(holder, form.passkey.data or ""), _no_passkey()
        field = form.passkey
    elif form.recovery.data:
        fitting, field = _recovery_fits(holder, form.recovery.data), form.recovery
        fault = gettext("This is none of your recovery codes, or it has been used.")
    else:
        fitting, field = _code_fits(holder, held, form.code.data or ""), form.code
        fault = gettext("This code does not fit. Type the one that your app shows now; each works once.")
    if fitting:
        return ""
    field.errors = [fault]
    return fault


def signer(given: str) -> Passkey | None:
    """Return the passkey that has signed this browser's challenge, whosever it is; None where none has."""
    credential = passkeys.credential_of(given)
    known = second_factors.passkey_of(context().database, credential) if credential else None
    site, challenge = challenges.site(), challenges.take()
    if known is None or site is None or challenge is None:
        return None
    stored = NewPasskey(known.credential, known.public_key, known.signed)
    signed = passkeys.signed(site, challenge, given, known.account_id, stored)
    if signed is None:
        return None
    # of two signatures that were made at once, one may come from a copy of the device
    is_noted = second_factors.note_signature(context().database, known, signed, context().today)
    return known if is_noted else None


def asked_first() -> AnyResponse | None:
    """Return a redirect to the page that asks for a factor; None where one was shown just before."""
    if sign_ins.visitor().proved_at >= context().now - context().policy.second_factors.proof:
        return None
    onward = request.path if request.method == "GET" else ""
    return redirect_to("account.ask_proof", next=onward and request.script_root + onward)


def needs_two(shown_by: Visitor) -> bool:
    """Return whether one factor is too little to show: there are two, or this sign-in began by two."""
    return shown_by.factors > 1 or second_factors.has_any(context().database, shown_by.account.id)


def providers() -> Sequence[ShownIdentity]:
    """Return where else whoever is signed in could show that it is them."""
    visitor, known = sign_ins.visitor(), context().sign_in.providers
    linked = [each for each in linked_identities.of(visitor.account.id) if each.key]
    if not needs_two(visitor):
        return linked
    return [each for each in linked if known[each.key].two_factors]


def signing_options(held: SecondFactors) -> str:
    """Return what the page's script asks the browser to sign by one of these passkeys; "" for nothing."""
    site = challenges.site()
    if site is None or not held.passkeys:
        return ""
    headers.allow_own_script()
    return passkeys.signing_options(site, challenges.issue(), [each.credential for each in held.passkeys])


def faults(form: ProofForm) -> tuple[FormError, ...]:
    """Return every error of the form; one of a passkey has no field that anybody sees."""
    return tuple(
        FormError(each.text, "" if each.field == form.passkey.id else each.field)
        for each in form_errors(form)
    )


def tell_codes_left(holder: Account, form: ProofForm) -> None:
    """Say on the next page how many recovery codes are left, where the form has used one."""
    if form.recovery.data:
        left = second_factors.of_account(context().database, holder.id).codes_left
        flash(ngettext("You have %(num)s recovery code left.", "You have %(num)s recovery codes left.", left))


def _passkey_fits(holder: Account, given: str) -> bool:
    used = signer(given)
    return used is not None and used.account_id == holder.id


def _recovery_fits(holder: Account, given: str) -> bool:
    code_hash = recovery_codes.hash_of(holder.id, given)
    return second_factors.use_recovery_code(context().database, holder.id, code_hash)


def _code_fits(holder: Account, held: SecondFactors, given: str) -> bool:
    if held.code_app is None:
        return False
    counted = guessing.count_code(holder)
    secret = code_app.unseal(context().settings.secret, holder.id, held.code_app.secret)
    step = code_app.step_of(secret, given, context().now) if secret else None
    if step is None or not second_factors.take_step(context().database, holder.id, step):
        return False
    guessing.forget(counted)
    return True


def _no_passkey() -> str:
    fault: str = gettext("The passkey was not accepted. Try once more, or choose another way.")
    return fault
