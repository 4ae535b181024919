"""What the installation knows of itself, by name: check values of what belongs to it and is kept elsewhere.

Functions take the connection of the caller's transaction.
"""

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from instruments.problems import damage
from survey.store.installation_tables import installation_value

CODES_KEY = "codes key"  # the check value of the key directory's key of codes


def add(connection: Connection, name: str, value: bytes) -> None:
    """Store a value under a name that has none yet."""
    connection.execute(insert(installation_value).values(name=name, value=value))


def add_first(connection: Connection, name: str, value: bytes) -> bool:
    """Store a value, unless another is there under its name already; return whether it was stored.

    Where another transaction is storing one, this waits for its end.
    """
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    added = dialect.insert(installation_value).values(name=name, value=value).on_conflict_do_nothing()
    return connection.scalar(added.returning(installation_value.c.name)) is not None


def replace(connection: Connection, name: str, value: bytes) -> None:
    """Store a value in place of the one under its name."""
    remove(connection, name)
    add(connection, name, value)


def remove(connection: Connection, name: str) -> None:
    """Remove the value of that name, if there is one."""
    connection.execute(delete(installation_value).where(installation_value.c.name == name))


def find(connection: Connection, name: str) -> bytes | None:
    """Return the value of that name; None where there is none."""
    found = connection.scalar(select(installation_value.c.value).where(installation_value.c.name == name))
    return None if found is None else bytes(found)


def require(connection: Connection, name: str) -> bytes:
    """Return the value of that name. Raises Damaged("value-missing") where there is none."""
    found = find(connection, name)
    if found is None:
        raise damage(
            "value-missing",
            "What the installation knows it by is not in the database.",
            "Restore the database from a backup.",
            f"installation_value {name}",
        )
    return found
