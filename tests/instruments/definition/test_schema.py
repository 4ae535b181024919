"""The JSON Schema is what editors and the checks go by, and every fault of form has a sentence of ours."""

import tomllib
from copy import deepcopy
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from instruments import library
from instruments.definition import schema
from instruments.definition.loader import DefinitionDraft
from instruments.problems import Refused
from tests.instruments.definition.test_validation import VALUES
from tests.paths import FAULTY, MINIMAL, REPOSITORY

WRITTEN = schema._SCHEMA
EDITOR = Draft202012Validator(WRITTEN)
SHIPPED = sorted((REPOSITORY / "instruments").glob("questionnaires/*/*/*.toml"))
EXAMPLES = sorted([*MINIMAL.parent.glob("*.toml"), *(REPOSITORY / "docs" / "examples").glob("*.toml")])
# codes of faults that an editor shows while the file is written, as the schema alone says them
FORM = {
    *("key-unknown", "key-missing", "type-wrong", "text-long", "text-empty", "version-malformed"),
    *("name-invalid", "format-unknown", "language-malformed", "change-malformed", "codes-number"),
    *("codes-range", "share-invalid", "editions-none", "edition-wordless", "dimensions-none"),
    "dimension-empty",
}
# SPSS's reserved words, a change that names no item, and nan, which JSON lacks, are not in the schema
BEYOND = {"name-invalid.reserved", "change-malformed.item", "type-wrong.nan"}
FAULTS = [file for file in sorted(FAULTY.glob("*.toml")) if file.name.split(".")[0] in FORM]


def test_the_schema_is_one():
    Draft202012Validator.check_schema(WRITTEN)


@pytest.mark.parametrize("file", [*SHIPPED, *EXAMPLES], ids=lambda file: file.name)
def test_an_editor_accepts_every_sound_file(file):
    assert list(EDITOR.iter_errors(tomllib.loads(file.read_text("utf-8")))) == []


@pytest.mark.parametrize("file", [f for f in FAULTS if f.stem not in BEYOND], ids=lambda file: file.stem)
def test_an_editor_marks_what_the_checks_refuse_of_the_form(file):
    assert list(EDITOR.iter_errors(tomllib.loads(file.read_text("utf-8")))) != []


def parts(value):
    """Every part of the schema that constrains a value."""
    if isinstance(value, dict):
        yield value
        for each in value.values():
            yield from parts(each)
    elif isinstance(value, list):
        for each in value:
            yield from parts(each)


def test_every_constraint_of_the_schema_has_a_sentence_and_every_sentence_a_constraint():
    general = {"type", "required", "additionalProperties", "properties", "items", "propertyNames"}
    silent = general | {"title", "description", "$comment", "$ref", "if", "then", "else", "maxLength"}
    definitions = WRITTEN["$defs"]
    titled = [part for part in parts(definitions) if isinstance(part.get("title"), str)]
    constrained = [part for name in definitions for part in parts(definitions[name]) if "type" in part]
    assert {part["title"] for part in titled} == set(schema._FAULTS)
    assert [part for part in constrained if not part.keys() <= silent and "title" not in part] == []


def problems(tmp_path, text):
    file = tmp_path / "definition.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(Refused) as refused:
        library.load(file)
    return [(problem.code, problem.fault) for problem in refused.value.problems]


@pytest.mark.parametrize(
    ("before", "after", "code", "fault"),
    [
        ('"1.0.0"', '"1.0.0\\n"', "version-malformed", "'1.0.0\\n' is no version number."),
        ('id = "drags_on"', 'id = "drags_on\\n"', "name-invalid", "'drags_on\\n' cannot name a variable"),
        ("[0, 1, 2, 3]", "[0, 1.0, 2, 3]", "type-wrong", "scale.categories.1 is 1.0."),
        ("[0, 1, 2, 3]", "[0, true, 2, 3]", "type-wrong", "scale.categories.1 is true or false."),
        ("= 0.5", "= inf", "type-wrong", "scoring.minimum_answered is inf."),
        ("= 0.5", "= true", "type-wrong", "scoring.minimum_answered is true or false."),
        ("= 0.5", "= 2026-11-28", "type-wrong", "scoring.minimum_answered is a date."),
        ("= 0.5", "= 0", "share-invalid", "0 is no share"),
        ('"Sometimes"', "5", "type-wrong", "texts.en.categories.1 is 5."),
        ('"Sometimes"', '" \\t"', "text-empty", "the text is empty."),
    ],
)
def test_what_json_would_let_pass_is_refused_with_what_was_written(tmp_path, before, after, code, fault):
    text = MINIMAL.read_text("utf-8")
    assert before in text
    found = problems(tmp_path, text.replace(before, after))
    assert [each for each, _ in found if each == code]
    assert any(said.startswith(fault) for _, said in found)


@pytest.mark.parametrize("written", ["0x" + "f" * 5000, "9" * 30, "-" + "9" * 30])
def test_a_number_too_large_for_toml_is_refused_wherever_it_stands(tmp_path, written):
    text = MINIMAL.read_text("utf-8")
    for before in ("0.5", "1.5", '"Sometimes"', "3]"):
        assert before in text
        [found] = problems(tmp_path, text.replace(before, before.replace(before.rstrip("]"), written), 1))
        assert found == ("toml-invalid", "it is not TOML: a whole number does not fit 64 bits.")


SOUND = tomllib.loads(MINIMAL.read_text("utf-8"))


def paths(value, path=()):
    if path:
        yield path
    for key, each in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(each, dict | list):
            yield from paths(each, (*path, key))
        else:
            yield (*path, key)


@given(st.sampled_from(sorted(paths(SOUND), key=str)), VALUES)
def test_whatever_passes_on_has_the_right_type(path, value):
    tree = deepcopy(SOUND)
    holder = tree
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = value
    draft = DefinitionDraft(Path("definition.toml"), tree)
    schema.check_form(draft)
    left = {error.validator for error in schema._validator().iter_errors(draft.tree)}
    assert not left & {"type", "additionalProperties"}
