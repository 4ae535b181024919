"""Bring a backup back into an empty place, and say what came back with it that should not be trusted.

What a restored database has forgotten is known to others: sessions that ended, tokens that were taken away,
surveys that were sealed, figures that were released. What could do harm is made impossible in the same act.
"""

import contextlib
import shutil
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import delete, make_url, update
from sqlalchemy.sql.functions import coalesce

from instruments.problems import Problem, Refused, refuse
from reports.files import private
from survey.collection import key_copies, stored_urn
from survey.collection.keys import KeyDirectory
from survey.operations import access_log, backup, backup_folder, shared_rules, shared_values, verification
from survey.operations.access_log import TakenAgain, TakenAway
from survey.operations.backup_folder import Manifest
from survey.operations.installation import own_keys
from survey.operations.verification import wave_keys
from survey.settings import Settings
from survey.store import schema
from survey.store.database import JOURNALS, Database, connect
from survey.store.factor_tables import lost_factor, recovery_code
from survey.store.installation_tables import installation_value
from survey.store.patience import LONG
from survey.store.repositories import installation_values, release_holds, waves
from survey.store.repositories.waves import Wave
from survey.store.study_tables import study_member
from survey.store.tables import account, sign_in

_LINKS_SINCE = 1_000_000  # more than are made for an account between a backup and its restore


@dataclass(frozen=True, slots=True)
class Restored:
    """Says what came back: the backup, its waves that were open or closed, and what is wrong with them.

    `open` are those whose answers can be counted one day, `unreadable` those whose keys were destroyed since
    or are lost, `unknown` the names of keys that belong to nothing in the database, `held` the number of
    sealed waves of which nothing more is released, `problems` what verification finds, and `again` what was
    taken away once more by the log, None where none was given.
    """

    manifest: Manifest
    open: tuple[Wave, ...]
    unreadable: tuple[Wave, ...]
    unknown: tuple[str, ...]
    held: int
    problems: tuple[Problem, ...]
    again: TakenAgain | None = None


def restore(settings: Settings, folder: Path, keys_place: Path | None, logs: Sequence[Path] = ()) -> Restored:
    """Bring a backup back where no database is, and the keys from their copy where none are.

    Without `keys_place` the key directory is the one that was in use. What `logs` say was taken from accounts
    since is taken from them again. Raises Refused or Damaged and changes nothing where the backup is not
    whole (`backup-…`), is of another kind or of a newer program, where something is there already
    (`database-there`, `keys-there`), the keys are missing or another installation's (`keys-…`), or a log
    cannot be read (`log-unreadable`).
    """
    manifest = backup_folder.read(folder)
    taken = access_log.read(logs, datetime.fromisoformat(manifest.made_at)) if logs else None
    database = connect(settings.database, LONG)
    try:
        _require_fitting(database, manifest, folder)
        _require_empty(database)
        _require_keys(settings, manifest, keys_place)
        known = _known_by(settings, manifest)
        if database.is_sqlite:
            held, again = _bring_file(database, folder, known, taken)
        else:
            # without what it is known by: nothing starts on it until what is over is ended
            _bring_dump(database, folder)
            held, again = _end_what_is_over(database, known, taken)
        # last: without its keys nothing starts on a database that was brought back in part
        if keys_place is not None:
            _bring_keys(settings, manifest, keys_place)
        return replace(_found(settings, database, manifest, held), again=again)
    finally:
        database.close()


def _require_fitting(database: Database, manifest: Manifest, folder: Path) -> None:
    if manifest.engine != database.engine.dialect.name:
        fault = f"It is a backup of {manifest.engine}, and KJENNETEGN_DATABASE is another kind of database."
        raise refuse("backup-engine", fault, "Name a database of its kind.", str(folder))
    if manifest.revision not in schema.known():
        fault = f"Its tables are of a newer program ({manifest.program}) than this one."
        raise refuse("backup-newer", fault, "Install that one, and restore with it.", str(folder))


def _require_empty(database: Database) -> None:
    file = Path(database.engine.url.database or "")
    lying = database.is_sqlite and any(file.with_name(file.name + end).exists() for end in ("", *JOURNALS))
    if lying or database.exists():
        raise refuse(
            "database-there",
            "There is a database already, and a backup replaces none.",
            "Move it away, or name a new one in KJENNETEGN_DATABASE.",
            place=database.place,
        )


def _require_keys(settings: Settings, manifest: Manifest, keys_place: Path | None) -> None:
    """Raise Refused unless the keys of the backup's installation are where they are said to be."""
    place = settings.keys if keys_place is None else keys_place
    if keys_place is not None:
        if not backup_folder.is_empty(settings.keys):
            raise refuse(
                "keys-there",
                "There are keys already, and a copy replaces none.",
                "Leave out --keys if they are those of this installation, or name an empty KJENNETEGN_KEYS.",
                place=str(settings.keys),
            )
        if key_copies.read_mark(keys_place) != manifest.installation:
            fault = "There is no copy of the keys of this installation."
            remedy = "Name the folder that was given to `kjennetegn backup --keys`."
            raise refuse("keys-other", fault, remedy, str(keys_place))
    keys = KeyDirectory(place, bytes.fromhex(manifest.installation))
    keys.require_own()


