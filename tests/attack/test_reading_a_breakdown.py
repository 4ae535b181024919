"""A leader holds the breakdown by a background question beside the report, or a thief the database: what do
they learn of a category of few people, of one person, or of those who would rather not say?
"""

import random
from itertools import product

import numpy as np
import pytest
from scipy.optimize import linprog

from instruments.answers import SKIPPED
from reports.disclosure import SUPPRESSED, Audience, Coding, SealedWave, Suppressed, pool, release
from reports.disclosure.figures import WaveFigures
from reports.disclosure.item_tables import released_tables
from reports.disclosure.policy import DetailLevel
from reports.disclosure.subgroups import _Asked, _whole
from reports.results.profile import profile
from tests.attack.breakdowns import FOUR, ROLE, WIDTH, YEARS, broken, told_of
from tests.instruments.building import built
from tests.policies import POLICY
from tests.reports.waves import identified

LEADER, AMONG, OWNER, OUTSIDE = Audience
SHORT, MIDDLE, LONG = YEARS.categories


def people_of(sizes, seed=1, *, version=FOUR, centers=(3.0, 3.4, 3.8, 3.2), skipping=0.0):
    """So many people in each category of YEARS, and so many who would rather not say, with their answers."""
    drawn, made = np.random.default_rng(seed), []
    for category, size, center in zip((*YEARS.categories, SKIPPED), sizes, centers, strict=True):
        for _ in range(size):
            person = drawn.normal(center, 0.7) + drawn.normal(0, 0.7, len(version.items))
            codes = np.clip(np.rint(person), 1, 5).astype(int).tolist()
            made.append((category, [None if drawn.random() < skipping else code for code in codes]))
    return made


def scores_of(people):
    """Each person's score on the only dimension; None where too little was answered."""
    answered = [[code for code in codes if code is not None] for _, codes in people]
    enough = [2 * len(codes) >= len(FOUR.items) for codes in answered]
    return [np.mean(codes) if held else None for codes, held in zip(answered, enough, strict=True)]


def width_of(hidden, atom, low, high):
    """How widely the mean of `hidden` among `atom` people lies whose scores sum to low…high."""
    ends = []
    for sign in (1, -1):
        found = linprog(
            [sign] * hidden + [0] * (atom - hidden),
            A_ub=[[1] * atom, [-1] * atom],
            b_ub=[high, -low],
            bounds=[(1, 5)] * atom,
        )
        assert found.success
        ends.append(sign * found.fun / hidden)
    return ends[1] - ends[0]


SIZES_TRIED = (0, 1, 3, 4, 6, 9, 13)
COMPOSITIONS = [sizes for sizes in product(SIZES_TRIED, repeat=4) if 12 <= sum(sizes) <= 30]


@pytest.mark.parametrize("audience", [LEADER, AMONG])
@pytest.mark.parametrize("seed", range(4))
def test_no_small_category_is_told_left_over_or_bounded_in_any_composition(audience, seed):
    fewest, bounded_few = POLICY.thresholds[audience].mean, 0
    for sizes in random.Random(seed).sample(COMPOSITIONS, 60):  # noqa: S311 - a sample of cases
        people = people_of(sizes, seed, skipping=0.1 * seed)
        sealed = broken(FOUR, YEARS, people, among=audience is AMONG)
        shown, sums = told_of(sealed)
        counts = {
            name: each.n for name, each in shown.breakdown.categories.items() if each.n is not SUPPRESSED
        }
        assert all(n >= fewest for n in counts.values())
        assert not counts or len(people) - sum(counts.values()) >= fewest or len(counts) == 3
        for hidden, rest, low, high in few_left_over(people, shown, sums, fewest):
            bounded_few += 1
            assert width_of(hidden, rest, low, high) > WIDTH
            # a reader who is among the others takes the own answer out
            for own in (1, 5) if audience is AMONG else ():
                assert width_of(hidden, rest - 1, low - own, high - own) > WIDTH
    assert bounded_few >= 10


def few_left_over(people, shown, sums, fewest):
    """Yield every withheld category of fewer people than `fewest`, where some category's mean is released.

    Each as (people in it, people left over, the least and the largest sum of their scores).
    """
    if not sums:
        return
    scored = [name for (name, _), score in zip(people, scores_of(people), strict=True) if score is not None]
    mean = shown.dimensions["trust"].mean
    rest = len(scored) - sum(n for n, *_ in sums.values())
    assert all(n >= fewest for n, *_ in sums.values())
    assert rest >= fewest or (rest == 0 and len(sums) == 3)
    low = len(scored) * (mean.value - mean.step / 2) - sum(high for *_, high in sums.values())
    high = len(scored) * (mean.value + mean.step / 2) - sum(low for _, low, _ in sums.values())
    for name in {*YEARS.categories, SKIPPED} - set(sums):
        if 0 < (hidden := scored.count(name)) < fewest:
            yield hidden, rest, low, high


def test_where_a_category_is_withheld_an_empty_one_looks_like_one_of_four():
    for hidden in (0, 1, 4):
        sealed = broken(FOUR, YEARS, people_of((9, 10 - hidden, hidden, 0)))
        category = release(sealed, LEADER, POLICY).breakdown.categories[LONG]
        assert category.n is SUPPRESSED
        assert set(category.means.values()) == {SUPPRESSED}
        told = [each.n for each in release(sealed, LEADER, POLICY).breakdown.categories.values()]
        assert sum(n for n in told if n is not SUPPRESSED) <= 19 - 5


