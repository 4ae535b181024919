"""Sealing: the answers of a closed wave become statistics once, and are then nowhere (decision 0032)."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

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
from survey.collection import key_shares, lifecycle, pooling, response_encoding, spacing, stored_urn
from survey.collection.key_shares import KeyShare
from survey.collection.keys import KeyDirectory
from survey.collection.lifecycle import Step, go_on
from survey.collection.urn import Urn, damaged, unseal
from survey.operations import log
from survey.store.database import Database
from survey.store.repositories import held_key_shares, sealed, units, urns, wave_lists, waves
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
    without_result: bool = False,
    today: date = date.min,
) -> Wave:
    """Seal a closed wave and return it: its statistics stored, its answers and keys destroyed.

    It is sealed `today`, and on its last day where that is not given. Where its key is split, `shares` are
    two of the three; they are kept nowhere. With fewer answers than anything is shown of, the answers are
    destroyed without result, and only where `without_result` asks it.

    May be interrupted anywhere and run again: before the transaction ends nothing has happened, after it
    only destroying remains, and the last file to go is what says that there is more to do. `step` is told
    each stage. Raises Refused: `wave-state`, `sheets-needed`, `sheets-wrong`, `seal-too-few`, `seal-enough`;
    or Damaged: `keys-missing`, `urn-damaged`; then nothing was changed.
    """
    wave = waves.by_key(database, wave_key)
    if not wave.is_sealed:
        lifecycle.require_state(wave, WaveState.CLOSED)
        private = _split_key(wave, shares) if wave.split_key else keys.private(wave.key)
        _count(database, keys, policy, _Asked(wave, private, today, without_result), step)
        database.cache.forget(wave.key)
    step("counted")
    lifecycle.destroy_remains(database, keys, wave.key, step)
    return waves.by_key(database, wave.key)


def require_asked(
    database: Database, keys: KeyDirectory, policy: Policy, wave: Wave, *, without_result: bool
) -> None:
    """Raise Refused unless `without_result` is what a closed wave comes to: `seal-too-few`, `seal-enough`."""
    _require_asked(policy, wave, few=has_too_few(database, keys, policy, wave), without_result=without_result)


def has_too_few(database: Database, keys: KeyDirectory, policy: Policy, wave: Wave) -> bool:
    """Return whether fewer have answered an open or closed wave than anything is shown of. Raises Damaged."""
    return stored_urn.count(database, stored_urn.open_urn(keys, wave), wave) < policy.minimum(wave.audience)


def _split_key(wave: Wave, shares: Sequence[KeyShare]) -> PrivateKey:
    """Return the private key that the shares make. Raises Refused: `sheets-needed`, `sheets-wrong`."""
    if not shares or wave.public_key is None:
        raise refuse(
            "sheets-needed",
            "The key to “%(title)s” is on three printed sheets, and two of them are needed to seal it.",
            "Type the text on two of the sheets.",
            place=wave.key,
            title=wave.title,
        )
    return key_shares.combine(shares, wave.public_key)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is to be sealed with which key, on which day, and whether its answers are destroyed uncounted."""

    wave: Wave
    private: PrivateKey = field(repr=False)
    today: date
    without_result: bool


def _count(database: Database, keys: KeyDirectory, policy: Policy, asked: _Asked, step: Step) -> None:
    """Take the boxes out and put the statistics in: one transaction."""
    wave, private, without_result = asked.wave, asked.private, asked.without_result
    step("begin")
    # neither changes while a wave is open or closed: see survey.organisation.standstill
    standing = _standing(database, wave)
    earlier = _earlier(database, replace(wave, **standing))
    line = spacing.line(database, wave.unit_key)
    with database.writing() as connection:
        boxes = urns.lock_boxes(connection, wave.id)
        step("held")
        # between our look and our lock it may have been sealed, opened again, or its number invited corrected
        now, before = waves.locked(connection, wave.id), lifecycle.states_before(WaveState.SEALED)
        day = max(asked.today, now.closes_on)
        ended = {"public_key": None, "urn_check": None, "reopens_to": None, "sealed_on": day, **standing}
        if not waves.change_state(connection, wave.id, WaveState.SEALED, before, **ended):
            lifecycle.require_state(now, WaveState.CLOSED, WaveState.SEALED)
            return
        wave_lists.add_sealed(connection, {wave.id: standing["lay_in"]})
        entries = _entries(keys, private, now, boxes)
        few = len(entries) < policy.minimum(wave.audience)
        _require_asked(policy, wave, few=few, without_result=without_result)
        if without_result:
            sealed.add_without_result(connection, wave.id)
        else:
            replies = [unseal(private, wave.key, each) for each in entries]
            moments, kept = tabulate_replies(policy, wave, library.get(wave.instrument), replies)
            step("opened")
            judged = judge([*earlier, sealed.of_moments(now, moments)], policy)
            sealed.add(connection, wave.id, moments, judged, kept)
            pooling.contribute(connection, keys, policy, pooling.Brought(now, day, line, replies))
        urns.remove(connection, wave.id)
        held_key_shares.remove(connection, wave.id)
        # one word whether or not there is a result: how few answered is its leader's to know alone
        waves.record_act(connection, "wave-sealed", now.unit_id, now.title)
        step("replaced")


def _standing(database: Database, wave: Wave) -> dict[str, Any]:
    """Return what the wave keeps of its unit as it is now: what it lies in, and since when it is the same."""
    with database.reading() as connection:
        place = units.by_id(connection, wave.unit_id)
        return {"lay_in": units.lies_in(connection, place), "compared_from": place.merged_on}


def _require_asked(policy: Policy, wave: Wave, *, few: bool, without_result: bool) -> None:
    """Raise Refused unless a result was asked for where there is one, and none where there is none."""
    fewest = policy.minimum(wave.audience)
    if few and not without_result:
        raise refuse(
            "seal-too-few",
            "Fewer than %(fewest)s have answered “%(title)s”, so nothing could be shown of it.",
            "If nobody else is to answer, its answers can only be destroyed without result.",
            place=wave.key,
            title=wave.title,
            fewest=fewest,
        )
    if without_result and not few:
        raise refuse(
            "seal-enough",
            "%(fewest)s or more have answered “%(title)s”, so their answers have a result.",
            "Seal it instead.",
            place=wave.key,
            title=wave.title,
            fewest=fewest,
        )


def _earlier(database: Database, wave: Wave) -> list[SealedWave]:
    """Return the unit's sealed waves before this one, oldest first, which its change is judged against.

    Those of before its unit was merged are left out (docs/decisions/0121). One that cannot be read is
    logged and left out: that must not keep this wave from being sealed.
    """
    found = []
    for each in waves.of_unit(database, wave.unit_key):
        if each.is_sealed and each.closes_on <= wave.closes_on and wave.is_compared_with(each):
            try:
                found.append(sealed.of_wave(database, each))
            except (Refused, Damaged) as error:
                log.fault("not-compared", error.problems, unit=each.unit_key, wave=each.key)
    return found


def _entries(keys: KeyDirectory, private: PrivateKey, wave: Wave, boxes: Boxes) -> list[bytes]:
    """Return what everybody handed in, still encrypted, in no order."""
    urn = Urn(wave.key, keys.urn(wave.key))
    if bytes(private.public_key) != wave.public_key or len(boxes) != SHARDS:
        raise damaged(wave.key)
    return [entry for shard, box in boxes.items() for entry in urn.entries(shard, box).values()]


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
