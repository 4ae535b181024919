"""Where the pages of answering are: those that count, and the same ones below another path as a rehearsal.

The path decides on the cookie, so that neither sees what the other keeps.
"""

from typing import Any

from flask import request, url_for

from survey.web.platform.cookies import is_rehearsal_path

ANSWERING, REHEARSAL = "answering", "rehearsal"  # the names under which the pages are registered


def is_rehearsal() -> bool:
    """Return whether this request is one of a rehearsal."""
    return is_rehearsal_path(request.path)


def endpoint(page: str) -> str:
    """Return the name of a page's route, among those that this request is one of."""
    return f"{REHEARSAL if is_rehearsal() else ANSWERING}.{page}"


def address(page: str, **values: Any) -> str:  # noqa: ANN401 - what the route's converters take
    """Return the address of a page, likewise."""
    return url_for(endpoint(page), **values)
