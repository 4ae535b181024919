"""Every sheet of paper, report and file to download in a language, and what stands out of its boxes."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from unittest.mock import patch

from instruments import background, library
from instruments.aggregates.subgroups import tabulate_subgroups
from reports.disclosure import Audience
from reports.downloads.kinds import DOWNLOADS
from reports.pdf import (
    history,
    html_pages,
    key_sheets,
    look_back_sheet,
    one_page,
    owner_report,
    password_list,
    questionnaire,
    rendering,
    report,
    slips,
    turnout_poster,
)
from reports.pdf.questionnaire import PaperWave
from reports.results.agreed_actions import NO_AGREEMENTS, ActionStatus, AgreedAction, Agreements, LookBack
from reports.results.profile import profile
from survey.background import slip_printing
from tests import waves
from tests.instruments.building import coded
from tests.policies import POLICY
from tests.reports.pdf import test_owner_report
from tests.reports.pdf.boxes import sides, standing_out
from tests.reports.pdf.test_turnout_poster import TURNOUT
from tests.reports.waves import believable, sealed_from

VERSION = waves.version()
YEARS = background.get("years_here@1")
ADDRESS = "https://svar.example.org"
# typed by people, and never translated
UNIT, TITLE, GOAL, ACTION, WHO, SIGN = "Bjerkealleen", "Uke 20", "Undring", "Åpent", "Teamledere", "Flere syn"
TYPED = (UNIT, TITLE, GOAL, ACTION, WHO, SIGN, "Uke 0", "Uke 1", "svar.example.org/open/", "svar.example.org")
# and of the round, in its own tests
TYPED += (*test_owner_report.SIZES, "Hegg", "Osp", "Rogn", "Fjordby")
LINK = password_list.PasswordLink("leder@example.org", (UNIT,), f"{ADDRESS}/account/choose/7K3M")
ROW = history.HistoryRow(GOAL, TITLE, "20.9.2026", WHO, UNIT, "90fe1e791670")
TYPED += (LINK.email, ROW.day, ROW.mark)
_SEEN = LookBack(ActionStatus.CHANGED, SIGN, date(2026, 12, 1))
_AGREED = AgreedAction("shared_practice", GOAL, ACTION, WHO, SIGN, date(2027, 2, 1), look_backs=(_SEEN,))


def write_sheets(folder, language):
    """Write each file, and sheets.json: of each sheet its HTML, faults of its boxes, sides of its pages."""
    found, used = {}, set()
    for name, make in _sheets(language):
        sheet = found[name] = {"html": [], "faults": [], "sides": []}
        with (
            patch.object(html_pages, "fill", _noted(html_pages.fill, used, sheet)),
            patch.object(rendering, "_write", _looked_at(rendering._write, sheet)),
        ):
            (folder / f"{name}.pdf").write_bytes(make())
    shown = dict(_profiles())["change"]
    for name, kind in DOWNLOADS.items():
        # the pictures are those of the slides, and A3 is the one page enlarged: tests of their own open both
        if kind.ending in ("zip", "pdf"):
            continue
        (folder / f"{name}.{kind.ending}").write_bytes(kind.make(shown, language))
    told = {"sheets": found, "templates": sorted(used), "cut": sorted(_cut(language))}
    (folder / "sheets.json").write_text(json.dumps(told), "utf-8")


def _noted(fill, used, sheet):
    def noted(template, *given, **values):
        used.add(template)
        sheet["html"].append(fill(template, *given, **values))
        return sheet["html"][-1]

    return noted


def _looked_at(write, sheet):
    def looked_at(document, *given):
        sheet["faults"] += standing_out(document)
        sheet["sides"] += sides(document)
        return write(document, *given)

    return looked_at


def _sheets(language):
    """Yield the name of each sheet, and what makes it."""
    yield from _to_come_in_by(language)
    yield from _on_paper(language)
    heading = look_back_sheet.SheetHeading(UNIT, TITLE, language)
    name = VERSION.wording("skole", language).dimensions[_AGREED.dimension].name
    yield "look back", lambda: look_back_sheet.look_back_sheet(heading, [(name, _AGREED)] * 2)
    shown_turnout = replace(TURNOUT, reached=2)
    yield "turnout", partial(turnout_poster.turnout_poster, [_heading(language)] * 3, shown_turnout)
    yield (
        "links",
        partial(password_list.password_list, [LINK] * 5, datetime(2026, 9, 20, 12, tzinfo=UTC), language),
    )
    yield "history", partial(history.history, UNIT, date(2026, 9, 20), [WHO], [ROW] * 60, language=language)
    yield "owner's report", partial(owner_report.owner_report, test_owner_report.results(), language)
    for kind, shown in _profiles():
        yield f"report, {kind}", partial(report.report, shown, language)
        if kind != "too few":
            yield f"one page, {kind}", partial(one_page.one_page, shown, language)


def _heading(language):
    return slips.SlipHeading(UNIT, TITLE, date(2026, 9, 20), ADDRESS, language)


def _cut(language):
    """The paragraphs whose first sentence is printed without the rest, and that sentence."""
    for version in map(library.get, library.shipped()):
        for edition in version.editions:
            first = version.wording(edition, language).introduction[0]
            yield from (first, _first_sentence(first))


def _first_sentence(text):
    return slip_printing._SENTENCE_END.split(text)[0]


def _to_come_in_by(language):
    """Slips, a poster of three languages, and key sheets."""
    purpose = _first_sentence(VERSION.wording("skole", language).introduction[0])
    text = slips.SlipText(_heading(language), purpose, 8)
    handed_out = [slips.Slip(f"CODE-{number:04}-ABCDE", f"{ADDRESS}/c/{number}") for number in range(11)]
    yield "slips", partial(slips.slips, text, handed_out)
    yield "poster", partial(slips.poster, [text] * 3, f"{ADDRESS}/open/7K3M-XW2P-0TQ9A")
    shares = [
        key_sheets.KeySheet("-".join(["ABCD"] * 8), f"{ADDRESS}/sheet", mark) for mark in ("1A", "2B", "3C")
    ]
    yield "key sheets", partial(key_sheets.key_sheets, _heading(language), f"{ADDRESS}/sheet", 60, shares)


def _on_paper(language):
    """The form of each edition, and code sheets with and without a wave.

    The first is laid out wider, found to be too long, and set closer; the others are set closer at once.
    `test_questionnaire` asks which of the two is chosen.
    """
    form = questionnaire.pdf
    for edition in VERSION.editions:
        wording = VERSION.wording(edition, language)
        wave = PaperWave(
            _heading(language),
            6,
            by_slip=True,
            page=f"{ADDRESS}/paper/7K3M",
            background=YEARS.wording(wording),
        )
        yield f"form, {edition}", partial(form, VERSION, wording, wave)
        form = _set_closer
    yield "code sheet", partial(questionnaire.code_sheet, VERSION, wording, wave)
    yield "form of no wave", partial(_set_closer, VERSION, wording)
    yield "code sheet of no wave", partial(questionnaire.code_sheet, VERSION, wording)


def _set_closer(version, wording, wave=None):
    page = questionnaire._filled("questionnaire.html", version, wording, wave, is_close=True)
    return rendering.render_uncached(page)


def _profiles():
    """What is shown of many who answered, of two waves, of few, and of too few."""
    yield "many", _profile([40])
    yield "change", _profile([30, 33], Agreements((_AGREED,), (_AGREED,)))
    yield "few", _profile([7])
    yield "too few", _profile([4])


def _profile(sizes, agreed=NO_AGREEMENTS):
    found = []
    for seed, size in enumerate(sizes):
        rows = believable(VERSION, size, seed=size + seed)
        chosen = [YEARS.categories[person % len(YEARS.categories)] for person in range(size)]
        plain = sealed_from(VERSION, rows, unit=UNIT, wave=f"Uke {seed}")
        groups = tabulate_subgroups(VERSION, YEARS, coded(VERSION, rows), chosen, 5)
        found.append(replace(plain, breakdown=groups))
    return profile(found, Audience.LEADER, POLICY, agreed=agreed)
