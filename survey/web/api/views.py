"""The data of a study for programs: what exports release and nothing else, as JSON and Parquet.

Every reply is made of the table as it is released now, which is computed once for all its pages. Its checksum
is the version: a program that reads page by page is told where the table changed between two pages.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from instruments.problems import refuse
from reports.exports import TABLES, ExportTable, content
from survey.publication import families
from survey.publication.release import to_researchers
from survey.publication.research.extraction import extraction
from survey.publication.research.kept_tables import table_of
from survey.store.repositories import releases
from survey.web.api.description import LARGEST_PAGE, PAGE, described
from survey.web.platform import bearer
from survey.web.platform.context import context

api = Blueprint("api", __name__, url_prefix="/api/v1")

_JSON = "application/json"
_PARQUET = "application/vnd.apache.parquet"
_PERIOD = re.compile(r"[0-9]{4}H[12]")


@api.get("/openapi.json")
def description() -> Response:
    """Describe the API itself in OpenAPI 3.1."""
    return _json(described(context().settings.public_url))


@api.get("/study")
def study() -> AnyResponse:
    """Say which study the token is of, until when it is good, and which tables there are."""
    found = bearer.study()
    tables = [
        {
            "name": name,
            "json": _address("api.table", rows=name),
            "parquet": _address("api.parquet", rows=name),
        }
        for name in TABLES
    ]
    body = {"key": found.key, "name": found.name, "ends_on": found.ends_on.isoformat(), "tables": tables}
    return _conditional(_json(body))


@api.get("/tables/<any(dimensions, items):rows>")
def table(rows: str) -> AnyResponse:
    """Give a page of a table as JSON, with the meaning of its columns and the address of the next page.

    Raises Refused: `query-unknown`, `query-form`, and `table-changed` where it is not the version asked for.
    """
    asked = _asked("since", "offset", "limit", "version")
    since, offset = _since(asked), _whole(asked, "offset", 0, least=0, most=10**9)
    limit = _whole(asked, "limit", PAGE, least=1, most=LARGEST_PAGE)
    here = context()
    family = families.of_study(here.keys, bearer.study().key)
    made = table_of(here.database, here.policy, rows, family, since)
    total = made.rows.height
    if asked.get("version", made.version) != made.version:
        raise refuse(
            "table-changed",
            "The table has changed since the page before.",
            "Begin again with the first page.",
        )
    more = {**asked, "offset": str(offset + limit), "limit": str(limit), "version": made.version}
    body = {
        "table": rows,
        "version": made.version,
        "total": total,
        "offset": offset,
        "columns": [
            {"name": each.name, "label": each.label, "type": each.kind.value, "decimals": each.decimals}
            for each in made.columns
        ],
        "rows": made.rows.slice(offset, limit).to_dicts(),
        "next": _address("api.table", rows=rows, **more) if offset + limit < total else None,
    }
    return _taken_out(rows, _conditional(_json(body)))


@api.get("/tables/<any(dimensions, items):rows>.parquet")
def parquet(rows: str) -> AnyResponse:
    """Give a whole table as Apache Parquet."""
    here = context()
    made = _table(rows, _since(_asked("since")))
    written = content(made, "parquet", extraction(here.today, here.policy, here.settings.data_licence))
    return _taken_out(rows, _conditional(Response(written, mimetype=_PARQUET)))


def _table(rows: str, since: str) -> ExportTable:
    """Return a table of the study, from that half-year on."""
    here = context()
    family = families.of_study(here.keys, bearer.study().key)
    made = TABLES[rows](to_researchers(here.database, here.policy), here.policy, family)
    place = [each.name for each in made.columns].index("period")
    return replace(made, rows=tuple(row for row in made.rows if str(row[place]) >= since))


def _taken_out(rows: str, reply: AnyResponse) -> AnyResponse:
    """Note that figures were taken out, unless the program has them already."""
    if reply.status_code != HTTPStatus.NOT_MODIFIED:
        releases.take_out(context().database, rows, context().policy)
    return reply


def _asked(*known: str) -> dict[str, str]:
    unknown = sorted(set(request.args) - set(known))
    if unknown:
        raise refuse(
            "query-unknown",
            "There is no parameter “%(name)s” here.",
            "The parameters are: %(known)s.",
            name=unknown[0][:40],
            known=", ".join(known),
        )
    return dict(request.args.items())


def _since(asked: Mapping[str, str]) -> str:
    since = asked.get("since", "")
    if "since" in asked and not _PERIOD.fullmatch(since):
        raise _malformed("since", "2026H1")
    return since


def _whole(asked: Mapping[str, str], name: str, otherwise: int, *, least: int, most: int) -> int:
    if name not in asked:
        return otherwise
    if not re.fullmatch("[0-9]{1,9}", asked[name]) or not least <= int(asked[name]) <= most:
        raise _malformed(name, f"{least}–{most}")
    return int(asked[name])


def _malformed(name: str, example: str) -> Exception:
    return refuse(
        "query-form",
        "The parameter “%(name)s” cannot be read.",
        "Write it like this: %(example)s.",
        name=name,
        example=example,
    )


def _address(endpoint: str, **values: Any) -> str:  # noqa: ANN401 - as Flask takes them
    # the public address has the path that the pages are under already
    path = url_for(endpoint, **values).removeprefix(request.script_root)
    return context().settings.public_url.rstrip("/") + path


def _json(body: object) -> Response:
    return Response(json.dumps(body, ensure_ascii=False), mimetype=_JSON)


def _conditional(reply: Response) -> AnyResponse:
    """Give a reply the mark of its content; to a program that has it already, say so and no more."""
    reply.set_etag(hashlib.sha256(reply.get_data()).hexdigest())
    answered = reply.make_conditional(request)
    # If-Match is for what is written; here its 412 would bring the figures, and be no act
    if answered.status_code == HTTPStatus.PRECONDITION_FAILED:
        answered.status_code = HTTPStatus.OK
    return answered
