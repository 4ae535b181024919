"""The one place that renders a page."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import Response, g, make_response, render_template, request
from wtforms import Form

from survey.web import languages
from survey.web.cookies import STAFF_PATHS

STATIC = Path(__file__).parent / "static"


@dataclass(frozen=True, slots=True)
class Fault:
    """One line of an error summary: what is wrong, and the id of the field it is about, or empty."""

    text: str
    field: str = ""


def page(
    template: str, heading: str, *, faults: Sequence[Fault] = (), status: int = 200, **values: object
) -> Response:
    """A whole page: its only h1 is `heading`, and so is the start of its title."""
    visitor = g.get("visitor")
    html = render_template(
        template,
        heading=heading,
        faults=faults,
        status=status,
        visitor=visitor,
        desks=visitor.desks() if visitor else (),
        staff=request.path.startswith(STAFF_PATHS),
        language=languages.current(),
        languages=languages.NAMES,
        stylesheet=stylesheet(),
        **values,
    )
    return make_response(html, status)


def faults_of(form: Form) -> tuple[Fault, ...]:
    """Every fault of a form, in the order of its fields, each pointing at its field."""
    return tuple(Fault(str(error), field.id) for field in form for error in field.errors)


@cache
def stylesheet() -> str:
    """The address of the style sheet; it changes with its content, so a browser may keep it for long."""
    digest = hashlib.blake2b((STATIC / "house.css").read_bytes(), digest_size=6).hexdigest()
    return f"/static/house.css?v={digest}"
