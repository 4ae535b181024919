"""What a wave brings into a pool of many units: made at sealing, and encrypted until a batch is full.

A pool is of one version, edition, language (that of the wave's slips: nobody knows in which one somebody
answered) and half-year, by the planned last day. Not every wave brings something (docs/decisions/0130): one
with few answers does not, nor one on a part of a questionnaire, one whose key is on printed sheets, one that
is kept for a shorter time than the pool, nor a second one of the same people in the half-year.
"""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import numpy as np
from nacl.public import PublicKey, SealedBox

from instruments import library
from instruments.aggregates.pool_sums import PoolSums
from instruments.answers import decode_response_matrix
from instruments.problems import Damaged
from reports.disclosure import Policy
from reports.results import half_year
from survey.collection import response_encoding
from survey.collection.keys import KeyDirectory
from survey.operations import log
from survey.store.database import Transaction
from survey.store.repositories import pools
from survey.store.repositories.pools import Pool, PoolIdentity
from survey.store.repositories.waves import Wave

_KEY_BYTES = 8
_CHECKSUM_BYTES = 16


@dataclass(frozen=True, slots=True)
class Brought:
    """Hold a wave that is sealed on that day, and its replies; `line` are the keys of all it lies in."""

    wave: Wave
    day: date
    line: Collection[str]
    replies: Sequence[bytes] = field(repr=False)


def identity_of(wave: Wave) -> PoolIdentity:
    """Return which pool a wave belongs to; the key follows from the rest."""
    half = half_year.half_year(wave.planned_closes_on)
    identity = PoolIdentity("", wave.instrument, wave.content_hash, wave.edition, wave.language, half)
    return replace(identity, key=key_of(identity))


def key_of(identity: PoolIdentity) -> str:
    """Return the key that follows from what a pool is of."""
    of = (identity.instrument, identity.content_hash, identity.edition, identity.language, identity.half)
    return hashlib.blake2b("\0".join(of).encode(), digest_size=_KEY_BYTES).hexdigest()


def key_name(pool: Pool, batch: int) -> str:
    """Return under which name the key directory holds the private key of a batch."""
    return f"pool-{pool.identity.key}-{batch}"


def waits_until(policy: Policy, identity: PoolIdentity) -> date:
    """Return the last day on which anything waits in a pool."""
    return half_year.days(identity.half)[1] + timedelta(days=policy.pools.waiting_days)


def contribute(connection: Transaction, keys: KeyDirectory, policy: Policy, brought: Brought) -> None:
    """Put what a wave brings into its pool, encrypted, in the transaction that seals it; or nothing.

    Where the pool's key cannot be made, that is logged and the wave is sealed without. A key is made where
    the batch has none yet, and never where it had one.
    """
    wave, identity = brought.wave, identity_of(brought.wave)
    if not _goes_in(connection, policy, brought, identity):
        return
    pool = pools.locked(connection, identity, wave.kept_until)
    try:
        public = pool.public_key or keys.make_private(key_name(pool, pool.batch))
    except Damaged as error:
        log.fault("not-pooled", error.problems, unit=wave.unit_key, wave=wave.key)
        return
    version = library.get(wave.instrument)
    encoded = [response_encoding.split(version, wave.background, each)[0] for each in brought.replies]
    answers = decode_response_matrix(version, encoded)
    # as at sealing: who is left out of the products is drawn, and known to nobody
    sums = PoolSums.of(version, answers, policy.collection.kept_from, np.random.default_rng())
    pools.add_waiting(connection, pool.id, wave.id, seal(public, wave.key, sums))
    kept = min(pool.kept_until, wave.kept_until)
    pools.change(connection, pool.id, public_key=public, kept_until=kept)


def seal(public_key: bytes, wave_key: str, sums: PoolSums) -> bytes:
    """Return what a wave brings, encrypted for the batch's private key and bound to the wave."""
    sealed = bytes(SealedBox(PublicKey(public_key)).encrypt(wave_key.encode() + sums.to_bytes()))
    return _checksum(wave_key, sealed) + sealed


def unaltered(wave_key: str, box: bytes) -> bytes | None:
    """Return what `seal` encrypted, still encrypted; None where it was altered or moved by accident."""
    sealed = box[_CHECKSUM_BYTES:]
    return sealed if box[:_CHECKSUM_BYTES] == _checksum(wave_key, sealed) else None


def _checksum(wave_key: str, sealed: bytes) -> bytes:
    return hashlib.blake2b(wave_key.encode() + sealed, digest_size=_CHECKSUM_BYTES).digest()


def _goes_in(connection: Transaction, policy: Policy, brought: Brought, identity: PoolIdentity) -> bool:
    wave = brought.wave
    if wave.is_part or wave.split_key or len(brought.replies) < policy.pools.answers:
        return False
    # so that a pool ends no later than any of its waves, whatever an owner decided
    if wave.kept_years < policy.retention.results_years or brought.day > waits_until(policy, identity):
        return False
    earlier = pools.instruments_of(connection, identity.half, brought.line, wave.unit_id)
    name = wave.instrument.partition("@")[0]
    return name not in {each.partition("@")[0] for each in earlier}
