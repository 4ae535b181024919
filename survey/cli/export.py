"""`kjennetegn export`: what researchers may have, in the format they work in."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

import click

from instruments.languages import LANGUAGES, SOURCE
from instruments.problems import refuse
from reports.exports import (
    FORMATS,
    TABLES,
    CsvStyle,
    Selection,
    Wish,
    described_beside,
    spreadsheet_style,
    write,
)
from survey.cli.installed import installed
from survey.collection import retention
from survey.operations import log
from survey.operations.installation import Installation
from survey.publication import families
from survey.publication.release import to_researchers
from survey.publication.research.extraction import extraction
from survey.publication.research.uncollected import uncollected
from survey.store.repositories import releases, studies

_FAMILY_BYTES = 32


@click.command()
@click.option("--as", "kind", required=True, type=click.Choice(list(FORMATS)), help="The format to write.")
@click.option("--output", required=True, type=click.Path(path_type=Path), help="The file to write.")
@click.option("--rows", default="dimensions", show_default=True, type=click.Choice(list(TABLES)))
@click.option(
    "--family",
    type=click.Path(path_type=Path),
    help="File of the key that gives a unit the same name in every export; created if missing.",
)
@click.option("--study", default="", help="Key of a study, whose names units then have.")
@click.option(
    "--language",
    default=SOURCE,
    show_default=True,
    type=click.Choice(list(LANGUAGES)),
    help="The language of labels in files that hold one only.",
)
@click.option(
    "--spreadsheet", is_flag=True, help="Write the CSV as spreadsheets of that language's country read it."
)
@click.option(
    "--since",
    type=click.Path(path_type=Path),
    help="An earlier export of the family: the codebook then says what changed since.",
)
@click.option("--from", "first", default="", help="The first half-year, such as 2026H1.")
@click.option("--until", "last", default="", help="The last half-year.")
@click.option(
    "--instrument",
    "instruments",
    multiple=True,
    help="Only this questionnaire, or this version. May be repeated.",
)
@click.option("--edition", "editions", multiple=True, help="Only this edition. May be repeated.")
@click.option("--replace", is_flag=True, help="Replace files that are there already, of the same family.")
def export(
    *,
    kind: str,
    output: Path,
    rows: str,
    family: Path | None,
    study: str,
    language: str,
    since: Path | None,
    first: str,
    last: str,
    instruments: tuple[str, ...],
    editions: tuple[str, ...],
    spreadsheet: bool,
    replace: bool,
) -> None:
    """Write what may be released to researchers of all sealed waves.

    One row per unit, wave and dimension. A wave joins once its round is released: by its owner, by
    `round release`, or by the worker when the half-year is over. Units have random keys for names, new in
    every export unless --family or --study is given.
    """
    if replace and family is None and not study:
        raise refuse(
            "family-needed",
            "Without --family the units have new keys, which those in the file that is replaced do not have.",
            "Name the key of that file by --family or its study, or write to another file.",
            str(output),
        )
    home = installed()
    wanted = Selection(first, last, instruments, editions)
    retention.end_over(home.database, home.keys, home.today)
    earlier = _earlier(since) if since else described_beside(output)
    key = _key(home, family, study)
    with uncollected():
        table = TABLES[rows](wanted.of(to_researchers(home.database, home.policy)), home.policy, key)
    # noted for the leaders of all units, before there is a file
    releases.take_out(home.database, rows, home.policy)
    log.act("export-made", rows=rows, format=kind)
    made = extraction(home.today, home.policy, home.settings.data_licence, earlier, wanted)
    wish = Wish(language, spreadsheet_style(language) if spreadsheet else CsvStyle())
    for path in write(table, kind, output, made, wish=wish, replace=replace):
        click.echo(f"Wrote {path}.")
    if table.is_empty:
        click.echo("Nothing of this may be released yet: the export holds no rows.", err=True)


def _earlier(since: Path) -> Mapping[str, object]:
    """Return what the codebook beside an earlier export says of it. Raises Refused where there is none."""
    found = described_beside(since)
    if not found:
        raise refuse(
            "since-unreadable",
            "There is no codebook beside this file, so nothing is known of what it holds.",
            "Name a file that an earlier export wrote, and keep its codebook beside it.",
            str(since),
        )
    return found


def _key(home: Installation, family: Path | None, study: str) -> bytes:
    """Return the key that units are named by. Raises Refused("study-unknown") and `option-unused`."""
    if family and study:
        fault = "--family and --study name units each in its own way."
        raise refuse("option-unused", fault, "Leave one out.")
    if study:
        return families.of_study(home.keys, studies.by_key(home.database, study, home.today).key)
    return _family_key(family) if family else secrets.token_bytes(_FAMILY_BYTES)


def _family_key(path: Path) -> bytes:
    """Return the key in that file; create one, readable by its owner only, where there is none.

    Raises Refused where the file holds no key or cannot be read or written.
    """
    try:
        if not path.exists():
            key = secrets.token_bytes(_FAMILY_BYTES)
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(key.hex() + "\n")
            return key
        key = bytes.fromhex(path.read_text("ascii"))
    except (OSError, ValueError) as error:
        raise refuse(
            "family-key-unreadable",
            "The key of this family of exports cannot be read or made.",
            "Name a file that an earlier export made, or one that is not there yet.",
            str(path),
        ) from error
    if len(key) != _FAMILY_BYTES:
        fault, remedy = f"The key has {len(key)} bytes, not {_FAMILY_BYTES}.", "Restore it from a backup."
        raise refuse("family-key-unreadable", fault, remedy, str(path))
    return key
