"""What the SPARQL editor in a browser asks for: terms to complete, saved queries as examples."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from perfkg.errors import ParameterError, PerfkgError
from perfkg.messages import Language
from perfkg.namespaces import PREFIXES
from perfkg.queries import SavedQuery, prepare, resolve_arguments
from perfkg.server.problems import document_of
from perfkg.server.responses import send
from perfkg.server.service import LanguageOf, Service, ServiceOf
from perfkg.server.terms import terms_json
from perfkg.server.texts import EDITOR, YASGUI

router = APIRouter()

_JSON: Final = "application/json"
_BUNDLE: Final = Path(__file__).with_name("static") / "bundle"


@router.get("/sparql/terms.json", summary="The terms of our ontology and vocabularies")
def list_terms(request: Request, service: ServiceOf) -> Response:
    """Give classes, properties and concepts with their labels, for completion in an editor."""
    return send(request, terms_json(), _JSON, service.store.generation.number, {})


@router.get("/sparql/examples.json", summary="The saved queries as SPARQL, by theme")
async def list_examples(request: Request, service: ServiceOf, language: LanguageOf) -> Response:
    """Give each saved query with its default values filled in, for an editor."""
    version = service.store.generation.number
    groups = await run_in_threadpool(_groups, service, language)
    body = json.dumps({"groups": groups}, ensure_ascii=False).encode()
    return send(request, body, _JSON, version, {})


@cache
def is_built() -> bool:
    """Whether the scripts of the editor were built into this installation."""
    return (_BUNDLE / "editor.js").is_file()


def configuration(
    language: Language, text: str | None, example: str, problem: PerfkgError | None
) -> Mapping[str, Any]:
    """Return what the editor's script is told by the page.

    Args:
        text: the query that the address holds; None: there is none.
        example: what a new tab begins with.
        problem: why that query was not answered; None: it was, or there was none.
    """
    return {
        "language": language,
        # Relative to the page, so that they hold behind a proxy with a prefix too.
        "endpoint": "sparql",
        "terms": "sparql/terms.json",
        "examples": "sparql/examples.json",
        "prefixes": PREFIXES,
        "query": text,
        "example": example,
        "problem": None if problem is None else document_of(problem),
        "words": {key: words.into(language) for key, words in EDITOR.items()},
        "translations": YASGUI if language == "zh" else {},
    }


def _groups(service: Service, language: Language) -> list[dict[str, Any]]:
    return [
        {
            "label": theme.into(language),
            "examples": [_example(service, query, language) for query in queries],
        }
        for theme, queries in service.catalogue.by_theme()
    ]


def _example(service: Service, query: SavedQuery, language: Language) -> dict[str, Any]:
    chart = query.chart
    return {
        "name": query.name,
        "title": query.title.into(language),
        "description": query.description.into(language),
        "query": without_head(_with_defaults(service, query)),
        "chart": None if chart is None else {"kind": chart.kind, "x": chart.x, "y": chart.y},
        "headings": _headings(query, language),
    }


def _with_defaults(service: Service, query: SavedQuery) -> str:
    """Return the text with the default values filled in; as it is written where one is missing."""
    try:
        return prepare(query, resolve_arguments(service.store, query, {}))
    except ParameterError:
        return query.text


def _headings(query: SavedQuery, language: Language) -> dict[str, str]:
    """Return what the columns are called; a name goes by the heading of what it names."""
    said = {name: text.into(language) for name, text in query.columns.items()}
    return said | {f"{name}Label": text for name, text in said.items()}


def without_head(text: str) -> str:
    """Leave out the head of a saved query, which is for the catalogue."""
    lines = text.splitlines()
    start = next((i for i, line in enumerate(lines) if not line.startswith("#+")), 0)
    return "\n".join(lines[start:]).strip() + "\n"
