"""`/shapes` and `/def/rules`: the SHACL shapes as data, the review rules among them as a page."""

from __future__ import annotations

from functools import cache

from fastapi import APIRouter, Request, Response

from perfkg.resources import shapes_folder
from perfkg.reviewing import rules_for
from perfkg.server import openapi
from perfkg.server.linked.definition_pages import DefinitionPages
from perfkg.server.linked.documents import Document, format_named
from perfkg.server.linked.formats import TURTLE, Rdf, negotiated, turtle_as
from perfkg.server.service import Service, ServiceOf, language_of

router = APIRouter()


@router.get(
    "/shapes",
    summary="The SHACL shapes: data, or the page of the rules",
    response_class=Response,
    responses=openapi.documents("The shapes.", 406),
)
def show_shapes(request: Request, service: ServiceOf) -> Response:
    """Give the built-in shapes: what a well-formed graph is, and what a reviewer asks.

    By the Accept header; a browser gets the page of the review rules, with a row for each
    (`/shapes#rate-unit`).
    """
    return _shapes(request, service, negotiated(request))


@router.get(
    "/shapes.{extension}",
    summary="The SHACL shapes in one format",
    response_class=Response,
    responses=openapi.documents("The shapes.", 404),
)
def show_shapes_as(request: Request, service: ServiceOf, extension: str) -> Response:
    """Give the shapes as `.ttl`, `.jsonld`, `.rdf` or `.nt`, the page of the rules as `.html`."""
    return _shapes(request, service, format_named(extension))


@router.get(
    "/def/rules",
    summary="The review rules",
    response_class=Response,
    responses=openapi.documents("The rules.", 406),
)
def show_rules(request: Request, service: ServiceOf) -> Response:
    """Show each rule: what it asks, how grave a breach is, which criterion and source it has.

    Another media type than HTML gives the shapes.
    """
    return _shapes(request, service, negotiated(request))


@router.get(
    "/def/rules.{extension}",
    summary="The review rules in one format",
    response_class=Response,
    responses=openapi.documents("The rules.", 404),
)
def show_rules_as(request: Request, service: ServiceOf, extension: str) -> Response:
    """Give the same as `/shapes` with that extension."""
    return _shapes(request, service, format_named(extension))


def _shapes(request: Request, service: Service, wanted: Rdf | None) -> Response:
    def page() -> bytes:
        rules = rules_for(service.settings).rules.values()
        return DefinitionPages(service, language_of(request)).rules(request, list(rules))

    return Document("/shapes", shapes_as, page).sent(request, service, wanted)


@cache
def shapes_as(wanted: Rdf) -> bytes:
    """Return the shapes of all files as one document; as Turtle, with their comments."""
    texts = [file.read_text(encoding="utf-8") for file in sorted(shapes_folder().glob("*.ttl"))]
    together = "\n".join(texts).encode()
    return together if wanted == TURTLE else turtle_as(together, wanted)
