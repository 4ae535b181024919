"""A wave's life: which state follows which, and the acts that move a wave on.

A wave goes from draft to open, closed and sealed, and never back. One whose answers nobody can read any
more, because its keys or key sheets are lost or its urn is damaged, is abandoned instead. Sealing itself is
in `sealing`.
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from types import MappingProxyType

from instruments import library
from instruments.problems import Refused, refuse
from reports.disclosure import Policy
from survey.collection import key_shares, planning, response_encoding, spacing, stored_urn
from survey.collection.keys import KeyDirectory
from survey.collection.planning import Plan
from survey.collection.spacing import Period
from survey.collection.urn import Urn
from survey.store.database import Database
from survey.store.repositories import codes, held_key_shares, units, urns, waves
from survey.store.repositories.waves import Wave
from survey.store.tables import SHARDS, WaveState

# state → the states it may go over to
TRANSITIONS: Mapping[WaveState, frozenset[WaveState]] = MappingProxyType(
    {
        WaveState.DRAFT: frozenset({WaveState.OPEN}),
        WaveState.OPEN: frozenset({WaveState.CLOSED, WaveState.ABANDONED}),
        WaveState.CLOSED: frozenset({WaveState.SEALED, WaveState.ABANDONED}),
        WaveState.SEALED: frozenset(),
        WaveState.ABANDONED: frozenset(),
    }
)

Step = Callable[[str], None]


def go_on(_step: str) -> None:
    """Do nothing; the tests put a crash in its place."""


def states_before(state: WaveState) -> frozenset[WaveState]:
    """Return the states from which a wave may go over to this one."""
    return frozenset(before for before, after in TRANSITIONS.items() if state in after)


def draft(database: Database, policy: Policy, plan: Plan) -> Wave:
    """Store a new wave in draft and return it.

    Raises Refused where the plan cannot be asked: `unit-unknown`, and as `planning.require_possible` and
    `spacing.require_apart` do.
    """
    place = units.by_key(database, plan.unit_key)
    version, edition = planning.require_possible(policy, plan, place)
    period = Period(spacing.line(database, place.key), plan.opens_on, plan.closes_on)
    with database.reading() as connection:
        spacing.require_apart(connection, policy, period)
    key = secrets.token_hex(4)
    waves.add(
        database,
        key=key,
        unit_id=place.id,
        title=plan.title,
        instrument=plan.instrument,
        content_hash=version.content_hash,
        edition=edition,
        language=plan.language,
        invited=plan.invited,
        opens_on=plan.opens_on,
        closes_on=plan.closes_on,
        open_link=plan.open_link,
        leaders_answer=plan.leaders_answer,
        background=plan.background,
        split_key=plan.split_key,
    )
    return waves.by_key(database, key)


def open_wave(
    database: Database,
    keys: KeyDirectory,
    policy: Policy,
    wave_key: str,
    today: date,
    *,
    marks: Sequence[str] = (),
) -> Wave:
    """Open a drafted wave and return it: its keys are on disk first, then it has an urn.

    Its first day is today where the planned one is past. Where its key is split, `marks` are those of its
    three printed sheets, typed as proof that they are there. Raises Refused: `wave-state` where it is no
    draft, `wave-late` past its last day, `sheets-unprinted`, `sheets-unproven`, and as
    `spacing.require_apart` does. Raises Damaged where the key directory is unusable.
    """
    wave = waves.by_key(database, wave_key)
    require_state(wave, WaveState.DRAFT)
    first = max(wave.opens_on, today)
    _require_not_late(wave, first)
    period = Period(spacing.line(database, wave.unit_key), first, wave.closes_on, wave.id)
    with database.reading() as connection:
        spacing.require_apart(connection, policy, period)
    keys.check()
    # two who open it at once are given the same keys, and so is who comes after a crash
    public_key = _proven_key(wave, marks) if wave.split_key else keys.make_private(wave.key)
    urn = Urn(wave.key, keys.make_urn(wave.key))
    size = response_encoding.length(library.get(wave.instrument), wave.background)
    with database.writing() as connection:
        # again, where nobody else opens a wave of the unit meanwhile
        spacing.require_apart(connection, policy, period)
        opened = waves.change_state(
            connection,
            wave.id,
            WaveState.OPEN,
            states_before(WaveState.OPEN),
            public_key=public_key,
            opens_on=first,
        )
        if opened:
            urns.add(connection, wave.id, {shard: urn.empty(shard, size) for shard in range(SHARDS)})
    return _fresh(database, wave)


def accept_sheets(database: Database, wave_key: str, public_key: bytes) -> None:
    """Make the sheets that were just printed the ones that count for a draft; earlier ones count no more.

    Raises Refused("wave-state") where it is no draft any more.
    """
    wave = waves.by_key(database, wave_key)
    require_printable(wave)
    with database.writing() as connection:
        accepted = waves.set_public_key(connection, wave.id, public_key)
    if not accepted:
        require_state(_fresh(database, wave), WaveState.DRAFT)
    database.cache.forget(wave.key)


def require_printable(wave: Wave) -> None:
    """Raise Refused unless key sheets can be printed: `wave-state` or `key-whole`."""
    require_state(wave, WaveState.DRAFT)
    if not wave.split_key:
        raise refuse(
            "key-whole",
            "“%(title)s” keeps its key on the server, so it has no key sheets.",
            "Make a new survey and choose that its key is printed on three sheets.",
            place=wave.key,
            title=wave.title,
        )


def _require_not_late(wave: Wave, first: date) -> None:
    if first > wave.closes_on:
        raise refuse(
            "wave-late",
            "The last day of “%(title)s” was %(last)s, so it would take no answers.",
            "Make a new survey.",
            place=wave.key,
            title=wave.title,
            last=wave.closes_on,
        )


def close(database: Database, wave_key: str, today: date = date.max) -> Wave:
    """Close an open wave and return it; closed before its last day, it has `today` for its last day.

    Closing twice is closing. Raises Refused("wave-state") for a wave that is neither open nor closed.
    """
    wave = waves.by_key(database, wave_key)
    require_state(wave, WaveState.OPEN, WaveState.CLOSED)
    last_day = max(wave.opens_on, min(wave.closes_on, today))
    with database.writing() as connection:
        waves.change_state(
            connection, wave.id, WaveState.CLOSED, states_before(WaveState.CLOSED), closes_on=last_day
        )
    return _fresh(database, wave)


def due(database: Database, today: date) -> Sequence[Wave]:
    """Return the waves that are open past their last day."""
    return [wave for wave in waves.every(database) if _is_due(wave, today)]


def close_due(database: Database, wave_key: str, today: date) -> bool:
    """Close the wave if it is open past its last day, and return whether it was.

    Raises Refused("wave-unknown").
    """
    if not _is_due(waves.by_key(database, wave_key), today):
        return False
    close(database, wave_key)
    return True


def as_of(wave: Wave, today: date) -> Wave:
    """Return the wave as it stands today, for whoever only looks: open past its last day, it is closed."""
    return replace(wave, state=WaveState.CLOSED) if _is_due(wave, today) else wave


def abandon(
    database: Database, keys: KeyDirectory, policy: Policy, wave_key: str, today: date, *, step: Step = go_on
) -> Wave:
    """Give up a wave whose answers nobody can read, and return it: its answers, codes and keys are destroyed.

    This cannot be undone. May be interrupted anywhere and run again, as sealing may; `step` is told each
    stage. Raises Refused as `require_unreadable` does.
    """
    wave = waves.by_key(database, wave_key)
    if not wave.is_abandoned:
        require_unreadable(database, keys, policy, wave, today)
        # without keys nothing else would say that destroying was interrupted
        keys.mark(wave.key)
        step("marked")
        _empty(database, wave, step)
    step("abandoned")
    destroy_remains(database, keys, wave.key, step)
    return _fresh(database, wave)


def require_unreadable(
    database: Database, keys: KeyDirectory, policy: Policy, wave: Wave, today: date
) -> None:
    """Raise Refused unless the wave can be given up.

    `wave-state` for a wave without an urn, `wave-readable` for one that can be sealed. One whose key is split
    can be from `lost_sheets_day` on; until then, `sheets-awaited`.
    """
    require_state(wave, *states_before(WaveState.ABANDONED))
    if stored_urn.obstacles(database, keys, wave):
        return
    if wave.split_key:
        require_state(wave, WaveState.CLOSED)
        _require_waited(policy, wave, today)
    else:
        raise refuse(
            "wave-readable",
            "The keys of “%(title)s” are there and fit, so its answers are not lost.",
            "Close and seal it instead.",
            place=wave.key,
            title=wave.title,
        )


def lost_sheets_day(policy: Policy, wave: Wave) -> date:
    """Return the first day on which a closed wave that waits for its key sheets can be given up."""
    return wave.closes_on + timedelta(days=policy.collection.lost_sheets_days)


def destroy_remains(database: Database, keys: KeyDirectory, wave_key: str, step: Step = go_on) -> None:
    """Destroy the keys of a wave that is sealed or abandoned, and every trace of its boxes; then nothing.

    May be interrupted anywhere and run again. Raises Damaged("database-busy").
    """
    if not keys.remaining(wave_key):
        return
    keys.destroy_private(wave_key)
    step("unreadable")
    database.scrub()
    step("scrubbed")
    # last, because it is what `interrupted` looks for
    keys.destroy_urn(wave_key)
    step("destroyed")


def interrupted(database: Database, keys: KeyDirectory) -> Sequence[Wave]:
    """Return the sealed and abandoned waves of which an interruption left something to destroy."""
    ended = [wave for wave in waves.every(database) if wave.is_sealed or wave.is_abandoned]
    return [wave for wave in ended if keys.remaining(wave.key)]


def require_open(wave: Wave, today: date) -> None:
    """Raise Refused unless the wave takes answers today.

    `wave-not-open` before it does, `wave-closed`, `wave-sealed` or `wave-abandoned` after.
    """
    if wave.is_draft or (wave.is_open and today < wave.opens_on):
        raise refuse(
            "wave-not-open",
            "It takes answers from %(first)s to %(last)s, once its leader has opened it.",
            "Keep your code and try again when you have been told that the survey is open.",
            first=wave.opens_on,
            last=wave.closes_on,
        )
    if not wave.is_open or today > wave.closes_on:
        raise over(wave)


def over(wave: Wave) -> Refused:
    """Return the refusal of answers to a wave that takes no more of them."""
    if wave.is_sealed:
        return refuse(
            "wave-sealed",
            "The answers have been counted together, and the single ones have been deleted.",
            "There is nothing more to do.",
        )
    if wave.is_abandoned:
        return refuse(
            "wave-abandoned",
            "This survey was given up, because its answers could not be read. They have been deleted without "
            "being counted.",
            "There is nothing more to do.",
        )
    return refuse(
        "wave-closed",
        "The last day was %(last)s. Answers that were sent before it closed are counted; unsent answers are "
        "not, and we do not store them.",
        "There is nothing more to do.",
        last=wave.closes_on,
    )


def require_state(wave: Wave, *needed: WaveState) -> None:
    """Raise Refused("wave-state") unless the wave is in one of these states."""
    if wave.state not in needed:
        raise refuse(
            "wave-state",
            "The survey's state is “%(state)s”, and this can be done only where it is “%(needed)s”.",
            "See on its page what can be done now: a survey goes from draft to open, closed and sealed, and "
            "never back.",
            place=wave.key,
            state=wave.state,
            needed=needed[0],
        )


def _proven_key(wave: Wave, marks: Sequence[str]) -> bytes:
    """Return the public key of a draft whose key is split. Raises Refused unless its sheets are there."""
    if wave.public_key is None:
        raise refuse(
            "sheets-unprinted",
            "The key of “%(title)s” goes on three printed sheets, and they are not printed yet.",
            "Print the key sheets first, then open the survey with the marks that stand on them.",
            place=wave.key,
            title=wave.title,
        )
    if not key_shares.are_marks(marks, wave.public_key):
        raise refuse(
            "sheets-unproven",
            "Only those of the sheets that were printed last count.",
            "Type the mark of each. Where a sheet is missing, print all three anew and destroy the old ones.",
            place=wave.key,
        )
    return wave.public_key


def _require_waited(policy: Policy, wave: Wave, today: date) -> None:
    # whoever dislikes what was asked must not be faster than the two who would seal it
    day = lost_sheets_day(policy, wave)
    if today < day:
        raise refuse(
            "sheets-awaited",
            "Two of its three key sheets seal “%(title)s”. It can be given up from %(day)s on, so that "
            "whoever holds them has time to give them.",
            "Look for the sheets until then.",
            place=wave.key,
            title=wave.title,
            day=day,
        )


def _empty(database: Database, wave: Wave, step: Step) -> None:
    """Delete the boxes and the codes, and make the wave an abandoned one: one transaction."""
    with database.writing() as connection:
        # nobody hands in meanwhile
        urns.lock_boxes(connection, wave.id)
        before = states_before(WaveState.ABANDONED)
        if waves.change_state(connection, wave.id, WaveState.ABANDONED, before, public_key=None):
            urns.remove(connection, wave.id)
            held_key_shares.remove(connection, wave.id)
            codes.remove(connection, wave.id)
        step("emptied")


def _is_due(wave: Wave, today: date) -> bool:
    return wave.is_open and today > wave.closes_on


def _fresh(database: Database, wave: Wave) -> Wave:
    """Return the wave after a change, and let every reader see it."""
    database.cache.forget(wave.key)
    return waves.by_key(database, wave.key)
