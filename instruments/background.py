"""Read the background questions that a wave may ask: fixed, shipped and locked, never typed by anyone.

Free categories would name people. A question has two to four broad ones; "I would rather not say" is the
same as leaving it blank, and is no category.
"""

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from instruments.answers import SKIPPED, Skipped
from instruments.model import Wording
from instruments.problems import damage, refuse

HOME = Path(__file__).parent / "background_questions"
_LOCK = HOME / "lock.toml"
_HEAD = (
    "# The background questions and the SHA-256 of what they say, written by `kjennetegn instrument lock`;\n"
    "# a question in use never changes.\n"
)
_REFERENCE = re.compile(r"[a-z_]+@[1-9][0-9]*")
_PLACEHOLDER = re.compile(r"\{([a-z_.]+)\}")


@dataclass(frozen=True, slots=True)
class BackgroundWording:
    """Hold what people read of a question in one language; `name` is its short name, in a report."""

    name: str
    question: str
    categories: Mapping[str, str]


@dataclass(frozen=True)
class Background:
    """Describe one background question: its categories in the order they are offered, and its words.

    `reference` is what a wave keeps, such as `years_here@1`; a change of words makes a new number. `texts`
    maps a language to its words, with gaps for the terms of an edition.
    """

    reference: str
    categories: tuple[str, ...]
    # the hash stands for the texts where questions are compared
    texts: Mapping[str, Mapping[str, Any]] = field(repr=False, compare=False)
    content_hash: str = field(repr=False)

    def wording(self, questionnaire: Wording) -> BackgroundWording:
        """Return the words beside a questionnaire's: in its language, with its terms for unit and people.

        Raises KeyError where the question lacks the language.
        """
        text = self.texts[questionnaire.language]
        terms = {**text.get("terms", {}), **questionnaire.terms}
        categories = {name: _fill(text["categories"][name], terms) for name in self.categories}
        return BackgroundWording(text["name"], _fill(text["question"], terms), categories)

    def encode(self, category: str | Skipped) -> bytes:
        """Return the category as exactly one byte, whose last value is skipped.

        Raises Refused("background-category") for a category the question lacks.
        """
        # always one byte: the length of an encrypted answer must not say whether it was given
        if category is SKIPPED:
            return bytes([len(self.categories)])
        if category not in self.categories:
            raise refuse(
                "background-category",
                "The question %(question)s has no answer %(given)s.",
                "Choose one of: %(known)s.",
                question=self.reference,
                given=category[:40],
                known=", ".join(self.categories),
            )
        return bytes([self.categories.index(category)])

    def decode(self, encoded: bytes) -> str | Skipped:
        """Return the category that `encode` wrote. Raises Damaged("answers-unreadable") where it is none."""
        if len(encoded) != 1 or encoded[0] > len(self.categories):
            fault = f"These bytes are no answer to {self.reference}."
            raise damage("answers-unreadable", fault, "Decode with the question they were encoded with.")
        return SKIPPED if encoded[0] == len(self.categories) else self.categories[encoded[0]]


def available() -> tuple[str, ...]:
    """Return the references of all questions, by name and then by number."""
    names = (path.name.removesuffix(".toml") for path in HOME.glob("*@*.toml"))
    return tuple(sorted(filter(_REFERENCE.fullmatch, names), key=_parts))


def locked_hashes() -> dict[str, str]:
    """Return reference → SHA-256 of every question that ships."""
    return dict(tomllib.loads(_LOCK.read_text("utf-8")))


@cache
def get(reference: str) -> Background:
    """Return the question of that reference.

    Raises Refused: `background-unknown`. Raises Damaged: `background-altered` where its words are not those
    it was locked with, since people may be answering it now.
    """
    found = _read(reference)
    if locked_hashes().get(reference) != found.content_hash:
        fault = "Its words are not those it was locked with."
        remedy = "Restore its file; a change makes a question of a new number."
        raise damage("background-altered", fault, remedy, f"instruments/{HOME.name}/{reference}.toml")
    return found


def offered(language: str) -> tuple[Background, ...]:
    """Return the questions that have words in a language, each in its newest number."""
    spoken = [question for question in map(get, available()) if language in question.texts]
    return tuple({_parts(question.reference)[0]: question for question in spoken}.values())


def publish(reference: str) -> str:
    """Publish a new question: write its hash beside the others, and return it.

    Raises Refused: `background-unknown`, and `background-locked` where it is published already.
    """
    found = _read(reference)
    if reference in locked_hashes():
        remedy = "A question in use stays as it is; give the change a new number."
        raise refuse("background-locked", f"{reference} is published.", remedy)
    entries = {**locked_hashes(), reference: found.content_hash}
    lines = [f'"{name}" = "{entries[name]}"\n' for name in sorted(entries, key=_parts)]
    _LOCK.write_text(_HEAD + "".join(lines), "utf-8")
    return found.content_hash


def _read(reference: str) -> Background:
    # looked up and never joined to a path: a reference comes from a form
    if reference not in available():
        raise refuse(
            "background-unknown",
            "There is no background question %(given)s.",
            "Choose one of: %(known)s.",
            given=reference[:100],
            known=", ".join(available()),
        )
    # the hash is taken of what the file says, so that comments and layout may change
    content = tomllib.loads((HOME / f"{reference}.toml").read_text("utf-8"))
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    content_hash = hashlib.sha256(canonical.encode()).hexdigest()
    categories = tuple(content.pop("categories"))
    del content["format"]
    return Background(reference, categories, content, content_hash)


def _parts(reference: str) -> tuple[str, int]:
    name, _, number = reference.partition("@")
    return name, int(number)


def wording_of(reference: str | None, questionnaire: Wording) -> BackgroundWording | None:
    """Return what people read of the question of that reference, or None where none is asked."""
    return None if reference is None else get(reference).wording(questionnaire)


def _fill(text: str, terms: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda match: terms[match[1]], text)
