"""The schema for editors says what the checks say about the shape of a definition."""

import json
import tomllib
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from instruments.definition import json_schema
from tests.paths import MINIMAL, REPOSITORY

HERE = Path(__file__).parent
SHIPPED = sorted((REPOSITORY / "instruments").glob("questionnaires/*/*/*.toml"))
EXAMPLES = sorted(MINIMAL.parent.glob("*.toml"))
SHAPE = {"key-unknown", "key-missing", "type-wrong", "text-long", "version-malformed", "name-invalid"}
FAULTY = [file for file in sorted((HERE / "faulty").glob("*.toml")) if file.name.split(".")[0] in SHAPE]


@pytest.fixture(scope="module")
def validator():
    written = json.loads(json_schema.FILE.read_text("utf-8"))
    Draft202012Validator.check_schema(written)
    return Draft202012Validator(written)


def test_the_file_is_written_from_the_shape():
    assert json_schema.FILE.read_text("utf-8") == json_schema.text(), (
        "run python -m instruments.definition.json_schema"
    )


@pytest.mark.parametrize("file", [*SHIPPED, *EXAMPLES], ids=lambda file: file.name)
def test_the_schema_accepts_every_sound_file(validator, file):
    assert list(validator.iter_errors(tomllib.loads(file.read_text("utf-8")))) == []


@pytest.mark.parametrize("file", [f for f in FAULTY if "reserved" not in f.name], ids=lambda file: file.stem)
def test_the_schema_refuses_what_the_checks_refuse_of_the_shape(validator, file):
    assert list(validator.iter_errors(tomllib.loads(file.read_text("utf-8")))) != []
