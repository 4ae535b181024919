"""Agreed actions: what a leader wrote down after a sealed wave, a few of them for one or two dimensions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from instruments import library
from instruments.problems import Refused, refuse
from reports.results.agreed_actions import FOCUS, LONGEST, MOST_ACTIONS, ActionStatus, AgreedAction, LookBack
from survey.store import random_keys
from survey.store.database import Database, searchable
from survey.store.repositories import waves
from survey.store.repositories.waves import Wave
from survey.store.tables import agreed_action, look_back, sealed_wave


@dataclass(frozen=True, slots=True)
class StoredAction:
    """An agreed action as it is written down; `key` is its address."""

    key: str
    action: AgreedAction


def of_wave(database: Database, wave: Wave) -> tuple[StoredAction, ...]:
    """Return what was agreed after the wave: by the questionnaire's dimensions, then as written."""
    return of_waves(database, [wave])[wave.id]


def of_waves(database: Database, known: Sequence[Wave]) -> Mapping[int, tuple[StoredAction, ...]]:
    """Return the same of several waves, by their ids."""
    with database.reading() as connection:
        held = _held(connection, [wave.id for wave in known])
    found = {}
    for wave in known:
        # by the questionnaire, as the report has it, and not by the alphabet
        order = [dimension.id for dimension in library.get(wave.instrument)]
        own = sorted(held.get(wave.id, ()), key=lambda each: order.index(each.action.dimension))
        found[wave.id] = tuple(own)
    return found


def agreed_before(database: Database, wave: Wave) -> tuple[AgreedAction, ...]:
    """Return what was agreed after the unit's last sealed wave, as of a second ago or less.

    It is asked for by everybody who sends answers, many at a time.
    """
    return database.cache.get(f"agreed before {wave.key}", lambda: _agreed_before(database, wave))


def _agreed_before(database: Database, wave: Wave) -> tuple[AgreedAction, ...]:
    found = waves.of_unit(database, wave.unit_key)
    sealed = [each for each in found if each.is_sealed and not each.is_part]
    return tuple(each.action for each in of_wave(database, sealed[-1])) if sealed else ()


def due(database: Database, unit_key: str, today: date) -> tuple[tuple[Wave, StoredAction], ...]:
    """Return the unit's actions whose day to look back has come, each with its wave, the oldest day first."""
    sealed = [each for each in waves.of_unit(database, unit_key) if each.is_sealed]
    return due_of(sealed, of_waves(database, sealed), today)


def due_of(
    sealed: Sequence[Wave], written: Mapping[int, tuple[StoredAction, ...]], today: date
) -> tuple[tuple[Wave, StoredAction], ...]:
    """Return the same of these sealed waves, whose actions are `written`."""
    found = [(each, one) for each in sealed for one in written[each.id] if one.action.is_due(today)]
    return tuple(sorted(found, key=lambda each: each[1].action.due))


def by_key(database: Database, wave: Wave, key: str) -> StoredAction:
    """Return the wave's action of that key. Raises Refused("action-unknown")."""
    found = [each for each in of_wave(database, wave) if each.key == searchable(key)]
    if not found:
        raise _unknown(key)
    return found[0]


def add(database: Database, wave: Wave, action: AgreedAction) -> StoredAction:
    """Store an action agreed after a sealed wave.

    Raises Refused: `wave-not-sealed`, `actions-elsewhere` for a wave that follows up another,
    `dimension-unknown`, `actions-number` for one too many, `focus-number` for a dimension too many.
    """
    if wave.is_part:
        raise refuse(
            "actions-elsewhere",
            "“%(title)s” follows up what was agreed after an earlier survey.",
            "Write the action on the page of that survey.",
            place=wave.key,
            title=wave.title,
        )
    _require_asked(wave, action.dimension)
    key = random_keys.draw()
    with database.writing() as connection:
        held = _hold(connection, wave)
        if len(held) >= MOST_ACTIONS:
            raise refuse(
                "actions-number",
                "%(most)s actions have been added already, and there is no room for more.",
                "Remove one that matters less: few are followed up, many are forgotten.",
                place=wave.key,
                most=MOST_ACTIONS,
            )
        _require_focus([*held, StoredAction(key, action)], wave)
        connection.execute(insert(agreed_action).values(key=key, wave_id=wave.id, **_columns(action)))
        waves.record_act(connection, "action-added", wave.unit_id, wave.title)
    return StoredAction(key, action)


def replace(database: Database, wave: Wave, key: str, action: AgreedAction) -> StoredAction:
    """Rewrite the action of that key. Raises Refused as `add`, and for a key the wave does not have."""
    _require_asked(wave, action.dimension)
    with database.writing() as connection:
        others = [each for each in _hold(connection, wave) if each.key != searchable(key)]
        _require_focus([*others, StoredAction(key, action)], wave)
        matching = (agreed_action.c.wave_id == wave.id) & (agreed_action.c.key == searchable(key))
        changed = connection.execute(update(agreed_action).where(matching).values(**_columns(action)))
        if changed.rowcount == 0:
            raise _unknown(key)
        waves.record_act(connection, "action-changed", wave.unit_id, wave.title)
    return StoredAction(key, action)


