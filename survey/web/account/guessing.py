"""Check passwords, and slow down whoever guesses them without keeping out whoever has the right one.

Tries are counted for the account and the device together where the account was signed in to on that device
before, for the signed-in account where it asks for its own password, and for the e-mail address alone
otherwise. A stranger is always in the last count, and so can fill that one only (docs/decisions/0093).
"""

import hashlib

from werkzeug.exceptions import TooManyRequests

from instruments.problems import refuse
from survey.accounts import passwords
from survey.store.email_addresses import normal_address
from survey.store.repositories import accounts, attempts
from survey.store.repositories.accounts import Account
from survey.web.account import known_devices
from survey.web.platform.context import context

MOST_TRIES = 8  # within a window
WINDOW_SECONDS = 15 * 60
# of an app's codes in a day, by somebody who has the password: three of a million fit at any moment
MOST_CODES = 20
_DAY_SECONDS = 24 * 60 * 60


def checked_sign_in(email: str, password: str) -> Account | None:
    """Return the account that both belong to; None where they do not fit.

    Raises TooManyRequests, without a look at the password, after too many tries.
    """
    found = accounts.by_email(context().database, email)
    device = known_devices.name_for(found.id) if found else None
    counted = f"device {device} {found.id}" if found and device else f"address {normal_address(email)}"
    return found if _fits(found, password, counted) else None


def checked_password(holder: Account, password: str) -> Account | None:
    """Return the signed-in account, if that is its password; else None. Raises TooManyRequests likewise."""
    return holder if _fits(holder, password, f"signed in {holder.id}") else None


def count_code(holder: Account) -> bytes:
    """Count that a code of the account's app is tried, and return the count's name, for `forget`.

    Raises Refused("codes-many") after too many on a day. Only who has shown the password gets as far;
    devices that are known are counted apart, so that somebody who stole it keeps nobody out.
    """
    device = known_devices.name_for(holder.id) or ""
    bucket = _bucket(f"code {device} {holder.id}", 0)
    if attempts.count(context().database, bucket, now=context().now, window=_DAY_SECONDS) > MOST_CODES:
        raise refuse(
            "codes-many",
            "Too many codes that do not fit were typed, and until tomorrow none is looked at.",
            "Use a recovery code or a passkey. If it was not you who typed them, somebody knows your "
            "password: change it.",
        )
    return bucket


def forget(bucket: bytes) -> None:
    """Forget a count, after a try that fitted."""
    attempts.forget(context().database, bucket)


def is_first_use(challenge: bytes, seconds: int) -> bool:
    """Return whether a challenge, which is good for so many seconds, is used for the first time."""
    bucket = _bucket(f"challenge {challenge.hex()}", 0)
    return attempts.count(context().database, bucket, now=context().now, window=seconds) == 1


def _fits(found: Account | None, password: str, counted: str) -> bool:
    now, database = context().now, context().database
    bucket = _bucket(counted, now // _DAY_SECONDS)
    # counted before the password is looked at, so that the right one is slowed down like the others
    if attempts.count(database, bucket, now=now, window=WINDOW_SECONDS) > MOST_TRIES:
        raise TooManyRequests(retry_after=WINDOW_SECONDS)
    # verified against nothing where there is no account: both take as long
    if not passwords.verify_password(found.password_hash if found else "", password):
        return False
    attempts.forget(database, bucket)
    attempts.forget_old(database, now - context().policy.retention.sign_ins)
    return True


def _bucket(counted: str, day: int) -> bytes:
    """Return the name of a count, which changes daily and cannot be turned back into an address."""
    secret = context().settings.secret.encode()
    key = hashlib.blake2b(secret, digest_size=32, person=b"sign-in tries").digest()
    return hashlib.blake2b(f"{counted} {day}".encode(), key=key, digest_size=32).digest()
