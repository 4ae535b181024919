"""Researchers: where their pages begin."""

from flask import Blueprint, Response
from flask_babel import gettext

from survey.store.repositories import studies
from survey.web.platform.context import context
from survey.web.platform.rendering import render_page
from survey.web.researcher.study_access import own_account

researcher = Blueprint("researcher", __name__, url_prefix="/researcher")


@researcher.get("/")
def desk() -> Response:
    """List the studies in which data are ordered, and lead to the pools."""
    here = context()
    mine = studies.of_account(here.database, own_account(), here.today)
    return render_page("researcher/desk.html", gettext("Data for research"), studies=mine)