@pytest.mark.parametrize("audience", [OWNER, OUTSIDE])
def test_nobody_but_the_own_leader_is_told_by_category(audience):
    sealed = broken(FOUR, YEARS, people_of((20, 20, 20, 20)))
    assert release(sealed, audience, POLICY).breakdown is None
    for inside in (LEADER, AMONG):
        assert release(sealed, inside, POLICY).breakdown is not None


def test_a_pool_tells_nothing_by_category():
    waves = [broken(FOUR, YEARS, people_of((20, 20, 20, 0), seed)) for seed in range(3)]
    renamed = [
        SealedWave(identified(FOUR, name), FOUR, 60, each.moments, breakdown=each.breakdown)
        for name, each in zip("abc", waves, strict=True)
    ]
    assert pool(renamed, identified(FOUR, "m")).breakdown is None


def test_a_dimension_that_is_withheld_cannot_be_added_up_from_its_categories():
    people = people_of((10, 10, 10, 0))
    people = [(name, codes if place < 4 else [None] * 4) for place, (name, codes) in enumerate(people)]
    shown = release(broken(FOUR, YEARS, people), LEADER, POLICY)
    assert shown.dimensions["trust"].mean is SUPPRESSED
    assert all(each.means["trust"] is SUPPRESSED for each in shown.breakdown.categories.values())


def test_a_dimension_whose_mean_is_coded_is_not_added_up_to_more_from_its_categories():
    people = [(name, [5] * 4) for name in YEARS.categories for _ in range(6)]
    shown = release(broken(FOUR, YEARS, people), LEADER, POLICY)
    assert shown.dimensions["trust"].mean.coding is Coding.OVER
    assert all(each.means["trust"] is SUPPRESSED for each in shown.breakdown.categories.values())


def test_the_mean_of_a_large_category_is_told_no_finer_than_that_of_a_small_one():
    shown = release(broken(FOUR, YEARS, people_of((40, 30, 12, 0))), LEADER, POLICY)
    told = [category.means["trust"] for category in shown.breakdown.categories.values()]
    assert not any(isinstance(mean, Suppressed) for mean in told)
    assert {mean.step for mean in told} == {0.1}


@pytest.mark.parametrize(("level", "is_known"), [(DetailLevel.ITEMS, True), (DetailLevel.MEAN, False)])
def test_beside_answers_that_are_told_the_mean_of_everybody_counts_as_exactly_known(level, is_known):
    sealed = broken(FOUR, YEARS, people_of((12, 10, 8, 0)))
    [trust] = FOUR
    tables = released_tables(sealed, POLICY)[trust.id]
    shown = WaveFigures(sealed, POLICY).of(trust, level, tables).dimension
    told = _whole(_Asked(sealed, sealed.breakdown, POLICY, 5), trust, shown, shown.mean).bounds
    exact = np.mean([np.mean(codes) for _, codes in people_of((12, 10, 8, 0))])
    assert told.low <= exact <= told.high
    assert (told.high - told.low < 0.001) is is_known


def shows_means(n, seed, *, among):
    answers = [codes for _, codes in people_of((n, 0, 0, 0), seed)]
    people = [(ROLE.categories[place >= n // 2], codes) for place, codes in enumerate(answers)]
    sealed = broken(FOUR, ROLE, people, among=among)
    found = release(sealed, LEADER, POLICY).breakdown.categories.values()
    return any(not isinstance(each.means["trust"], Suppressed) for each in found)


@pytest.mark.parametrize("audience", [LEADER, AMONG])
def test_a_question_may_be_asked_of_as_many_as_means_by_category_can_be_shown_of(audience):
    fewest, among = POLICY.invited_for_subgroups(audience), audience is AMONG
    assert not any(shows_means(fewest - 1, seed, among=among) for seed in range(20))
    assert any(shows_means(fewest, seed, among=among) for seed in range(20))


def test_a_dimension_of_one_item_is_not_told_by_category():
    one = built({"trust": ["t1"]})
    shown = release(broken(one, YEARS, people_of((9, 9, 9, 9), version=one)), LEADER, POLICY)
    assert shown.dimensions["trust"].mean is not SUPPRESSED
    assert {each.means["trust"] for each in shown.breakdown.categories.values()} == {SUPPRESSED}


def test_two_waves_tell_each_what_they_would_tell_alone():
    """Others may have answered in the second: nothing of one is a part of the other."""
    first = broken(FOUR, YEARS, people_of((9, 9, 9, 0), 1), wave="w1")
    second = broken(FOUR, YEARS, people_of((9, 9, 4, 6), 2), wave="w2")
    for audience in (LEADER, AMONG):
        alone, after = profile([second], audience, POLICY), profile([first, second], audience, POLICY)
        assert [wave.identity.wave for wave in after.over_time] == ["w1", "w2"]
        assert (
            after.released.breakdown
            == alone.released.breakdown
            == release(second, audience, POLICY).breakdown
        )
        assert not isinstance(alone.released.breakdown.categories[SHORT].n, Suppressed)


@pytest.mark.parametrize("audience", [LEADER, AMONG])
def test_the_same_answers_in_any_order_are_told_alike(audience):
    """No order of people or of asking decides anything: the same in, the same out."""
    people = people_of((9, 8, 3, 2), 5, skipping=0.2)
    shown = {
        repr(release(broken(FOUR, YEARS, order), audience, POLICY).breakdown)
        for order in (people, people[::-1], people[7:] + people[:7])
    }
    assert len(shown) == 1
