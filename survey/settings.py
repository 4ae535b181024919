"""The settings of one installation: environment variables, checked all at once and refused by name."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from instruments.problems import Problem, Refused

PREFIX = "KJENNETEGN_"
_SHORTEST_SECRET = 32
_DATABASES = re.compile(r"(sqlite:///.+|postgresql(\+psycopg)?://.+)")
# what needs no escaping in a link, a cookie or a QR code
_PLAIN_PATH = re.compile(r"(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*/?")
_TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]+")  # what an Authorization header can hold
_BUCKET = "s3://"
# names of buckets and of what is in them that need no escaping anywhere
_BUCKETS = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9_-][A-Za-z0-9._-]*)*/?")
_LICENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]{1,63}")
_SHOWN = 100  # characters of a faulty value that a refusal repeats
_LONGEST_URL = 120  # characters that can be read and typed from a slip
_PUBLIC_URL = "http://localhost:8000"
_TIME_ZONE = ZoneInfo("Europe/Oslo")


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator decides.

    `database` is an SQLAlchemy URL, `keys` the directory that holds the waves' keys apart from it, `secret`
    what cookies and forms are encrypted with, `public_url` the address printed on slips and posters,
    `instruments` a folder of the operator's own questionnaires or None, `files` the directory in which jobs
    are queued and leave what they make, or None for one beside the database, `allow_http` the name of the
    host that may be served without encryption or None, `policy` the file of the
    release policy or None for the shipped one, `time_zone` where a day begins and ends, `data_licence`
    the SPDX identifier of the licence of data files for research, or empty where none is stated,
    `sign_in` the file that says at which providers people sign in, or None where they do by a password alone,
    `metrics_token` what a monitoring program reads the metrics by, or empty where nobody does, `queue`
    the address of the Redis server that wakes the workers of several machines, or empty on one machine, and
    `bucket` the address in a bucket where the files of jobs are, or empty where they are in a directory.
    """

    database: str
    keys: Path
    secret: str
    public_url: str = _PUBLIC_URL
    instruments: Path | None = None
    files: Path | None = None
    policy: Path | None = None
    allow_http: str | None = None
    time_zone: ZoneInfo = _TIME_ZONE
    data_licence: str = ""
    metrics_token: str = ""
    sign_in: Path | None = None
    queue: str = ""
    bucket: str = ""

    @property
    def may_have_machines(self) -> bool:
        """Return whether several machines may work on this installation: one alone keeps to SQLite."""
        return not self.database.startswith("sqlite:") or bool(self.queue or self.bucket)

    @property
    def queue_place(self) -> str:
        """Return the queue's address without its password, or an empty text where none is named."""
        address = urlsplit(self.queue)
        return address._replace(netloc=address.netloc.rpartition("@")[2], query="").geturl()

    @property
    def files_directory(self) -> Path:
        """Return the directory of jobs: `files`, or one beside the SQLite database or the key directory.

        Where the files are in a bucket, nothing is in it (`survey.job_files`).
        """
        if self.files is not None:
            return self.files
        if self.database.startswith("sqlite:///"):
            return Path(f"{self.database.removeprefix('sqlite:///')}.files")
        return self.keys.with_name("files")

    def date_at(self, seconds: float) -> date:
        """Return the date in the installation's time zone, so many seconds after 1970 began in UTC."""
        return datetime.fromtimestamp(seconds, self.time_zone).date()

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Settings":
        """Read the KJENNETEGN_… variables. Raises Refused with a problem for every faulty one."""
        given = {name: text for name, text in environment.items() if name.startswith(PREFIX)}
        problems = sorted(_problems(given), key=str)
        if problems:
            raise Refused(problems)
        instruments, files = given.get("KJENNETEGN_INSTRUMENTS"), given.get("KJENNETEGN_FILES", "")
        in_bucket = files.startswith(_BUCKET)
        policy, sign_in = given.get("KJENNETEGN_POLICY"), given.get("KJENNETEGN_SIGN_IN")
        return cls(
            database=given["KJENNETEGN_DATABASE"].replace("postgresql://", "postgresql+psycopg://"),
            keys=Path(given["KJENNETEGN_KEYS"]),
            secret=given["KJENNETEGN_SECRET"],
            public_url=given.get("KJENNETEGN_PUBLIC_URL", _PUBLIC_URL).rstrip("/"),
            instruments=Path(instruments) if instruments else None,
            files=Path(files) if files and not in_bucket else None,
            policy=Path(policy) if policy else None,
            allow_http=given.get("KJENNETEGN_ALLOW_HTTP"),
            time_zone=ZoneInfo(given.get("KJENNETEGN_TIME_ZONE", _TIME_ZONE.key)),
            data_licence=given.get("KJENNETEGN_DATA_LICENCE", ""),
            metrics_token=given.get("KJENNETEGN_METRICS_TOKEN", ""),
            sign_in=Path(sign_in) if sign_in else None,
            queue=given.get("KJENNETEGN_QUEUE", ""),
            bucket=files.rstrip("/") if in_bucket else "",
        )

    def to_environment(self) -> dict[str, str]:
        """Return the variables from which `from_environment` makes these settings again."""
        given = {
            "KJENNETEGN_DATABASE": self.database,
            "KJENNETEGN_KEYS": self.keys,
            "KJENNETEGN_SECRET": self.secret,
            "KJENNETEGN_PUBLIC_URL": self.public_url,
            "KJENNETEGN_ALLOW_HTTP": self.allow_http,
            "KJENNETEGN_INSTRUMENTS": self.instruments,
            "KJENNETEGN_FILES": self.bucket or self.files,
            "KJENNETEGN_POLICY": self.policy,
            "KJENNETEGN_TIME_ZONE": self.time_zone.key,
            "KJENNETEGN_DATA_LICENCE": self.data_licence or None,
            "KJENNETEGN_METRICS_TOKEN": self.metrics_token or None,
            "KJENNETEGN_SIGN_IN": self.sign_in,
            "KJENNETEGN_QUEUE": self.queue or None,
        }
        return {name: str(value) for name, value in given.items() if value is not None}


