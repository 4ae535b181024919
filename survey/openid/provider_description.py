"""What a provider says of itself: its addresses and its keys, asked for when they are first needed."""

import threading
from collections.abc import Callable, Mapping

from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from instruments.problems import Refused, refuse
from survey.openid.addresses import is_safe
from survey.openid.provider import Provider
from survey.openid.provider_requests import ProviderRequests
from survey.operations import log

_KEPT_SECONDS = 60 * 60
_ASKED_ANEW_SECONDS = 30  # at most so often for keys that are not among those we know
_NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_OTHERS = ("userinfo_endpoint", "end_session_endpoint")


class ProviderDescription:
    """The description of one provider, kept for an hour by each process; a new key is found at once."""

    def __init__(self, provider: Provider, requests: ProviderRequests, clock: Callable[[], float]) -> None:
        """Build it; nothing is asked."""
        self._provider, self._requests, self._clock = provider, requests, clock
        self._lock = threading.Lock()
        self._found: Mapping[str, object] = {}
        self._found_at = self._keys_at = float("-inf")
        self._keys: KeySet | None = None

    def address(self, name: str) -> str:
        """Return one of its addresses, such as `token_endpoint`; empty where it has none."""
        address = self._described().get(name, "")
        return address if isinstance(address, str) else ""

    @property
    def names_itself(self) -> bool:
        """Return whether it says in each answer who answers (RFC 9207)."""
        return self._described().get("authorization_response_iss_parameter_supported") is True

    def keys(self, *, anew: bool = False) -> KeySet:
        """Return its public keys; asked for anew where a token is signed with none of those known."""
        with self._lock:
            since = self._clock() - self._keys_at
            if self._keys is not None and since < (_ASKED_ANEW_SECONDS if anew else _KEPT_SECONDS):
                return self._keys
        content = self._requests.get_json(self.address("jwks_uri"))
        try:
            keys = KeySet.import_key_set(content)  # type: ignore[arg-type] # checked as it is read
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise self._unusable("it has no keys") from error
        with self._lock:
            self._keys, self._keys_at = keys, self._clock()
        return keys

    def _described(self) -> Mapping[str, object]:
        with self._lock:
            if self._clock() - self._found_at < _KEPT_SECONDS:
                return self._found
        issuer = self._provider.issuer
        try:
            found = self._requests.get_json(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        except Refused:
            # what it said an hour ago is likely to hold still
            if self._found:
                return self._found
            raise
        if found.get("issuer") != issuer:
            raise self._unusable("it names another issuer")
        given = [*(found.get(name) for name in _NEEDED), *(found[name] for name in _OTHERS if name in found)]
        if not all(map(is_safe, given)):
            raise self._unusable("an address is missing, or is one without encryption")
        with self._lock:
            self._found, self._found_at = found, self._clock()
        return found

    def _unusable(self, why: str) -> Refused:
        refused = refuse(
            "provider-unusable",
            "What %(provider)s says of itself does not fit what this service knows of it.",
            "Sign in in another way, and tell those who run the service.",
            place=self._provider.key,
            provider=self._provider.name,
        )
        log.fault("sign-in-failed", refused.problems, why=why)
        return refused
