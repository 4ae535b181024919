"""`kjennetegn instrument`: list, read, check, compare, publish and export questionnaires."""

import importlib
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import click

from instruments import background, library, versions
from instruments.definition.loader import DefinitionDraft
from instruments.definition.texts import text_leaves
from instruments.formats.ddi import ddi_bytes
from instruments.formats.exported_names import renamed, reserved_words
from instruments.formats.limesurvey import lss_bytes
from instruments.formats.promise import promised_in_english
from instruments.formats.translation.workbook import workbook_bytes
from instruments.formats.xlsform import xlsform_bytes
from instruments.model import Version, Wording
from instruments.problems import Problem, Refused, refuse
from survey.cli import bringing, sheet_files
from survey.cli.reading import lines

FORMATS: Mapping[str, Callable[[Version, str], bytes]] = {
    "xlsform": xlsform_bytes,
    "lss": lss_bytes,
    "ddi": ddi_bytes,
}
# the formats that people answer in, as `exported_names` calls their programs
_ANSWERED_IN = {"xlsform": "xlsform", "lss": "limesurvey"}


@click.group()
def instrument() -> None:
    """List, read, check, compare and export questionnaires."""
    shelf = os.environ.get("KJENNETEGN_INSTRUMENTS")
    if shelf:
        library.add_folder(Path(shelf))


@instrument.command("list")
def list_available() -> None:
    """List the versions that ship and your own, with their editions and languages."""
    locked = library.locked_hashes()
    for reference in library.available():
        version = library.get(reference)
        editions = "; ".join(f"{name} {', '.join(tags)}" for name, tags in version.editions.items())
        own = reference not in library.shipped()
        state = " (own)" if own else "" if reference in locked else " (draft)"
        click.echo(f"{reference}{state}: {len(version.items)} items; {editions}")


@instrument.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
def check(files: tuple[Path, ...]) -> None:
    """Report every problem of definitions, files or folders of files, and what less is released of."""
    problems: list[Problem] = []
    for file in files:
        try:
            draft, version = _checked(file)
        except Refused as refused:
            problems.extend(refused.problems)
        else:
            size = f"{len(version.items)} items, {len(version.wordings)} wordings"
            click.echo(f"{file}: {version.reference} is well formed ({size}).")
            for notice in library.notices(file):
                click.echo(str(notice))
            for word in _reserved(draft, version):
                click.echo(f"{word.place}: notice: {word.code}: {word.fault} {word.remedy}")
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
    if a.name == b.name:
        click.echo(f"Smallest step allowed: {versions.smallest_bump(a, b).label}.")
    click.echo(_comparison(a, b))


@instrument.command()
@click.argument("name")
@click.option("--edition", help="The edition to read; the first one if left out.")
@click.option("--language", help="The language to read; the edition's first one if left out.")
@click.option(
    "--as",
    "form",
    type=click.Choice(["text", "html", "pdf", "code-sheet"]),
    default="text",
    show_default=True,
)
@click.option(
    "--output", type=click.Path(path_type=Path), help="The file to write; standard output if left out."
)
def show(name: str, edition: str | None, language: str | None, form: str, output: Path | None) -> None:
    """Show a version (NAME@VERSION or a path): to read here, or as a questionnaire to print.

    The code sheet is a PDF for whoever types the answers of printed questionnaires in.
    """
    version = named(name)
    wording = _worded(version, edition, language)
    if form == "text":
        click.echo("\n".join(lines(version, wording)))
        return
    paper = importlib.import_module("reports.pdf.questionnaire")  # WeasyPrint takes a second to load
    printed = {"html": paper.html, "pdf": paper.pdf, "code-sheet": paper.code_sheet}[form](version, wording)
    _write(printed.encode() if form == "html" else printed, output)


@instrument.command()
@click.argument("name")
@click.option("--as", "form", type=click.Choice(list(FORMATS)), required=True)
@click.option("--edition", help="The edition to export; the first one if left out.")
@click.option("--output", type=click.Path(path_type=Path), required=True, help="The file to write.")
def export(name: str, form: str, edition: str | None, output: Path) -> None:
    """Write an edition, in all its languages, as XLSForm, LimeSurvey or DDI.

    Ids that the other program reserves are renamed, with a warning. Our promise is not exported.
    """
    version = named(name)
    chosen = _worded(version, edition, None).edition
    _write(FORMATS[form](version, chosen), output)
    if form in _ANSWERED_IN:
        for warning in (*renamed(version, _ANSWERED_IN[form]), *promised_in_english(version, chosen)):
            click.echo(f"warning: {warning}", err=True)


