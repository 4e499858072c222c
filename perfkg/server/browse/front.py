"""What the home page shows: figures, a search box, the largest projects, the saved queries."""

from __future__ import annotations

from perfkg.server.browse.schema_org import front_node
from perfkg.server.browse.view import View
from perfkg.validation.findings import SEVERITIES

_PROJECTS = 10


def front_page(view: View) -> bytes:
    """Return the home page."""
    directory = view.known
    totals = directory.totals if directory else None
    findings = zip(SEVERITIES, totals.findings, strict=True) if totals else ()
    return view.render(
        "home.html",
        about=front_node(view),
        totals=totals,
        findings=[(item, number) for item, number in findings if number],
        largest=directory.things("projects")[:_PROJECTS] if directory else (),
        themes=view.service.catalogue.by_theme(),
    )
