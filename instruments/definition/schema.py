"""Check the form of a definition (keys, types, lengths, numbers of entries) against `definition.schema.json`.

The JSON Schema is the only description of that form, and editors read the same file. What it cannot say,
for example that ids are unique or that cuts increase, is in `validation` and `texts`.
"""

import json
import math
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from instruments.definition.loader import DefinitionDraft
from instruments.definition.toml_positions import KeyPath

if TYPE_CHECKING:
    from jsonschema import TypeChecker, ValidationError

_FILE: Final = Path(__file__).parent / "definition.schema.json"
_SCHEMA: Final[Mapping[str, Any]] = json.loads(_FILE.read_text("utf-8"))
DEFS: Final[Mapping[str, Any]] = _SCHEMA["$defs"]

_TYPES: Final = {
    dict: "a table",
    list: "a list",
    str: "text",
    bool: "true or false",
}
_EXPECTED: Final = {
    "array": "a list in [ ]",
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number such as 0.5",
    "object": "a table",
    "string": "text in quotes",
}
# title in the schema → code, fault, remedy. `value` is what was written, `size` its length, `limit` what the
# keyword in the schema says and `place` the dotted path
_FAULTS: Final[Mapping[str, tuple[str, str, str]]] = {
    "text": ("text-empty", "the text is empty.", "Write it, or delete the key."),
    "id": (
        "name-invalid",
        "{value!r:.80} cannot name a variable in SPSS.",
        "Use at most 64 letters A-Z, digits and underscores, a letter first and no underscore last.",
    ),
    "format": ("format-unknown", "format {value} is not known.", "Write format = {limit}."),
    "version number": (
        "version-malformed",
        "{value!r:.80} is no version number.",
        'Write three numbers, as in "1.0.0".',
    ),
    "language tag": (
        "language-malformed",
        "{value!r:.80} is no language tag.",
        "Use one as nb, nn, da or en.",
    ),
    "kind of change": ("change-malformed", "{value!r:.80} is no kind of change.", "Write one of {limit}."),
    "category codes": ("codes-number", "the scale has {size} codes.", "Give 2 to 101."),
    "category code": (
        "codes-range",
        "the code {value} lies beyond {limit}.",
        "Number the categories plainly, as 1, 2, 3.",
    ),
    "unscored answers": ("codes-number", "there are {size} unscored answers.", "Give at most {limit}."),
    "share of the items": (
        "share-invalid",
        "{value} is no share of a dimension's items.",
        "Write a number above 0 and at most 1.",
    ),
    "editions": ("editions-none", "there are no editions.", 'Add one: school = ["en"].'),
    "languages of an edition": (
        "edition-wordless",
        "{place} lists no language.",
        "List at least one language.",
    ),
    "dimensions": ("dimensions-none", "there are no dimensions.", "Add a [[dimensions]] table."),
    "items of a dimension": (
        "dimension-empty",
        "the dimension has no items.",
        "Add an item, or drop the dimension.",
    ),
}


def check_form(draft: DefinitionDraft) -> None:
    """Note every fault of a draft's form, and keep only known keys with values of the right type.

    The checks that follow rely on types, and not on anything being there.
    """
    errors = list(_validator().iter_errors(draft.tree))
    for error in errors:
        for path, code, fault, remedy in _problems(error):
            draft.add(path, code, fault, remedy)
    for error in errors:
        path = tuple(error.absolute_path)
        if error.validator == "type":
            _drop(draft.tree, path)
        elif error.validator == "additionalProperties":
            for key in _unknown_keys(error):
                _drop(draft.tree, (*path, key))


def _problems(error: "ValidationError") -> Iterator[tuple[KeyPath, str, str, str]]:
    """Yield place, code, fault and remedy of each problem behind one error of the validator."""
    value: Any = error.instance
    limit: Any = error.validator_value
    part: Any = error.schema
    path = tuple(error.absolute_path)
    place = ".".join(map(str, path))[:100] or "the definition"
    match error.validator:
        case "type":
            number = isinstance(value, int | float) and not isinstance(value, bool)
            given = str(value) if number else _TYPES.get(type(value), f"a {type(value).__name__}")
            yield path, "type-wrong", f"{place} is {given}.", f"Make it {_EXPECTED[limit]}."
        case "required":
            # the library raises one error for each missing key, and says which only in its own sentence
            for key in sorted(set(limit) - value.keys()):
                yield path, "key-missing", f"{place} lacks the key {key!r}.", "Add it."
        case "additionalProperties":
            known = ", ".join(sorted(part["properties"]))
            for key in _unknown_keys(error):
                yield (*path, key), "key-unknown", f"{place} has no key {key!r}.", f"It has: {known}."
        case "maxLength" if "title" not in part:
            yield path, "text-long", f"the text has {len(value)} characters.", f"Say it in {limit}."
        case _:
            code, *sentences = _FAULTS[part["title"]]
            # the name of a property is faulty, and the library points at the table around it
            inside = (value,) if "propertyNames" in error.absolute_schema_path else ()
            size = len(value) if isinstance(value, str | list | dict) else 0
            shown = ", ".join(limit) if error.validator == "enum" else limit
            fault, remedy = (
                each.format(value=value, size=size, limit=shown, place=place) for each in sentences
            )
            yield (*path, *inside), code, fault, remedy


def _unknown_keys(error: "ValidationError") -> list[str]:
    table: Any = error.instance
    part: Any = error.schema
    return sorted(table.keys() - part["properties"].keys())


def _drop(tree: dict[str, Any], path: KeyPath) -> None:
    """Delete what is at the path; of a list the whole, since a shifted index would name a wrong line."""
    while isinstance(path[-1], int):
        path = path[:-1]
    holder: Any = tree
    for part in path[:-1]:
        # something around it was dropped before
        if isinstance(holder, dict) and part not in holder:
            return
        holder = holder[part]
    holder.pop(path[-1], None)


def _matches(validator: Any, pattern: str, value: object, _: object) -> "Iterator[ValidationError]":  # noqa: ANN401
    """Yield an error where a text does not match, `$` meaning the end as in the schema's own dialect.

    Python's `$` would let a line end pass after the last character.
    """
    from jsonschema import ValidationError  # noqa: PLC0415

    if validator.is_type(value, "string") and not re.search(re.sub(r"\$$", r"\\Z", pattern), str(value)):
        yield ValidationError(f"{value!r} does not match {pattern!r}")


def _is_integer(_: "TypeChecker", value: object) -> bool:
    # 1.0 is an integer to JSON Schema; as a category code it would be another key than 1 is
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(_: "TypeChecker", value: object) -> bool:
    # TOML writes inf and nan, JSON does not
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


@cache
def _validator() -> Any:  # noqa: ANN401 - the library has no types here
    """Return what checks a definition; the library is loaded with the first: most commands read none."""
    from jsonschema import Draft202012Validator, validators  # noqa: PLC0415

    types = Draft202012Validator.TYPE_CHECKER.redefine_many({"integer": _is_integer, "number": _is_number})
    checking = validators.extend(Draft202012Validator, {"pattern": _matches}, type_checker=types)  # type: ignore[no-untyped-call]
    return checking({"$ref": "#/$defs/whole", "$defs": DEFS})
