"""Taking part: codes and links that admit to an open wave, and the one act of handing in answers.

Nothing is written before the answers are, and then only a box that looks like noise.
"""

import base64
import secrets
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b

from sqlalchemy import Connection

from instruments.answers import SKIPPED, Answers, Skipped
from instruments.problems import Damaged, Refused, refuse
from reports.disclosure import Policy
from survey.collection import access_codes, response_encoding
from survey.collection.code_issuing import keyed_hash
from survey.collection.keys import KeyDirectory
from survey.collection.urn import Urn, seal
from survey.settings import Settings
from survey.store import urns
from survey.store.database import Database
from survey.store.repositories import waves
from survey.store.repositories.waves import Wave

_CLOSE_TO_CAP = 64  # answers; more than can be under way at once, so that the cap holds exactly
_LINK_LENGTH = 10
_KEY_LENGTH = 8  # of a wave, in its link


@dataclass(frozen=True, slots=True, repr=False)
class Admission:
    """The right to put one entry into a wave's urn.

    `token` lives in the respondent's own encrypted cookie and is never stored here.
    """

    wave_key: str
    token: bytes


@dataclass(frozen=True, slots=True)
class Turnout:
    """How many have answered, as coarsely as a leader may know while the wave is open: low…high."""

    low: int
    high: int


def admit(database: Database, keys: KeyDirectory, typed: str, today: date) -> Admission:
    """Admit the holder of a typed or scanned code, again and again until the answers are in.

    Raises Refused: `code-unknown`, `code-used`, and as `require_open` does.
    """
    bits = access_codes.parse(typed)
    with database.reading() as connection:
        wave_id = urns.wave_of_code(connection, keyed_hash(bits, keys.hashing_key()))
    if wave_id is None:
        raise access_codes.unknown("No survey takes this code.")
    wave = waves.by_id(database, wave_id)
    require_open(wave, today)
    admission = Admission(wave.key, bits)
    if has_arrived(database, keys, admission):
        raise refuse(
            "code-used",
            "Answers were already handed in with this code, and they are counted.",
            "You are done. If it was not you, ask for a new slip.",
        )
    return admission


def link(keys: KeyDirectory, wave: Wave) -> str:
    """The last part of the wave's open link. Raises Refused where the wave has none or its keys are gone."""
    if not wave.open_link:
        raise refuse(
            "link-unknown", "This wave has no open link.", "Hand out slips with codes.", place=wave.key
        )
    digest = blake2b(b"open link", key=keys.urn(wave.key).pepper, digest_size=_LINK_LENGTH).digest()
    return f"{wave.key}{base64.b32encode(digest).decode().lower()}"


def link_address(settings: Settings, keys: KeyDirectory, wave: Wave) -> str:
    """The address of the wave's open link, as it stands on the poster. Raises Refused as `link` does."""
    return f"{settings.public_url}/open/{link(keys, wave)}"


def code_address(settings: Settings, code: str) -> str:
    """The address that the QR square of a code leads to."""
    return f"{settings.public_url}/c/{code}"


def admit_by_link(database: Database, keys: KeyDirectory, given: str, today: date) -> Admission:
    """A new admission for whoever holds the open link.

    Raises Refused: `link-unknown`, `wave-full`, and as `require_open` does.
    """
    unknown = refuse("link-unknown", "No survey has this address.", "Scan the poster again.")
    try:
        wave = waves.by_key(database, given[:_KEY_LENGTH].lower())
    except Refused:
        raise unknown from None
    require_open(wave, today)
    if not wave.open_link or not secrets.compare_digest(link(keys, wave).encode(), given.lower().encode()):
        raise unknown
    if _answered(database, keys, wave) >= cap(wave):
        raise _full()
    return Admission(wave.key, secrets.token_bytes(16))


