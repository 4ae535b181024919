"""Researchers: the study they take part in, and the token by which a program of theirs reads its data."""

from flask import Response, flash, request
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from survey.store.repositories import studies
from survey.store.repositories.studies import Study
from survey.web.platform.context import context
from survey.web.platform.rendering import redirect_to, render_page
from survey.web.researcher.export_views import listed
from survey.web.researcher.study_access import own_account, own_study
from survey.web.researcher.views import researcher

_REFRESH_SECONDS = 5


@researcher.get("/studies/<study>")
def show_study(study: str) -> Response:
    """Show a study that the reader takes part in: its files, its last day, and the address for programs."""
    return _shown(own_study(study), "")


@researcher.get("/studies/<study>/token")
def confirm_token(study: str) -> Response:
    """Say what a new token ends, or what ending it does, before either is done."""
    found, heading = own_study(study), gettext("Token for programs")
    return render_page("researcher/token.html", heading, study=found, has=_has(found))


@researcher.post("/studies/<study>/token")
def make_token(study: str) -> Response:
    """Make a token and show it, once."""
    found = own_study(study)
    return _shown(found, studies.make_token(context().database, found.key, own_account()))


@researcher.post("/studies/<study>/token/end")
def end_token(study: str) -> AnyResponse:
    """End the token."""
    studies.end_token(context().database, own_study(study).key, own_account())
    flash(gettext("The token has ended. No program can read with it any more."))
    return redirect_to("researcher.show_study", study=study)


def _shown(found: Study, made: str) -> Response:
    files = listed(found.key)
    # a page that fetches itself again interrupts whoever has it read aloud: only for those who ask
    follows = not made and any(each.job.is_underway for each in files) and "follow" in request.args
    return render_page(
        "researcher/study.html",
        found.name,
        study=found,
        token=made,
        has=bool(made) or _has(found),
        files=files,
        refresh=_REFRESH_SECONDS if follows else 0,
        address=f"{context().settings.public_url.rstrip('/')}/api/v1/",
    )


def _has(found: Study) -> bool:
    member = found.member(own_account())
    return member is not None and member.has_token
