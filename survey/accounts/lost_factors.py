"""Let somebody in who has lost every second factor: two operators agree, and a link sets up new ones."""

import secrets

from instruments.problems import Refused, refuse
from reports.disclosure import Policy
from survey.operations import log
from survey.settings import Settings
from survey.store.database import Database
from survey.store.repositories import accounts, lost_factors, second_factors
from survey.store.repositories.accounts import Account
from survey.store.repositories.lost_factors import LostFactor

_PATH = "/account/way-in"
_OPERATOR = "operator"


def ask(
    database: Database, settings: Settings, holder: Account, reason: str, *, by: Account, now: int
) -> None:
    """Ask for a way in for somebody else.

    Raises Refused: `lost-own` for the own account, `lost-alone` where no other operator could agree.
    """
    if by.id == holder.id:
        raise _own()
    if not any(_may_agree(each, holder, by.email, settings, now) for each in accounts.every(database)):
        raise _alone()
    lost_factors.ask(database, holder, reason, by=by.email, now=now)


def agree(
    database: Database, policy: Policy, settings: Settings, holder: Account, *, by: Account, now: int
) -> str:
    """Agree to what another operator asked, and return the link for the holder, to be shown once.

    Every second factor and every sign-in of the account ends with that, and until the link is used nobody
    signs in to it by the password alone. Raises Refused: `lost-over` where there is nothing to agree to,
    `lost-own` and `lost-two` where it is not for this operator to agree.
    """
    asked = open_request(database, policy, holder.id, now)
    if asked is None:
        raise lost_factors.over()
    if by.id == holder.id:
        raise _own()
    if not _may_agree(by, holder, asked.asked_by, settings, now):
        raise refuse(
            "lost-two",
            "Another operator has to agree than the one who asked, and not one who became operator today.",
            "Ask a third person, or wait until tomorrow.",
        )
    token = secrets.token_urlsafe(32)
    lost_factors.agree(database, holder, asked, token, by=by.email, now=now)
    return _address(settings, token)


def let_in(database: Database, settings: Settings, holder: Account, reason: str, *, now: int) -> str:
    """Return the link at once, for the command line: whoever has the machine in hand needs nobody."""
    lost_factors.ask(database, holder, reason, by=log.COMMAND_LINE, now=now)
    asked = lost_factors.of_account(database, holder.id)
    if asked is None:
        raise lost_factors.over()
    token = secrets.token_urlsafe(32)
    lost_factors.agree(database, holder, asked, token, by=log.COMMAND_LINE, now=now)
    return _address(settings, token)


def may_be_lost(database: Database, account_id: int) -> bool:
    """Return whether the account has a second factor, or had one whose link nobody has used yet."""
    asked = lost_factors.of_account(database, account_id)
    return (asked is not None and asked.awaits_link) or second_factors.has_any(database, account_id)


def open_request(database: Database, policy: Policy, account_id: int, now: int) -> LostFactor | None:
    """Return what is asked for an account and may still be agreed to; None where nothing is."""
    asked = lost_factors.of_account(database, account_id)
    return asked if asked and asked.may_be_agreed_to(now - policy.second_factors.lost) else None


def opened(database: Database, policy: Policy, token: str, now: int) -> LostFactor:
    """Return what the link of that token is for. Raises Refused("way-in-over") where it opens nothing."""
    found = lost_factors.by_token(database, token)
    if found is None or not found.is_opened_by(token, now - policy.second_factors.lost):
        raise refuse(
            "way-in-over",
            "A link to set up a new second factor works once and for a few days: this one has been used, is "
            "too old or is not one of ours.",
            "Ask those who run the service for a new one.",
        )
    return found


def _address(settings: Settings, token: str) -> str:
    return f"{settings.public_url}{_PATH}/{token}"


def _may_agree(operator: Account, holder: Account, asked_by: str, settings: Settings, now: int) -> bool:
    """Return whether that account may agree: a second operator, and none who was made one today."""
    is_second = operator.id != holder.id and operator.email != asked_by
    today = settings.date_at(now)
    given = (each.given_at for each in operator.memberships if each.role == _OPERATOR)
    return is_second and any(settings.date_at(at) < today for at in given)


def _own() -> Refused:
    return refuse(
        "lost-own",
        "Nobody asks for, or agrees to, a way in to the own account.",
        "Ask two other operators, or whoever looks after the server.",
    )


def _alone() -> Refused:
    return refuse(
        "lost-alone",
        "Two operators have to agree, and there is no other one who could.",
        "Whoever looks after the server gives a link with `kjennetegn account let-in ADDRESS`.",
    )
