import hashlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from instruments.aggregates.moments import Moments
from instruments.aggregates.pool_layout import pool_layout
from instruments.aggregates.pool_sums import PoolSums, add_all
from instruments.problems import Damaged, Refused
from instruments.statistics import TwoLevelSums, Undefined, covariances
from instruments.statistics.pooled import item_means, pooled_sample, two_level_sums
from tests.instruments.aggregates.test_moments import FAR, PLAIN, VERSIONS, answered

EVERYBODY = 0  # nobody is left out of the complete cases


def sums_of(version, answers, fewest=EVERYBODY, seed=1):
    return PoolSums.of(version, answers, fewest, np.random.default_rng(seed))


def drawn(persons, seed=1, version=PLAIN, skipped=0.1):
    """Answers of so many persons, each left blank with a probability of `skipped`."""
    random = np.random.default_rng(seed)
    categories, kinds = len(version.scale.categories), pool_layout(version).codes
    answers = random.integers(0, categories, (persons, len(version.items)))
    blank = random.integers(categories, kinds, answers.shape)
    return np.where(random.random(answers.shape) < skipped, blank, answers).astype(np.int8)


def values_of(version, answers):
    """What answers count for, as slowly as it reads: distances, reversed items turned, NaN where unscored."""
    codes = list(version.scale.categories)
    found = np.full(answers.shape, np.nan)
    for (person, column), index in np.ndenumerate(answers):
        if index < len(codes):
            code = codes[index]
            turned = version.scale.reversed_value(code) if version.items[column].reverse else code
            found[person, column] = turned - codes[0]
    return found


@given(answered())
@settings(max_examples=40)
def test_sums_are_those_of_the_definition(case):
    version, answers = case
    sums, values = sums_of(version, answers), values_of(version, answers)
    known = ~np.isnan(values)
    filled = np.where(known, values, 0)
    assert (sums.persons, sums.units) == (len(answers), int(len(answers) > 0))
    assert np.array_equal(sums.pairs.counts, known.T.astype(int) @ known)
    assert np.array_equal(sums.pairs.sums, filled.T @ known)
    assert np.array_equal(sums.pairs.products, filled.T @ filled)
    whole = values[known.all(axis=1)]
    assert sums.whole.complete.count == len(whole)
    assert np.array_equal(sums.whole.complete.sums, whole.sum(axis=0))
    assert np.array_equal(sums.whole.complete.products, whole.T @ whole)
    kinds = [
        [int((column == code).sum()) for code in range(sums.answer_kinds.shape[1])] for column in answers.T
    ]
    assert sums.answer_kinds.tolist() == kinds
    moments = Moments.of(version, answers)
    for each in version:
        of_dimension = sums.dimension(each.id).complete
        assert np.array_equal(of_dimension.products, moments.cross_products[each.id].products)


@given(answered(PLAIN), answered(PLAIN), answered(PLAIN))
@settings(max_examples=40)
def test_adding_is_exact_associative_and_in_any_order(first, second, third):
    one, two, three = (sums_of(PLAIN, answers) for _, answers in (first, second, third))
    assert (one + two) + three == one + (two + three) == add_all(PLAIN, (three, one, two))
    assert one + PoolSums.empty(PLAIN) == one
    assert hash(one + two) == hash(two + one)


@given(st.sampled_from(VERSIONS), st.integers(1, 60), st.integers(0, 5), st.floats(0, 0.5))
@settings(max_examples=60)
def test_no_difference_of_sums_is_of_few_persons(version, persons, seed, skipped):
    answers = drawn(persons, seed, version, skipped)
    sums = sums_of(version, answers, fewest=5, seed=seed)
    known = ~np.isnan(values_of(version, answers))
    places = [(range(len(version.items)), sums.whole)]
    places += [
        ([version.item_columns[item.id] for item in each.items], sums.dimension(each.id)) for each in version
    ]
    rests = [
        known[:, list(columns)].sum(axis=0) - block.complete.count
        for columns, block in places
        if block.complete.count
    ]
    found = np.concatenate([np.zeros(1), *rests])
    assert found[found > 0].min(initial=5) >= 5
    assert found.min() == 0


