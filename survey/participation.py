"""Taking part: codes and links that admit to an open wave, and the one act of handing in answers."""

import base64
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b

from instruments.answers import Answers, encode
from instruments.problems import Refused, refuse
from survey import codes, urn
from survey.keys import KeyDirectory, UrnKeys
from survey.store import urns
from survey.store.database import Database
from survey.store.repositories import waves
from survey.store.repositories.waves import Wave
from survey.store.tables import SHARDS

MOST_CODES = 5000
LINK_LENGTH = 10
TURNOUT_STEP = 5


@dataclass(frozen=True, slots=True)
class Admission:
    """The right to hand in one set of answers; `token` is the id its entry in the urn will have.

    It lives in the respondent's own encrypted cookie and is never stored here.
    """

    wave_key: str
    token: bytes


@dataclass(frozen=True, slots=True)
class Turnout:
    """How many have answered, as coarsely as a leader may know while the wave is open: low…high."""

    low: int
    high: int


def issue(database: Database, keys: KeyDirectory, wave_key: str, count: int) -> Sequence[str]:
    """So many new codes, told this once and stored as keyed hashes only.

    Raises Refused where the wave is not open or the number is not 1…5000.
    """
    wave = waves.by_key(database, wave_key)
    if not 1 <= count <= MOST_CODES:
        remedy = f"Ask for 1 to {MOST_CODES} at a time."
        raise refuse("codes-number", f"{count} codes cannot be made.", remedy, place=wave_key)
    if wave.state != "open":
        raise refuse(
            "wave-not-open", "Codes are made for an open wave.", "Open the wave first.", place=wave_key
        )
    drawn = [codes.draw() for _ in range(count)]
    key = keys.hashing_key()
    with database.writing() as connection:
        urns.add_codes(connection, wave.id, [_keyed_hash(codes.normal(code) or "", key) for code in drawn])
    return drawn


def retire(database: Database, wave_key: str) -> None:
    """Nothing; no code of the wave printed so far admits anyone. Answers already given count as before."""
    wave = waves.by_key(database, wave_key)
    with database.writing() as connection:
        urns.retire_codes(connection, wave.id)


def admit(database: Database, keys: KeyDirectory, typed: str, today: date) -> Admission:
    """The admission of a typed or scanned code. Raises Refused: unknown, used, or the wave not open."""
    code = codes.normal(typed)
    if code is None:
        raise refuse(
            "code-unknown",
            "This is not one of our codes; a character may be mistyped.",
            "Compare it with the slip and type it again.",
        )
    with database.reading() as connection:
        wave_id = urns.wave_of_code(connection, _keyed_hash(code, keys.hashing_key()))
    if wave_id is None:
        remedy = "Compare it with the slip. If it is right, ask for a new slip."
        raise refuse("code-unknown", "No survey takes this code.", remedy)
    wave = waves.by_id(database, wave_id)
    require_open(wave, today)
    urn_keys = keys.urn(wave.key)
    token = urn.entry_id(code, urn_keys.pepper)
    with database.reading() as connection:
        stored = urns.peek(connection, wave.id, urn.shard(token, SHARDS))
    if stored is None:  # sealed since the wave was read
        raise _closed()
    if token in urn.open_box(stored, urn_keys.box).entries:
        raise refuse(
            "code-used",
            "Answers were already handed in with this code, and they are counted.",
            "You are done. If it was not you, ask for a new slip.",
        )
    return Admission(wave.key, token)


def link(keys: KeyDirectory, wave: Wave) -> str:
    """The last part of the wave's open link. Raises Refused where the wave has none or its keys are gone."""
    if not wave.open_link:
        raise refuse(
            "link-unknown", "This wave has no open link.", "Hand out slips with codes.", place=wave.key
        )
    digest = blake2b(b"open link", key=keys.urn(wave.key).pepper, digest_size=LINK_LENGTH).digest()
    return f"{wave.key}{base64.b32encode(digest).decode().lower()}"


def admit_by_link(database: Database, keys: KeyDirectory, given: str, today: date) -> Admission:
    """A new admission for whoever holds the open link. Raises Refused as `admit` does."""
    unknown = refuse("link-unknown", "No survey has this address.", "Scan the poster again.")
    try:
        wave = waves.by_key(database, given[:8])
    except Refused:
        raise unknown from None
    require_open(wave, today)
    if not wave.open_link or not secrets.compare_digest(link(keys, wave).encode(), given.lower().encode()):
        raise unknown
    if _count(database, keys.urn(wave.key), wave) >= wave.invited:
        raise _full()
    return Admission(wave.key, secrets.token_bytes(urn.ID_LENGTH))


def submit(
    database: Database, keys: KeyDirectory, admission: Admission, answers: Answers, today: date
) -> None:
    """Nothing; the answers are in the urn and on disk, once, however often this is called.

    Raises Refused where the wave does not take answers, or an open link has taken as many as were invited.
    """
    wave = waves.by_key(database, admission.wave_key)
    if answers.version.content_hash != wave.content_hash:
        raise refuse("answers-version", "These answers belong to another questionnaire.", "Start again.")
    require_open(wave, today)
    urn_keys = keys.urn(wave.key)
    if wave.public_key is None:
        raise RuntimeError("an open wave without a public key")
    sealed = urn.seal_answers(encode(answers), wave.public_key)
    place = urn.shard(admission.token, SHARDS)
    with database.writing() as connection:
        if urns.hold_open(connection, wave.id) != "open":
            raise _closed()
        box = urn.open_box(urns.take(connection, wave.id, place), urn_keys.box)
        if admission.token in box.entries:
            return
        if wave.open_link and _counted(urns.look(connection, wave.id), urn_keys) >= wave.invited:
            raise _full()
        urns.put_back(
            connection, wave.id, place, urn.close(box.with_entry(admission.token, sealed), urn_keys.box)
        )


def turnout(database: Database, keys: KeyDirectory, wave: Wave) -> Turnout:
    """How many answered so far, in steps of five: 0–4, 5–9, 10–14 …; of an open or closed wave."""
    count = _count(database, keys.urn(wave.key), wave)
    low = count // TURNOUT_STEP * TURNOUT_STEP
    return Turnout(low, low + TURNOUT_STEP - 1)


def require_open(wave: Wave, today: date) -> None:
    """Nothing, where the wave takes answers today. Raises Refused saying why not."""
    if wave.state == "draft" or (wave.state == "open" and today < wave.opens_on):
        raise refuse("wave-not-open", "The survey has not begun.", "Come back when it is open.")
    if wave.state == "sealed":
        raise refuse("wave-sealed", "The survey is over and counted.", "There is nothing more to do.")
    if wave.state == "closed" or today > wave.closes_on:
        raise _closed()


def _count(database: Database, urn_keys: UrnKeys, wave: Wave) -> int:
    with database.reading() as connection:
        return _counted(urns.look(connection, wave.id), urn_keys)


def _counted(boxes: Sequence[bytes], urn_keys: UrnKeys) -> int:
    return sum(len(urn.open_box(box, urn_keys.box).entries) for box in boxes)


def _keyed_hash(code: str, key: bytes) -> bytes:
    return blake2b(code.encode(), key=key, digest_size=32, person=b"code").digest()


def _closed() -> Refused:
    return refuse("wave-closed", "The survey is closed and takes no more answers.", "There is nothing to do.")


def _full() -> Refused:
    return refuse(
        "wave-full",
        "As many have answered as were invited, so the link takes no more answers.",
        "Tell the leader, who can raise the number or hand out slips.",
    )
