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
from tests.paths import REPOSITORY

FOLDER = Path(instruments.__file__).parent / "questionnaires" / "learning_community" / "1.0.0"
LANGUAGES = sorted(path.stem for path in FOLDER.glob("??.toml"))
EDITIONS = sorted(path.stem for path in FOLDER.glob("??.*.toml"))
REVERSED = {
    "goals_disregarded",
    "habits_unquestioned",
    "failures_hidden",
    "mistakes_held_against",
    "courses_not_shared",
}
MOST_WORDS_IN_AN_ITEM = 18
MOST_WORDS_IN_A_RUBRIC = 25
MOST_WORDS_IN_A_SENTENCE_OF_THE_PROMISE = 18
HARDEST = 33  # LIX of all items of an edition together; newspapers lie around 40
# who "we" are, and the questions of the second source that have an item each
WE = {
    "nb": "«Vi» er alle som",
    "nn": "«Vi» er alle som",
    "da": "»Vi« er alle, der",
    "en": "“We” means everyone who",
}
GUIDING = {1: "aims_agreed", 2: "signs_examined", 3: "joint_response", 4: "taken_further"}
LIBRARY = library.get("learning_community@1.0.0")
WORDINGS = LIBRARY.wordings.items()


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
def test_the_promise_of_anonymity_is_three_short_sentences(language: str) -> None:
    promises = [wording.promise for (_, each), wording in WORDINGS if each == language]
    assert promises
    for promise in promises:
        sentences = re.split(r"(?<=[.!?])\s+", promise)
        assert len(sentences) == 3
        assert max(len(each.split()) for each in sentences) <= MOST_WORDS_IN_A_SENTENCE_OF_THE_PROMISE


def lix(text: str) -> float:
    """The readability index of a text (Björnsson 1968): words a sentence, and percent of long words."""
    found = re.findall(r"[^\W\d_]+(?:['-][^\W\d_]+)*", text)
    sentences = len(re.findall(r"[.!?](?=\s|$)", text))
    return len(found) / sentences + 100 * sum(len(word) > 6 for word in found) / len(found)


@pytest.mark.parametrize("key", LIBRARY.wordings, ids="-".join)
def test_the_items_are_easy_to_read(key: tuple[str, str]) -> None:
    assert lix(" ".join(LIBRARY.wordings[key].items.values())) <= HARDEST


@pytest.mark.parametrize("reference", library.shipped())
def test_every_introduction_says_who_we_are(reference: str) -> None:
    wordings = library.get(reference).wordings
    assert len(wordings) > 5
    for (edition, language), wording in wordings.items():
        assert any(WE[language] in each for each in wording.introduction), (edition, language)


@pytest.mark.parametrize("reference", library.shipped())
def test_the_subtitle_says_that_the_form_is_the_services_own(reference: str) -> None:
    wordings = library.get(reference).wordings
    assert [key for key, each in wordings.items() if "Kjennetegn" not in each.subtitle] == []
    norwegian = [each.subtitle for (_, language), each in wordings.items() if language in {"nb", "nn"}]
    assert len(norwegian) > 3
    assert [each for each in norwegian if "Utdanningsdirektoratet" not in each] == []


def test_respondents_meet_a_heading_that_is_not_the_name_of_the_dimension() -> None:
    for key, wording in WORDINGS:
        named = [each for each, said in wording.dimensions.items() if said.heading == said.name]
        assert named == [], key


def test_every_form_of_a_term_is_used_in_a_text_or_on_a_page() -> None:
    texts = "".join(path.read_text("utf-8") for path in FOLDER.parents[2].rglob("*.toml")).lower()
    pages = "".join(path.read_text("utf-8") for path in (REPOSITORY / "reports").rglob("*.html"))
    forms = [f"{term}.{form}" for term, forms in read("instrument")["terms"].items() for form in forms]
    assert len(forms) > 5
    unused = [each for each in forms if f"{{{each}}}" not in texts and f'terms["{each}"]' not in pages]
    assert unused == []


def test_each_guiding_question_is_claimed_by_one_item() -> None:
    for number, item in GUIDING.items():
        claiming = [each.id for each in LIBRARY.items if f"guiding question {number}" in each.anchor]
        assert claiming == [item]


def test_wellbeing_is_asked_about_in_every_edition_and_language() -> None:
    word = {"nb": "trives", "nn": "trivst", "da": "trives", "en": "unhappy"}
    for (_, language), wording in WORDINGS:
        assert word[language] in wording.items["our_learners"]


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


def places_in_the_table() -> set[tuple[str, str]]:
    """Place in a page and item, for every item that the table of SOURCE.md names beside a place."""
    found, place = set(), ""
    for line in (FOLDER / "SOURCE.md").read_text("utf-8").splitlines():
        if line.count("|") != 5:
            continue
        first, _, items, _ = (cell.strip() for cell in line.strip("|").split("|"))
        place = first or place
        if place.startswith(("000 · ", "003 · ")):
            found |= {(place, item) for item in re.findall(r"`(\w+)`", items)}
    return found


def places_in_the_anchors() -> set[tuple[str, str]]:
    """Place in a page and item, for every place that an item's anchor claims."""
    found = set()
    for item in LIBRARY.items:
        page = ""
        for part in item.anchor.split("; "):
            head, dot, rest = part.partition(" · ")
            page, said = (head, rest) if dot else (page, part)
            place, colon, _ = said.partition(": ")
            if colon and page in {"000", "003"}:
                found.add((f"{page} · {place}", item.id))
    return found


def test_the_table_of_sources_and_the_anchors_of_the_items_claim_the_same() -> None:
    assert len(places_in_the_table()) > 40
    assert places_in_the_anchors() == places_in_the_table()


def test_every_item_stands_in_the_table_of_sources_or_among_those_that_are_ours() -> None:
    text = (FOLDER / "SOURCE.md").read_text("utf-8")
    ours = re.search(r"Without a place in either page: (.*?)\. They are ours", text, re.DOTALL)
    assert ours is not None
    known = {item for _, item in places_in_the_table()} | set(re.findall(r"`(\w+)`", ours[1]))
    assert known == {item.id for item in LIBRARY.items}
