"""Researchers: the data of a study, and the token by which a program of theirs reads them."""

from flask import Response, flash
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from instruments.problems import refuse
from reports.exports import FORMATS, TABLES, Wish, content
from survey.publication import families
from survey.publication.release import to_researchers
from survey.publication.research.extraction import extraction
from survey.store.repositories import releases, studies
from survey.store.repositories.studies import Study
from survey.web.platform import sign_ins
from survey.web.platform.context import context
from survey.web.platform.file_names import joined_name
from survey.web.platform.languages import current
from survey.web.platform.rendering import download, redirect_to, render_page
from survey.web.researcher.views import BY_ENDING, other_formats, researcher


@researcher.get("/studies/<study>")
def show_study(study: str) -> Response:
    """Show a study that the reader takes part in: its files, its last day, and the address for programs."""
    return _shown(_study(study), "")


@researcher.get(f"/studies/<study>/<any(dimensions, items):rows>.<any({', '.join(BY_ENDING)}):ending>")
def study_table(study: str, rows: str, ending: str) -> Response:
    """Send a table in which units have the names of the study, whoever of it takes it out."""
    found, here = _study(study), context()
    family = families.of_study(here.keys, found.key)
    table = TABLES[rows](to_researchers(here.database, here.policy), here.policy, family)
    day = here.today.isoformat()
    wish = Wish(current(), data_file=joined_name(found.name, rows, day, ending="csv"))
    how = extraction(here.today, here.policy, here.settings.data_licence)
    made = content(table, BY_ENDING[ending], how, wish)
    releases.take_out(here.database, rows, here.policy)
    kind = FORMATS[BY_ENDING[ending]].media_type
    return download(made, kind, joined_name(found.name, rows, day, ending=ending))


@researcher.get("/studies/<study>/token")
def confirm_token(study: str) -> Response:
    """Say what a new token ends, or what ending it does, before either is done."""
    found, heading = _study(study), gettext("Token for programs")
    return render_page("researcher/token.html", heading, study=found, has=_has(found))


@researcher.post("/studies/<study>/token")
def make_token(study: str) -> Response:
    """Make a token and show it, once."""
    found = _study(study)
    return _shown(found, studies.make_token(context().database, found.key, _own()))


@researcher.post("/studies/<study>/token/end")
def end_token(study: str) -> AnyResponse:
    """End the token."""
    studies.end_token(context().database, _study(study).key, _own())
    flash(gettext("The token has ended. No program can read with it any more."))
    return redirect_to("researcher.show_study", study=study)


def _shown(found: Study, made: str) -> Response:
    return render_page(
        "researcher/study.html",
        found.name,
        study=found,
        token=made,
        has=bool(made) or _has(found),
        formats=[each for each in other_formats() if not each[2]],
        address=f"{context().settings.public_url.rstrip('/')}/api/v1/",
    )


def _study(key: str) -> Study:
    """Return a study that the reader takes part in. Raises Refused("study-unknown")."""
    found = studies.by_key(context().database, key, context().today)
    if found.member(_own()) is None:
        # one of others looks like one that is not there
        raise refuse(
            "study-unknown",
            "There is no such study, or it has ended.",
            "Ask those who run the service which studies you take part in.",
        )
    return found


def _has(found: Study) -> bool:
    member = found.member(_own())
    return member is not None and member.has_token


def _own() -> int:
    return sign_ins.visitor().account.id
