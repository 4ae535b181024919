"""From open to sealed: answers become statistics once, and are then nowhere."""

from collections.abc import Callable
from datetime import date

import numpy as np
from numpy.typing import NDArray

from instruments import background, library
from instruments.aggregates.moments import Moments
from instruments.aggregates.subgroups import tabulate_subgroups
from instruments.answers import Skipped, decode_response_matrix
from instruments.model import Version
from instruments.problems import Damaged, Refused, refuse
from reports.disclosure import Policy
from survey.collection import response_encoding
from survey.collection.keys import KeyDirectory
from survey.collection.urn import Urn, damaged, unseal
from survey.store import urns
from survey.store.database import Database
from survey.store.repositories import sealed, waves
from survey.store.repositories.waves import Wave
from survey.store.tables import SHARDS

Step = Callable[[str], None]


def go_on(_step: str) -> None:
    """Nothing; the tests put a crash in its place."""


def open_wave(database: Database, keys: KeyDirectory, wave_key: str) -> Wave:
    """The wave, open: its keys are on disk first, then it has an urn. Raises Refused where it is no draft."""
    wave = waves.by_key(database, wave_key)
    if wave.state != "draft":
        raise _impossible(wave, "draft")
    keys.check()
    # two who open it at once are given the same keys, and so is who comes after a crash
    public_key = keys.make(wave.key)
    urn = Urn(wave.key, keys.urn(wave.key))
    size = response_encoding.length(library.get(wave.instrument), wave.background)
    with database.writing() as connection:
        if urns.advance(connection, wave.id, "open", public_key=public_key):
            urns.set_up(connection, wave.id, {shard: urn.empty(shard, size) for shard in range(SHARDS)})
    database.cache.forget(wave.key)
    return waves.by_key(database, wave.key)


def close(database: Database, wave_key: str, today: date = date.max) -> Wave:
    """The wave, closed; it takes no more answers. Closed before its last day, `today` becomes that day.

    Closing twice is closing. Raises Refused for a wave that is neither open nor closed.
    """
    wave = waves.by_key(database, wave_key)
    if wave.state not in {"open", "closed"}:
        raise _impossible(wave, "open")
    with database.writing() as connection:
        last_day = max(wave.opens_on, min(wave.closes_on, today))
        urns.advance(connection, wave.id, "closed", closes_on=last_day)
    database.cache.forget(wave.key)
    return waves.by_key(database, wave.key)


def close_due(database: Database, today: date) -> tuple[Wave, ...]:
    """The waves that were open past their last day, now closed."""
    due = [wave for wave in waves.every(database) if wave.state == "open" and today > wave.closes_on]
    return tuple(close(database, wave.key) for wave in due)


def seal(database: Database, keys: KeyDirectory, policy: Policy, wave_key: str, step: Step = go_on) -> Wave:
    """The wave, sealed: its statistics stored, its answers and keys destroyed.

    May be interrupted anywhere and run again: before the transaction ends nothing has happened, after it
    only destroying remains, and the last file to go is what says that there is more to do. `step` is told
    each stage. Raises Refused: `wave-not-closed`, `keys-missing`, `urn-damaged`; then nothing was changed.
    """
    wave = waves.by_key(database, wave_key)
    if wave.state != "sealed":
        if wave.state != "closed":
            raise _impossible(wave, "closed")
        _count(database, keys, policy, wave, step)
        database.cache.forget(wave.key)
    step("counted")
    _destroy(database, keys, wave.key, step)
    return waves.by_key(database, wave.key)


def finish_interrupted(database: Database, keys: KeyDirectory, policy: Policy) -> tuple[Wave, ...]:
    """The sealed waves whose keys an interruption had left behind, now sealed to the end."""
    left = [wave for wave in waves.every(database) if wave.state == "sealed" and keys.remaining(wave.key)]
    return tuple(seal(database, keys, policy, wave.key) for wave in left)


def _count(database: Database, keys: KeyDirectory, policy: Policy, wave: Wave, step: Step) -> None:
    """Boxes out, statistics in: one transaction."""
    step("begin")
    with database.writing() as connection:
        boxes = urns.lock_boxes(connection, wave.id)
        step("held")
        # another process may have sealed it between our look and our lock
        if not urns.advance(connection, wave.id, "sealed", public_key=None):
            return
        version = library.get(wave.instrument)
        answers, chosen = _opened(keys, wave, boxes)
        moments = _moments(policy, version, answers)
        step("opened")
        if moments.n < policy.collection.kept_from:
            urns.replace_by_statistics(connection, wave.id, None, None)
        else:
            kept = _kept(policy, wave, version, answers, chosen)
            urns.replace_by_statistics(connection, wave.id, moments.n, moments.to_bytes(), kept)
        step("replaced")


def _destroy(database: Database, keys: KeyDirectory, wave_key: str, step: Step) -> None:
    if not keys.remaining(wave_key):
        return
    keys.destroy_private(wave_key)
    step("unreadable")
    database.scrub()
    step("scrubbed")
    # last, because it is what `finish_interrupted` looks for
    keys.destroy_urn(wave_key)
    step("destroyed")


def _opened(
    keys: KeyDirectory, wave: Wave, boxes: urns.Boxes
) -> tuple[NDArray[np.int8], list[str | Skipped]]:
    """Persons × items of code indices, and each person's category of the background question."""
    urn, private = Urn(wave.key, keys.urn(wave.key)), keys.private(wave.key)
    if bytes(private.public_key) != wave.public_key or len(boxes) != SHARDS:
        raise damaged(wave.key)
    entries = [entry for shard, box in boxes.items() for entry in urn.entries(shard, box).values()]
    version = library.get(wave.instrument)
    plain = [unseal(private, wave.key, each) for each in entries]
    try:
        split = [response_encoding.split(version, wave.background, each) for each in plain]
        answers = decode_response_matrix(version, [encoded for encoded, _ in split])
    except Damaged as error:
        raise damaged(wave.key) from error
    return answers, [category for _, category in split]


def _moments(policy: Policy, version: Version, answers: NDArray[np.int8]) -> Moments:
    """What may ever be known of these answers."""
    moments = Moments.of(version, answers)
    enough = moments.n >= policy.collection.cross_products_from
    return moments if enough else moments.without_cross_products()


def _kept(
    policy: Policy, wave: Wave, version: Version, answers: NDArray[np.int8], chosen: list[str | Skipped]
) -> list[dict[str, object]]:
    """What may ever be known of the categories of the background question, as rows; of none, no row."""
    if wave.background is None:
        return []
    question = background.get(wave.background)
    # a category its leader is never told of is not kept either
    return sealed.rows_of(
        tabulate_subgroups(version, question, answers, chosen, policy.minimum(wave.audience))
    )


def _impossible(wave: Wave, needed: str) -> Refused:
    return refuse(
        f"wave-not-{needed}",
        f"The wave is {wave.state}; this takes one that is {needed}.",
        "A wave goes from draft to open, closed and sealed, and never back.",
        place=wave.key,
    )
