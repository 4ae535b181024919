"""Sealing with key sheets: two of the three, given together, or one after the other from two devices.

The first of two that come apart is held for a short while, encrypted under the wave's box key. One share
says nothing about the key, so that whoever reads it, the key directory in hand, reads no answer
(docs/decisions/0096). Of a wave with too few answers a sheet is held whether or not another is: only its
leader can ask that its answers are destroyed without result, and whoever holds a sheet is not told how many
answered (docs/decisions/0111).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from nacl.exceptions import CryptoError
from nacl.secret import Aead

from instruments.problems import Refused
from reports.disclosure import Policy
from survey.collection import key_shares, lifecycle, sealing
from survey.collection.key_shares import KeyShare
from survey.collection.keys import KeyDirectory
from survey.store.database import Database
from survey.store.repositories import held_key_shares, urns, wave_lists, waves
from survey.store.repositories.waves import Wave
from survey.store.tables import WaveState


@dataclass(frozen=True, slots=True)
class GivenSheets:
    """What came of giving sheets: the wave as it is now, and until when the only sheet is held, if one is."""

    wave: Wave
    held_until: int | None


def give_sheets(
    database: Database,
    keys: KeyDirectory,
    policy: Policy,
    wave_key: str,
    typed: Sequence[str],
    *,
    now: int,
    without_result: bool = False,
    today: date = date.min,
) -> GivenSheets:
    """Seal a closed wave with two typed sheets; hold the only one, or seal with it and the one that is held.

    `now` is in seconds since 1970, `without_result` and `today` as in `sealing.seal`: none is held that was
    given alone where no result is asked for.

    Raises Refused: `wave-state`, `sheets-needed`, `sheets-wrong`, and as `sealing.seal` does; and
    Damaged as that does. Then nothing was changed.
    """
    wave = waves.by_key(database, wave_key)
    if wave.is_sealed:
        # given again after an interruption: what is left is destroyed
        return GivenSheets(sealing.seal(database, keys, policy, wave_key), None)
    lifecycle.require_state(wave, WaveState.CLOSED)
    if wave.public_key is None:
        raise RuntimeError("a closed wave without a public key")
    shares = [key_shares.parse(each, wave.public_key) for each in typed if each.strip()]
    if len(shares) == 1 and without_result:
        earlier = _held(database, keys, wave, now)
        shares = [] if earlier in {None, shares[0]} else [shares[0], earlier]
    elif len(shares) == 1:
        until = now + policy.retention.held_key_share
        alone = sealing.has_too_few(database, keys, policy, wave)
        earlier, until = _hold(database, keys, wave, shares[0], now=now, until=until, alone=alone)
        if earlier is None:
            return GivenSheets(wave, until)
        shares.append(earlier)
    sealed = sealing.seal(
        database, keys, policy, wave_key, shares=shares, without_result=without_result, today=today
    )
    return GivenSheets(sealed, None)


def give_sheet_of_any(
    database: Database, keys: KeyDirectory, policy: Policy, typed: str, *, now: int, today: date = date.min
) -> GivenSheets:
    """Give one sheet to the wave it belongs to, which its check characters tell. Raises as `give_sheets`."""
    for wave in wave_lists.in_states(database, WaveState.OPEN, WaveState.CLOSED):
        if wave.split_key and wave.public_key is not None:
            try:
                key_shares.parse(typed, wave.public_key)
            except Refused:
                continue
            return give_sheets(database, keys, policy, wave.key, [typed], now=now, today=today)
    raise key_shares.wrong()


def held_until(database: Database, wave: Wave, now: int) -> int | None:
    """Return until when a sheet of the wave is held, in seconds since 1970; None where there is none."""
    with database.reading() as connection:
        held = held_key_shares.held(connection, wave.id, now)
    return None if held is None else held[1]


def holds_unusable(database: Database, keys: KeyDirectory, wave: Wave) -> bool:
    """Return whether a sheet is held of the wave that no other can seal it with.

    It was altered, or the wave waits for none. Raises Damaged("keys-missing").
    """
    with database.reading() as connection:
        held = held_key_shares.held(connection, wave.id, now=0)
    if held is None:
        return False
    return not wave.has_urn or _opened(Aead(keys.urn(wave.key).box_key), wave, held[0]) is None


def _held(database: Database, keys: KeyDirectory, wave: Wave, now: int) -> KeyShare | None:
    with database.reading() as connection:
        held = held_key_shares.held(connection, wave.id, now)
    return None if held is None else _opened(Aead(keys.urn(wave.key).box_key), wave, held[0])


def _hold(
    database: Database,
    keys: KeyDirectory,
    wave: Wave,
    share: KeyShare,
    *,
    now: int,
    until: int,
    alone: bool,
) -> tuple[KeyShare | None, int]:
    """Return the other share, where one is held; else hold this one. And until when what is held is held.

    The same sheet given again changes nothing. `alone`: this one takes the place of any other.
    """
    box = Aead(keys.urn(wave.key).box_key)
    with database.writing() as connection:
        # two who give theirs at once must find each other's; whoever seals holds the boxes too
        if not urns.lock_boxes(connection, wave.id):
            raise lifecycle.over(waves.by_key(database, wave.key))
        held = held_key_shares.held(connection, wave.id, now)
        earlier = None if held is None else _opened(box, wave, held[0])
        if held is not None and earlier is not None and (earlier == share or not alone):
            return (None if earlier == share else earlier), held[1]
        plain = bytes([share.number]) + share.value
        held_key_shares.put(connection, wave.id, bytes(box.encrypt(plain, _bound_to(wave))), until)
        waves.record_act(connection, "key-sheet-given", wave.unit_id, wave.title)
        return None, until


def _opened(box: Aead, wave: Wave, encrypted: bytes) -> KeyShare | None:
    """Return a held share; None where something altered it, so that it is given anew."""
    try:
        plain = box.decrypt(encrypted, _bound_to(wave))
    except CryptoError:
        return None
    return KeyShare(plain[0], plain[1:])


def _bound_to(wave: Wave) -> bytes:
    return f"{wave.key}/key share".encode()
