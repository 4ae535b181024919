"""Ask a provider: a few at a time, in bounded time, and not again at once after it was away."""

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from authlib.integrations.requests_client import OAuth2Session
from requests import RequestException, Response

from instruments.problems import Refused, refuse
from survey.openid.provider import Provider
from survey.operations import log

_AT_ONCE = 4  # threads that may wait for one provider: the others serve people who answer
_TIMES = (3.05, 6)  # seconds, to be connected and between two parts of a reply
_REST_SECONDS = 5  # after it was away
_LARGEST_REPLY = 512 * 1024


class ProviderRequests:
    """The requests of one process to one provider."""

    def __init__(self, provider: Provider) -> None:
        """Build it for that provider; nothing is asked."""
        self._provider = provider
        self._places = threading.BoundedSemaphore(_AT_ONCE)
        self._rests_until = 0.0

    def get_json(self, address: str, token: str = "") -> Mapping[str, object]:
        """Return the object in JSON at an address, asked for by an access token where one is given."""
        headers = {"Accept": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        with self.asking() as session:
            reply = session.request("GET", address, withhold_token=True, headers=headers)
            reply.raise_for_status()
            content = reply.json()
            if not isinstance(content, dict):
                raise ValueError("no object")  # noqa: TRY004 - a fault of a reply, as JSON that is none
            return content

    @contextmanager
    def asking(self) -> Iterator[OAuth2Session]:
        """Give a session for one request. Raises Refused("provider-away") for whatever goes wrong in it."""
        if time.monotonic() < self._rests_until or not self._places.acquire(blocking=False):
            raise self.away()
        try:
            with OAuth2Session(default_timeout=_TIMES) as session:
                # an address that its own description gave is asked, and none that it leads to
                session.max_redirects = 0
                session.hooks["response"].append(_require_bounded)
                yield session
        except (RequestException, ValueError) as error:
            self._rests_until = time.monotonic() + _REST_SECONDS
            refused = self.away()
            log.fault("sign-in-failed", refused.problems, raised=type(error).__name__)
            raise refused from None
        finally:
            self._places.release()

    def away(self) -> Refused:
        """Return the refusal for now of a provider that does not answer, or not as one should."""
        return refuse(
            "provider-away",
            "%(provider)s does not answer, or answers something else than was asked.",
            "Try again in a little while, or sign in in another way. If it goes on, tell those who run the "
            "service.",
            place=self._provider.key,
            provider=self._provider.name,
        )


def _require_bounded(reply: Response, **_: object) -> None:
    """Raise ValueError for a reply that is larger than any of these should be."""
    if int(reply.headers.get("Content-Length") or 0) > _LARGEST_REPLY:
        raise ValueError("a reply that is too large")
