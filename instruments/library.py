"""Find versions of instruments: those that ship, locked; an operator's own; and any that a path leads to."""

import hashlib
import tomllib
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path

from instruments import parts, versions
from instruments.definition import builder, inheritance, loader, schema, validation, version_rules
from instruments.definition.notices import Notice
from instruments.definition.notices import notices as notices_of
from instruments.model import Version
from instruments.problems import Refused, damage, refuse

HOME = Path(__file__).parent / "questionnaires"
_LOCK = HOME / "lock.toml"
_folders: list[Path] = []  # the operator's own, filled once when the program starts
# what was read of versions in these homes, and what all files there said then: they build on each other
_read_before: dict[Path, tuple[bytes, loader.DefinitionDraft, Version]] = {}
_HEAD = (
    "# The published versions and the SHA-256 of what they say; written by `kjennetegn instrument lock`.\n"
)


def load(path: Path) -> Version:
    """Return the version that a definition describes: a folder, or a single TOML file.

    A definition that builds on another one finds it beside itself, or among the shipped ones.
    Raises Refused with every problem found, each with its file and line.
    """
    return _load(path, ())[1]


def read(path: Path) -> tuple[loader.DefinitionDraft, Version]:
    """Return a definition with all it takes over, its tables and their places, and the version it describes.

    Raises Refused as `load` does.
    """
    draft = loader.read_definition(path)
    return draft, _completed(draft, ())


def completed(draft: loader.DefinitionDraft) -> Version:
    """Return the version of a draft as it was read from its files, after filling it with what it builds on.

    Raises Refused with every problem found, placed where the draft says.
    """
    return _completed(draft, ())


def path_of(reference: str) -> Path:
    """Return the file or folder of a version, shipped or an operator's own.

    Raises Refused: `instrument-unknown`.
    """
    # HOME comes last: an operator's file cannot stand in for a published version
    places = {name: path for home in (*_folders, HOME) for name, path in _versions_in(home).items()}
    if reference not in places:
        raise _unknown(reference, available())
    return places[reference]


def notices(path: Path) -> tuple[Notice, ...]:
    """Return what the author of the definition at a path should know, each with its file and line.

    Raises Refused as `load` does.
    """
    draft, version = read(path)
    lines = {each.id: draft.place(("dimensions", k, "id")) for k, each in enumerate(version)}
    return tuple(replace(each, place=lines[each.dimension]) for each in notices_of(version))


def _load(path: Path, chain: tuple[Path, ...]) -> tuple[loader.DefinitionDraft, Version]:
    """Return a definition, in which nobody may change anything, and the version it describes.

    What was read before is not read again as long as every file beside it, and every one that ships, is the
    same: a version stands on several others.
    """
    said = _said_at_home(path)
    kept = _read_before.get(path)
    if said and kept and kept[0] == said:
        return kept[1:]
    draft = loader.read_definition(path)
    version = _completed(draft, chain)
    if said:
        _read_before[path] = said, draft, version
    return draft, version


def _said_at_home(path: Path) -> bytes:
    """Return the hash of all files in all homes if a definition lies in one; else, or unread, nothing."""
    homes = (HOME, *_folders)
    if not any(path.is_relative_to(home) for home in homes):
        return b""
    said = hashlib.sha256()
    try:
        for file in (each for home in homes for each in sorted(home.rglob("*.toml"))):
            content = file.read_bytes()
            said.update(f"{file}\n{len(content)}\n".encode() + content)
    except OSError:
        return b""
    return said.digest()


def _completed(draft: loader.DefinitionDraft, chain: tuple[Path, ...]) -> Version:
    schema.check_form(draft)
    if "based_on" not in draft.tree:
        _check_alone(draft)
        return builder.build(draft.tree, draft.tree["name"], {})
    base, base_version = _base(draft, (*chain, draft.origin.resolve()))
    # the base was refused if it was faulty, so that its tables can be relied on
    inheritance.inherit(draft, base)
    draft.tree["based_on"] = base_version.reference
    validation.check_definition(draft)
    draft.refuse()
    version = builder.build(
        draft.tree, base_version.family, version_rules.inherited_meanings(draft.tree, base_version)
    )
    # what differs is read off the two built versions, and not off their files
    version_rules.check_changes(draft, base_version, version)
    draft.refuse()
    return version


def _check_alone(draft: loader.DefinitionDraft) -> None:
    """Raise Refused with every fault of a definition that builds on no other."""
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
    """Return the number of the last earlier version of the same name and major number, or an empty text.

    It is looked for beside the draft and among the versions that ship.
    """
    name, number = draft.tree.get("name", ""), draft.tree.get("version", "")
    if not (validation.is_id(name) and validation.is_version_number(number)):
        return ""
    # a file lies among versions, a folder NAME/NUMBER two levels below them
    beside = draft.origin.resolve()
    home = beside.parent.parent if beside.is_dir() else beside.parent
    kept = [reference.partition("@") for folder in (home, HOME) for reference in _versions_in(folder)]
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
    for path in _candidates(draft.origin, name, number):
        # a definition that built on itself would be loaded for ever
        if path.resolve() in chain:
            fault = f"{written!r} leads back to this definition."
            remedy = "Name an earlier version."
            raise refuse("base-circular", fault, remedy, draft.place(("based_on",)))
        if path.exists():
            return _load(path, chain)
    raise refuse("base-unknown", f"there is no version {written!r}.", remedy, draft.place(("based_on",)))


