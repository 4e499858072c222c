"""`/view/…`: what the views in the words of other communities define themselves."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from perfkg.export.views import structure_of, structures
from perfkg.identity import Identity
from perfkg.server import openapi
from perfkg.server.linked.documents import Document, format_named
from perfkg.server.linked.formats import Rdf, negotiated, turtle_as
from perfkg.server.problems import ServiceProblem
from perfkg.server.service import ServiceOf

router = APIRouter()


@router.get(
    "/view/{name}",
    summary="The structure of a view",
    response_class=Response,
    responses=openapi.documents("The structure.", 404, 406, page=False),
)
def show_structure(request: Request, service: ServiceOf, name: str) -> Response:
    """Give what a view declares: `budget-cube` is the structure of the data cube of the money.

    Turtle, JSON-LD, N-Triples or RDF/XML by the Accept header or with an extension. The view
    itself is a file below `/export/`.
    """
    stem, dot, extension = name.partition(".")
    if stem not in structures():
        known = ", ".join(structures())
        raise ServiceProblem(
            404, f"没有“{name}”；有：{known}", f"there is no '{name}' here; there is {known}"
        )

    def data(form: Rdf) -> bytes:
        # As Turtle too: it has relative IRIs, which are not of this address.
        return turtle_as(structure_of(stem), form, Identity(service.settings.base).base)

    wanted = format_named(extension) if dot else negotiated(request)
    return Document(f"/view/{stem}", data).sent(request, service, wanted)
