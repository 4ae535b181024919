from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as st_numpy

from instruments.aggregates import response_patterns
from instruments.aggregates.moments import Moments, ScoreSums, merge_all
from instruments.aggregates.response_patterns import chunk_rows
from instruments.aggregates.tabulation import layout
from instruments.answers import answer_indices
from instruments.problems import Refused
from instruments.scoring import code_values, required_answers
from tests.instruments.building import built

PLAIN = built({"trust": ["heard", "-safe", "help"], "time": ["kept", "paid"]})
WIDE = built({"well": [f"w{n}" for n in range(6)]}, categories=tuple(range(11)), minimum=0.6)  # 13⁶ patterns
ONE = built({"single": ["only"]}, categories=(1, 2, 3), unscored=())
FAR = built({"far": ["a", "-b"]}, categories=range(0, 41, 2))  # products too large for 16 bits
VERSIONS = [PLAIN, WIDE, ONE, FAR]


@st.composite
def answered(draw, version=None, most=12):
    version = version or draw(st.sampled_from(VERSIONS))
    shape = (draw(st.integers(0, most)), len(version.items))
    codes = st.integers(0, len(answer_indices(version.scale)) - 1)
    return version, draw(st_numpy.arrays(np.int8, shape, elements=codes))


def counted_by_hand(version, answers):
    """The definition, person by person and pair by pair, as slowly as it reads."""
    items = {}
    for column in range(len(version.items)):
        codes = range(len(answer_indices(version.scale)))
        items[column] = [int((answers[:, column] == code).sum()) for code in codes]
    scores, products = {}, {}
    for dimension in version:
        people = []
        for row in answers:
            taken = [int(row[version.item_columns[item.id]]) for item in dimension.items]
            people.append(
                [
                    int(code_values(version, reverse=item.reverse)[code])
                    if code < len(version.scale.categories)
                    else None
                    for item, code in zip(dimension.items, taken, strict=True)
                ]
            )
        tally = {}
        for values in people:
            known = [value for value in values if value is not None]
            if len(known) >= required_answers(version, dimension):
                place = len(known), sum(known)
                tally[place] = tally.get(place, 0) + 1
        scores[dimension.id] = tally
        products[dimension.id] = people
    return items, scores, products


@given(answered())
def test_moments_are_what_counting_by_hand_gives(case):
    version, answers = case
    moments = Moments.of(version, answers)
    items, scores, people = counted_by_hand(version, answers)
    assert moments.n == len(answers)
    scored = [counts[: len(version.scale.categories)] for counts in items.values()]
    assert moments.answer_counts.tolist() == scored
    assert moments.item_counts.tolist() == [sum(counts) for counts in scored]
    assert moments.item_sums.tolist() == [
        sum(row[place] for row in people[dimension.id] if row[place] is not None)
        for dimension in version
        for place in range(len(dimension.items))
    ]
    for dimension in version:
        histogram = moments.score_counts[dimension.id]
        cells = {(int(m), int(s)): int(histogram[m, s]) for m, s in zip(*np.nonzero(histogram), strict=True)}
        assert cells == scores[dimension.id]
        exact = [Fraction(total, m) for (m, total), number in cells.items() for _ in range(number)]
        assert moments.scores[dimension.id] == ScoreSums(len(exact), sum(exact), sum(x**2 for x in exact))
        products, rows = moments.cross_products[dimension.id], people[dimension.id]
        pairs = moments.pair_products[dimension.id]
        complete = [row for row in rows if None not in row]
        assert products.count == len(complete)
        for i in range(len(dimension.items)):
            assert products.sums[i] == sum(row[i] for row in complete)
            for j in range(len(dimension.items)):
                both = [(row[i], row[j]) for row in rows if row[i] is not None and row[j] is not None]
                assert pairs.counts[i, j] == len(both)
                assert pairs.sums[i, j] == sum(a for a, _ in both)
                assert pairs.products[i, j] == sum(a * b for a, b in both)
                assert products.products[i, j] == sum(row[i] * row[j] for row in complete)


