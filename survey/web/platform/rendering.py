"""Make replies: pages, files to download, and redirects to a page."""

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from flask import Response, g, make_response, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response as AnyResponse
from wtforms import Form

from survey.web.platform import languages
from survey.web.platform.cookies import is_staff_path

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
        stylesheet=url_for("static", filename="kjennetegn.css", v=_stylesheet_version()),
        **values,
    )
    return make_response(html, status)


def download(content: bytes, media_type: str, name: str) -> Response:
    """Return a reply that a browser saves as a file of that name."""
    return send_file(io.BytesIO(content), media_type, as_attachment=True, download_name=name)


def redirect_to(endpoint: str, **values: Any) -> AnyResponse:  # noqa: ANN401 - what the route's converters take
    """Return a redirect that a browser follows with GET, also after a form was sent."""
    return redirect(url_for(endpoint, **values), 303)


def form_errors(form: Form) -> tuple[FormError, ...]:
    """Return every error of a form, in the order of its fields, each with its field."""
    return tuple(FormError(str(error), field.id) for field in form for error in field.errors)


@cache
def _stylesheet_version() -> str:
    """Return what stands for the style sheet's content in its address, so that a browser may keep it."""
    return hashlib.blake2b((_STATIC / "kjennetegn.css").read_bytes(), digest_size=6).hexdigest()
