"""The result for those who answered: where a wave's codes and links lead once it takes no more answers.

One address for everybody, so that nothing there depends on whose slip it was, nor on whether it was used
(docs/decisions/0118).
"""

from datetime import date, timedelta

from reports.disclosure import Policy
from survey.collection import access_codes, lifecycle, wave_links
from survey.collection.code_issuing import keyed_hash
from survey.collection.keys import KeyDirectory
from survey.settings import Settings
from survey.store.database import Database
from survey.store.repositories import codes, waves
from survey.store.repositories.waves import Wave
from survey.store.tables import WaveState

# codes of refusals after which a code leads to the result: nobody answers any more
OVER = frozenset({"wave-closed", "wave-sealed"})


def show_staff(database: Database, wave_key: str, today: date) -> Wave:
    """Show the result of a sealed wave to those who answered, from today on, and return the wave.

    Done twice it is done once. It cannot be undone. Raises Refused("wave-state").
    """
    found = waves.by_key(database, wave_key)
    require_sealed(found)
    with database.writing() as connection:
        waves.show(connection, found.id, max(today, found.sealed_on or today))
    return lifecycle.fresh(database, found)


def require_sealed(wave: Wave) -> None:
    """Raise Refused("wave-state") unless there is a result, or the word that there is none."""
    lifecycle.require_state(wave, WaveState.SEALED)


def is_shown(policy: Policy, wave: Wave, today: date) -> bool:
    """Return whether those who answered are shown the result today."""
    return (
        wave.shown_on is not None or (wave.sealed_on is not None and today >= last_day(policy, wave))
    ) and today <= wave.kept_until


def last_day(policy: Policy, wave: Wave) -> date:
    """Return the day from which the result of a sealed wave is shown in any case."""
    return (wave.sealed_on or wave.closes_on) + timedelta(days=policy.collection.show_staff_days)


def code(keys: KeyDirectory, wave: Wave) -> str:
    """Return the last part of the address where the result is shown, in the form of an access code."""
    return access_codes.formatted(wave_links.results(keys, wave))


def address(settings: Settings, keys: KeyDirectory, wave: Wave) -> str:
    """Return the address where the result is shown, as people are given it."""
    return f"{settings.public_url}/r/{code(keys, wave)}"


def wave_of(database: Database, keys: KeyDirectory, given: str) -> Wave:
    """Return the wave whose result has this address, in whatever state.

    Raises Refused("link-unknown"), and Damaged where the key that links follow from is gone.
    """
    bits = wave_links.parse(given)
    wave = wave_links.find(database, keys, bits)
    # the other links of a wave lead elsewhere
    if wave is None or bits != wave_links.results(keys, wave):
        raise wave_links.unknown()
    return wave


def wave_of_code(database: Database, keys: KeyDirectory, typed: str) -> Wave:
    """Return the wave that a code, an open link or the result's own address belongs to.

    Whether the code was used is not asked. Raises Refused("code-unknown"), and Damaged as `wave_of` does.
    """
    bits = access_codes.parse(typed)
    with database.reading() as connection:
        wave_id = codes.wave_id(connection, keyed_hash(bits, keys.hashing_key()))
    if wave_id is not None:
        return waves.by_id(database, wave_id)
    wave = wave_links.find(database, keys, bits)
    if wave is None or bits not in {wave_links.link(keys, wave), wave_links.results(keys, wave)}:
        raise access_codes.unknown()
    return wave
