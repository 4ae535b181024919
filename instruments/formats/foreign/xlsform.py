"""Read an XLSForm, the spreadsheet that ODK, KoboToolbox, Survey123 and others make a form from.

Questions of the type `select_one` are kept, and those of KoboToolbox' ratings. The groups around them become
dimensions. The format: https://xlsform.org/en/ref-table/
"""

import re
from collections.abc import Sequence
from typing import Final

from openpyxl.worksheet.worksheet import Worksheet

from instruments.formats import workbooks
from instruments.formats.foreign.language_tags import tag_of
from instruments.formats.foreign.losses import Losses
from instruments.formats.foreign.promised import without_promise
from instruments.formats.foreign.questionnaire import Choice, ForeignQuestionnaire, Question, QuestionGroup
from instruments.formats.foreign.sheet_table import FormRow, languages_of, read_table
from instruments.problems import Refused, refuse

_SELECT_ONE: Final = re.compile(
    r"(?:select[_ ]one|select1|select one from|add select one prompt using)(?:[_ ]from[_ ]file)?"
    r"(?: +(\S.*?))??( +or[_ ]other)?",
    re.IGNORECASE,
)
_BEGINS: Final = re.compile(r"begin[_ ](\w+)", re.IGNORECASE)
_ENDS: Final = re.compile(r"end[_ ](\w+)", re.IGNORECASE)
_GROUPS: Final = frozenset(["group", "lgroup", "looped group", "score"])
# what ODK and KoboToolbox record without asking
_CIRCUMSTANCES: Final = frozenset(
    [
        "start", "end", "today", "deviceid", "device_id", "username", "email", "phonenumber", "phone_number",
        "simserial", "subscriberid", "audit", "start-geopoint", "background-audio", "background-geopoint",
    ]
)  # fmt: skip
_OWN_NOTES: Final = {"subtitle_": "subtitle", "referent_": "referent"}  # as our own export calls them
# columns of a question that change who is asked it, and those that are kept or say nothing of the content
_CONDITIONS: Final = ("relevant",)
_READ: Final = frozenset(
    ["type", "name", "label", "appearance", "kobo--score-choices", "select_from_list_name", "list_name",
     "order", "$kuid", "$autoname", "$given_name", "$xpath", "$prev", "tags", "sortby", "notes", "relevant",
     "required", "required_message", "constraint_message"]
)  # fmt: skip
_SHEETS: Final = frozenset(["survey", "choices", "settings"])
_TRUE: Final = frozenset(["yes", "true", "true()", "1"])


def read_xlsform(
    book: workbooks.OpenedWorkbook, file: str, unmarked: str, losses: Losses
) -> ForeignQuestionnaire:
    """Return what a form asks; texts without a language are in the default one of the form, or `unmarked`.

    Raises Refused("questionnaire-sheet") where there is no sheet of questions.
    """
    sheets = {each.title.strip().lower(): each for each in book.sheets}
    if "survey" not in sheets:
        raise _no_survey()
    if book.has_macros:
        losses.add("", "macros")
    for title, sheet in sheets.items():
        if title not in _SHEETS and not workbooks.is_empty(sheet):
            losses.add("", "sheet", sheet=sheet.title)
    settings = _settings(sheets.get("settings"), losses)
    default = tag_of(settings.get("default_language", "")) or unmarked
    rows = list(read_table(sheets["survey"], default, losses))
    listed = list(read_table(sheets["choices"], default, losses)) if "choices" in sheets else []
    languages = languages_of(rows) or languages_of(listed)
    ordered = sorted(languages, key=lambda each: each != default)
    title = settings.get("form_title") or settings.get("id_string") or ""
    found = ForeignQuestionnaire(
        source=f"{file} (XLSForm)",
        name=settings.get("form_id") or settings.get("id_string") or title or file.rpartition(".")[0],
        titles=dict.fromkeys(ordered, title) if title else {},
        languages=tuple(ordered),
        choices=_choices(listed, losses),
    )
    _Walk(found, losses).read(rows)
    return found


def _no_survey() -> Refused:
    return refuse(
        "questionnaire-sheet",
        "The workbook has no sheet called survey, in which an XLSForm asks its questions.",
        "Choose the XLSForm itself, as it is downloaded from the form program.",
    )


def _settings(sheet: Worksheet | None, losses: Losses) -> dict[str, str]:
    rows = list(read_table(sheet, "", losses)) if sheet is not None else []
    first = rows[0].cells if rows else {}
    return {name: written for (name, _), written in first.items()}


def _choices(rows: Sequence[FormRow], losses: Losses) -> dict[str, tuple[Choice, ...]]:
    lists: dict[str, list[Choice]] = {}
    for row in rows:
        code = row.text("name") or row.text("$autovalue")
        if row.text("list_name") and code:
            labels = row.texts("label", losses)
            lists.setdefault(row.text("list_name"), []).append(Choice(code, labels))
    return {name: tuple(each) for name, each in lists.items()}


