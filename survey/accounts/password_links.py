"""Links by which the holder of an account chooses its password, which nobody else ever knows."""

import base64
import binascii
import json
from collections.abc import Mapping
from hashlib import blake2b

from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from instruments.problems import Refused, refuse
from reports.disclosure import Policy
from survey.settings import Settings
from survey.store.database import Database
from survey.store.repositories import accounts
from survey.store.repositories.accounts import Account

_PATH = "/account/first-password"


def issue(
    database: Database, policy: Policy, settings: Settings, holder: Account, *, by: str, now: int
) -> str:
    """Return a new link for the account, to be shown once: it works for a while and for one password.

    The password the account had, its sign-ins and every earlier link end with that. `by` is who makes it, as
    the leaders of the units whose results the account is shown read it.
    """
    invited = accounts.reset_password(database, holder, by=by, now=now)
    said = {"account": invited.id, "link": invited.links, "until": now + policy.retention.password_links}
    token = base64.urlsafe_b64encode(_box(settings.secret).encrypt(json.dumps(said).encode()))
    return f"{settings.public_url}{_PATH}/{token.decode()}"


def holder(database: Database, secret: str, given: str, now: int) -> Account:
    """Return the account that the link is for. Raises Refused("invitation-over")."""
    try:
        sealed = base64.urlsafe_b64decode(given)
        # what follows the padding is passed over in decoding: a link with junk behind it is no link
        if base64.urlsafe_b64encode(sealed).decode() != given:
            raise over()
        content = json.loads(_box(secret).decrypt(sealed))
    except (CryptoError, binascii.Error, ValueError):
        raise over() from None
    meant = [each for each in accounts.every(database) if each.id == content["account"]]
    if not meant or not _is_good(content, meant[0], now):
        raise over()
    return meant[0]


def over() -> Refused:
    """Return the refusal of a link that is used up, too old or nobody's."""
    return refuse(
        "invitation-over",
        "A link works once and for a few days: this one is used, too old or not one of ours.",
        "Ask those who run the service for a new one.",
    )


def _is_good(content: Mapping[str, int], meant: Account, now: int) -> bool:
    return not meant.password_hash and content["link"] == meant.links and content["until"] >= now


def _box(secret: str) -> SecretBox:
    key = blake2b(secret.encode(), digest_size=SecretBox.KEY_SIZE, person=b"password link").digest()
    return SecretBox(key)
