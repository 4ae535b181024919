"""Links that sign in once, for a few minutes: the way in from the server's command line."""

import base64
import binascii
import json
from hashlib import blake2b
from typing import Final

from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from survey.accounts import password_links
from survey.settings import Settings
from survey.store.database import Database
from survey.store.repositories import accounts, entry_links
from survey.store.repositories.accounts import Account

LASTS_SECONDS: Final = 15 * 60
_PATH = "/account/enter"


def issue(database: Database, settings: Settings, holder: Account, *, by: str, now: int) -> str:
    """Return a link that signs in to the account once; earlier links of any kind end with that.

    The leaders of the units whose results the account is shown see it, and it is shown results from the next
    day. Its password and its sign-ins stay.
    """
    links = entry_links.make(database, holder, by=by, now=now)
    said = {"account": holder.id, "link": links, "until": now + LASTS_SECONDS}
    token = base64.urlsafe_b64encode(_box(settings.secret).encrypt(json.dumps(said).encode()))
    return f"{settings.public_url}{_PATH}/{token.decode()}"


def holder(database: Database, secret: str, given: str, now: int) -> Account:
    """Return the account that the link signs in to. Raises Refused("invitation-over")."""
    try:
        sealed = base64.urlsafe_b64decode(given)
        # what follows the padding is passed over in decoding: a link with junk behind it is no link
        if base64.urlsafe_b64encode(sealed).decode() != given:
            raise password_links.over()
        content = json.loads(_box(secret).decrypt(sealed))
    except (CryptoError, binascii.Error, ValueError):
        raise password_links.over() from None
    meant = accounts.of_id(database, content["account"])
    if meant is None or content["link"] != meant.links or content["until"] < now:
        raise password_links.over()
    return meant


def use(database: Database, secret: str, given: str, now: int) -> Account:
    """Return the account that the link signs in to, and use it up. Raises Refused("invitation-over")."""
    meant = holder(database, secret, given, now)
    if not entry_links.use(database, meant):
        raise password_links.over()
    return meant


def _box(secret: str) -> SecretBox:
    return SecretBox(blake2b(secret.encode(), digest_size=SecretBox.KEY_SIZE, person=b"entry link").digest())
