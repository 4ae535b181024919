"""No message and no questionnaire holds a number of the policy: each is known here, with its reason.

A new one is noticed so. What an installation shows under a stricter policy is in `test_numbers_in_texts`.
"""

import re

import pytest

from instruments import library
from survey.web.platform import catalogues

# above one, which is an article as well
WORDS = {
    "en": "two three four five six seven eight nine ten eleven twelve fifteen twenty thirty fifty sixty half",
    "nb": "to tre fire fem seks sju åtte ni ti elleve tolv femten tjue tretti femti seksti halvparten",
    "nn": "to tre fire fem seks sju åtte ni ti elleve tolv femten tjue tretti femti seksti halvparten",
    "da": "to tre fire fem seks syv otte ni ti elleve tolv femten tyve tredive halvtreds tres halvdelen",
}
# messages with a number that is none of the policy's, each by a part of its English
OTHERS = (
    "A pool is named twice",
    "SHA-256 of the table",  # a checksum
    "Half-year",  # of the calendar
    "share two statements",  # a correlation needs two
    "answered two statements",  # likewise
    "such as 2026H1",
    "KoboToolbox or Survey123",  # a program
    "counted in their order, from 1",  # answers of a list
    "fewer than two scored",  # answers of a list
    "array of two scales",  # a kind of question in LimeSurvey
    "two crosses",  # of a paper form
    "such as 14:00",
    "type it in twice",
    "Keys 1 to",  # of a keyboard: survey/web/static/answering.js
    "Wait fifteen minutes",  # how long sign-ins are slowed down: survey.web.account
    "t least twelve characters",  # the shortest password: survey.accounts
    "from 1 to 5000",  # the most people a form takes
    "within three years",  # the latest date of an action
    "within four weeks",  # advice
    "groups of three to five",  # advice
    "with the two others",  # who keep a key sheet: docs/decisions/0096
    "ive minutes",  # advice
    "add up to 100",  # what percent are
    "two questionnaires",
    "It has two statements",  # what may be released of so few: the rule itself
    "the two roles",
    "digits of a Norwegian number",  # and of Danish ones: survey.organisation_numbers
    "or two are swapped",  # digits
    "who sees what, in two sentences",  # advice
    "two surveys",  # between which there are the policy's weeks
    "Two surveys",
    "each other",
    "One account",
    "one survey at a time",
    "two bars overlap",
    "between two",  # levels
    "the two that the answers",  # likewise
    "Mean ± half the",  # interval
    "for the wall, A",  # sizes of paper
    "in the last six months",  # advice
    "Set aside ten minutes",  # advice
    "at most two dimensions",  # instruments.parts
    "two new passwords",
    "The two say the same",
    "half-year",
    "two have changed places",  # of a code's characters
    "holds it twice",
    "sending twice",
    " sheet",  # of a split key there are three, and two of them seal: docs/decisions/0096
    "Without two of them",
    "Type the mark of each",
    "Eight groups of four letters",
    *("1. Sign in at", "2. Print the", "3. Open the survey", "Three things are left"),  # to do for a leader
    "pressed twice",
    "two printed copies",
    "these two lie farthest apart",  # statements that tie
    "for 1 to %(most)s years",
    "wo units or more are merged",
    "Two different units",
    "answers to two statements",  # what a pool holds of each pair
    *(
        "nobody answered two of the items",
        "two items have too few",
        "fewer than two groups",
        "group has two people",
    ),
    # those who agree to a lost factor: docs/decisions/0156
    *(
        "Two operators have to agree",
        "Ask two other operators",
        "Two of them have to agree",
        "two operators agree",
    ),
    "Six digits, new every half minute",  # RFC 6238
    "the same answer came twice",
    "bucket",  # S3
)


def texts_of(part):
    return [part] if isinstance(part, str) else list(part)


def holds_a_number(text, language):
    plain = re.sub(r"%\([^)]*\)[sd]|&#?\w+;", " ", text)
    words = WORDS[language].split()
    return bool(re.search(r"\d", plain) or re.search(rf"(?i)\b({'|'.join(words)})\b", plain))


def every_message():
    for tree in catalogues._TREES:
        for file in sorted(tree.glob("*/LC_MESSAGES/*.po")):
            language = file.parent.parent.name
            for message in catalogues.spoken(catalogues.catalogue(file)):
                yield language, texts_of(message.id), texts_of(message.string)


def test_every_message_with_a_number_in_it_is_known_and_none_is_of_the_policy():
    found = list(every_message())
    assert len(found) > 1000
    unknown = [
        english[0]
        for language, english, spoken in found
        if any(holds_a_number(each, "en") for each in english)
        or any(holds_a_number(each, language) for each in spoken)
        if not any(part in english[0] for part in OTHERS)
    ]
    assert sorted(set(unknown)) == []


def test_every_known_number_is_still_in_a_message():
    said = [english[0] for _, english, _ in every_message()]
    assert [part for part in OTHERS if not any(part in each for each in said)] == []


@pytest.mark.parametrize("reference", library.available())
def test_a_questionnaire_leaves_the_minimum_to_the_page(reference):
    wordings = library.get(reference).wordings
    assert wordings
    for wording in wordings.values():
        said = [wording.promise, *wording.introduction]
        minimum = [
            each
            for each in said
            if re.search(r"(?i)\b(minst|mindst|at least)\s+(\d+|fem|five|seks|six|ti|ten)\b", each)
        ]
        assert minimum == []
