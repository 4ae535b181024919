"""Tables of the first version, and all that is in them, are brought several revisions further, and back.

There is one revision yet; the later ones here are kinds of change that later versions make.
"""

import shutil
from contextlib import contextmanager

import pytest
from sqlalchemy.exc import DBAPIError

from instruments.problems import Damaged
from survey.collection import lifecycle
from survey.operations import backup_folder, verification
from survey.operations.installation import Installation
from survey.operations.restore import restore
from survey.store import schema
from survey.store.repositories import units, waves
from tests.restored import elsewhere, tools
from tests.waves import answer, opened, seal, sealed, simulated

__all__ = ["elsewhere", "tools"]
pytestmark = pytest.mark.usefixtures("tools", "program_read_once")

HEAD = "import sqlalchemy as sa\nfrom alembic import op\n\nbranch_labels = depends_on = None\n"
LATER = {
    "0002": """
    # a column that every row gets, in a table that others refer to
    with op.batch_alter_table("unit") as table:
        table.add_column(sa.Column("telephone", sa.String(20), nullable=False, server_default="none"))
    op.execute("UPDATE unit SET telephone = 'of ' || name")
""",
    "0003": """
    of = sa.Column("unit_key", sa.String(40), sa.ForeignKey("unit.key"), primary_key=True)
    op.create_table("telephone_call", of)
    op.execute("INSERT INTO telephone_call SELECT key FROM unit")
""",
    "0004": """
    with op.batch_alter_table("wave") as table:
        table.alter_column("title", new_column_name="heading")
    with op.batch_alter_table("wave") as table:
        table.alter_column("heading", new_column_name="title")
    op.create_index("ix_wave_title", "wave", ["title"])
""",
}
KEPT = ("SELECT key, title, state FROM wave", "SELECT wave_id, n FROM sealed_wave")
FAULT = "\n    op.execute('UPDATE a_table_that_is_none SET a = 1')\n"
LOSS = "\n    op.execute('DELETE FROM unit')\n"


@pytest.fixture
def later(tmp_path, monkeypatch):
    """Makes this program one with later revisions, until the end of the block."""

    @contextmanager
    def programs(**also):
        folder = tmp_path / "migrations"
        shutil.copytree(schema._MIGRATIONS, folder, dirs_exist_ok=True)
        before = "0001"
        for number, text in {**LATER, **also}.items():
            named = f'revision, down_revision = "{number}", "{before}"\n'
            script = f'"""{number}."""\n\n{HEAD}{named}\n\ndef upgrade():{text}'
            (folder / "versions" / f"{number}_later.py").write_text(script, "utf-8")
            before = number
        with monkeypatch.context() as changed:
            changed.setattr(schema, "_MIGRATIONS", folder)
            schema.newest.cache_clear()
            try:
                yield
            finally:
                schema.newest.cache_clear()
        schema.newest()  # that of the program as it is

    return programs


def rows(home, statement):
    with home.database.reading() as connection:
        return sorted(map(tuple, connection.exec_driver_sql(statement)))


def test_everything_is_there_after_several_revisions_and_an_open_wave_goes_on(home, settings, later):
    done, wave = sealed(home, simulated(12)), opened(home)
    answer(home, wave, simulated(5))
    before = (
        rows(home, "SELECT key, title, state FROM wave"),
        rows(home, "SELECT wave_id, n FROM sealed_wave"),
    )
    with later():
        with pytest.raises(Damaged, match="run `kjennetegn migrate`"):
            home.database.check()
        home.database.migrate()
        assert rows(home, "SELECT version_num FROM alembic_version") == [("0004",)]
        after = (
            rows(home, "SELECT key, title, state FROM wave"),
            rows(home, "SELECT wave_id, n FROM sealed_wave"),
        )
        assert after == before
        known = {each.key: f"of {each.name}" for each in units.every(home.database)}
        assert dict(rows(home, "SELECT key, telephone FROM unit")) == known
        assert rows(home, "SELECT unit_key FROM telephone_call") == sorted((each,) for each in known)
        # nothing but the tables themselves, which the rest of this program does not know
        assert {each.code for each in verification.find_problems(settings)} == {"schema-differs"}
        again = Installation.on(settings)  # the newer program, started
        try:
            # whoever was in the middle of it goes on: what came before and after is counted
            answer(again, wave, simulated(7, seed=2))
            seal(again, lifecycle.close(again.database, wave.key))
            assert [n for _, n in rows(again, "SELECT wave_id, n FROM sealed_wave")] == [12, 12]
            states = {each.key: each.state.value for each in waves.every(again.database)}
            assert states == {done.key: "sealed", wave.key: "sealed"}
        finally:
            again.database.close()


@pytest.mark.parametrize(
    ("fault", "said"), [(FAULT, "a_table_that_is_none"), (LOSS, "(?i)foreign key|refer to rows")]
)
def test_a_revision_that_fails_leaves_the_tables_as_they_were(home, later, fault, said):
    sealed(home, simulated(12))
    before = rows(home, "SELECT * FROM unit")
    with later(**{"0004": fault}):
        with pytest.raises((DBAPIError, Damaged, RuntimeError), match=said):
            home.database.migrate()
        assert rows(home, "SELECT version_num FROM alembic_version") == [("0001",)]
    assert rows(home, "SELECT * FROM unit") == before
    home.database.check()


def test_the_way_back_is_the_backup_of_before(home, settings, later, elsewhere, tmp_path):
    wave = opened(home)
    answer(home, wave, simulated(12))
    folder = tmp_path / "before-upgrade"
    backup_folder.make(settings, home.database, folder, None)
    with later():
        home.database.migrate()
    # the program of before cannot go on with the tables of the newer one, and changes nothing of them
    with pytest.raises(Damaged, match="A newer program wrote this database"):
        home.database.check()
    told = restore(elsewhere, folder, None)
    assert [each.key for each in told.open] == [wave.key]
    again = Installation.on(elsewhere)
    try:
        assert rows(again, "SELECT version_num FROM alembic_version") == [("0001",)]
        assert verification.find_problems(elsewhere) == []
    finally:
        again.database.close()
