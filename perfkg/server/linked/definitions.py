"""`/def`: the ontology and its vocabularies, as pages and as data; and the JSON-LD context."""

from __future__ import annotations

from functools import cache
from typing import Final

from fastapi import APIRouter, Request, Response

from perfkg.resources import ontology_folder
from perfkg.server import openapi
from perfkg.server.linked.addresses import local
from perfkg.server.linked.definition_pages import DefinitionPages
from perfkg.server.linked.documents import Document, format_named
from perfkg.server.linked.formats import (
    JSONLD,
    NT,
    RDFXML,
    TURTLE,
    Rdf,
    negotiated,
    turtle_as,
)
from perfkg.server.linked.ontology import load_ontology
from perfkg.server.linked.vocabularies import FILES, SCHEMES
from perfkg.server.problems import ServiceProblem
from perfkg.server.responses import send
from perfkg.server.service import Service, ServiceOf, language_of

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
    return _ontology(request, service, format_named(extension))


def _ontology(request: Request, service: Service, wanted: Rdf | None) -> Response:
    def page() -> bytes:
        return DefinitionPages(service, language_of(request)).ontology(request)

    def data(form: Rdf) -> bytes:
        return _file_as("perfkg.ttl", form)

    latest = local(request, f"/def/{load_ontology().version}")
    link = f'<{latest}>; rel="latest-version"'
    return Document("/def", data, page).sent(request, service, wanted, link)


@cache
def _file_as(name: str, wanted: Rdf) -> bytes:
    """Return a file of the ontology folder in a format: Turtle as it is, with its comments."""
    path = ontology_folder() / name
    return path.read_bytes() if wanted == TURTLE else turtle_as(path.read_bytes(), wanted)


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
    "/def/{name}",
    summary="A vocabulary, or a version of the ontology",
    response_class=Response,
    responses=openapi.documents("The vocabulary or ontology.", 404, 406),
)
def show_vocabulary(request: Request, service: ServiceOf, name: str) -> Response:
    """Give `units`, `classification` or `codes`; a version number gives that of the ontology.

    As a page or as data by the Accept header, or with `.ttl`, `.jsonld`, `.rdf`, `.nt` or `.html`.
    """
    ontology = load_ontology()
    if name == ontology.version:
        return _ontology(request, service, negotiated(request, _FORMATS))
    stem, dot, extension = name.partition(".")
    if stem not in SCHEMES:
        known = ", ".join([*SCHEMES, "rules", ontology.version])
        raise ServiceProblem(
            404,
            f"没有“{name}”；此处有：{known}。早先的版本见源码库的标签。",
            f"there is no '{name}' here; there are {known}. Earlier versions are tags of the "
            "source repository.",
        )

    def page() -> bytes:
        return DefinitionPages(service, language_of(request)).vocabulary(request, stem)

    def data(form: Rdf) -> bytes:
        return _file_as(FILES[stem], form)

    wanted = format_named(extension) if dot else negotiated(request, _FORMATS)
    return Document(f"/def/{stem}", data, page).sent(request, service, wanted)
