"""Secondary suppression: which groups to release, so that most people are covered and none disclosed."""

import numpy as np

from reports.disclosure.differencing.atoms import Atom, AtomRules, GroupForest

_ROUNDS = 100  # of solving and cutting; each forbids one faulty choice, and few are ever needed


def select_groups(forest: GroupForest, rules: AtomRules) -> frozenset[int]:
    """Return the groups to release: all released earlier, and of the open ones those that lose least.

    Loss is the people in suppressed groups; between equals the earlier in the forest's order is released. A
    solution of max Σ n·x is checked atom by atom, and each fault becomes a linear cut (this whole and these
    parts not without one of the groups now hidden), until none is left: the best choice there is. Where
    that takes too long, wholes are withheld instead, which is safe and loses more.
    """
    groups = forest.groups
    free = [place for place, group in enumerate(groups) if group.open and not group.fixed]
    fixed = frozenset(place for place, group in enumerate(groups) if group.open and group.fixed)
    cuts: list[Atom] = []
    released = fixed | frozenset(free)
    for _ in range(_ROUNDS):
        faults = [fault for fault in forest.faults(released, rules) if _can_be_helped(fault, free)]
        if not faults:
            return released
        cuts.extend(faults)
        chosen = _solved(forest, free, cuts)
        if chosen is None:
            break
        released = fixed | chosen
    return _withholding_wholes(forest, fixed, frozenset(free), rules)


def _can_be_helped(fault: Atom, free: list[int]) -> bool:
    """Return whether anything still undecided takes part: what was released earlier cannot be taken back."""
    return bool({fault.whole, *fault.parts, *fault.hidden} & set(free))


def _solved(forest: GroupForest, free: list[int], cuts: list[Atom]) -> frozenset[int] | None:
    # imported here: a report that decides nothing is made half a second sooner in a new process
    from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415
    from scipy.sparse import lil_array  # noqa: PLC0415

    column = {place: index for index, place in enumerate(free)}
    matrix, limits = lil_array((len(cuts), len(free))), np.zeros(len(cuts))
    for row, cut in enumerate(cuts):
        released = [place for place in (cut.whole, *cut.parts) if place in column]
        for place in released:
            matrix[row, column[place]] = 1
        for place in cut.hidden:
            if place in column:
                matrix[row, column[place]] = -1
        limits[row] = len(released) - 1
    # whole people first, then the order: smaller than one person even when summed
    order = np.arange(len(free), 0, -1) / (len(free) + 1) ** 2
    gain = np.array([forest.groups[place].n for place in free]) + order
    found = milp(
        -gain,
        constraints=LinearConstraint(matrix.tocsr(), ub=limits),
        integrality=np.ones(len(free), dtype=np.int64),
        bounds=Bounds(0, 1),
        options={"mip_rel_gap": 0.0},
    )
    if found.x is None:
        return None
    return frozenset(place for place, released in zip(free, found.x, strict=True) if round(released))


def _withholding_wholes(
    forest: GroupForest, fixed: frozenset[int], free: frozenset[int], rules: AtomRules
) -> frozenset[int]:
    released = fixed | free
    while True:
        at_fault = {fault.whole for fault in forest.faults(released, rules)} & free & released
        if not at_fault:
            break
        released -= {max(at_fault)}
    return released if not list(forest.faults(released, rules)) else fixed
