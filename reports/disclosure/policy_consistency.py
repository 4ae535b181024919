"""What must agree in a policy: thresholds that rise, steps that divide, groups that can exist."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from instruments.definition.toml_positions import KeyPath
from reports.disclosure.policy import ABSOLUTE_MINIMUM, Audience

_FIGURES: Final = ("mean", "interval", "shares", "histogram", "item", "item_sd", "reliability")
_STEPS: Final = ("rounding", "coarse_steps")
_SLACK: Final = 1e-9  # what binary fractions leave of a division without difference
_PERCENT: Final = 100
_FINEST: Final = 0.001  # scale points

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
    yield from _finenesses(numbers)
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
    for smaller, larger, why in _rising(numbers):
        if smaller in numbers and larger in numbers and numbers[smaller] > numbers[larger]:
            fault = f"{named(larger)} is {numbers[larger]:g}, below {named(smaller)}, {numbers[smaller]:g}."
            yield _Contradiction(larger, "policy-order", fault, f"{why} Change one of the two.")


def _rising(numbers: Numbers) -> Iterator[tuple[KeyPath, KeyPath, str]]:
    """Yield keys of which the second must hold no less than the first, and why."""
    tables = [("thresholds", audience.value) for audience in Audience]
    for table in tables:
        for one, next_ in pairwise(_FIGURES):
            yield (*table, one), (*table, next_), "Finer figures need as many answers or more."
    for nearer, farther in pairwise(tables):
        for figure in (*_FIGURES, "count_step"):
            yield (
                (*nearer, figure),
                (*farther, figure),
                "Readers farther from a unit are not shown more.",
            )
    steps = sorted(path for path in numbers if path[:-1] == _STEPS)
    for finer, coarser in pairwise(steps):
        yield finer, coarser, "Write the steps from the finest to the coarsest."
    kept, products = ("collection", "kept_from"), ("collection", "cross_products_from")
    yield kept, ("thresholds", "leader", "mean"), "What may be shown has to be kept at sealing."
    yield kept, products, "Cross-products are kept of what is kept at all."
    yield products, ("thresholds", "leader", "reliability"), "Reliability is computed from cross-products."
    yield (
        ("thresholds", "outside", "item"),
        ("rounding", "fine_from"),
        "Fine steps need as many answers as items.",
    )
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
    for audience in Audience:
        mean = ("thresholds", audience.value, "mean")
        why = "A number of people at the minimum would be shown as one under it."
        yield ("thresholds", audience.value, "count_step"), numbers.get(mean), named(mean), why
    coarse = ("rounding", "coarse_share")
    yield coarse, _PERCENT, "100 percent", "All of the answers must be shown as 100 percent."
    why = "A rounded figure would disclose by its step how it was rounded."
    yield ("rounding", "fine_share"), numbers.get(coarse), named(coarse), why
    for step in [path for path in numbers if path[:-1] == _STEPS]:
        yield ("rounding", "fine_step"), numbers[step], named(step), why
        yield step, 1, "one scale point", "The ends of a scale must be shown as they are."
    yield ("change", "step"), 1, "one scale point", "A difference of a scale point must be shown as one."


def _finenesses(numbers: Numbers) -> Iterator[_Contradiction]:
    for step, size in numbers.items():
        in_points = step[:-1] == _STEPS or step in {("rounding", "fine_step"), ("change", "step")}
        if in_points and not _divides(_FINEST, size):
            fault = f"{named(step)} is {size:g}, which has more than three decimals."
            yield _Contradiction(step, "policy-step", fault, "Choose a step that three decimals can show.")


def _divides(step: float, whole: float) -> bool:
    return math.isclose(whole / step, round(whole / step), rel_tol=_SLACK) and whole >= step


def _minimums(numbers: Numbers) -> Iterator[_Contradiction]:
    """Yield the minimums that the reader's own answer takes under the absolute one."""
    for audience in Audience:
        table = ("thresholds", audience.value)
        mean, own = numbers.get((*table, "mean")), numbers.get((*table, "own_answers"))
        if audience is Audience.LEADER_AMONG_RESPONDENTS and own == 0:
            fault = f"{named((*table, 'own_answers'))} is 0 for a leader who may have answered."
            yield _Contradiction((*table, "own_answers"), "policy-own-answer", fault, "Give 1.")
        if mean is not None and own is not None and ABSOLUTE_MINIMUM <= mean < ABSOLUTE_MINIMUM + own:
            fault = f"{named((*table, 'mean'))} is {mean:g}, and {own:g} of the answers is the reader's own."
            remedy = (
                f"Give {ABSOLUTE_MINIMUM + own:g} or more, so that {ABSOLUTE_MINIMUM} are other people's."
            )
            yield _Contradiction((*table, "mean"), "policy-own-answer", fault, remedy)