class _Walk:
    """Go through the rows of questions, group by group."""

    def __init__(self, found: ForeignQuestionnaire, losses: Losses) -> None:
        self._found, self._losses = found, losses
        self._around: list[
            tuple[str, QuestionGroup, str]
        ] = []  # kind, group, and its list of answers if it has one
        self._notes: list[tuple[FormRow, dict[str, str]]] = []
        self._alone: QuestionGroup | None = None
        self._repeats = 0

    def read(self, rows: Sequence[FormRow]) -> None:
        """Read every row, and then what of the notes begins the questionnaire."""
        for row in rows:
            kind = " ".join(row.text("type").split())
            begins, ends = _BEGINS.fullmatch(kind), _ENDS.fullmatch(kind)
            if begins:
                self._begin(row, begins[1].lower())
            elif ends:
                self._end(ends[1].lower())
            elif not self._repeats:
                self._question(row, kind)
        self._introduce()

    def _begin(self, row: FormRow, kind: str) -> None:
        if kind not in _GROUPS:
            self._repeats += 1
            self._losses.add(
                row.place, "repeated" if kind == "repeat" else "question-kind", kind=f"begin_{kind}"
            )
            return
        if self._repeats:
            self._around.append((kind, QuestionGroup("", {}, row.place), ""))
            return
        heading = row.texts("label", self._losses)
        # a group in a group: only the one that questions stand in has a heading
        if self._around and not self._around[-1][1].questions and self._around[-1][1].heading:
            outer = self._around[-1][1]
            if outer in self._found.groups:
                self._found.groups.remove(outer)
            self._losses.add(outer.place, "heading-outer", text=next(iter(outer.heading.values())))
        group = QuestionGroup(row.text("name") or row.text("$autoname"), heading, row.place)
        group.explanation = row.texts("hint", self._losses)
        self._found.groups.append(group)
        self._note_columns(row)
        self._around.append((kind, group, row.text("kobo--score-choices")))

    def _end(self, kind: str) -> None:
        if kind not in _GROUPS:
            self._repeats = max(0, self._repeats - 1)
        elif self._around:
            self._around.pop()

    def _question(self, row: FormRow, kind: str) -> None:
        select = _SELECT_ONE.fullmatch(kind)
        if kind.lower() == "note":
            self._notes.append((row, row.texts("label", self._losses)))
        elif kind.lower() == "score__row" and self._around and self._around[-1][2]:
            self._keep(row, self._around[-1][2])
        elif select:
            if select[2]:
                self._losses.add(row.place, "other-answer")
            if row.text("appearance").lower() == "label":
                # the head of a table, which asks nothing
                self._notes.append((row, row.texts("label", self._losses)))
            else:
                self._keep(row, select[1] or row.text("select_from_list_name") or "–")
        elif kind.lower() in _CIRCUMSTANCES:
            self._losses.add(row.place, "circumstances", kind=kind)
        elif kind:
            self._losses.add(row.place, "question-kind", kind=kind)

    def _keep(self, row: FormRow, choices: str) -> None:
        group = self._around[-1][1] if self._around else self._without_group(row)
        name = row.text("name") or row.text("$autoname")
        if row.text("required").lower() in _TRUE:
            self._losses.add(row.place, "required")
        self._note_columns(row)
        group.questions.append(Question(name, row.texts("label", self._losses), choices, row.place))

    def _without_group(self, row: FormRow) -> QuestionGroup:
        if self._alone is None:
            self._alone = QuestionGroup("", {}, row.place)
            self._found.groups.append(self._alone)
        self._losses.add(row.place, "ungrouped")
        return self._alone

    def _note_columns(self, row: FormRow) -> None:
        """Note what a row says of itself that a definition cannot say."""
        for (name, language), place in row.places.items():
            if name in _CONDITIONS:
                self._losses.add(place, "condition")
            elif name not in _READ and not (name == "hint" and row.text("type").lower().startswith("begin")):
                self._losses.add(place, "column", column=f"{name}::{language}" if language else name)

    def _introduce(self) -> None:
        """Make of the notes before the first question what is read first, and note the others."""
        asked = [_row_number(each.place) for group in self._found.groups for each in group.questions]
        first = min(asked, default=0)
        introduction: dict[str, list[str]] = {}
        for row, texts in self._notes:
            own = _OWN_NOTES.get(row.text("name"))
            if own == "subtitle":
                self._found.subtitle = texts
            elif own == "referent":
                self._found.referent = texts
            elif _row_number(row.place) < first:
                for language, text in texts.items():
                    introduction.setdefault(language, []).append(text)
            elif texts:
                self._losses.add(row.place, "note", text=next(iter(texts.values())))
        self._found.introduction = {
            language: without_promise(texts, language) for language, texts in introduction.items()
        }


def _row_number(place: str) -> int:
    return int(place.rpartition("!")[2])
