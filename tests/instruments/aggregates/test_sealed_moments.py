import json
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from instruments.aggregates import serialization
from instruments.aggregates.moments import WITHHELD, Moments, ScoreSums
from instruments.aggregates.sealed_moments import KeptDetail, SealedMoments, merge_sealed
from instruments.problems import Damaged, Refused
from tests.instruments.aggregates.test_moments import PLAIN, VERSIONS, answered
from tests.instruments.building import built, coded

DETAIL = KeptDetail(fewest=5, sides_from=10, tables_from=15)
ROW = [1, 2, 3, 4, 5]


def kept(version, answers, seed=1):
    return SealedMoments.of(version, answers, DETAIL, np.random.default_rng(seed))


@given(answered(most=30))
def test_a_dimension_is_kept_whole_or_not_at_all(case):
    version, answers = case
    whole, found = Moments.of(version, answers), kept(version, answers)
    assert found.n == whole.n
    for dimension in version:
        sums, places = whole.scores[dimension.id], [version.item_columns[item.id] for item in dimension.items]
        enough = sums.persons >= DETAIL.fewest and 2 * whole.item_counts[places].min() >= sums.persons
        assert found.scores[dimension.id] == (sums if enough else ScoreSums(0, Fraction(), Fraction()))
        assert found.item_counts[places].tolist() == (whole.item_counts[places] * enough).tolist()
        assert found.item_sums[places].tolist() == (whole.item_sums[places] * enough).tolist()
        table, products = found.answer_counts, found.cross_products
        kept_table = (whole.answer_counts[places] * enough).tolist()
        assert table is WITHHELD or table[places].tolist() == kept_table
        assert products is WITHHELD or enough or products[dimension.id].count == 0


@pytest.mark.parametrize(
    ("n", "sides", "tables"), [(5, False, False), (9, False, False), (10, True, False), (14, True, False)]
)
def test_of_few_answers_sums_are_kept_and_no_table(n, sides, tables):
    found = kept(PLAIN, coded(PLAIN, [ROW] * n))
    assert (found.side_counts is not WITHHELD) == sides
    assert (found.answer_counts is not WITHHELD) == tables
    assert (found.cross_products is not WITHHELD) == tables


def test_what_was_sealed_cannot_be_changed():
    found = kept(PLAIN, coded(PLAIN, [ROW] * 15))
    for sums in (found.item_counts, found.item_sums, found.answer_counts):
        with pytest.raises(ValueError, match="read-only"):
            sums[0] = 1


def test_the_sides_count_turned_answers_below_on_and_above_the_middle():
    found = kept(PLAIN, coded(PLAIN, [ROW] * 12))
    # heard 1, safe turned from 2 to 4, help 3; kept 4 and paid 5
    assert {key: each.tolist() for key, each in found.side_counts.items()} == {
        "trust": [12, 12, 12],
        "time": [0, 0, 24],
    }


def test_a_scale_without_a_middle_has_two_sides():
    even = built({"trust": ["a"]}, categories=(1, 2, 3, 4))
    found = kept(even, coded(even, [[1], [2], [3], [4], [4]] * 2))
    assert found.side_counts["trust"].tolist() == [4, 0, 6]


@given(answered(most=30), st.integers(0, 9))
def test_what_cross_products_leave_over_of_any_sum_is_of_nobody_or_of_five(case, seed):
    version, answers = case
    found = kept(version, answers, seed)
    assume(found.cross_products is not WITHHELD)
    whole, dimensions = Moments.of(version, answers), version.dimensions
    assert dimensions
    for dimension in dimensions:
        products = found.cross_products[dimension.id]
        places = [version.item_columns[item.id] for item in dimension.items]
        sizes = [*found.item_counts[places].tolist(), found.scores[dimension.id].persons]
        rests = [size - products.count for size in sizes]
        assert len(rests) == len(places) + 1
        assert all(rest == 0 or rest >= DETAIL.fewest for rest in rests)
        assert products.count == 0 or products.count >= DETAIL.fewest
        given = answers[:, places] < len(version.scale.categories)
        everybody = whole.cross_products[dimension.id]
        drawn = products.count == 0 or not (given.all(axis=1) == given.any(axis=1)).all()
        assert drawn or same(products, everybody)


def same(products, others):
    """Whether these are the products of the same persons."""
    return (
        products.count == others.count
        and np.array_equal(products.products, others.products)
        and np.array_equal(products.sums, others.sums)
    )


def test_who_is_left_out_of_the_cross_products_differs_from_sealing_to_sealing():
    rows = [[*drawn, 1, 1] for drawn in np.random.default_rng(1).integers(1, 6, (20, 3)).tolist()]
    rows[0][0] = None
    drawn = [kept(PLAIN, coded(PLAIN, rows), seed).cross_products["trust"] for seed in range(9)]
    assert len({int(each.products[0, 0]) for each in drawn}) > 1


@given(st.data(), st.sampled_from(VERSIONS))
def test_merging_adds_and_withholds_what_one_part_lacks(data, version):
    a, b, c = (kept(version, data.draw(answered(version, most=20))[1]) for _ in range(3))
    together = merge_sealed(version, [a, b, c])
    assert together == merge_sealed(version, [merge_sealed(version, [c, b]), a])
    assert together.n == a.n + b.n + c.n
    assert together.item_sums.tolist() == (a.item_sums + b.item_sums + c.item_sums).tolist()
    parts = [each for each in (a, b, c) if each.n]
    lacking = any(each.answer_counts is WITHHELD for each in parts) or not parts
    assert (together.answer_counts is WITHHELD) == (together.cross_products is WITHHELD) == lacking


