"""The settings of one installation: read once, checked whole, refused by name."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from instruments.problems import Problem, Refused

PREFIX = "KJENNETEGN_"
_OPTIONAL = frozenset(
    {"KJENNETEGN_PUBLIC_URL", "KJENNETEGN_INSTRUMENTS", "KJENNETEGN_FILES", "KJENNETEGN_POLICY"}
)
_SHORTEST_SECRET = 32
_DATABASES = re.compile(r"(sqlite:///.+|postgresql(\+psycopg)?://.+)")


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator decides.

    `database` is an SQLAlchemy URL, `keys` the directory that holds the waves' keys apart from it, `secret`
    what cookies and forms are sealed with, `public_url` the address printed on slips and posters,
    `instruments` a folder of the operator's own questionnaires, if there is one, `files` the directory in
    which jobs are queued and leave what they make, `policy` the file of the release policy if it is not the
    shipped one.
    """

    database: str
    keys: Path
    secret: str
    public_url: str = "http://localhost:8000"
    instruments: Path | None = None
    files: Path | None = None
    policy: Path | None = None

    @property
    def workshop(self) -> Path:
        """The directory of jobs: `files`, or one beside the SQLite database or the key directory."""
        if self.files is not None:
            return self.files
        if self.database.startswith("sqlite:///"):
            return Path(f"{self.database.removeprefix('sqlite:///')}.files")
        return self.keys.with_name("files")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Settings":
        """The settings in the KJENNETEGN_… variables. Raises Refused with every faulty one."""
        given = {name: text for name, text in environment.items() if name.startswith(PREFIX)}
        problems = sorted(_problems(given), key=str)
        if problems:
            raise Refused(problems)
        shelf, files = given.get("KJENNETEGN_INSTRUMENTS"), given.get("KJENNETEGN_FILES")
        policy = given.get("KJENNETEGN_POLICY")
        return cls(
            database=given["KJENNETEGN_DATABASE"].replace("postgresql://", "postgresql+psycopg://"),
            keys=Path(given["KJENNETEGN_KEYS"]),
            secret=given["KJENNETEGN_SECRET"],
            public_url=given.get("KJENNETEGN_PUBLIC_URL", "http://localhost:8000").rstrip("/"),
            instruments=Path(shelf) if shelf else None,
            files=Path(files) if files else None,
            policy=Path(policy) if policy else None,
        )


def _problems(given: Mapping[str, str]) -> Iterator[Problem]:
    checks = {
        "KJENNETEGN_DATABASE": _database_fault,
        "KJENNETEGN_KEYS": _path_fault,
        "KJENNETEGN_SECRET": _secret_fault,
        "KJENNETEGN_PUBLIC_URL": _url_fault,
        "KJENNETEGN_INSTRUMENTS": _shelf_fault,
        "KJENNETEGN_FILES": _path_fault,
        "KJENNETEGN_POLICY": _file_fault,
    }
    remedies = {
        "KJENNETEGN_DATABASE": "Give sqlite:////absolute/path.db or postgresql://user@host/name.",
        "KJENNETEGN_KEYS": "Give the absolute path of a directory that is not backed up with the database.",
        "KJENNETEGN_SECRET": f"Give at least {_SHORTEST_SECRET} random characters and keep them.",
        "KJENNETEGN_PUBLIC_URL": "Give the address people type, such as https://survey.example.org.",
        "KJENNETEGN_INSTRUMENTS": "Give the absolute path of the folder with your own questionnaires.",
        "KJENNETEGN_FILES": "Give the absolute path of a directory that the workers and the server share.",
        "KJENNETEGN_POLICY": "Give the absolute path of a release policy; without it the shipped one holds.",
    }
    for name in given.keys() - checks.keys():
        yield Problem(name, "setting-unknown", "There is no such setting.", "Remove it or correct its name.")
    for name, fault_of in checks.items():
        if name not in given and name not in _OPTIONAL:
            yield Problem(name, "setting-missing", "The setting is missing.", remedies[name])
        elif name in given and (fault := fault_of(given[name])):
            yield Problem(name, "setting-wrong", fault, remedies[name])
    if _keys_beside_database(given):
        fault = "The database lies in the key directory, so that whoever copies one has both."
        yield Problem("KJENNETEGN_KEYS", "setting-wrong", fault, remedies["KJENNETEGN_KEYS"])


def _keys_beside_database(given: Mapping[str, str]) -> bool:
    database, keys = given.get("KJENNETEGN_DATABASE", ""), given.get("KJENNETEGN_KEYS", "")
    folder = Path(database.removeprefix("sqlite:///")).parent
    return database.startswith("sqlite:///") and folder == Path(keys)


def _database_fault(text: str) -> str:
    return "" if _DATABASES.fullmatch(text) else "This is no address of an SQLite or PostgreSQL database."


def _secret_fault(text: str) -> str:
    return "" if len(text) >= _SHORTEST_SECRET and len(set(text)) > 1 else "The secret is too short to keep."


def _path_fault(text: str) -> str:
    return "" if Path(text).is_absolute() else "The path is not absolute."


def _shelf_fault(text: str) -> str:
    return "" if Path(text).is_absolute() and Path(text).is_dir() else "This is no absolute path of a folder."


def _file_fault(text: str) -> str:
    return "" if Path(text).is_absolute() and Path(text).is_file() else "This is no absolute path of a file."


def _url_fault(text: str) -> str:
    address = urlsplit(text)
    plain = (
        address.scheme in {"http", "https"} and address.hostname and not (address.query or address.fragment)
    )
    return "" if plain else "This is no web address."
