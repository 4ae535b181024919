"""Operators remove the link of an account to an identity elsewhere."""

from flask import Response, flash
from flask_babel import gettext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from survey.store.repositories import accounts, identities
from survey.store.repositories.accounts import Account
from survey.web.operator.blueprint import operator
from survey.web.platform import acts, linked_identities, sign_ins
from survey.web.platform.context import context
from survey.web.platform.linked_identities import ShownIdentity
from survey.web.platform.rendering import redirect_to, render_page


@operator.get("/accounts/<int:number>/identities/<provider>")
def confirm_identity_removal(number: int, provider: str) -> Response:
    """Say what ends with a link, before it is removed."""
    holder, linked = _linked(number, provider)
    return render_page(
        "operator/confirm.html",
        gettext("Remove the link of %(email)s to %(provider)s?", email=holder.email, provider=linked.name),
        holder=holder,
        said=gettext(
            "Whoever is signed in to the account is signed out. It can be signed in to from there again only "
            "after it was linked again."
        ),
        act=gettext("Remove the link"),
        sent={},
    )


@operator.post("/accounts/<int:number>/identities/<provider>")
def remove_identity(number: int, provider: str) -> AnyResponse:
    """Remove the link, and end the sign-ins of the account."""
    holder, linked = _linked(number, provider)
    by, now = sign_ins.visitor().account.email, context().now
    identities.remove(context().database, holder, linked.issuer, by=by, now=now)
    acts.describe(of=holder.id)
    flash(gettext("The link has been removed."))
    return redirect_to("operator.show_account", number=number)


def _linked(number: int, provider: str) -> tuple[Account, ShownIdentity]:
    holder = accounts.of_id(context().database, number)
    found = [each for each in linked_identities.of(number) if each.mark == provider]
    if holder is None or not found:
        raise NotFound
    return holder, found[0]