def _known_by(settings: Settings, manifest: Manifest) -> Mapping[str, bytes]:
    """Return what the database knows its keys by, and what its machines share from now on, by name.

    The secret and the place of job files may be others than those of the backup. Raises as `to_note` does.
    """
    shared = shared_values.to_note(settings)
    return {installation_values.CODES_KEY: bytes.fromhex(manifest.installation), **shared}


def _bring_file(
    database: Database, folder: Path, known: Mapping[str, bytes], taken: TakenAway | None
) -> tuple[int, TakenAgain | None]:
    """Put SQLite's file in its place whole: what must not come back is taken from it beside it first."""
    file = Path(database.engine.url.database or "")
    beside = file.with_name(f"{file.name}.restoring")
    try:
        beside.unlink(missing_ok=True)
        private.create(beside)
        shutil.copyfile(folder / backup_folder.DATABASE, beside)
        copy = connect(make_url(database.engine.url).set(database=str(beside)).render_as_string(), LONG)
        try:
            ended = _end_what_is_over(copy, known, taken)
            copy.scrub(whole=True)
        finally:
            copy.close()
        for end in JOURNALS:
            file.with_name(beside.name + end).unlink(missing_ok=True)
        beside.replace(file)
    except OSError as error:
        raise _failed(database, error.strerror or "the place cannot be written") from error
    finally:
        # whatever interrupted it: a copy that is half prepared looks like a database
        for end in ("", *JOURNALS):
            with contextlib.suppress(OSError):
                file.with_name(beside.name + end).unlink(missing_ok=True)
    return ended


def _bring_dump(database: Database, folder: Path) -> None:
    tool = shutil.which("pg_restore")
    if tool is None:
        fault = "The program that brings a PostgreSQL database back, pg_restore, is not installed here."
        raise refuse("backup-elsewhere", fault, "Install the PostgreSQL client.", database.place)
    where, environment = backup.connection(database)
    asked = [
        "--single-transaction",
        "--exit-on-error",
        "--no-owner",
        "--no-privileges",
        "--no-password",
        # into the one that is there
        f"--schema={backup.SCHEMA}",
        f"--dbname={where}",
    ]
    dump = str(folder / backup_folder.DATABASE)
    with tempfile.NamedTemporaryFile("w", encoding="utf-8") as wanted:
        listed = _run(database, [tool, "--list", dump], environment)
        left_out = f" TABLE DATA public {installation_value.name} "
        wanted.writelines(line for line in listed.splitlines(keepends=True) if left_out not in line)
        wanted.flush()
        _run(database, [tool, *asked, f"--use-list={wanted.name}", dump], environment)


def _run(database: Database, command: Sequence[str], environment: Mapping[str, str]) -> str:
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - pg_restore, with an address of the operator's
    if done.returncode:
        raise _failed(database, (done.stderr.strip().splitlines() or ["it does not say why"])[0])
    return done.stdout


def _failed(database: Database, why: str) -> Refused:
    fault = f"The database could not be brought back: {why}."
    return refuse(
        "restore-failed", fault, "Nothing of it is there; mend that and restore again.", database.place
    )


def _end_what_is_over(
    database: Database, known: Mapping[str, bytes], taken: TakenAway | None
) -> tuple[int, TakenAgain | None]:
    """End what may have ended since the backup, and hold what may have been released.

    Returns how many waves are held, and what the log had taken away. In the last transaction the database
    gets what it is `known` by: nothing starts on it before.
    """
    again = access_log.take_again(database, taken, int(time.time())) if taken else None
    with database.writing() as connection:
        for name, value in known.items():
            installation_values.replace(connection, name, value)
        shared_rules.forget(connection)
        connection.execute(delete(sign_in))
        # a link that was used since would choose a password once more: those that were made since have the
        # numbers after this one
        after = {"links": account.c.links + _LINKS_SINCE, "linked_at": coalesce(account.c.linked_at, 0)}
        connection.execute(update(account).values(after))
        connection.execute(update(study_member).values(token_hash=None))
        # likewise a recovery code, and a link for a lost factor: the account stays closed until a new one
        connection.execute(delete(recovery_code))
        connection.execute(delete(lost_factor).where(lost_factor.c.link_hash.is_(None)))
        connection.execute(update(lost_factor).values(agreed_by=None, agreed_at=None))
        return release_holds.hold_sealed(connection), again


def _bring_keys(settings: Settings, manifest: Manifest, keys_place: Path) -> None:
    private.make_directory(settings.keys)
    settings.keys.chmod(private.DIRECTORY)
    copy = KeyDirectory(keys_place, bytes.fromhex(manifest.installation))
    copy.copy_to(settings.keys)
    # sealing destroys what lies there as well
    key_copies.refresh(KeyDirectory(settings.keys, copy.codes_check), keys_place, manifest.made_at)


def _found(settings: Settings, database: Database, manifest: Manifest, held: int) -> Restored:
    problems = tuple(verification.find_problems(settings))
    if any(each.code == "database-schema" for each in problems):
        return Restored(manifest, (), (), (), held, problems)
    keys = own_keys(settings, database)
    with_urn = [wave for wave in waves.every(database) if wave.has_urn]
    lost = {wave.key for wave in with_urn if stored_urn.obstacles(database, keys, wave)}
    return Restored(
        manifest,
        tuple(wave for wave in with_urn if wave.key not in lost),
        tuple(wave for wave in with_urn if wave.key in lost),
        tuple(wave_keys.unknown(database, keys)),
        held,
        problems,
    )
