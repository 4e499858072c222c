"""`/id/…` and `/data/…`: the things of the graph, and documents that describe them."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from perfkg.server import openapi
from perfkg.server.linked.addresses import local, page_of, see_other, thing_at, unknown
from perfkg.server.linked.beside import address_of
from perfkg.server.linked.describing import Description, describe, outline
from perfkg.server.linked.documents import format_named
from perfkg.server.linked.formats import HTML_EXTENSION, RDF_FORMATS, Rdf, negotiated
from perfkg.server.linked.pages import LinkedPages
from perfkg.server.negotiation import HTML
from perfkg.server.problems import Withdrawn
from perfkg.server.responses import send
from perfkg.server.service import Service, ServiceOf, language_of
from perfkg.store.graphs import graph_bytes

router = APIRouter()


@router.get(
    "/id/{kind}/{key}",
    summary="A thing: leads to its page or its data",
    response_class=Response,
    status_code=303,
    responses=openapi.responses(303, 404, 406, 410, 503),
)
def show_thing(request: Request, service: ServiceOf, kind: str, key: str) -> Response:
    """Answer 303 to the page about a thing or, by the Accept header, to its data.

    The path below `/id/` answers for the IRIs below the instance base, whatever host that names.
    An unknown thing is 404, a withdrawn one 410.
    """
    thing = thing_at(request, service.settings.base, kind, key)
    wanted = negotiated(request)
    elsewhere = address_of(request, service, thing, wanted)
    if elsewhere is not None:
        return see_other(request, elsewhere)
    _known(outline(service, thing))
    target = page_of(request, thing) if wanted is None else thing.address(wanted.extension)
    return see_other(request, target)


@router.get(
    "/data/{kind}/{name}",
    summary="The description of a thing",
    response_class=Response,
    responses=openapi.documents("The description.", 303, 404, 406, 410, 503),
)
def show_data(request: Request, service: ServiceOf, kind: str, name: str) -> Response:
    """Describe a thing: what is said of it, what points to it (up to a limit), its sources.

    The name is the key of the thing with `.ttl`, `.jsonld`, `.nt`, `.rdf` or `.html`; without
    an extension the Accept header chooses.
    """
    key, dot, extension = name.partition(".")
    wanted = format_named(extension) if dot else None
    thing = thing_at(request, service.settings.base, kind, key)
    if not dot:
        wanted = negotiated(request)
    elsewhere = address_of(request, service, thing, wanted)
    if elsewhere is not None:
        return see_other(request, elsewhere)
    found = _known(describe(service, thing))
    return _described(request, service, found, wanted)


def _known(found: Description) -> Description:
    """Return the description of a thing if it is there.

    Raises:
        ServiceProblem: 404, the graph says nothing about it.
        Withdrawn: it was there.
    """
    thing = found.thing
    if not found.is_known:
        raise unknown(thing)
    if found.withdrawal is not None:
        raise Withdrawn(thing.iri, *found.withdrawal)
    return found


def _described(
    request: Request, service: Service, found: Description, wanted: Rdf | None
) -> Response:
    headers = {
        "Link": ", ".join(_links(request, found)),
        "Content-Location": local(
            request, found.thing.address(wanted.extension if wanted else HTML_EXTENSION)
        ),
        "Perfkg-Result": _state(found),
    }
    if wanted is None:
        page = LinkedPages(service, language_of(request)).thing(request, found)
        return send(request, page, HTML, found.version, headers)
    body = graph_bytes(found.document(), wanted.name)
    return send(request, body, wanted.media_type, found.version, headers)


def _state(found: Description) -> str:
    rows = len(found.incoming)
    return f"truncated; rows={rows}; limit={rows}" if found.is_cut else f"complete; rows={rows}"


def _links(request: Request, found: Description) -> list[str]:
    thing = found.thing
    here = local(request, thing.address())
    dataset = local(request, "/catalog")
    return [
        f'<{here}>; rel="canonical"',
        f'<{thing.iri}>; rel="http://xmlns.com/foaf/0.1/primaryTopic"',
        f'<{local(request, page_of(request, thing))}>; rel="alternate"; type="text/html"',
        *(
            f'<{local(request, thing.address(item.extension))}>; rel="alternate"; '
            f'type="{item.media_type}"'
            for item in RDF_FORMATS
        ),
        f'<{dataset}>; rel="collection"',
        f'<{local(request, "/.well-known/void")}>; rel="describedby"; type="text/turtle"',
    ]
