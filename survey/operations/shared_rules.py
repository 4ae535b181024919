"""Whether all machines decide by the same policy, and have the same questionnaires of the operator's own.

A server or a worker notes at its start by what the files that it has read are known again; of any other that
was started with others `/health` says so, and `verify` of files that differ. Nobody is refused for that: both
are changed on purpose, one machine after the other. What comes with the program is not compared: two versions
of it may run beside each other during an upgrade (docs/decisions/0162).
"""

import hashlib
import json
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from instruments.problems import Problem
from survey.settings import Settings
from survey.store.database import Database
from survey.store.repositories import installation_values

POLICY: Final = "policy"
QUESTIONNAIRES: Final = "questionnaires"
_SETTINGS: Final[Mapping[str, str]] = {POLICY: "KJENNETEGN_POLICY", QUESTIONNAIRES: "KJENNETEGN_INSTRUMENTS"}
_SAID: Final[Mapping[str, tuple[str, str]]] = {
    POLICY: ("policy-differs", "A machine that was started since has another policy."),
    QUESTIONNAIRES: (
        "questionnaires-differ",
        "A machine that was started since has other questionnaires of its own.",
    ),
}
_BYTES: Final = 32


def read(settings: Settings) -> Mapping[str, bytes]:
    """Return by what this machine's policy and own questionnaires are known again; nothing for one alone.

    Raises OSError or ValueError where they cannot be read.
    """
    if not settings.may_have_machines:
        return {}
    # by what it says, and not by how it is written
    policy = "" if settings.policy is None else tomllib.loads(settings.policy.read_text("utf-8"))
    return {
        POLICY: _digest(json.dumps(policy, sort_keys=True, default=str).encode()),
        QUESTIONNAIRES: _digest(*([] if settings.instruments is None else _parts(settings.instruments))),
    }


def note(rules: Mapping[str, bytes], database: Database) -> None:
    """Note what a server or a worker was started with, in place of what the last one was."""
    with database.reading() as connection:
        before = {name: installation_values.find(connection, name) for name in rules}
    if before != rules:
        with database.writing() as connection:
            for name, value in rules.items():
                installation_values.replace(connection, name, value)


def forget(connection: Connection) -> None:
    """Take out what was noted, in the caller's transaction: whoever starts next notes what it has."""
    for name in (POLICY, QUESTIONNAIRES):
        installation_values.remove(connection, name)


def problems(rules: Mapping[str, bytes], database: Database) -> Iterator[Problem]:
    """Yield what a machine with these has otherwise than the one that was started last."""
    with database.reading() as connection:
        noted = {name: installation_values.find(connection, name) for name in rules}
    for name, value in rules.items():
        if noted[name] not in {None, value}:
            code, fault = _SAID[name]
            remedy = "Put the same files on all machines, and start their servers and workers anew."
            yield Problem(_SETTINGS[name], code, fault, remedy)


def is_policy_replaced(rules: Mapping[str, bytes], database: Database) -> bool:
    """Return whether a machine that was started since has another policy than the one with these."""
    code, _ = _SAID[POLICY]
    return any(each.code == code for each in problems(rules, database))


def _parts(folder: Path) -> Iterator[bytes]:
    for path in sorted(folder.rglob("*.toml")):
        yield path.relative_to(folder).as_posix().encode()
        yield path.read_bytes()


def _digest(*parts: bytes) -> bytes:
    found = hashlib.blake2b(digest_size=_BYTES)
    for part in parts:
        # with its length, so that two parts are never one
        found.update(len(part).to_bytes(8) + part)
    return found.digest()
