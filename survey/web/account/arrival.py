"""Let somebody in whose first factor was right: the password, or the sign-in at a provider.

Where the account has a second factor, who arrives is asked for it, and until then stands in the cookie alone:
the server knows of no sign-in.
"""

from dataclasses import dataclass
from hashlib import blake2b
from urllib.parse import urlsplit

from flask import flash, redirect, request, session, url_for
from flask_babel import format_date, gettext
from werkzeug.wrappers import Response as AnyResponse

from instruments.problems import Refused, refuse
from survey.operations import log
from survey.store.repositories import accounts, lost_factors, second_factors
from survey.store.repositories.accounts import Account
from survey.store.repositories.lost_factors import LostFactor
from survey.web.account import known_devices
from survey.web.platform import acts, sign_ins
from survey.web.platform.context import context
from survey.web.platform.rendering import redirect_to

_ARRIVING = "arriving"  # in the cookie: who has shown the first factor
_WAY_IN = "way_in"  # in the cookie: the token of a link for a lost factor
_LONGEST_ONWARD = 500  # characters: a cookie holds no more than four thousand
_SECONDS = 10 * 60  # for the second factor after the first


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody who has shown the first factor of an account, on the way to an address."""

    account: Account
    onward: str


def admit(found: Account, onward: str, *, second_factor_done: bool = False) -> AnyResponse:
    """Sign the account in, or ask for its second factor first; redirect to that, or on to `onward`.

    `onward` is what the browser gave, and only followed to a page of this service. `second_factor_done` says
    that the way the account came by has asked for two factors already. Raises Refused("way-in-needed") where
    its lost second factor is replaced, and the link for that was not opened.
    """
    if second_factor_done:
        return let_in(found, onward, factors=2)
    waiting = lost_factors.of_account(context().database, found.id)
    if waiting is not None and waiting.awaits_link:
        return _by_link(found, waiting)
    if not second_factors.has_any(context().database, found.id):
        return let_in(found, onward, factors=1)
    session[_ARRIVING] = {
        "account": found.id,
        "password": _mark(found),
        "until": context().now + _SECONDS,
        "onward": onward if len(onward) <= _LONGEST_ONWARD else "",
    }
    acts.note_as("first-factor-shown")
    log.act_as(found.id)
    return redirect_to("account.second_factor")


def arriving() -> Arrival | None:
    """Return who has shown the first factor in this browser just before; None where nobody has."""
    held = session.get(_ARRIVING)
    if not isinstance(held, dict) or held["until"] < context().now:
        return None
    found = accounts.of_id(context().database, held["account"])
    # whose password was changed meanwhile has shown nothing
    return Arrival(found, held["onward"]) if found and _mark(found) == held["password"] else None


def let_in(found: Account, onward: str, *, factors: int) -> AnyResponse:
    """Sign the account in by one factor or two, and redirect to the page it was on its way to."""
    sign_ins.begin(found, factors=factors)
    log.act_as(found.id)
    _tell_of_lost(found)
    return known_devices.remember(redirect(safe(onward), 303), found.id)


def safe(target: str, otherwise: str = "account.home") -> str:
    """Return the address to go on to if it is one of this service, else that of the endpoint `otherwise`."""
    parts = urlsplit(target)
    is_below = target.startswith(f"{request.script_root}/") and "/../" not in target
    is_ours = is_below and not target.startswith("//") and not (parts.scheme or parts.netloc)
    return target if is_ours and "\\" not in target and target.isprintable() else url_for(otherwise)


def hold_link(token: str) -> None:
    """Keep in the cookie that the link of that token was opened, for the sign-in that follows."""
    session[_WAY_IN] = token


def _by_link(found: Account, waiting: LostFactor) -> AnyResponse:
    """Sign in whoever has opened the link, to set up a second factor and nothing else."""
    here = context()
    oldest = here.now - here.policy.second_factors.lost
    if not waiting.is_opened_by(str(session.get(_WAY_IN, "")), oldest):
        raise _link_needed()
    sign_ins.begin_by_link(found)
    log.act_as(found.id)
    return known_devices.remember(redirect_to("account.factors"), found.id)


def _tell_of_lost(found: Account) -> None:
    """Say on the next page what was asked for the account, or done to it, since the last sign-in."""
    here = context()
    noted = lost_factors.of_account(here.database, found.id)
    if noted is None:
        return
    day = format_date(here.settings.date_at(noted.agreed_at or noted.asked_at), "long")
    said = {"asked_by": noted.asked_by, "agreed_by": noted.agreed_by, "day": day, "reason": noted.reason}
    if noted.is_done:
        lost_factors.drop(here.database, found.id)
        flash(
            gettext(
                "On %(day)s %(asked_by)s and %(agreed_by)s let a new second factor be set up for this "
                "account: “%(reason)s”. If that was not for you, tell those who run the service at once.",
                **said,
            )
        )
    elif noted.may_be_agreed_to(here.now - here.policy.second_factors.lost):
        flash(
            gettext(
                "On %(day)s %(asked_by)s asked for your second factor to be replaced: “%(reason)s”. If you "
                "have not lost it, drop that on the page “My sign-in”.",
                **said,
            )
        )


def _link_needed() -> Refused:
    return refuse(
        "way-in-needed",
        "The second factor of this account was lost and is to be set up anew, and a password alone is not "
        "enough for that.",
        "Open the link that you were given for it, and sign in then. If it is too old, ask those who run the "
        "service for another.",
    )


def _mark(found: Account) -> str:
    """Return what changes with the account's password and says nothing of it."""
    return blake2b(found.password_hash.encode(), digest_size=16, person=b"arriving").hexdigest()
