"""Lines of keys in a TOML text, against what tomllib reads from the same text."""

import tomllib

import pytest

from instruments.definition import toml_positions
from tests.paths import REPOSITORY

HOME = REPOSITORY / "instruments"

TEXT = '''# a comment = "not a key"
title = "a # in text"
numbers = [
  1,  # one
  2, 3,
]
[table.inner]
long = """
[not a header]
key = 'no key' \\"""
"""
"quoted key".dotted = 1979-05-27 07:32:00
inline = { a = 1, b = [ { c = 2 } ] }

[[rows]]
id = 'x'
  [[rows.cells]]
  id = 1
  [[rows.cells]]
  id = 2
[[rows]]
  [rows.note]
  text = \'\'\'it's\'\'\'
'''


def paths(value, path=()):
    yield path
    children = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, child in children:
        yield from paths(child, (*path, key))


def test_every_key_has_the_line_it_stands_on():
    found = toml_positions.line_numbers(TEXT)
    assert set(found) == set(paths(tomllib.loads(TEXT)))
    assert found["title",] == 2
    assert found["numbers", 1] == 5
    assert found["table", "inner"] == 7
    assert found["table", "inner", "long"] == 8
    assert found["table", "inner", "quoted key", "dotted"] == 12
    assert found["table", "inner", "inline", "b", 0, "c"] == 13
    assert found["rows", 0, "cells", 1, "id"] == 20
    assert found["rows", 1, "note", "text"] == 23


def test_windows_line_ends_count_once():
    assert toml_positions.line_numbers(TEXT.replace("\n", "\r\n")) == toml_positions.line_numbers(TEXT)


@pytest.mark.parametrize("file", sorted(HOME.glob("questionnaires/*/*/*.toml")), ids=lambda file: file.name)
def test_every_key_of_a_shipped_file_is_found(file):
    text = file.read_text("utf-8")
    assert set(toml_positions.line_numbers(text)) == set(paths(tomllib.loads(text)))
