"""The reports' catalogues: every sentence there is, in every language, with the same places to fill in."""

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import reports
from instruments.languages import LANGUAGES, SOURCE
from reports.presentation.locale import TRANSLATIONS, get_locale
from tests.paths import REPOSITORY

HOME = Path(reports.__file__).parent
PAGES = REPOSITORY / "survey" / "web" / "templates"
PLACES = re.compile(r"%\((\w+)\)")


def asked():
    """Every sentence that reports and paper say, and that pages say in the words of the report."""
    keywords = {"say": None, "_say": None, "_": None, "gettext_noop": None, "count": (1, 2)}
    found = extract_from_dir(HOME, [("**.py", "python"), ("**.html", "jinja2")], keywords=keywords)
    pages = extract_from_dir(PAGES, [("**.html", "jinja2")], keywords={"say": None})
    return {message for _, _, message, *_ in (*found, *pages)}


def held(language):
    with (TRANSLATIONS / language / "LC_MESSAGES" / "reports.po").open("rb") as file:
        return {message.id: message.string for message in read_po(file) if message.id}


@pytest.mark.parametrize("language", [tag for tag in LANGUAGES if tag != SOURCE])
def test_every_sentence_has_its_translation_and_there_is_none_too_many(language):
    catalogue = held(language)
    assert set(catalogue) == {tuple(each) if isinstance(each, list) else each for each in asked()}
    for message, said in catalogue.items():
        # some languages have more than one plural
        several = [message[min(place, 1)] for place, _ in enumerate(said)]
        forms = list(zip(several, said, strict=True)) if isinstance(message, tuple) else [(message, said)]
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


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_share_is_written_with_its_sign_and_as_many_decimals_as_it_needs(language):
    written = {"en": ("95%", "99.5%")}.get(language, ("95\N{NO-BREAK SPACE}%", "99,5\N{NO-BREAK SPACE}%"))
    locale = get_locale(language)
    assert (locale.share(0.95), locale.share(0.995)) == written
