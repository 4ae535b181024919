"""Agreed actions: what a leader wrote down after a sealed wave, a few of them for one or two dimensions."""

import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, Row, delete, insert, select, update

from instruments import library
from instruments.problems import Refused, refuse
from reports.results.agreed_actions import FOCUS, MOST_ACTIONS, AgreedAction
from survey.store.database import Database, searchable
from survey.store.repositories.waves import Wave
from survey.store.tables import agreed_action, sealed_wave


@dataclass(frozen=True, slots=True)
class StoredAction:
    """An agreed action as it is written down; `key` is its address."""

    key: str
    action: AgreedAction


def of_wave(database: Database, wave: Wave) -> tuple[StoredAction, ...]:
    """Return what was agreed after the wave: by the questionnaire's dimensions, then as written."""
    with database.reading() as connection:
        found = _held(connection, wave)
    # by the questionnaire, as the report has it, and not by the alphabet
    order = [dimension.id for dimension in library.get(wave.instrument)]
    return tuple(sorted(found, key=lambda each: order.index(each.action.dimension)))


def by_key(database: Database, wave: Wave, key: str) -> StoredAction:
    """Return the wave's action of that key. Raises Refused("action-unknown")."""
    found = [each for each in of_wave(database, wave) if each.key == searchable(key)]
    if not found:
        raise _unknown(key)
    return found[0]


def add(database: Database, wave: Wave, action: AgreedAction) -> StoredAction:
    """Store an action agreed after a sealed wave.

    Raises Refused: `wave-not-sealed`, `dimension-unknown`, `actions-number` for one too many,
    `focus-number` for a dimension too many.
    """
    _require_asked(wave, action.dimension)
    # random, like every key that stands in an address
    key = secrets.token_hex(4)
    with database.writing() as connection:
        held = _hold(connection, wave)
        if len(held) >= MOST_ACTIONS:
            raise refuse(
                "actions-number",
                "%(most)s actions are written down already, and there is room for no more.",
                "Remove one that matters less: few are followed up, many are forgotten.",
                place=wave.key,
                most=MOST_ACTIONS,
            )
        _require_focus([*held, StoredAction(key, action)], wave)
        connection.execute(insert(agreed_action).values(key=key, wave_id=wave.id, **asdict(action)))
    return StoredAction(key, action)


def replace(database: Database, wave: Wave, key: str, action: AgreedAction) -> StoredAction:
    """Rewrite the action of that key. Raises Refused as `add`, and for a key the wave does not have."""
    _require_asked(wave, action.dimension)
    with database.writing() as connection:
        others = [each for each in _hold(connection, wave) if each.key != searchable(key)]
        _require_focus([*others, StoredAction(key, action)], wave)
        matching = (agreed_action.c.wave_id == wave.id) & (agreed_action.c.key == searchable(key))
        changed = connection.execute(update(agreed_action).where(matching).values(**asdict(action)))
        if changed.rowcount == 0:
            raise _unknown(key)
    return StoredAction(key, action)


def remove(database: Database, wave: Wave, key: str) -> None:
    """Delete the wave's action of that key, if it is still there."""
    matching = (agreed_action.c.wave_id == wave.id) & (agreed_action.c.key == searchable(key))
    with database.writing() as connection:
        connection.execute(delete(agreed_action).where(matching))


def _hold(connection: Connection, wave: Wave) -> list[StoredAction]:
    """Return the wave's actions, none of which comes or goes until this transaction ends."""
    # the row is locked, so that two pages at once cannot go past the number of actions together
    sealed = select(sealed_wave.c.wave_id).where(sealed_wave.c.wave_id == wave.id)
    if connection.execute(sealed.with_for_update()).one_or_none() is None:
        raise refuse(
            "wave-not-sealed",
            "The survey's state is “%(state)s”, and this needs a sealed one.",
            "Close the survey and seal it first: nothing is shown before.",
            place=wave.key,
            state=wave.state,
        )
    return _held(connection, wave)


def _held(connection: Connection, wave: Wave) -> list[StoredAction]:
    rows = select(agreed_action).where(agreed_action.c.wave_id == wave.id).order_by(agreed_action.c.id)
    return [_value(row) for row in connection.execute(rows)]


def _value(row: Row[tuple[object, ...]]) -> StoredAction:
    held = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
    key = str(held.pop("key"))
    del held["id"], held["wave_id"]
    return StoredAction(key, AgreedAction(**held))


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
        "There is no action of the key “%(key)s”: it may have been removed.",
        "See on the survey's page which there are.",
        place=key,
        key=key[:40],
    )