@instrument.command()
@click.argument("name")
@click.option(
    "--output", type=click.Path(path_type=Path), required=True, help="The workbook or folder to write."
)
@click.option("--read", "read_from", type=click.Path(path_type=Path), help="A workbook to read back.")
@click.option("--source", default="", help="The language translated from; the first one if left out.")
@click.option("--new", multiple=True, metavar="TAG", help="A language to add, with an empty column.")
def sheet(name: str, output: Path, read_from: Path | None, source: str, new: tuple[str, ...]) -> None:
    """Write all texts of a version side by side as a workbook, for translators, or read one back.

    With --read, the definition is written to the folder OUTPUT with the changes of the workbook: all of
    it to a new folder, or what changes to its own. Nothing is written where anything is wrong.
    """
    path = Path(name) if Path(name).exists() else library.path_of(name)
    if read_from is None:
        _write(workbook_bytes(*library.read(path), source, new), output)
    elif source or new:
        raise refuse("option-unused", "--source and --new are of writing a sheet.", "Leave them out.")
    else:
        for line in sheet_files.write(path, read_from, output):
            click.echo(line)


@instrument.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--to", "folder", type=click.Path(path_type=Path), help="The folder to write the definition to."
)
@click.option("--edition", default="skole", show_default=True, help="The edition that the definition gets.")
@click.option(
    "--language", default="nb", show_default=True, help="The language of texts that none is named for."
)
def read(file: Path, folder: Path | None, edition: str, language: str) -> None:
    """Read an XLSForm (.xlsx) or a survey of LimeSurvey (.lss) into a definition to go on with.

    Prints what cannot be kept and what has to be written. With --to, the definition is written as a file of
    that folder; nothing is ever written over.
    """
    for line in bringing.bring(file, folder, edition, language):
        click.echo(line)


@instrument.command()
@click.argument("reference")
def lock(reference: str) -> None:
    """Publish a draft among the shipped versions, or a background question: it is locked from now on."""
    is_question = reference in background.available()
    content_hash = background.publish(reference) if is_question else library.lock(reference)
    click.echo(f"{reference} is published with the hash {content_hash}.")


def named(name: str) -> Version:
    """Return the version of a reference such as pulse@1.0.0, or of a path. Raises Refused."""
    # a draft is worked on as a file, before it has a place in the library
    return library.load(Path(name)) if Path(name).exists() else library.get(name)


def _reserved(draft: DefinitionDraft, version: Version) -> Iterator[Problem]:
    """Yield what is to be known of ids that other programs reserve, each where it stands."""
    lines = {}
    for k, dimension in enumerate(version):
        lines[dimension.id] = draft.place(("dimensions", k, "id"))
        for m, item in enumerate(dimension.items):
            lines[item.id] = draft.place(("dimensions", k, "items", m, "id"))
    return (replace(word, place=lines[word.place]) for word in reserved_words(version))


def _checked(file: Path) -> tuple[DefinitionDraft, Version]:
    """Return a definition's tables and places, and the version that it describes.

    Raises Refused with every problem found, or with every text that cannot be printed.
    """
    draft, version = library.read(file)
    letters = importlib.import_module("reports.pdf.letters")  # reading fonts takes a while
    texts = text_leaves(draft.tree["texts"], ("texts",))
    unprintable = letters.unprintable((draft.place(path), text) for path, text in texts)
    if unprintable:
        raise Refused(unprintable)
    return draft, version


def _worded(version: Version, edition: str | None, language: str | None) -> Wording:
    edition = edition or next(iter(version.editions))
    languages = version.editions.get(edition, ())
    language = language or next(iter(languages), "")
    if language not in languages:
        there = "; ".join(f"{name}: {', '.join(tags)}" for name, tags in version.editions.items())
        fault = f"{version.reference} has no edition {edition!r} in {language!r}."
        raise refuse("wording-unknown", fault, f"There are {there}.")
    return version.wording(edition, language)


def _write(content: bytes, output: Path | None) -> None:
    if output is None:
        sys.stdout.buffer.write(content)
        return
    try:
        output.write_bytes(content)
    except OSError as error:
        fault = f"it cannot be written ({error.strerror})."
        raise refuse(
            "output-unwritable", fault, "Name a file in a folder that exists.", str(output)
        ) from None
    click.echo(f"{output}: {len(content)} bytes.")


def _comparison(a: Version, b: Version) -> str:
    match versions.comparability(a, b):
        case versions.FullyComparable():
            return "Scores may be compared as they are."
        case versions.CommonItems(items):
            per = "".join(f"\n  {dimension}: {', '.join(sorted(ids))}" for dimension, ids in items.items())
            return f"Scores may be compared on the common items:{per}"
        case versions.NotComparable(why):
            return f"Scores may not be compared. {versions.REASONS[why]}"