def test_bytes_come_back_and_are_as_many_whatever_was_answered():
    sums = sums_of(PLAIN, drawn(40))
    packed = sums.to_bytes()
    assert PoolSums.from_bytes(PLAIN, packed) == sums
    assert len(packed) == len(PoolSums.empty(PLAIN).to_bytes())


def resealed(body):
    return body + hashlib.blake2b(body, digest_size=16).digest()


@pytest.mark.parametrize("place", [0, 5, 10, 40, 46, 60, -20, -1])
def test_a_byte_that_was_altered_is_refused(place):
    packed = bytearray(sums_of(PLAIN, drawn(40)).to_bytes())
    packed[place] ^= 1
    with pytest.raises(Damaged, match="pool-corrupt"):
        PoolSums.from_bytes(PLAIN, bytes(packed))


def test_sums_of_another_version_are_neither_read_nor_added():
    packed = sums_of(FAR, drawn(40, version=FAR)).to_bytes()
    with pytest.raises(Damaged, match="pool-foreign"):
        PoolSums.from_bytes(PLAIN, packed)
    with pytest.raises(Refused, match="moments-version"):
        PoolSums.empty(PLAIN) + PoolSums.empty(FAR)


@pytest.mark.parametrize(
    "alter",
    [
        lambda body: body[:38] + b"\0\1" + body[40:],
        lambda body: body[:-8],
        lambda body: body + bytes(8),
        lambda body: body[:-8] + (-1).to_bytes(8, "big", signed=True),
        lambda body: body[:50] + (10**6).to_bytes(8, "big") + body[58:],
    ],
)
def test_bytes_of_other_dimensions_or_impossible_sums_are_refused_although_their_checksum_is_right(alter):
    body = sums_of(PLAIN, drawn(40)).to_bytes()[:-16]
    with pytest.raises(Damaged, match="pool-corrupt"):
        PoolSums.from_bytes(PLAIN, resealed(alter(body)))


def test_covariances_and_levels_are_those_of_the_rows():
    groups = [drawn(persons, seed) for seed, persons in enumerate((12, 25, 40, 18))]
    sums = add_all(PLAIN, [sums_of(PLAIN, each) for each in groups])
    values = [values_of(PLAIN, each) for each in groups]
    everybody = np.vstack(values)
    complete = everybody[~np.isnan(everybody).any(axis=1)]
    found = pooled_sample(sums)
    assert found.n == len(complete)
    assert np.allclose(found.covariance, np.cov(complete.T))
    assert np.allclose(found.means, complete.mean(axis=0))
    assert np.allclose(item_means(sums), np.nanmean(everybody, axis=0))
    pairwise = pooled_sample(sums, "pairwise")
    both = everybody[~np.isnan(everybody[:, [0, 3]]).any(axis=1)][:, [0, 3]]
    assert pairwise.covariance[0, 3] == pytest.approx(np.cov(both.T)[0, 1])
    assert pairwise.n <= len(both)
    of_units = np.repeat(np.arange(4), [len(each) for each in groups])
    whole = ~np.isnan(everybody).any(axis=1)
    expected, levels = TwoLevelSums.of(everybody[whole], of_units[whole]), two_level_sums(sums.whole)
    assert (levels.units, levels.persons, levels.squared_sizes) == (4, len(complete), expected.squared_sizes)
    assert np.allclose(levels.unit_products, expected.unit_products, atol=1e-5)
    by_dimension = Moments.of(PLAIN, np.vstack(groups))
    trust = two_level_sums(sums.dimension("trust")).sample
    assert np.allclose(trust.covariance, covariances(by_dimension, "trust").matrix)


@pytest.mark.parametrize("persons", [0, 1, 2])
def test_of_fewer_than_three_persons_there_are_no_covariances(persons):
    sums = sums_of(PLAIN, drawn(persons, skipped=0))
    assert isinstance(pooled_sample(sums), Undefined)
    assert isinstance(pooled_sample(sums, "pairwise"), Undefined)
