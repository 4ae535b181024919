"""The papers are tested on SQLite: of the database they name the engine, and a unit."""

from tests.waves import on_sqlite_alone

engine_name = on_sqlite_alone
