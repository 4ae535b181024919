"""Researchers' pages are tested on SQLite: what they call is tested on both databases."""

from tests.waves import on_sqlite_alone

engine_name = on_sqlite_alone
