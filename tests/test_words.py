"""No text says in another word what has a word of its own: docs/translating.md against all texts."""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from babel.messages.extract import extract_from_dir

from instruments import background, library
from instruments.definition.texts import text_leaves
from instruments.languages import LANGUAGES, SOURCE
from survey.web.error_texts import REFUSALS
from survey.web.platform import catalogues
from tests.paths import REPOSITORY
from tests.test_documents import READ, tables

PAGES, PAPER = catalogues._TREES
KEYWORDS = {"say": None, "_say": None, "_": None, "gettext_noop": None, "count": (1, 2)}
# where the sentences stand that those who answer read
ANSWERED = (
    *("templates/respondent/", "respondent/", "survey/web/respondent/"),
    *(f"survey/collection/{name}.py" for name in ("access_codes", "admission", "submission")),
    *(f"pdf/templates/{name}.html" for name in ("slips", "poster", "questionnaire")),
)
# and the tables of a questionnaire that they do not: of a dimension they read the heading
IN_REPORTS = {"name", "levels", "sheet"}
WHERE = {"everywhere", "answering", "messages", "questionnaires"}
GLOSSARY = REPOSITORY / "docs" / "translating.md"
GUIDE = REPOSITORY / "survey" / "web" / "guide"
PAPERS = REPOSITORY / "survey" / "web" / "papers"
ROWS = [row for row in tables(GLOSSARY) if "not" in row]


class Text(NamedTuple):
    """A text of a language, where it stands, and in which of the table's columns that is."""

    language: str
    place: str
    text: str
    where: frozenset[str]


def pattern(words):
    """What finds words in a text, whole or with any ending."""
    said = r"\s+".join(map(re.escape, words.removesuffix("…").split()))
    return re.compile(rf"(?<!\w){said}" + ("" if words.endswith("…") else r"(?!\w)"), re.IGNORECASE)


def uses(row, texts):
    """The texts that use a word of the table where it is not used."""
    asked = [each for each in texts if each.language == row["language"] and row["where"] in each.where]
    return [f"{each.place}: {each.text}" for each in asked if pattern(row["not"]).search(each.text)]


@cache
def answered():
    """The sentences of pages and paper that those who answer read, in English."""
    pages = (
        (message.id, place) for message in catalogues.messages(REFUSALS) for place, _ in message.locations
    )
    paper = extract_from_dir(
        PAPER.parents[1], [("**.py", "python"), ("**.html", "jinja2")], keywords=KEYWORDS
    )
    said = [*pages, *((sentence, place) for place, _, sentence, *_ in paper)]
    return {forms(sentence) for sentence, place in said if place.startswith(ANSWERED)}


def forms(sentence):
    return (sentence,) if isinstance(sentence, str) else tuple(sentence)


def sentences():
    for language in LANGUAGES:
        # English has no catalogue, and is what all others translate
        of = next(each for each in LANGUAGES if each != SOURCE) if language == SOURCE else language
        for tree, name in ((PAGES, "messages"), (PAPER, "reports")):
            for message in catalogues.spoken(catalogues.catalogue(tree / of / "LC_MESSAGES" / f"{name}.po")):
                where = {
                    "everywhere",
                    "messages",
                    *({"answering"} if forms(message.id) in answered() else ()),
                }
                said = message.id if language == SOURCE else message.string
                yield from (Text(language, f"{name}.po", form, frozenset(where)) for form in forms(said))


def questionnaires():
    for reference in library.shipped():
        # as they are written, and not once more in each version that takes them over
        for file in sorted(library.path_of(reference).glob("*.toml")):
            language = file.name.partition(".")[0]
            for path, text in text_leaves(
                tomllib.loads(file.read_text("utf-8")) if language in LANGUAGES else {}
            ):
                hidden = path[2] != "heading" if path[0] == "dimensions" else path[0] in IN_REPORTS
                where = {"everywhere", "questionnaires"} | (set() if hidden else {"answering"})
                yield Text(
                    language, f"{reference} {file.name} {'.'.join(map(str, path))}", text, frozenset(where)
                )
    for reference in background.available():
        for language, texts in background.get(reference).texts.items():
            for _, text in text_leaves(texts):
                yield Text(
                    language, reference, text, frozenset({"everywhere", "questionnaires", "answering"})
                )


def others():
    for language, each in LANGUAGES.items():
        for text in (*each.halves, each.elsewhere, each.skip):
            yield Text(language, "languages.toml", text, frozenset({"everywhere"}))
        for chapter in sorted((GUIDE / language).glob("*.md")):
            where = frozenset({"everywhere", "messages"})
            # whole, for the words of a sentence stand on several lines
            yield Text(language, f"guide/{chapter.name}", chapter.read_text("utf-8"), where)
        for paper in sorted((PAPERS / language).rglob("*.md")):
            yield Text(language, f"papers/{paper.name}", paper.read_text("utf-8"), frozenset({"everywhere"}))
    for document in READ:
        if document != GLOSSARY:
            yield from (
                Text("en", document.name, line, frozenset({"everywhere"})) for line in lines(document)
            )


def lines(document: Path):
    return document.read_text("utf-8").splitlines()


@pytest.fixture(scope="module")
def texts():
    found = [*sentences(), *questionnaires(), *others()]
    assert {each.language for each in found} == set(LANGUAGES)
    assert {where for each in found for where in each.where} == WHERE
    guided = {each.language for each in found if each.place.startswith("guide/")}
    assert guided == {path.name for path in GUIDE.iterdir() if (path / "before.md").exists()} != set()
    return found


def test_the_table_names_languages_and_places_that_there_are_and_a_word_to_use_instead():
    assert len(ROWS) > 50
    assert {row["language"] for row in ROWS} == set(LANGUAGES)
    assert {row["where"] for row in ROWS} == WHERE
    assert all(row["instead"] for row in ROWS)
    assert len({(row["language"], row["not"], row["where"]) for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['language']}-{row['not']}-{row['where']}")
def test_a_word_that_is_not_used_stands_in_no_text(row, texts):
    assert uses(row, texts) == []


@pytest.mark.parametrize(
    ("words", "text", "is_found"),
    [
        ("utsagn…", "Alle utsagnene", True),
        ("skema…", "Skemaet er kort", True),
        ("skema…", "Spørgeskemaet er kort", False),
        ("lat", "Lat dei velje", True),
        ("lat", "Latskap", False),
        ("står tomme", "De står\n tomme.", True),
    ],
)
def test_a_word_is_found_whole_or_with_any_ending(words, text, is_found):
    assert bool(pattern(words).search(text)) is is_found


def test_a_word_is_found_where_the_table_says_and_nowhere_else():
    row = {"language": "nb", "not": "runde…", "where": "answering"}
    read = Text("nb", "a page", "I neste runde", frozenset({"everywhere", "answering"}))
    others = [read._replace(language="da"), read._replace(where=frozenset({"everywhere"}))]
    assert uses(row, [read, *others]) == ["a page: I neste runde"]


def test_those_who_answer_read_their_pages_their_slips_and_what_stands_around_the_statements(texts):
    read = [each for each in texts if "answering" in each.where and each.language == "en"]
    said = {each.text for each in read}
    assert {
        "Check and send",
        "Scan or type this to answer, and later to see the results:",
        "Remove my answer",
    } <= said
    assert "Close the survey now" not in said
    places = " ".join(each.place for each in read)
    assert "items.aims_agreed" in places
    assert "heading" in places
    assert "rubric" not in places
