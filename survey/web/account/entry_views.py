"""Whoever runs the service signs in by a link from the server's command line."""

from flask import Response
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from survey.accounts import entry_links
from survey.operations import log
from survey.web.account import arrival
from survey.web.account.blueprint import account
from survey.web.platform.context import context
from survey.web.platform.rendering import render_page


@account.get("/enter/<token>")
def ask_entry(token: str) -> Response:
    """Ask whether to sign in, so that a program that looks at the link does not use it up."""
    here = context()
    holder = entry_links.holder(here.database, here.settings.secret, token, here.now)
    return render_page("account/enter.html", gettext("Sign in once"), email=holder.email)


@account.post("/enter/<token>")
def enter(token: str) -> AnyResponse:
    """Sign in, once: the link is used up by that."""
    here = context()
    found = entry_links.use(here.database, here.settings.secret, token, here.now)
    log.act_as(found.id)
    # whoever has the server's command line could do anything to the account
    return arrival.admit(found, "", second_factor_done=True)
