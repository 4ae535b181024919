"""A policy file, read and checked whole: its tables and keys are the classes and fields of a `Policy`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, is_dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Final, get_args, get_origin, get_type_hints

from instruments.definition.loader import DefinitionDraft, Tree
from instruments.definition.toml_positions import KeyPath
from reports.disclosure.policy import Audience, Policy, Thresholds, Within
from reports.disclosure.policy_consistency import contradictions, named

DEFAULT_POLICY: Final = Path(__file__).parent / "default_policy.toml"

_FORMAT: Final = 1
_NAMES: Final = {int: "a whole number", float: "a number", bool: "true or false"}


def read_policy(path: Path) -> Policy:
    """Return the policy in a TOML file.

    Raises Refused with every fault at once, each with its line: a file that cannot be read, keys that are
    missing, unknown or of the wrong type, numbers out of range, and numbers that contradict each other.
    """
    draft = DefinitionDraft(path)
    draft.tree = draft.read(path, ())
    draft.refuse()
    if draft.tree.get("format") != _FORMAT:
        fault = f"format is {draft.tree.get('format', 'missing')}."
        draft.add(("format",), "policy-format", fault, f"Write format = {_FORMAT}.")
    content = {key: value for key, value in draft.tree.items() if key != "format"}
    check = _Check(draft)
    check.table(Policy, content, ())
    for each in contradictions(check.sound):
        draft.add(each.path, each.code, each.fault, each.remedy)
    draft.refuse()
    policy: Policy = _built(Policy, content)
    return policy


@dataclass(frozen=True)
class _Check:
    """One comparison of a file with the policy's classes: `draft` notes faults, `sound` holds fit numbers."""

    draft: DefinitionDraft
    sound: dict[KeyPath, float] = field(default_factory=dict)

    def table(self, kind: type, table: Tree, path: KeyPath) -> None:
        """Check a table that holds a `kind`: its keys, and the type and range of its values."""
        hints = get_type_hints(kind, include_extras=True)
        self.keys(list(hints), table, path)
        for name, hint in hints.items():
            if name in table:
                self.value(hint, table[name], (*path, name))

    def keys(self, known: Sequence[str], table: Tree, path: KeyPath) -> None:
        for name in table:
            if name not in known:
                fault = f"there is no key {named((*path, name))}."
                self.draft.add((*path, name), "policy-key-unknown", fault, f"Use {', '.join(known)}.")
        for name in known:
            if name not in table:
                fault = f"{named((*path, name))} is missing."
                self.draft.add(path, "policy-key-missing", fault, "Copy it from default_policy.toml.")

    def value(self, hint: Any, value: object, path: KeyPath) -> None:  # noqa: ANN401 - a type, whatever typing calls it
        """Check one value, which should be of the type `hint`."""
        if is_dataclass(hint) or get_origin(hint) is Mapping:
            if not isinstance(value, dict):
                self.wrong_type(value, "Write a table, as default_policy.toml does.", path)
            elif isinstance(hint, type):
                self.table(hint, value, path)
            else:
                self.audiences(value, path)
        else:
            self.number(hint, value, path)

    def audiences(self, table: Tree, path: KeyPath) -> None:
        self.keys([audience.value for audience in Audience], table, path)
        for audience in Audience:
            if audience.value in table:
                self.value(Thresholds, table[audience.value], (*path, audience.value))

    def number(self, hint: Any, value: object, path: KeyPath) -> None:  # noqa: ANN401 - likewise
        kind, within = get_args(hint) if get_origin(hint) is Annotated else (hint, None)
        remedy = f"Give {_allowed(kind, within)}."
        # a whole number will do for a decimal one; true and false are none, although Python's bool is an int
        if isinstance(value, bool) != (kind is bool) or not isinstance(value, (kind, int)):
            self.wrong_type(value, remedy, path)
        elif within is not None and not within.low <= value <= within.high:
            self.draft.add(path, "policy-range", f"{named(path)} is {value}.", remedy)
        elif not isinstance(value, bool):
            self.sound[path] = value

    def wrong_type(self, value: object, remedy: str, path: KeyPath) -> None:
        self.draft.add(path, "policy-type", f"{named(path)} is {str(value)[:80]!r}.", remedy)


def _allowed(kind: type, within: Within | None) -> str:
    if within is None:
        return _NAMES[kind]
    return f"{_NAMES[kind]} from {within.low:g} to {within.high:g} ({within.unit})"


def _built(hint: Any, value: Any) -> Any:  # noqa: ANN401 - likewise
    """Return the value of the type `hint` that a checked table or number stands for."""
    if isinstance(hint, type) and is_dataclass(hint):
        return hint(**{name: _built(each, value[name]) for name, each in get_type_hints(hint).items()})
    if get_origin(hint) is Mapping:
        by_audience = {audience: _built(Thresholds, value[audience.value]) for audience in Audience}
        return MappingProxyType(by_audience)
    return value
