"""A simulated country without a database: its answers go through the gate into the files that are exported.

What is true of it is known: `TRUE`, `survey.demo.country` and `survey.demo.simulation` say it.
"""

from datetime import date

import numpy as np

from instruments import library
from instruments.aggregates.pool_sums import PoolSums, add_all
from instruments.aggregates.sealed_moments import SealedMoments
from reports.disclosure import Audience, SealedWave, Suppressed, WaveIdentity, release
from reports.disclosure.pools import release_pool
from reports.disclosure.released_pool import PoolName
from reports.exports import ExportedWave, Extraction
from survey.collection.sealing import kept_detail
from survey.demo import country, simulation
from tests.instruments.building import built
from tests.policies import POLICY

TRUE = country.CountryParameters()
VERSION = library.get("learning_community@1.1.0")
SHORT = built({"trust": ["t1", "t2", "t3", "t4"]})
KEY = bytes(32)
FAMILY = b"0123456789abcdef"
MADE = Extraction(date(2026, 11, 29), "0.1.0", "0f" * 6, "CC-BY-4.0")
PERSONS = 22


def pool(edition, units, seed, *, shifted=None):
    """What is released of an edition's pool; one that is `shifted` is answered a point higher."""
    made = country._Country(None, seed, TRUE)
    ease = dict(simulation.difficulties(VERSION, simulation.VarianceComponents(), seed))
    if shifted is not None:
        ease[shifted] += 1.0
    first = 10_000 * country.EDITIONS.index(edition)
    random, parts = np.random.default_rng(1), []
    for number in range(first, first + units):
        place = country._Place(0, "", number, edition, "nb", PERSONS, "/")
        levels = country._levels(made, place, 3)
        answers = country._answers(VERSION, PERSONS, levels, ease, made.random(number, 3))
        parts.append(PoolSums.of(VERSION, answers, POLICY.collection.kept_from, random))
    name = PoolName(f"{edition:0<16}", VERSION.reference, edition, "nb", "2026-1")
    return release_pool(name, add_all(VERSION, parts), Audience.OUTSIDE, POLICY, KEY)


def small_country(units, seed, between):
    """One wave of each unit on one dimension; units differ by the standard deviation `between`."""
    random = np.random.default_rng([seed, units])
    ease = dict.fromkeys((item.id for item in SHORT.items), 0.0)
    found = []
    for number in range(units):
        persons, level = int(random.integers(12, 45)), {"trust": 3.1 + random.normal(0, between)}
        answers = country._answers(SHORT, persons, level, ease, random)
        found.append(_told(SHORT, answers, random, (f"unit {number}", "skole", country.CLOSED[0])))
    return [ExportedWave(each) for each in found if not isinstance(each, Suppressed)]


def exported_waves(units, seed, halves=(0, 1)):
    """What the gate released to the outside of each unit's waves, as exports take it."""
    made = country._Country(None, seed, TRUE)
    return [
        ExportedWave(released, owner=f"kommune {number // 10}", language="nb", languages=("nb",))
        for number in range(units)
        for half in halves
        if not isinstance(released := _released(made, number, half), Suppressed)
    ]


def _released(made, number, half):
    version, random = library.get(country.VERSIONS[half]), made.random(number, half, 1)
    edition = country.EDITIONS[number % 3]
    persons = int(np.clip(round(20 * np.exp(random.normal(0, 0.5))), 6, 120))
    levels = country._levels(made, country._Place(0, "", number, edition, "nb", persons, "/"), half)
    ease = simulation.difficulties(version, simulation.VarianceComponents(), made.seed)
    answers = country._answers(version, persons, levels, ease, random)
    return _told(version, answers, random, (f"{edition} {number}", edition, country.CLOSED[half]))


def _told(version, answers, random, of):
    unit, edition, closed = of
    moments = SealedMoments.of(version, answers, kept_detail(POLICY), random)
    identity = WaveIdentity(unit, unit, f"{closed}", f"{closed}", closed, version.reference, edition)
    return release(SealedWave(identity, version, len(answers), moments), Audience.OUTSIDE, POLICY)
