import pytest

from instruments import background, library
from instruments.answers import SKIPPED
from instruments.languages import LANGUAGES
from instruments.problems import Damaged, Refused

LOCKED = {
    "role@1": "58637ea3daecb0a0b851212a14b3750b800cde6e8c52521431058474f11e1536",
    "years_here@1": "4d4cc5df958018ffecea22ba42943066b3cc72e24932146dc43665b7891b8826",
}


@pytest.fixture(params=background.available())
def question(request):
    return background.get(request.param)


def test_the_questions_say_what_they_said_when_people_first_answered_them():
    assert {name: background.get(name).content_hash for name in LOCKED} == LOCKED
    assert set(background.locked_hashes()) == set(background.available())


def test_a_question_has_few_broad_categories_and_rather_not_saying_is_none_of_them(question):
    assert 2 <= len(question.categories) <= 4
    assert question.encode(SKIPPED) not in [question.encode(name) for name in question.categories]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_is_offered_the_same_questions(language):
    names = {name.partition("@")[0] for name in background.available()}
    assert [each.reference.partition("@")[0] for each in background.offered(language)] == sorted(names)


def test_every_language_has_all_words_and_no_others(question):
    assert set(question.texts) <= set(LANGUAGES)
    for text in question.texts.values():
        assert {"name", "question", "categories"} <= set(text) <= {"name", "question", "categories", "terms"}
        assert tuple(text["categories"]) == question.categories
        assert len(set(text["categories"].values())) == len(question.categories)


@pytest.mark.parametrize("reference", library.shipped())
def test_the_words_fit_every_edition_in_every_language(reference):
    wordings = library.get(reference).wordings
    assert len(wordings) >= 10
    for (_, language), said in wordings.items():
        asked = [each.wording(said) for each in background.offered(language)]
        texts = [text for each in asked for text in (each.name, each.question, *each.categories.values())]
        assert len(texts) > 6
        assert all(text and "{" not in text for text in texts)


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


@pytest.fixture
def own(tmp_path, monkeypatch):
    """A folder with a copy of the questions that ship."""
    for path in background.HOME.iterdir():
        (tmp_path / path.name).write_text(path.read_text("utf-8"), "utf-8")
    monkeypatch.setattr(background, "HOME", tmp_path)
    monkeypatch.setattr(background, "_LOCK", tmp_path / "lock.toml")
    background.get.cache_clear()
    yield tmp_path
    background.get.cache_clear()


def write_anew(folder, reference, number, changed=("", "")):
    text = (folder / f"{reference}.toml").read_text("utf-8").replace(*changed)
    (folder / f"{reference.partition('@')[0]}@{number}.toml").write_text(text, "utf-8")


def test_a_question_whose_words_were_changed_is_refused(own):
    write_anew(own, "years_here@1", 1, ("10 år", "9 år"))
    with pytest.raises(Damaged, match="background-altered"):
        background.get("years_here@1")


def test_a_question_gets_a_language_in_its_next_number_and_is_offered_in_that_alone(own):
    write_anew(own, "role@1", 2, ("[nb", "[sv"))
    write_anew(own, "role@1", 10)
    (own / "role@2 (copy).toml").write_text("", "utf-8")
    with pytest.raises(Damaged, match="background-altered"):
        background.offered("sv")
    for reference in ("role@2", "role@10"):
        assert background.publish(reference) == background.get(reference).content_hash
    assert background.available() == ("role@1", "role@2", "role@10", "years_here@1")
    lock = (own / "lock.toml").read_text("utf-8")
    assert [line.partition('"')[2].partition('"')[0] for line in lock.splitlines()[2:]] == [
        *background.available()
    ]
    assert [each.reference for each in background.offered("sv")] == ["role@2"]
    assert [each.reference for each in background.offered("nn")] == ["role@10", "years_here@1"]


def test_a_published_question_is_not_published_again_and_an_unknown_one_not_at_all(own):
    assert own.is_dir()
    with pytest.raises(Refused, match="background-locked"):
        background.publish("role@1")
    with pytest.raises(Refused, match="background-unknown"):
        background.publish("shoe_size@1")


def test_a_question_read_anew_is_the_same_question(question):
    background.get.cache_clear()
    again = background.get(question.reference)
    assert again is not question
    assert again == question
    assert hash(again) == hash(question)
    others = [background.get(reference) for reference in background.available()]
    assert others.count(question) == 1
