"""Researchers: data files of pools, ordered here, made by a worker, and kept for every researcher."""

from flask import Response, request
from flask_babel import gettext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from instruments.languages import LANGUAGES
from reports.disclosure.released_pool import PoolName
from reports.exports import FORMATS
from survey.background import pool_exports
from survey.background.data_files import FileLayout
from survey.background.pool_exports import PoolOrder
from survey.publication import pool_release
from survey.store.repositories.jobs import Job
from survey.unit_import.columns import edition_name
from survey.web.platform.context import context
from survey.web.platform.file_names import worker_name
from survey.web.platform.languages import current
from survey.web.platform.rendering import download_made, form_errors, redirect_to, render_page
from survey.web.researcher.export_views import OrderedFile
from survey.web.researcher.file_choices import FILE_CHOICES, label_of
from survey.web.researcher.file_parts import MEDIA_TYPES
from survey.web.researcher.pool_file_form import POOL_ROWS, PoolFileForm
from survey.web.researcher.pool_views import asked_pools, shown_pools
from survey.web.researcher.views import researcher

_REFRESH_SECONDS = 5
_NAMED = 3  # pools that an order is told by; more are counted


@researcher.get("/pools/files")
def pool_files() -> Response:
    """List the files of pools that somebody ordered, newest first."""
    files = _listed()
    follows = any(each.job.is_underway for each in files) and "follow" in request.args
    return render_page(
        "researcher/pool_files.html",
        gettext("Data files of pools"),
        files=files,
        refresh=_REFRESH_SECONDS if follows else 0,
    )


@researcher.post("/pools/files")
def order_pool_file() -> AnyResponse:
    """Let a worker make a file of the chosen pools; asked for twice at once, it is made once."""
    keys, form, here = asked_pools(), PoolFileForm(), context()
    if not form.validate():
        return shown_pools(keys, form, form_errors(form))
    file = FILE_CHOICES[form.format.data]
    layout = FileLayout(file.kind, form.language.data, file.spreadsheet)
    pool_exports.place(here.installation, PoolOrder(form.rows.data, tuple(keys), layout), now=here.now)
    return redirect_to("researcher.pool_files")


@researcher.get("/pools/files/<job>/<any(file, codebook, described):part>")
def download_pool_file(job: str, part: str) -> Response:
    """Send a file that was made, its codebook, or the data that a DDI file describes."""
    found = next((each for each in _listed() if each.job.key == job), None)
    file = getattr(found.made, part) if found and found.made else None
    if found is None or file is None:
        raise NotFound
    media_type = MEDIA_TYPES.get(part, FORMATS[PoolOrder.of(found.job).layout.kind].media_type)
    return download_made(file, media_type, worker_name(file))


def _listed() -> list[OrderedFile]:
    here = context()
    names = {each.key: each for each, _ in pool_release.pool_names(here.database, here.today)}
    return [
        OrderedFile(job, _told(job, names), pool_exports.made(here.installation, job))
        for job in pool_exports.kept(here.installation)
    ]


def _told(job: Job, names: dict[str, PoolName]) -> str:
    """Return an order in a few words of the reader's language."""
    order = PoolOrder.of(job)
    kind = label_of(order.layout.kind, spreadsheet=order.layout.spreadsheet)
    pools = [_named(names[key]) for key in order.pools[:_NAMED]]
    if len(order.pools) > _NAMED:
        pools.append(gettext("and %(number)s more", number=len(order.pools) - _NAMED))
    return " · ".join((str(POOL_ROWS[order.rows]), kind, "; ".join(pools)))


def _named(name: PoolName) -> str:
    spoken = LANGUAGES[name.language].name if name.language in LANGUAGES else name.language
    parts = (name.reference, edition_name(name.edition, current()), spoken, name.half.replace("-", "H"))
    return ", ".join(parts)
