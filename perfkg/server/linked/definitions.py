"""`/def`: the ontology and its vocabularies, as pages and as data."""

from __future__ import annotations

from functools import cache
from typing import Final

import pyoxigraph as ox
from fastapi import APIRouter, Request, Response

from perfkg.resources import ontology_folder, shapes_folder
from perfkg.reviewing import rules_for
from perfkg.server import openapi
from perfkg.server.linked.addresses import local
from perfkg.server.linked.definition_pages import DefinitionPages
from perfkg.server.linked.formats import (
    JSONLD,
    NT,
    RDF_FORMATS,
    RDFXML,
    TURTLE,
    Rdf,
    negotiated,
    with_extension,
)
from perfkg.server.linked.ontology import load_ontology
from perfkg.server.linked.vocabularies import SCHEMES
from perfkg.server.negotiation import HTML
from perfkg.server.problems import ServiceProblem
from perfkg.server.responses import send
from perfkg.server.service import LanguageOf, Service, ServiceOf, language_of
from perfkg.store.graphs import graph_bytes

router = APIRouter()
_FORMATS: Final = (TURTLE, JSONLD, RDFXML, NT)


@router.get(
    "/def",
    summary="The ontology: documentation or data",
    response_class=Response,
    responses=openapi.documents("The ontology.", 406),
)
def show_ontology(request: Request, service: ServiceOf) -> Response:
    """Give the documentation of the ontology, or its statements, by the Accept header.

    The page has a section for each term (`/def#supervisingDepartment`), in Chinese and English
    side by side.
    """
    return _ontology(request, service, negotiated(request, _FORMATS))


@router.get(
    "/def.{extension}",
    summary="The ontology in one format",
    response_class=Response,
    responses=openapi.documents("The ontology.", 404),
)
def show_ontology_as(request: Request, service: ServiceOf, extension: str) -> Response:
    """Give the ontology as `.ttl`, `.jsonld`, `.rdf` or `.nt`, or its page as `.html`."""
    wanted = with_extension(extension)
    if wanted is None and extension != "html":
        raise ServiceProblem(
            404,
            f"没有“.{extension}”这种格式；可用：.ttl, .jsonld, .rdf, .nt, .html",
            f"there is no format '.{extension}'; use .ttl, .jsonld, .rdf, .nt, .html",
        )
    return _ontology(request, service, wanted)


def _ontology(request: Request, service: Service, wanted: Rdf | None) -> Response:
    extension = wanted.extension if wanted else "html"
    headers = {
        "Content-Location": local(request, f"/def.{extension}"),
        "Link": ", ".join(_links(request)),
    }
    version = service.store.generation.number
    if wanted is None:
        page = DefinitionPages(service, language_of(request)).ontology(request)
        return send(request, page, HTML, version, headers)
    return send(request, _ontology_as(wanted), wanted.media_type, version, headers)


def _links(request: Request) -> list[str]:
    version = load_ontology().version
    return [
        f'<{local(request, "/def")}>; rel="canonical"',
        f'<{local(request, f"/def/{version}")}>; rel="latest-version"',
        *(
            f'<{local(request, f"/def.{item.extension}")}>; rel="alternate"; '
            f'type="{item.media_type}"'
            for item in RDF_FORMATS
        ),
    ]


@cache
def _ontology_as(wanted: Rdf) -> bytes:
    path = ontology_folder() / "perfkg.ttl"
    if wanted == TURTLE:
        return path.read_bytes()  # with its comments
    triples = (quad.triple for quad in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE))
    return graph_bytes(triples, wanted.name)


@router.get(
    "/context.jsonld",
    summary="The JSON-LD context",
    response_class=Response,
    responses=openapi.one_document("The context.", JSONLD.media_type),
)
def show_context(request: Request, service: ServiceOf) -> Response:
    """Give the context with which the JSON that perfkg publishes is linked data."""
    body = (ontology_folder() / "context.jsonld").read_bytes()
    headers = {"Access-Control-Allow-Origin": "*"}
    return send(request, body, JSONLD.media_type, service.store.generation.number, headers)


@router.get(
    "/shapes.ttl",
    summary="The SHACL shapes",
    response_class=Response,
    responses=openapi.one_document("The shapes.", TURTLE.media_type),
)
def show_shapes(request: Request, service: ServiceOf) -> Response:
    """Give the built-in shapes: what a well-formed graph is, and what a reviewer asks."""
    version = service.store.generation.number
    return send(request, shapes_turtle(), TURTLE.media_type, version, {})


@cache
def shapes_turtle() -> bytes:
    """Return the shapes of all files, with their comments, as one document."""
    texts = [file.read_text(encoding="utf-8") for file in sorted(shapes_folder().glob("*.ttl"))]
    return "\n".join(texts).encode()


@router.get(
    "/def/rules",
    summary="The review rules",
    response_class=Response,
    responses=openapi.one_document("The page.", HTML),
)
def show_rules(request: Request, service: ServiceOf, language: LanguageOf) -> Response:
    """Show each rule: what it asks, how grave a breach is, which criterion and source it has."""
    rules = rules_for(service.settings).rules.values()
    page = DefinitionPages(service, language).rules(request, list(rules))
    return send(request, page, HTML, service.store.generation.number, {})


@router.get(
    "/def/{name}",
    summary="A vocabulary, or a version of the ontology",
    response_class=Response,
    responses=openapi.documents("The vocabulary or ontology.", 404, 406),
)
def show_vocabulary(
    request: Request, service: ServiceOf, language: LanguageOf, name: str
) -> Response:
    """Show `units`, `classification` or `codes`; a version number gives that of the ontology."""
    ontology = load_ontology()
    if name == ontology.version:
        return _ontology(request, service, negotiated(request, _FORMATS))
    if name not in SCHEMES:
        known = ", ".join([*SCHEMES, "rules", ontology.version])
        raise ServiceProblem(
            404,
            f"没有“{name}”；此处有：{known}。早先的版本见源码库的标签。",
            f"there is no '{name}' here; there are {known}. Earlier versions are tags of the "
            "source repository.",
        )
    page = DefinitionPages(service, language).vocabulary(request, name)
    return send(request, page, HTML, service.store.generation.number, {})
