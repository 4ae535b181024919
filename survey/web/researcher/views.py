"""Researchers: the exports, and nothing else."""

import hashlib

from flask import Blueprint, Response
from flask_babel import gettext

from reports.exports import TABLES, ExportTable, codebook_bytes, csv_bytes
from survey.publication.release import to_researchers
from survey.web.platform import sign_ins
from survey.web.platform.context import context
from survey.web.platform.rendering import download, render_page

researcher = Blueprint("researcher", __name__, url_prefix="/researcher")


@researcher.get("/")
def desk() -> Response:
    """List what can be downloaded."""
    return render_page("researcher/desk.html", gettext("Data for research"))


@researcher.get("/<any(dimensions, items):rows>.csv")
def table(rows: str) -> Response:
    """Send every sealed wave that may be released outside its unit, as a CSV file."""
    return download(csv_bytes(_table(rows)), "text/csv", f"{rows}.csv")


@researcher.get("/<any(dimensions, items):rows>.codebook.json")
def codebook(rows: str) -> Response:
    """Send what the columns of that file mean."""
    return download(codebook_bytes(_table(rows)), "application/json", f"{rows}.codebook.json")


def _table(rows: str) -> ExportTable:
    policy = context().policy
    return TABLES[rows](to_researchers(context().database, policy, context().today), policy, _family())


def _family() -> bytes:
    """Return the key that names units alike in every export of one account, and unlike in another's."""
    # two exports of one person can be put together, those of two persons cannot
    name = f"export family {sign_ins.visitor().account.id}".encode()
    return hashlib.blake2b(name, key=context().keys.hashing_key(), digest_size=32).digest()