def test_what_is_kept_of_nobody_changes_no_sum():
    found = kept(PLAIN, coded(PLAIN, [ROW] * 15))
    assert merge_sealed(PLAIN, [SealedMoments.empty(PLAIN), found]) == found
    assert merge_sealed(PLAIN, []) == SealedMoments.empty(PLAIN) == kept(PLAIN, coded(PLAIN, []))


@given(answered(most=20))
def test_the_stored_form_gives_it_back(case):
    version, answers = case
    found = kept(version, answers)
    again = SealedMoments.from_bytes(version, found.to_bytes())
    assert again == found
    assert again.item_sums.tolist() == found.item_sums.tolist()
    assert again.scores == found.scores
    assert (again.side_counts is WITHHELD) == (len(answers) < DETAIL.sides_from)


@given(st.data(), answered(PLAIN, most=20))
def test_a_stored_form_with_one_altered_byte_is_refused(data, case):
    version, answers = case
    packed = bytearray(kept(version, answers).to_bytes())
    place = data.draw(st.integers(0, len(packed) - 1))
    packed[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(Damaged, match="moments-"):
        SealedMoments.from_bytes(version, bytes(packed))


@given(st.binary(max_size=200))
def test_bytes_from_anywhere_are_refused(packed):
    with pytest.raises(Damaged, match="moments-corrupt"):
        SealedMoments.from_bytes(PLAIN, packed)


@given(
    st.one_of(
        st.binary(max_size=50),
        st.recursive(
            st.none() | st.integers() | st.text(),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
            max_leaves=5,
        ).map(lambda content: json.dumps(content).encode()),
    )
)
def test_bytes_with_a_digest_of_their_own_are_refused_too(body):
    with pytest.raises(Damaged, match="moments-corrupt"):
        SealedMoments.from_bytes(PLAIN, body + b"\n" + serialization._digest(body))


def altered(packed, change):
    """The stored form with its content changed and a digest that fits."""
    content = json.loads(packed.rpartition(b"\n")[0])
    change(content)
    body = json.dumps(content, separators=(",", ":")).encode()
    return body + b"\n" + serialization._digest(body)


def test_an_unaltered_form_passes_this_way():
    packed = kept(PLAIN, coded(PLAIN, [ROW] * 15)).to_bytes()
    assert altered(packed, lambda _: None) == packed


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content.update(n=4),  # fewer than answered its items
        lambda content: content.update(n=15.0),
        lambda content: content.update(n=-15),
        lambda content: content.update(name="Kari"),
        lambda content: content["scores"].pop("time"),
        lambda content: content["scores"].update(time=[15.0, "60", "240"]),
        lambda content: content["scores"].update(time=[16, "60", "240"]),
        lambda content: content["scores"].update(time=[15, "61", "240"]),  # a sum above the scale's top
        lambda content: content["scores"].update(time=[15, "30", "59"]),  # squares below the mean's
        lambda content: content["scores"].update(time=[15, "30", "121"]),  # and above what scores can reach
        lambda content: content["scores"].update(time=[15, "2/0", "60"]),
        lambda content: content["answers"][0].__setitem__(0, 16),
        lambda content: content["answers"][0].__setitem__(0, 2**70),
        lambda content: content["answers"][0].__setitem__(0, json.loads("true")),
        lambda content: content["answers"].pop(),
        lambda content: content["cross_products"]["time"].__setitem__(0, 16),
        lambda content: content["cross_products"]["time"].__setitem__(1, [99, 0]),
        lambda content: content["cross_products"]["time"][2][0].__setitem__(1, 1),
        lambda content: content["cross_products"].update(other=[0, [], []]),
    ],
)
def test_sums_that_can_be_of_no_people_are_refused(change):
    packed = kept(PLAIN, coded(PLAIN, [ROW] * 15)).to_bytes()
    with pytest.raises(Damaged, match="moments-corrupt"):
        SealedMoments.from_bytes(PLAIN, altered(packed, change))


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content["items"][0].__setitem__(0, 13),
        lambda content: content["items"][1].__setitem__(0, 49),
        lambda content: content["sides"].pop("time"),
        lambda content: content["sides"].update(time=[1, 2]),
        lambda content: content.pop("items"),
    ],
)
def test_sums_of_few_that_can_be_of_no_people_are_refused(change):
    packed = kept(PLAIN, coded(PLAIN, [ROW] * 12)).to_bytes()
    with pytest.raises(Damaged, match="moments-corrupt"):
        SealedMoments.from_bytes(PLAIN, altered(packed, change))


def test_a_newer_format_asks_for_a_newer_release():
    packed = altered(SealedMoments.empty(PLAIN).to_bytes(), lambda content: content.update(format=9))
    with pytest.raises(Damaged, match="moments-format"):
        SealedMoments.from_bytes(PLAIN, packed)


def test_what_is_kept_of_different_versions_is_never_added():
    other = replace(PLAIN, content_hash="0" * 64)
    found = kept(PLAIN, coded(PLAIN, [ROW] * 5))
    with pytest.raises(Refused, match="moments-version"):
        merge_sealed(other, [found])
    with pytest.raises(Damaged, match="moments-foreign"):
        SealedMoments.from_bytes(other, found.to_bytes())
