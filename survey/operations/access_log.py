"""Read from the log what took access away since a backup, and do it again where the backup is brought back.

A restored database has forgotten that a password was known to somebody, a phone stolen, an account removed.
The log lies beside it and has not: each act of staff is a line with its moment and the account's number.
"""

import gzip
import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from instruments.problems import Refused, refuse
from survey.operations import log
from survey.store.database import Database
from survey.store.repositories import accounts, identities, second_factors
from survey.store.repositories.accounts import Account

# by what the log calls it: whose password is not what the backup holds, and which links and factors ended.
# `account-removed`, `role-taken`, `role-given` and `role-day-changed` are looked at one by one
_PASSWORD = frozenset({"password-changed", "password-chosen", "link-made", "address-changed"})
_IDENTITY = frozenset({"identity-removed"})
_FACTOR = frozenset({"code-app-added", "code-app-removed", "passkey-removed", "way-in-agreed"})
_COMPRESSED = ".gz"


@dataclass(slots=True)
class TakenAway:
    """What took access away, by the numbers of accounts.

    `begins` is when the log does, None where it is empty. `roles` are (account, role, unit), the unit "" for
    a role that is held everywhere; of `days` only whose last day was changed is known.
    """

    begins: datetime | None = None
    removed: set[int] = field(default_factory=set)
    passwords: set[int] = field(default_factory=set)
    identities: set[int] = field(default_factory=set)
    factors: set[int] = field(default_factory=set)
    roles: set[tuple[int, str, str]] = field(default_factory=set)
    days: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class TakenAgain:
    """What was taken away once more, by addresses: accounts, ways to sign in, and roles with their units.

    `closed` are accounts that nobody signs in to before they are given a link, and `kept` what could not be
    taken because no operator would be left. Of `days` the last day of a role was changed, nobody knows to
    which.
    """

    begins: datetime | None
    removed: tuple[str, ...]
    closed: tuple[str, ...]
    unlinked: tuple[str, ...]
    roles: tuple[str, ...]
    days: tuple[str, ...]
    kept: tuple[str, ...]


def read(files: Sequence[Path], since: datetime) -> TakenAway:
    """Return what these files of the log, compressed ones too, hold from that moment on.

    Raises Refused("log-unreadable").
    """
    found, moments = TakenAway(), []
    for moment, line in sorted(_lines(files), key=lambda each: each[0]):
        moments.append(moment)
        if moment >= since:
            _note(found, line)
    found.begins = min(moments, default=None)
    return found


def take_again(database: Database, taken: TakenAway, now: int) -> TakenAgain:
    """Take away what was taken, of the accounts that the backup holds; leaders of the units see each act."""
    removed, kept = _removed(database, taken, now)
    roles, still = _revoked(database, taken, now)
    closed = [holder for holder in _there(database, taken.factors) if _had_factors(database, holder)]
    closed += [each for each in _there(database, taken.passwords) if each not in closed]
    for holder in closed:
        if holder.id in taken.factors:
            # a password alone would be the way in for whoever has it
            second_factors.remove_all(database, holder.id)
        accounts.reset_password(database, holder, by=log.COMMAND_LINE, now=now)
    unlinked = []
    for holder in _there(database, taken.identities - {each.id for each in closed}):
        for linked in identities.of_account(database, holder.id):
            identities.remove(database, holder, linked.issuer, by=log.COMMAND_LINE, now=now)
            unlinked.append(f"{holder.email} ({linked.host})")
    return TakenAgain(
        taken.begins,
        tuple(removed),
        tuple(sorted(each.email for each in closed)),
        tuple(unlinked),
        tuple(roles),
        tuple(each.email for each in _there(database, taken.days)),
        (*kept, *still),
    )


def _lines(files: Sequence[Path]) -> Iterator[tuple[datetime, dict[str, object]]]:
    """Yield every line that says its moment; those of people who answer say none."""
    for file in files:
        try:
            with gzip.open(file) if file.suffix == _COMPRESSED else file.open("rb") as opened:
                yield from filter(None, map(_line, opened))
        except (OSError, EOFError, zlib.error) as error:
            fault = f"It cannot be read: {error}."
            raise refuse("log-unreadable", fault, "Name a file of the program's log.", str(file)) from None


def _line(text: bytes) -> tuple[datetime, dict[str, object]] | None:
    try:
        line = json.loads(text)
        moment = datetime.fromisoformat(str(line["time"]))
    except (ValueError, TypeError, KeyError):
        return None
    # every line that the program writes says its zone
    return (moment, line) if moment.tzinfo else None


def _note(found: TakenAway, line: dict[str, object]) -> None:
    event = str(line.get("event"))
    # to whom it was done; else who did it, to themselves
    number = line.get("of") or line.get("to") or line.get("account")
    if not isinstance(number, int):
        return
    role = (number, str(line.get("role", "")), str(line.get("unit", "")))
    if event == "account-removed":
        found.removed.add(number)
    elif event == "role-taken":
        found.roles.add(role)
    elif event == "role-given":
        found.roles.discard(role)
    elif event == "role-day-changed":
        found.days.add(number)
    else:
        kinds = ((_PASSWORD, found.passwords), (_IDENTITY, found.identities), (_FACTOR, found.factors))
        for events, numbers in kinds:
            if event in events:
                numbers.add(number)


def _removed(database: Database, taken: TakenAway, now: int) -> tuple[list[str], list[str]]:
    removed, kept = [], []
    for holder in _there(database, taken.removed):
        try:
            accounts.remove(database, holder, by=log.COMMAND_LINE, now=now)
        except Refused:
            kept.append(holder.email)
        else:
            removed.append(holder.email)
    return removed, kept


def _revoked(database: Database, taken: TakenAway, now: int) -> tuple[list[str], list[str]]:
    revoked, kept = [], []
    for number, role, unit in sorted(taken.roles):
        holder = accounts.of_id(database, number)
        if holder is None or not holder.holds(role, unit or None):
            continue
        named = f"{holder.email} ({role})" if not unit else f"{holder.email} ({role}, {unit})"
        try:
            accounts.revoke_role(database, holder, role, unit or None, by=log.COMMAND_LINE, now=now)
        except Refused:
            kept.append(named)
        else:
            revoked.append(named)
    return revoked, kept


def _had_factors(database: Database, holder: Account) -> bool:
    # the first one that was added since the backup is not in it, and ended nothing
    return second_factors.has_any(database, holder.id)


def _there(database: Database, numbers: set[int]) -> list[Account]:
    found = (accounts.of_id(database, number) for number in sorted(numbers))
    return [holder for holder in found if holder is not None]
