"""The reports' catalogues: every sentence there is, in every language, with the same places to fill in."""

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import reports
from reports.presentation.locale import TRANSLATIONS, get_locale

HOME = Path(reports.__file__).parent
PLACES = re.compile(r"%\((\w+)\)")


def asked():
    keywords = {"say": None, "_say": None, "_": None, "gettext_noop": None, "count": (1, 2)}
    found = extract_from_dir(HOME, [("**.py", "python"), ("**.html", "jinja2")], keywords=keywords)
    return {message for _, _, message, *_ in found}


def held(language):
    with (TRANSLATIONS / language / "LC_MESSAGES" / "reports.po").open("rb") as file:
        return {message.id: message.string for message in read_po(file) if message.id}


@pytest.mark.parametrize("language", ["nb", "nn", "da"])
def test_every_sentence_has_its_translation_and_there_is_none_too_many(language):
    catalogue = held(language)
    assert set(catalogue) == {tuple(each) if isinstance(each, list) else each for each in asked()}
    for message, said in catalogue.items():
        forms = list(zip(message, said, strict=True)) if isinstance(message, tuple) else [(message, said)]
        for english, translated in forms:
            assert translated, english
            assert set(PLACES.findall(english)) == set(PLACES.findall(translated)), english


def test_numbers_and_dates_are_written_as_the_language_does():
    nb, en = get_locale("nb"), get_locale("en")
    assert nb.number(3.456, 2) == "3,46"
    assert en.number(3.456, 2) == "3.46"
    assert nb.number(-0.5, 1, signed=True) == "−0,5"
    assert nb.percent(47) == "47\N{NO-BREAK SPACE}%"
    assert nb.listed(["a", "b", "c"]) == "a, b og c"
