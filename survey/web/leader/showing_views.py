"""Leaders show a sealed survey's result to those who answered it, before it is shown by itself."""

from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from reports.disclosure import Suppressed
from survey.collection import staff_results
from survey.publication import reports
from survey.web.leader.blueprint import leader
from survey.web.leader.wave_views import found_wave, return_to
from survey.web.platform.context import context
from survey.web.platform.rendering import redirect_to, render_page


@leader.get("/<unit>/<wave>/show-staff")
def confirm_showing_staff(unit: str, wave: str) -> AnyResponse:
    """Say what will be seen by whom, before it is."""
    here, found = context(), found_wave(unit, wave)
    staff_results.require_sealed(found)
    if staff_results.is_shown(here.policy, found, here.today):
        return redirect_to("leader.wave", unit=unit, wave=wave)
    released = reports.for_staff(here.database, here.policy, found).released
    return render_page(
        "leader/show_staff.html",
        gettext("Show the staff now?"),
        wave=found,
        address=staff_results.address(here.settings, here.keys, found),
        has_figures=not isinstance(released, Suppressed),
    )


@leader.post("/<unit>/<wave>/show-staff")
def show_staff(unit: str, wave: str) -> AnyResponse:
    """Show those who answered the result."""
    here = context()
    shown = staff_results.show_staff(here.database, found_wave(unit, wave).key, here.today)
    return return_to(shown, gettext("The staff can see the results from now on."))
