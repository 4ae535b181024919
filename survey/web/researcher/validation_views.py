"""Researchers: models of chosen pools, fitted by a worker, and whether the pools may be compared."""

from flask import Response, request
from flask_babel import gettext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from instruments.languages import LANGUAGES
from reports.presentation.locale import get_locale
from survey.background import pool_validations
from survey.publication import pool_release
from survey.store.repositories import jobs
from survey.store.repositories.jobs import Job
from survey.unit_import.columns import edition_name
from survey.web.platform.context import context
from survey.web.platform.file_names import joined_name
from survey.web.platform.languages import current
from survey.web.platform.rendering import download_made, redirect_to, render_page
from survey.web.researcher.pool_views import asked_pools
from survey.web.researcher.reason_texts import REASON_WORDS
from survey.web.researcher.views import researcher

_REFRESH_SECONDS = 5


@researcher.post("/pools/validations")
def order_validation() -> AnyResponse:
    """Let a worker fit the models of the chosen pools; asked for twice at once, they are fitted once."""
    pairwise = "pairwise" in request.form
    here = context()
    job = pool_validations.place(here.installation, asked_pools(), pairwise=pairwise, now=here.now)
    return redirect_to("researcher.validation", job=job.key)


@researcher.get("/pools/validations/<job>")
def validation(job: str) -> Response:
    """Show what was found, or how far it is."""
    found = _job(job)
    made = pool_validations.made(context().installation, found)
    return render_page(
        "researcher/validation.html",
        gettext("Dimensions and comparability of pools"),
        job=found,
        made=made,
        groups=[] if made is None else [_named(each["parts"]) for each in made.groups],
        limits=context().policy.invariance,
        reasons={each.name: words for each, words in REASON_WORDS.items()},
        write=get_locale(current()).number,
        refresh=_REFRESH_SECONDS if found.is_underway and "follow" in request.args else 0,
    )


@researcher.get("/pools/validations/<job>/report.txt")
def validation_text(job: str) -> Response:
    """Send what the command line prints of the same."""
    found = pool_validations.made(context().installation, _job(job))
    if found is None:
        raise NotFound
    return download_made(
        found.text, "text/plain; charset=utf-8", joined_name("validation", job[:8], ending="txt")
    )


def _job(key: str) -> Job:
    """Return an order of which every pool is still there. Raises NotFound, and Refused("job-unknown")."""
    here, found = context(), jobs.by_key(context().database, key)
    if found.kind != pool_validations.KIND:
        raise NotFound
    for each in found.payload["pools"].split():
        # nothing is shown of a pool after its time
        pool_release.released_pool(here.database, here.keys, here.policy, each, here.today)
    return found


def _named(parts: list[list[str]]) -> list[str]:
    """Return what a group of pools is of, a line for each."""
    lines = []
    for _, reference, edition, language, half in parts:
        names = (
            reference,
            edition_name(edition, current()),
            LANGUAGES[language].name,
            half.replace("-", "H"),
        )
        lines.append(" · ".join(names))
    return lines
