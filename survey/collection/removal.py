"""Waves are removed with everything that was stored of them: one transaction, and then their keys."""

from collections.abc import Callable, Sequence

from survey.collection import key_copies
from survey.collection.keys import KeyDirectory
from survey.collection.lifecycle import Step, go_on
from survey.store.database import Database, Transaction
from survey.store.repositories import releases, unit_contents, wave_lists
from survey.store.repositories.waves import Wave


def remove_waves(
    database: Database,
    keys: KeyDirectory,
    ended: Sequence[Wave],
    along: Callable[[Transaction], None] = lambda _connection: None,
    *,
    require: Callable[[Transaction], None] = lambda _connection: None,
    step: Step = go_on,
) -> None:
    """Remove waves, whatever their state; `along` goes into the same transaction, and before it `require`.

    The ledger keeps their keys and counts, and withdraws every total that one of them is in. May be
    interrupted anywhere: before the transaction ends nothing has happened, after it `interrupted` finds
    what is left to do.
    """
    # without a row nothing else would say that destroying was interrupted
    for wave in ended:
        keys.mark(wave.key)
    step("marked")
    with database.writing() as connection:
        require(connection)
        for wave in ended:
            unit_contents.remove_wave(connection, wave.id)
        releases.withdraw(connection, [(wave.unit_key, wave.key) for wave in ended])
        along(connection)
        step("replaced")
    for wave in ended:
        database.cache.forget(wave.key)
    step("removed")
    finish(database, keys, [wave.key for wave in ended], step)


def finish(database: Database, keys: KeyDirectory, wave_keys: Sequence[str], step: Step = go_on) -> None:
    """Destroy the keys of waves that were removed, and every trace of their rows; then nothing.

    May be interrupted anywhere and run again. Raises Damaged("database-busy").
    """
    if not wave_keys:
        return
    for each in wave_keys:
        keys.destroy_private(each)
    step("unreadable")
    database.scrub(whole=True)
    step("scrubbed")
    if not key_copies.destroy(keys, wave_keys):
        return
    step("no copy")
    # last, because it is what `interrupted` looks for
    for each in wave_keys:
        keys.destroy_urn(each)
    step("destroyed")


def interrupted(database: Database, keys: KeyDirectory) -> Sequence[str]:
    """Return the keys of removed waves of which an interruption left something to destroy."""
    marked = keys.marked()
    return sorted(marked - {wave.key for wave in wave_lists.of_keys(database, marked)})
