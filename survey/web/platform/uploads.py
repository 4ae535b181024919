"""Which requests may bring a file: one page of operators, one of editors; every other form stays small."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from flask import Flask, request
from werkzeug.exceptions import BadRequest

from instruments.formats.foreign import reading
from instruments.problems import Refused
from survey.unit_import import grid
from survey.web.platform import sign_ins


@dataclass(frozen=True, slots=True)
class _Upload:
    """Whose page takes a file, in which field, how large it may be, and how a larger one is refused."""

    role: str
    field: str
    most_bytes: int
    too_large: Callable[[], Refused]


_UPLOADS: Mapping[str, _Upload] = MappingProxyType(
    {
        "operator.read_sheet": _Upload("operator", "sheet", grid.MOST_BYTES, grid.too_large),
        "instrument_editor.read_foreign": _Upload(
            "editor", "questionnaire", reading.MOST_BYTES, reading.too_large
        ),
    }
)
_AROUND = 16 * 1024  # bytes of a form beside its file
LARGEST_REQUEST = max(each.most_bytes for each in _UPLOADS.values()) + 2 * _AROUND  # that anybody may send


def install(app: Flask) -> None:
    """Let some pages take files. Comes before whatever looks at a form, which would refuse a large one."""
    app.before_request(allow)
    app.before_request(refuse_others)


def allow() -> None:
    """Raise the largest size of this request where it may bring a file.

    Raises Refused where it is larger: `sheet-too-large`, `questionnaire-large`.
    """
    upload = _UPLOADS.get(request.endpoint or "")
    if upload is None or request.method != "POST":
        return
    # whoever has not signed in sends no large file just to be turned away afterwards
    visitor = sign_ins.current()
    if visitor is None or not visitor.holds({upload.role}):
        return
    if (request.content_length or 0) > upload.most_bytes + _AROUND:
        raise upload.too_large()
    request.max_content_length = upload.most_bytes + _AROUND
    # also of what is read of a file at a time, which goes on to a temporary file from there
    request.max_form_memory_size = upload.most_bytes


def refuse_others() -> None:
    """Raise BadRequest where a file comes in any other field: a form takes it for what somebody typed."""
    if request.method != "POST" or request.endpoint is None:
        return
    upload = _UPLOADS.get(request.endpoint)
    if set(request.files) - ({upload.field} if upload else set()):
        raise BadRequest
