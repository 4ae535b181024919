"""Links by which the holder of an account chooses its password, which nobody else ever knows."""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from hashlib import blake2b

from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from instruments.problems import Refused, refuse
from reports.disclosure import Policy
from survey.settings import Settings
from survey.store.database import Database
from survey.store.repositories import accounts, waiting_accounts
from survey.store.repositories.accounts import Account
from survey.store.repositories.waiting_accounts import WaitingAccount

_PATH = "/account/first-password"


def issue(
    database: Database, policy: Policy, settings: Settings, holder: Account, *, by: str, now: int
) -> str:
    """Return a new link for the account, to be shown once: it works for a while and for one password.

    The password the account had, its sign-ins and every earlier link end with that. `by` is who makes it, as
    the leaders of the units whose results the account is shown read it.
    """
    invited = accounts.reset_password(database, holder, by=by, now=now)
    return _address(settings, invited.id, invited.links, now + policy.retention.password_links)


def issue_first(
    database: Database,
    policy: Policy,
    settings: Settings,
    holders: Sequence[WaitingAccount],
    *,
    by: str,
    now: int,
) -> Sequence[tuple[WaitingAccount, str]]:
    """Return a new link for each of these accounts that still has no password, to be shown once.

    Earlier links of theirs end with that.
    """
    until = now + policy.retention.password_links
    renewed = waiting_accounts.renew_links(database, holders, by=by, now=now)
    return [(each, _address(settings, each.id, each.links, until)) for each in renewed]


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
    meant = accounts.of_id(database, content["account"])
    if meant is None or not _is_good(content, meant, now):
        raise over()
    return meant


def over() -> Refused:
    """Return the refusal of a link that is used up, too old or nobody's."""
    return refuse(
        "invitation-over",
        "A link works once and for a few days: this one has been used, is too old or is not one of ours.",
        "Ask those who run the service for a new one.",
    )


def _address(settings: Settings, account_id: int, links: int, until: int) -> str:
    said = {"account": account_id, "link": links, "until": until}
    token = base64.urlsafe_b64encode(_box(settings.secret).encrypt(json.dumps(said).encode()))
    return f"{settings.public_url}{_PATH}/{token.decode()}"


def _is_good(content: Mapping[str, int], meant: Account, now: int) -> bool:
    return not meant.password_hash and content["link"] == meant.links and content["until"] >= now


def _box(secret: str) -> SecretBox:
    key = blake2b(secret.encode(), digest_size=SecretBox.KEY_SIZE, person=b"password link").digest()
    return SecretBox(key)
