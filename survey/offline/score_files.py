"""Make the files of a scoring: figures as JSON, CSV or text, and persons' scores as CSV."""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path
from typing import Final

import numpy as np

from instruments.model import Version
from instruments.problems import Problem, refuse
from survey.offline.group_figures import Groups, scores_of_groups
from survey.offline.plain_values import COLUMNS, Tree, figure_rows, group_rows, plain
from survey.offline.reading.responses import Responses
from survey.offline.scorecard import person_scores
from survey.offline.text_tables import text

ENDINGS: Final = (".json", ".csv", ".txt")


def json_text(content: Tree, warnings: Sequence[Problem]) -> str:
    """Return a scorecard as JSON, with the warnings about the file it is of."""
    told = {**plain(content), "warnings": [str(warning) for warning in warnings]}
    return json.dumps(told, indent=2, allow_nan=False, ensure_ascii=False)


def figures_file(
    path: Path, content: Tree, version: Version, read: Responses, groups: Groups | None
) -> bytes:
    """Return the figures as the ending of the file's name asks: JSON, CSV of one figure a row, or text.

    The CSV has every group, however many there are. Raises Refused for another ending (`output-ending`).
    """
    if path.suffix.lower() == ".json":
        return json_text(content, read.warnings).encode() + b"\n"
    if path.suffix.lower() == ".txt":
        return text(content).encode() + b"\n"
    if path.suffix.lower() != ".csv":
        remedy = f"End it with one of {', '.join(ENDINGS)}."
        raise refuse("output-ending", "The file's name does not say what it is to be.", remedy, str(path))
    rows = list(figure_rows(content))
    if content.get("groups"):
        for label, part in content["groups"].items():
            rows.extend(group_rows(label, part["dimensions"]))
        return _csv(COLUMNS, rows)
    every = scores_of_groups(version, read.matrix, groups) if groups is not None else ()
    return _csv(COLUMNS, chain(rows, (row for label, found in every for row in group_rows(label, found))))


def scores_file(version: Version, read: Responses, group: str | None) -> bytes:
    """Return persons' scores as CSV: the row in the file of answers, the group, kept columns, dimensions.

    Scores are in scale points with six decimals; a person without one has an empty cell, and so has
    everybody in a dimension of which nobody answered one of the items. Raises Refused where a column would
    have the name of another (`column-taken`).
    """
    scores, _ = person_scores(version, read.matrix)
    head = ["row", *([group] if group is not None else []), *read.kept, *(each.id for each in version)]
    twice = sorted(name for name, times in Counter(head).items() if times > 1)
    if twice:
        fault = f"{', '.join(twice)} would stand twice in the file of scores."
        raise refuse("column-taken", fault, "Rename the column, or do not keep it.", "--scores")
    labels: Iterable[tuple[str, ...]] = zip(read.groups) if group is not None else [()] * len(read.lines)
    kept: Iterable[tuple[str, ...]] = (
        zip(*read.kept.values(), strict=True) if read.kept else [()] * len(read.lines)
    )
    rows = (
        (line, *label, *cells, *("" if np.isnan(each) else f"{each:.6f}" for each in row))
        for line, label, cells, row in zip(read.lines, labels, kept, scores.tolist(), strict=True)
    )
    return _csv(head, rows)


def _csv(head: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return stream.getvalue().encode()
