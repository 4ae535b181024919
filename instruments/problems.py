"""What a person is told when input is wrong: a code, the place, what was wrong and what to do."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One fault of an input, as its owner needs to read it.

    `place` is a file with its line, a row with its column, a form field or a setting, or empty.
    """

    place: str
    code: str
    fault: str
    remedy: str

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        return f"{where}{self.code}: {self.fault} {self.remedy}"


class Refused(Exception):
    """Bad input, refused whole, with every problem that was found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def refuse(code: str, fault: str, remedy: str, place: str = "") -> Refused:
    """The refusal for a single problem; to be raised by the caller."""
    return Refused([Problem(place, code, fault, remedy)])