@given(st.data(), st.sampled_from(VERSIONS))
def test_merging_is_associative_commutative_and_has_an_identity(data, version):
    a, b, c = (Moments.of(version, data.draw(answered(version))[1]) for _ in range(3))
    assert a.merge(b).merge(c) == a.merge(b.merge(c))
    assert a.merge(b) == b.merge(a)
    assert a.merge(Moments.empty(version)) == a
    assert merge_all(version, [a, b, c]) == a.merge(b).merge(c)


@given(st.data(), answered(most=30))
def test_moments_of_groups_merge_to_the_moments_of_all_rows(data, case):
    version, answers = case
    groups = data.draw(st_numpy.arrays(np.int64, len(answers), elements=st.integers(0, 4)))
    parts = [Moments.of(version, answers[groups == group]) for group in range(5)]
    assert merge_all(version, parts) == Moments.of(version, answers)


def test_moments_of_different_versions_are_never_added():
    other = built({"trust": ["heard", "-safe", "help"], "time": ["kept", "paid"]}, number="1.0.1")
    with pytest.raises(Refused, match="moments-version"):
        Moments.empty(PLAIN).merge(Moments.empty(other))


def test_moments_cannot_be_changed():
    moments = Moments.empty(PLAIN)
    with pytest.raises(ValueError, match="read-only"):
        moments.answer_counts[0, 0] = 1


def test_more_rows_than_a_chunk_give_the_same_moments_as_their_parts():
    answers = np.random.default_rng(1).integers(0, 7, (70_000, 5)).astype(np.int8)
    halves = Moments.of(PLAIN, answers[:35_001]).merge(Moments.of(PLAIN, answers[35_001:]))
    assert Moments.of(PLAIN, answers) == halves


def test_a_long_dimension_is_added_up_in_as_many_rows_as_its_width_allows(monkeypatch):
    long = built({"long": [f"i{place}" for place in range(43)]}, minimum=0.1)
    [shape] = layout(long).shapes.values()
    assert chunk_rows([shape]) * shape.width <= 2**22
    assert chunk_rows(layout(PLAIN).shapes.values()) == response_patterns.CHUNK_ROWS
    answers = np.random.default_rng(1).integers(0, 7, (100, 43)).astype(np.int8)
    whole = Moments.of(long, answers)
    monkeypatch.setattr(response_patterns, "_CHUNK_NUMBERS", 7 * shape.width)
    assert chunk_rows([shape]) == 7
    assert Moments.of(long, answers) == whole


@pytest.mark.parametrize("version", [PLAIN, FAR])
@pytest.mark.parametrize("over", [0, 1])
def test_sums_are_exact_on_both_sides_of_sixteen_bits(version, over):
    top = len(version.scale.categories) - 1
    largest = code_values(version, reverse=False).max() ** 2
    persons = int(np.iinfo(np.int16).max // largest) + over
    answers = np.full((persons + 1, len(version.items)), top, dtype=np.int8)
    crowd = Moments.of(version, answers[:persons])
    first = version.dimensions[0]
    assert crowd.pair_products[first.id].products[0, 0] == persons * largest
    assert crowd.cross_products[first.id].products[0, 0] == persons * largest
    doubled = crowd.merge(crowd)
    assert doubled.cross_products[first.id].products[0, 0] == 2 * persons * largest
    assert doubled == Moments.of(version, np.vstack([answers[:persons]] * 2))


@pytest.mark.parametrize("rows", [[[0, 0, 0, 0, 7]], [[0, 0, 0, 0, -1]], [[0, 0, 0, 0]]])
def test_indices_outside_the_scale_are_never_counted(rows):
    with pytest.raises(ValueError, match="no answers to small"):
        Moments.of(PLAIN, np.array(rows, dtype=np.int8))
