"""Verifying an installation: everything it rests on is read, and whatever is wrong is named, all at once."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from instruments.problems import Damaged, Problem, Refused, Unavailable
from reports.disclosure.policy_file import DEFAULT_POLICY, read_policy
from survey.collection import key_copies
from survey.collection.keys import KeyDirectory
from survey.operations import bucket_state, queue_state, shared_rules, shared_values
from survey.operations.installation import own_keys
from survey.operations.log import unexpected_code
from survey.operations.verification import (
    acts,
    directories,
    pool_state,
    program,
    schema_state,
    sealed_statistics,
    stored_values,
    wave_keys,
)
from survey.settings import Settings
from survey.store.database import Database, connect


def find_problems(settings: Settings) -> list[Problem]:
    """Return everything that is wrong with an installation; nothing of it is changed or made.

    Read are: the questionnaires, questions, catalogues and fonts of the program and its policy, the
    directories, the schema, every stored value, the keys and urn of every wave that has them, and the
    statistics of every sealed wave beside the ledger of what was released.
    """
    found = find_program_problems(settings.instruments, settings.policy)
    for part in (
        directories.key_problems,
        directories.database_problems,
        directories.file_problems,
        bucket_state.all_problems,
        directories.disk_problems,
        queue_state.problems,
    ):
        found += _read("directories", partial(part, settings))
    database = connect(settings.database, read_only=True)
    try:
        database.require_tables()
    except (Refused, Damaged, Unavailable) as error:
        found += error.problems
    else:
        found += _stored_problems(settings, database)
    finally:
        database.close()
    # a fault may be met by several parts, such as a questionnaire that many waves ask
    return list(dict.fromkeys(found))


def find_program_problems(instruments: Path | None = None, policy: Path | None = None) -> list[Problem]:
    """Return what is wrong with the program's own files, an operator's questionnaires and the policy."""
    parts = program.parts(instruments, policy)
    return [problem for place, part in parts.items() for problem in _read(place, part)]


def _stored_problems(settings: Settings, database: Database) -> Iterator[Problem]:
    yield from _read("database", partial(schema_state.problems, database))
    yield from _read("database", partial(stored_values.problems, database))
    yield from _read("machines", partial(shared_values.problems, settings, database))
    yield from _read("machines", lambda: shared_rules.problems(shared_rules.read(settings), database))
    yield from _read("acts", partial(acts.problems, database))
    yield from _read("releases", partial(acts.account_problems, database))
    policy = settings.policy or DEFAULT_POLICY
    yield from _read("keys", lambda: wave_keys.codes_problems(own_keys(settings, database)))
    # those of waves and pools are known by what is encrypted to them, whatever key of codes lies beside them
    keys = KeyDirectory(settings.keys)
    yield from _read("keys", lambda: key_copies.away_problems(own_keys(settings, database)))
    yield from _read("waves", lambda: wave_keys.problems(database, keys))
    yield from _read("keys", lambda: wave_keys.unknown_problems(database, keys))
    yield from _read("pools", lambda: pool_state.problems(database, keys, read_policy(policy)))
    yield from _read("sealed waves", lambda: sealed_statistics.problems(database, read_policy(policy)))


def _read(place: str, part: Callable[[], Iterable[Problem]]) -> Iterator[Problem]:
    """Yield what a part finds, and what ended it: a fault that nobody foresaw is one more problem."""
    try:
        yield from part()
    except (Refused, Damaged, Unavailable) as error:
        yield from error.problems
    except DBAPIError as error:
        first = (str(error.orig).strip() or "it does not say why").splitlines()[0]
        remedy = "Mend what else is named here first, or restore the database from a backup."
        yield Problem(place, "database-unreadable", f"It could not be read to its end: {first}.", remedy)
    except Exception as error:  # noqa: BLE001 - what is damaged in ways nobody thought of is named all the same
        fault = f"It could not be read to its end ({unexpected_code(error)})."
        remedy = "Mend what else is named here first, or restore the database from a backup."
        yield Problem(place, "unreadable", fault, remedy)
