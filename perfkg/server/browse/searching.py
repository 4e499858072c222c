"""`/search`: names of projects, indicators and organisations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from fastapi import APIRouter, Response

from perfkg.server.browse.directory import holds, wanted
from perfkg.server.browse.view import View, ViewOf

router = APIRouter()

_MOST: Final = 20
"""Names of each kind that are shown; its list shows them all."""


@router.get("/search", summary="Search names", include_in_schema=False)
def search(view: ViewOf) -> Response:
    """Show the projects, indicators, departments and units with `q` in their names."""
    return view.send(lambda: _found(view))


def _found(view: View) -> bytes:
    directory = view.directory
    text = view.text("q")
    kinds = (
        ("projects", directory.projects),
        ("indicators", directory.indicators),
        ("organizations", directory.organizations),
    )
    found = {kind: list(named(view, things, text)) for kind, things in kinds} if text else {}
    return view.render("search.html", text=text, found=found, most=_MOST)


def named(view: View, iris: Iterable[str], text: str) -> Iterator[str]:
    """Yield the things with `text` in their names, in the order given; all for no text."""
    looked_for = wanted(text)
    for iri in iris:
        if not looked_for or holds(view.directory.name(iri), looked_for):
            yield iri
