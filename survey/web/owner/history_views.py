"""Owners: what has been done to a unit they own, or to one below it."""

from flask import Response, request
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from survey.store.repositories import units
from survey.web.owner.blueprint import owner
from survey.web.platform import history as acts
from survey.web.platform.context import context
from survey.web.platform.rendering import redirect_to, render_page


@owner.get("/<unit>/history")
def history(unit: str) -> AnyResponse:
    """Show one page of what has been done to the unit, or go to that of a unit below it."""
    wanted = request.args.get("of", "")
    if wanted:
        return redirect_to("owner.history", unit=units.by_key(context().database, wanted).key)
    below, found = (
        units.subtree(context().database, unit),
        acts.asked_page(units.upwards(context().database, unit)),
    )
    place = below[0]
    return render_page(
        "owner/history.html",
        gettext("What has been done: %(place)s", place=place.name),
        unit=place,
        below=sorted(below[1:], key=lambda each: each.name),
        found=found,
        acts=[acts.row(each, place) for each in found.acts],
        year=acts.asked_year(found),
    )


@owner.get("/<unit>/history.pdf")
def print_history(unit: str) -> Response:
    """Send it as a PDF, to be handed to the employees' representative."""
    return acts.printed(unit)
