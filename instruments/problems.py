"""Faults as people are told of them: a code, the place, what was wrong and what to do.

Three exceptions carry them. `Refused` is for what a person did: an input, a setting, an act that is not
possible now. `Damaged` is for what is damaged or missing with us: a key, a stored value, the database.
`Unavailable` is for what is away for now, such as a database that starts again: it ends by itself or by
whoever looks after the machine, and what was asked for is then done by asking again.

Sentences are English with gaps, `%(name)s`, and the values that fill them come beside. The command line shows
them as they stand; a page looks up the sentence in the reader's language and fills in the same values.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault, as whoever can mend it needs to read it.

    `place` is a file with its line, a row with its column, a form field, a key or a setting, or empty.
    `fault` and `remedy` are English sentences; where `values` has any, they are filled in and a literal % is
    written %%.
    """

    place: str
    code: str
    fault: str
    remedy: str
    values: Mapping[str, object] = field(default_factory=dict, hash=False)

    def sentences(
        self, translate: Callable[[str], str] = str, show: Callable[[object], object] = str
    ) -> tuple[str, str]:
        """Return what was wrong and what to do, translated first and then filled with the values as shown."""
        shown = {name: show(value) for name, value in self.values.items()}
        fault, remedy = translate(self.fault), translate(self.remedy)
        return (fault % shown, remedy % shown) if shown else (fault, remedy)

    def __str__(self) -> str:
        fault, remedy = self.sentences()
        where = f"{self.place}: " if self.place else ""
        return f"{where}{self.code}: {fault} {remedy}"


class _Reported(Exception):
    """Carries every problem that was found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class Refused(_Reported):
    """Refuses whole what a person did: 4xx on the web, exit status 2 on the command line.

    Where it could not be done because another service is away, at which people sign in, it is 503.
    """


class Damaged(_Reported):
    """Reports what is damaged or missing with us: 5xx on the web, exit status 1 on the command line."""


class Unavailable(_Reported):
    """Reports what is away for now: 503 on the web, exit status 75 on the command line."""


def refuse(code: str, fault: str, remedy: str, place: str = "", **values: object) -> Refused:
    """Return the refusal for a single problem, for the caller to raise."""
    return Refused([Problem(place, code, fault, remedy, values)])


def damage(code: str, fault: str, remedy: str, place: str = "", **values: object) -> Damaged:
    """Return the report of a single thing that is damaged or missing with us, for the caller to raise."""
    return Damaged([Problem(place, code, fault, remedy, values)])


def unavailable(code: str, fault: str, remedy: str, place: str = "") -> Unavailable:
    """Return the report of a single thing that is away for now, for the caller to raise."""
    return Unavailable([Problem(place, code, fault, remedy)])
