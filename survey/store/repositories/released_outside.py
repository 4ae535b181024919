"""What was ever released of a unit outside it, as the privacy account tells its staff.

Written with the ledger, which knows which group was released in how much detail: here stand the day and the
policy of each release, by unit, and every data file that a researcher took out. Nothing here is ever removed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from hashlib import blake2b

from sqlalchemy import Connection, insert, select

from reports.disclosure import ANSWERS, DetailLevel, Policy, SealedWave
from reports.disclosure.differencing.groups import Cells
from reports.disclosure.differencing.ledger import Ledger, cells_of
from survey.store.act_tables import data_export, unit_release
from survey.store.actor import present
from survey.store.database import Database


@dataclass(frozen=True, slots=True)
class UnitRelease:
    """One release of a unit's wave, alone (`units` is 1) or in a total of so many units.

    `means`, `intervals` and `items` are of how many dimensions at least that much was released; with none
    of them it was only how many answered. `policy` is the mark of the rules it was released by.
    """

    wave_key: str
    title: str
    units: int
    means: int
    intervals: int
    items: int
    released_on: date
    policy: str


@dataclass(frozen=True, slots=True)
class DataExport:
    """A data file that was taken out for research on that day: it held all that was released until then."""

    made_on: date
    content: str


def policy_mark(policy: Policy) -> str:
    """Return twelve digits that are the same for the same rules; how people sign in is none of them."""
    names = {each.name for each in fields(policy)} - {"second_factors"}
    rules = {name: getattr(policy, name) for name in sorted(names)}
    return blake2b(repr(rules).encode(), digest_size=6).hexdigest()


def newly_released(before: Ledger, after: Ledger) -> Mapping[Cells, Mapping[str, DetailLevel]]:
    """Return the groups that were decided on between the two, with the level of each figure released."""
    new = after.decided - before.decided
    found: dict[Cells, dict[str, DetailLevel]] = {}
    for entry in after.entries:
        if entry.cells in new and entry.level is not DetailLevel.NOTHING:
            found.setdefault(entry.cells, {})[entry.figure] = entry.level
    return found


def note(
    connection: Connection,
    released: Mapping[Cells, Mapping[str, DetailLevel]],
    sealeds: Iterable[SealedWave],
    policy: Policy,
) -> None:
    """Note the release of these groups for every unit in them, in the transaction of the ledger."""
    common = {"released_on": present().day, "policy": policy_mark(policy)}
    rows = []
    for sealed in sealeds:
        cells = cells_of(sealed)
        if cells not in released:
            continue
        # the same of every unit in it, of which a country has thousands
        same = {"units": len(cells), **counted(released[cells]), **common}
        own = (part.identity for part in sealed.units)
        rows += [
            {"unit_key": each.unit, "wave_key": each.wave, "title": each.wave_title, **same} for each in own
        ]
    if rows:
        connection.execute(insert(unit_release), rows)


def counted(levels: Mapping[str, DetailLevel]) -> dict[str, int]:
    """Return of how many dimensions at least the mean, the interval and the items were released."""
    dimensions = [level.value for figure, level in levels.items() if figure != ANSWERS]
    names = {"means": DetailLevel.MEAN, "intervals": DetailLevel.INTERVAL, "items": DetailLevel.ITEMS}
    return {name: sum(level >= least.value for level in dimensions) for name, least in names.items()}


def note_export(connection: Connection, content: str, policy: Policy) -> None:
    """Note that a data file with all that is released was taken out today; twice on a day is once."""
    day, c = present().day, data_export.c
    same = select(c.id).where(c.made_on == day, c.content == content)
    if connection.execute(same.limit(1)).one_or_none() is None:
        row = {"made_on": day, "content": content, "policy": policy_mark(policy)}
        connection.execute(insert(data_export).values(**row))


def of_unit(database: Database, unit_key: str) -> tuple[Sequence[UnitRelease], Sequence[DataExport]]:
    """Return every release of the unit's waves, oldest first, and every data file since the first of them."""
    c = unit_release.c
    named = [c[name] for name in UnitRelease.__dataclass_fields__]
    rows = select(*named).where(c.unit_key == unit_key).order_by(c.released_on, c.id)
    with database.reading() as connection:
        releases = [UnitRelease(*row) for row in connection.execute(rows)]
        alone = [each.released_on for each in releases if each.units == 1]
        if not alone:
            return releases, ()
        made = select(data_export.c.made_on, data_export.c.content).order_by(
            data_export.c.made_on, data_export.c.id
        )
        exports = connection.execute(made.where(data_export.c.made_on >= min(alone)))
        return releases, [DataExport(*row) for row in exports]
