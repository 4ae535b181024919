"""Say to those who answer in another program what is true there: nothing of ours protects their answers."""

from collections.abc import Iterator

from instruments.languages import LANGUAGES, SOURCE
from instruments.model import Version
from instruments.problems import Problem


def promise_elsewhere(language: str) -> tuple[str, str]:
    """Return two sentences instead of the instrument's own promise and introduction.

    Those speak of encryption, counting and deleting, which only this program does. They are in English where
    `languages.toml` lacks the language.
    """
    words = LANGUAGES.get(language, LANGUAGES[SOURCE])
    return words.elsewhere, words.skip


def promised_in_english(version: Version, edition: str) -> Iterator[Problem]:
    """Yield a warning for each language of the edition that has no such sentences of its own."""
    for language in version.editions[edition]:
        if language not in LANGUAGES:
            fault = "What a survey elsewhere promises is not written in this language: it is said in English."
            yield Problem(language, "promise-in-english", fault, "Translate it in the other program.")
