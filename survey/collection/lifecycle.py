"""A wave's life: which state follows which, and the acts that move a wave on.

A wave goes from draft to open, closed and sealed (`sealing`), and back twice, before anything was counted
(`reopening`). One whose answers nobody can read, as keys or urn are lost or damaged, is abandoned instead.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from types import MappingProxyType

from instruments import library
from instruments.problems import Refused, refuse
from reports.disclosure import Policy
from survey.collection import key_copies, key_shares, response_encoding, spacing, stored_urn, wave_links
from survey.collection.keys import KeyDirectory
from survey.collection.spacing import Period
from survey.collection.urn import Urn
from survey.operations import log
from survey.store.database import Database
from survey.store.repositories import held_key_shares, units, urns, wave_lists, waves
from survey.store.repositories.waves import Wave
from survey.store.tables import SHARDS, WaveState

# state → where it may go
TRANSITIONS: Mapping[WaveState, frozenset[WaveState]] = MappingProxyType(
    {
        WaveState.DRAFT: frozenset({WaveState.OPEN}),
        WaveState.OPEN: frozenset({WaveState.CLOSED, WaveState.ABANDONED, WaveState.DRAFT}),
        WaveState.CLOSED: frozenset({WaveState.SEALED, WaveState.ABANDONED, WaveState.OPEN}),
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
    draft, `wave-late` past its last day, `sheets-unprinted`, `sheets-unproven`, `unit-closed`, and as
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
    urn = Urn(wave.key, urn_keys := keys.make_urn(wave.key))
    size = response_encoding.length(library.get(wave.instrument), wave.background)
    # those who answer from now on are told it, and it holds whatever is decided later
    kept_years = units.years_kept(database, wave.unit_key, policy.retention.results_years)
    with database.writing() as connection:
        # again, where nobody else opens a wave of the unit meanwhile, or changes this one
        spacing.require_apart(connection, policy, period)
        units.require_open(units.by_id(connection, wave.unit_id))
        _require_unchanged(wave, waves.locked(connection, wave.id))
        begun: dict[str, object] = {"opens_on": first, "kept_years": kept_years}
        begun |= {"public_key": public_key, "urn_check": urn_keys.check}
        if waves.change_state(connection, wave.id, WaveState.OPEN, {WaveState.DRAFT}, **begun):
            wave_links.store(connection, keys, wave)
            urns.add(connection, wave.id, {shard: urn.empty(shard, size) for shard in range(SHARDS)})
            waves.record_act(connection, "wave-opened", wave.unit_id, wave.title)
    return fresh(database, wave)


def accept_sheets(database: Database, wave_key: str, public_key: bytes) -> None:
    """Make the sheets that were just printed the ones that count for a draft; earlier ones count no more.

    Raises Refused("wave-state") where it is no draft any more.
    """
    wave = waves.by_key(database, wave_key)
    require_printable(wave)
    with database.writing() as connection:
        accepted = waves.set_public_key(connection, wave.id, public_key)
        if accepted:
            waves.record_act(connection, "sheets-printed", wave.unit_id, wave.title)
    if not accepted:
        require_state(fresh(database, wave), WaveState.DRAFT)
    database.cache.forget(wave.key)


def require_printable(wave: Wave) -> None:
    """Raise Refused unless key sheets can be printed: `wave-state` or `key-whole`."""
    require_state(wave, WaveState.DRAFT)
    if not wave.split_key:
        raise refuse(
            "key-whole",
            "“%(title)s” keeps its key on the server, so it has no key sheets.",
            "Create a new survey and choose that its key is printed on three sheets.",
            place=wave.key,
            title=wave.title,
        )


def _require_unchanged(seen: Wave, now: Wave) -> None:
    if now.is_draft and now != seen:
        raise refuse(
            "wave-changed",
            "“%(title)s” was changed while you were opening it.",
            "Look at it as it is now, and open it then.",
            place=seen.key,
            title=seen.title,
        )


def _require_not_late(wave: Wave, first: date) -> None:
    if first > wave.closes_on:
        raise refuse(
            "wave-late",
            "The last day of “%(title)s” was %(last)s, so it would take no answers.",
            "Create a new survey.",
            place=wave.key,
            title=wave.title,
            last=wave.closes_on,
        )


def close(database: Database, wave_key: str, today: date = date.max) -> Wave:
    """Close an open wave and return it; closed before its last day is over, it has `today` for its last day.

    Such a wave keeps the last day it had, so that it can be opened again. Closing twice is closing. Raises
    Refused("wave-state") for a wave that is neither open nor closed.
    """
    found = waves.by_key(database, wave_key)
    require_state(found, WaveState.OPEN, WaveState.CLOSED)
    with database.writing() as connection:
        # its last day may have been moved between our look and our lock
        closed = as_closed(waves.locked(connection, found.id), today)
        days = {"closes_on": closed.closes_on, "reopens_to": closed.reopens_to}
        if waves.change_state(connection, found.id, WaveState.CLOSED, {WaveState.OPEN}, **days):
            waves.record_act(connection, "wave-closed", found.unit_id, closed.title)
    return fresh(database, found)


def as_closed(wave: Wave, today: date) -> Wave:
    """Return an open wave as it would be if its leader closed it today."""
    return replace(
        wave,
        state=WaveState.CLOSED,
        closes_on=max(wave.opens_on, min(wave.closes_on, today)),
        reopens_to=wave.closes_on if today <= wave.closes_on else None,
    )


def due(database: Database, closing_day: date) -> Sequence[Wave]:
    """Return the waves that are open although their last day, and what was begun on it, is past."""
    return [wave for wave in wave_lists.in_states(database, WaveState.OPEN) if _is_due(wave, closing_day)]


def close_due(database: Database, wave_key: str, closing_day: date) -> bool:
    """Close the wave if it is due, and return whether it was.

    `closing_day` is as in `require_taking`: closing waits for the drafts that are still taken, and so does
    sealing, which wants a closed wave. Raises Refused("wave-unknown").
    """
    found = waves.by_key(database, wave_key)
    if not _is_due(found, closing_day):
        return False
    with database.writing() as connection:
        # again as in `close`; its last day closed it, whoever came first to see that
        due_now = _is_due(waves.locked(connection, found.id), closing_day)
        if due_now:
            waves.change_state(connection, found.id, WaveState.CLOSED, {WaveState.OPEN})
            waves.record_act(connection, "wave-closed", found.unit_id, found.title, by=log.WORKER)
    fresh(database, found)
    return due_now


def as_of(wave: Wave, closing_day: date) -> Wave:
    """Return the wave as it stands, for whoever only looks: one that is due to be closed is closed."""
    return replace(wave, state=WaveState.CLOSED) if _is_due(wave, closing_day) else wave


def abandon(
    database: Database, keys: KeyDirectory, policy: Policy, wave_key: str, today: date, *, step: Step = go_on
) -> Wave:
    """Give up a wave whose answers nobody can read, and return it: its answers and keys are destroyed.

    Its codes stay, so that a slip says what became of the survey.

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
    return fresh(database, wave)


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
            "The keys to “%(title)s” are there and fit, so its answers are not lost.",
            "Close and seal it instead.",
            place=wave.key,
            title=wave.title,
        )


