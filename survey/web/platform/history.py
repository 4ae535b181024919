"""What was done to a unit, in the reader's words: for the leader's page, the owner's and paper."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType

from flask import Response, request
from flask_babel import LazyString, format_date, gettext, lazy_gettext

from reports.pdf import history as history_print
from reports.pdf.history import HistoryRow
from survey.operations import log
from survey.store import actor
from survey.store.repositories import access_history, units
from survey.store.repositories.access_history import ActPage, UnitAct
from survey.store.repositories.units import Unit
from survey.web.platform import languages
from survey.web.platform.context import context
from survey.web.platform.file_names import joined_name
from survey.web.platform.rendering import download
from survey.web.platform.state_names import JOB_NAMES

ROLE_NAMES: Mapping[str, LazyString] = MappingProxyType(
    {
        "leader": lazy_gettext("Leader"),
        "deputy": lazy_gettext("Deputy"),
        "owner": lazy_gettext("Owner"),
        "researcher": lazy_gettext("Researcher"),
    }
)
# kind of act → what was done; what it was about stands behind it
ACT_WORDS: Mapping[str, LazyString] = MappingProxyType(
    {
        "role-given": lazy_gettext("A role was given"),
        "role-ended": lazy_gettext("A role ended"),
        "role-day-changed": lazy_gettext("The last day of a role was changed"),
        "link-made": lazy_gettext("A link for choosing a new password was created"),
        "identity-linked": lazy_gettext("An account was linked to a sign-in elsewhere"),
        "identity-removed": lazy_gettext("The link of an account to a sign-in elsewhere was removed"),
        "factor-asked": lazy_gettext("A new second factor was asked for an account"),
        "factor-replaced": lazy_gettext("The lost second factor of an account was removed"),
        "address-changed": lazy_gettext("An account was given a new e-mail address"),
        "account-removed": lazy_gettext("An account was removed"),
        "unit-added": lazy_gettext("The unit was added"),
        "unit-renamed": lazy_gettext("The unit was renamed"),
        "edition-changed": lazy_gettext("The edition that the unit answers was corrected"),
        "unit-moved": lazy_gettext("The unit was moved"),
        "unit-merged": lazy_gettext("Units were merged"),
        "unit-closed": lazy_gettext("The unit was closed"),
        "years-changed": lazy_gettext("How many years results are kept was changed"),
        "unit-reopened": lazy_gettext("The unit was opened again"),
        "unit-removed": lazy_gettext("A unit was removed"),
        "number-changed": lazy_gettext("The organisation number of the unit was changed"),
        "language-changed": lazy_gettext("The language of the unit was changed"),
        "invited-changed": lazy_gettext("How many are invited in the unit was changed"),
        "wave-drafted": lazy_gettext("A survey was created"),
        "wave-changed": lazy_gettext("A draft was changed"),
        "draft-removed": lazy_gettext("A draft was removed"),
        "sheets-printed": lazy_gettext("The key sheets of a survey were printed"),
        "wave-opened": lazy_gettext("A survey was opened"),
        "wave-taken-back": lazy_gettext("A survey was made a draft again"),
        "wave-prolonged": lazy_gettext("The last day of a survey was moved"),
        "wave-corrected": lazy_gettext("The title of a survey or the number invited was corrected"),
        "wave-closed": lazy_gettext("A survey was closed"),
        "wave-reopened": lazy_gettext("A survey was opened again"),
        "wave-sealed": lazy_gettext("A survey was sealed"),
        "wave-abandoned": lazy_gettext("A survey was given up"),
        "results-shown": lazy_gettext("The results of a survey were shown to those who answered"),
        "wave-removed": lazy_gettext("A survey was removed"),
        "slips-ordered": lazy_gettext("Slips were printed"),
        "slips-downloaded": lazy_gettext("Printed slips were fetched"),
        "poster-printed": lazy_gettext("A poster was printed"),
        "turnout-printed": lazy_gettext("The poster of how many have answered was printed"),
        "paper-printed": lazy_gettext("The form on paper was printed"),
        "code-sheet-printed": lazy_gettext("The code sheet for typing in was printed"),
        "typing-set-up": lazy_gettext("The address for typing in was shown"),
        "kiosk-set-up": lazy_gettext("A tablet was set up for shared use"),
        "kiosk-ended": lazy_gettext("Shared use of a tablet was ended"),
        "key-sheet-given": lazy_gettext("A key sheet was given"),
        "expectations-written": lazy_gettext("What is expected of a survey was written down"),
        "action-added": lazy_gettext("An agreed action was added"),
        "action-changed": lazy_gettext("An agreed action was changed"),
        "action-removed": lazy_gettext("An agreed action was removed"),
        "look-back-noted": lazy_gettext("What became of an agreed action was noted"),
        "look-back-printed": lazy_gettext("The sheet for looking back was printed"),
        "round-planned": lazy_gettext("A round was planned"),
        "round-released": lazy_gettext("Figures were released outside the unit"),
        "report-made": lazy_gettext("A report was made"),
        "results-downloaded": lazy_gettext("Results of a survey were downloaded"),
        "reports-made": lazy_gettext("Reports of this unit and others were made"),
        "reports-downloaded": lazy_gettext("Reports of this unit and others were downloaded"),
        "export-made": lazy_gettext("Data for research were taken out"),
        "order-undone": lazy_gettext(
            "An order was not carried out, because whoever gave it may not give it any more"
        ),
    }
)
# of a total, which has the half-year of its round for a title
_HALF_YEAR = re.compile(r"\d{4}-[12]")
_OF_ROLES = frozenset({"role-given", "role-ended", "role-day-changed"})


def asked_page(unit_keys: Sequence[str]) -> ActPage:
    """Return the page of acts that the address asks for, of one year or of all; keys as `units.upwards`."""
    return access_history.acts_of_year(
        context().database,
        unit_keys,
        year=request.args.get("year", type=int),
        page=request.args.get("page", 1, type=int),
    )


def asked_year(found: ActPage) -> int | None:
    """Return the year that is shown; None for all of them."""
    year = request.args.get("year", type=int)
    return year if year in found.years else None


def row(done: UnitAct, place: Unit) -> HistoryRow:
    """Return one act in words; where it was done to what the unit lies in, that is named."""
    return HistoryRow(
        str(ACT_WORDS[done.kind]),
        _about(done),
        format_date(done.done_on, "long"),
        person(done.done_by),
        "" if done.unit_name == place.name else done.unit_name or gettext("All units"),
        done.digest.hex()[:12],
    )


def person(by: str) -> str:
    """Return who did it, in words where it was nobody with an account."""
    if by == log.COMMAND_LINE:
        return str(gettext("The command line"))
    if by == log.WORKER:
        return str(gettext("The service itself"))
    if by == actor.KEY_HOLDER:
        return str(gettext("Someone with a key sheet"))
    if by == actor.KIOSK:
        return str(gettext("Someone with the tablet’s address"))
    return by


def printed(unit_key: str) -> Response:
    """Send all that has been done to a unit as a PDF, with who holds roles now, in the reader's language."""
    database = context().database
    place, *above = units.line(database, unit_key)
    upwards = [place.key, *(each.key for each in above)]
    held = [each for each in access_history.roles_of_unit(database, upwards) if each.ended_at is None]
    rows = [row(each, place) for each in access_history.acts_on_unit(database, upwards)]
    content = history_print.history(
        place.name,
        context().today,
        [f"{ROLE_NAMES[each.role]}: {each.holder}" for each in held],
        rows,
        language=languages.current(),
    )
    name = joined_name("history", place.name, languages.current(), ending="pdf")
    return download(content, "application/pdf", name)


def _about(done: UnitAct) -> str:
    if done.kind == "round-released" and _HALF_YEAR.fullmatch(done.about):
        year, half = done.about.split("-")
        spring = gettext("January to June %(year)s", year=year)
        return str(spring if half == "1" else gettext("July to December %(year)s", year=year))
    if done.kind == "language-changed":
        return " → ".join(languages.NAMES.get(each, each) for each in done.about.split(" → "))
    if done.kind == "order-undone":
        kind, _, orderer = done.about.partition(" ")
        return f"{JOB_NAMES.get(kind, kind)}: {orderer}"
    if done.kind not in _OF_ROLES:
        return done.about
    role, _, holder = done.about.partition(" ")
    if done.kind == "role-day-changed":
        holder, _, day = holder.partition(" → ")
        last = format_date(date.fromisoformat(day), "long") if day != "–" else gettext("no last day")
        holder = f"{holder} → {last}"
    return f"{ROLE_NAMES.get(role, role)}: {holder}"