def _candidates(origin: Path, name: str, number: str) -> tuple[Path, ...]:
    """Return where a version that another one builds on may be, nearest first."""
    beside = origin.resolve()
    return (
        beside.parent.parent / name / number if beside.is_dir() else beside.parent / f"{name}@{number}.toml",
        HOME / name / number,
    )


def shipped() -> tuple[str, ...]:
    """Return the references of all versions that ship, by name and then by number."""
    return tuple(_versions_in(HOME))


def available() -> tuple[str, ...]:
    """Return the references that `get` knows: those that ship, then those in the operator's folders."""
    return tuple(reference for folder in (HOME, *_folders) for reference in _versions_in(folder))


def latest(name: str) -> str:
    """Return the reference of the highest version of a name that is published or an operator's own.

    A draft among those that ship is taken where there is no other. Raises Refused: `instrument-unknown`.
    """
    found = [reference for reference in available() if reference.partition("@")[0] == name]
    if not found:
        raise _unknown(name, available())
    drafts = set(shipped()) - set(locked_hashes())
    finished = [reference for reference in found if reference not in drafts]
    return max(finished or found, key=lambda reference: versions.number_parts(reference.partition("@")[2]))


def add_folder(folder: Path) -> None:
    """Let `get` find an operator's own versions: folders NAME/NUMBER, or files NAME@NUMBER.toml.

    They are not locked here: a wave keeps the hash of what it was asked with. Raises Refused where there is
    no such folder (`folder-missing`).
    """
    if not folder.is_dir():
        remedy = "Name a folder that holds definitions."
        raise refuse("folder-missing", "there is no folder for instruments.", remedy, str(folder))
    if folder not in _folders:
        _folders.append(folder)


def _versions_in(home: Path) -> dict[str, Path]:
    """Return reference → path of its definition, by name and then by number."""
    found = {(folder.parent.name, folder.name): folder for folder in home.glob("*/*/")}
    # a file beside a folder of the same version stands before it
    for file in home.glob("*@*.toml"):
        name, _, number = file.name.removesuffix(".toml").partition("@")
        found[name, number] = file
    known = {pair: path for pair, path in found.items() if validation.is_version_number(pair[1])}
    ordered = sorted(known, key=lambda pair: (pair[0], versions.number_parts(pair[1])))
    return {f"{name}@{number}": known[name, number] for name, number in ordered}


@cache
def get(reference: str) -> Version:
    """Return the version of a reference such as `learning_community@1.0.0`, shipped or an operator's own.

    `learning_community@1.0.0+shared_practice` is that version's part with one of its dimensions.
    Raises Refused: `instrument-unknown`. Raises Damaged: `instrument-altered` where a shipped one differs
    from what was published; `instrument-misplaced` where a definition lies under another name than its own.
    """
    if parts.is_part(reference):
        return _part(reference)
    path = path_of(reference)
    version = load(path)
    place = (
        f"instruments/questionnaires/{path.relative_to(HOME).as_posix()}"
        if path.is_relative_to(HOME)
        else str(path)
    )
    if version.reference != reference:
        fault = f"what lies under {reference} calls itself {version.reference}."
        raise damage("instrument-misplaced", fault, "Rename the file or folder, or correct its head.", place)
    # an operator's own versions have no lock: their waves keep the hash they were asked with
    published = locked_hashes() if reference in shipped() else {}
    locked = published.get(reference, version.content_hash)
    if locked != version.content_hash:
        fault = f"it was published with the hash {locked} and now has {version.content_hash}."
        remedy = "Restore its files; a published version stays, and a change makes a new one."
        raise damage("instrument-altered", fault, remedy, place)
    return version


def _part(reference: str) -> Version:
    whole, dimensions = parts.split(reference)
    try:
        part = parts.part_of(get(whole), dimensions)
    except ValueError:
        raise _unknown(reference, available()) from None
    # the same dimensions in another order would be another name of the same part
    if part.reference != reference:
        raise _unknown(reference, available())
    return part


def locked_hashes() -> dict[str, str]:
    """Return reference → SHA-256 of every published version; one without a hash here is a draft."""
    if not _LOCK.exists():
        return {}
    return dict(tomllib.loads(_LOCK.read_text("utf-8")))


def _unknown(reference: str, known: Iterable[str]) -> Refused:
    return refuse(
        "instrument-unknown",
        "There is no questionnaire %(given)s.",
        "Choose one of: %(known)s.",
        given=reference[:100],
        known=", ".join(known) or "–",
    )


def lock(reference: str) -> str:
    """Publish a draft: write its hash beside the others, and return it.

    Raises Refused: `instrument-locked` when it is published already, and what `get` raises.
    """
    if reference not in shipped():
        raise _unknown(reference, shipped())
    if reference in locked_hashes():
        remedy = "A published version stays as it is; give the change a new number."
        raise refuse("instrument-locked", f"{reference} is published.", remedy)
    entries = {**locked_hashes(), reference: get(reference).content_hash}
    _LOCK.write_text(_HEAD + "".join(f'"{name}" = "{entries[name]}"\n' for name in sorted(entries)), "utf-8")
    return entries[reference]
