"""`/` and `/health`."""

from __future__ import annotations

from fastapi import APIRouter, Response
from pydantic import BaseModel

from perfkg import __version__
from perfkg.errors import PerfkgError
from perfkg.server import openapi
from perfkg.server.browse.front import front_page
from perfkg.server.browse.view import ViewOf
from perfkg.server.problems import ServiceProblem
from perfkg.server.service import ServiceOf

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
def show_home(view: ViewOf) -> Response:
    """Show the state of the graph, its largest projects, a search and the saved queries."""
    return view.send(lambda: front_page(view))


@router.get("/health", summary="Whether the service is ready", responses=openapi.responses(503))
def show_health(service: ServiceOf) -> Health:
    """Tell the version of the software and of the data; 503 when the store cannot be read."""
    try:
        generation = service.store.generation
        service.store.query("ASK { ?s ?p ?o }")
    except PerfkgError as error:
        raise ServiceProblem(
            503,
            f"库无法读取：{error.text.zh}",
            f"the store cannot be read: {error.text.en}",
            headers={"Retry-After": "10"},
        ) from error
    return Health(
        status="ok",
        version=__version__,
        triples=generation.triples,
        dataset_version=generation.number,
    )
