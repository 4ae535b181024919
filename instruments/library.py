"""The versions that ship with the house, locked, and any definition a path leads to."""

import tomllib
from functools import cache
from pathlib import Path

from instruments import building, checks, lineage, reading, shape, succession
from instruments.model import Version
from instruments.problems import refuse

HOME = Path(__file__).parent
LOCK = HOME / "lock.toml"
_HEAD = (
    "# The published versions and the SHA-256 of what they say; written by `kjennetegn instrument lock`.\n"
)


def load(path: Path) -> Version:
    """The version a definition describes: a folder, or a single TOML file.

    A definition that builds on another one finds it beside itself, or among the shipped ones.
    Raises Refused with every problem found, each with its file and line.
    """
    return _load(path, ())[1]


def _load(path: Path, chain: tuple[Path, ...]) -> tuple[reading.Draft, Version]:
    draft = reading.read(path)
    shape.conform(draft)
    if "based_on" not in draft.tree:
        _without_base(draft)
        return draft, building.build(draft.tree, draft.tree["name"], {})
    base, base_version = _base(draft, (*chain, path.resolve()))
    lineage.inherit(draft, base)
    draft.tree["based_on"] = base_version.reference
    checks.check(draft)
    draft.refuse()
    version = building.build(draft.tree, base_version.family, succession.meanings(draft.tree, base_version))
    succession.check(draft, base_version, version)
    draft.refuse()
    return draft, version


def _without_base(draft: reading.Draft) -> None:
    for key in ("keep", "changes"):
        if key in draft.tree:
            remedy = 'Name the version this one builds on: based_on = "1.0.0".'
            draft.fault((key,), "base-missing", f"{key} means nothing without based_on.", remedy)
    checks.check(draft)
    draft.refuse()


def _base(draft: reading.Draft, chain: tuple[Path, ...]) -> tuple[reading.Draft, Version]:
    written = draft.tree["based_on"]
    name, _, number = written.rpartition("@")
    name = name or draft.tree.get("name", "")
    remedy = 'Name a shipped version, or one that lies beside this: "1.0.0" or "name@1.0.0".'
    if not (checks.is_name(name) and checks.is_number(number)):
        raise refuse("base-unknown", f"{written!r} names no version.", remedy, draft.place(("based_on",)))
    for path in _shelf(draft.origin, name, number):
        if path.resolve() in chain:
            fault = f"{written!r} leads back to this definition."
            remedy = "Name an earlier version."
            raise refuse("base-circular", fault, remedy, draft.place(("based_on",)))
        if path.exists():
            return _load(path, chain)
    raise refuse("base-unknown", f"there is no version {written!r}.", remedy, draft.place(("based_on",)))


def _shelf(origin: Path, name: str, number: str) -> tuple[Path, ...]:
    """Where a version that another one builds on may lie, nearest first."""
    beside = origin.resolve()
    return (
        beside.parent.parent / name / number if beside.is_dir() else beside.parent / f"{name}@{number}.toml",
        HOME / name / number,
    )


def shipped() -> tuple[str, ...]:
    """The references of all versions that ship, by name and then by number."""
    folders = (folder for folder in HOME.glob("*/*/") if checks.is_number(folder.name))
    ordered = sorted(folders, key=lambda folder: (folder.parent.name, number_parts(folder.name)))
    return tuple(f"{folder.parent.name}@{folder.name}" for folder in ordered)


def number_parts(number: str) -> tuple[int, ...]:
    """MAJOR, MINOR and PATCH of a version number, so that 1.10.0 comes after 1.9.0."""
    return tuple(int(part) for part in number.split("."))


@cache
def get(reference: str) -> Version:
    """The shipped version of a reference such as `learning_community@1.0.0`.

    Raises Refused: `instrument-unknown`, `instrument-altered` where it differs from what was published.
    """
    if reference not in shipped():
        known = ", ".join(shipped())
        raise refuse(
            "instrument-unknown", f"there is no version {reference[:100]!r}.", f"There are: {known}."
        )
    name, _, number = reference.partition("@")
    folder = HOME / name / number
    version = load(folder)
    locked = locks().get(reference, version.content_hash)
    if locked != version.content_hash:
        fault = f"it was published with the hash {locked} and now has {version.content_hash}."
        remedy = "Restore its files; a published version stays, and a change makes a new one."
        raise refuse("instrument-altered", fault, remedy, f"instruments/{name}/{number}")
    return version


def locks() -> dict[str, str]:
    """Reference → SHA-256 of every published version; a version without a lock is a draft."""
    if not LOCK.exists():
        return {}
    return dict(tomllib.loads(LOCK.read_text("utf-8")))


def lock(reference: str) -> str:
    """Publish a draft: write its hash beside the others, and return it.

    Raises Refused: `instrument-locked` when it is published already, and what `get` raises.
    """
    if reference in locks():
        remedy = "A published version stays as it is; give the change a new number."
        raise refuse("instrument-locked", f"{reference} is published.", remedy)
    entries = {**locks(), reference: get(reference).content_hash}
    LOCK.write_text(_HEAD + "".join(f'"{name}" = "{entries[name]}"\n' for name in sorted(entries)), "utf-8")
    return entries[reference]
