"""Providers as a page offers them, and the way out of one."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import request, session

from survey.openid.client import ProvenIdentity
from survey.openid.provider import Provider
from survey.web.platform import languages
from survey.web.platform.context import context
from survey.web.platform.sign_ins import SIGNED_IN_AT

_LONGEST_TOKEN = 1800  # characters that the cookie has room for


@dataclass(frozen=True, slots=True)
class OfferedProvider:
    """A provider for a page: its key, and its name in the reader's language."""

    key: str
    name: str


def offered() -> Sequence[OfferedProvider]:
    """Return the providers at which people may sign in, in the order of the settings."""
    return [named(each) for each in context().sign_in.providers.values()]


def onward() -> str:
    """Return the address that the reader was on the way to, as the browser gave it."""
    return request.args.get("next", "")


def remember(proven: ProvenIdentity) -> None:
    """Keep where this sign-in came from, for signing out there; only the browser holds it."""
    token = proven.id_token if len(proven.id_token) <= _LONGEST_TOKEN else ""
    session[SIGNED_IN_AT] = [proven.provider.key, token]


def way_out() -> tuple[OfferedProvider, str] | None:
    """Return the provider at which this sign-in began, and where it is ended there; None if nowhere."""
    key, token = session.get(SIGNED_IN_AT, ("", ""))
    client = context().providers.get(key)
    if client is None:
        return None
    address = client.sign_out_address(token, f"{context().settings.public_url}/account/sign-in")
    return (named(client.provider), address) if address else None


def return_address(provider: Provider) -> str:
    """Return the address that is registered at the provider, to which it sends people back."""
    # by the setting, and never by what a request says of its host
    return f"{context().settings.public_url}/account/sign-in/{provider.key}/return"


def named(provider: Provider) -> OfferedProvider:
    """Return a provider for a page."""
    return OfferedProvider(provider.key, provider.name.in_language(languages.current()))
