"""`/search`: names of projects, indicators and organisations; saved queries."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Response

from perfkg.queries import SavedQuery
from perfkg.server.browse.filing import wanted
from perfkg.server.browse.view import View, ViewOf

router = APIRouter()

_KINDS: Final = ("projects", "indicators", "organizations")
_MOST: Final = 20
"""Names of each kind that are shown; its list shows them all."""


@router.get("/search", summary="Search names", include_in_schema=False)
def search(view: ViewOf) -> Response:
    """Show the projects, indicators, departments and units with `q` in their names, and the saved
    queries that speak of it.
    """
    return view.send(lambda: _found(view))


def _found(view: View) -> bytes:
    text = view.text("q")
    found = {kind: view.directory.things(kind, text) for kind in _KINDS} if text else {}
    queries = [query for query in view.service.catalogue if text and _speaks_of(query, text)]
    return view.render("search.html", text=text, found=found, queries=queries, most=_MOST)


def _speaks_of(query: SavedQuery, text: str) -> bool:
    said = (query.title.zh, query.title.en, query.description.zh, query.description.en)
    return wanted(text) in wanted("\n".join(said))
