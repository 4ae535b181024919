"""Tables for programs, kept in memory while nothing that they are made of changes.

A program reads a table page by page: the pages are of one computation, and so is the same table for the next.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Lock
from typing import Final

import polars as pl
from sqlalchemy import select

from reports.disclosure import Policy
from reports.exports import TABLES, ExportColumn
from reports.exports.dataframe import frame
from survey.publication.release import to_researchers
from survey.store.database import Database
from survey.store.ledger_tables import ledger
from survey.store.repositories.released_outside import policy_mark
from survey.store.tables import WaveState, unit, wave

_MOST_BYTES: Final = 256 * 2**20
_PERIOD: Final = "period"


@dataclass(frozen=True, slots=True)
class KeptTable:
    """Hold a table: its columns, its rows as a data frame, and a version that is another where any row is."""

    columns: tuple[ExportColumn, ...]
    rows: pl.DataFrame
    version: str

    @classmethod
    def of(cls, columns: tuple[ExportColumn, ...], rows: pl.DataFrame) -> "KeptTable":
        """Return the table with its version."""
        return cls(columns, rows, hashlib.sha256(rows.write_csv().encode()).hexdigest()[:16])

    @property
    def size(self) -> int:
        """Return about how many bytes it takes."""
        return int(self.rows.estimated_size())


class KeptTables:
    """The tables asked for last, in so many bytes at most; of each the newest state alone."""

    def __init__(self, most: int = _MOST_BYTES) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, tuple[bytes, KeptTable]] = OrderedDict()
        self._lock = Lock()

    def get(self, name: Hashable, state: bytes, make: Callable[[], KeptTable]) -> KeptTable:
        """Return the table of that name as it is in that state, made where it is not kept.

        One at a time: two programs that ask at once wait for one computation.
        """
        with self._lock:
            before, known = self._kept.get(name, (b"", None))
            table = known if known is not None and before == state else make()
            self._kept[name] = state, table
            self._kept.move_to_end(name)
            while sum(each.size for _, each in self._kept.values()) > self._most:
                self._kept.popitem(last=False)
        return table


_whole, _parts = KeptTables(), KeptTables()


def table_of(database: Database, policy: Policy, rows: str, family: bytes, since: str = "") -> KeptTable:
    """Return a table under the names of a family, from a half-year such as 2026H1 on."""
    state, name = _state(database, policy), (database.place, rows, family)

    def computed() -> KeptTable:
        made = TABLES[rows](to_researchers(database, policy), policy, family)
        # few different texts in many rows: each stands once
        return KeptTable.of(made.columns, frame(made).with_columns(pl.col(pl.String).cast(pl.Categorical)))

    def since_then() -> KeptTable:
        whole = _whole.get(name, state, computed)
        return KeptTable.of(whole.columns, whole.rows.filter(pl.col(_PERIOD).cast(pl.String) >= since))

    return _parts.get((*name, since), state, since_then) if since else _whole.get(name, state, computed)


def _state(database: Database, policy: Policy) -> bytes:
    """Return a mark that is another where anything is that tables are made of."""
    found = hashlib.blake2b(repr(policy_mark(policy)).encode(), digest_size=16)
    asked = (
        select(ledger.c.groups, ledger.c.checksum),
        select(wave).where(wave.c.state == WaveState.SEALED.value).order_by(wave.c.id),
        select(unit.c.id, unit.c.key, unit.c.kind).order_by(unit.c.id),
    )
    with database.reading() as connection:
        for each in asked:
            for row in connection.execute(each):
                found.update(repr(tuple(row)).encode())
    return found.digest()
