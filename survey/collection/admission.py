"""Admission: which codes and links let a person into an open wave.

Nothing is written when somebody is admitted: the right to answer lives in the respondent's own cookie.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from instruments.problems import Damaged, Refused, refuse
from reports.disclosure.policy import ABSOLUTE_MINIMUM
from survey.collection import access_codes, lifecycle, stored_urn, wave_links
from survey.collection.code_issuing import keyed_hash
from survey.collection.keys import KeyDirectory
from survey.collection.urn import Urn
from survey.settings import Settings
from survey.store.database import Database
from survey.store.repositories import codes, waves
from survey.store.repositories.waves import Wave


@dataclass(frozen=True, slots=True, repr=False)
class Admission:
    """Hold the right to put one entry into a wave's urn.

    `token` lives in the respondent's own encrypted cookie and is never stored here.
    """

    wave_key: str
    token: bytes


def admit(database: Database, keys: KeyDirectory, typed: str, today: date) -> Admission:
    """Admit the holder of a typed or scanned code, again and again until the answers are in.

    Whoever types what stands on the poster is admitted by its link. Raises Refused: `code-unknown`,
    `code-used`, `wave-full`, and as `lifecycle.require_open` does. Raises Damaged where the codes' key is
    gone, or the wave's answers could never be counted.
    """
    bits = access_codes.parse(typed)
    with database.reading() as connection:
        wave_id = codes.wave_id(connection, keyed_hash(bits, keys.hashing_key()))
    if wave_id is None:
        return _admit_by_typed_link(database, keys, bits, today)
    wave = waves.by_id(database, wave_id)
    lifecycle.require_open(wave, today)
    if stored_urn.has_entry(database, urn_for_answers(database, keys, wave), wave, bits):
        raise refuse(
            "code-used",
            "Answers have been sent with this code.",
            "If it was you who used it, your answers have arrived. If not, ask for a new slip.",
        )
    return Admission(wave.key, bits)


def admit_by_link(database: Database, keys: KeyDirectory, given: str, today: date) -> Admission:
    """Admit whoever holds the open link.

    Raises Refused: `link-unknown` for whatever is not a whole link of ours, `wave-full`, and as
    `lifecycle.require_open` does. Raises Damaged where the wave's answers could never be counted.
    """
    wave = _linked(database, keys, wave_links.parse(given))
    if wave is None:
        raise wave_links.unknown()
    return _admit_by(database, keys, wave, today)


def admit_to(database: Database, keys: KeyDirectory, wave: Wave, today: date) -> Admission:
    """Admit one person more to a wave that has an open link, on a device that was set up by its leader.

    Raises as `admit_by_link` does.
    """
    if not wave.open_link:
        raise wave_links.unknown()
    return _admit_by(database, keys, wave, today)


def admit_form(database: Database, keys: KeyDirectory, wave: Wave, typed: str, today: date) -> Admission:
    """Admit one form that was answered on paper: with the code of its slip, or by the open link's leave.

    Raises as `admit` and `admit_to` do, and Refused("code-elsewhere") for the code of another wave.
    """
    if wave.open_link:
        return admit_to(database, keys, wave, today)
    admitted = admit(database, keys, typed, today)
    if admitted.wave_key != wave.key:
        raise refuse(
            "code-elsewhere",
            "The code is on a slip of another survey.",
            "Type that form in where the other survey's forms are typed in.",
        )
    return admitted


def kiosk_wave(database: Database, keys: KeyDirectory, given: str, today: date) -> Wave:
    """Return the wave whose kiosk has this address. Raises as `admit_by_link` does, and admits nobody."""
    return _open_wave(database, keys, given, today, wave_links.kiosk)


def paper_wave(database: Database, keys: KeyDirectory, given: str, today: date) -> Wave:
    """Return the wave whose forms are typed in at this address. Raises as `kiosk_wave` does."""
    return _open_wave(database, keys, given, today, wave_links.paper)


def urn_for_answers(database: Database, keys: KeyDirectory, wave: Wave) -> Urn:
    """Return what opens the wave's boxes.

    Raises Damaged where its answers could never be counted: `keys-missing`, `keys-wrong`, `urn-damaged`.
    Raises Refused where the wave was sealed or abandoned a moment ago.
    """
    try:
        urn = stored_urn.open_urn(keys, wave)
        # once a second for everybody: a submission opens the box it changes in any case
        database.cache.get(f"urn {wave.key}", lambda: stored_urn.require_whole(database, urn, wave))
    except Damaged:
        now = waves.by_key(database, wave.key)
        if now.has_urn:
            raise
        raise lifecycle.over(now) from None
    return urn


def link(keys: KeyDirectory, wave: Wave) -> str:
    """Return the last part of the wave's open link, in the form of an access code.

    Raises Refused("link-unknown") where the wave has none, Damaged where the key directory is unusable.
    """
    if not wave.open_link:
        raise refuse(
            "link-unknown",
            "“%(title)s” has no open link: people come in with codes.",
            "Print slips instead.",
            place=wave.key,
            title=wave.title,
        )
    return access_codes.formatted(wave_links.link(keys, wave))


def link_address(settings: Settings, keys: KeyDirectory, wave: Wave) -> str:
    """Return the address of the wave's open link, as it stands on the poster. Raises as `link` does."""
    return f"{settings.public_url}/open/{link(keys, wave)}"


