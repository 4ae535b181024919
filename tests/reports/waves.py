"""Sealed waves for tests of the gate: answers in, sealed statistics out."""

from dataclasses import replace
from datetime import date

import numpy as np

from instruments.aggregates.sealed_moments import SealedMoments
from reports.disclosure import SealedWave, WaveIdentity
from survey.collection.sealing import kept_detail
from tests.instruments.building import built, coded
from tests.policies import POLICY

FOUR = built({"trust": ["t1", "t2", "t3", "t4"], "goals": ["g1", "g2", "-g3", "g4"]})
ONE = built({"trust": ["t1"]}, number="1.0.1")


def identified(version, unit="asken", wave="2026-spring", edition="skole"):
    return WaveIdentity(unit, unit.title(), wave, wave.title(), date(2026, 4, 1), version.reference, edition)


def sealed_from(
    version, rows, *, invited=None, unit="asken", wave="2026-spring", edition="skole", among=False
):
    """The sealed wave of `rows` of category codes (None = skipped), as sealing would leave it.

    `among` says that its leaders answered.
    """
    moments = kept_of(version, coded(version, rows))
    identity = identified(version, unit, wave, edition)
    return SealedWave(identity, version, invited or len(rows), moments, leaders_answer=among)


def kept_of(version, answers):
    """What sealing keeps of these answers, persons × items; of fewer than are ever kept, all their sums."""
    detail = kept_detail(POLICY)
    detail = replace(detail, fewest=min(detail.fewest, len(answers)))
    return SealedMoments.of(version, answers, detail, np.random.default_rng(1))


def believable(version, n, seed=7, center=3.4, spread=0.9):
    """Rows of n people who differ, each answering much alike over the items."""
    random = np.random.default_rng(seed)
    person = random.normal(center, spread, size=(n, 1))
    answers = person + random.normal(0, 0.8, size=(n, len(version.items)))
    low, high = version.scale.categories[0], version.scale.categories[-1]
    return np.clip(np.rint(answers), low, high).astype(int).tolist()


def at_the_end(version, rows, dimension, *, low=False, but=0):
    """The same rows, but everybody, or all but some, answers a dimension at its high or its low end."""
    first, last = version.scale.categories[0], version.scale.categories[-1]
    alike = {
        version.item_columns[item.id]: first if item.reverse != low else last for item in dimension.items
    }
    return [
        row if person < but else [alike.get(column, answer) for column, answer in enumerate(row)]
        for person, row in enumerate(rows)
    ]
