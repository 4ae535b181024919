"""What every command and every request works on: the settings, the policy, the open database and the keys."""

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from instruments import library
from reports.disclosure import Policy
from reports.disclosure.policy_file import DEFAULT_POLICY, read_policy
from survey.collection.keys import KeyDirectory
from survey.operations import shared_rules, shared_values
from survey.settings import Settings
from survey.store.database import Database, open_database, open_read_only
from survey.store.patience import SHORT, Patience
from survey.store.repositories import installation_values


@dataclass(slots=True)
class Installation:
    """One installation, checked and open; one that is not ready waits for its database.

    `rules` are by what the policy and the own questionnaires that it has read are known again.
    """

    settings: Settings
    database: Database
    keys: KeyDirectory
    policy: Policy
    is_ready: bool = True
    rules: Mapping[str, bytes] = field(default_factory=dict)

    @classmethod
    def on(cls, settings: Settings, patience: Patience = SHORT, *, awaited: bool = False) -> "Installation":
        """Open the installation of these settings; nothing that it lacks is made.

        Raises Refused where the policy is faulty or there is no database, Damaged where the database is
        unusable, or the key directory is, or is another installation's, and where this machine does not share
        with others what it has to. Raises Unavailable where the database is away for now; where it is
        `awaited`, as by servers and workers, the installation is returned all the same, and is not ready.
        """
        policy = read_policy(settings.policy or DEFAULT_POLICY)
        _find_questionnaires(settings)
        rules = shared_rules.read(settings)
        database = open_database(settings.database, patience, awaited=awaited)
        if not database.is_ready:
            keys = KeyDirectory(settings.keys)
            keys.check()
            return cls(settings, database, keys, policy, is_ready=False, rules=rules)
        home = cls._with_keys(settings, database, policy)
        home.rules = rules
        try:
            shared_values.join(settings, home.database)
            if awaited:
                shared_rules.note(rules, home.database)
        except BaseException:
            home.database.close()
            raise
        return home

    def make_ready(self) -> None:
        """Open what was away when this was opened. Nothing where that was done.

        Raises Unavailable while it still is, and otherwise as `on` does.
        """
        if self.is_ready:
            return
        self.database.make_ready()
        keys = own_keys(self.settings, self.database)
        keys.require_own()
        shared_values.join(self.settings, self.database)
        shared_rules.note(self.rules, self.database)
        self.keys, self.is_ready = keys, True

    @classmethod
    def read_only(cls, settings: Settings) -> "Installation":
        """Open it to look: nothing can be written to its database. Raises as `on` does."""
        policy = read_policy(settings.policy or DEFAULT_POLICY)
        _find_questionnaires(settings)
        return cls._with_keys(settings, open_read_only(settings.database), policy)

    @classmethod
    def _with_keys(cls, settings: Settings, database: Database, policy: Policy) -> "Installation":
        try:
            keys = own_keys(settings, database)
            keys.require_own()
        except BaseException:
            database.close()
            raise
        return cls(settings, database, keys, policy)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Installation":
        """Open that of the KJENNETEGN_… variables. Raises Refused as `on` and for bad settings."""
        return cls.on(Settings.from_environment(environment))

    @property
    def today(self) -> date:
        """Return today's date in the installation's time zone: waves open and close by it."""
        return self.settings.date_at(time.time())

    @property
    def closing_day(self) -> date:
        """Return the date it was when the oldest draft that may still be sent was begun."""
        return self.settings.date_at(time.time() - self.policy.retention.unsent_answers)


def own_keys(settings: Settings, database: Database) -> KeyDirectory:
    """Return the key directory, with what the database knows it by. Raises Damaged("value-missing")."""
    with database.reading() as connection:
        check = installation_values.require(connection, installation_values.CODES_KEY)
    return KeyDirectory(settings.keys, check)


def _find_questionnaires(settings: Settings) -> None:
    # before the database asks which versions its waves are on
    if settings.instruments is not None:
        library.add_folder(settings.instruments)
