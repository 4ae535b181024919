"""`kjennetegn report`: the profile report of a community as a PDF, or of everything below it."""

import os
from pathlib import Path

import click

from instruments.problems import refuse
from reports import document, filing
from survey import reporting
from survey.installation import Installation


@click.command()
@click.argument("community", required=False)
@click.option("--wave", "wave_key", help="The wave's key; the last sealed one if left out.")
@click.option("--language", help="nb, nn, da or en, or all with --all-under; the wave's own if left out.")
@click.option("--pdf", type=click.Path(path_type=Path), help="The file to write.")
@click.option("--replace", is_flag=True, help="Replace the file if it is there already.")
@click.option("--all-under", metavar="COMMUNITY", help="Every community from this one down.")
@click.option(
    "--for",
    "reader",
    type=click.Choice(["leader", "owner"]),
    default="leader",
    show_default=True,
    help="Whom the reports of --all-under tell: an owner is told less.",
)
@click.option("--directory", type=click.Path(path_type=Path), help="Where the files of --all-under go.")
@click.pass_context
def report(  # noqa: PLR0917 - click hands over the options
    context: click.Context,
    community: str | None,
    wave_key: str | None,
    language: str | None,
    pdf: Path | None,
    replace: bool,  # noqa: FBT001 - likewise
    all_under: str | None,
    reader: str,
    directory: Path | None,
) -> None:
    """Write a community's profile report as a tagged PDF.

    It holds what the leader of COMMUNITY may be told, or with --all-under of every community below one.
    """
    home = Installation.from_environment(os.environ)
    context.call_on_close(home.database.close)
    if community and pdf and reader == "leader" and not (all_under or directory):
        wave = reporting.sealed_wave(home.database, community, wave_key)
        printed = document.report(reporting.for_leader(home.database, wave), language or wave.language)
        filing.write({pdf: printed}, replace=replace)
        click.echo(f"Wrote {pdf}.")
    elif all_under and directory and not (community or pdf or wave_key):
        _write_all_under(home, all_under, reader, language, directory)
    else:
        raise refuse(
            "report-which",
            "It is not clear which reports to write.",
            "Give COMMUNITY with --pdf FILE, or --all-under COMMUNITY with --directory DIR.",
        )


def _write_all_under(
    home: Installation, community: str, reader: str, language: str | None, directory: Path
) -> None:
    wanted = reporting.sheets(home.database, community, reader, language)
    directory.mkdir(parents=True, exist_ok=True)
    number = len(wanted)
    written = 0
    every = reporting.write_all(wanted, reporting.printer(home.database, community, reader), directory)
    with click.progressbar(every, length=number, label="Writing reports") as progress:
        for _, new in progress:
            written += new
    click.echo(f"Wrote {written} reports to {directory}; {number - written} were there already.")
