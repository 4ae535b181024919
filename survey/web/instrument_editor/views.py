"""Instrument editors: every questionnaire there is, as it is read, checked, compared and taken along.

Nothing is changed here: a questionnaire is edited as files and published by command (docs/authoring.md).
What other programs hold is brought into such a file in `foreign_views`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from flask import Response
from flask_babel import gettext, lazy_gettext
from werkzeug.exceptions import NotFound

from instruments import library, versions
from instruments.definition.notices import notices
from instruments.formats.ddi import ddi_bytes
from instruments.formats.exported_names import renamed
from instruments.formats.limesurvey import lss_bytes
from instruments.formats.promise import promise_elsewhere
from instruments.formats.translation.workbook import workbook_bytes
from instruments.formats.xlsform import xlsform_bytes
from instruments.model import Version, Wording
from instruments.problems import Damaged, Problem, Refused
from reports.pdf import questionnaire
from survey.web.instrument_editor.blueprint import instrument_editor
from survey.web.platform import languages
from survey.web.platform.file_names import joined_name
from survey.web.platform.rendering import download, render_page

_STATES = {
    "published": lazy_gettext("Published"),
    "draft": lazy_gettext("Draft"),
    "own": lazy_gettext("Own"),
    "faulty": lazy_gettext("Faulty"),
}
# what instruments.definition.notices tells an author, as this page says it
_NOTICES = {
    "one-item": lazy_gettext(
        "It has one statement, whose answers are the dimension's own: they are never released as "
        "a statement beside it, and never by the groups of a background question."
    ),
    "two-items": lazy_gettext(
        "It has two statements: where the answers to both are released, the interval and the "
        "reliability of the dimension are not, since together they would reveal who answered "
        "what to both. With three statements or more all of it is released."
    ),
}
# as numbers, which every language reads
_STEPS = {versions.Bump.PATCH: "0.0.1", versions.Bump.MINOR: "0.1.0", versions.Bump.MAJOR: "1.0.0"}
# where people answer what is taken along, as `exported_names` calls it and as its makers do
_PROGRAMS = {"xlsform": "ODK, KoboToolbox", "limesurvey": "LimeSurvey"}
_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class _ListedVersion:
    """A version on a shelf; `faults` say why it cannot be read, where it cannot."""

    reference: str
    state: str
    version: Version | None
    faults: Sequence[Problem] = ()

    @property
    def wordings(self) -> Sequence[tuple[Wording, Sequence[str]]]:
        """Return each edition in the reader's language, or else its first, with all it is in."""
        offered = self.version.editions if self.version else {}
        own = languages.current()
        return [
            (self.version.wording(edition, own if own in tags else tags[0]), tags)
            for edition, tags in offered.items()
            if self.version
        ]

    @property
    def first(self) -> tuple[str, str]:
        """Return an edition and a language to begin to read in: the reader's own, where there is one."""
        offered = self.version.editions if self.version else {}
        own = languages.current()
        chosen = next((edition for edition, tags in offered.items() if own in tags), next(iter(offered)))
        return chosen, own if own in offered[chosen] else offered[chosen][0]


@instrument_editor.get("/")
def overview() -> Response:
    """List all versions, those that ship and the operator's own, each with the result of its check."""
    known = [_known(reference) for reference in library.available()]
    return render_page(
        "instrument_editor/versions.html",
        gettext("Questionnaires"),
        known=known,
        states=_STATES,
        names=languages.NAMES,
    )


@instrument_editor.get("/<instrument>/<edition>/<tongue>")
def version(instrument: str, edition: str, tongue: str) -> Response:
    """Show a version as people read it in one edition and language: its items, and what it builds on."""
    found, wording = _worded(instrument, edition, tongue)
    # of two versions the earlier is compared with the later, in the order of the library
    order = [each for each in library.available() if _known(each).version is not None]
    others = [(each, *sorted((each, instrument), key=order.index)) for each in order if each != instrument]
    return render_page(
        "instrument_editor/version.html",
        wording.title,
        known=_known(instrument),
        version=found,
        wording=wording,
        names=languages.NAMES,
        others=others,
        states=_STATES,
        notices={each.dimension: _NOTICES[each.code] for each in notices(found)},
        renamed={
            name: [each.place for each in renamed(found, program)] for program, name in _PROGRAMS.items()
        },
        promise=" ".join(promise_elsewhere(tongue)),
    )


