"""Translate the sentences of reports, and format every number and date in them."""

import gettext
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

import babel
from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import get_decimal_symbol

from instruments.languages import LANGUAGES
from instruments.problems import refuse
from reports.disclosure import rounding

TRANSLATIONS: Final = Path(__file__).parent / "translations"
LOCALES: Final = {tag: each.locale for tag, each in LANGUAGES.items()}
_MINUS: Final = "\N{MINUS SIGN}"
DASH: Final = "–"


@dataclass(frozen=True, slots=True)
class Locale:
    """Sentences, numbers and dates as a language writes them; msgids are the English sentences.

    `decimal` is its decimal sign, and `per_cent` how it writes a share, with `{}` for the number.
    """

    language: str
    catalogue: gettext.NullTranslations
    decimal: str
    per_cent: str

    def say(self, message: str, **values: object) -> str:
        """Return the sentence in this language, with `%(name)s` filled in."""
        said = self.catalogue.gettext(message)
        # without values a per cent sign stands for itself
        return said % values if values else said

    def count(self, one: str, many: str, number: int, **values: object) -> str:
        """Return the sentence for so many, with `%(number)s` filled in as people write it."""
        said = self.catalogue.ngettext(one, many, number)
        return said % {"number": self.number(number), **values}

    def number(self, value: float, decimals: int = 0, *, signed: bool = False) -> str:
        """Return a number with the decimal sign of the language; `signed` shows a plus too."""
        text = f"{value:+.{decimals}f}" if signed else f"{value:.{decimals}f}"
        # a hyphen is shorter than the plus it stands under
        text = text.replace("-", _MINUS)
        return text.replace(".", self.decimal)

    def percent(self, value: int) -> str:
        """Return a share in whole percent."""
        return self.share(value / 100)

    def share(self, value: float) -> str:
        """Return a share from 0 to 1 in percent, with as many decimals as it needs: 95%, 99.5%."""
        # 99.5% must not become 100%, nor 95% 95.0%
        decimals = rounding.decimals(100 * value) if value else 0
        return self.per_cent.format(self.number(100 * value, decimals))

    def range(self, low: float, high: float, decimals: int) -> str:
        """Return two positive numbers with an en dash between them."""
        return f"{self.number(low, decimals)}{DASH}{self.number(high, decimals)}"

    def day(self, day: date) -> str:
        """Return a date in full, such as 22. april 2026."""
        return str(format_date(day, "long", locale=LOCALES[self.language]))

    def month(self, day: date) -> str:
        """Return a month with its year, short."""
        return str(format_date(day, "MMM y", locale=LOCALES[self.language]))

    def listed(self, parts: Sequence[str]) -> str:
        """Join parts with commas and the language's own `and` before the last."""
        if len(parts) < 2:  # noqa: PLR2004 - a list of one has no "and"
            return "".join(parts)
        return self.say("%(parts)s and %(last)s", parts=", ".join(parts[:-1]), last=parts[-1])


def gettext_noop(message: str) -> str:
    """Return a message as it is: it is said later, and whoever collects messages finds it by this name."""
    return message


def sentence_case(text: str) -> str:
    """Return the text with a capital first: a sentence may begin with a mean in words, such as "over 4.7"."""
    return text[:1].upper() + text[1:]


@cache
def get_locale(language: str) -> Locale:
    """Return the locale of a language. Raises Refused where reports are not written in it."""
    if language not in LOCALES:
        raise refuse(
            "language-unknown",
            "Reports are not written in the language %(given)s.",
            "Choose one of: %(known)s.",
            given=language[:40],
            known=", ".join(LOCALES),
        )
    locale = LOCALES[language]
    shares = babel.Locale.parse(locale).percent_formats[None]
    # some put a space between the two, at which no line breaks
    per_cent = "{}".join((shares.prefix[0], shares.suffix[0]))
    return Locale(language, _catalogue(language), get_decimal_symbol(locale), per_cent)


def _catalogue(language: str) -> gettext.NullTranslations:
    """Return the sentences of a language; that of the code has no catalogue.

    It is read from its .po: a few hundred sentences, so no compiled copy can be stale.
    """
    path = TRANSLATIONS / language / "LC_MESSAGES" / "reports.po"
    if not path.is_file():
        return gettext.NullTranslations()
    with path.open("rb") as file:
        written = read_po(file, locale=language)
    compiled = io.BytesIO()
    write_mo(compiled, written)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
