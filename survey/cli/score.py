"""`kjennetegn score`: any instrument file, answers from a file, every statistic. No database."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click

from instruments import library
from instruments.definition.validation import is_id
from instruments.model import Version
from instruments.problems import Problem, Refused, refuse
from reports.files import atomic_write
from survey.offline import score_files
from survey.offline.comparison import Compared
from survey.offline.group_figures import Groups
from survey.offline.reading import responses
from survey.offline.reading.headers import visible
from survey.offline.reading.responses import Reading, Responses
from survey.offline.scorecard import MOST_GROUPS, Questions, scorecard
from survey.offline.text_tables import text

_FILE = click.Path(path_type=Path)


@dataclass(frozen=True, slots=True)
class _Options:
    """Hold what was asked on the command line."""

    group: str | None
    compare: tuple[str, str] | None
    other: Path | None
    missing: str
    keep: tuple[str, ...]
    pairwise: bool
    detect: float | None
    chance: float
    output: Path | None
    scores: Path | None
    as_json: bool
    replace: bool


@click.command()
@click.argument("definition")
@click.argument("answers", metavar="RESPONSES.csv", type=_FILE)
@click.option("--group", metavar="COLUMN", help="The column that says which group a person belongs to.")
@click.option(
    "--compare",
    nargs=2,
    metavar="FIRST SECOND",
    help="Two groups to compare: differences are the second's less the first's.",
)
@click.option("--with", "other", metavar="FILE", type=_FILE, help="A second file to compare the first with.")
@click.option(
    "--missing",
    default="",
    metavar="CODES",
    help="What stands for no answer, beside empty and NA: codes with commas between, as in .,-99,N/A.",
)
@click.option("--pairwise", is_flag=True, help="Use people who left out items where two items are related.")
@click.option(
    "--detect",
    type=click.FloatRange(0, min_open=True),
    metavar="POINTS",
    help="Say how many answers two waves need to show a difference of so many scale points.",
)
@click.option(
    "--chance",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    default=0.8,
    show_default=True,
    help="The chance to see the difference of --detect.",
)
@click.option("--json", "as_json", is_flag=True, help="Print every figure at full precision as JSON.")
@click.option("--output", metavar="FILE", type=_FILE, help="Write the figures: .json, .csv or .txt.")
@click.option("--scores", metavar="FILE", type=_FILE, help="Write everybody's scores, as CSV.")
@click.option("--keep", multiple=True, metavar="COLUMN", help="A column to hand on to the file of --scores.")
@click.option("--replace", is_flag=True, help="Replace files that are there already.")
def score(definition: str, answers: Path, **given: object) -> None:
    """Score the answers in a CSV file.

    DEFINITION is a file, a folder, or NAME@VERSION of a questionnaire; NAME alone takes its latest version.
    This is for people who hold their own data: nothing is withheld here, however few have answered.
    """
    options = _Options(**given)  # type: ignore[arg-type] # click has checked them
    _check(options)
    version = _version(definition)
    reading = Reading(options.group, options.keep, _codes(options.missing))
    read = _read(version, answers, reading)
    groups = Groups.of(read.groups) if options.group is not None else None
    asked = Questions(
        "pairwise" if options.pairwise else "complete",
        _compared(version, answers, read, options),
        _detectable(version, options.detect),
        options.chance,
    )
    if groups is not None and len(groups.labels) > MOST_GROUPS:
        read = replace(read, warnings=(*read.warnings, _too_many(len(groups.labels))))
    for warning in read.warnings:
        click.echo(f"warning: {warning}", err=True)
    content = scorecard(version, read.matrix, groups, asked)
    files: dict[Path, bytes] = {}
    if options.scores is not None:
        files[options.scores] = score_files.scores_file(version, read, options.group)
    if options.output is not None:
        files[options.output] = score_files.figures_file(options.output, content, version, read, groups)
    if files:
        atomic_write.write(files, replace=options.replace)
    for path in files:
        click.echo(f"Wrote {path}.", err=True)
    if options.output is None or options.as_json:
        click.echo(score_files.json_text(content, read.warnings) if options.as_json else text(content))


def _check(options: _Options) -> None:
    """Raise Refused where options do not go together, before anything is read."""
    if options.compare and options.group is None:
        remedy = "Name the column that holds them: --group COLUMN."
        raise refuse("option-missing", "--compare names two groups.", remedy, "--compare")
    if options.compare and options.other is not None:
        remedy = "Compare two groups or two files."
        raise refuse("option-unused", "--compare and --with are both given.", remedy, "--compare")
    if options.compare and options.compare[0] == options.compare[1]:
        remedy = "Name two different ones."
        raise refuse("group-twice", "--compare names one group twice.", remedy, "--compare")
    if options.keep and options.scores is None:
        remedy = "Name the file: --scores FILE."
        raise refuse("option-missing", "--keep hands a column on to a file.", remedy, "--keep")
    paths = [path for path in (options.output, options.scores) if path is not None]
    if len({path.resolve() for path in paths}) < len(paths):
        raise refuse("output-twice", "Two files have one name.", "Name two files.", "--output")
    if options.output is not None and options.output.suffix.lower() not in score_files.ENDINGS:
        remedy = f"End it with one of {', '.join(score_files.ENDINGS)}."
        fault = "The file's name does not say what it is to be."
        raise refuse("output-ending", fault, remedy, str(options.output))


def _codes(missing: str) -> tuple[str, ...]:
    return tuple(code.strip() for code in missing.split(",") if code.strip())


def _version(definition: str) -> Version:
    path = Path(definition)
    if path.exists() or not ("@" in definition or is_id(definition)):
        return library.load(path)
    if "@" in definition:
        return library.get(definition)
    reference = library.latest(definition)
    click.echo(f"{definition}: {reference} is taken, the latest version.", err=True)
    return library.get(reference)


def _detectable(version: Version, difference: float | None) -> float | None:
    codes = version.scale.categories
    if difference is not None and difference > codes[-1] - codes[0]:
        fault = f"The scale reaches over {codes[-1] - codes[0]} points."
        raise refuse("detect-range", fault, "Name a smaller difference.", "--detect")
    return difference


def _compared(
    version: Version, path: Path, read: Responses, options: _Options
) -> tuple[Compared, Compared] | None:
    if options.other is not None:
        other = _read(version, options.other, Reading(missing=_codes(options.missing)))
        for warning in other.warnings:
            click.echo(f"warning: {warning}", err=True)
        # files of one name lie in different folders
        same = path.name == options.other.name
        names = [str(each) if same else each.stem for each in (path, options.other)]
        return Compared(names[0], read.matrix), Compared(names[1], other.matrix)
    if not options.compare:
        return None
    first, second = (_group(read, visible(label)) for label in options.compare)
    return first, second


def _group(read: Responses, label: str) -> Compared:
    rows = [place for place, each in enumerate(read.groups) if each == label]
    if not rows:
        known = ", ".join(sorted(set(read.groups)))
        remedy = f"Name two of: {known[:200]}."
        raise refuse("group-unknown", f"There is no group {label!r}.", remedy, "--compare")
    return Compared(label, read.matrix[rows])


def _read(version: Version, path: Path, reading: Reading) -> Responses:
    try:
        content = path.read_bytes()
    except OSError as error:
        fault = f"The file cannot be read: {error.strerror}."
        raise refuse("file-unreadable", fault, "Name a CSV file that is there.", str(path)) from error
    try:
        read = responses.read(version, content, reading)
    except Refused as refused:
        raise Refused(_placed(refused.problems, path)) from refused
    return replace(read, warnings=tuple(_placed(read.warnings, path)))


def _placed(problems: Sequence[Problem], path: Path) -> list[Problem]:
    # an option is no place in the file
    return [
        each
        if each.place.startswith("--")
        else replace(each, place=f"{path}, {each.place}" if each.place else str(path))
        for each in problems
    ]


def _too_many(number: int) -> Problem:
    fault = f"There are {number} groups: the figures of each are not shown."
    remedy = "Their scores are in a file of one figure a row: --output FILE.csv."
    return Problem("", "groups-many", fault, remedy)
