"""Each saved query as an operation of `/openapi.json`, with its typed parameters.

https://spec.openapis.org/oas/v3.1.0#operation-object
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from perfkg.messages import Text
from perfkg.queries import THEMES, Parameter, SavedQuery
from perfkg.results import FORMATS, Format, ResultKind
from perfkg.server import openapi
from perfkg.sparql.fence import Form

Json = dict[str, Any]

_SCHEMAS: Final[dict[str, Json]] = {
    "integer": {"type": "integer"},
    "year": {"type": "integer", "minimum": 1, "maximum": 9999},
    "decimal": {"type": "number"},
    "date": {"type": "string", "format": "date"},
}
"""Of the types of parameters whose values are no plain texts."""
_KINDS: Final = {
    Form.SELECT: ResultKind.ROWS,
    Form.ASK: ResultKind.TRUTH,
    Form.CONSTRUCT: ResultKind.TRIPLES,
    Form.DESCRIBE: ResultKind.TRIPLES,
}
EXTENSIONS: Final = ("csv", "tsv", "xlsx", "json", "xml", "ttl", "html")
"""What an address of a saved query may end with."""


def saved_paths(queries: Iterable[SavedQuery]) -> dict[str, Json]:
    """Return the paths of some saved queries, each with its operation."""
    return {f"/queries/{query.name}.{{format}}": {"get": _operation(query)} for query in queries}


def _operation(query: SavedQuery) -> Json:
    formats = _formats(query)
    return {
        "operationId": f"saved_query_{query.name.replace('-', '_')}",
        "tags": [_both(THEMES[query.theme])],
        "summary": _both(query.title),
        "description": f"{query.description.zh}\n\n{query.description.en}",
        "parameters": [
            {
                "name": "format",
                "in": "path",
                "required": True,
                "description": "The format of the result.",
                "schema": {"type": "string", "enum": [found.extension for found in formats]},
            },
            *map(_parameter, query.parameters),
        ],
        "responses": {
            str(status): response
            for status, response in {
                200: openapi.content("The result.", [found.media_type for found in formats]),
                **openapi.responses(304, 400, 404, 406, 503, 504),
            }.items()
        },
    }


def _formats(query: SavedQuery) -> list[Format]:
    """Return the formats of its result, in the order in which they are offered."""
    kind = _KINDS[query.form]
    return [f for f in FORMATS.values() if f.extension in EXTENSIONS and kind in f.kinds]


def _parameter(parameter: Parameter) -> Json:
    schema = dict(_SCHEMAS.get(parameter.type, {"type": "string"}))
    if parameter.choices:
        schema["enum"] = [choice.value for choice in parameter.choices]
    if parameter.default is not None:
        schema["default"] = _typed(parameter.default, schema["type"])
    return {
        "name": parameter.name,
        "in": "query",
        "required": not parameter.optional and parameter.default is None,
        "description": _described(parameter),
        "schema": schema,
    }


def _typed(default: str, kind: str) -> object:
    return {"integer": int, "number": float}.get(kind, str)(default)


def _described(parameter: Parameter) -> str:
    told = _both(parameter.label)
    if parameter.choices:
        named = "; ".join(f"{choice.value}: {_both(choice.label)}" for choice in parameter.choices)
        return f"{told} ({named})"
    if parameter.type == "iri":
        return f"{told} (IRI, prefixed name or label of a thing of the class {parameter.of_class})"
    return told


def _both(text: Text) -> str:
    return f"{text.zh} · {text.en}"
