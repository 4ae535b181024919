"""Write an edition as an XLSForm, the spreadsheet that ODK, KoboToolbox and others make a form from."""

import re
from io import BytesIO

import xlsxwriter

from instruments.formats.exported_names import xlsform_names
from instruments.formats.promise import promise_elsewhere
from instruments.languages import LANGUAGES
from instruments.model import Version, Wording

# a text that begins with an equals sign stays a text
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
_LIST = "answers"
_LONGEST_FORM_ID = 100  # characters that KoboToolbox keeps
# what ODK Collect and Enketo read as Markdown and can be told not to
_MARKDOWN = re.compile(r"[\\*_#]")
# entities and tags, which both resolve
_ENTITY = re.compile(r"&(?=#?\w+;)")
_TAG = re.compile(r"<(?=[A-Za-z/ ])")
# a link of Markdown, and a reference to another question: no escape is known for them, so they are parted
_PARTED = re.compile(r"(?<=\])(?=\()|(?<=\$)(?=\{)")
_WORD_JOINER = "\N{WORD JOINER}"

_Sheet = list[list[str]]


def xlsform_bytes(version: Version, edition: str) -> bytes:
    """Return the workbook: a group for each dimension, an optional `select_one` for each item under its id.

    Scored answers have their codes as names and unscored ones their ids; a skipped item stays empty. Ids
    that ODK or KoboToolbox reserve are renamed (`exported_names`), and every text is shown as it is written.
    The promise is one that holds there (`promise`). Raises KeyError where the version lacks the edition.
    """
    wordings = [version.wording(edition, language) for language in version.editions[edition]]
    form_id = f"{version.name}_{edition}"[:_LONGEST_FORM_ID]
    settings = [
        ["form_title", "form_id", "version", "default_language"],
        # the title is no Markdown
        [_parted(wordings[0].title), form_id, version.number, _language(wordings[0].language)],
    ]
    sheets = {"survey": _survey(version, wordings), "choices": _choices(wordings), "settings": settings}
    stream = BytesIO()
    with xlsxwriter.Workbook(stream, _OPTIONS) as workbook:
        for name, rows in sheets.items():
            sheet = workbook.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return stream.getvalue()


def _survey(version: Version, wordings: list[Wording]) -> _Sheet:
    rows = [["type", "name", *(f"label::{_language(wording.language)}" for wording in wordings)]]
    # an id of ours never ends in an underscore, so these names are free
    if any(wording.subtitle for wording in wordings):
        rows.append(["note", "subtitle_", *(_literal(wording.subtitle) for wording in wordings)])
    promises = [promise_elsewhere(wording.language) for wording in wordings]
    for number, sentences in enumerate(zip(*promises, strict=True), 1):
        rows.append(["note", f"promise_{number}_", *map(_literal, sentences)])
    rows.append(["note", "referent_", *(_literal(wording.referent) for wording in wordings)])
    name_of = xlsform_names(version)
    for dimension in version:
        names = [wording.dimensions[dimension.id].heading for wording in wordings]
        rows.append(["begin_group", name_of[dimension.id], *map(_literal, names)])
        for item in dimension.items:
            texts = [wording.items[item.id] for wording in wordings]
            rows.append([f"select_one {_LIST}", name_of[item.id], *map(_literal, texts)])
        rows.append(["end_group"])
    return rows


def _choices(wordings: list[Wording]) -> _Sheet:
    rows = [["list_name", "name", *(f"label::{_language(wording.language)}" for wording in wordings)]]
    for code in wordings[0].categories:
        labels = [wording.categories[code] for wording in wordings]
        rows.append([_LIST, str(code), *map(_literal, labels)])
    for answer in wordings[0].unscored:
        labels = [wording.unscored[answer] for wording in wordings]
        rows.append([_LIST, answer, *map(_literal, labels)])
    return rows


def _language(tag: str) -> str:
    # as form programs list it: its own name and its tag, `Dansk (da)`
    return f"{LANGUAGES[tag].full_name if tag in LANGUAGES else tag} ({tag})"


def _literal(text: str) -> str:
    """Return a label that ODK Collect and Enketo show as the text: no Markdown, HTML or reference in it."""
    # the ampersand first: it begins what the tags are made
    plain = _TAG.sub(f"&lt;{_WORD_JOINER}", _ENTITY.sub("&amp;", text))
    return _parted(_MARKDOWN.sub(r"\\\g<0>", plain))


def _parted(text: str) -> str:
    return _PARTED.sub(_WORD_JOINER, text)
