"""`kjennetegn report`: the profile report of a unit as a PDF, or of everything below it."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

import click

from instruments.problems import refuse
from reports.downloads import kinds
from reports.files import atomic_write, private
from reports.pdf import report as document
from reports.results.profile import Profile
from survey.cli.installed import act_on_unit
from survey.collection import retention
from survey.operations.installation import Installation
from survey.publication import reports
from survey.publication.reports import PlannedReport

_FILES: Final = {
    "slides": "Slides for the meeting, .pptx.",
    "one-page": "The first page for the wall, A4, .pdf.",
    "one-page-a3": "The first page for the wall, A3, .pdf.",
    "pictures": "Every figure as SVG and PNG, .zip.",
    "workbook": "The figures as a workbook, .xlsx.",
    "csv": "The figures as text, .csv.",
}


def _other_files(command: Callable[..., None]) -> Callable[..., None]:
    """Give the command an option for each file that is made of a profile besides the report."""
    for kind, words in reversed(_FILES.items()):
        command = click.option(f"--{kind}", type=click.Path(path_type=Path), help=words)(command)
    return command


@click.command()
@click.argument("unit", required=False)
@click.option("--wave", "wave_key", help="The wave's key; the last sealed one if left out.")
@click.option("--language", help="nb, nn, da or en, or all with --all-under; the wave's own if left out.")
@click.option("--pdf", type=click.Path(path_type=Path), help="The file to write.")
@_other_files
@click.option("--replace", is_flag=True, help="Replace files that are there already.")
@click.option("--all-under", metavar="UNIT", help="Every unit from this one down.")
@click.option(
    "--for",
    "reader",
    type=click.Choice(["leader", "owner"]),
    default="leader",
    show_default=True,
    help="Who reads the reports of --all-under: an owner may see less.",
)
@click.option("--directory", type=click.Path(path_type=Path), help="Where the files of --all-under go.")
@click.pass_context
def report(  # noqa: PLR0917 - click hands over the options
    context: click.Context,
    /,
    unit: str | None,
    wave_key: str | None,
    language: str | None,
    pdf: Path | None,
    replace: bool,  # noqa: FBT001 - likewise
    all_under: str | None,
    reader: str,
    directory: Path | None,
    **others: Path | None,
) -> None:
    """Write a unit's profile report as a PDF, or as slides or tables.

    The files hold what the leader of UNIT may see, and a PDF is tagged. With --all-under, write one for
    every unit from that one down.
    """
    home = Installation.from_environment(os.environ)
    context.call_on_close(home.database.close)
    retention.end_over(home.database, home.keys, home.today)
    files = {kind.replace("_", "-"): path for kind, path in {"pdf": pdf, **others}.items() if path}
    if unit and files and reader == "leader" and not (all_under or directory):
        wave = reports.sealed_wave(home.database, unit, wave_key)
        shown = reports.for_leader(home.database, home.policy, wave)
        contents = {path: _made(kind, shown, language or wave.language) for kind, path in files.items()}
        # noted before there is a file, so that none is without its note
        for event, about in _acts(files, wave.title):
            act_on_unit(home, event, unit, about, wave=wave.key)
        atomic_write.write(contents, replace=replace)
        for path in contents:
            click.echo(f"Wrote {path}.")
    elif all_under and directory and not (unit or files or wave_key):
        _write_all_under(home, all_under, reader, language, directory)
    else:
        raise refuse(
            "report-which",
            "It is not clear which reports to write.",
            "Give UNIT with --pdf FILE or another file, or --all-under UNIT with --directory DIR.",
        )


def _acts(files: Iterable[str], title: str) -> Iterator[tuple[str, str]]:
    """Yield what writing files of these kinds is, each with what it is about, as on the leader's pages."""
    for kind in files:
        if kind == "pdf":
            yield "report-made", title
        else:
            yield "results-downloaded", f"{title} ({kinds.DOWNLOADS[kind].ending.upper()})"


def _made(kind: str, shown: Profile, language: str) -> bytes:
    return document.report(shown, language) if kind == "pdf" else kinds.make(kind, shown, language)


def _write_all_under(
    home: Installation, unit: str, reader: str, language: str | None, directory: Path
) -> None:
    wanted = reports.planned_reports(home.database, home.policy, unit, reader, language)
    _note_for_leaders(home, unit, wanted, reader)
    private.make_directory(directory)
    number = len(wanted)
    written = 0
    every = reports.write_all(
        wanted, reports.report_renderer(home.database, home.policy, unit, reader), directory
    )
    with click.progressbar(every, length=number, label="Writing reports") as progress:
        for _, new in progress:
            written += new
    click.echo(f"Wrote {written} reports to {directory}; {number - written} were there already.")


def _note_for_leaders(home: Installation, top: str, wanted: Sequence[PlannedReport], reader: str) -> None:
    """Note for each unit that its report is made, before there is a file."""
    for unit in dict.fromkeys(each.wave.unit_key for each in wanted):
        act_on_unit(home, "reports-made", unit, "", reader=reader, under=top)
