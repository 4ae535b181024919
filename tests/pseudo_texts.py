"""Find the words of a page or a sheet that are not of the pseudo-language: what nobody can translate."""

import re

from babel import Locale
from lxml import etree, html

from instruments.languages import LANGUAGES
from tests.pseudo_language import CLOSING, LOCALE, OPENING, PLAIN, TAG

# what is read of a part that is not its text
_SAID = ("alt", "title", "aria-label", "placeholder", "data-column", "data-text")
_WORD = re.compile(r"[^\W\d_]+")
# what is the same in every language: codes, addresses, digests, names of files, versions, items and errors
_ADDRESS = re.compile(r"https?://[^\s\[\]]+")
_TYPED = re.compile(
    r"[^\s\[\]]+@[^\s\[\]]+|[\w-]+\.(?:pdf|csv|xlsx|zip|json)\b|`[^`]*`|\b\w+_\w+\b"
    r"|\b(?:[0-9A-Z]{4,5}-)+[0-9A-Z]+\b|\b(?=\w*\d)\w+\b"
)
_LONG = 8
# of programs and formats, and of the languages themselves
NAMES = {
    *(
        "Kjennetegn",
        "XLSForm",
        "LimeSurvey",
        "DDI",
        "ODK",
        "KoboToolbox",
        "SQLite",
        "CSV",
        "PDF",
        "HTML",
        "Europe/Oslo",
    ),
    *(each.name for tag, each in LANGUAGES.items() if tag != TAG),
}


def _of_calendar():
    known = Locale.parse(LOCALE)
    for widths in (*known.months.values(), *known.days.values()):
        yield from (name for names in widths.values() for name in names.values())
    for unit, lengths in known._data["unit_patterns"].items():
        if unit.startswith("duration-"):
            yield from (text for forms in lengths.values() for text in forms.values())


# of dates, times and durations, written as in another language; what is shorter is a word of English as well
_OF_DATES = {word for name in _of_calendar() for word in _WORD.findall(str(name)) if len(word) > 2} | {"klo"}


def untranslated(text, names=()):
    """The words of a text that stand outside brackets, or in letters that a translation has not.

    `names` are those that people typed. A bracket that is left open or closed once too often is one, too.
    """
    text = _ADDRESS.sub(" ", text)
    for name in sorted({*NAMES, *names}, key=len, reverse=True):
        # a short word is no part of a longer one, such as the name of an item
        is_short = name.isalpha() and len(name) < _LONG
        text = re.sub(rf"(?<!\w){name}(?!\w)", " ", text) if is_short else text.replace(name, " ")
    depth, found = 0, []
    for part in re.findall(r"[^\W\d_]+|[\[\]]", _TYPED.sub(" ", text)):
        depth += (part == OPENING) - (part == CLOSING)
        is_word = part[0].isalpha() and part not in _OF_DATES
        if depth < 0 or (is_word and (depth == 0 or PLAIN & set(part))):
            found.append(part)
        depth = max(depth, 0)
    return found + [OPENING] * depth


def of_page(text, names=()):
    """The words of a page of HTML that are not translated, those that are only read aloud among them."""
    page = html.document_fromstring(text)
    etree.strip_elements(page, "script", "style", with_tail=False)
    for each in list(page.iter("wbr")):  # where an address may be broken
        each.drop_tag()
    # what says of itself that it is in another language
    for each in page.xpath(f"//*[@lang and @lang != '{TAG}']"):
        each.text = ""
        del each[:]
    said = [each.get(name) for each in page.iter(etree.Element) for name in _SAID if each.get(name)]
    return [word for each in [" ".join(page.itertext()), *said] for word in untranslated(each, names)]
