"""`queries.md`: every saved query."""

from __future__ import annotations

import shlex
from typing import Any
from urllib.parse import urlencode

from perfkg.messages import Text
from perfkg.queries import Catalogue, Parameter, SavedQuery
from perfkg.queries.values import EXPECTED
from perfkg.resources import queries_folder

from .rendering import render


def page() -> str:
    """Return the page."""
    catalogue = Catalogue(queries_folder())
    if catalogue.errors:
        raise catalogue.errors[0]
    return render("queries", "queries/*.rq", queries=[_told(query) for query in catalogue])


def _told(query: SavedQuery) -> dict[str, Any]:
    given = _sample(query)
    options = "".join(f" -p {shlex.quote(f'{key}={value}')}" for key, value in given.items())
    return {
        "name": query.name,
        "title": query.title,
        "description": query.description,
        "parameters": [_parameter(item) for item in query.parameters],
        "command": f"perfkg query {query.name}{options}",
        "address": f"/queries/{query.name}" + (f"?{urlencode(given)}" if given else ""),
    }


def _sample(query: SavedQuery) -> dict[str, str]:
    """Return one value for each parameter without which the query does not run."""
    return {
        item.name: item.choices[0].value if item.choices else EXPECTED[item.type][1]
        for item in query.parameters
        if item.default is None and not item.optional
    }


def _parameter(item: Parameter) -> dict[str, Any]:
    kind, _ = EXPECTED[item.type]
    of_class = (item.of_class or "").replace("#", "/").rsplit("/", 1)[-1]
    return {
        "name": item.name,
        "label": item.label,
        "type": f"{item.type} ({of_class})" if of_class else item.type,
        "expected": kind,
        "choices": ", ".join(choice.value for choice in item.choices),
        "default": item.default,
        "needed": _NEEDED if item.default is None and not item.optional else _OPTIONAL,
    }


_NEEDED = Text("必填", "required")
_OPTIONAL = Text("可不填", "optional")
