import pytest

from instruments import background, library
from instruments.answers import SKIPPED
from instruments.problems import Damaged, Refused

LANGUAGES = ("nb", "nn", "da", "en")
LOCKED = {
    "role@1": "58637ea3daecb0a0b851212a14b3750b800cde6e8c52521431058474f11e1536",
    "years_here@1": "4d4cc5df958018ffecea22ba42943066b3cc72e24932146dc43665b7891b8826",
}


@pytest.fixture(params=background.available())
def question(request):
    return background.get(request.param)


def test_the_questions_are_these_and_say_what_they_said_when_people_first_answered_them():
    assert {name: background.get(name).content_hash for name in background.available()} == LOCKED


def test_a_question_has_few_broad_categories_and_rather_not_saying_is_none_of_them(question):
    assert 2 <= len(question.categories) <= 4
    assert question.encode(SKIPPED) not in [question.encode(name) for name in question.categories]


def test_every_language_has_all_words_and_no_others(question):
    assert set(question.texts) == set(LANGUAGES)
    for text in question.texts.values():
        assert {"name", "question", "categories"} <= set(text) <= {"name", "question", "categories", "terms"}
        assert tuple(text["categories"]) == question.categories
        assert len(set(text["categories"].values())) == len(question.categories)


@pytest.mark.parametrize("reference", library.shipped())
def test_the_words_fit_every_edition_in_every_language(question, reference):
    wordings = library.get(reference).wordings
    assert len(wordings) >= 10
    for said in wordings.values():
        words = question.wording(said)
        for text in (words.name, words.question, *words.categories.values()):
            assert text
            assert "{" not in text


def test_the_words_speak_of_the_people_of_the_edition():
    version = library.get("learning_community@1.0.0")
    words = background.get("role@1").wording(version.wording("barnehage", "nb"))
    assert words.categories["with_learners"] == "Direkte med barna"


def test_a_category_travels_as_one_byte(question):
    for category in (*question.categories, SKIPPED):
        encoded = question.encode(category)
        assert len(encoded) == 1
        assert question.decode(encoded) == category


@pytest.mark.parametrize("encoded", [b"", b"\x00\x00", b"\x7f"])
def test_bytes_that_are_no_category_are_refused(question, encoded):
    with pytest.raises(Damaged, match="answers-unreadable"):
        question.decode(encoded)


def test_a_category_or_question_that_is_not_offered_is_refused(question):
    with pytest.raises(Refused, match="background-category"):
        question.encode("head_of_department_b")
    with pytest.raises(Refused, match="background-unknown"):
        background.get("shoe_size@1")


def test_a_question_whose_words_were_changed_is_refused(tmp_path, monkeypatch):
    for path in background.HOME.iterdir():
        (tmp_path / path.name).write_text(path.read_text("utf-8").replace("10 år", "9 år"), "utf-8")
    monkeypatch.setattr(background, "HOME", tmp_path)
    background.get.cache_clear()
    with pytest.raises(Damaged, match="background-altered"):
        background.get("years_here@1")
    background.get.cache_clear()


def test_a_question_read_anew_is_the_same_question(question):
    background.get.cache_clear()
    again = background.get(question.reference)
    assert again is not question
    assert again == question
    assert hash(again) == hash(question)
    others = [background.get(reference) for reference in background.available()]
    assert others.count(question) == 1
