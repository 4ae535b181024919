"""A transaction as the database's own driver has it, for the one act that a whole staff does at once.

SQLAlchemy prepares, runs and ends a transaction in a third of the time that a person's whole sending takes.
Its statements are written out here once for each database, and then run by the driver.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, Select, Update

Statement = Select[Any] | Update


@dataclass(frozen=True, slots=True)
class DriverTransaction:
    """A transaction under way on a connection of the driver."""

    driver: Any  # of sqlite3 or psycopg: both run a statement with values by name
    dialect: Dialect

    @classmethod
    def of(cls, connection: Connection) -> "DriverTransaction":
        """The same transaction as SQLAlchemy's."""
        return cls(connection.connection.driver_connection, connection.dialect)

    def run(self, statement: Statement, **values: object) -> Any:  # noqa: ANN401 - a cursor of either driver
        """The driver's cursor, after the statement ran with these values for its parameters."""
        written, fixed = _written(statement, self.dialect)
        return self.driver.execute(written, {**fixed, **values})


@lru_cache(64)
def _written(statement: Statement, dialect: Dialect) -> tuple[str, Mapping[str, object]]:
    """The statement's text, and the values that stand in it from the start."""
    compiled = statement.compile(dialect=dialect)
    return str(compiled), compiled.params
