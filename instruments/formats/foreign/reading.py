"""Read a questionnaire of another program, whichever it is, and say what was kept of it and what was not."""

import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from instruments import library
from instruments.definition.texts import text_leaves
from instruments.definition.toml_positions import KeyPath, line_numbers
from instruments.formats import workbook_bounds
from instruments.formats.foreign.draft import draft_of
from instruments.formats.foreign.limesurvey import read_lss
from instruments.formats.foreign.losses import Loss, Losses
from instruments.formats.foreign.questionnaire import ForeignQuestionnaire
from instruments.formats.foreign.toml_text import toml_text
from instruments.problems import Problem, Refused, refuse

MOST_BYTES: Final = 4 * 1024 * 1024
# what is read takes time by the square of these
_MOST_QUESTIONS: Final = 600
_MOST_ANSWERS: Final = 110  # of one list
_UNPRINTABLE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]+")


@dataclass(frozen=True)
class ReadQuestionnaire:
    """Hold a definition to go on with: `text` is its file, `tree` its tables, `losses` what was not kept.

    `source` names the file of the other `program`. `empty` are the texts that this file does not hold and
    that have to be written, each as the dotted path of the definition ("nb.promise"); `faults` is what else
    its check finds.
    """

    program: str
    source: str
    reference: str
    text: str
    tree: Mapping[str, Any]
    losses: tuple[Loss, ...]
    empty: tuple[str, ...]
    faults: tuple[Problem, ...]

    @property
    def file_name(self) -> str:
        """Return the name of the definition's file, by which the library finds it."""
        return f"{self.reference}.toml"

    def path_of(self, fault: Problem) -> KeyPath:
        """Return where in the definition a fault is, by its line; the whole of it where no line is named."""
        _, _, line = fault.place.rpartition(":")
        return self._paths.get(int(line), ()) if line.isdecimal() else ()

    @cached_property
    def _paths(self) -> Mapping[int, KeyPath]:
        found: dict[int, KeyPath] = {}
        for path, line in line_numbers(self.text).items():
            found.setdefault(line, path)
        return found


def read(content: bytes, file: str, *, edition: str, unmarked: str) -> ReadQuestionnaire:
    """Return the definition of an XLSForm (.xlsx) or a survey structure of LimeSurvey (.lss).

    `file` is the file's name, `edition` the edition that the definition gets, and `unmarked` the language of
    texts that none is named for.

    Raises Refused: `questionnaire-format`, `questionnaire-large`, `questionnaire-sheet`, and
    `questionnaire-empty` where no question is answered on a scale.
    """
    if len(content) > MOST_BYTES:
        raise too_large()
    name = _UNPRINTABLE.sub(" ", file)[-100:]
    losses = Losses()
    is_workbook = workbook_bounds.is_workbook(content)
    try:
        if is_workbook:
            # only a workbook pays for openpyxl
            from instruments.formats import workbooks  # noqa: PLC0415
            from instruments.formats.foreign.xlsform import read_xlsform  # noqa: PLC0415

            found = read_xlsform(workbooks.opened(content), name, unmarked, losses)
        else:
            found = read_lss(content, name, unmarked, losses)
        _require_bounded(found)
    except workbook_bounds.TooLarge:
        raise too_large() from None
    except workbook_bounds.Unreadable:
        raise unreadable() from None
    tree = draft_of(found, edition, losses)
    if tree is None:
        raise refuse(
            "questionnaire-empty",
            "No question of the file is answered with one of several answers on a scale.",
            "Only such questions can be asked here, most of them with the same list of answers.",
        )
    program = "XLSForm" if is_workbook else "LimeSurvey"
    return checked(tree, program, found.source, losses.all())


def checked(
    tree: Mapping[str, Any], program: str, source: str, losses: tuple[Loss, ...]
) -> ReadQuestionnaire:
    """Return a definition, as it was read or as somebody went on with it, and what is still to be written."""
    text = toml_text(tree, source)
    reference = f"{tree['name']}@{tree['version']}"
    empty = tuple(_empty(tree["texts"]))
    return ReadQuestionnaire(program, source, reference, text, tree, losses, empty, _faults(text, reference))


def _require_bounded(found: ForeignQuestionnaire) -> None:
    """Raise TooLarge where it has more questions than anybody asks, or one of them as many answers."""
    asked = sum(len(group.questions) for group in found.groups)
    answers = max(map(len, found.choices.values()), default=0)
    if asked > _MOST_QUESTIONS or answers > _MOST_ANSWERS:
        raise workbook_bounds.TooLarge


def _empty(texts: Mapping[str, Any]) -> Iterator[str]:
    return (".".join(map(str, path)) for path, text in text_leaves(texts) if not text.strip())


def _faults(text: str, reference: str) -> tuple[Problem, ...]:
    """Return what the check of a definition says of the file, beside texts that stand empty."""
    # a definition is checked where it lies, and knows its lines
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{reference}.toml"
        path.write_text(text, "utf-8")
        try:
            library.load(path)
        except Refused as refused:
            return tuple(
                replace(each, place=Path(each.place).name)
                for each in refused.problems
                if each.code != "text-empty"
            )
    return ()


def unreadable() -> Refused:
    """Return the refusal of a file of no known form."""
    return refuse(
        "questionnaire-format",
        "The file is neither an XLSForm (.xlsx) nor a survey of LimeSurvey (.lss), or it is damaged.",
        "Download it anew from the program, in one of those formats.",
    )


def too_large() -> Refused:
    """Return the refusal of a file that is larger than is read."""
    return refuse(
        "questionnaire-large",
        "The file is larger than any questionnaire.",
        "Save the questions alone, without answers, images and other sheets.",
    )
