"""What `/openapi.json` says of the operations beyond what their signatures show."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from perfkg.results import FORMATS

Json = dict[str, Any]

_PROBLEM: Final[Json] = {
    "title": "Problem",
    "description": "A failure (RFC 9457), explained in Chinese and English.",
    "type": "object",
    "required": ["type", "title", "status", "detail", "detail_zh", "detail_en"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string", "description": "The phrase of the status."},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What happened, in both languages."},
        "detail_zh": {"type": "string"},
        "detail_en": {"type": "string"},
        "request_id": {"type": "string", "description": "As in the header and in the log."},
        "line": {"type": "integer", "description": "Of a query, counted from 1."},
        "column": {"type": "integer", "description": "Of a query, counted from 1."},
        "excerpt": {"type": "string", "description": "The line, and a caret below the column."},
        "hint_zh": {"type": "string", "description": "What was probably meant."},
        "hint_en": {"type": "string"},
        "findings": {
            "type": "array",
            "description": "What a refused write would add; as in `perfkg validate`.",
            "items": {"type": "object"},
        },
        "findings_count": {"type": "integer"},
    },
}
_REASONS: Final = {
    303: "The address of the page or of the data, by the Accept header.",
    304: "The client has this representation already.",
    400: "Malformed, refused, or a parameter is unknown, missing or ill-typed.",
    401: "The token is missing.",
    403: "The token is wrong, or the service is read-only.",
    404: "There is nothing of that name.",
    406: "None of the formats asked for.",
    410: "It was withdrawn.",
    408: "The content was not sent in time.",
    413: "The content is too large.",
    414: "The address is too long; use POST.",
    415: "The content has a type or an encoding that is not of the protocol.",
    422: "A review of the result refused the write (PERFKG_VALIDATE_WRITES).",
    431: "The headers are too large.",
    501: "The store is of a kind that cannot be exported from here.",
    503: "Too many queries at once, or the store cannot be read; see Retry-After.",
    504: "The time limit stopped the query.",
}
_ALWAYS: Final = (414, 431)
_QUERY_TYPES: Final = (*(f.media_type for f in FORMATS.values() if f.name != "xlsx"), "text/html")


def responses(*statuses: int) -> dict[int | str, Json]:
    """Return the description of the failures that an operation may end in."""
    return {status: _response(status) for status in sorted({*statuses, *_ALWAYS})}


def _response(status: int) -> Json:
    if status < 400:
        return {"description": _REASONS[status]}
    types = ("application/problem+json", "text/html")
    schemas = ({"$ref": "#/components/schemas/Problem"}, {"type": "string"})
    return {
        "description": _REASONS[status],
        "content": {t: {"schema": s} for t, s in zip(types, schemas, strict=True)},
    }


def content(description: str, media_types: Sequence[str]) -> Json:
    """Return the description of an answer in one of several formats."""
    return {
        "description": description,
        "content": {name: {"schema": _body(name)} for name in media_types},
        "headers": {
            "ETag": {"schema": {"type": "string"}, "description": "From the dataset version."},
        },
    }


def _body(media_type: str) -> Json:
    """Return the schema of an answer: what is JSON, is an object or, of JSON-LD, a list too."""
    if media_type.endswith("ld+json"):
        return {"type": ["object", "array"]}
    return {"type": "object" if media_type.endswith("json") else "string"}


def parameter(
    name: str, description: str, schema: Mapping[str, str] | None = None, *, many: bool = False
) -> Json:
    """Return the description of a parameter of the address, several times given if `many`."""
    single: Json = {"type": "string", **(schema or {})}
    found = {"type": "array", "items": single} if many else single
    return {"name": name, "in": "query", "description": description, "schema": found}


_GRAPH: Final = {"format": "iri", "example": "http://example.org/graph"}

QUERY: Final[Json] = {
    "parameters": [
        parameter(
            "query",
            "The query; without it the service describes itself.",
            {"example": "SELECT * WHERE { ?s ?p ?o } LIMIT 10"},
        ),
        parameter("default-graph-uri", "A graph of the default graph.", _GRAPH, many=True),
        parameter("named-graph-uri", "A graph that GRAPH reaches.", _GRAPH, many=True),
        parameter(
            "format",
            "A format by its short name or media type; goes before Accept.",
            {"example": "csv"},
        ),
    ],
}
QUERY_RESPONSES: Final[dict[int | str, Json]] = {
    200: content("The result, or the service description.", [*_QUERY_TYPES]),
    **responses(304, 400, 406, 503, 504),
}
OPERATION: Final[Json] = {
    "parameters": QUERY["parameters"][1:],
    "requestBody": {
        "required": True,
        "content": {
            "application/x-www-form-urlencoded": {
                "schema": {
                    "type": "object",
                    "minProperties": 1,
                    "additionalProperties": False,
                    "properties": {
                        "query": {"type": "string"},
                        "update": {"type": "string"},
                        "format": {"type": "string"},
                    },
                }
            },
            "application/sparql-query": {"schema": {"type": "string"}},
            "application/sparql-update": {"schema": {"type": "string"}},
        },
    },
    "security": [{}, {"token": []}],
}
OPERATION_RESPONSES: Final[dict[int | str, Json]] = {
    200: content("The result of the query.", _QUERY_TYPES),
    204: {"description": "The update is carried out."},
    **responses(400, 401, 403, 406, 408, 413, 415, 422, 503, 504),
}
_RDF: Final = ("text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json")
NAMED_GRAPH: Final[Json] = {
    "parameters": [
        parameter("graph", "The IRI of a graph.", _GRAPH),
        {**parameter("default", "The default graph."), "allowEmptyValue": True},
    ],
}
GRAPH_RESPONSES: Final[dict[int | str, Json]] = {
    200: content("The triples of the graph.", _RDF),
    **responses(304, 400, 404, 406, 503),
}
SENT_GRAPH: Final[Json] = {
    **NAMED_GRAPH,
    "requestBody": {
        "required": True,
        "content": {name: {"schema": {"type": "string"}} for name in _RDF},
    },
    "security": [{"token": []}],
}
DROPPED_GRAPH: Final[Json] = {**NAMED_GRAPH, "security": [{"token": []}]}
WRITE_RESPONSES: Final[dict[int | str, Json]] = {
    201: {"description": "The graph is new."},
    204: {"description": "Done."},
    **responses(400, 401, 403, 404, 408, 413, 415, 422, 503),
}
SAVED_RESPONSES: Final[dict[int | str, Json]] = {
    200: content("The result, or a page.", [*_QUERY_TYPES, FORMATS["xlsx"].media_type]),
    **responses(304, 400, 404, 406, 503, 504),
}
_FILE: Final = {"type": "string", "format": "binary"}
_REPORT: Final[Json] = {"type": "string", "enum": ["json", "html", "xlsx"]}
REVIEW: Final[Json] = {
    "parameters": [
        parameter("name", "The name of the file, where it is sent as the body itself."),
        {**parameter("format", "The report; goes before Accept."), "schema": _REPORT},
    ],
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": _FILE, "format": _REPORT},
                }
            },
            "application/octet-stream": {"schema": _FILE},
        },
    },
}
REVIEW_RESPONSES: Final[dict[int | str, Json]] = {
    **responses(400, 406, 408, 413, 415, 503),
    200: {
        "description": "A page, the findings as a list of objects, or the report.",
        "content": {
            "application/json": {"schema": {"type": "array", "items": {"type": "object"}}},
            "text/html": {"schema": {"type": "string"}},
            FORMATS["xlsx"].media_type: {"schema": {"type": "string"}},
        },
        "headers": {
            "Perfkg-Review": {
                "schema": {"type": "string"},
                "description": "How much was read, as `complete; forms=1; findings=12`.",
            }
        },
    },
    422: {**_response(422), "description": "No form could be read; says why."},
}


def documents(description: str, *statuses: int, page: bool = True) -> dict[int | str, Json]:
    """Return the description of an RDF document in one of its formats, with a page or without."""
    media_types = (*_RDF, "text/html") if page else _RDF
    return {200: content(description, media_types), **responses(304, *statuses)}


def one_document(description: str, *media_types: str) -> dict[int | str, Json]:
    """Return the description of a document that comes in these formats and no other."""
    return {200: content(description, media_types), **responses(304)}


def describe(app: FastAPI, further: Callable[[], Mapping[str, Json]]) -> None:
    """Give the application a description that names its failures and its token.

    Args:
        app: whose routes are described.
        further: gives paths that one route answers for all, and what is done there.
    """

    def openapi() -> Mapping[str, Any]:
        if app.openapi_schema is None:
            found = get_openapi(
                title=app.title, version=app.version, summary=app.summary, routes=app.routes
            )
            _leave_out_what_never_comes(found)
            found["paths"] |= further()
            components = found.setdefault("components", {})
            components.setdefault("schemas", {})["Problem"] = _PROBLEM
            components["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
            app.openapi_schema = found
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign, assignment]


def _leave_out_what_never_comes(document: Json) -> None:
    """Remove the failure that the framework assumes of every parameter in a path."""
    for operations in document["paths"].values():
        for operation in operations.values():
            assumed = operation["responses"].get("422", {}).get("content", {})
            if "application/json" in assumed:
                del operation["responses"]["422"]
    for name in ("HTTPValidationError", "ValidationError"):
        document.get("components", {}).get("schemas", {}).pop(name, None)
