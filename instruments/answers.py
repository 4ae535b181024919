"""What one person answered: category codes, unscored answers and skipped items, three things never mixed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from instruments.model import Scale, Version
from instruments.problems import Problem, Refused, damage


class Skipped(Enum):
    """The type of `SKIPPED`: the person went past the item."""

    SKIPPED = "skipped"


SKIPPED: Final = Skipped.SKIPPED

Answer = int | str | Skipped


@dataclass(frozen=True)
class Answers:
    """One person's answers to every item of a version; items that `given` leaves out are skipped.

    An `int` is a category code of the scale, a `str` the id of an unscored answer.
    Raises Refused with one problem per item that is unknown or whose answer the scale lacks.
    """

    version: Version
    given: Mapping[str, Answer]
    codes: tuple[int, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        indices = answer_indices(self.version.scale)
        problems = list(_problems(self.version, self.given, indices))
        if problems:
            raise Refused(problems)
        complete = {item.id: self.given.get(item.id, SKIPPED) for item in self.version.items}
        object.__setattr__(self, "given", complete)
        object.__setattr__(self, "codes", tuple(indices[answer] for answer in complete.values()))

    def __getitem__(self, item_id: str) -> Answer:
        return self.given[item_id]


def code_count(scale: Scale) -> int:
    """How many things one item can hold: the categories, the unscored kinds, and skipped."""
    return len(scale.categories) + len(scale.unscored) + 1


def answer_indices(scale: Scale) -> dict[Answer, int]:
    """The stored index of every possible answer: categories first, unscored kinds, skipped last."""
    return {answer: index for index, answer in enumerate(possible_answers(scale))}


def possible_answers(scale: Scale) -> tuple[Answer, ...]:
    """Everything an item can hold, in the order of the stored indices."""
    return (*scale.categories, *scale.unscored, SKIPPED)


def encode(answers: Answers) -> bytes:
    """The answers as exactly one byte an item, in the order asked, so that no length tells anything."""
    return bytes(answers.codes)


def decode(version: Version, encoded: bytes) -> Answers:
    """The answers that `encode` wrote. Raises Damaged where the bytes do not fit the version."""
    known = possible_answers(version.scale)
    if len(encoded) != len(version.items) or any(byte >= len(known) for byte in encoded):
        raise damage(
            "answers-unreadable",
            f"These bytes are no answers to {version.reference}.",
            "Decode with the version they were encoded with.",
        )
    return Answers(version, {item.id: known[byte] for item, byte in zip(version.items, encoded, strict=True)})


def response_matrix(version: Version, people: Iterable[Answers]) -> NDArray[np.int8]:
    """The answers as persons × items of indices: 0…K−1 scored, then U unscored kinds, K+U skipped."""
    return decode_response_matrix(version, [encode(answers) for answers in people])


def decode_response_matrix(version: Version, encoded: Iterable[bytes]) -> NDArray[np.int8]:
    """Return the `response_matrix` of encoded answers. Raises Damaged where one does not fit the version."""
    rows = list(encoded)
    width = len(version.items)
    joined = np.frombuffer(b"".join(rows), dtype=np.int8)
    if any(len(row) != width for row in rows) or np.any((joined < 0) | (joined >= code_count(version.scale))):
        raise damage(
            "answers-unreadable",
            f"Some of these bytes are no answers to {version.reference}.",
            "Decode with the version they were encoded with.",
        )
    return joined.reshape(len(rows), width)


def _problems(
    version: Version, given: Mapping[str, Answer], indices: Mapping[Answer, int]
) -> Iterable[Problem]:
    for item_id, answer in given.items():
        if item_id not in version.item_columns:
            fault = f"{version.reference} has no such item."
            yield Problem(item_id, "item-unknown", fault, "Send only items of the questionnaire.")
        # True and 1.0 equal 1 as keys, but nobody answers a truth value
        elif type(answer) not in {int, str, Skipped} or answer not in indices:
            yield Problem(
                item_id, "answer-unknown", f"{answer!r} is not on the scale.", "Choose one of the options."
            )