def lost_sheets_day(policy: Policy, wave: Wave) -> date:
    """Return the first day on which a closed wave that waits for its key sheets can be given up."""
    return wave.closes_on + timedelta(days=policy.collection.lost_sheets_days)


def destroy_remains(database: Database, keys: KeyDirectory, wave_key: str, step: Step = go_on) -> None:
    """Destroy the keys of a wave that is sealed or abandoned, and every trace of its boxes; then nothing.

    May be interrupted anywhere and run again, as where a key copy is away. Raises Damaged("database-busy").
    """
    if not keys.remaining(wave_key):
        return
    keys.destroy_private(wave_key)
    step("unreadable")
    database.scrub()
    step("scrubbed")
    if not key_copies.destroy(keys, [wave_key]):
        return
    # last, because it is what `interrupted` looks for
    keys.destroy_urn(wave_key)
    step("destroyed")


def interrupted(database: Database, keys: KeyDirectory) -> Sequence[Wave]:
    """Return the sealed and abandoned waves of which an interruption left something to destroy."""
    # by what is in the directory: most waves that were ever sealed have nothing left in it
    return wave_lists.of_keys(database, keys.held(), WaveState.SEALED, WaveState.ABANDONED)


def require_open(wave: Wave, today: date) -> None:
    """Raise Refused unless the wave admits people today.

    `wave-not-open` before it does, `wave-closed`, `wave-sealed` or `wave-abandoned` after.
    """
    if wave.is_open and today < wave.opens_on:
        raise _not_open(wave)
    # who is admitted on the last day may send a little later, and nobody is admitted then
    require_taking(wave, today)


