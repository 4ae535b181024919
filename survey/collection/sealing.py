"""Sealing: the answers of a closed wave become statistics once, and are then nowhere (decision 0032)."""

from collections.abc import Sequence

import numpy as np
from nacl.public import PrivateKey

from instruments import background, library
from instruments.aggregates.sealed_moments import KeptDetail, SealedMoments
from instruments.aggregates.subgroups import SubgroupSums, tabulate_subgroups
from instruments.answers import decode_response_matrix
from instruments.model import Version
from instruments.problems import Damaged, Refused, refuse
from reports.disclosure import Policy, SealedWave
from reports.results.verdicts import judge
from survey.collection import key_shares, lifecycle, response_encoding
from survey.collection.key_shares import KeyShare
from survey.collection.keys import KeyDirectory
from survey.collection.lifecycle import Step, go_on
from survey.collection.urn import Urn, damaged, unseal
from survey.operations import log
from survey.store.database import Database
from survey.store.repositories import held_key_shares, sealed, urns, waves
from survey.store.repositories.urns import Boxes
from survey.store.repositories.waves import Wave
from survey.store.tables import SHARDS, WaveState


def seal(
    database: Database,
    keys: KeyDirectory,
    policy: Policy,
    wave_key: str,
    step: Step = go_on,
    *,
    shares: Sequence[KeyShare] = (),
) -> Wave:
    """Seal a closed wave and return it: its statistics stored, its answers and keys destroyed.

    Where its key is split, `shares` are two of the three; they are kept nowhere.

    May be interrupted anywhere and run again: before the transaction ends nothing has happened, after it
    only destroying remains, and the last file to go is what says that there is more to do. `step` is told
    each stage. Raises Refused: `wave-state`, `sheets-needed`, `sheets-wrong`; or Damaged: `keys-missing`,
    `urn-damaged`; then nothing was changed.
    """
    wave = waves.by_key(database, wave_key)
    if not wave.is_sealed:
        lifecycle.require_state(wave, WaveState.CLOSED)
        private = _split_key(wave, shares) if wave.split_key else keys.private(wave.key)
        _count(database, keys, policy, wave, private, step=step)
        database.cache.forget(wave.key)
    step("counted")
    lifecycle.destroy_remains(database, keys, wave.key, step)
    return waves.by_key(database, wave.key)


def _split_key(wave: Wave, shares: Sequence[KeyShare]) -> PrivateKey:
    """Return the private key that the shares make. Raises Refused: `sheets-needed`, `sheets-wrong`."""
    if not shares or wave.public_key is None:
        raise refuse(
            "sheets-needed",
            "The key of “%(title)s” is on three printed sheets, and two of them are needed to seal it.",
            "Type what stands on two of the sheets.",
            place=wave.key,
            title=wave.title,
        )
    return key_shares.combine(shares, wave.public_key)


def _count(
    database: Database, keys: KeyDirectory, policy: Policy, wave: Wave, private: PrivateKey, *, step: Step
) -> None:
    """Take the boxes out and put the statistics in: one transaction."""
    step("begin")
    earlier = _earlier(database, wave)
    with database.writing() as connection:
        boxes = urns.lock_boxes(connection, wave.id)
        step("held")
        # another process may have sealed it between our look and our lock
        before = lifecycle.states_before(WaveState.SEALED)
        if not waves.change_state(connection, wave.id, WaveState.SEALED, before, public_key=None):
            return
        replies = _opened(keys, private, wave, boxes)
        moments, kept = tabulate_replies(policy, wave, library.get(wave.instrument), replies)
        step("opened")
        if moments.n < policy.collection.kept_from:
            sealed.add_too_few(connection, wave.id)
        else:
            judged = judge([*earlier, sealed.of_moments(wave, moments)], policy)
            sealed.add(connection, wave.id, moments, judged, kept)
        urns.remove(connection, wave.id)
        held_key_shares.remove(connection, wave.id)
        step("replaced")


def _earlier(database: Database, wave: Wave) -> list[SealedWave]:
    """Return the unit's sealed waves before this one, oldest first, which its change is judged against.

    One that cannot be read is logged and left out: that must not keep this wave from being sealed.
    """
    found = []
    for each in waves.of_unit(database, wave.unit_key):
        if each.is_sealed and each.closes_on <= wave.closes_on:
            try:
                found.append(sealed.of_wave(database, each))
            except (Refused, Damaged) as error:
                log.fault("not-compared", error.problems, unit=each.unit_key, wave=each.key)
    return found


def _opened(keys: KeyDirectory, private: PrivateKey, wave: Wave, boxes: Boxes) -> list[bytes]:
    """Return what everybody handed in, in no order."""
    urn = Urn(wave.key, keys.urn(wave.key))
    if bytes(private.public_key) != wave.public_key or len(boxes) != SHARDS:
        raise damaged(wave.key)
    entries = [entry for shard, box in boxes.items() for entry in urn.entries(shard, box).values()]
    return [unseal(private, wave.key, each) for each in entries]


def tabulate_replies(
    policy: Policy, wave: Wave, version: Version, replies: Sequence[bytes]
) -> tuple[SealedMoments, SubgroupSums | None]:
    """Return what is kept of a wave's replies, and by category of its background question if it asks one.

    Raises Damaged: `urn-damaged` where one cannot be an answer to the version.
    """
    try:
        split = [response_encoding.split(version, wave.background, each) for each in replies]
        answers = decode_response_matrix(version, [encoded for encoded, _ in split])
    except Damaged as error:
        raise damaged(wave.key) from error
    # who is left out of the cross-products is drawn anew at each run, and known to nobody
    moments = SealedMoments.of(version, answers, kept_detail(policy), np.random.default_rng())
    if wave.background is None:
        return moments, None
    question, chosen = background.get(wave.background), [category for _, category in split]
    # a category its leader is never shown is not kept either
    fewest = policy.minimum(wave.audience)
    return moments, tabulate_subgroups(version, question, answers, chosen, fewest)


def kept_detail(policy: Policy) -> KeptDetail:
    """Return from how many answers on a wave keeps what: nothing that no reader may ever be shown."""
    return KeptDetail(
        policy.collection.kept_from,
        min(thresholds.shares for thresholds in policy.thresholds.values()),
        policy.collection.cross_products_from,
    )
