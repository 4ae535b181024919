"""Passkeys (WebAuthn): what a browser is asked for, and whether what it gives was signed here and now.

Every use asks the device to know its holder, by a finger, a face or a code: whoever signs in by a passkey has
shown two factors, and needs no password.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from urllib.parse import urlsplit

import webauthn
from webauthn.helpers import base64url_to_bytes, parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

_ASKED = AuthenticatorSelectionCriteria(
    resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
)
_NAME = "Kjennetegn"
_MINUTES = 5
# a browser may give anything: what the library does not foresee in it is no passkey either
_UNFIT = (WebAuthnException, ValueError, TypeError, KeyError, AttributeError, IndexError)


@dataclass(frozen=True, slots=True)
class Site:
    """What a passkey belongs to: the host of the public address, and the origin of its pages."""

    host: str
    origin: str

    @classmethod
    def of(cls, public_url: str) -> "Site | None":
        """Return that of a public address; None where browsers know no passkeys: no name, or no https."""
        address = urlsplit(public_url)
        host = (address.hostname or "").encode("idna").decode("ascii")
        is_encrypted = address.scheme == "https" or host == "localhost"
        if not host or _is_number(host) or not is_encrypted:
            return None
        port = f":{address.port}" if address.port else ""
        return cls(host, f"{address.scheme}://{host}{port}")


@dataclass(frozen=True, slots=True)
class NewPasskey:
    """A passkey that was just made: its id, its public key, and how often its device has signed."""

    credential: bytes
    public_key: bytes
    signed: int


def making_options(site: Site, account_id: int, email: str, challenge: bytes, known: Iterable[bytes]) -> str:
    """Return, as JSON, what a browser is asked for to make a passkey, beside those that are known."""
    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name=_NAME,
        user_name=email,
        user_id=_handle_of(account_id),
        challenge=challenge,
        timeout=_MINUTES * 60 * 1000,
        authenticator_selection=_ASKED,
        exclude_credentials=[PublicKeyCredentialDescriptor(each) for each in known],
    )
    return webauthn.options_to_json(options)


def made(site: Site, challenge: bytes, given: str) -> NewPasskey | None:
    """Return the passkey that a browser made in answer to that challenge; None where it did not."""
    try:
        found = webauthn.verify_registration_response(
            credential=given,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except _UNFIT:
        return None
    return NewPasskey(found.credential_id, found.credential_public_key, found.sign_count)


def signing_options(site: Site, challenge: bytes, known: Iterable[bytes] = ()) -> str:
    """Return, as JSON, what a browser is asked to sign by one of the known passkeys, or by any it has."""
    options = webauthn.generate_authentication_options(
        rp_id=site.host,
        challenge=challenge,
        timeout=_MINUTES * 60 * 1000,
        allow_credentials=[PublicKeyCredentialDescriptor(each) for each in known],
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return webauthn.options_to_json(options)


def credential_of(given: str) -> bytes | None:
    """Return the id of the passkey that a browser says has signed; None where it says nothing of the kind."""
    try:
        return parse_authentication_credential_json(given).raw_id
    except _UNFIT:
        return None


def signed(site: Site, challenge: bytes, given: str, account_id: int, known: NewPasskey) -> int | None:
    """Return how often the device has signed now, where it signed this challenge here; None where not."""
    try:
        found = webauthn.verify_authentication_response(
            credential=given,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=known.public_key,
            credential_current_sign_count=known.signed,
            require_user_verification=True,
        )
        handle = json.loads(given)["response"].get("userHandle")
        is_of_account = handle is None or base64url_to_bytes(handle) == _handle_of(account_id)
    except _UNFIT:
        return None
    return found.new_sign_count if is_of_account else None


def _handle_of(account_id: int) -> bytes:
    """Return by what a device files its passkeys of the account: it says nothing of who that is."""
    return blake2b(str(account_id).encode(), digest_size=16, person=b"passkey holder").digest()


def _is_number(host: str) -> bool:
    """Return whether a host is an IP address."""
    return ":" in host or host.rpartition(".")[2].isdigit()
