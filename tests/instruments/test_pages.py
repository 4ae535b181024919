"""Dimensions are grouped into pages of at most eight items, as few and as even as possible."""

from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from instruments import library
from instruments.pages import _page_bounds, questionnaire_pages
from tests.instruments.written import definition


def shape(version):
    """How many dimensions, and how many items, each page has."""
    return [(len(page), sum(len(each.items) for each in page)) for page in questionnaire_pages(version)]


def of_lengths(tmp_path, lengths):
    path = tmp_path / "any@1.0.0.toml"
    path.write_text(definition(lengths, range(1, 6), (), [False] * sum(lengths), 0.5), "utf-8")
    return library.load(path)


def test_nine_dimensions_of_four_items_are_five_pages():
    assert shape(library.get("learning_community@1.0.0")) == [(2, 8), (2, 8), (2, 8), (2, 8), (1, 4)]


def test_nine_dimensions_of_one_item_are_two_pages():
    assert shape(library.get("pulse@1.0.0")) == [(5, 5), (4, 4)]


def test_one_dimension_is_one_page(tmp_path):
    assert shape(of_lengths(tmp_path, [3])) == [(1, 3)]


def test_a_dimension_of_more_than_eight_items_stands_alone(tmp_path):
    assert shape(of_lengths(tmp_path, [2, 11, 2])) == [(1, 2), (1, 11), (1, 2)]


def test_pages_are_as_even_as_they_can_be(tmp_path):
    assert shape(of_lengths(tmp_path, [3, 3, 2, 2])) == [(2, 6), (2, 4)]


def test_every_dimension_is_asked_once_and_in_order():
    version = library.get("learning_community@1.1.0")
    asked = [each for page in questionnaire_pages(version) for each in page]
    assert asked == list(version.dimensions)


def ways(count):
    """Every way to cut `count` dimensions into pages, as bounds."""
    inner = range(1, count)
    return [(0, *cut, count) for cuts in range(count) for cut in combinations(inner, cuts)]


@given(st.lists(st.integers(1, 12), min_size=1, max_size=8))
def test_no_other_way_to_cut_is_shorter_or_more_even(sizes):
    allowed = [
        [sum(sizes[start:stop]) for start, stop in pairwise(bounds)]
        for bounds in ways(len(sizes))
        if all(stop == start + 1 or sum(sizes[start:stop]) <= 8 for start, stop in pairwise(bounds))
    ]
    found = [sum(sizes[start:stop]) for start, stop in pairwise(_page_bounds(sizes))]
    assert (len(found), sum(n**2 for n in found)) == min((len(p), sum(n**2 for n in p)) for p in allowed)
    assert found in allowed
