"""Operators: links for first passwords, for many accounts at once, as a list to print and one to send by."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

import xlsxwriter
from flask import Response, flash
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse
from wtforms import StringField

from reports.exports.csv import escaped
from reports.pdf.password_list import PasswordLink, password_list
from survey.accounts import password_links
from survey.store.repositories import waiting_accounts
from survey.store.repositories.waiting_accounts import WaitingAccount
from survey.web.operator.blueprint import operator
from survey.web.platform import acts, languages, sign_ins
from survey.web.platform.context import context
from survey.web.platform.file_names import joined_name
from survey.web.platform.rendering import download, redirect_to, render_page

MOST_AT_ONCE: Final = 200  # printed while the operator waits
_OPTIONS: Final = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
# which accounts, and what making links for them says on its button
GROUPS: Final[Mapping[str, object]] = {
    "new": lazy_gettext("Have never had a link"),
    "ended": lazy_gettext("Have a link that has ended unused"),
    "good": lazy_gettext("Have a link that still works"),
}


class GroupForm(FlaskForm):
    """Which accounts are given links; the buttons of the page say it."""

    group = StringField()


@operator.get("/first-passwords")
def first_passwords() -> Response:
    """Say how many accounts wait for a password, by what became of their last link."""
    waiting = _groups()
    return render_page(
        "operator/first_passwords.html",
        gettext("First passwords"),
        groups=[(group, name, waiting[group]) for group, name in GROUPS.items()],
        most=MOST_AT_ONCE,
    )


@operator.post("/first-passwords")
def make_links() -> AnyResponse:
    """Make links for the first of a group of accounts, and give them once, as two files in one."""
    group, here = str(GroupForm().group.data), context()
    if group not in GROUPS:
        raise NotFound
    by = sign_ins.visitor().account.email
    made = password_links.issue_first(
        here.database, here.policy, here.settings, _groups()[group][:MOST_AT_ONCE], by=by, now=here.now
    )
    if not made:
        flash(gettext("There are none any more."))
        return redirect_to("operator.first_passwords")
    acts.describe(accounts=len(made))
    links = [PasswordLink(each.email, each.units, link) for each, link in made]
    ends = datetime.fromtimestamp(here.now + here.policy.retention.password_links, here.settings.time_zone)
    name = joined_name(gettext("First passwords"), here.today.isoformat(), ending="zip")
    return download(_packed(links, ends), "application/zip", name)


def _groups() -> Mapping[str, Sequence[WaitingAccount]]:
    here = context()
    ended = here.now - here.policy.retention.password_links
    found: dict[str, list[WaitingAccount]] = {group: [] for group in GROUPS}
    for each in waiting_accounts.every(here.database):
        linked_at = each.linked_at or 0
        found["new" if not each.links else "ended" if linked_at < ended else "good"].append(each)
    # whose link is the oldest first, so that pressing again goes on with the others
    for waiting in found.values():
        waiting.sort(key=lambda each: each.linked_at or 0)
    return found


def _packed(links: Sequence[PasswordLink], until: datetime) -> bytes:
    """Return both files as a ZIP."""
    name, content = gettext("First passwords"), io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(joined_name(name, ending="pdf"), password_list(links, until, languages.current()))
        packed.writestr(joined_name(name, ending="xlsx"), _workbook(links, until))
    return content.getvalue()


def _workbook(links: Sequence[PasswordLink], until: datetime) -> bytes:
    """Return a row for each link, for a program that sends letters by e-mail."""
    headings = (gettext("E-mail address"), gettext("Units"), gettext("Link"), gettext("Works until"))
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, _OPTIONS) as book:
        data = book.add_worksheet()
        data.write_row(0, 0, [str(each) for each in headings], book.add_format({"bold": True}))
        for row, each in enumerate(links, start=1):
            cells = (each.email, ", ".join(each.units), each.address, f"{until:%Y-%m-%d %H:%M}")
            for place, cell in enumerate(cells):
                data.write_string(row, place, escaped(cell))
        data.set_column(0, 1, 32)
        data.set_column(2, 2, 60)
        data.set_column(3, 3, 18)
    return content.getvalue()
