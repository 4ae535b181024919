"""The page of how somebody signs in: an app that shows codes, recovery codes, a factor shown once more."""

from collections.abc import Sequence

from flask import Response, flash, redirect, request, session
from flask_babel import gettext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from instruments.problems import Refused, refuse
from reports.pdf import qr_codes
from survey.accounts import code_app, lost_factors, recovery_codes
from survey.store.repositories import lost_factors as requests
from survey.store.repositories import second_factors
from survey.store.repositories.second_factors import SecondFactors
from survey.web.account import arrival, guessing
from survey.web.account.blueprint import account
from survey.web.account.factors import challenges, proof
from survey.web.account.factors.proof import ProofForm
from survey.web.platform import sign_ins
from survey.web.platform.context import context
from survey.web.platform.rendering import FormError, form_errors, redirect_to, render_page, static_address

_NEW_SECRET = "code_app"  # noqa: S105 - in the cookie: the secret of an app that is being set up


@account.get("/factors")
def factors() -> Response:
    """Show what the account has beside a password, and what can be done with it."""
    here, visitor = context(), sign_ins.visitor()
    return render_page(
        "account/factors.html",
        gettext("My sign-in"),
        held=of_visitor(),
        asked=lost_factors.open_request(here.database, here.policy, visitor.account.id, here.now),
        can_passkey=challenges.site() is not None,
        is_needed=visitor.must_set_up,
        day_of=here.settings.date_at,
    )


@account.get("/code-app")
def new_code_app() -> AnyResponse:
    """Show the secret that an app is set up with, as a QR code and to type."""
    if first := proof.asked_first():
        return first
    session[_NEW_SECRET] = code_app.new_secret()
    return _app_shown(ProofForm())


@account.post("/code-app")
def set_code_app() -> AnyResponse:
    """Let it be the account's app once it shows a code that fits."""
    if first := proof.asked_first():
        return first
    form, secret = ProofForm(), str(session.get(_NEW_SECRET, ""))
    if not secret:
        return redirect_to("account.new_code_app")
    here, holder = context(), sign_ins.visitor().account
    counted = guessing.count_code(holder)
    step = code_app.step_of(secret, form.code.data or "", here.now)
    if step is None:
        form.code.errors = [gettext("This code does not fit. Type the one that your app shows now.")]
        return _app_shown(form, form_errors(form))
    guessing.forget(counted)
    had = of_visitor()
    sealed = code_app.seal(here.settings.secret, holder.id, secret)
    second_factors.set_code_app(here.database, holder, sealed, step, here.today)
    session.pop(_NEW_SECRET)
    flash(gettext("Your app is set up. You are signed out everywhere else."))
    return added(had)


@account.get("/code-app/remove")
def confirm_code_app_removal() -> AnyResponse:
    """Say what ends, before the app is removed."""
    if first := proof.asked_first():
        return first
    if of_visitor().code_app is None:
        raise NotFound
    return render_page("account/remove_factor.html", gettext("Remove the app?"), named="")


@account.post("/code-app/remove")
def remove_code_app() -> AnyResponse:
    """Remove the app; its codes are no longer asked for."""
    if first := proof.asked_first():
        return first
    require_another(len(of_visitor().passkeys))
    if not second_factors.remove_code_app(context().database, sign_ins.visitor().account.id):
        raise NotFound
    return removed()


@account.post("/recovery-codes")
def make_recovery_codes() -> AnyResponse:
    """Show new recovery codes, once; those before are good for nothing from now on."""
    if first := proof.asked_first():
        return first
    if not of_visitor():
        raise refuse(
            "factor-none",
            "Recovery codes stand in for a second factor, and this account has none.",
            "Set up an app or a passkey first; codes come with it.",
        )
    return recovery_page()


@account.get("/proof")
def ask_proof() -> Response:
    """Ask for a factor of the account once more, before one is changed."""
    return _proof_asked(ProofForm())


@account.post("/proof")
def check_proof() -> AnyResponse:
    """Go on to what was asked for, or say that the factor does not fit."""
    form, holder = ProofForm(), sign_ins.visitor().account
    if not form.validate():
        return _proof_asked(form, proof.faults(form), 400)
    if of_visitor() or not _has_password():
        fault = proof.second_factor_fault(holder, form)
    else:
        fits = guessing.checked_password(holder, form.password.data or "")
        fault = "" if fits else gettext("That is not your current password.")
        form.password.errors = [fault] if fault else []
    if fault:
        return _proof_asked(form, proof.faults(form), 403)
    proof.tell_codes_left(holder, form)
    sign_ins.note_proof()
    return redirect(arrival.safe(request.args.get("next", ""), "account.factors"), 303)


@account.post("/way-in/drop")
def drop_way_in() -> AnyResponse:
    """Drop what an operator has asked for the account, whose holder has lost nothing."""
    requests.drop(context().database, sign_ins.visitor().account.id)
    flash(gettext("It has been dropped. Nobody can agree to it any more."))
    return redirect_to("account.factors")


def of_visitor() -> SecondFactors:
    """Return the second factors of whoever is signed in."""
    return second_factors.of_account(context().database, sign_ins.visitor().account.id)


def added(had: SecondFactors) -> AnyResponse:
    """Go on after a factor was added to those: the first one comes with recovery codes."""
    holder = sign_ins.visitor().account
    sign_ins.note_second_factor()
    requests.finish(context().database, holder.id)
    return redirect_to("account.factors") if had else recovery_page()


def removed() -> AnyResponse:
    """Go on after a factor was removed."""
    sign_ins.end_others()
    flash(gettext("It has been removed. You are signed out everywhere else."))
    return redirect_to("account.factors")


def require_another(others: int) -> None:
    """Raise Refused("factor-last") where the account needs a second factor and has no other than this."""
    if not others and sign_ins.needs_two(sign_ins.visitor().account):
        raise _last()


def recovery_page() -> Response:
    """Make new recovery codes and show them, this once."""
    holder, drawn = sign_ins.visitor().account, recovery_codes.draw()
    hashes = [recovery_codes.hash_of(holder.id, each) for each in drawn]
    second_factors.set_recovery_codes(context().database, holder.id, hashes)
    return render_page(
        "account/recovery_codes.html",
        gettext("Your recovery codes"),
        codes=drawn,
        email=holder.email,
        today=context().today,
    )


def _has_password() -> bool:
    return bool(sign_ins.visitor().account.password_hash) and context().sign_in.passwords


def _last() -> Refused:
    return refuse(
        "factor-last",
        "Your roles need a second factor, and this is the only one.",
        "Set up another one first, then remove this.",
    )


def _app_shown(form: ProofForm, faults: Sequence[FormError] = ()) -> Response:
    secret, holder = str(session[_NEW_SECRET]), sign_ins.visitor().account
    return render_page(
        "account/code_app.html",
        gettext("Set up an app"),
        faults=faults,
        status=400 if faults else 200,
        form=form,
        drawing=qr_codes.svg(code_app.address(secret, holder.email)),
        secret=[secret[start : start + 4] for start in range(0, len(secret), 4)],
    )


def _proof_asked(form: ProofForm, faults: Sequence[FormError] = (), status: int = 200) -> Response:
    held = of_visitor()
    return render_page(
        "account/proof.html",
        gettext("Show that it is you"),
        faults=faults,
        status=status,
        form=form,
        held=held,
        has_password=_has_password(),
        linked=proof.providers(),
        onward=request.args.get("next") or None,
        options=proof.signing_options(held),
        script=static_address("passkey.js"),
    )
