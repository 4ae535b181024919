"""What a leader takes along besides the report: each file is made when it is asked for, in one language."""

from flask import Response, request
from werkzeug.exceptions import NotFound

from reports.downloads import kinds
from survey.store.repositories import access_history
from survey.web.leader.blueprint import leader
from survey.web.leader.profile_views import reading_language, released_profile
from survey.web.platform.context import context
from survey.web.platform.file_names import file_name
from survey.web.platform.rendering import download


@leader.get("/<unit>/<wave>/downloads/<kind>")
def download_results(unit: str, wave: str, kind: str) -> Response:
    """Send a file of the wave's released figures, in the language asked for."""
    found, profile = released_profile(unit, wave)
    if kind not in kinds.DOWNLOADS:
        raise NotFound
    asked = request.args.get("in", reading_language(profile))
    wanted = kinds.DOWNLOADS[kind]
    content = kinds.make(kind, profile, asked)
    about = f"{found.title} ({wanted.ending.upper()})"
    access_history.record_once(context().database, "results-downloaded", unit, about=about)
    return download(content, wanted.media_type, file_name(wanted.word, found, asked, wanted.ending))
