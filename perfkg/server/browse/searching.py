"""`/search`: names of projects, indicators and organisations."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Response

from perfkg.server.browse.view import View, ViewOf

router = APIRouter()

_KINDS: Final = ("projects", "indicators", "organizations")
_MOST: Final = 20
"""Names of each kind that are shown; its list shows them all."""


@router.get("/search", summary="Search names", include_in_schema=False)
def search(view: ViewOf) -> Response:
    """Show the projects, indicators, departments and units with `q` in their names."""
    return view.send(lambda: _found(view))


def _found(view: View) -> bytes:
    text = view.text("q")
    found = {kind: view.directory.things(kind, text) for kind in _KINDS} if text else {}
    return view.render("search.html", text=text, found=found, most=_MOST)
