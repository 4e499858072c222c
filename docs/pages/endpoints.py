"""`endpoints.md`: every route of the service."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from perfkg.results import FORMATS
from perfkg.server.app import create_app
from perfkg.settings import Settings
from perfkg.store import EmbeddedStore

from .rendering import render

_ADDRESS: Final = "http://127.0.0.1:8000"
_COUNT: Final = "SELECT (COUNT(*) AS ?n) WHERE { ?s a <https://w3id.org/perfkg/def#Target> }"
_EXAMPLES: Final[dict[tuple[str, str], tuple[str, ...]]] = {
    ("GET", "/"): (f"curl '{_ADDRESS}/?lang=en'",),
    ("GET", "/sparql"): (
        f"curl -G {_ADDRESS}/sparql -H 'Accept: text/csv' --data-urlencode 'query={_COUNT}'",
        f"curl -G {_ADDRESS}/sparql -d format=csv --data-urlencode 'query={_COUNT}'",
        f"curl {_ADDRESS}/sparql -H 'Accept: text/turtle'",
    ),
    ("POST", "/sparql"): (
        f"curl {_ADDRESS}/sparql --data-urlencode 'query={_COUNT}'",
        f"curl {_ADDRESS}/sparql -H 'Content-Type: application/sparql-query' -d '{_COUNT}'",
    ),
    ("GET", "/graph-store"): (f"curl '{_ADDRESS}/graph-store?default' -H 'Accept: text/turtle'",),
    ("GET", "/queries/{name}"): (
        f"curl '{_ADDRESS}/queries/lowest-satisfaction.csv?below=90'",
        f"curl -o budget.xlsx {_ADDRESS}/queries/budget-by-department.xlsx",
    ),
    ("GET", "/id/{kind}/{key}"): (
        f"curl -L -H 'Accept: text/turtle' {_ADDRESS}/id/scheme/classification-2021",
    ),
    ("GET", "/data/{kind}/{name}"): (f"curl {_ADDRESS}/data/scheme/project-natures.jsonld",),
    ("GET", "/def"): (f"curl -H 'Accept: text/turtle' {_ADDRESS}/def",),
    ("GET", "/def.{extension}"): (f"curl {_ADDRESS}/def.jsonld",),
    ("GET", "/def/{name}"): (f"curl {_ADDRESS}/def/units",),
    ("GET", "/catalog"): (f"curl -H 'Accept: application/ld+json' {_ADDRESS}/catalog",),
    ("GET", "/catalog.{extension}"): (f"curl {_ADDRESS}/catalog.ttl",),
    ("GET", "/export"): (f"curl -L {_ADDRESS}/export",),
    ("GET", "/export/"): (f"curl -L {_ADDRESS}/export/",),
    ("GET", "/export/{name}"): (f"curl -O {_ADDRESS}/export/perfkg.nq.gz",),
    ("GET", "/static"): (f"curl {_ADDRESS}/static/style.css",),
}
"""What to try on the ten forms, where the bare address says too little."""
_EXTRA: Final = ("/metrics",)
"""Addresses that answer only where an extra is installed."""
_FRAMEWORK: Final = {
    "/docs": "The same as a page for people: each operation with its parameters.",
    "/openapi.json": "The description of the service in OpenAPI, for programs.",
    "/static": "The style sheet and the icons of the pages.",
}


def page() -> str:
    """Return the page."""
    return render(
        "endpoints",
        "the routes of perfkg.server",
        routes=[_told(method, path, route) for method, path, route in routes()],
        formats=[item for item in FORMATS.values() if item.name != "table"],
        kinds={item.name: sorted(kind.value for kind in item.kinds) for item in FORMATS.values()},
    )


def routes() -> list[tuple[str, str, Any]]:
    """Return method, path and route of everything that the service answers, by path."""
    with TemporaryDirectory() as folder:
        store = EmbeddedStore(Path(folder) / "store", create=True)
        found = list(_flat(create_app(Settings(), store).routes))
        store.close()
    return sorted(found, key=lambda item: item[:2])


def _flat(found: Iterable[Any]) -> Iterator[tuple[str, str, Any]]:
    for route in found:
        # Newer versions of FastAPI keep an included router as one route.
        included = getattr(route, "original_router", None)
        if included is not None:
            yield from _flat(included.routes)
            continue
        for method in sorted((getattr(route, "methods", None) or {"GET"}) - {"HEAD", "OPTIONS"}):
            yield method, route.path, route


def _told(method: str, path: str, route: Any) -> dict[str, Any]:
    endpoint = getattr(route, "endpoint", None)
    about = _FRAMEWORK.get(path) or inspect.getdoc(endpoint) or ""
    is_plain = "{" not in path and method == "GET" and path not in _EXTRA
    plain = f"curl {_ADDRESS}{path}" if is_plain else None
    return {
        "method": method,
        "path": path,
        "summary": getattr(route, "summary", None) or about,
        "about": about,
        "examples": _EXAMPLES.get((method, path)) or ((plain,) if plain else ()),
    }
