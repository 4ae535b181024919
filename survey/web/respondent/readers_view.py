"""Who sees the results of the survey that somebody is answering."""

from flask import Response
from flask_babel import gettext

from reports.disclosure import Audience
from survey.store.repositories import accounts, units
from survey.web.platform.context import context
from survey.web.platform.rendering import render_page
from survey.web.respondent.blueprint import respondent
from survey.web.respondent.session import respondent_session


@respondent.get("/answer/readers")
def readers() -> Response:
    """Name the leaders of the unit and their deputies, and say how many others see what."""
    ongoing = respondent_session()
    database, unit_key = context().database, ongoing.wave.unit_key
    seeing = accounts.with_access_to(database, units.upwards(database, unit_key), context().today)
    return render_page(
        "respondent/readers.html",
        gettext("Who sees the results"),
        respondent_session=ongoing,
        leaders=sorted(email for role, email in seeing if role == "leader"),
        deputies=sorted(email for role, email in seeing if role == "deputy"),
        owners=len({email for role, email in seeing if role == "owner"}),
        outside=context().policy.minimum(Audience.OUTSIDE),
    )
