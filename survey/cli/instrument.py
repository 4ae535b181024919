"""`kjennetegn instrument`: list, read, check, compare, publish and export questionnaires."""

from pathlib import Path

import click

from instruments import library, versions
from instruments.model import Version
from instruments.problems import Problem, Refused


@click.group()
def instrument() -> None:
    """List, read, check, compare and export questionnaires."""


@instrument.command("list")
def list_shipped() -> None:
    """List the versions that ship, with their editions and languages."""
    locked = library.locks()
    for reference in library.shipped():
        version = library.get(reference)
        editions = "; ".join(f"{name} {', '.join(tags)}" for name, tags in version.editions.items())
        state = "" if reference in locked else " (draft)"
        click.echo(f"{reference}{state}: {len(version.items)} items; {editions}")


@instrument.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
def check(files: tuple[Path, ...]) -> None:
    """Report every problem of definitions: files, or folders of files."""
    problems: list[Problem] = []
    for file in files:
        try:
            version = library.load(file)
        except Refused as refused:
            problems.extend(refused.problems)
        else:
            size = f"{len(version.items)} items, {len(version.wordings)} wordings"
            click.echo(f"{file}: {version.reference} is well formed ({size}).")
    if problems:
        raise Refused(problems)


@instrument.command()
@click.argument("earlier")
@click.argument("later")
def diff(earlier: str, later: str) -> None:
    """Say what differs between two versions, the step it asks for, and what may be compared."""
    a, b = named(earlier), named(later)
    for difference in versions.diff(a, b):
        click.echo(str(difference))
    click.echo(f"Smallest step allowed: {versions.smallest_bump(a, b).word}.")
    click.echo(_comparison(a, b))


@instrument.command()
@click.argument("reference")
def lock(reference: str) -> None:
    """Publish a draft that lies among the shipped versions: from now on no letter of it changes."""
    click.echo(f"{reference} is published with the hash {library.lock(reference)}.")


def named(name: str) -> Version:
    """The version of a reference such as pulse@1.0.0, or of a path. Raises Refused."""
    shipped = name in library.shipped() or not Path(name).exists()
    return library.get(name) if shipped else library.load(Path(name))


def _comparison(a: Version, b: Version) -> str:
    match versions.comparability(a, b):
        case versions.Full():
            return "Scores may be compared as they are."
        case versions.CommonItems(items):
            per = "; ".join(f"{dimension}: {', '.join(sorted(ids))}" for dimension, ids in items.items())
            return f"Scores may be compared on the common items. {per}."
        case versions.NotComparable(why):
            return f"Scores may not be compared. {versions.REASONS[why]}"
