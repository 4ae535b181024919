"""The versions that ship with the house, locked, those of an operator, and any that a path leads to."""

import tomllib
from functools import cache
from pathlib import Path

from instruments import versions
from instruments.definition import builder, inheritance, loader, schema, validation, version_rules
from instruments.model import Version
from instruments.problems import damage, refuse

HOME = Path(__file__).parent / "questionnaires"
_LOCK = HOME / "lock.toml"
_shelves: list[Path] = []
_HEAD = (
    "# The published versions and the SHA-256 of what they say; written by `kjennetegn instrument lock`.\n"
)


def load(path: Path) -> Version:
    """The version a definition describes: a folder, or a single TOML file.

    A definition that builds on another one finds it beside itself, or among the shipped ones.
    Raises Refused with every problem found, each with its file and line.
    """
    return _load(path, ())[1]


def _load(path: Path, chain: tuple[Path, ...]) -> tuple[loader.DefinitionDraft, Version]:
    draft = loader.read_definition(path)
    schema.check_form(draft)
    if "based_on" not in draft.tree:
        _without_base(draft)
        return draft, builder.build(draft.tree, draft.tree["name"], {})
    base, base_version = _base(draft, (*chain, path.resolve()))
    inheritance.inherit(draft, base)
    draft.tree["based_on"] = base_version.reference
    validation.check_definition(draft)
    draft.refuse()
    version = builder.build(
        draft.tree, base_version.family, version_rules.inherited_meanings(draft.tree, base_version)
    )
    version_rules.check_changes(draft, base_version, version)
    draft.refuse()
    return draft, version


def _without_base(draft: loader.DefinitionDraft) -> None:
    for key in ("keep", "changes"):
        if key in draft.tree:
            remedy = 'Name the version this one builds on: based_on = "1.0.0".'
            draft.add((key,), "base-missing", f"{key} means nothing without based_on.", remedy)
    validation.check_definition(draft)
    earlier = _earlier(draft)
    if earlier:
        fault = f"{earlier} lies there, and this does not say how it follows."
        remedy = f'Write based_on = "{earlier}" and declare the changes, or give it a new major number.'
        draft.add(("version",), "base-undeclared", fault, remedy)
    draft.refuse()


def _earlier(draft: loader.DefinitionDraft) -> str:
    """The number of the last earlier version of the same name and major number, beside it or shipped."""
    name, number = draft.tree.get("name", ""), draft.tree.get("version", "")
    if not (validation.is_id(name) and validation.is_version_number(number)):
        return ""
    beside = draft.origin.resolve()
    home = beside.parent.parent if beside.is_dir() else beside.parent
    kept = [reference.partition("@") for shelf in (home, HOME) for reference in _kept_in(shelf)]
    numbers = [versions.number_parts(later) for known, _, later in kept if known == name]
    own = versions.number_parts(number)
    earlier = [each for each in numbers if each < own and each[0] == own[0]]
    return ".".join(map(str, max(earlier, default=())))


def _base(draft: loader.DefinitionDraft, chain: tuple[Path, ...]) -> tuple[loader.DefinitionDraft, Version]:
    written = draft.tree["based_on"]
    name, _, number = written.rpartition("@")
    name = name or draft.tree.get("name", "")
    remedy = 'Name a shipped version, or one that lies beside this: "1.0.0" or "name@1.0.0".'
    if not (validation.is_id(name) and validation.is_version_number(number)):
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
    return tuple(_kept_in(HOME))


def available() -> tuple[str, ...]:
    """The references `get` knows: those that ship, and then those on the operator's shelves."""
    return tuple(reference for shelf in (HOME, *_shelves) for reference in _kept_in(shelf))


def add_folder(folder: Path) -> None:
    """Let `get` find an operator's own versions: folders NAME/NUMBER, or files NAME@NUMBER.toml.

    They are not locked here: a wave keeps the hash of what it was asked with. Raises Refused where there is
    no such folder (`shelf-missing`).
    """
    if not folder.is_dir():
        remedy = "Name a folder that holds definitions."
        raise refuse("shelf-missing", "there is no folder for instruments.", remedy, str(folder))
    if folder not in _shelves:
        _shelves.append(folder)


def _kept_in(shelf: Path) -> dict[str, Path]:
    """Reference → where its definition lies, by name and then by number."""
    found = {(folder.parent.name, folder.name): folder for folder in shelf.glob("*/*/")}
    for file in shelf.glob("*@*.toml"):
        name, _, number = file.name.removesuffix(".toml").partition("@")
        found[name, number] = file
    known = {pair: path for pair, path in found.items() if validation.is_version_number(pair[1])}
    ordered = sorted(known, key=lambda pair: (pair[0], versions.number_parts(pair[1])))
    return {f"{name}@{number}": known[name, number] for name, number in ordered}


@cache
def get(reference: str) -> Version:
    """The version of a reference such as `learning_community@1.0.0`, shipped or from a shelf.

    Raises Refused: `instrument-unknown`. Raises Damaged: `instrument-altered` where a shipped one differs
    from what was published; `instrument-misplaced` where a definition lies under another name than its own.
    """
    places = {name: path for shelf in (*_shelves, HOME) for name, path in _kept_in(shelf).items()}
    if reference not in places:
        fault = f"there is no version {reference[:100]!r}."
        raise refuse("instrument-unknown", fault, f"There are: {', '.join(available())}.")
    path = places[reference]
    version = load(path)
    place = (
        f"instruments/questionnaires/{path.relative_to(HOME).as_posix()}"
        if path.is_relative_to(HOME)
        else str(path)
    )
    if version.reference != reference:
        fault = f"what lies under {reference} calls itself {version.reference}."
        raise damage("instrument-misplaced", fault, "Rename the file or folder, or correct its head.", place)
    published = locked_hashes() if reference in shipped() else {}
    locked = published.get(reference, version.content_hash)
    if locked != version.content_hash:
        fault = f"it was published with the hash {locked} and now has {version.content_hash}."
        remedy = "Restore its files; a published version stays, and a change makes a new one."
        raise damage("instrument-altered", fault, remedy, place)
    return version


def locked_hashes() -> dict[str, str]:
    """Reference → SHA-256 of every published version; a version without a lock is a draft."""
    if not _LOCK.exists():
        return {}
    return dict(tomllib.loads(_LOCK.read_text("utf-8")))


def lock(reference: str) -> str:
    """Publish a draft: write its hash beside the others, and return it.

    Raises Refused: `instrument-locked` when it is published already, and what `get` raises.
    """
    if reference not in shipped():
        fault = f"{reference[:100]!r} does not ship."
        raise refuse("instrument-unknown", fault, f"There are: {', '.join(shipped())}.")
    if reference in locked_hashes():
        remedy = "A published version stays as it is; give the change a new number."
        raise refuse("instrument-locked", f"{reference} is published.", remedy)
    entries = {**locked_hashes(), reference: get(reference).content_hash}
    _LOCK.write_text(_HEAD + "".join(f'"{name}" = "{entries[name]}"\n' for name in sorted(entries)), "utf-8")
    return entries[reference]
