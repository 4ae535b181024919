"""What every command and every request works on: the settings, the open database and the key directory."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from instruments import library
from survey.collection.keys import KeyDirectory
from survey.settings import Settings
from survey.store.database import Database, open_database


@dataclass(frozen=True, slots=True)
class Installation:
    """One installation, checked and open."""

    settings: Settings
    database: Database
    keys: KeyDirectory

    @classmethod
    def on(cls, settings: Settings) -> "Installation":
        """The installation of these settings. Raises Refused where the database or the keys are unusable."""
        if settings.instruments is not None:
            library.add_folder(settings.instruments)  # before the database asks which versions waves are on
        keys = KeyDirectory(settings.keys)
        return cls(settings, open_database(settings.database), keys)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Installation":
        """The installation of the KJENNETEGN_… variables. Raises Refused as `on`, or with bad settings."""
        return cls.on(Settings.from_environment(environment))

    @property
    def today(self) -> date:
        """The date on the wall where the program runs: waves close by it."""
        return datetime.now(UTC).astimezone().date()
