"""The JSON Schema that lets an editor complete and check a definition while it is written.

`python -m instruments.definition.json_schema` writes `definition.schema.json` anew from what the checks use.
"""

import json
from pathlib import Path
from typing import Any

from instruments.definition import inheritance
from instruments.definition import schema as shape

FILE = Path(__file__).parent / "definition.schema.json"
_NAME = "^[A-Za-z]([A-Za-z0-9_]*[A-Za-z0-9])?$"
_PATTERNS = {
    "name": _NAME,
    "id": _NAME,
    "version": r"^(0|[1-9][0-9]{0,5})\.(0|[1-9][0-9]{0,5})\.(0|[1-9][0-9]{0,5})$",
}
_TYPES = {shape.Integer: "integer", shape.Number: "number", shape.Boolean: "boolean"}
_MEANINGS = {
    "format": "The version of this file format: 1.",
    "name": "In instrument.toml the instrument's id, in a file of texts the edition's name.",
    "version": "MAJOR.MINOR.PATCH; `instrument diff` says the smallest step allowed.",
    "based_on": "The version this one builds on; only what differs is written.",
    "keep": "The items taken over from the version built on; all, if absent.",
    "changes": "What differs in the items, and why.",
    "categories": "In instrument.toml the scored codes, increasing; in texts their words.",
    "minimum_answered": "The share of a dimension's items that must be answered for a score.",
    "cuts": "The lowest score of each level but the first, in scale points.",
    "anchor": "What the text rests on.",
    "reverse": "true where agreeing counts against the dimension.",
    "terms": "Words that differ between editions, by grammatical form.",
    "referent": "The stem that stands over the items.",
}


def schema() -> dict[str, Any]:
    """The schema of `instrument.toml` and single files (they have `format`), and of files of texts."""
    definition = _of(shape.DEFINITION, "")
    required = [key for key in definition.pop("required") if key != "texts"]  # a folder has files for them
    definition["if"] = {"required": ["based_on"]}
    definition["then"] = {"required": sorted(shape.OVERLAY.required)}
    definition["else"] = {"required": required}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A questionnaire definition",
        "description": "docs/authoring.md says what each key means.",
        "if": {"required": ["format"]},
        "then": {"$ref": "#/$defs/definition"},
        "else": {"$ref": "#/$defs/texts"},
        "$defs": {"definition": definition, "texts": _of(shape.EDITION, "")},
    }


def _of(kind: shape.Kind, key: str) -> dict[str, Any]:
    made = _plain(kind, key)
    if key in _MEANINGS:
        made["description"] = _MEANINGS[key]
    return made


def _plain(kind: shape.Kind, key: str) -> dict[str, Any]:
    match kind:
        case shape.Text(longest):
            return {"type": "string", "minLength": 1, "maxLength": longest, **_form(key, longest)}
        case shape.Integer() | shape.Number() | shape.Boolean():
            return {"type": _TYPES[type(kind)]}
        case shape.ListOf(inner):
            return {"type": "array", "items": _of(inner, "")}
        case shape.Entries(inner):
            return {"type": "object", "additionalProperties": _of(inner, "")}
        case shape.Fields(kinds, required):
            table = {"type": "object", "additionalProperties": False}
            properties = {name: _of(inner, name) for name, inner in kinds.items()}
            return {**table, "properties": properties, "required": sorted(required)}


def _form(key: str, longest: int) -> dict[str, Any]:
    if key == "kind":
        return {"enum": list(inheritance.KINDS)}
    # the `name` of an edition or a dimension is words, and may be longer than an id
    return {"pattern": _PATTERNS[key]} if key in _PATTERNS and longest <= shape.LONGEST_ID else {}


def text() -> str:
    """The schema as it stands in the file."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), "utf-8")
