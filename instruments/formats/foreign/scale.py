"""Tell the scored answers of a list from those that are no point of the scale, and give each a number."""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

from instruments.formats.foreign.losses import Losses
from instruments.formats.foreign.questionnaire import Choice

_UNSCORED: Final = frozenset(
    phrase
    for phrases in tomllib.loads(
        (Path(__file__).parent / "unscored_phrases.toml").read_text("utf-8")
    ).values()
    for phrase in phrases
)
_NUMBER: Final = re.compile(r"[-+]?[0-9]{1,4}")
_NUMBERED: Final = re.compile(r"([A-Za-z]+)([0-9]{1,3})")
_MOST_APART: Final = 3  # answers such as 97, 98 and 99 that stand apart from a scale
_FEWEST: Final = 2  # scored answers of a scale
_LARGEST: Final = 1000


@dataclass(frozen=True, slots=True)
class ReadScale:
    """Hold the answers of a list: `scored` by their numbers, increasing, and those that are none."""

    scored: tuple[tuple[int, Choice], ...]
    unscored: tuple[Choice, ...]


def read_scale(choices: Sequence[Choice], place: str, name: str, losses: Losses) -> ReadScale | None:
    """Return the scale of a list, or None where fewer than two of its answers are scored.

    An answer is none of the scale where its words say so ("don't know"), where it alone has no number, or
    where its number stands apart from evenly spaced ones (99). Answers without numbers are counted in their
    order. What was guessed is noted.
    """
    said_so = [each for each in choices if is_unscored(each)]
    left = [each for each in choices if not is_unscored(each)]
    numbers = _numbers(left)
    apart = [each for each, number in zip(left, numbers, strict=True) if number is None]
    numbered = [(number, each) for number, each in zip(numbers, left, strict=True) if number is not None]
    even = _evenly_spaced(numbered)
    if even is None:
        apart, even = [], list(enumerate(left, 1))
        if len(even) >= _FEWEST:
            losses.add(place, "choices-numbered", list=name)
    else:
        kept = [each for _, each in even]
        apart += [each for _, each in numbered if each not in kept]
        if len(even) > 1 and numbered[0][0] > numbered[1][0]:
            losses.add(place, "choices-turned", list=name)
    if len(even) < _FEWEST:
        return None
    unscored = [each for each in choices if each in said_so or each in apart]
    for each in unscored:
        # an answer without a number is none anyhow
        if _number(each) is not None or each in left:
            losses.add(place, "choices-unscored", label=next(iter(each.labels.values()), each.code))
    return ReadScale(tuple(even), tuple(unscored))


def is_unscored(choice: Choice) -> bool:
    """Return whether the words of an answer say that it is no point of a scale."""
    return any(
        " ".join(label.lower().strip(" .!()").split()) in _UNSCORED for label in choice.labels.values()
    )


def _numbers(choices: Sequence[Choice]) -> list[int | None]:
    """Return the number of each answer: its code, else what it is counted as, else what its code ends in."""
    found = [_number(each) for each in choices]
    parted = [_NUMBERED.fullmatch(each.code) for each in choices]
    if not any(number is not None for number in found) and all(parted):
        letters = {match[1] for match in parted if match}
        # A1, A2, A3, as programs number them by themselves
        if len(letters) == 1:
            return [int(match[2]) if match else None for match in parted]
    return found


def _number(choice: Choice) -> int | None:
    if _NUMBER.fullmatch(choice.code):
        return int(choice.code)
    # zero is what an answer counts as that nobody gave a value
    return choice.value or None


def _evenly_spaced(numbered: Sequence[tuple[int, Choice]]) -> list[tuple[int, Choice]] | None:
    """Return the most answers whose numbers are evenly spaced, after leaving out few at the ends."""
    ordered = sorted(numbered, key=lambda each: each[0])
    for left_out in range(_MOST_APART + 1):
        for low in range(left_out + 1):
            kept = ordered[low : len(ordered) - (left_out - low)]
            steps = {later[0] - earlier[0] for earlier, later in pairwise(kept)}
            within = all(abs(number) <= _LARGEST for number, _ in kept)
            if len(kept) >= _FEWEST and len(steps) == 1 and min(steps) > 0 and within:
                # of three numbers, two are always evenly spaced: that says nothing
                return kept if not left_out or len(kept) > _FEWEST else None
    return None
