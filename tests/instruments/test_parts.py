"""A part asks one or two dimensions of a version, each item meaning what it means there."""

import pytest

from instruments import library, parts, versions
from instruments.answers import Answers
from instruments.problems import Refused
from instruments.scoring import person_scores

WHOLE = library.get("learning_community@1.1.0")
TWO = ("shared_practice", "evidence_use")


def test_a_part_holds_its_dimensions_in_the_order_of_the_whole_and_nothing_of_the_others():
    part = parts.part_of(WHOLE, TWO)
    ids = [each.id for each in WHOLE if each.id in TWO]
    assert [each.id for each in part] == ids
    assert part.dimensions == tuple(WHOLE.dimension(each) for each in ids)
    items = [item.id for each in part for item in each.items]
    for wording in part.wordings.values():
        assert list(wording.dimensions) == ids
        assert sorted(wording.items) == sorted(items)


def test_of_single_statements_there_is_no_part():
    pulse = library.get("pulse@1.0.0")
    with pytest.raises(ValueError, match="No part of"):
        parts.part_of(pulse, [pulse.dimensions[0].id])


def test_its_reference_finds_the_same_part_again_and_no_other_spelling_does():
    part = parts.part_of(WHOLE, TWO)
    first, second = part.part
    assert part.reference == f"learning_community@1.1.0+{first}+{second}"
    assert library.get(part.reference) == part
    for wrong in (
        f"learning_community@1.1.0+{second}+{first}",
        f"learning_community@1.1.0+{first}+{first}",
        f"learning_community@1.1.0+{first}+weather",
        f"learning_community@9.9.9+{first}",
        "learning_community@1.1.0+",
    ):
        with pytest.raises(Refused, match="instrument-unknown"):
            library.get(wrong)


def test_its_hash_is_that_of_the_version_and_the_choice():
    hashes = {
        parts.part_of(library.get(f"learning_community@{number}"), chosen).content_hash
        for number in ("1.0.0", "1.1.0")
        for chosen in (TWO, TWO[:1], TWO[1:])
    }
    assert len(hashes) == 6
    assert parts.part_of(WHOLE, TWO).content_hash == parts.part_of(WHOLE, TWO[::-1]).content_hash
    assert WHOLE.content_hash not in hashes


@pytest.mark.parametrize(
    "chosen", [(), ("weather",), tuple(each.id for each in WHOLE)[:3], (TWO[0], TWO[0])], ids=str
)
def test_no_part_is_empty_too_large_or_of_what_the_version_lacks(chosen):
    with pytest.raises(ValueError, match="No part of"):
        parts.part_of(WHOLE, chosen)


def test_all_its_items_are_common_with_the_whole_and_with_another_part_that_asks_them():
    part, one = parts.part_of(WHOLE, TWO), parts.part_of(WHOLE, TWO[:1])
    found = versions.comparability(WHOLE, part)
    assert found == versions.CommonItems(
        {each.id: frozenset(item.id for item in each.items) for each in part}
    )
    assert versions.comparability(part, one).items.keys() == {TWO[0]}
    assert versions.comparability(part, parts.part_of(WHOLE, TWO)) == versions.FullyComparable()


def test_a_person_scores_in_a_part_what_they_score_in_the_whole():
    said = {item.id: 1 + at % 5 for at, item in enumerate(WHOLE.items)}
    part = parts.part_of(WHOLE, TWO)
    own = {item.id: said[item.id] for item in part.items}
    whole = person_scores(Answers(WHOLE, said))
    assert person_scores(Answers(part, own)) == {name: whole[name] for name in part.part}


def test_a_whole_that_lacks_a_dimension_is_not_passed_over_and_a_part_is():
    part, one = parts.part_of(WHOLE, TWO), parts.part_of(WHOLE, TWO[:1])
    assert parts.asks_all_of(WHOLE, part)
    assert parts.asks_all_of(part, one)
    assert not parts.asks_all_of(part, WHOLE)
    assert not parts.asks_all_of(one, part)
    assert parts.asks_all_of(library.get("pulse@1.0.0"), WHOLE)
