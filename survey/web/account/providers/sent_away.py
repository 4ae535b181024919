"""What a browser was sent to a provider for, in the sealed cookie of staff, until it comes back with it.

Whoever takes an answer out of somebody's browser, or brings one into it, has no cookie that fits.
"""

from dataclasses import asdict, dataclass, fields
from typing import Any

from flask import session

from instruments.problems import Refused, refuse
from survey.openid.client import SentAway
from survey.web.platform.context import context

_COOKIE_KEY, _INTENDED = "sent_away", "intended"
_MOST = 3  # sign-ins that one browser may have begun, in as many windows
_LASTS_SECONDS = 15 * 60
_LONGEST_ONWARD = 200  # of an address to go on to; a longer one leads to the first page


@dataclass(frozen=True, slots=True)
class Purpose:
    """Why somebody was sent away: to sign in, or else for an account.

    `onward` is the page to go on to, `account_id` the account that is signed in and is to be linked, or whose
    holder is to show that it is them (`is_proof`), `link` the link by which an account is to be signed in to
    from now on.
    """

    onward: str = ""
    account_id: int = 0
    link: str = ""
    is_proof: bool = False


def intend(provider: str, purpose: Purpose) -> None:
    """Keep what somebody who is about to be led to a provider is to be sent there for."""
    session[_INTENDED] = {"provider": provider, **asdict(purpose)}


def intended(provider: str) -> Purpose:
    """Return what somebody goes to that provider for, once. Raises Refused("sign-in-stale")."""
    held = session.pop(_INTENDED, None)
    if held is None or held.pop("provider") != provider:
        raise stale()
    return Purpose(**held)


def keep(sent: SentAway, purpose: Purpose) -> None:
    """Keep what the browser has to come back with; the oldest of several is forgotten."""
    onward = purpose.onward if len(purpose.onward) <= _LONGEST_ONWARD else ""
    held = {
        **asdict(purpose),
        "onward": onward,
        "sent": asdict(sent),
        "until": context().now + _LASTS_SECONDS,
    }
    session[_COOKIE_KEY] = [*_kept(), held][-_MOST:]


def take(provider: str, state: str) -> tuple[SentAway, Purpose]:
    """Return what this browser was sent to that provider with, once. Raises Refused("sign-in-stale")."""
    kept = _kept()
    found = next((each for each in kept if each["sent"]["state"] == state), None)
    if found is None:
        raise stale()
    kept.remove(found)
    session[_COOKIE_KEY] = kept
    # another provider that got hold of the state is none that was asked
    if found["sent"]["provider"] != provider or found["until"] < context().now:
        raise stale()
    sent = SentAway(**found["sent"])
    return sent, Purpose(**{each.name: found[each.name] for each in fields(Purpose)})


def stale() -> Refused:
    """Return the refusal of an answer that this browser does not wait for."""
    return refuse(
        "sign-in-stale",
        "This is no answer to a sign-in that was begun in this browser within the last quarter of an hour.",
        "Begin again on the sign-in page.",
    )


def _kept() -> list[dict[str, Any]]:
    return list(session.get(_COOKIE_KEY, []))
