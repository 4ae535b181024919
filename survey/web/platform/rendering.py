"""Make replies: pages, files to download, and redirects to a page."""

import hashlib
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, partial
from http import HTTPStatus
from pathlib import Path
from typing import IO, Any

from flask import Response, g, make_response, redirect, render_template, request, send_file, url_for
from markupsafe import Markup
from werkzeug.exceptions import NotFound, RequestedRangeNotSatisfiable
from werkzeug.wrappers import Response as AnyResponse
from wtforms import Form

from survey.job_files import JobFile
from survey.web.platform import answering_pages, kiosk_mode, languages
from survey.web.platform.cookies import is_staff_path
from survey.web.platform.file_names import FileName

_PIECE = 256 * 1024  # bytes of a file in a bucket that are read at once
_STATIC = Path(__file__).parent.parent / "static"


@dataclass(frozen=True, slots=True)
class FormError:
    """One line of an error summary: what is wrong, and the id of the field it is about, or empty."""

    text: str
    field: str = ""


def render_page(
    template: str, heading: str, *, faults: Sequence[FormError] = (), status: int = 200, **values: object
) -> Response:
    """Render a whole page: `heading` is its only h1 and the start of its title."""
    # set by the permissions; on pages that anyone may open there is none
    visitor = g.get("visitor")
    html = render_template(
        template,
        heading=heading,
        faults=faults,
        status=status,
        visitor=visitor,
        desks=visitor.desks() if visitor else (),
        staff=is_staff_path(request.path),
        language=languages.current(),
        languages=languages.NAMES,
        in_language=languages.address,
        stylesheet=static_address("kjennetegn.css"),
        kiosk=kiosk_mode.times(),
        rehearsal=answering_pages.is_rehearsal(),
        kiosk_script=static_address("kiosk.js"),
        **values,
    )
    return make_response(html, status)


def breakable(text: str) -> Markup:
    """Return a text in which a line may break within addresses of e-mail: after the @ and before each dot.

    Else a narrow page breaks them wherever the line is full, before the last letter too.
    """
    # before a dot, and after the @
    words = (re.split(r"(?<=@)|(?=\.)", word) if "@" in word else [word] for word in text.split(" "))
    return Markup(" ").join(Markup("<wbr>").join(filter(None, parts)) for parts in words)


def download(content: bytes | Path | IO[bytes], media_type: str, name: FileName) -> Response:
    """Return a reply that a browser saves as a file of that name; of a Path the part that is asked for."""
    source = io.BytesIO(content) if isinstance(content, bytes) else content
    sent = partial(send_file, source, media_type, as_attachment=True, download_name=name)
    if not isinstance(content, Path):
        # made for this reply: another one has no other part of it
        return sent(conditional=False)
    try:
        reply = sent()
    except RequestedRangeNotSatisfiable:
        # that it is fetched has been recorded: all of it is right where there is no such part
        return sent(conditional=False)
    # If-Match is for what is written; here its 412 would bring the file, and be no line of the log
    if reply.status_code == HTTPStatus.PRECONDITION_FAILED:
        reply.status_code = HTTPStatus.OK
    return reply


def download_made(file: JobFile, media_type: str, name: FileName) -> Response:
    """Return a reply that a browser saves, of a file that a job made. Raises NotFound where it is gone."""
    if file.path is not None:
        return download(file.path, media_type, name)
    try:
        opened = file.open()
    except FileNotFoundError:
        raise NotFound from None
    size = opened.seek(0, io.SEEK_END)
    opened.seek(0)
    # read by the thread that answers, a piece at a time, and never by the loop that sends to everybody
    reply = Response(iter(lambda: opened.read(_PIECE), b""), mimetype=media_type)
    reply.call_on_close(opened.close)
    reply.content_length = size
    reply.headers.set("Content-Disposition", "attachment", filename=name)
    reply.headers["Cache-Control"] = "no-cache"
    return reply


def redirect_to(endpoint: str, **values: Any) -> AnyResponse:  # noqa: ANN401 - what the route's converters take
    """Return a redirect that a browser follows with GET, also after a form was sent."""
    return redirect(url_for(endpoint, **values), 303)


def form_errors(form: Form) -> tuple[FormError, ...]:
    """Return every error of a form, in the order of its fields, each with its field."""
    return tuple(FormError(str(error), field.id) for field in form for error in field.errors)


def static_address(name: str) -> str:
    """Return the address of a static file, which changes with its content, so that a browser may keep it."""
    return url_for("static", filename=name, v=_version(name))


@cache
def _version(name: str) -> str:
    return hashlib.blake2b((_STATIC / name).read_bytes(), digest_size=6).hexdigest()
