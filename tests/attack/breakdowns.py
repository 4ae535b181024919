"""Waves that are broken down by a background question, for those who attack what is released of them."""

from instruments import background
from instruments.aggregates.subgroups import tabulate_subgroups
from reports.disclosure import Audience, SealedWave, Suppressed, release
from reports.disclosure.policy import ABSOLUTE_MINIMUM
from tests.instruments.building import built, coded
from tests.policies import POLICY
from tests.reports.waves import identified, kept_of

WIDTH = POLICY.unanimity_width * 4  # scale points
FOUR = built({"trust": ["t1", "t2", "t3", "t4"]})
TWO = built({"trust": ["t1", "t2"]})
ROLE, YEARS = background.get("role@1"), background.get("years_here@1")


def broken(version, question, people, *, wave="w1", among=False):
    """A sealed wave of `people`, (category or SKIPPED, codes); `among` says that its leaders answered."""
    answers = coded(version, [codes for _, codes in people])
    moments = kept_of(version, answers)
    kept = tabulate_subgroups(
        version, question, answers, [category for category, _ in people], ABSOLUTE_MINIMUM
    )
    identity = identified(version, wave=wave)
    return SealedWave(identity, version, len(people), moments, breakdown=kept, leaders_answer=among)


def told_of(sealed):
    """Category → the range of the sum of its scores that its told mean says, of the only dimension."""
    shown, sums = release(sealed, Audience.LEADER, POLICY), {}
    for name, category in shown.breakdown.categories.items():
        mean = category.means["trust"]
        if not isinstance(mean, Suppressed):
            n = sealed.breakdown.scores["trust"][name].n
            sums[name] = (n, n * (mean.value - mean.step / 2), n * (mean.value + mean.step / 2))
    return shown, sums
