"""The page for what is away for now: nothing typed is lost, and the same can be sent again from it."""

from collections.abc import Sequence

from flask import Response, request
from flask_babel import LazyString, lazy_gettext

from instruments.problems import Unavailable
from survey.store.passing_faults import FILES, code_of, unavailable_by
from survey.web.platform import languages, problem_details
from survey.web.platform.context import context
from survey.web.platform.cookies import is_staff_path
from survey.web.platform.draft_state import is_underway
from survey.web.platform.rendering import render_page

_Fields = Sequence[tuple[str, str]]  # what a form brought: each field's name with its value

STATUS = 503
RETRY_AFTER_SECONDS = 10
_FORM = "application/x-www-form-urlencoded"  # a form that brings a file has another type
# passwords and the texts of key sheets are typed again: no page of ours holds one
_TYPED_AGAIN = frozenset(
    {"password", "new", "again", "old", "sheet", "one", "other", "first", "second", "third"}
)

_HEADING = lazy_gettext("We cannot do that right now")
_PLAIN = lazy_gettext("The fault is ours. Wait a minute and try again.")
_KEPT = lazy_gettext(
    "The fault is ours, and nothing is lost: what you have answered is kept in your browser. Wait a minute "
    "and try again."
)
_STILL_HERE = lazy_gettext(
    "The fault is ours, and nothing is lost: what you have just sent is still on this page. Wait a minute "
    "and press the button, which sends the same again."
)
_UNSURE = lazy_gettext(
    "The fault is ours, and we do not know whether what you sent was stored. Wait a minute and look whether "
    "it is there. If it is not, the button sends the same again."
)
_TYPE_AGAIN = lazy_gettext("The fault is ours. Wait a minute, then go back and type it again.")


def of_file(error: OSError) -> Unavailable:
    """Return the report of a disk without room. Raises the error where it is another one."""
    if code_of(error) != FILES:
        raise error
    context().database.outages.begin(FILES)
    return unavailable_by(FILES)


def reply(away: Unavailable) -> Response:
    """Return the page, or for a program the problem, with the time after which to ask again."""
    if problem_details.are_wanted():
        told = problem_details.reply(STATUS, away.problems[0].code, str(_HEADING), str(_PLAIN))
    else:
        told = _page()
    told.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return told


def _page() -> Response:
    sent = _sent_form()
    return render_page(
        "unavailable.html",
        str(_HEADING),
        status=STATUS,
        told=str(_told(sent)),
        sent=sent,
        # relative: an address that begins with two slashes would lead to another host
        address=f"?{request.query_string.decode('ascii', 'ignore')}" if request.method == "GET" else "",
        # on another page the answers of this one would not be
        offered=(languages.current(),) if sent else tuple(languages.NAMES),
    )


def _told(sent: _Fields | None) -> LazyString:
    if request.method != "POST":
        return _KEPT if is_underway() else _PLAIN
    if sent is None:
        return _TYPE_AGAIN
    return _UNSURE if is_staff_path(request.path) else _STILL_HERE


def _sent_form() -> _Fields | None:
    """Return what a form brought; None where it is not repeated, and where nothing was sent."""
    if request.method != "POST" or request.mimetype != _FORM:
        return None
    fields = tuple(request.form.items(multi=True))
    if _TYPED_AGAIN & {name for name, _ in fields}:
        return None
    return fields
