"""Write an edition as a LimeSurvey survey structure (.lss), as LimeSurvey 5 exports one (DBVersion 477)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import escape

from lxml import etree

from instruments.formats.exported_names import limesurvey_answer, limesurvey_codes, limesurvey_groups
from instruments.formats.promise import promise_elsewhere
from instruments.model import Item, Version, Wording

_DATABASE_VERSION = "477"
_SURVEY = "1"
_ARRAY, _TEXT = "F", "T"  # question types: one row per item; a row of an array is stored as text

_Row = Mapping[str, str]


def lss_bytes(version: Version, edition: str) -> bytes:
    """Return the survey structure: a group and an array question for each dimension, a row for each item.

    LimeSurvey's codes hold no underscore and twenty characters at most; `exported_names` says which item is
    which. Scored answers keep their codes and unscored ones become U1, U2 …; nothing is mandatory, and
    names, addresses and times are not stored. Every text is shown as it is written, and the promise is one
    that holds there (`promise`). Raises KeyError where the version lacks the edition.
    """
    wordings = [version.wording(edition, language) for language in version.editions[edition]]
    document = etree.Element("document")
    etree.SubElement(document, "LimeSurveyDocType").text = "Survey"
    etree.SubElement(document, "DBVersion").text = _DATABASE_VERSION
    languages = etree.SubElement(document, "languages")
    for wording in wordings:
        etree.SubElement(languages, "language").text = wording.language
    for name, rows in _Tables(version, wordings).fill().items():
        _table(document, name, rows)
    etree.indent(document, " ")
    return etree.tostring(document, encoding="UTF-8", xml_declaration=True)


@dataclass
class _Tables:
    """Collect the rows of LimeSurvey's tables, numbered as they come, since tables refer by number."""

    version: Version
    wordings: list[Wording]
    rows: dict[str, list[_Row]] = field(default_factory=dict)

    def fill(self) -> dict[str, list[_Row]]:
        order = ("answers", "answer_l10ns", "groups", "group_l10ns", "questions", "subquestions")
        self.rows = {name: [] for name in (*order, "question_l10ns", "surveys", "surveys_languagesettings")}
        codes = limesurvey_groups(self.version)
        for number, dimension in enumerate(self.version, 1):
            group = str(number)
            self._group(
                group, {each.language: each.dimensions[dimension.id].heading for each in self.wordings}
            )
            array = self._question(group, "0", codes[dimension.id], _ARRAY, number)
            self._words("question", array, {each.language: each.referent for each in self.wordings})
            self._answers(array)
            for order_in, item in enumerate(dimension.items):
                self._item(group, array, item, order_in)
        self._survey()
        return self.rows

    def _add(self, table: str, **row: str) -> None:
        self.rows[table].append(row)

    def _group(self, group: str, names: Mapping[str, str]) -> None:
        shared = {"sid": _SURVEY, "group_order": group, "randomization_group": "", "grelevance": ""}
        self._add("groups", gid=group, **shared)
        for language, name in names.items():
            number = str(len(self.rows["group_l10ns"]) + 1)
            words = {"group_name": _literal(name), "description": "", "language": language}
            self._add("group_l10ns", id=number, gid=group, **words, **shared)

    def _question(self, group: str, parent: str, code: str, kind: str, order: int) -> str:
        question = str(len(self.rows["questions"]) + len(self.rows["subquestions"]) + 1)
        self._add(
            "questions" if parent == "0" else "subquestions",
            qid=question,
            parent_qid=parent,
            sid=_SURVEY,
            gid=group,
            type=kind,
            title=code,
            preg="",
            other="N",
            mandatory="N",
            encrypted="N",
            question_order=str(order),
            scale_id="0",
            same_default="0",
            relevance="1",
            question_theme_name="arrays/array" if kind == _ARRAY else "",
            modulename="",
        )
        return question

    def _words(self, table: str, number: str, texts: Mapping[str, str]) -> None:
        for language, text in texts.items():
            row = str(len(self.rows["question_l10ns"]) + 1)
            words = {table: _literal(text), "help": "", "script": "", "language": language}
            self._add("question_l10ns", id=row, qid=number, **words)

    def _item(self, group: str, array: str, item: Item, order: int) -> None:
        question = self._question(group, array, limesurvey_codes(self.version)[item.id], _TEXT, order)
        self._words("question", question, {each.language: each.items[item.id] for each in self.wordings})

    def _answers(self, array: str) -> None:
        for order, (code, value, texts) in enumerate(self._options()):
            number = str(len(self.rows["answers"]) + 1)
            scored = {"sortorder": str(order), "assessment_value": str(value), "scale_id": "0"}
            self._add("answers", aid=number, qid=array, code=code, **scored)
            for language, text in texts.items():
                row = str(len(self.rows["answer_l10ns"]) + 1)
                self._add("answer_l10ns", id=row, aid=number, answer=_literal(text), language=language)

    def _options(self) -> Iterator[tuple[str, int, dict[str, str]]]:
        for code in self.version.scale.categories:
            texts = {each.language: each.categories[code] for each in self.wordings}
            yield limesurvey_answer(self.version, code), code, texts
        for answer in self.version.scale.unscored:
            yield (
                limesurvey_answer(self.version, answer),
                0,
                {each.language: each.unscored[answer] for each in self.wordings},
            )

    def _survey(self) -> None:
        first, *others = [wording.language for wording in self.wordings]
        # nothing that could join an answer to a person is recorded
        private = {"anonymized": "Y", "datestamp": "N", "ipaddr": "N", "refurl": "N", "savetimings": "N"}
        private |= {"usetokens": "N", "allowsave": "N", "usecookie": "N", "publicstatistics": "N"}
        languages = {"language": first, "additional_languages": " ".join(others)}
        self._add(
            "surveys", sid=_SURVEY, format="G", showwelcome="Y", shownoanswer="Y", **languages, **private
        )
        for wording in self.wordings:
            texts = (wording.subtitle, *promise_elsewhere(wording.language))
            welcome = "".join(f"<p>{_literal(text)}</p>" for text in texts if text)
            self._add(
                "surveys_languagesettings",
                surveyls_survey_id=_SURVEY,
                surveyls_language=wording.language,
                surveyls_title=_literal(f"{wording.title} ({wording.edition_name})"),
                surveyls_description=self.version.reference,
                surveyls_welcometext=welcome,
            )


def _literal(text: str) -> str:
    """Return the HTML that LimeSurvey shows as the text, with the braces of its expressions escaped."""
    return escape(text, quote=False).replace("{", "&#123;").replace("}", "&#125;")


def _table(document: etree._Element, name: str, rows: list[_Row]) -> None:
    table = etree.SubElement(document, name)
    fields = etree.SubElement(table, "fields")
    for each in rows[0]:
        etree.SubElement(fields, "fieldname").text = each
    filled = etree.SubElement(table, "rows")
    for row in rows:
        made = etree.SubElement(filled, "row")
        for each, text in row.items():
            etree.SubElement(made, each).text = text or None
