"""Say the sentences of the pages in one language, within a request or outside of one."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel.support import NullTranslations, Translations

_FOLDER = Path(__file__).parent.parent / "translations"


@dataclass(frozen=True, slots=True)
class PageWords:
    """The sentences of the pages in a language; msgids are the English ones, as on the pages."""

    language: str
    catalogue: Translations | NullTranslations

    def gettext(self, message: str, **values: object) -> str:
        """Return the sentence in this language, with `%(name)s` filled in."""
        said = str(self.catalogue.gettext(message))
        return said % values if values else said

    def ngettext(self, one: str, many: str, num: int) -> str:
        """Return the sentence for so many, with `%(num)s` filled in."""
        return str(self.catalogue.ngettext(one, many, num)) % {"num": num}


@cache
def words_in(language: str) -> PageWords:
    """Return the sentences in a language, read once; English where there is no catalogue of it."""
    return PageWords(language, Translations.load(_FOLDER, [language]))
