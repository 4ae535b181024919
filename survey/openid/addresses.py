"""Addresses at which a provider is asked: none without encryption but on this machine."""

from urllib.parse import urlsplit

from survey.settings import is_loopback


def is_safe(address: object) -> bool:
    """Return whether this is an address of the web with encryption, or of this machine."""
    if not isinstance(address, str) or not address.isprintable():
        return False
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        parts.port  # noqa: B018 - raises ValueError where it is no port
    except ValueError:
        return False
    is_encrypted = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))
    return bool(host) and is_encrypted and parts.username is None and not parts.fragment
