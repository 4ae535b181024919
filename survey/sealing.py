"""From open to sealed: answers become statistics once, and are then nowhere."""

from collections.abc import Callable
from datetime import date

from instruments import library
from instruments.answers import decode_matrix
from instruments.moments import Moments
from instruments.problems import refuse
from survey import urn
from survey.keys import KeyDirectory
from survey.store import urns
from survey.store.database import Database
from survey.store.repositories import waves
from survey.store.repositories.waves import Wave
from survey.store.tables import SHARDS

FEWEST = 5
FEWEST_FOR_CROSS_PRODUCTS = 15

Step = Callable[[str], None]


def go_on(_step: str) -> None:
    """Nothing; the tests put a crash in its place."""


def open_wave(database: Database, keys: KeyDirectory, wave_key: str) -> Wave:
    """The wave, open, with keys and an empty urn. Raises Refused where it is not a draft."""
    wave = waves.by_key(database, wave_key)
    _require(wave, "draft")
    # a crash between the keys and the state leaves a draft whose keys are made anew
    keys.destroy(wave.key)
    public_key = keys.make(wave.key)
    box_key = keys.urn(wave.key).box
    with database.writing() as connection:
        if urns.hold_alone(connection, wave.id) != "draft":
            raise _impossible(wave, "draft")
        urns.set_up(connection, wave.id, {shard: urn.close(urn.Box({}), box_key) for shard in range(SHARDS)})
        urns.move(connection, wave.id, "open", public_key)
    return waves.by_key(database, wave.key)


def close(database: Database, wave_key: str) -> Wave:
    """The wave, closed: no submission is under way and none will be taken. Closing twice is closing."""
    wave = waves.by_key(database, wave_key)
    with database.writing() as connection:
        state = urns.hold_alone(connection, wave.id)
        if state == "open":
            urns.move(connection, wave.id, "closed", wave.public_key)
    if state not in {"open", "closed"}:
        raise _impossible(wave, "open")
    return waves.by_key(database, wave.key)


def close_due(database: Database, today: date) -> tuple[Wave, ...]:
    """The waves that were open past their last day, now closed."""
    due = [wave for wave in waves.every(database) if wave.state == "open" and today > wave.closes_on]
    return tuple(close(database, wave.key) for wave in due)


def seal(database: Database, keys: KeyDirectory, wave_key: str, step: Step = go_on) -> Wave:
    """The wave, sealed: its statistics stored, its answers and keys destroyed.

    May be interrupted anywhere and run again: before the transaction ends nothing has happened, after it
    only destroying remains, and that is repeated until done. Raises Refused where the wave is not closed,
    or its urn cannot be opened; then nothing was changed.
    """
    wave = waves.by_key(database, wave_key)
    if wave.state != "sealed":
        _require(wave, "closed")
        _count(database, keys, wave, step)
    step("counted")
    keys.destroy(wave.key)
    step("keys destroyed")
    database.scrub()
    step("scrubbed")
    return waves.by_key(database, wave.key)


def finish(database: Database, keys: KeyDirectory) -> tuple[Wave, ...]:
    """The sealed waves whose keys an interruption had left behind, now sealed to the end."""
    left = [wave for wave in waves.every(database) if wave.state == "sealed" and keys.remaining(wave.key)]
    return tuple(seal(database, keys, wave.key) for wave in left)


def _count(database: Database, keys: KeyDirectory, wave: Wave, step: Step) -> None:
    version = library.get(wave.instrument)
    box_key, private_key = keys.urn(wave.key).box, keys.private(wave.key)
    step("keys read")
    with database.writing() as connection:
        if urns.hold_alone(connection, wave.id) == "sealed":
            return
        boxes = [urn.open_box(box, box_key) for box in urns.look(connection, wave.id)]
        encoded = [urn.open_answers(sealed, private_key) for box in boxes for sealed in box.entries.values()]
        moments = Moments.of(version, decode_matrix(version, encoded))
        step("opened")
        urns.replace_by_statistics(connection, wave.id, _kept(moments))
        urns.move(connection, wave.id, "sealed", None)
        step("replaced")


def _kept(moments: Moments) -> bytes | None:
    """What may be kept of so many answers; None for too few to keep anything."""
    if moments.n < FEWEST:
        return None
    enough = moments.n >= FEWEST_FOR_CROSS_PRODUCTS
    return (moments if enough else moments.without_cross_products()).to_bytes()


def _require(wave: Wave, state: str) -> None:
    if wave.state != state:
        raise _impossible(wave, state)


def _impossible(wave: Wave, needed: str) -> Exception:
    return refuse(
        f"wave-not-{needed}",
        f"The wave is {wave.state}; this takes one that is {needed}.",
        "A wave goes from draft to open, closed and sealed, and never back.",
        place=wave.key,
    )
