"""Codes of an app that shows a new one every half minute (RFC 6238): its secret, and which code fits now."""

import hmac
from hashlib import blake2b

import pyotp
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

_ISSUER = "Kjennetegn"
_STEP_SECONDS = 30
_DRIFT = 1  # steps that the clocks of a phone and of this machine may be apart


def new_secret() -> str:
    """Return a new secret of 160 bits, in the letters and digits that apps take."""
    return pyotp.random_base32()


def address(secret: str, email: str) -> str:
    """Return what the QR code holds that an app reads the secret from."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=_ISSUER)


def step_of(secret: str, code: str, now: int) -> int | None:
    """Return the half minute the code is of, where it is one of now or of those beside it; else None."""
    app, present = pyotp.TOTP(secret), now // _STEP_SECONDS
    typed = code.replace(" ", "").encode(errors="replace")
    # all three are compared, so that how long it takes tells nothing
    fitting = [
        step
        for step in range(present - _DRIFT, present + _DRIFT + 1)
        if hmac.compare_digest(app.generate_otp(step).encode(), typed)
    ]
    return max(fitting, default=None)


def seal(installation_secret: str, account_id: int, secret: str) -> bytes:
    """Return the secret encrypted for the database: who reads that alone can make no code."""
    return bytes(_box(installation_secret, account_id).encrypt(secret.encode()))


def unseal(installation_secret: str, account_id: int, sealed: bytes) -> str | None:
    """Return the secret; None where it was sealed under another secret of the installation, or is damaged."""
    try:
        return _box(installation_secret, account_id).decrypt(sealed).decode()
    except CryptoError:
        return None


def _box(installation_secret: str, account_id: int) -> SecretBox:
    # a row that is copied to another account opens nothing there
    key = blake2b(
        installation_secret.encode(),
        digest_size=SecretBox.KEY_SIZE,
        person=b"code app",
        salt=account_id.to_bytes(8),
    )
    return SecretBox(key.digest())
