"""Hold what one person answered: category codes, unscored answers and skipped items, never mixed.

As bytes and in response matrices each answer is its *index* among all that an item can hold: 0…K−1 for the
K categories in the scale's order, then the U unscored answers, and K+U for skipped.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from string import ascii_lowercase
from typing import Final

import numpy as np
from numpy.typing import NDArray

from instruments.model import Scale, Version
from instruments.problems import Problem, Refused, damage

_LONGEST_SHOWN = 40


class Skipped(Enum):
    """Mark an item that a person went past; this is the type of `SKIPPED`."""

    SKIPPED = "skipped"


SKIPPED: Final = Skipped.SKIPPED

Answer = int | str | Skipped


@dataclass(frozen=True)
class Answers:
    """Hold one person's answers to every item of a version; items that `given` leaves out are skipped.

    An `int` is a category code of the scale, a `str` the id of an unscored answer. `indices` holds the same
    answers in the order asked, as they are encoded.
    Raises Refused with one problem per item that is unknown or whose answer the scale lacks.
    """

    version: Version
    given: Mapping[str, Answer]
    indices: tuple[int, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        index_of = answer_indices(self.version.scale)
        problems = list(_problems(self.version, self.given, index_of))
        if problems:
            raise Refused(problems)
        complete = {item.id: self.given.get(item.id, SKIPPED) for item in self.version.items}
        object.__setattr__(self, "given", complete)
        object.__setattr__(self, "indices", tuple(index_of[answer] for answer in complete.values()))

    def __getitem__(self, item_id: str) -> Answer:
        return self.given[item_id]


def typed_codes(scale: Scale) -> Mapping[str, Answer]:
    """Return what is typed for each answer of a form on paper → the answer, in the order of its columns.

    A category is typed as its code; what is unscored as 8 and 9 where no code is as high, or else by letters.
    An item that is left blank is typed as nothing.
    """
    highest, kinds = max(scale.categories), len(scale.unscored)
    signs = "89" if highest < 8 and kinds <= 2 else ascii_lowercase  # noqa: PLR2004 - the signs themselves
    codes: dict[str, Answer] = {str(code): code for code in scale.categories}
    return codes | dict(zip(signs[-kinds:] if signs == "89" else signs, scale.unscored, strict=False))


def answer_indices(scale: Scale) -> dict[Answer, int]:
    """Return every answer an item can hold → its index, in the order of the indices."""
    every: tuple[Answer, ...] = (*scale.categories, *scale.unscored, SKIPPED)
    return {answer: index for index, answer in enumerate(every)}


def encode(answers: Answers) -> bytes:
    """Return the answers as exactly one byte an item, in the order asked."""
    # whoever sees an encrypted answer sees its length, which must therefore be everybody's
    return bytes(answers.indices)


def decode(version: Version, encoded: bytes) -> Answers:
    """Return the answers that `encode` wrote. Raises Damaged where the bytes do not fit the version."""
    known = tuple(answer_indices(version.scale))
    if len(encoded) != len(version.items) or any(byte >= len(known) for byte in encoded):
        raise damage(
            "answers-unreadable",
            f"These bytes are no answers to {version.reference}.",
            "Decode with the version they were encoded with.",
        )
    return Answers(version, {item.id: known[byte] for item, byte in zip(version.items, encoded, strict=True)})


def response_matrix(version: Version, people: Iterable[Answers]) -> NDArray[np.int8]:
    """Return the answers as a matrix of indices, persons × items; a skipped item is the last index."""
    return decode_response_matrix(version, [encode(answers) for answers in people])


def decode_response_matrix(version: Version, encoded: Iterable[bytes]) -> NDArray[np.int8]:
    """Return the `response_matrix` of encoded answers. Raises Damaged where one does not fit the version."""
    rows = list(encoded)
    width, known = len(version.items), len(answer_indices(version.scale))
    # read all at once: a municipality's answers are a million bytes
    joined = np.frombuffer(b"".join(rows), dtype=np.int8)
    if any(len(row) != width for row in rows) or np.any((joined < 0) | (joined >= known)):
        raise damage(
            "answers-unreadable",
            f"Some of these bytes are no answers to {version.reference}.",
            "Decode with the version they were encoded with.",
        )
    return joined.reshape(len(rows), width)


def _problems(
    version: Version, given: Mapping[str, Answer], index_of: Mapping[Answer, int]
) -> Iterable[Problem]:
    for item_id, answer in given.items():
        if item_id not in version.item_columns:
            yield Problem(
                item_id,
                "item-unknown",
                "%(instrument)s has no statement %(item)s.",
                "Send only statements of the questionnaire.",
                {"instrument": version.reference, "item": item_id[:_LONGEST_SHOWN]},
            )
        # True and 1.0 equal 1 as keys, but nobody answers a truth value
        elif type(answer) not in {int, str, Skipped} or answer not in index_of:
            yield Problem(
                item_id,
                "answer-unknown",
                "%(answer)s is not on the scale.",
                "Choose one of: %(known)s.",
                {
                    "answer": repr(answer)[:_LONGEST_SHOWN],
                    "known": ", ".join(str(each) for each in index_of if not isinstance(each, Skipped)),
                },
            )
