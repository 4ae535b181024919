"""Tell the author of a sound definition what will be released less of than of other dimensions.

A fault is refused; a notice is not, and nothing has to be done about it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from instruments.model import Version

_ONE = (
    "It has one statement, whose answers are the dimension's own: they are never released as "
    "a statement beside it, and never by the groups of a background question."
)
_TWO = (
    "It has two statements: where the answers to both are released, the interval and the "
    "reliability of the dimension are not, since together they would reveal who answered "
    "what to both. With three statements or more all of it is released."
)
# by number of items; of three and more there is nothing to tell
_OF_LENGTH: Final[Mapping[int, tuple[str, str]]] = MappingProxyType(
    {1: ("one-item", _ONE), 2: ("two-items", _TWO)}
)


@dataclass(frozen=True, slots=True)
class Notice:
    """Tell an author one thing about a dimension; `place` is a file with its line, or the dimension's id."""

    place: str
    dimension: str
    code: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.place}: notice: {self.code}: {self.sentence}"


def notices(version: Version) -> Iterator[Notice]:
    """Yield what the author of a version should know, in its order; places are ids of dimensions."""
    for dimension in version:
        if len(dimension.items) in _OF_LENGTH:
            code, sentence = _OF_LENGTH[len(dimension.items)]
            yield Notice(dimension.id, dimension.id, code, sentence)
