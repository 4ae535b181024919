"""Released figures are stored as text and read as what they were; a text that is none is refused."""

import json

import pytest

from instruments.problems import Damaged
from reports.disclosure import (
    SUPPRESSED,
    Audience,
    NoOtherReleases,
    Released,
    pool,
    release,
    release_means,
    released_text,
)
from tests.policies import POLICY
from tests.reports.waves import FOUR, believable, identified, sealed_from

SIZES = (("a", 34), ("b", 27), ("c", 22), ("d", 16))


def unit(name, n, seed):
    return sealed_from(FOUR, believable(FOUR, n, seed), unit=name)


@pytest.fixture(scope="module")
def total():
    units = [unit(name, n, n) for name, n in SIZES]
    found = release(pool(units, identified(FOUR, "town")), Audience.OWNER, POLICY, NoOtherReleases())
    assert isinstance(found, Released)
    return found


def test_a_total_is_read_as_it_was_released_with_every_kind_of_figure(total):
    text = released_text.total_text(total)
    for kind in ("ReleasedHistogram", "ReleasedReliability", "ReleasedShares", "ReleasedItem"):
        assert kind in text
    read = released_text.total_of(text, total.identity, total.version)
    assert isinstance(read, Released)
    assert (read.n, read.invited, read.response_rate) == (total.n, total.invited, total.response_rate)
    assert read.dimensions == total.dimensions
    assert dict(read.item_figures) == dict(total.item_figures)
    assert (read.audience, read.breakdown) == (total.audience, total.breakdown)
    assert released_text.total_text(read) == text


def test_means_are_read_as_they_were_released():
    for name, n in SIZES:
        means = release_means(unit(name, n, n), Audience.OWNER, POLICY, NoOtherReleases())
        assert means
        assert released_text.means_of(released_text.means_text(means)) == means


def test_what_is_suppressed_is_one_text_for_whatever_reason(total):
    few = release_means(unit("e", 4, 4), Audience.OWNER, POLICY, NoOtherReleases())
    assert few is SUPPRESSED
    assert released_text.means_text(few) == released_text.total_text(SUPPRESSED) == "null"
    assert released_text.means_of("null") is SUPPRESSED
    assert released_text.total_of("null", total.identity, total.version) is SUPPRESSED


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "3", '{"trust": 3}', '{"trust": [3]}', '{"trust": [3, 1, 0.1, "near"]}']
)
def test_a_text_that_holds_no_means_is_refused(text):
    with pytest.raises(Damaged, match="released-figures-unreadable"):
        released_text.means_of(text)


@pytest.mark.parametrize("name", ["n", "dimensions", "item_figures"])
def test_a_text_that_holds_no_total_is_refused(total, name):
    stored = json.loads(released_text.total_text(total))
    for put in ({}, ["Nothing", 3], [["by", 3]]):
        with pytest.raises(Damaged, match="released-figures-unreadable"):
            released_text.total_of(json.dumps({**stored, name: put}), total.identity, total.version)
