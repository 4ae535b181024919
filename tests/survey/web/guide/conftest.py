"""The guide is tested on SQLite: nothing of it is in the database."""

from tests.waves import on_sqlite_alone

engine_name = on_sqlite_alone
