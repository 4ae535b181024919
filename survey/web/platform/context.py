"""What a request is served on: the installation, and the time."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from flask import current_app

from reports.disclosure import Policy
from survey.collection.keys import KeyDirectory
from survey.openid.client import ProviderClient
from survey.openid.provider import SignInMethods
from survey.operations.installation import Installation
from survey.settings import Settings
from survey.store.database import Database

EXTENSION = "kjennetegn"


@dataclass(slots=True)
class Context:
    """The parts one application holds; `clock` gives seconds since 1970, and a test may turn it."""

    installation: Installation
    clock: Callable[[], float] = time.time
    sign_in: SignInMethods = field(default_factory=SignInMethods)
    providers: Mapping[str, ProviderClient] = field(init=False)

    def __post_init__(self) -> None:
        """Make a client of each provider; none of them is asked anything yet."""
        self.providers = {
            key: ProviderClient(each, self._seconds) for key, each in self.sign_in.providers.items()
        }

    def _seconds(self) -> float:
        # a test puts another clock in the place of the one there was at the beginning
        return self.clock()

    @property
    def settings(self) -> Settings:
        """Return what the operator decided."""
        return self.installation.settings

    @property
    def database(self) -> Database:
        """Return the open database."""
        return self.installation.database

    @property
    def keys(self) -> KeyDirectory:
        """Return the directory of the waves' keys."""
        return self.installation.keys

    @property
    def policy(self) -> Policy:
        """Return the release policy of the installation."""
        return self.installation.policy

    @property
    def now(self) -> int:
        """Return the seconds since 1970; they are kept of those who sign in only, never with an answer."""
        return int(self.clock())

    @property
    def today(self) -> date:
        """Return today's date in the installation's time zone: waves open and close by it."""
        return self.settings.date_at(self.clock())

    @property
    def closing_day(self) -> date:
        """Return the date it was when the oldest draft that may still be sent was begun.

        Drafts are taken as long as their wave's last day is not before it: what was begun on the last day is
        not lost at midnight.
        """
        return self.settings.date_at(self.clock() - self.policy.retention.unsent_answers)


def context() -> Context:
    """Return the context of the application that serves this request."""
    found: Context = current_app.extensions[EXTENSION]
    return found
