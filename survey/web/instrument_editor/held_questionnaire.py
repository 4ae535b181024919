"""Hold the questionnaire that an editor works on: encrypted, with the key in the editor's cookie.

It ends with the next one of the same sign-in, or after the time that sign-ins are kept.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from flask import session

from instruments.formats.foreign.losses import Loss
from instruments.formats.foreign.reading import ReadQuestionnaire, checked
from instruments.problems import Refused
from survey.unit_import import held_sheets
from survey.web.platform.context import context

# in the cookie: name and key of what is held
_HELD: Final = "questionnaire"


@dataclass(frozen=True, slots=True)
class HeldQuestionnaire:
    """Hold a definition that is being written; `aside` are the texts of languages that were left out."""

    found: ReadQuestionnaire
    aside: Mapping[str, Any]


def hold(found: ReadQuestionnaire, aside: Mapping[str, Any]) -> None:
    """Hold a definition in place of the one that this sign-in held before."""
    here = context()
    written = {
        "program": found.program,
        "source": found.source,
        "losses": [asdict(each) for each in found.losses],
        "tree": found.tree,
        "aside": aside,
    }
    former = session.get(_HELD)
    held, key = held_sheets.hold(here.settings, json.dumps(written).encode(), here.now)
    session[_HELD] = [held, base64.b64encode(key).decode()]
    if isinstance(former, list):
        held_sheets.drop(here.settings, former[0])


def store(tree: Mapping[str, Any], before: HeldQuestionnaire, aside: Mapping[str, Any] | None = None) -> None:
    """Hold what somebody wrote in place of what was held before."""
    was = before.found
    hold(
        checked(tree, was.program, was.source, was.losses),
        before.aside if aside is None else aside,
    )


def held() -> HeldQuestionnaire | None:
    """Return what this sign-in holds, where it is held still."""
    known = session.get(_HELD)
    if not isinstance(known, list):
        return None
    try:
        content = held_sheets.read(context().settings, known[0], base64.b64decode(known[1]))
    except Refused:
        return None
    told = json.loads(content)
    losses = tuple(Loss(**each) for each in told["losses"])
    return HeldQuestionnaire(checked(told["tree"], told["program"], told["source"], losses), told["aside"])
