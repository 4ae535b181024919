"""Read a survey structure of LimeSurvey (.lss), of version 2 to 6.

Arrays are kept, each as a dimension, and lists with one answer, a dimension for each group. Up to version 3
every row is there once for each language and holds its text; from 4 on texts are in tables of their own.
Kinds of question: https://www.limesurvey.org/manual/Question_types
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from lxml import etree

from instruments.formats import workbook_bounds
from instruments.formats.foreign.language_tags import tag_of
from instruments.formats.foreign.losses import Losses
from instruments.formats.foreign.plain_text import of_html
from instruments.formats.foreign.promised import without_promise
from instruments.formats.foreign.questionnaire import Choice, ForeignQuestionnaire, Question, QuestionGroup

_POINTS: Final = {"A": 5, "B": 10, "5": 5}  # kinds whose answers are numbers that the file does not list
_ARRAYS: Final = frozenset("ABFH")
_LISTS: Final = frozenset("5L!O")
_KINDS: Final = {
    "1": "array of two scales", "C": "array of yes, no, uncertain", "D": "date",
    "E": "array of increase, same, decrease", "G": "gender", "I": "language", "K": "several numbers",
    "M": "several answers", "N": "number", "P": "several answers with comments", "Q": "several short texts",
    "R": "ranking", "S": "short text", "T": "long text", "U": "very long text", "X": "text display",
    "Y": "yes or no", ":": "array of numbers", ";": "array of texts", "|": "file", "*": "equation",
}  # fmt: skip
_IN_PROGRAM: Final = frozenset("CEY")  # whose answers have their words from the program
# tables that say something of the questionnaire; others hold looks, permissions and what is for the program
_NOT_KEPT: Final = ("conditions", "assessments", "quota", "defaultvalues", "defaultvalue_l10ns")
_ALWAYS: Final = frozenset(["", "1"])
# attributes of a question that change who is asked what
_CONDITIONS: Final = frozenset(["array_filter", "array_filter_exclude", "cssclass_hidden", "hidden"])
_ENDINGS: Final = ("surveyls_endtext", "surveyls_policy_notice", "surveyls_url")


class LssRow:
    """One row of a table: its cells by name, and where it stands."""

    def __init__(self, table: str, element: etree._Element) -> None:
        self._cells = {str(cell.tag): (cell.text or "").strip() for cell in element}
        title = self._cells.get("title") or self._cells.get("code", "")
        self.place = f"{table}:{element.sourceline}" + f" ({title[:40]})" * bool(title)

    def __getitem__(self, name: str) -> str:
        return self._cells.get(name, "")

    @property
    def order(self) -> tuple[int, int]:
        """Return the place among others of its parent."""
        return _whole(self["question_order"] or self["group_order"] or self["sortorder"]), _whole(self["qid"])


def read_lss(content: bytes, file: str, unmarked: str, losses: Losses) -> ForeignQuestionnaire:
    """Return what a survey asks; what has no language is in `unmarked`.

    Raises Unreadable where it is no XML of a survey structure.
    """
    workbook_bounds.require_no_document_type(content)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True)
    try:
        document = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise workbook_bounds.Unreadable from None
    if document.tag != "document" or document.findtext("LimeSurveyDocType") != "Survey":
        raise workbook_bounds.Unreadable
    return _Survey(document, unmarked, losses).read(file)


class _Survey:
    """Bring the tables of a survey together, which refer to each other by number."""

    def __init__(self, document: etree._Element, unmarked: str, losses: Losses) -> None:
        self._losses, self._unmarked = losses, unmarked
        self._tables = {
            str(table.tag): [LssRow(str(table.tag), row) for row in table.iterfind("rows/row")]
            for table in document
            if isinstance(table.tag, str)
        }
        self._tags = self._languages(document)
        self._texts = {
            "group": _by_parent(self._table("group_l10ns"), "gid"),
            "question": _by_parent(self._table("question_l10ns"), "qid"),
            "answer": _by_parent(self._table("answer_l10ns"), "aid"),
        }
        self._in_group = _by_parent(self._table("questions"), "gid")
        # rows of arrays are in the table of questions in the oldest files
        self._below = _by_parent([*self._table("subquestions"), *self._table("questions")], "parent_qid")
        self._answers = _by_parent(self._table("answers"), "qid")
        self._attributes = _by_parent(self._table("question_attributes"), "qid")

    def read(self, file: str) -> ForeignQuestionnaire:
        """Return the questionnaire."""
        own = list(self._settings())
        titles = {tag: self._plain(row, "surveyls_title") for tag, row in own}
        found = ForeignQuestionnaire(
            source=f"{file} (LimeSurvey)",
            name=next((title for title in titles.values() if title), file.rpartition(".")[0]),
            titles={tag: title for tag, title in titles.items() if title},
            languages=tuple(dict.fromkeys(self._tags.values())),
        )
        found.introduction = {
            tag: without_promise(
                [
                    *self._paragraphs(row, "surveyls_description"),
                    *self._paragraphs(row, "surveyls_welcometext"),
                ],
                tag,
            )
            for tag, row in own
        }
        for rows in _once(self._table("groups"), "gid"):
            self._group(found, rows)
        for name in _NOT_KEPT:
            for row in self._table(name)[:1]:
                self._losses.add(row.place, "table", table=name)
        return found

    def _table(self, name: str) -> Sequence[LssRow]:
        return self._tables.get(name, ())

    def _languages(self, document: etree._Element) -> dict[str, str]:
        """Return language of the file → tag, the survey's own language first."""
        listed = [(each.text or "").strip() for each in document.iterfind("languages/language")]
        main = [row["language"] for row in self._table("surveys")][:1]
        found = {}
        for named in dict.fromkeys([*(each for each in main if each), *listed]):
            tag = tag_of(named)
            if tag:
                found[named] = tag
            else:
                self._losses.add("languages", "language-unknown", language=named)
        return found or {"": self._unmarked}

    def _settings(self) -> Iterator[tuple[str, LssRow]]:
        rows = {row["surveyls_language"]: row for row in self._table("surveys_languagesettings")}
        for named, tag in self._tags.items():
            if named in rows:
                for ending in _ENDINGS:
                    if rows[named][ending]:
                        self._losses.add(rows[named].place, "column", column=ending)
                yield tag, rows[named]

    def _group(self, found: ForeignQuestionnaire, rows: Sequence[LssRow]) -> None:
        row = rows[0]
        heading = self._worded("group", row["gid"], rows, "group_name")
        explanation = self._worded("group", row["gid"], rows, "description")
        if row["grelevance"] not in _ALWAYS:
            self._losses.add(row.place, "condition")
        lists = QuestionGroup("", heading, row.place, explanation=explanation)
        arrays: list[QuestionGroup] = []
        for questions in _once(self._in_group.get(row["gid"], ()), "qid"):
            if questions[0]["parent_qid"] in {"", "0"}:
                arrays += self._question(found, lists, heading, explanation, questions)
        found.groups += [lists, *arrays] if lists.questions else arrays

    def _question(
        self,
        found: ForeignQuestionnaire,
        lists: QuestionGroup,
        heading: Mapping[str, str],
        explanation: Mapping[str, str],
        rows: Sequence[LssRow],
    ) -> Iterator[QuestionGroup]:
        """Add a question to the lists of its group; yield an array as a group of its own."""
        row = rows[0]
        kind = row["type"]
        if kind not in _ARRAYS | _LISTS:
            if kind in _IN_PROGRAM:
                self._losses.add(row.place, "answer-words")
            else:
                self._losses.add(row.place, "question-kind", kind=_KINDS.get(kind, kind or "–"))
            return
        self._note(row)
        choices = self._choices(found, row, kind)
        texts = self._worded("question", row["qid"], rows, "question")
        if kind in _LISTS:
            lists.questions.append(Question(row["title"], texts, choices, row.place))
            return
        group = QuestionGroup(row["title"], heading, row.place, stem=texts, explanation=explanation)
        for each in _once(self._below.get(row["qid"], ()), "qid"):
            # of an array of two axes, the second holds answers
            if each[0]["scale_id"] in {"", "0"}:
                self._note(each[0], is_row=True)
                asked = self._worded("question", each[0]["qid"], each, "question")
                group.questions.append(Question(each[0]["title"], asked, choices, each[0].place))
        yield group

    def _note(self, row: LssRow, *, is_row: bool = False) -> None:
        """Note what a question says of itself that a definition cannot say."""
        if row["relevance"] not in _ALWAYS:
            self._losses.add(row.place, "condition")
        # a row of an array has the letter of its question
        if row["mandatory"] in {"Y", "S"} and not is_row:
            self._losses.add(row.place, "required")
        if row["other"] == "Y" and not is_row:
            self._losses.add(row.place, "other-answer")
        if row["preg"]:
            self._losses.add(row.place, "column", column="preg")
        for words in (*self._texts["question"].get(row["qid"], ()), row):
            if words["help"]:
                self._losses.add(row.place, "column", column="help")
        for attribute in self._attributes.get(row["qid"], ()):
            if attribute["attribute"] in _CONDITIONS and attribute["value"] not in {"", "0"}:
                self._losses.add(attribute.place, "condition")

    def _choices(self, found: ForeignQuestionnaire, row: LssRow, kind: str) -> str:
        """Add the answers of a question and return their key."""
        if kind in _POINTS:
            key, last = f"1–{_POINTS[kind]}", _POINTS[kind]
            found.choices[key] = tuple(
                Choice(str(code), dict.fromkeys(found.languages, str(code))) for code in range(1, last + 1)
            )
            return key
        key = row["title"] or row["qid"]
        listed = [each for each in self._answers.get(row["qid"], ()) if each["scale_id"] in {"", "0"}]
        found.choices[key] = tuple(
            Choice(
                each[0]["code"],
                self._worded("answer", each[0]["aid"], each, "answer"),
                _whole(each[0]["assessment_value"]),
            )
            for each in _once(listed, "code")
        )
        return key

    def _worded(self, table: str, number: str, rows: Sequence[LssRow], name: str) -> dict[str, str]:
        """Return language → text: of the table of texts, or of rows that are there once for each language."""
        found = {}
        for row in (*self._texts[table].get(number, ()), *rows):
            tag = self._tags.get(row["language"], "" if row["language"] else next(iter(self._tags.values())))
            if tag and row[name] and tag not in found:
                text = self._plain(row, name)
                if text:
                    found[tag] = text
        return found

    def _plain(self, row: LssRow, name: str) -> str:
        return " ".join(self._paragraphs(row, name))

    def _paragraphs(self, row: LssRow, name: str) -> list[str]:
        paragraphs, contents = of_html(row[name])
        for what in contents:
            self._losses.add(row.place, "text-content", what=what)
        return paragraphs


def _by_parent(rows: Iterable[LssRow], name: str) -> dict[str, list[LssRow]]:
    found: dict[str, list[LssRow]] = {}
    for row in rows:
        found.setdefault(row[name], []).append(row)
    return found


def _once(rows: Iterable[LssRow], name: str) -> list[list[LssRow]]:
    """Return the rows of one number together, in the order that the program shows them."""
    return sorted(_by_parent(rows, name).values(), key=lambda each: each[0].order)


def _whole(text: str) -> int:
    return int(text) if re.fullmatch(r"-?[0-9]{1,6}", text) else 0
