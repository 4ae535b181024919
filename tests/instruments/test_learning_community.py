"""What the words of learning_community 1.0.0 keep to beyond being well-formed: short, own to each edition."""

import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import instruments
from instruments import library
from instruments.definition import texts as words

FOLDER = Path(instruments.__file__).parent / "questionnaires" / "learning_community" / "1.0.0"
LANGUAGES = sorted(path.stem for path in FOLDER.glob("??.toml"))
EDITIONS = sorted(path.stem for path in FOLDER.glob("??.*.toml"))
REVERSED = {"goals_steer", "assumptions_challenged", "failures_shown", "safe_to_err", "outside_brought_back"}
MOST_WORDS_IN_AN_ITEM = 18
MOST_WORDS_IN_A_RUBRIC = 25


def read(name: str) -> dict[str, Any]:
    """One of the instrument's files, as it is written."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def edition_texts(edition: dict[str, Any]) -> list[str]:
    """The definitions, questions, first steps and rubric lines of an edition."""
    return [
        text
        for dimension in edition["dimensions"].values()
        for text in (
            dimension["definition"],
            *dimension["questions"],
            *dimension["first_steps"],
            *(line for level in dimension["rubric"] for line in (level["sign"], level["evidence"])),
        )
    ]


def test_five_items_in_five_dimensions_are_reversed() -> None:
    dimensions = read("instrument")["dimensions"]
    reversed_items = [
        {item["id"] for item in dimension["items"] if item.get("reverse")} for dimension in dimensions
    ]
    assert set.union(*reversed_items) == REVERSED
    assert max(map(len, reversed_items)) == 1


@pytest.mark.parametrize("name", EDITIONS)
def test_an_item_is_one_sentence_of_at_most_eighteen_words(name: str) -> None:
    shared, own = read(name.partition(".")[0]), read(name)
    items = words.overlay(shared, own)["items"]
    assert len(items) == 36
    for item, text in items.items():
        asked = words.fill_terms(text, own["terms"])
        assert len(asked.split()) <= MOST_WORDS_IN_AN_ITEM, (item, asked)
        assert re.findall(r"[.!?](?=\s|$)", asked) == ["."], (item, asked)
        assert asked[0].isupper(), (item, asked)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_promise_of_anonymity_is_two_sentences(language: str) -> None:
    assert len(re.findall(r"[.!?](?=\s|$)", read(language)["promise"])) == 2


@pytest.mark.parametrize("name", EDITIONS)
def test_each_dimension_has_three_questions_two_steps_and_four_levels(name: str) -> None:
    dimensions = read(name)["dimensions"]
    assert len(dimensions) == 9
    for dimension, texts in dimensions.items():
        parts = (len(texts["questions"]), len(texts["first_steps"]), len(texts["rubric"]))
        assert parts == (3, 2, 4), dimension
        assert all(question.endswith("?") for question in texts["questions"]), dimension
        for level in texts["rubric"]:
            for line in level.values():
                assert len(line.split()) <= MOST_WORDS_IN_A_RUBRIC, line


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_of_one_edition_stands_in_another(language: str) -> None:
    texts = Counter(
        text for name in EDITIONS if name.startswith(f"{language}.") for text in edition_texts(read(name))
    )
    assert [text for text, times in texts.items() if times > 1] == []


@pytest.mark.parametrize("name", EDITIONS)
def test_an_edition_brings_four_questions_for_planning_and_says_where_they_come_from(name: str) -> None:
    language, _, edition = name.partition(".")
    sheet = library.get("learning_community@1.0.0").wording(edition, language).sheet
    assert sheet is not None
    assert len(sheet.questions) == 4
    assert all(question.endswith("?") for question in sheet.questions)
    adapted = re.search(r"(?i)tilpas|adaptation", sheet.note) is not None
    assert ("Roskilde" in sheet.note, adapted) == (True, edition in {"barnehage", "fagopplaering"})
