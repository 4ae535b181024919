"""Going back: a wave closed early is opened again, and one opened ahead of its first day is a draft again.

Nothing was counted of the first, and nobody can have answered the second (docs/decisions/0111 and 0112).
"""

from datetime import date, timedelta

from instruments.problems import Refused, refuse
from reports.disclosure import Policy
from survey.collection import lifecycle, planning, spacing, stored_urn, wave_links
from survey.collection.keys import KeyDirectory
from survey.collection.lifecycle import Step, go_on
from survey.store.database import Database
from survey.store.repositories import held_key_shares, urns, waves
from survey.store.repositories import wave_links as stored_links
from survey.store.repositories.waves import Wave
from survey.store.tables import WaveState


def reopen(
    database: Database,
    policy: Policy,
    wave_key: str,
    today: date,
    *,
    closes_on: date | None = None,
    step: Step = go_on,
) -> Wave:
    """Open a wave again that its leader closed early and return it; its last day is what it was, or later.

    A key sheet that is held is forgotten. `step` is told each stage. Raises Refused: `wave-state`,
    `reopening-over` past the days that the policy gives, or where its last day closed it, `reopening-again`
    where it was opened again as often as may be, `last-day-past`, `last-day-earlier`, and as
    `spacing.require_alone` does. Then nothing was changed.
    """
    found = waves.by_key(database, wave_key)
    lifecycle.require_state(found, WaveState.CLOSED)
    last_day = closes_on or found.reopens_to or found.closes_on
    line = spacing.line(database, found.unit_key)
    with database.writing() as connection:
        spacing.require_alone(connection, spacing.Period(line, found.opens_on, last_day, found.id))
        wave = waves.locked(connection, found.id)
        require_reopenable(policy, wave, today)
        planning.require_later(wave, last_day, wave.reopens_to or wave.closes_on, today)
        held_key_shares.remove(connection, wave.id)
        waves.change_state(
            connection,
            wave.id,
            WaveState.OPEN,
            {WaveState.CLOSED},
            closes_on=last_day,
            reopens_to=None,
            reopened=wave.reopened + 1,
        )
        waves.record_act(connection, "wave-reopened", wave.unit_id, wave.title)
        step("opened")
    return lifecycle.fresh(database, found)


def require_reopenable(policy: Policy, wave: Wave, today: date) -> None:
    """Raise Refused unless the wave can be opened again today, whatever its last day: as `reopen` does."""
    lifecycle.require_state(wave, WaveState.CLOSED)
    if wave.reopens_to is None or today > last_reopening_day(policy, wave):
        raise refuse(
            "reopening-over",
            "“%(title)s” was closed on %(day)s, and can no longer be opened again.",
            "Seal it, and ask again in a new survey.",
            place=wave.key,
            title=wave.title,
            day=wave.closes_on,
        )
    if wave.reopened >= policy.collection.reopenings:
        raise refuse(
            "reopening-again",
            "“%(title)s” has been opened again as often as a survey can be.",
            "Seal it, and ask again in a new survey.",
            place=wave.key,
            title=wave.title,
        )


def is_reopenable(policy: Policy, wave: Wave, today: date) -> bool:
    """Return whether the wave can be opened again today."""
    try:
        require_reopenable(policy, wave, today)
    except Refused:
        return False
    return True


def last_reopening_day(policy: Policy, wave: Wave) -> date:
    """Return the last day on which a wave that its leader closed early can be opened again."""
    return wave.closes_on + timedelta(days=policy.collection.reopen_days)


def take_back(
    database: Database, keys: KeyDirectory, wave_key: str, today: date, *, step: Step = go_on
) -> Wave:
    """Make a wave a draft again that was opened ahead of its first day, and return it.

    Its slips stay valid, and its links end but for that by which it is read. `step` is told each stage.
    Raises Refused: `wave-state`, `wave-begun`. Raises Damaged where its urn is. Then nothing was changed.
    """
    found = waves.by_key(database, wave_key)
    lifecycle.require_state(found, WaveState.OPEN)
    urn, links = stored_urn.open_urn(keys, found), wave_links.draft_hashes(keys, found.key)
    with database.writing() as connection:
        boxes = urns.lock_boxes(connection, found.id)
        wave = waves.locked(connection, found.id)
        lifecycle.require_state(wave, WaveState.OPEN)
        # the second holds whatever became of the clock
        if today >= wave.opens_on or stored_urn.count_in(urn, boxes):
            raise _begun(wave)
        urns.remove(connection, wave.id)
        stored_links.remove(connection, wave.id)
        stored_links.add(connection, wave.id, links)
        kept = {"public_key": wave.public_key if wave.split_key else None, "urn_check": None}
        waves.change_state(connection, wave.id, WaveState.DRAFT, {WaveState.OPEN}, **kept)
        waves.record_act(connection, "wave-taken-back", wave.unit_id, wave.title)
        step("taken back")
    return lifecycle.fresh(database, found)


def require_ahead(wave: Wave, today: date) -> None:
    """Raise Refused unless the wave is open ahead of its first day: `wave-state`, `wave-begun`."""
    lifecycle.require_state(wave, WaveState.OPEN)
    if today >= wave.opens_on:
        raise _begun(wave)


def _begun(wave: Wave) -> Refused:
    return refuse(
        "wave-begun",
        "“%(title)s” has taken answers since %(first)s.",
        "Close it instead, or move its last day.",
        place=wave.key,
        title=wave.title,
        first=wave.opens_on,
    )