def kiosk_code(keys: KeyDirectory, wave: Wave) -> str:
    """Return the last part of the address that puts a device into kiosk mode for the wave."""
    return access_codes.formatted(wave_links.kiosk(keys, wave))


def kiosk_address(settings: Settings, keys: KeyDirectory, wave: Wave) -> str:
    """Return the address that puts a device into kiosk mode for the wave."""
    return f"{settings.public_url}/k/{kiosk_code(keys, wave)}"


def paper_address(settings: Settings, keys: KeyDirectory, wave: Wave) -> str:
    """Return the address where the wave's answers on paper are typed in."""
    return f"{settings.public_url}/p/{access_codes.formatted(wave_links.paper(keys, wave))}"


def code_address(settings: Settings, code: str) -> str:
    """Return the address that the QR code of an access code leads to."""
    return f"{settings.public_url}/c/{code}"


def _admit_by_typed_link(database: Database, keys: KeyDirectory, bits: bytes, today: date) -> Admission:
    wave = _linked(database, keys, bits)
    if wave is None:
        raise access_codes.unknown()
    return _admit_by(database, keys, wave, today)


def _open_wave(
    database: Database,
    keys: KeyDirectory,
    given: str,
    today: date,
    kind: Callable[[KeyDirectory, Wave], bytes],
) -> Wave:
    """Return the wave that this link of that kind leads to, if it takes answers today."""
    bits = wave_links.parse(given)
    wave = wave_links.find(database, keys, bits)
    if wave is None or bits != kind(keys, wave):
        raise wave_links.unknown()
    lifecycle.require_open(wave, today)
    return wave


def _linked(database: Database, keys: KeyDirectory, bits: bytes) -> Wave | None:
    """Return the wave whose open link has these bits, in whatever state. Raises Damaged as `find` does."""
    wave = wave_links.find(database, keys, bits)
    # the addresses of a kiosk and of typists are none by which anybody comes in
    if wave is None or not wave.open_link or bits != wave_links.link(keys, wave):
        return None
    return wave


def _admit_by(database: Database, keys: KeyDirectory, wave: Wave, today: date) -> Admission:
    """Admit one person more by the wave's open link, while there is room."""
    lifecycle.require_open(wave, today)
    if stored_urn.count(database, urn_for_answers(database, keys, wave), wave) >= cap(wave):
        raise full(wave)
    return Admission(wave.key, secrets.token_bytes(16))


def cap(wave: Wave) -> int:
    """Return the most answers an open link takes: everyone invited, and a margin for miscounting.

    Corrections of the number invited count in whole fives: one by one they would count the answers of a link
    that is full.
    """
    first = wave.planned_invited + max(2, wave.planned_invited // 20)
    more = wave.invited - wave.planned_invited
    return first + -(-more // ABSOLUTE_MINIMUM) * ABSOLUTE_MINIMUM


def full(wave: Wave) -> Refused:
    """Return the refusal of one more answer to a wave whose open link has as many as it takes."""
    return refuse(
        "wave-full",
        "%(invited)s people were invited, and the link takes at most %(cap)s answers. That many "
        "have arrived.",
        "If you have not answered, tell the person who invited you.",
        place=wave.key,
        invited=wave.invited,
        cap=cap(wave),
    )
