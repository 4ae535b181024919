"""The second factor at sign-in, passkeys in place of a password, and links for who has lost them."""

from collections.abc import Sequence

from flask import Response, request
from flask_babel import format_date, gettext
from werkzeug.wrappers import Response as AnyResponse

from survey.accounts import lost_factors, passkeys
from survey.store.repositories import accounts, second_factors
from survey.web.account import arrival
from survey.web.account.arrival import Arrival
from survey.web.account.blueprint import account
from survey.web.account.factors import challenges, proof
from survey.web.account.factors.proof import ProofForm
from survey.web.platform import headers, sign_ins
from survey.web.platform.context import context
from survey.web.platform.rendering import FormError, render_page, static_address


@account.get("/second-factor")
def second_factor() -> Response:
    """Ask for a second factor of the account whose first one was right. Raises Refused as the form does."""
    return _asked(_arriving(), ProofForm())


@account.post("/second-factor")
def check_second_factor() -> AnyResponse:
    """Sign in, or say that it does not fit. Raises Refused where the first factor is too long ago."""
    found, form = _arriving(), ProofForm()
    if not form.validate():
        return _asked(found, form, proof.faults(form), 400)
    if proof.second_factor_fault(found.account, form):
        return _asked(found, form, proof.faults(form), 403)
    reply = arrival.let_in(found.account, found.onward, factors=2)
    proof.tell_codes_left(found.account, form)
    return reply


@account.get("/passkey")
def passkey_sign_in() -> Response:
    """Ask for a passkey in place of address and password."""
    return _passkey_asked()


@account.post("/passkey")
def sign_in_with_passkey() -> AnyResponse:
    """Sign in whoever's passkey has signed: its device has made sure of its holder, which are two factors."""
    form = ProofForm()
    used = proof.signer(form.passkey.data or "") if form.validate() else None
    found = accounts.of_id(context().database, used.account_id) if used else None
    if found is None:
        text = gettext("The passkey was not accepted. Try once more, or sign in with your password.")
        return _passkey_asked([FormError(text)], 403)
    return arrival.admit(found, request.args.get("next", ""), second_factor_done=True)


@account.get("/way-in/<token>")
def way_in(token: str) -> Response:
    """Say what the link is for, and keep it for the sign-in that follows. Raises Refused where it is over."""
    here = context()
    found = lost_factors.opened(here.database, here.policy, token, here.now)
    arrival.hold_link(token)
    return render_page(
        "account/way_in.html",
        gettext("A new second factor"),
        found=found,
        day=format_date(here.settings.date_at(found.agreed_at or 0), "long"),
    )


def _arriving() -> Arrival:
    found = arrival.arriving()
    if found is None:
        raise sign_ins.ended()
    return found


def _asked(found: Arrival, form: ProofForm, faults: Sequence[FormError] = (), status: int = 200) -> Response:
    held = second_factors.of_account(context().database, found.account.id)
    return render_page(
        "account/second_factor.html",
        gettext("Your second factor"),
        faults=faults,
        status=status,
        form=form,
        held=held,
        options=proof.signing_options(held),
        script=static_address("passkey.js"),
    )


def _passkey_asked(faults: Sequence[FormError] = (), status: int = 200) -> Response:
    site = challenges.site()
    if site is not None:
        headers.allow_own_script()
    return render_page(
        "account/passkey.html",
        gettext("Sign in with a passkey"),
        faults=faults,
        status=status,
        options=passkeys.signing_options(site, challenges.issue()) if site else "",
        script=static_address("passkey.js"),
    )
