"""Sealing: the answers of a closed wave become statistics once, and are then nowhere (decision 0032)."""

import numpy as np
from numpy.typing import NDArray

from instruments import background, library
from instruments.aggregates.moments import Moments
from instruments.aggregates.subgroups import SubgroupSums, tabulate_subgroups
from instruments.answers import Skipped, decode_response_matrix
from instruments.model import Version
from instruments.problems import Damaged
from reports.disclosure import Policy
from survey.collection import lifecycle, response_encoding
from survey.collection.keys import KeyDirectory
from survey.collection.lifecycle import Step, go_on
from survey.collection.urn import Urn, damaged, unseal
from survey.store.database import Database
from survey.store.repositories import sealed, urns, waves
from survey.store.repositories.urns import Boxes
from survey.store.repositories.waves import Wave
from survey.store.tables import SHARDS, WaveState


def seal(database: Database, keys: KeyDirectory, policy: Policy, wave_key: str, step: Step = go_on) -> Wave:
    """Seal a closed wave and return it: its statistics stored, its answers and keys destroyed.

    May be interrupted anywhere and run again: before the transaction ends nothing has happened, after it
    only destroying remains, and the last file to go is what says that there is more to do. `step` is told
    each stage. Raises Refused("wave-state"), or Damaged: `keys-missing`, `urn-damaged`; then nothing was
    changed.
    """
    wave = waves.by_key(database, wave_key)
    if not wave.is_sealed:
        lifecycle.require_state(wave, WaveState.CLOSED)
        _count(database, keys, policy, wave, step)
        database.cache.forget(wave.key)
    step("counted")
    lifecycle.destroy_remains(database, keys, wave.key, step)
    return waves.by_key(database, wave.key)


def _count(database: Database, keys: KeyDirectory, policy: Policy, wave: Wave, step: Step) -> None:
    """Take the boxes out and put the statistics in: one transaction."""
    step("begin")
    with database.writing() as connection:
        boxes = urns.lock_boxes(connection, wave.id)
        step("held")
        # another process may have sealed it between our look and our lock
        before = lifecycle.states_before(WaveState.SEALED)
        if not waves.change_state(connection, wave.id, WaveState.SEALED, before, public_key=None):
            return
        version = library.get(wave.instrument)
        answers, chosen = _opened(keys, wave, boxes)
        moments = _moments(policy, version, answers)
        step("opened")
        if moments.n < policy.collection.kept_from:
            sealed.add_too_few(connection, wave.id)
        else:
            kept = _kept(policy, wave, version, answers, chosen)
            sealed.add(connection, wave.id, moments, kept)
        urns.remove(connection, wave.id)
        step("replaced")


def _opened(keys: KeyDirectory, wave: Wave, boxes: Boxes) -> tuple[NDArray[np.int8], list[str | Skipped]]:
    """Return persons × items of code indices, and each person's category of the background question."""
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
    """Return what may ever be known of these answers."""
    moments = Moments.of(version, answers)
    enough = moments.n >= policy.collection.cross_products_from
    return moments if enough else moments.without_cross_products()


def _kept(
    policy: Policy, wave: Wave, version: Version, answers: NDArray[np.int8], chosen: list[str | Skipped]
) -> SubgroupSums | None:
    """Return what may ever be known by category of the background question; None where none is asked."""
    if wave.background is None:
        return None
    question = background.get(wave.background)
    # a category its leader is never shown is not kept either
    return tabulate_subgroups(version, question, answers, chosen, policy.minimum(wave.audience))
