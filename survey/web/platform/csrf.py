"""The token in every form: who cannot read our pages cannot send our forms in somebody else's name.

It is random, lives in the sealed cookie and nowhere else, and is asked for before a form is looked at.
"""

import secrets

from flask import Flask, request, session

from instruments.problems import Refused, refuse
from survey.web.platform import draft_state, paper_mode, sign_ins
from survey.web.platform.cookies import is_staff_path
from survey.web.platform.draft_state import is_underway

FORM_TOKEN = "csrf_token"  # noqa: S105 - the name of the field, and of what the cookie knows of it
# the routes to which pages of typing in send something
_TYPING = frozenset({"respondent.save_form", "respondent.send_form", "respondent.finish_typing"})
# what a provider of sign-ins sends by itself: it has no page of ours, and proves itself by its signature
_SIGNED = frozenset({"account.end_at_provider"})
_READING = frozenset({"GET", "HEAD", "OPTIONS"})


def install(app: Flask) -> None:
    """Ask every form for its token, and let every page give one."""
    app.jinja_env.globals["csrf_token"] = token
    app.before_request(require)


def token() -> str:
    """Return the token of this request's cookie, drawn where it has none."""
    known = session.get(FORM_TOKEN)
    if not isinstance(known, str):
        known = session[FORM_TOKEN] = secrets.token_urlsafe(20)
    return known


def require() -> None:
    """Raise Refused where this request changes something and does not bring its token."""
    # an address that leads to no page gets its 404, whatever was sent to it
    if request.method in _READING or request.endpoint is None or request.endpoint in _SIGNED:
        return
    known, given = session.get(FORM_TOKEN), request.form.get(FORM_TOKEN, "")
    # compared as bytes: compare_digest takes no text with other letters than ASCII
    if not isinstance(known, str) or not secrets.compare_digest(known.encode(), given.encode()):
        raise _outdated()


def _outdated() -> Refused:
    """Return why the token does not fit: signed out, a draft too old, or a form of an older page."""
    if request.endpoint == "key_holder.give_sheet":
        return refuse(
            "sheet-outdated",
            "Its form is not valid any more, and nothing was changed.",
            "Open the page again and type the text on the sheet once more.",
        )
    if is_staff_path(request.path):
        return sign_ins.ended()
    if request.endpoint in _TYPING:
        return paper_mode.outdated()
    if is_underway():
        return refuse(
            "form-stale",
            "It was loaded before what is now saved in your browser.",
            "Everything you have saved is still there. Go on from where you were, and answer this "
            "page once more.",
        )
    return draft_state.missing()
