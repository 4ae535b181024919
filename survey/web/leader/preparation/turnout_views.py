"""Leaders: participation as a thermometer for the wall, in the steps that they are shown themselves."""

from flask import Response

from survey.background import turnout_printing
from survey.store.repositories import access_history
from survey.web.leader.blueprint import leader
from survey.web.leader.wave_views import found_wave
from survey.web.platform.context import context
from survey.web.platform.file_names import file_name
from survey.web.platform.rendering import download


@leader.get("/<unit>/<wave>/turnout.pdf")
def print_turnout_poster(unit: str, wave: str) -> Response:
    """Send the poster with the thermometer as a PDF."""
    found = found_wave(unit, wave)
    here = context()
    content = turnout_printing.print_turnout_poster(here.installation, found.key, here.today)
    access_history.record_once(here.database, "turnout-printed", found.unit_key, about=found.title)
    return download(content, "application/pdf", file_name("turnout", found, found.language, "pdf"))
