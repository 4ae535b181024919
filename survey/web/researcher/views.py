"""Researchers: the exports, and nothing else."""

import hashlib

from flask import Blueprint, Response
from flask_babel import gettext

from reports.exports import TABLES, ExportTable, codebook_bytes, csv_bytes
from survey.publication.release import to_researchers
from survey.store.repositories import releases
from survey.web.platform import sign_ins
from survey.web.platform.context import context
from survey.web.platform.file_names import FileName, joined_name
from survey.web.platform.rendering import download, render_page

researcher = Blueprint("researcher", __name__, url_prefix="/researcher")


@researcher.get("/")
def desk() -> Response:
    """List what can be downloaded."""
    return render_page("researcher/desk.html", gettext("Data for research"))


@researcher.get("/<any(dimensions, items):rows>.csv")
def table(rows: str) -> Response:
    """Send every sealed wave that may be released outside its unit, as a CSV file."""
    content = csv_bytes(_table(rows))
    releases.take_out(context().database, rows, context().policy)
    return download(content, "text/csv", _file_name(rows, "csv"))


@researcher.get("/<any(dimensions, items):rows>.codebook.json")
def codebook(rows: str) -> Response:
    """Send what the columns of that file mean."""
    return download(codebook_bytes(_table(rows)), "application/json", _file_name(rows, "codebook.json"))


def _file_name(rows: str, ending: str) -> FileName:
    # of the day: an export grows with every sealed survey
    return joined_name("kjennetegn", rows, context().today.isoformat(), ending=ending)


def _table(rows: str) -> ExportTable:
    policy = context().policy
    return TABLES[rows](to_researchers(context().database, policy), policy, _family())


def _family() -> bytes:
    """Return the key that names units alike in every export of one account, and unlike in another's."""
    # two exports of one person can be put together, those of two persons cannot
    name = f"export family {sign_ins.visitor().account.id}".encode()
    return hashlib.blake2b(name, key=context().keys.hashing_key(), digest_size=32).digest()