def submit(
    database: Database,
    keys: KeyDirectory,
    admission: Admission,
    answers: Answers,
    today: date,
    *,
    category: str | Skipped = SKIPPED,
) -> None:
    """Nothing; the answers are in the urn and on disk, once, however often this is called.

    `category` is what the person said to the wave's background question. Answers that arrived already are
    confirmed again, also after the wave was closed.
    Raises Refused: `answers-version`, `wave-full`, and as `require_open` and `reply.join` do.
    """
    wave = waves.cached(database, admission.wave_key)
    if wave.state != "open":
        wave = waves.by_key(database, wave.key)
    if answers.version.content_hash != wave.content_hash:
        raise refuse("answers-version", "These answers belong to another questionnaire.", "Start again.")
    if wave.public_key is None:
        require_open(wave, today)
        raise RuntimeError("an open wave without a public key")
    urn = _urn(database, keys, wave)
    entry = urn.entry_id(admission.token)
    sealed = seal(wave.public_key, response_encoding.join(answers, wave.background, category))
    place = urn.shard(entry)
    # all boxes are held, in their order, only where an open link is nearly full: then the cap is exact
    nearly_full = wave.open_link and _answered(database, keys, wave) >= cap(wave) - _CLOSE_TO_CAP

    def put_in(connection: Connection) -> None:
        boxes = urns.lock_boxes(connection, wave.id, None if nearly_full else place)
        if place not in boxes:
            raise _closed()
        fuller = urn.added(place, boxes[place], entry, sealed)
        if fuller is None:
            return
        require_open(wave, today)
        if nearly_full and _count(urn, boxes) >= cap(wave):
            raise _full()
        if not urns.replace_box(connection, wave.id, place, fuller):
            raise _closed()

    database.write_in_group(put_in)


def has_arrived(database: Database, keys: KeyDirectory, admission: Admission) -> bool:
    """Whether the answers of this admission are in the urn. Raises Damaged where there is no urn."""
    wave = waves.by_key(database, admission.wave_key)
    urn = _urn(database, keys, wave)
    entry = urn.entry_id(admission.token)
    with database.reading() as connection:
        box = urns.box(connection, wave.id, urn.shard(entry))
    return bool(box) and entry in urn.entries(urn.shard(entry), box)


def turnout(database: Database, keys: KeyDirectory, policy: Policy, wave: Wave) -> Turnout:
    """Return how many answered an open or closed wave so far, as coarsely as the policy says: 0–4, 5–9 …."""
    step = policy.collection.turnout_step
    low = _answered(database, keys, wave) // step * step
    return Turnout(low, low + step - 1)


def cap(wave: Wave) -> int:
    """The most answers an open link takes: everyone invited, and a small margin for miscounting."""
    return wave.invited + max(2, wave.invited // 20)


def require_open(wave: Wave, today: date) -> None:
    """Nothing, where the wave takes answers today.

    Raises Refused: `wave-not-open` before, `wave-closed` after it took answers, `wave-sealed`.
    """
    if wave.state == "draft" or (wave.state == "open" and today < wave.opens_on):
        raise refuse("wave-not-open", "The survey has not begun.", "Come back when it is open.")
    if wave.state == "sealed":
        raise refuse("wave-sealed", "The survey is over and counted.", "There is nothing more to do.")
    if wave.state == "closed" or today > wave.closes_on:
        raise _closed()


def _urn(database: Database, keys: KeyDirectory, wave: Wave) -> Urn:
    try:
        return Urn(wave.key, keys.urn(wave.key))
    except Damaged:
        # its keys are gone because it was sealed a moment ago, or they are lost
        if waves.by_key(database, wave.key).state == "sealed":
            raise _closed() from None
        raise


def _answered(database: Database, keys: KeyDirectory, wave: Wave) -> int:
    with database.reading() as connection:
        boxes = urns.boxes(connection, wave.id)
    return _count(_urn(database, keys, wave), boxes)


def _count(urn: Urn, boxes: urns.Boxes) -> int:
    return sum(len(urn.entries(shard, box)) for shard, box in boxes.items())


def _closed() -> Refused:
    return refuse("wave-closed", "The survey is closed and takes no more answers.", "There is nothing to do.")


def _full() -> Refused:
    return refuse(
        "wave-full",
        "As many have answered as were invited, so the link takes no more answers.",
        "Tell the leader, who can hand out slips in another wave.",
    )
