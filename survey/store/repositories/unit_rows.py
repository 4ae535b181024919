"""What reads the rows of units: statements built once, which takes longer than to run them.

Every page of staff begins with some of these, with the key that is `wanted`.
"""

from typing import Any, Final

from sqlalchemy import BindParameter, Select, bindparam, literal, select

from survey.store.tables import unit

_HIGHEST: Final = 50  # units above one another; there are five kinds of them


def every_row() -> Select[tuple[object, ...]]:
    """Return what reads all units, in the order of the fields of `Unit`."""
    c = unit.c
    said, states = (
        (c.organisation_number, c.language, c.invited),
        (c.closed_on, c.merged_into_id, c.merged_on, c.placed_on, c.kept_years),
    )
    return select(c.id, c.key, c.name, c.kind, c.parent_id, c.edition, *said, *states)


def ids_below(key: str | BindParameter[Any]) -> Select[tuple[int]]:
    """Return what reads the ids of the unit of that key, as `searchable` gives it, and of all below it."""
    below = select(unit.c.id).where(unit.c.key == key).cte("below", recursive=True)
    below = below.union(select(unit.c.id).where(unit.c.parent_id == below.c.id))
    return select(below.c.id)


def _line(key: BindParameter[Any]) -> Select[tuple[object, ...]]:
    at = select(unit.c.id, unit.c.parent_id, literal(0).label("height")).where(unit.c.key == key)
    above = at.cte("above", recursive=True)
    higher = select(unit.c.id, unit.c.parent_id, above.c.height + 1)
    # a unit that lies in itself is damage, which must not go on for ever here
    above = above.union_all(higher.where(unit.c.id == above.c.parent_id, above.c.height < _HIGHEST))
    return every_row().join(above, above.c.id == unit.c.id).order_by(above.c.height)


_WANTED: Final[BindParameter[Any]] = bindparam("wanted")
BY_KEY: Final = every_row().where(unit.c.key == _WANTED)
LINE: Final = _line(_WANTED)
SUBTREE: Final = every_row().where(unit.c.id.in_(ids_below(_WANTED))).order_by(unit.c.name)
KEYS_BELOW: Final = select(unit.c.key).where(unit.c.id.in_(ids_below(_WANTED)))
