"""One-time codes that admit to a wave: drawn, accepted as keyed hashes, retired."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

from instruments.problems import refuse
from survey.collection import access_codes, stored_urn
from survey.collection.keys import KeyDirectory
from survey.store.database import Database, Transaction
from survey.store.repositories import codes, waves
from survey.store.repositories.waves import Wave

_FEWEST_SPARES = 10


@dataclass(frozen=True, slots=True, repr=False)
class Batch:
    """Hold codes drawn for a wave, as bits; retiring: all earlier ones end when these are accepted."""

    wave: Wave
    drawn: Sequence[bytes]
    retiring: bool


def issue(
    database: Database, keys: KeyDirectory, wave_key: str, count: int, *, retiring: bool = False
) -> Sequence[str]:
    """Return so many new codes, shown this once and stored as keyed hashes only; retiring: earlier ones end.

    Raises as `require_room` does.
    """
    batch = Batch(
        _require_printable(database, keys, wave_key), access_codes.generate(max(count, 0)), retiring
    )
    with database.writing() as connection:
        accept(connection, keys, batch)
    return [access_codes.formatted(bits) for bits in batch.drawn]


def accept(connection: Transaction, keys: KeyDirectory, batch: Batch) -> None:
    """Let the codes admit people from the end of the caller's transaction on.

    Raises Refused: `codes-number` where there would be more than people with some to spare.
    """
    key = keys.hashing_key()
    if batch.retiring:
        codes.remove(connection, batch.wave.id)
    _require_room(batch.wave, len(batch.drawn), codes.count(connection, batch.wave.id))
    codes.add(connection, batch.wave.id, [keyed_hash(bits, key) for bits in batch.drawn])


def require_room(
    database: Database, keys: KeyDirectory, wave_key: str, count: int, *, retiring: bool
) -> Wave:
    """Return the wave, if it would accept so many more codes now.

    Raises Refused: `wave-over`, `wave-by-link`, `codes-number`. Raises Damaged for an open wave
    whose keys are gone or do not fit, since it takes no answers.
    """
    wave = _require_printable(database, keys, wave_key)
    with database.reading() as connection:
        standing = 0 if retiring else codes.count(connection, wave.id)
    _require_room(wave, count, standing)
    return wave


def keyed_hash(bits: bytes, key: bytes) -> bytes:
    """Return what is stored of a code: nobody gets from it to the code, or to the entry made with it."""
    return blake2b(bits, key=key, digest_size=32, person=b"kjennetegn code").digest()


def _require_printable(database: Database, keys: KeyDirectory, wave_key: str) -> Wave:
    wave = waves.by_key(database, wave_key)
    if not (wave.is_draft or wave.is_open):
        raise refuse(
            "wave-over",
            "The survey is “%(state)s”: codes are useful only for a draft or an open survey.",
            "Create a new survey if people are to answer.",
            place=wave_key,
            state=wave.state,
        )
    if wave.is_open:
        stored_urn.open_urn(keys, wave)
    if wave.open_link:
        raise refuse(
            "wave-by-link",
            "People come in to “%(title)s” by its open link, and codes would admit nobody.",
            "Print the poster instead.",
            place=wave_key,
            title=wave.title,
        )
    return wave


def _require_room(wave: Wave, count: int, standing: int) -> None:
    room = wave.invited + max(_FEWEST_SPARES, wave.invited // 5) - standing
    if not 1 <= count <= room:
        raise refuse(
            "codes-number",
            "%(count)s slips were asked for. %(invited)s people are invited and %(standing)s codes "
            "are valid already, so at most %(room)s more can be made.",
            "Ask for fewer, or cancel those printed before.",
            place=wave.key,
            count=count,
            invited=wave.invited,
            standing=standing,
            room=max(room, 0),
        )
