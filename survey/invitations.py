"""Links by which the holder of a new account chooses its first password, which nobody else ever knows."""

import base64
import binascii
import json
from hashlib import blake2b

from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from instruments.problems import Refused, refuse
from survey.store.database import Database
from survey.store.repositories import accounts
from survey.store.repositories.accounts import Account

VALID_SECONDS = 3 * 24 * 60 * 60


def token(secret: str, holder: Account, now: int) -> str:
    """What the link ends in: sealed, good for three days, and until the account has a password."""
    content = json.dumps({"account": holder.id, "until": now + VALID_SECONDS}).encode()
    return base64.urlsafe_b64encode(_box(secret).encrypt(content)).decode()


def holder(database: Database, secret: str, given: str, now: int) -> Account:
    """The account that the link is for. Raises Refused("invitation-over")."""
    try:
        content = json.loads(_box(secret).decrypt(base64.urlsafe_b64decode(given)))
    except (CryptoError, binascii.Error, ValueError):
        raise over() from None
    meant = [each for each in accounts.every(database) if each.id == content["account"]]
    if not meant or meant[0].password_hash or content["until"] < now:
        raise over()
    return meant[0]


def over() -> Refused:
    """The refusal of a link that is used up, too old or nobody's."""
    return refuse(
        "invitation-over",
        "The link is used, too old or not one of ours.",
        "Ask those who run the service for a new one.",
    )


def _box(secret: str) -> SecretBox:
    key = blake2b(secret.encode(), digest_size=SecretBox.KEY_SIZE, person=b"first password").digest()
    return SecretBox(key)