@instrument_editor.get("/<instrument>/<edition>/<tongue>/<dimension>")
def dimension(instrument: str, edition: str, tongue: str, dimension: str) -> Response:
    """Show what people read about one dimension: questions to discuss, signs at each level, first steps."""
    found, wording = _worded(instrument, edition, tongue)
    if dimension not in wording.dimensions:
        raise NotFound
    shown = wording.dimensions[dimension]
    levels = list(zip(wording.levels.values(), shown.rubric, strict=True))
    return render_page(
        "instrument_editor/dimension.html",
        shown.name,
        version=found,
        wording=wording,
        shown=shown,
        levels=levels,
    )


@instrument_editor.get("/compare/<earlier>/<later>")
def compare(earlier: str, later: str) -> Response:
    """Show what differs between two versions, the bump it asks for, and what of them may be compared."""
    before, after = _version(earlier), _version(later)
    return render_page(
        "instrument_editor/compare.html",
        gettext("%(earlier)s and %(later)s", earlier=earlier, later=later),
        before=before,
        after=after,
        differences=versions.diff(before, after),
        step=_STEPS.get(versions.smallest_bump(before, after), "–") if before.name == after.name else "",
        may=_comparison(before, after),
    )


@instrument_editor.get("/<instrument>/<edition>/<tongue>/download/<form>")
def download_version(instrument: str, edition: str, tongue: str, form: str) -> Response:
    """Send the questionnaire as a file: to print, or for another survey program."""
    found, wording = _worded(instrument, edition, tongue)
    if form not in _FORMS:
        raise NotFound
    kind, written = _FORMS[form]
    what, _, ending = form.partition(".")
    name = joined_name(what, found.name, found.number, edition, tongue, ending=ending)
    return download(written(found, wording), kind, name)


def _known(reference: str) -> _ListedVersion:
    try:
        found = library.get(reference)
    except (Refused, Damaged) as refused:
        return _ListedVersion(reference, "faulty", None, [_placed(each) for each in refused.problems])
    # an own questionnaire is locked by the waves that are on it, not by a file of ours
    if reference not in library.shipped():
        return _ListedVersion(reference, "own", found)
    return _ListedVersion(reference, "published" if reference in library.locked_hashes() else "draft", found)


def _placed(problem: Problem) -> Problem:
    """Return the problem with the file's name alone: editors do not see the machine's folders."""
    return replace(problem, place=Path(problem.place).name)


def _version(reference: str) -> Version:
    found = _known(reference).version if reference in library.available() else None
    if found is None:
        raise NotFound
    return found


def _worded(reference: str, edition: str, tongue: str) -> tuple[Version, Wording]:
    found = _version(reference)
    if tongue not in found.editions.get(edition, ()):
        raise NotFound
    return found, found.wording(edition, tongue)


def _translators_sheet(reference: str) -> bytes:
    # what is written in the files is more than the version: its terms are filled in
    return workbook_bytes(*library.read(library.path_of(reference)))


def _comparison(before: Version, after: Version) -> str:
    match versions.comparability(before, after):
        case versions.FullyComparable():
            return str(gettext("Scores may be compared as they are."))
        case versions.CommonItems(items):
            number = sum(map(len, items.values()))
            return str(gettext("Scores may be compared on %(number)s common statements.", number=number))
        case versions.NotComparable():
            return str(gettext("Scores may not be compared."))


_FORMS: Mapping[str, tuple[str, Callable[[Version, Wording], bytes]]] = MappingProxyType(
    {
        "paper.pdf": ("application/pdf", questionnaire.pdf),
        "code-sheet.pdf": ("application/pdf", questionnaire.code_sheet),
        "xlsform.xlsx": (_EXCEL, lambda version, wording: xlsform_bytes(version, wording.edition)),
        "limesurvey.lss": ("application/xml", lambda version, wording: lss_bytes(version, wording.edition)),
        "sheet.xlsx": (_EXCEL, lambda version, _: _translators_sheet(version.reference)),
        "ddi.xml": ("application/xml", lambda version, wording: ddi_bytes(version, wording.edition)),
    }
)
