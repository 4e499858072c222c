"""Pages for reading the graph: forms, projects, indicators, organisations, findings, a review.

One module with a router for each kind of page. What lists, searches and counts need of a
generation is gathered once (`gathering`), written to a small database (`filing`) by a process of
its own (`making`, `keeping`), and read from there (`directory`, `board`). What the pages of the
saved queries open with is asked for before anybody comes (`ahead`).
"""

from __future__ import annotations

from fastapi import FastAPI

from perfkg.server.browse.keeping import Kept


def attach(app: FastAPI) -> None:
    """Add the pages to the application."""
    from perfkg.server.browse import (
        findings,
        forms,
        indicators,
        organizations,
        projects,
        review,
        searching,
    )
    from perfkg.server.browse.ahead import Ahead

    app.state.browse = Kept(app.state.service)
    app.state.ahead = Ahead(app.state.service, app.state.browse)
    for module in (forms, projects, indicators, organizations, findings, review, searching):
        app.include_router(module.router)
