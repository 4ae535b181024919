"""Deputies: who stands in for the leaders of a unit, appointed and dismissed by them."""

from collections.abc import Sequence

from survey.store.database import Database
from survey.store.repositories import accounts
from survey.store.repositories.accounts import Account

DEPUTY = "deputy"


def of_unit(database: Database, unit_key: str) -> Sequence[Account]:
    """Return the deputies of a unit's leaders, by address."""
    return [each for each in accounts.every(database) if each.holds(DEPUTY, unit_key)]


def appoint(
    database: Database, unit_key: str, email: str, language: str, *, by: str, now: int
) -> tuple[Account, bool]:
    """Give the account of that address the role, a new account where there is none; return it.

    With it comes whether its holder needs a link to choose a password, which a leader may hand over: only
    where the account has none, and is shown and may do nothing but what this role gives. Raises Refused as
    `accounts.grant_role` does.
    """
    found = accounts.by_email(database, email)
    if found is None:
        # before there is an account: one without a role would be nobody's to remove
        accounts.require_room(len(of_unit(database, unit_key)), email)
        found = accounts.add(database, email, "", language)
    appointed = accounts.grant_role(database, found, DEPUTY, unit_key, by=by, now=now)
    # a link for any other account would let a leader into what somebody else was given
    alone = {(each.role, each.unit_key) for each in appointed.memberships} == {(DEPUTY, unit_key)}
    return appointed, alone and not appointed.password_hash


def dismiss(database: Database, unit_key: str, account_id: int, *, by: str, now: int) -> bool:
    """End the role of the account of that number in the unit, and return whether it held it."""
    holder = next((each for each in of_unit(database, unit_key) if each.id == account_id), None)
    if holder is None:
        return False
    return accounts.revoke_role(database, holder, DEPUTY, unit_key, by=by, now=now)
