"""Leaders, owners and researchers sign in, change their password and sign out."""

from collections.abc import Sequence

from flask import Response, flash, g, request, session
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from instruments.problems import refuse
from survey.accounts import password_links, passwords
from survey.operations import log
from survey.store.repositories import accounts
from survey.store.repositories.accounts import Account
from survey.web.account import arrival, guessing, known_devices
from survey.web.account.blueprint import account
from survey.web.account.factors import challenges
from survey.web.account.forms import FirstPasswordForm, PasswordForm, SignInForm
from survey.web.account.providers import offers
from survey.web.platform import sign_ins
from survey.web.platform.context import context
from survey.web.platform.rendering import FormError, form_errors, redirect_to, render_page


@account.get("/sign-in")
def sign_in() -> Response:
    """Ask for e-mail and password."""
    return _asked(SignInForm())


@account.post("/sign-in")
def check_sign_in() -> AnyResponse:
    """Sign in, or say that the two do not fit without saying which; slow down who guesses."""
    _require_passwords()
    form = SignInForm()
    if not form.validate():
        return _asked(form, 400)
    found = guessing.checked_sign_in(str(form.email.data), str(form.password.data))
    if found is None:
        form.email.errors = [gettext("The e-mail address and the password do not match.")]
        return _asked(form, 403)
    return arrival.admit(found, request.args.get("next", ""))


@account.post("/sign-out")
def sign_out() -> AnyResponse:
    """End this sign-in, here and at the server; where it came from a provider, lead there to end it too."""
    way_out, signed_in_at = offers.way_out(), session.get(sign_ins.SIGNED_IN_AT)
    sign_ins.end()
    if way_out is None:
        return redirect_to("account.sign_in")
    session[sign_ins.SIGNED_IN_AT] = signed_in_at
    # nobody is signed in on the page that says so
    g.pop("visitor")
    return render_page("account/signed_out.html", gettext("You are signed out here"), provider=way_out[0])


@account.get("/")
def home() -> AnyResponse:
    """Redirect to the first page of the account's first role; to how it signs in where it holds none."""
    desks = [*sign_ins.visitor().desks(), ("account.factors", "")]
    return redirect_to(desks[0][0])


@account.get("/password")
def password() -> Response:
    """Ask for the old and the new password."""
    return render_page("account/password.html", gettext("Change password"), form=PasswordForm())


@account.post("/password")
def change_password() -> AnyResponse:
    """Change the password, and end every sign-in of the account but this one."""
    _require_passwords()
    form, heading = PasswordForm(), gettext("Change password")
    if not form.validate():
        return render_page("account/password.html", heading, faults=form_errors(form), status=400, form=form)
    holder = guessing.checked_password(sign_ins.visitor().account, str(form.old.data))
    changed = holder and accounts.set_password(
        context().database, holder, passwords.hash_password(str(form.new.data))
    )
    if changed is None:
        form.old.errors = [gettext("That is not your current password.")]
        return render_page("account/password.html", heading, faults=form_errors(form), status=403, form=form)
    # whoever else knew the old password is out
    sign_ins.end_others()
    flash(gettext("The password has been changed. You are signed out everywhere else."))
    return redirect_to("account.password")


@account.get("/first-password/<token>")
def first_password(token: str) -> Response:
    """Ask for the password of an account that has none. Raises Refused where the link is over."""
    holder = password_links.holder(context().database, context().settings.secret, token, context().now)
    return _first(holder, FirstPasswordForm())


@account.post("/first-password/<token>")
def choose_password(token: str) -> AnyResponse:
    """Store it, once: the link is used up by that."""
    _require_passwords()
    holder = password_links.holder(context().database, context().settings.secret, token, context().now)
    form = FirstPasswordForm()
    if not form.validate():
        return _first(holder, form, form_errors(form))
    if not accounts.choose_password(context().database, holder, passwords.hash_password(str(form.new.data))):
        raise password_links.over()
    log.act_as(holder.id)
    flash(gettext("Your password is set. Sign in with it."))
    return known_devices.remember(redirect_to("account.sign_in"), holder.id)


def _first(holder: Account, form: FirstPasswordForm, faults: Sequence[FormError] = ()) -> Response:
    offers_password = context().sign_in.passwords
    return render_page(
        "account/first_password.html",
        gettext("Choose a password") if offers_password else gettext("Choose how you sign in"),
        faults=faults,
        status=400 if faults else 200,
        form=form,
        email=holder.email,
        passwords=offers_password,
        providers=offers.offered(),
    )


def _asked(form: SignInForm, status: int = 200) -> Response:
    return render_page(
        "account/sign_in.html",
        gettext("Sign in"),
        faults=form_errors(form),
        status=status,
        form=form,
        passwords=context().sign_in.passwords,
        providers=offers.offered(),
        can_passkey=challenges.site() is not None,
    )


def _require_passwords() -> None:
    """Raise Refused where nobody signs in by a password of this service."""
    if not context().sign_in.passwords:
        raise refuse(
            "passwords-off",
            "Nobody signs in to this service by a password of its own.",
            "Sign in in one of the ways on the sign-in page.",
        )
