"""What must agree in a policy: thresholds that rise, steps that divide, groups that can exist."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from instruments.definition.toml_positions import KeyPath
from reports.disclosure.policy import ABSOLUTE_MINIMUM, Audience

_FIGURES: Final = ("mean", "interval", "shares", "histogram", "item", "reliability")
_SLACK: Final = 1e-9  # what binary fractions leave of a division without difference
_PERCENT: Final = 100

Numbers = Mapping[KeyPath, float]


@dataclass(frozen=True, slots=True)
class _Contradiction:
    """Two numbers that cannot both hold: where the one to change stands, what is wrong, and what to do."""

    path: KeyPath
    code: str
    fault: str
    remedy: str


def contradictions(numbers: Numbers) -> Iterator[_Contradiction]:
    """Yield every contradiction among the numbers of a policy, by their keys, passing over missing ones."""
    yield from _orders(numbers)
    yield from _divisions(numbers)
    yield from _minimums(numbers)
    units, share = ("comparison_groups", "units"), ("comparison_groups", "largest_share")
    if units in numbers and share in numbers and numbers[units] * numbers[share] < 1 - _SLACK:
        fault = (
            f"{numbers[units]:g} units of at most {numbers[share]:g} of the people each are not everybody."
        )
        yield _Contradiction(share, "policy-groups", fault, "Raise the one or the other.")


def named(path: KeyPath) -> str:
    """Return a key with the tables around it, as TOML writes them."""
    return ".".join(map(str, path))


def _orders(numbers: Numbers) -> Iterator[_Contradiction]:
    for smaller, larger, why in _rising():
        if smaller in numbers and larger in numbers and numbers[smaller] > numbers[larger]:
            fault = f"{named(larger)} is {numbers[larger]:g}, below {named(smaller)}, {numbers[smaller]:g}."
            yield _Contradiction(larger, "policy-order", fault, f"{why} Change one of the two.")


def _rising() -> Iterator[tuple[KeyPath, KeyPath, str]]:
    """Yield keys of which the second must hold no less than the first, and why."""
    tables = [("thresholds", audience.value) for audience in Audience]
    for table in tables:
        for one, next_ in pairwise(_FIGURES):
            yield (*table, one), (*table, next_), "Finer figures need as many answers or more."
    for nearer, farther in pairwise(tables):
        for figure in _FIGURES:
            yield (
                (*nearer, figure),
                (*farther, figure),
                "Readers farther from a unit are not shown more.",
            )
    kept, products = ("collection", "kept_from"), ("collection", "cross_products_from")
    yield kept, ("thresholds", "leader", "mean"), "What may be shown has to be kept at sealing."
    yield kept, products, "Cross-products are kept of what is kept at all."
    yield products, ("thresholds", "leader", "reliability"), "Reliability is computed from cross-products."
    yield products, ("thresholds", "leader", "item"), "Item tables are kept with the cross-products."
    yield (
        ("change", "compare_from"),
        ("change", "claim_from"),
        "Change is claimed of compared waves only.",
    )


def _divisions(numbers: Numbers) -> Iterator[_Contradiction]:
    for step, whole, of, why in _steps(numbers):
        if step in numbers and numbers[step] > 0 and whole is not None and not _divides(numbers[step], whole):
            fault = f"{named(step)} is {numbers[step]:g}, which does not divide {of} ({whole:g})."
            yield _Contradiction(step, "policy-step", fault, f"{why} Choose a step that divides it.")


def _steps(numbers: Numbers) -> Iterator[tuple[KeyPath, float | None, str, str]]:
    """Yield keys that hold a step, what it has to divide, what that is called, and why."""
    coarse = ("rounding", "coarse_share")
    yield coarse, _PERCENT, "100 percent", "All of the answers must be shown as 100 percent."
    why = "A rounded figure would disclose by its step how it was rounded."
    yield ("rounding", "fine_share"), numbers.get(coarse), named(coarse), why
    coarse = ("rounding", "coarse_step")
    yield ("rounding", "fine_step"), numbers.get(coarse), named(coarse), why


def _divides(step: float, whole: float) -> bool:
    return math.isclose(whole / step, round(whole / step), rel_tol=_SLACK) and whole >= step


def _minimums(numbers: Numbers) -> Iterator[_Contradiction]:
    """Yield the minimum that the reader's own answer takes under the absolute one."""
    path = ("thresholds", Audience.LEADER_AMONG_RESPONDENTS.value, "mean")
    if ABSOLUTE_MINIMUM <= numbers.get(path, math.inf) <= ABSOLUTE_MINIMUM:
        fault = f"{named(path)} is {numbers[path]:g}, and one of the answers is the reader's own."
        remedy = f"Give {ABSOLUTE_MINIMUM + 1} or more, so that {ABSOLUTE_MINIMUM} are other people's."
        yield _Contradiction(path, "policy-own-answer", fault, remedy)
