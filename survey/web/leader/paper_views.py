"""A survey on paper: the form to print, how it comes back, and where it is typed in."""

from flask import Response, url_for
from flask_babel import gettext

from survey.background import paper_printing
from survey.collection import admission, lifecycle
from survey.store.repositories import access_history
from survey.store.repositories.waves import Wave
from survey.store.tables import WaveState
from survey.web.leader.blueprint import leader
from survey.web.leader.wave_views import found_wave
from survey.web.platform.context import context
from survey.web.platform.file_names import file_name
from survey.web.platform.rendering import download, render_page


@leader.get("/<unit>/<wave>/paper")
def paper(unit: str, wave: str) -> Response:
    """Offer the form in every language of the survey, and say how it comes back."""
    return _page(_printable(unit, wave))


@leader.post("/<unit>/<wave>/paper")
def set_up_typing(unit: str, wave: str) -> Response:
    """Show the address where forms are typed in, for whoever the staff chose."""
    found = _printable(unit, wave)
    lifecycle.require_state(found, WaveState.OPEN)
    here = context()
    access_history.record_on(here.database, "typing-set-up", found.unit_key, about=found.title)
    return _page(found, admission.paper_address(here.settings, here.keys, found))


@leader.get("/<unit>/<wave>/paper/<tongue>.pdf")
def paper_form(unit: str, wave: str, tongue: str) -> Response:
    """Send the form in one language as a PDF."""
    found = _printable(unit, wave)
    content = paper_printing.print_form(context().installation, found.key, tongue)
    access_history.record_once(context().database, "paper-printed", found.unit_key, about=found.title)
    return download(content, "application/pdf", file_name("paper", found, tongue, "pdf"))


@leader.get("/<unit>/<wave>/paper/<tongue>/code-sheet.pdf")
def code_sheet(unit: str, wave: str, tongue: str) -> Response:
    """Send the code sheet for whoever types the forms in, in one language, as a PDF."""
    found = _printable(unit, wave)
    content = paper_printing.print_code_sheet(context().installation, found.key, tongue)
    access_history.record_once(context().database, "code-sheet-printed", found.unit_key, about=found.title)
    return download(content, "application/pdf", file_name("code-sheet", found, tongue, "pdf"))


def _page(found: Wave, address: str = "") -> Response:
    return render_page(
        "leader/paper.html",
        gettext("On paper"),
        here=url_for("leader.paper", unit=found.unit_key, wave=found.key),
        wave=found,
        offered_on_paper=paper_printing.offered_languages(found),
        address=address,
    )


def _printable(unit: str, wave: str) -> Wave:
    """Return the unit's survey. Raises Refused("wave-state") where it takes no answers any more."""
    found = lifecycle.as_of(found_wave(unit, wave), context().closing_day)
    lifecycle.require_state(found, WaveState.OPEN, WaveState.DRAFT)
    return found