@dataclass(frozen=True, slots=True)
class _Variable:
    """How one variable is checked: `fault_of` says what is wrong with a text, or "" where nothing is."""

    fault_of: Callable[[str], str]
    remedy: str
    required: bool = False


def _problems(given: Mapping[str, str]) -> Iterator[Problem]:
    for name in given.keys() - _VARIABLES.keys():
        remedy = f"Remove it or correct its name. There are {', '.join(_VARIABLES)}."
        yield Problem(name, "setting-unknown", "There is no such setting.", remedy)
    for name, variable in _VARIABLES.items():
        if name not in given and variable.required:
            yield Problem(name, "setting-missing", "The setting is missing.", variable.remedy)
        elif name in given and (fault := variable.fault_of(given[name])):
            yield Problem(name, "setting-wrong", fault, variable.remedy)
    token, secret = given.get("KJENNETEGN_METRICS_TOKEN"), given.get("KJENNETEGN_SECRET")
    if token is not None and token == secret:
        fault = "It is the secret of the cookies, which no other program may know."
        remedy = _VARIABLES["KJENNETEGN_METRICS_TOKEN"].remedy
        yield Problem("KJENNETEGN_METRICS_TOKEN", "setting-wrong", fault, remedy)
    if _keys_beside_database(given):
        fault = "The database lies in the key directory, so that whoever copies one has both."
        yield Problem("KJENNETEGN_KEYS", "setting-wrong", fault, _VARIABLES["KJENNETEGN_KEYS"].remedy)
    public_url, allowed = given.get("KJENNETEGN_PUBLIC_URL", _PUBLIC_URL), given.get("KJENNETEGN_ALLOW_HTTP")
    if not _url_fault(public_url) and (allowed is None or not _host_fault(allowed)):
        yield from _http_problems(public_url, allowed or "")


def _http_problems(public_url: str, allowed: str) -> Iterator[Problem]:
    """Yield what is wrong with serving the address unencrypted, or with allowing what is not done."""
    address = urlsplit(public_url)
    host = address.hostname or ""
    is_open = address.scheme == "http" and not is_loopback(host)
    if is_open and allowed != host:
        fault = f"{public_url[:_SHOWN]!r} carries answers and passwords unencrypted over a network."
        remedy = f"Give an https:// address, or allow this host with KJENNETEGN_ALLOW_HTTP={host}."
        yield Problem("KJENNETEGN_PUBLIC_URL", "setting-wrong", fault, remedy)
    elif allowed and not is_open:
        fault = f"{allowed[:_SHOWN]!r} is allowed http://, but KJENNETEGN_PUBLIC_URL does not need that."
        yield Problem(
            "KJENNETEGN_ALLOW_HTTP", "setting-wrong", fault, _VARIABLES["KJENNETEGN_ALLOW_HTTP"].remedy
        )


