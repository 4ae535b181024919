"""One form on paper as it is typed in: a sign for each statement, in the order in which they are printed."""

from collections.abc import Mapping
from dataclasses import dataclass
from unicodedata import normalize

from flask import request
from flask_babel import gettext

from instruments.answers import SKIPPED, Answer, Answers, Skipped, typed_codes
from instruments.background import BackgroundWording
from instruments.model import Version
from survey.web.platform.rendering import FormError
from survey.web.respondent.forms import category_given, field_name

_LONGEST_SIGN = 12  # characters that are looked at


@dataclass(frozen=True, slots=True)
class TypedForm:
    """What was typed of one form: `signs` are field → sign as typed, empty where nothing was."""

    version: Version
    signs: Mapping[str, str]
    category: str | Skipped = SKIPPED

    @classmethod
    def blank(cls, version: Version) -> "TypedForm":
        """Return a form of which nothing is typed yet."""
        return cls(version, {field_name(item.id): "" for item in version.items})

    @classmethod
    def sent(cls, version: Version, words: BackgroundWording | None) -> "TypedForm":
        """Return the form that this request sends.

        Raises Refused("field-unknown") where the background question is answered with what was not offered.
        """
        signs = {field_name(item.id): _sign(field_name(item.id)) for item in version.items}
        return cls(version, signs, category_given(words) if words else SKIPPED)

    @classmethod
    def giving(cls, answers: Answers, category: str | Skipped) -> "TypedForm":
        """Return the form that was typed to give these answers."""
        signs = {answer: sign for sign, answer in _meant(answers.version).items()}
        typed = {field_name(item.id): signs[answers[item.id]] for item in answers.version.items}
        return cls(answers.version, typed, category)

    @property
    def wrong(self) -> tuple[str, ...]:
        """Return the fields whose sign stands for nothing."""
        known = _meant(self.version)
        return tuple(name for name, sign in self.signs.items() if sign not in known)

    @property
    def is_blank(self) -> bool:
        """Return whether no statement is answered; what is said of oneself is no answer alone."""
        return not any(self.signs.values())

    @property
    def unanswered(self) -> tuple[int, ...]:
        """Return the numbers of the statements that nothing was typed for."""
        return tuple(number for number, sign in enumerate(self.signs.values(), start=1) if not sign)

    @property
    def answers(self) -> Answers:
        """Return what the signs stand for. Raises KeyError where one of them stands for nothing."""
        known = _meant(self.version)
        given = {item.id: known[self.signs[field_name(item.id)]] for item in self.version.items}
        return Answers(self.version, given)

    @property
    def faults(self) -> tuple[FormError, ...]:
        """Return what is wrong with each wrong field, in the order of the form."""
        numbers = {name: number for number, name in enumerate(self.signs, start=1)}
        said = gettext("Statement %(number)s: “%(sign)s” is not one of the signs on the form.")
        return tuple(
            FormError(said % {"number": numbers[name], "sign": self.signs[name]}, name) for name in self.wrong
        )


def _meant(version: Version) -> Mapping[str, Answer]:
    """Return sign → the answer it stands for."""
    return {**typed_codes(version.scale), "": SKIPPED}


def _sign(field: str) -> str:
    typed = normalize("NFKC", request.form.get(field, "")[:_LONGEST_SIGN])
    return "".join(filter(str.isprintable, typed)).strip().lower()
