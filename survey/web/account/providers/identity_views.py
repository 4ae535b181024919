"""The holder of an account sees by which identities elsewhere it is signed in to, links and removes them."""

from flask import Response, flash, redirect
from flask_babel import gettext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from instruments.problems import refuse
from survey.accounts import password_links
from survey.store.repositories import identities
from survey.web.account.blueprint import account
from survey.web.account.factors import proof
from survey.web.account.providers import offers, sent_away, views
from survey.web.account.providers.sent_away import Purpose
from survey.web.platform import acts, linked_identities, sign_ins
from survey.web.platform.context import context
from survey.web.platform.rendering import redirect_to, render_page


@account.get("/identities")
def show_identities() -> Response:
    """Show where the account is signed in to from, and where it could be."""
    linked = linked_identities.of(sign_ins.visitor().account.id)
    keys = {each.key for each in linked}
    return render_page(
        "account/identities.html",
        gettext("Signing in elsewhere"),
        linked=linked,
        others=[each for each in offers.offered() if each.key not in keys],
    )


@account.post("/identities/<provider>/link")
def link_identity(provider: str) -> AnyResponse:
    """Lead to the provider, where whoever is signed in here signs in as well; ask for a factor first."""
    if first := proof.asked_first():
        acts.note_as("proof-asked")
        return first
    return _leading_to(provider, Purpose(account_id=sign_ins.visitor().account.id))


@account.post("/identities/<provider>/remove")
def remove_identity(provider: str) -> AnyResponse:
    """Remove a link, if the account can still be signed in to; every sign-in of it ends, and a new begins."""
    if first := proof.asked_first():
        acts.note_as("proof-asked")
        return first
    holder, here = sign_ins.visitor().account, context()
    linked = linked_identities.of(holder.id)
    meant = next((each for each in linked if each.mark == provider), None)
    if meant is None:
        raise NotFound
    has_password = bool(holder.password_hash) and here.sign_in.passwords
    if not has_password and not [each for each in linked if each.key and each is not meant]:
        raise refuse(
            "identity-last",
            "There would be no way left to sign in to this account.",
            "Link another one first, or ask those who run the service for a link.",
        )
    identities.remove(here.database, holder, meant.issuer, by=holder.email, now=here.now)
    sign_ins.begin(holder, factors=sign_ins.visitor().factors)
    acts.describe(of=holder.id)
    flash(gettext("The link has been removed. You are signed out everywhere else."))
    return redirect_to("account.show_identities")


@account.get("/proof/<provider>")
def prove_at_provider(provider: str) -> AnyResponse:
    """Send whoever is signed in here to the provider, to show by signing in there that it is them."""
    holder = sign_ins.visitor().account.id
    purpose = Purpose(onward=offers.onward(), account_id=holder, is_proof=True)
    return redirect(views.begun(provider, purpose, anew=True), 303)


@account.post("/first-password/<token>/<provider>")
def choose_provider(token: str, provider: str) -> Response:
    """Lead to the provider at which the holder of a link signs in from now on.

    Raises Refused where the link is over.
    """
    here = context()
    password_links.holder(here.database, here.settings.secret, token, here.now)
    return _leading_to(provider, Purpose(link=token))


def _leading_to(provider: str, purpose: Purpose) -> Response:
    """Return the page that leads on: a form may lead to no other host, and a link may."""
    named = offers.named(views.client_of(provider).provider)
    sent_away.intend(provider, purpose)
    heading = gettext("Go on to %(provider)s", provider=named.name)
    return render_page("account/leading_to.html", heading, provider=named)
