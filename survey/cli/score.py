"""`kjennetegn score`: any instrument file, answers from a CSV, every statistic. No database."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import numpy as np

from instruments import library
from instruments.aggregates.by_group import by_group
from instruments.aggregates.moments import Moments
from instruments.model import Version
from instruments.problems import Problem, Refused, refuse
from survey.offline import responses, scorecard


@click.command()
@click.argument("definition")
@click.argument("answers", metavar="RESPONSES.csv", type=click.Path(path_type=Path))
@click.option("--group", metavar="COLUMN", help="The column that says which group a person belongs to.")
@click.option("--json", "as_json", is_flag=True, help="Print every figure at full precision as JSON.")
def score(definition: str, answers: Path, group: str | None, as_json: bool) -> None:  # noqa: FBT001 - click's
    """Score the answers in a CSV file.

    DEFINITION is a file, a folder, or NAME@VERSION of a questionnaire. This is for people who hold their own
    data: nothing is withheld here, however few have answered.
    """
    version = _version(definition)
    read = _read(version, answers, group)
    for warning in read.warnings:
        click.echo(f"warning: {warning}", err=True)
    everyone = Moments.of(version, read.matrix)
    labels, members = np.unique(np.array(read.groups, dtype=str), return_inverse=True)
    parts = by_group(version, read.matrix, members.astype(np.int64)) if group is not None else []
    groups = dict(zip(labels.tolist(), parts, strict=True)) if group is not None else {}
    content = scorecard.scorecard(version, everyone, groups)
    click.echo(_printed(content, read.warnings) if as_json else scorecard.table(content).rstrip("\n"))


def _version(definition: str) -> Version:
    path = Path(definition)
    if "@" in definition and not path.exists():
        return library.get(definition)
    return library.load(path)


def _read(version: Version, path: Path, group: str | None) -> responses.Responses:
    try:
        content = path.read_bytes()
    except OSError as error:
        fault = f"The file cannot be read: {error.strerror}."
        raise refuse("file-unreadable", fault, "Name a CSV file that is there.", str(path)) from error
    try:
        return responses.read(version, content, group)
    except Refused as refused:
        raise Refused(_placed(problem, path) for problem in refused.problems) from refused


def _placed(problem: Problem, path: Path) -> Problem:
    place = f"{path}, {problem.place}" if problem.place else str(path)
    return replace(problem, place=place)


def _printed(content: dict[str, Any], warnings: tuple[Problem, ...]) -> str:
    return json.dumps(
        {**content, "warnings": [str(warning) for warning in warnings]}, indent=2, allow_nan=False
    )
