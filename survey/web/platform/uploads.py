"""Which requests may bring a file: a page of operators alone, and every other form stays small."""

from flask import Flask, request

from survey.unit_import.grid import MOST_BYTES, too_large
from survey.web.platform import sign_ins

_UPLOADS = frozenset({"operator.read_sheet"})
_AROUND = 16 * 1024  # bytes of a form beside its file


def install(app: Flask) -> None:
    """Let operators send files. Comes before whatever looks at a form, which would refuse a large one."""
    app.before_request(allow)


def allow() -> None:
    """Raise the largest size of this request where it may bring a file. Raises Refused("sheet-too-large")."""
    if request.endpoint not in _UPLOADS or request.method != "POST":
        return
    # whoever has not signed in sends no large file just to be turned away afterwards
    visitor = sign_ins.current()
    if visitor is None or not visitor.holds({"operator"}):
        return
    if (request.content_length or 0) > MOST_BYTES + _AROUND:
        raise too_large()
    request.max_content_length = MOST_BYTES + _AROUND
    # also of what is read of a file at a time, which goes on to a temporary file from there
    request.max_form_memory_size = MOST_BYTES
