"""Describe the API in OpenAPI 3.1: the same document that the suite checks every reply against."""

from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

from reports.exports import TABLES
from reports.exports.columns import Kind
from survey.web.platform.bearer import MOST_REQUESTS, WINDOW_SECONDS
from survey.web.platform.problem_details import MEDIA_TYPE

PAGE: Final = 1000  # rows
LARGEST_PAGE: Final = 10_000
Tree = dict[str, Any]

_TEXT: Final[Tree] = {"type": "string"}
_WHOLE: Final[Tree] = {"type": "integer", "minimum": 0}
_ADDRESS: Final[Tree] = {"type": "string", "format": "uri"}


def described(public_url: str) -> Tree:
    """Return the OpenAPI document of the service at that address."""
    return {
        "openapi": "3.1.1",
        "info": {
            "title": "Kjennetegn: data for research",
            "version": _program(),
            "summary": "The released figures of a study, under names of units that stay the same in it.",
            "description": (
                "What is here is exactly what the exports of the service hold. A null is a figure that is "
                "not released or that there is none of; which of the two is not told. "
                f"At most {MOST_REQUESTS} requests in {WINDOW_SECONDS // 60} minutes for one token."
            ),
        },
        "servers": [{"url": public_url.rstrip("/")}],
        "security": [{"token": []}],
        "paths": {
            "/api/v1/openapi.json": {"get": _document()},
            "/api/v1/study": {"get": _operation("study", "The study of the token", _ref("Study"))},
            "/api/v1/tables/{rows}": {"get": _table()},
            "/api/v1/tables/{rows}.parquet": {"get": _parquet()},
        },
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "parameters": _parameters(),
            "schemas": _schemas(),
            "responses": _problems(),
        },
    }


def _operation(name: str, summary: str, schema: Tree) -> Tree:
    return {
        "operationId": name,
        "summary": summary,
        "responses": {
            "200": {
                "description": summary,
                "headers": {"ETag": {"schema": _TEXT, "description": "The mark of this content."}},
                "content": {"application/json": {"schema": schema}},
            },
            "304": {"description": "What the program has, by If-None-Match, is still the same."},
            **{code: {"$ref": f"#/components/responses/{name}"} for code, name in _REPLIES.items()},
        },
    }


def _document() -> Tree:
    return {**_operation("description", "This document", Tree()), "security": []}


def _table() -> Tree:
    asked = ("rows", "since", "offset", "limit", "version")
    made = _operation("table", "A page of a table", _ref("Table"))
    return {**made, "parameters": [{"$ref": f"#/components/parameters/{each}"} for each in asked]}


def _parquet() -> Tree:
    made = _operation("parquet", "A whole table as Apache Parquet", _TEXT)
    made["responses"]["200"]["content"] = {"application/vnd.apache.parquet": {}}
    return {**made, "parameters": [{"$ref": f"#/components/parameters/{each}"} for each in ("rows", "since")]}


def _parameters() -> Tree:
    return {
        "rows": {"name": "rows", "in": "path", "required": True, "schema": {"enum": list(TABLES)}},
        "since": _query("since", {"type": "string", "pattern": "^[0-9]{4}H[12]$"}, "From this half-year on."),
        "offset": _query("offset", {**_WHOLE, "maximum": 10**9, "default": 0}, "How many rows to leave out."),
        "limit": _query(
            "limit",
            {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": PAGE},
            "Rows of a page.",
        ),
        "version": _query("version", _TEXT, "The version that pages before are of; another one is a 409."),
    }


def _query(name: str, schema: Tree, description: str) -> Tree:
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": description}


def _schemas() -> Tree:
    column = {
        "name": _TEXT,
        "label": _TEXT,
        "type": {"enum": [each.value for each in Kind]},
        "decimals": _WHOLE,
    }
    one = {"name": {"enum": list(TABLES)}, "json": _ADDRESS, "parquet": _ADDRESS}
    return {
        "Study": _object(
            {
                "key": _TEXT,
                "name": _TEXT,
                "ends_on": {"type": "string", "format": "date", "description": "The last day."},
                "tables": {"type": "array", "items": _object(one)},
            }
        ),
        "Table": _object(
            {
                "table": {"enum": list(TABLES)},
                "version": {"type": "string", "description": "Another one where any row is another."},
                "total": {**_WHOLE, "description": "Rows on all pages together."},
                "offset": _WHOLE,
                "columns": {"type": "array", "items": _object(column)},
                "rows": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "description": "One member for each column.",
                        "additionalProperties": {"type": ["string", "number", "null"]},
                    },
                },
                "next": {"type": ["string", "null"], "description": "The address of the next page."},
            }
        ),
        "Problem": _object(
            {"type": _TEXT, "title": _TEXT, "status": {"type": "integer"}, "detail": _TEXT},
        ),
    }


_REPLIES: Final = {
    "400": "Malformed",
    "401": "Unauthorized",
    "403": "Forbidden",
    "404": "Unknown",
    "409": "Changed",
    "429": "Limited",
    "503": "Unavailable",
}


def _problems() -> Tree:
    texts = {
        "Malformed": "A parameter cannot be read.",
        "Unauthorized": "There is no token, or none that is good today.",
        "Forbidden": "The account is no researcher any more, or was made one today.",
        "Unknown": "There is no such address.",
        "Changed": "The table has changed since the page before.",
        "Limited": "Too many requests; Retry-After says when to go on.",
        "Unavailable": "The service cannot reply now; Retry-After says when to ask again.",
    }
    content = {MEDIA_TYPE: {"schema": _ref("Problem")}}
    return {name: {"description": text, "content": content} for name, text in texts.items()}


def _object(properties: Tree) -> Tree:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _ref(name: str) -> Tree:
    return {"$ref": f"#/components/schemas/{name}"}


def _program() -> str:
    try:
        return version("kjennetegn")
    except PackageNotFoundError:
        # run from a folder that nobody installed
        return "0"