def remove(database: Database, wave: Wave, key: str) -> None:
    """Delete the wave's action of that key, if it is still there."""
    matching = (agreed_action.c.wave_id == wave.id) & (agreed_action.c.key == searchable(key))
    with database.writing() as connection:
        if connection.execute(delete(agreed_action).where(matching)).rowcount:
            waves.record_act(connection, "action-removed", wave.unit_id, wave.title)


def note_look_back(database: Database, wave: Wave, key: str, found: LookBack) -> None:
    """Store what became of the action of that key; a second time on one day rewrites the first.

    Raises Refused("action-unknown").
    """
    matching = (agreed_action.c.wave_id == wave.id) & (agreed_action.c.key == searchable(key))
    with database.writing() as connection:
        # the row is locked, so that two pages at once write one line for the day
        held = select(agreed_action.c.id).where(matching).with_for_update()
        action_id = connection.execute(held).scalar_one_or_none()
        if action_id is None:
            raise _unknown(key)
        same_day = (look_back.c.action_id == action_id) & (look_back.c.noted_on == found.noted_on)
        connection.execute(delete(look_back).where(same_day))
        values = {**asdict(found), "status": found.status.value}
        connection.execute(insert(look_back).values(action_id=action_id, **values))
        waves.record_act(connection, "look-back-noted", wave.unit_id, wave.title)


def _columns(action: AgreedAction) -> dict[str, Any]:
    """Return the columns of an action's own row, without what became of it."""
    columns = asdict(action)
    del columns["look_backs"]
    return columns


def _hold(connection: Connection, wave: Wave) -> list[StoredAction]:
    """Return the wave's actions, none of which comes or goes until this transaction ends."""
    # the row is locked, so that two pages at once cannot go past the number of actions together
    sealed = select(sealed_wave.c.wave_id).where(sealed_wave.c.wave_id == wave.id)
    if connection.execute(sealed.with_for_update()).one_or_none() is None:
        raise refuse(
            "wave-not-sealed",
            "The survey is “%(state)s”, and this needs a sealed survey.",
            "Close the survey and seal it first: nothing is shown before that.",
            place=wave.key,
            state=wave.state,
        )
    return _held(connection, [wave.id]).get(wave.id, [])


def _held(connection: Connection, wave_ids: Sequence[int]) -> dict[int, list[StoredAction]]:
    """Return the actions of these waves by the wave's id, each with what became of it."""
    noted = (look_back.c.status, look_back.c.sentence, look_back.c.noted_on)
    rows = (
        select(agreed_action, *noted)
        .outerjoin(look_back, look_back.c.action_id == agreed_action.c.id)
        .where(agreed_action.c.wave_id.in_(wave_ids))
        .order_by(agreed_action.c.id, look_back.c.noted_on)
    )
    found: dict[int, list[StoredAction]] = {}
    # the rows of an action stand together, one for each look back
    for _, same in groupby(connection.execute(rows), key=lambda row: row.id):
        first, *others = same
        became = [_look_back(row) for row in (first, *others) if row.status is not None]
        found.setdefault(first.wave_id, []).append(_value(first, became))
    return found


def _look_back(row: Row[Any]) -> LookBack:
    return LookBack(ActionStatus(row.status), row.sentence, row.noted_on)


def _value(row: Row[Any], look_backs: Iterable[LookBack]) -> StoredAction:
    columns = {name: getattr(row, name) for name in ("dimension", *LONGEST, "due")}
    return StoredAction(row.key, AgreedAction(**columns, look_backs=tuple(look_backs)))


def _require_asked(wave: Wave, dimension: str) -> None:
    if dimension not in {each.id for each in library.get(wave.instrument)}:
        raise refuse(
            "dimension-unknown",
            "%(instrument)s has no dimension “%(given)s”.",
            "Choose one of: %(known)s.",
            place=wave.key,
            instrument=wave.instrument,
            given=dimension[:40],
            known=", ".join(each.id for each in library.get(wave.instrument)),
        )


def _require_focus(agreed: Iterable[StoredAction], wave: Wave) -> None:
    if len({each.action.dimension for each in agreed}) > FOCUS:
        raise refuse(
            "focus-number",
            "The actions would be about more than %(focus)s dimensions.",
            "Choose one that has an action already, or remove the actions of another first.",
            place=wave.key,
            focus=FOCUS,
        )


def _unknown(key: str) -> Refused:
    return refuse(
        "action-unknown",
        "There is no action with the key “%(key)s”: it may have been removed.",
        "See on the survey's page which there are.",
        place=key,
        key=key[:40],
    )
