"""What lies on the disk under an open database: every byte of its files, as a thief would read them."""

from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import event

from survey.store import database as databases
from tests.lent import LENT

AS_SHIPPED = databases._WRITING_PRAGMAS  # the suite lets SQLite wait for no disk


def files(database, *, journals=True):
    """The database's own files; with its journals, where PostgreSQL keeps what was overwritten."""
    if database.is_sqlite:
        path = Path(database.engine.url.database)
        return [
            each
            for each in path.parent.glob(f"{path.name}*")
            if each.is_file() and (journals or each == path)
        ]
    lent = database.engine.url.database.startswith(LENT)
    assert not lent, "other tests have written in these files: let the test take `own_files`"
    with database.engine.connect() as connection:
        connection.exec_driver_sql("CHECKPOINT")
        found = connection.exec_driver_sql("SELECT pg_relation_filepath(oid) FROM pg_class").scalars()
        relations = [name for name in found if name]
        data = Path(connection.exec_driver_sql("SHOW data_directory").scalar())
    held = [each for name in relations for each in data.glob(f"{name}*")]
    return [*held, *(data / "pg_wal").glob("0*")] if journals else held


def raw_bytes(database, *, journals=None):
    """All their bytes; of PostgreSQL without the write-ahead log unless it is asked for.

    That log keeps what was deleted until it is reused: after sealing it holds boxes whose keys are gone.
    """
    journals = database.is_sqlite if journals is None else journals
    return b"".join(each.read_bytes() for each in files(database, journals=journals) if each.is_file())


@contextmanager
def statements(database):
    """The statements that reach the database meanwhile."""
    asked = []

    def note(*told):
        asked.append(told[2])

    event.listen(database.engine, "before_cursor_execute", note)
    yield asked
    event.remove(database.engine, "before_cursor_execute", note)