def require_taking(wave: Wave, closing_day: date) -> None:
    """Raise Refused unless the wave takes what was begun: as `require_open` does.

    `closing_day` is the date it was when the oldest draft that may still be sent was begun. Nobody has a
    draft who was not admitted on the last day or before, so that no time needs to be kept of any.
    """
    if wave.is_draft:
        raise _not_open(wave)
    if not wave.is_open or closing_day > wave.closes_on:
        raise over(wave)


def over(wave: Wave) -> Refused:
    """Return the refusal of answers to a wave that takes no more of them."""
    if wave.is_sealed:
        return refuse(
            "wave-sealed",
            "The answers have been counted together, and the individual answers have been deleted.",
            "There is nothing more to do.",
        )
    if wave.is_abandoned:
        return refuse(
            "wave-abandoned",
            "This survey has been given up, because its answers could not be read. They have been "
            "deleted without being counted.",
            "There is nothing more to do.",
        )
    return refuse(
        "wave-closed",
        "The last day was %(last)s. Answers sent before the survey closed are counted; unsent "
        "answers are not, and we do not store them.",
        "There is nothing more to do.",
        last=wave.closes_on,
    )


def _not_open(wave: Wave) -> Refused:
    return refuse(
        "wave-not-open",
        "It takes answers from %(first)s to %(last)s, once its leader has opened it.",
        "Keep your code and try again when you have been told that the survey is open.",
        first=wave.opens_on,
        last=wave.closes_on,
    )


def require_state(wave: Wave, *needed: WaveState) -> None:
    """Raise Refused("wave-state") unless the wave is in one of these states."""
    if wave.state not in needed:
        raise refuse(
            "wave-state",
            "The survey is “%(state)s”, and this can be done only when it is “%(needed)s”.",
            "See on its page what can be done now.",
            place=wave.key,
            state=wave.state,
            needed=needed[0],
        )


def _proven_key(wave: Wave, marks: Sequence[str]) -> bytes:
    """Return the public key of a draft whose key is split. Raises Refused unless its sheets are there."""
    if wave.public_key is None:
        raise refuse(
            "sheets-unprinted",
            "The key to “%(title)s” goes on three printed sheets, and they have not been printed yet.",
            "Print the key sheets first, then open the survey with the marks printed on them.",
            place=wave.key,
            title=wave.title,
        )
    if not key_shares.are_marks(marks, wave.public_key):
        raise refuse(
            "sheets-unproven",
            "Only the marks of the sheets printed last count.",
            "Type the mark of each. If a sheet is missing, print all three again and destroy the old ones.",
            place=wave.key,
        )
    return wave.public_key


def _require_waited(policy: Policy, wave: Wave, today: date) -> None:
    # whoever dislikes what was asked is not to be faster than the two who would seal it
    day = lost_sheets_day(policy, wave)
    if today < day:
        raise refuse(
            "sheets-awaited",
            "Two of its three key sheets seal “%(title)s”. It can be given up from %(day)s on, so "
            "that those who hold them have time to hand them in.",
            "Look for the sheets until then.",
            place=wave.key,
            title=wave.title,
            day=day,
        )


def _empty(database: Database, wave: Wave, step: Step) -> None:
    """Delete the boxes, and make the wave an abandoned one: one transaction."""
    before, gone = states_before(WaveState.ABANDONED), ("public_key", "urn_check", "reopens_to")
    with database.writing() as connection:
        # nobody hands in meanwhile
        urns.lock_boxes(connection, wave.id)
        if waves.change_state(connection, wave.id, WaveState.ABANDONED, before, **dict.fromkeys(gone)):
            urns.remove(connection, wave.id)
            held_key_shares.remove(connection, wave.id)
            waves.record_act(connection, "wave-abandoned", wave.unit_id, wave.title)
        step("emptied")


def _is_due(wave: Wave, closing_day: date) -> bool:
    return wave.is_open and closing_day > wave.closes_on


def fresh(database: Database, wave: Wave) -> Wave:
    """Return the wave after a change, and let every reader see it."""
    database.cache.forget(wave.key)
    return waves.by_key(database, wave.key)
