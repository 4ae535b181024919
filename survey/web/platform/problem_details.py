"""Errors as programs read them: application/problem+json (RFC 9457), for every address of the API."""

import json
from http import HTTPStatus

from flask import Response, request

_PATH = "/api/"
MEDIA_TYPE = "application/problem+json"


def are_wanted() -> bool:
    """Return whether this request is one of a program's, whether its address is there or not."""
    return request.path.startswith(_PATH)


def reply(status: int, code: str, title: str, detail: str) -> Response:
    """Return an error: its code, what happened and what to do."""
    body = {
        "type": "about:blank" if code == "http" else f"urn:kjennetegn:problem:{code}",
        "title": title,
        "status": int(status),
        "detail": detail,
    }
    text = json.dumps(body, ensure_ascii=False)
    return Response(text, HTTPStatus(status), mimetype=MEDIA_TYPE)
