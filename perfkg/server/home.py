"""`/` and `/health`."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from perfkg import __version__
from perfkg.server.browse.front import front_page
from perfkg.server.browse.view import ViewOf
from perfkg.server.negotiation import HTML
from perfkg.server.responses import send
from perfkg.server.service import LanguageOf, ServiceOf

router = APIRouter()


class Health(BaseModel):
    """The state of the service.

    Attributes:
        status: `ok` when it answers.
        version: of perfkg.
        triples: in the default graph.
        dataset_version: the generation that is served.
    """

    status: str
    version: str
    triples: int
    dataset_version: int


@router.get("/", summary="The home page", include_in_schema=False)
def show_home(request: Request, service: ServiceOf, language: LanguageOf, view: ViewOf) -> Response:
    """Show the state of the graph, its largest projects, a search and the saved queries."""
    version = service.store.generation.number
    page = service.home_page(version, language, lambda: front_page(view))
    return send(request, page, HTML, version, {})


@router.get("/health", summary="Whether the service is ready")
def show_health(service: ServiceOf) -> Health:
    """Tell the version of the software and of the data."""
    generation = service.store.generation
    return Health(
        status="ok",
        version=__version__,
        triples=generation.triples,
        dataset_version=generation.number,
    )
