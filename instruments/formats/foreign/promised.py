"""Leave out of an introduction what our own export writes there for other programs alone."""

import re
from collections.abc import Iterable
from typing import Final

from instruments.formats.promise import promise_elsewhere

_REFERENCE: Final = re.compile(
    r"\w+@[0-9]+\.[0-9]+\.[0-9]+"
)  # as our export describes a survey of LimeSurvey


def without_promise(paragraphs: Iterable[str], language: str) -> tuple[str, ...]:
    """Return the paragraphs of a language that are not of our export's promise for other programs."""
    ours = {" ".join(each.split()) for each in promise_elsewhere(language)}
    return tuple(each for each in paragraphs if each not in ours and not _REFERENCE.fullmatch(each))
