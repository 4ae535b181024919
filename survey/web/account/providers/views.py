"""People sign in at a provider and come back; an account is theirs only if somebody gave them one here."""

from flask import Response, flash, redirect, request, session
from flask_babel import gettext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from instruments.problems import refuse
from survey.accounts import password_links
from survey.openid import tokens
from survey.openid.client import ProvenIdentity, ProviderClient, weak
from survey.operations import log
from survey.store.actor import acting
from survey.store.repositories import accounts, identities
from survey.store.repositories import sign_ins as sessions
from survey.store.repositories.accounts import Account
from survey.web.account import arrival
from survey.web.account.blueprint import account
from survey.web.account.factors import proof
from survey.web.account.providers import offers, sent_away
from survey.web.account.providers.sent_away import Purpose
from survey.web.platform import acts, languages, sign_ins
from survey.web.platform.context import context
from survey.web.platform.rendering import redirect_to
from survey.web.platform.sign_ins import Visitor


@account.get("/sign-in/<provider>")
def begin_at_provider(provider: str) -> AnyResponse:
    """Send the browser to the provider, to sign in there."""
    return redirect(begun(provider, Purpose(onward=offers.onward())), 303)


@account.get("/sign-in/<provider>/go")
def go_to_provider(provider: str) -> AnyResponse:
    """Send the browser to the provider for what a page of ours has just said."""
    # signed in there anew, so that nobody else's sign-in in this browser is linked unnoticed
    return redirect(begun(provider, sent_away.intended(provider), anew=True), 303)


@account.get("/sign-in/<provider>/leave")
def leave_provider(provider: str) -> AnyResponse:
    """Send a browser that is signed out here to sign out at the provider too."""
    way_out = offers.way_out()
    if way_out is None or way_out[0].key != provider:
        return redirect_to("account.sign_in")
    session.clear()
    return redirect(way_out[1], 303)


@account.get("/sign-in/<provider>/return")
def finish_at_provider(provider: str) -> AnyResponse:
    """Let in whoever the provider says has come back, if an account here is theirs."""
    client, answer = client_of(provider), request.args.to_dict()
    sent, purpose = sent_away.take(provider, answer.get("state", ""))
    if len(answer) != len(list(request.args.items(multi=True))):
        raise tokens.forged(client.provider)
    proven = client.receive(answer, sent, offers.return_address(client.provider))
    if purpose.is_proof:
        return _proved(proven, purpose, sent_at=sent.at)
    if purpose.account_id:
        return _linked(proven, purpose.account_id)
    found = _invited(proven, purpose.link) if purpose.link else _found(proven)
    offers.remember(proven)
    acts.describe(provider=provider)
    return arrival.admit(found, purpose.onward, second_factor_done=proven.is_two_factors)


@account.post("/sign-in/<provider>/ended")
def end_at_provider(provider: str) -> AnyResponse:
    """End the sign-ins of whoever signed out at the provider, as it says itself in a signed notice."""
    client, here = client_of(provider), context()
    subject = client.ended_there(request.form.get("logout_token", ""))
    found = identities.account_of(here.database, client.provider.issuer, subject)
    if found is not None:
        sessions.end_all(here.database, found.id)
        log.act_as(found.id)
    return Response(status=200)


def begun(provider: str, purpose: Purpose, *, anew: bool = False) -> str:
    """Return the address at which the provider asks who it is; what for is kept in the browser."""
    client = client_of(provider)
    return_to = offers.return_address(client.provider)
    address, sent = client.send_away(return_to, languages.current(), anew=anew)
    sent_away.keep(sent, purpose)
    return address


def client_of(provider: str) -> ProviderClient:
    """Return the client of the provider of that key. Raises NotFound."""
    found = context().providers.get(provider)
    if found is None:
        raise NotFound
    return found


def _found(proven: ProvenIdentity) -> Account:
    """Return the account of this person: the one linked to the identity, or of an address that is certain."""
    here, issuer = context(), proven.provider.issuer
    known = identities.account_of(here.database, issuer, proven.subject)
    if known is not None:
        return known
    if proven.address is None:
        raise refuse(
            "identity-unverified",
            "%(provider)s does not say for certain which e-mail address is yours, and you are linked to no "
            "account here.",
            "Ask those who run the service for a link, and choose %(provider)s on the page that it opens.",
            provider=proven.provider.name,
        )
    found = accounts.by_email(here.database, proven.address)
    if found is None:
        raise refuse(
            "identity-unknown",
            "You are signed in with %(provider)s, and nobody has given you an account here.",
            "Ask the person who leads or owns your unit, or those who run the service, to give you access "
            "under the address %(address)s.",
            provider=proven.provider.name,
            address=proven.address,
        )
    with acting(found.email, here.today):
        identities.link_by_address(here.database, found, issuer, proven.subject, now=here.now)
    log.act("identity-linked", of=found.id, provider=proven.provider.key)
    return accounts.by_id(here.database, found.id)


def _invited(proven: ProvenIdentity, token: str) -> Account:
    """Return the account of a link to choose a password, linked to this person instead."""
    here = context()
    holder = password_links.holder(here.database, here.settings.secret, token, here.now)
    with acting(holder.email, here.today):
        if not identities.link_by_link(
            here.database, holder, proven.provider.issuer, proven.subject, now=here.now
        ):
            raise password_links.over()
    log.act("identity-linked", of=holder.id, provider=proven.provider.key)
    return accounts.by_id(here.database, holder.id)


def _proved(proven: ProvenIdentity, purpose: Purpose, *, sent_at: int) -> AnyResponse:
    """Note that whoever is signed in here has just signed in at the provider as well, as the same person."""
    visitor, here = _still_there(purpose.account_id), context()
    provider, holder = proven.provider, visitor.account
    known = identities.account_of(here.database, provider.issuer, proven.subject)
    if known is None or known.id != holder.id:
        raise refuse(
            "proof-other",
            "You signed in with %(provider)s as somebody who is not linked to this account.",
            "Go back, and sign in there as yourself.",
            provider=provider.name,
        )
    if not proven.is_since(sent_at):
        raise refuse(
            "proof-late",
            "%(provider)s does not say that you have signed in there just now.",
            "Sign out here and in again, and go on from there.",
            provider=provider.name,
        )
    # one factor stands in for no second one, and not for the two by which this sign-in began
    if proof.needs_two(visitor) and not proven.is_two_factors:
        raise weak(provider)
    sign_ins.note_proof()
    log.act_as(holder.id)
    acts.note_as("factor-shown")
    acts.describe(provider=provider.key)
    return redirect(arrival.safe(purpose.onward, "account.factors"), 303)


def _still_there(account_id: int) -> Visitor:
    """Return who is signed in, if it is who was sent away. Raises Refused("sign-in-stale")."""
    visitor = sign_ins.current()
    if visitor is None or visitor.account.id != account_id:
        raise sent_away.stale()
    return visitor


def _linked(proven: ProvenIdentity, account_id: int) -> AnyResponse:
    """Link the identity to the account that is signed in here, and was when its holder was sent away."""
    holder, here = _still_there(account_id).account, context()
    with acting(holder.email, here.today):
        identities.link(
            here.database, holder, proven.provider.issuer, proven.subject, by=holder.email, now=here.now
        )
    log.act_as(holder.id)
    acts.note_as("identity-linked")
    acts.describe(of=holder.id, provider=proven.provider.key)
    flash(gettext("From now on you can sign in with %(provider)s.", provider=proven.provider.name))
    return redirect_to("account.show_identities")
