"""The language that nobody speaks is as long, as strange and as whole as it has to be to find faults."""

import pytest
from babel.messages.pofile import read_po

from instruments import library
from instruments.definition.texts import text_leaves
from instruments.languages import LANGUAGES, SOURCE
from reports.pdf import letters
from tests import pseudo_language
from tests.paths import REPOSITORY
from tests.pseudo_language import CLOSING, KEPT, OPENING, TAG, pseudo

CATALOGUES = sorted(REPOSITORY.glob("*/*/translations/nb/LC_MESSAGES/*.po"))


def messages():
    """The English sentences of pages, reports and paper, plural ones included."""
    for path in CATALOGUES:
        with path.open("rb") as file:
            for message in read_po(file):
                yield from [message.id] if isinstance(message.id, str) else message.id


@pytest.fixture(scope="module")
def texts():
    """All texts there are in English."""
    drafts = [library.read(library.path_of(reference))[0] for reference in library.shipped()]
    asked = (text for draft in drafts for _, text in text_leaves(draft.tree["texts"][SOURCE]))
    found = list(dict.fromkeys([*filter(None, messages()), *asked]))
    assert len(found) > 1500
    return found


def is_longer(text, said):
    """Whether a text is two fifths longer than another, if there is a letter in it that can be doubled."""
    before, after = (sum(map(len, KEPT.split(each))) for each in (text, said))
    has_letters = any(each.isalpha() for each in "".join(KEPT.split(text)))
    return 0 <= after - (1.4 if has_letters else 1) * before < 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Send", "[Šééñdd]"),
        ("No", "[Ñöö]"),
        ("%(number)s of 36", "[%(number)s ööfff 36]"),
        ("{Children.definite} speak.", "[{Children.definite} šppéååkk.]"),
        ("<b>5</b> &amp; `kjennetegn unit list`", "[<b>5</b> &amp; `kjennetegn unit list`]"),
        ("100%% of %(name)s", "[100%% ööfff %(name)s]"),
    ],
)
def test_a_text_is_longer_accented_and_in_brackets_and_keeps_what_is_no_word(text, said):
    assert pseudo(text) == said


def test_every_text_is_two_fifths_longer_and_keeps_its_gaps(texts):
    for text in texts:
        said = pseudo(text)
        assert said.startswith(OPENING)
        assert said.endswith(CLOSING)
        assert KEPT.findall(said) == KEPT.findall(text)
        assert is_longer(text, said[1:-1]), text


def test_every_letter_of_it_can_be_printed(texts):
    said = {letter for text in texts for letter in pseudo(text)}
    assert said >= set("åçéĝîñöřšţûýž")
    assert said - letters.supported() == set()


def test_no_text_has_brackets_of_its_own(texts):
    assert [text for text in texts if {OPENING, CLOSING} & set(text)] == []


def test_the_language_is_added_to_copies_alone():
    assert TAG not in LANGUAGES
    assert pseudo_language.add() == "This is no copy."
    assert TAG not in (REPOSITORY / "instruments" / "languages.toml").read_text("utf-8")
