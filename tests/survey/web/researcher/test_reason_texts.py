"""Why a figure has no value is said in every language, of every reason there is."""

from instruments.languages import LANGUAGES, SOURCE
from instruments.statistics import Reason
from survey.web.platform.words import words_in
from survey.web.researcher.reason_texts import REASON_WORDS


def test_every_reason_is_said_in_every_language():
    assert {reason: text._args[0] for reason, text in REASON_WORDS.items()} == {
        reason: reason.value for reason in Reason
    }
    for tag in set(LANGUAGES) - {SOURCE}:
        catalogue = words_in(tag).catalogue
        assert [each for each in Reason if catalogue.gettext(each.value) == each.value] == []
