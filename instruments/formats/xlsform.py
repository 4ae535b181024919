"""Write an edition as an XLSForm, the spreadsheet that ODK, KoboToolbox and others make a form from."""

from io import BytesIO
from itertools import zip_longest

import xlsxwriter

from instruments.model import Version, Wording

# a text that begins with an equals sign stays a text
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
_LIST = "answers"
# languages as their speakers call them
_LANGUAGES = {"nb": "Norsk bokmål", "nn": "Norsk nynorsk", "da": "Dansk", "en": "English"}

_Sheet = list[list[str]]


def xlsform_bytes(version: Version, edition: str) -> bytes:
    """Return the workbook: a group for each dimension, an optional `select_one` for each item under its id.

    Scored answers have their codes as names and unscored ones their ids; a skipped item stays empty.
    Raises KeyError where the version lacks the edition.
    """
    wordings = [version.wording(edition, language) for language in version.editions[edition]]
    form_id = f"{version.name}_{edition}"
    settings = [
        ["form_title", "form_id", "version", "default_language"],
        [wordings[0].title, form_id, version.number, _language(wordings[0].language)],
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
    rows.append(["note", "promise_", *(wording.promise for wording in wordings)])
    introductions = zip_longest(*(wording.introduction for wording in wordings), fillvalue="")
    for number, paragraphs in enumerate(introductions, 1):
        rows.append(["note", f"introduction_{number}_", *paragraphs])
    rows.append(["note", "referent_", *(wording.referent for wording in wordings)])
    for dimension in version:
        names = [wording.dimensions[dimension.id].name for wording in wordings]
        rows.append(["begin_group", dimension.id, *names])
        for item in dimension.items:
            texts = [wording.items[item.id] for wording in wordings]
            rows.append([f"select_one {_LIST}", item.id, *texts])
        rows.append(["end_group"])
    return rows


def _choices(wordings: list[Wording]) -> _Sheet:
    rows = [["list_name", "name", *(f"label::{_language(wording.language)}" for wording in wordings)]]
    for code in wordings[0].categories:
        labels = [wording.categories[code] for wording in wordings]
        rows.append([_LIST, str(code), *labels])
    for answer in wordings[0].unscored:
        labels = [wording.unscored[answer] for wording in wordings]
        rows.append([_LIST, answer, *labels])
    return rows


def _language(tag: str) -> str:
    # as form programs list it: its own name and its tag, `Dansk (da)`
    return f"{_LANGUAGES.get(tag, tag)} ({tag})"
