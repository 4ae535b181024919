"""Second factors of accounts: an app that shows codes, passkeys, and printed recovery codes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, delete, exists, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from instruments.problems import refuse
from survey.store.database import Database
from survey.store.factor_tables import code_app, passkey, recovery_code
from survey.store.repositories import accounts
from survey.store.repositories.accounts import Account
from survey.store.tables import account

_MOST_PASSKEYS = 10


@dataclass(frozen=True, slots=True)
class CodeApp:
    """An app that shows codes: its secret as it is stored, and the half minute of the last code taken."""

    secret: bytes
    last_step: int
    added_on: date


@dataclass(frozen=True, slots=True)
class Passkey:
    """A passkey under the name its holder gave it; `signed` is how often its device had signed."""

    id: int
    account_id: int
    credential: bytes
    public_key: bytes
    signed: int
    name: str
    added_on: date
    last_on: date | None


@dataclass(frozen=True, slots=True)
class SecondFactors:
    """The second factors of one account; recovery codes are none, they stand in for one that is lost."""

    code_app: CodeApp | None
    passkeys: Sequence[Passkey]
    codes_left: int

    def __bool__(self) -> bool:
        """Return whether there is any."""
        return self.code_app is not None or bool(self.passkeys)


def of_account(database: Database, account_id: int) -> SecondFactors:
    """Return what the account has."""
    apps = select(code_app.c.secret, code_app.c.last_step, code_app.c.added_on)
    keys = select(passkey).where(passkey.c.account_id == account_id).order_by(passkey.c.id)
    codes = select(func.count()).where(recovery_code.c.account_id == account_id)
    with database.reading() as connection:
        app = connection.execute(apps.where(code_app.c.account_id == account_id)).one_or_none()
        found = [Passkey(*row) for row in connection.execute(keys)]
        left = connection.execute(codes).scalar_one()
    return SecondFactors(CodeApp(*app) if app else None, found, left)


def has_any(database: Database, account_id: int) -> bool:
    """Return whether the account has a second factor."""
    held = [exists().where(kind.c.account_id == account_id) for kind in (code_app, passkey)]
    with database.reading() as connection:
        return bool(connection.execute(select(or_(*held))).scalar_one())


def passkey_of(database: Database, credential: bytes) -> Passkey | None:
    """Return the passkey of that id, whosever it is; None where there is none."""
    with database.reading() as connection:
        row = connection.execute(select(passkey).where(passkey.c.credential == credential)).one_or_none()
    return Passkey(*row) if row else None


def set_code_app(database: Database, holder: Account, secret: bytes, step: int, today: date) -> None:
    """Let this app be that of the account, in place of the one before; the code of `step` is used up."""
    values = {"account_id": holder.id, "secret": secret, "last_step": step, "added_on": today}
    with database.writing() as connection:
        _lock(connection, holder.id)
        connection.execute(delete(code_app).where(code_app.c.account_id == holder.id))
        connection.execute(insert(code_app).values(**values))


def take_step(database: Database, account_id: int, step: int) -> bool:
    """Return whether the code of that half minute is taken: one of it, or of a later one, was not before."""
    # of two requests with one code, the second finds the step there
    newer = update(code_app).where(code_app.c.account_id == account_id, code_app.c.last_step < step)
    with database.writing() as connection:
        return connection.execute(newer.values(last_step=step)).rowcount == 1


def add_passkey(database: Database, added: Passkey) -> None:
    """Add a passkey. Raises Refused("passkeys-many") and, where it is somebody's already, "passkey-known"."""
    held = select(func.count()).where(passkey.c.account_id == added.account_id)
    values = {column.name: getattr(added, column.name) for column in passkey.c if column.name != "id"}
    try:
        with database.writing() as connection:
            _lock(connection, added.account_id)
            if connection.execute(held).scalar_one() >= _MOST_PASSKEYS:
                raise refuse(
                    "passkeys-many",
                    "The account has %(most)s passkeys already, and there is no room for more.",
                    "Remove one that is not used any more.",
                    most=_MOST_PASSKEYS,
                )
            connection.execute(insert(passkey).values(**values))
    except IntegrityError as error:
        raise refuse(
            "passkey-known",
            "This passkey is in use already.",
            "Add another one, or go on with the one there is.",
        ) from error


def note_signature(database: Database, used: Passkey, signed: int, today: date) -> bool:
    """Return whether that a passkey has signed was noted: no other signature of it came in between."""
    c = passkey.c
    same = update(passkey).where(c.id == used.id, c.signed == used.signed)
    with database.writing() as connection:
        return connection.execute(same.values(signed=signed, last_on=today)).rowcount == 1


def remove_code_app(database: Database, account_id: int) -> bool:
    """Remove the app that shows codes, and return whether there was one."""
    with database.writing() as connection:
        removed = connection.execute(delete(code_app).where(code_app.c.account_id == account_id))
        _end_codes_without_factor(connection, account_id)
        return removed.rowcount == 1


def remove_passkey(database: Database, account_id: int, number: int) -> bool:
    """Remove that passkey of the account, and return whether it had it."""
    with database.writing() as connection:
        own = (passkey.c.account_id == account_id, passkey.c.id == number)
        removed = connection.execute(delete(passkey).where(*own))
        _end_codes_without_factor(connection, account_id)
        return removed.rowcount == 1


def set_recovery_codes(database: Database, account_id: int, hashes: Sequence[bytes]) -> None:
    """Let these be the account's recovery codes, and no other."""
    with database.writing() as connection:
        _lock(connection, account_id)
        connection.execute(delete(recovery_code).where(recovery_code.c.account_id == account_id))
        rows = [{"code_hash": each, "account_id": account_id} for each in hashes]
        connection.execute(insert(recovery_code), rows)


def use_recovery_code(database: Database, account_id: int, code_hash: bytes) -> bool:
    """Return whether it is a recovery code of the account that was not used; from now on it is."""
    with database.writing() as connection:
        c = recovery_code.c
        used = delete(recovery_code).where(c.account_id == account_id, c.code_hash == code_hash)
        return connection.execute(used).rowcount == 1


def remove_all(database: Database, account_id: int) -> None:
    """Remove every second factor of an account and end its sign-ins."""
    with database.writing() as connection:
        end_all(connection, account_id)


def end_all(connection: Connection, account_id: int) -> None:
    """Remove every second factor of an account and end its sign-ins, in the caller's transaction."""
    for kind in (code_app, passkey, recovery_code):
        connection.execute(delete(kind).where(kind.c.account_id == account_id))
    accounts.end_sign_ins(connection, account_id)


def _end_codes_without_factor(connection: Connection, account_id: int) -> None:
    """Remove the recovery codes of an account that has nothing left which they could stand in for."""
    for table in (code_app, passkey):
        held = select(table.c.account_id).where(table.c.account_id == account_id)
        if connection.execute(held.limit(1)).first() is not None:
            return
    connection.execute(delete(recovery_code).where(recovery_code.c.account_id == account_id))


def _lock(connection: Connection, account_id: int) -> None:
    # two pages may add to the same account at the same moment
    connection.execute(select(account.c.id).where(account.c.id == account_id).with_for_update())
