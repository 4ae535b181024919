"""The chain from what was agreed to what became of it: action, status, follow-up, verdict.

It joins what is told elsewhere, and adds no figure: that a change follows an action is no proof of anything.
"""

from dataclasses import dataclass

from reports.results.agreed_actions import AgreedAction, Check, by_dimension
from reports.results.certain import change, comparison
from reports.results.profile import Profile
from reports.results.verdicts import Contrast, Verdict


@dataclass(frozen=True, slots=True)
class Chain:
    """One dimension that something was agreed for after the wave before.

    `check` is what the last short survey found that followed it up, `verdict` what was judged of the change
    since the wave before; each is None where there is none.
    """

    dimension: str
    actions: tuple[AgreedAction, ...]
    check: Check | None
    verdict: Verdict | None


def chains(profile: Profile) -> tuple[Chain, ...]:
    """Return the chain of each dimension that something was agreed for, in the questionnaire's order."""
    order = [each.id for each in profile.version]
    last = {each.dimension: each for each in profile.agreed.checks}
    return tuple(
        Chain(name, actions, last.get(name), found.verdict if found else None)
        for name, actions in by_dimension(profile.agreed.before, order)
        for found in [change(profile, name, Contrast.PREVIOUS)]
    )


def checks_of(profile: Profile) -> tuple[Check, ...]:
    """Return what a short survey found of each of its dimensions, as its own report tells it.

    There is nothing where it is not compared with the wave before, or nothing of it is released.
    """
    made = comparison(profile, Contrast.PREVIOUS)
    if made is None:
        return ()
    title = profile.identity.wave_title
    return tuple(Check(title, each.dimension, each.verdict) for each in made.changes.values())