def is_loopback(host: str) -> bool:
    """Return whether what is sent to the host stays on this machine."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _keys_beside_database(given: Mapping[str, str]) -> bool:
    database, keys = given.get("KJENNETEGN_DATABASE", ""), given.get("KJENNETEGN_KEYS", "")
    folder = Path(database.removeprefix("sqlite:///")).parent
    return database.startswith("sqlite:///") and folder == Path(keys)


def _database_fault(text: str) -> str:
    return "" if _DATABASES.fullmatch(text) else "This is no address of an SQLite or PostgreSQL database."


def _secret_fault(text: str) -> str:
    # what was given is not repeated: the refusal stands in logs and on screens
    return "" if len(text) >= _SHORTEST_SECRET and len(set(text)) > 1 else "The secret is too easy to guess."


def _token_fault(text: str) -> str:
    # likewise not repeated
    plain = "" if _TOKEN.fullmatch(text) else "The token holds characters that no header can hold."
    return _secret_fault(text).replace("secret", "token") or plain


def _queue_fault(text: str) -> str:
    # not repeated either: it may hold a password
    fault = "This is no address of a Redis server."
    try:
        address = urlsplit(text)
        address.port  # noqa: B018 - raises ValueError where it is no port
    except ValueError:
        return fault
    plain = re.fullmatch(r"(/[0-9]*)?", address.path) and not (address.query or address.fragment)
    return "" if address.scheme in {"redis", "rediss"} and address.hostname and plain else fault


def _path_fault(text: str) -> str:
    return "" if Path(text).is_absolute() else f"{text[:_SHOWN]!r} is not an absolute path."


def _files_fault(text: str) -> str:
    if text.startswith(_BUCKET):
        return "" if _BUCKETS.fullmatch(text) else f"{text[:_SHOWN]!r} is no address in a bucket."
    return _path_fault(text)


def _folder_fault(text: str) -> str:
    return (
        ""
        if Path(text).is_absolute() and Path(text).is_dir()
        else f"{text[:_SHOWN]!r} is no absolute path of a folder."
    )


def _file_fault(text: str) -> str:
    path = Path(text)
    fault = f"{text[:_SHOWN]!r} is no absolute path of a file."
    return "" if path.is_absolute() and path.is_file() else fault


def _url_fault(text: str) -> str:
    fault = f"{text[:_SHOWN]!r} is no web address."
    if len(text) > _LONGEST_URL:
        return f"{text[:_SHOWN]!r}… is longer than the {_LONGEST_URL} characters that a slip has room for."
    try:
        address = urlsplit(text)
        address.port  # noqa: B018 - raises ValueError where it is no port
        address.netloc.encode("idna")
    except ValueError:
        return fault
    known = address.scheme in {"http", "https"} and address.hostname and address.username is None
    plain = _PLAIN_PATH.fullmatch(address.path) and not (address.query or address.fragment)
    return "" if known and plain else fault


def _host_fault(text: str) -> str:
    return "" if text and not set(text) & set("/@ ") else f"{text[:_SHOWN]!r} is no name of a host."


def _licence_fault(text: str) -> str:
    return "" if _LICENCE.fullmatch(text) else f"{text[:_SHOWN]!r} is no SPDX identifier of a licence."


def _time_zone_fault(text: str) -> str:
    try:
        ZoneInfo(text)
    except (LookupError, ValueError, OSError):  # unknown, not a relative path, a folder of zones
        return f"There is no time zone {text[:_SHOWN]!r}."
    return ""


_VARIABLES: Mapping[str, _Variable] = {
    "KJENNETEGN_DATABASE": _Variable(
        _database_fault, "Give sqlite:////absolute/path.db or postgresql://user@host/name.", required=True
    ),
    "KJENNETEGN_KEYS": _Variable(
        _path_fault,
        "Give the absolute path of a directory that is not backed up with the database.",
        required=True,
    ),
    "KJENNETEGN_SECRET": _Variable(
        _secret_fault, f"Give at least {_SHORTEST_SECRET} random characters and keep them.", required=True
    ),
    "KJENNETEGN_PUBLIC_URL": _Variable(
        _url_fault,
        "Give the address people type, such as https://survey.example.org or https://www.example.org/survey.",
    ),
    "KJENNETEGN_ALLOW_HTTP": _Variable(
        _host_fault,
        "Give the host of KJENNETEGN_PUBLIC_URL where that is an http:// address, or leave it out.",
    ),
    "KJENNETEGN_INSTRUMENTS": _Variable(
        _folder_fault, "Give the absolute path of the folder with your own questionnaires."
    ),
    "KJENNETEGN_FILES": _Variable(
        _files_fault,
        "Give the absolute path of a directory that the workers and the server share, or s3://bucket/prefix.",
    ),
    "KJENNETEGN_QUEUE": _Variable(
        _queue_fault,
        "Give rediss://user:password@host:port/number, or redis:// on this machine or a closed network.",
    ),
    "KJENNETEGN_POLICY": _Variable(
        _file_fault, "Give the absolute path of a release policy; without it the shipped one holds."
    ),
    "KJENNETEGN_TIME_ZONE": _Variable(
        _time_zone_fault, "Give a name of the IANA time zone database, such as Europe/Oslo."
    ),
    "KJENNETEGN_DATA_LICENCE": _Variable(
        _licence_fault, "Give the identifier of the licence in the list of SPDX, such as CC-BY-4.0."
    ),
    "KJENNETEGN_SIGN_IN": _Variable(
        _file_fault, "Give the absolute path of the file of providers; without it people sign in by password."
    ),
    "KJENNETEGN_METRICS_TOKEN": _Variable(
        _token_fault,
        f"Give at least {_SHORTEST_SECRET} random letters and digits, not those of the secret.",
    ),
}
