"""Say what of a file of another program cannot be kept, or was guessed: each with its place and why."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

MOST_LOSSES: Final = 1000  # of one file; a questionnaire of 500 items with a condition each has half of them

# code → why, with what is filled in
REASONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "answer-words": "The words of its answers are in the program and not in the file.",
        "cell-date": "The cell holds a date or a time.",
        "cell-error": "The cell holds the error %(value)s.",
        "cell-formula": "The cell holds a formula, which is not computed here.",
        "cell-merged": "The cells %(cells)s are merged, so that it is not clear which rows the value is for.",
        "choices-missing": "Its list of answers (%(list)s) has fewer than two scored answers in the file.",
        "choices-numbered": (
            "The answers of %(list)s have no evenly spaced numbers: they are counted in their order, from 1."
        ),
        "choices-turned": (
            "The answers of %(list)s begin with the highest: here they are shown from the lowest."
        ),
        "choices-unscored": "“%(label)s” is taken as an answer that is no point of the scale.",
        "circumstances": "What is recorded beside the answers (%(kind)s) is never recorded here.",
        "column": "What stands in %(column)s has no place here.",
        "condition": "It is asked only under a condition; here everybody is asked everything.",
        "heading-outer": "The heading “%(text)s” stands over several groups; only those have headings here.",
        "language-unknown": "The language “%(language)s” is not known by a tag such as nb; it is not read.",
        "macros": "The workbook holds macros, which were not read.",
        "note": "The text “%(text)s” between the questions has no place here.",
        "other-answer": "An answer in own words is not offered here.",
        "other-scale": (
            "It is answered on another scale than most (%(list)s); a questionnaire here has one scale."
        ),
        "question-kind": "A question of the kind %(kind)s has no single answer on a scale.",
        "renamed": "It is called %(name)s here.",
        "repeated": "It is asked several times (%(kind)s), which is not done here.",
        "required": "An answer is demanded; here every statement can be skipped.",
        "reverse-unknown": (
            "The file does not tell on which statements agreeing counts against the dimension: "
            "write reverse = true on those."
        ),
        "sheet": "The sheet %(sheet)s was not read.",
        "stem": "The text above the statements, “%(text)s”, is not the one above most: write it into them.",
        "table": "What stands in the table %(table)s has no place here.",
        "text-content": "The text holds %(what)s, which cannot be kept.",
        "ungrouped": "It stands in no group: all such statements are a dimension of their own here.",
    }
)


@dataclass(frozen=True, slots=True)
class Loss:
    """Describe one thing that was not kept as it was.

    `place` is a sheet with its cell or row ("survey!C12"), a table of the file with its line
    ("questions:120"), or empty of the whole file.
    """

    place: str
    code: str
    values: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def sentence(self) -> str:
        """Return why, in English."""
        return REASONS[self.code] % self.values

    def __str__(self) -> str:
        return (
            f"{self.place}: {self.code}: {self.sentence}" if self.place else f"{self.code}: {self.sentence}"
        )


class Losses:
    """Collect losses, each once."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str, tuple[tuple[str, str], ...]], Loss] = {}

    def add(self, place: str, code: str, **values: str) -> None:
        """Note a loss."""
        short = {name: shortened(value) for name, value in values.items()}
        if len(self._found) < MOST_LOSSES:
            self._found.setdefault((place, code, tuple(short.items())), Loss(place, code, short))

    def all(self) -> tuple[Loss, ...]:
        """Return them in the order of the file, those of the whole file first."""
        return tuple(sorted(self._found.values(), key=lambda each: _row(each.place)))


def _row(place: str) -> int:
    number = re.search(r"[0-9]+", place)
    return int(number[0]) if number else 0


def shortened(text: str, most: int = 80) -> str:
    """Return the beginning of a text, with a sign where it goes on."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
