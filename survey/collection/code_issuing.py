"""One-time codes that admit to a wave: drawn, accepted as keyed hashes, retired."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

from sqlalchemy import Connection

from instruments.problems import refuse
from survey.collection import access_codes
from survey.collection.keys import KeyDirectory
from survey.store import urns
from survey.store.database import Database
from survey.store.repositories import waves
from survey.store.repositories.waves import Wave

_FEWEST_SPARES = 10


@dataclass(frozen=True, slots=True, repr=False)
class Batch:
    """Codes drawn for a wave, as bits; retiring: all earlier ones end when these are accepted."""

    wave: Wave
    drawn: Sequence[bytes]
    retiring: bool


def issue(
    database: Database, keys: KeyDirectory, wave_key: str, count: int, *, retiring: bool = False
) -> Sequence[str]:
    """So many new codes, told this once and stored as keyed hashes only; retiring: all earlier ones end.

    Raises Refused as `require_printable` and `accept` do.
    """
    batch = Batch(require_printable(database, wave_key), access_codes.generate(max(count, 0)), retiring)
    with database.writing() as connection:
        accept(connection, keys, batch)
    return [access_codes.formatted(bits) for bits in batch.drawn]


def accept(connection: Connection, keys: KeyDirectory, batch: Batch) -> None:
    """Nothing; from the end of the caller's transaction on the codes admit people.

    Raises Refused: `codes-number` where there would be more than people with some to spare.
    """
    key = keys.hashing_key()
    if batch.retiring:
        urns.retire_codes(connection, batch.wave.id)
    _require_room(batch.wave, len(batch.drawn), urns.count_codes(connection, batch.wave.id))
    urns.add_codes(connection, batch.wave.id, [keyed_hash(bits, key) for bits in batch.drawn])


def require_room(database: Database, wave_key: str, count: int, *, retiring: bool) -> None:
    """Nothing, where so many more codes would be accepted now. Raises Refused as `issue` does."""
    wave = require_printable(database, wave_key)
    with database.reading() as connection:
        standing = 0 if retiring else urns.count_codes(connection, wave.id)
    _require_room(wave, count, standing)


def retire(database: Database, wave_key: str) -> None:
    """Nothing; no code of the wave printed so far admits anyone. Answers already given count as before."""
    wave = waves.by_key(database, wave_key)
    with database.writing() as connection:
        urns.retire_codes(connection, wave.id)


def require_printable(database: Database, wave_key: str) -> Wave:
    """The wave, if codes are of use to it. Raises Refused: `wave-over`, `wave-by-link`."""
    wave = waves.by_key(database, wave_key)
    if wave.state not in {"draft", "open"}:
        raise refuse("wave-over", f"The wave is {wave.state}.", "Its codes are of no use any more.", wave_key)
    if wave.open_link:
        raise refuse("wave-by-link", "People come in by its open link.", "Print the poster.", wave_key)
    return wave


def keyed_hash(bits: bytes, key: bytes) -> bytes:
    """What is stored of a code: nobody gets from it to the code, or to the entry that was made with it."""
    return blake2b(bits, key=key, digest_size=32, person=b"kjennetegn code").digest()


def _require_room(wave: Wave, count: int, standing: int) -> None:
    room = wave.invited + max(_FEWEST_SPARES, wave.invited // 5) - standing
    if not 1 <= count <= room:
        fault = f"{wave.invited} are invited and {standing} codes stand, so {room} more can be made."
        raise refuse("codes-number", fault, "Ask for fewer, or retire the standing ones.", wave.key)
