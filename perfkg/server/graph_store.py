"""`/graph-store`: the SPARQL 1.1 Graph Store HTTP Protocol, by `?default` and `?graph=`."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import HTTP
from functools import partial
from http import HTTPStatus
from io import BytesIO

import pyoxigraph as ox
from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from perfkg.server import openapi
from perfkg.server.bodies import check_charset, in_address, media_type_of, read_body
from perfkg.server.negotiation import best_type
from perfkg.server.problems import ServiceProblem
from perfkg.server.responses import send
from perfkg.server.service import Service, ServiceOf
from perfkg.server.writing import require_token, transaction, write
from perfkg.settings import Settings
from perfkg.store.base import Format

router = APIRouter()

_LONGER = 10
"""How many times as long as a query a graph may take to be sent."""
_MULTIPART = "multipart/form-data"
_WRITTEN: dict[str, Format] = {
    "text/turtle": "turtle",
    "application/n-triples": "nt",
    "application/rdf+xml": "rdfxml",
    "application/ld+json": "jsonld",
}
"""The media types that a graph can be got in, the default first."""


@dataclass(frozen=True, slots=True)
class _Graph:
    """The graph that a request names: its IRI, None for the default graph."""

    iri: str | None


@router.get(
    "/graph-store",
    summary="The triples of a graph",
    response_class=Response,
    responses=openapi.GRAPH_RESPONSES,
    openapi_extra=openapi.NAMED_GRAPH,
)
async def get_graph(request: Request, service: ServiceOf) -> Response:
    """Return the graph that `?default` or `?graph=` names, in the format of the Accept header."""
    graph = _required(request)
    return await run_in_threadpool(_get, request, service, graph)


@router.put(
    "/graph-store",
    summary="Replace a graph (with the token)",
    response_class=Response,
    status_code=204,
    responses=openapi.WRITE_RESPONSES,
    openapi_extra=openapi.SENT_GRAPH,
)
async def put_graph(request: Request, service: ServiceOf) -> Response:
    """Make the graph hold exactly what is sent; 201 when it is new.

    Of the default graph, the vocabularies come back with the next write.
    """
    require_token(request, service)
    graph = _required(request)
    triples = await _sent(request, service.settings)
    return await write(service, partial(_put, service, graph, triples))


@router.post(
    "/graph-store",
    summary="Add to a graph, or make a new one (with the token)",
    response_class=Response,
    status_code=204,
    responses=openapi.WRITE_RESPONSES,
    openapi_extra=openapi.SENT_GRAPH,
)
async def post_graph(request: Request, service: ServiceOf) -> Response:
    """Add what is sent to the graph; without a name make a new graph and say its IRI."""
    require_token(request, service)
    graph = _named(request)
    triples = await _sent(request, service.settings)
    return await write(service, partial(_post, service, graph, triples))


@router.delete(
    "/graph-store",
    summary="Remove a graph (with the token)",
    response_class=Response,
    status_code=204,
    responses=openapi.WRITE_RESPONSES,
    openapi_extra=openapi.DROPPED_GRAPH,
)
async def delete_graph(request: Request, service: ServiceOf) -> Response:
    """Remove the graph, or empty the default graph."""
    require_token(request, service)
    graph = _required(request)
    return await write(service, partial(_delete, service, graph))


# -- which graph -------------------------------------------------------------------------------


def _named(request: Request) -> _Graph | None:
    """Return the graph that the address names, or None where it names none.

    Raises:
        ServiceProblem: 400, it names several, or its name is no absolute IRI.
    """
    parameters = in_address(request)
    defaults = [value for name, value in parameters if name == "default"]
    graphs = [value for name, value in parameters if name == "graph"]
    if len(defaults) + len(graphs) > 1:
        raise ServiceProblem(
            400,
            "只能指定一个图：?default 或 ?graph=IRI",
            "name one graph: ?default or ?graph=IRI",
        )
    for iri in graphs:
        try:
            ox.NamedNode(iri)
        except ValueError as error:
            raise ServiceProblem(
                400,
                f"参数 graph 不是完整的 IRI：{iri}",
                f"the parameter 'graph' is no absolute IRI: {iri}",
            ) from error
    if not defaults and not graphs:
        return None
    return _Graph(graphs[0] if graphs else None)


def _required(request: Request) -> _Graph:
    graph = _named(request)
    if graph is None:
        raise ServiceProblem(
            400,
            "请指定图：?default 或 ?graph=IRI",
            "name a graph: ?default or ?graph=IRI",
        )
    return graph


# -- what is sent ------------------------------------------------------------------------------


async def _sent(request: Request, settings: Settings) -> list[ox.Triple]:
    """Return the triples of the body: one document, or several as multipart/form-data."""
    check_charset(request.headers.get("content-type", ""))
    _check_type(request)
    most = int(settings.max_upload * 1_000_000)
    content = await read_body(request, most, settings.body_timeout * _LONGER)
    return await run_in_threadpool(_read, request, content)


def _check_type(request: Request) -> None:
    """Refuse a wrong type before its content is waited for."""
    if media_type_of(request) != _MULTIPART:
        _format_of(media_type_of(request))


def _read(request: Request, content: bytes) -> list[ox.Triple]:
    if media_type_of(request) != _MULTIPART:
        return _parsed(content, media_type_of(request))
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
    parts = list(message_from_bytes(head + content, policy=HTTP).iter_parts())
    if not parts:
        raise ServiceProblem(
            400,
            "multipart 请求中没有任何部分",
            "the multipart request holds no part",
        )
    found: list[ox.Triple] = []
    for part in parts:
        payload = part.get_payload(decode=True)
        body = payload if isinstance(payload, bytes) else b""
        check_charset(str(part.get("content-type", "")))
        found += _parsed(body, part.get_content_type())
    return found


def _parsed(content: bytes, media_type: str) -> list[ox.Triple]:
    """Return the triples of one document."""
    return list(_triples(content, _format_of(media_type)))


def _format_of(media_type: str) -> ox.RdfFormat:
    """Return the format of a media type.

    Raises:
        ServiceProblem: 415, it is unknown or holds several graphs.
    """
    target = ox.RdfFormat.from_media_type(media_type) if media_type in _WRITTEN else None
    if target is None:
        known = ", ".join(_WRITTEN)
        raise ServiceProblem(
            415,
            f"不支持的内容类型“{media_type}”；可用：{known}",
            f"the content type '{media_type}' is not supported; use {known}",
        )
    return target


def _triples(content: bytes, target: ox.RdfFormat) -> Iterator[ox.Triple]:
    try:
        # Blank nodes of two documents are never the same.
        for quad in ox.parse(content, format=target, rename_blank_nodes=True):
            if not isinstance(quad.graph_name, ox.DefaultGraph):
                raise ServiceProblem(
                    400,
                    f"内容含有命名图 {quad.graph_name}；这里只能放一个图的三元组",
                    f"the content holds the named graph {quad.graph_name}; only the triples of "
                    "one graph fit here",
                )
            yield quad.triple
    except SyntaxError as error:
        raise ServiceProblem(
            400, f"内容不合语法：{error}", f"the content is malformed: {error}"
        ) from error


# -- what is done ------------------------------------------------------------------------------


def _get(request: Request, service: Service, graph: _Graph) -> Response:
    chosen = best_type(request, tuple(_WRITTEN))
    if chosen is None:
        types = ", ".join(_WRITTEN)
        raise ServiceProblem(
            406, f"没有所要的格式；可用：{types}", f"none of the media types asked for; use {types}"
        )
    version = service.store.generation.number
    out = BytesIO()
    service.store.dump_graph(out, _WRITTEN[chosen], graph.iri)
    return send(request, out.getvalue(), chosen, version, {})


def _put(service: Service, graph: _Graph, triples: list[ox.Triple]) -> Response:
    with transaction(service) as writer:
        existed = writer.put_graph(graph.iri, triples)
    return Response(status_code=HTTPStatus.NO_CONTENT if existed else HTTPStatus.CREATED)


def _post(service: Service, graph: _Graph | None, triples: list[ox.Triple]) -> Response:
    if graph is not None:
        with transaction(service) as writer:
            existed = writer.add_to_graph(graph.iri, triples)
        return Response(status_code=HTTPStatus.NO_CONTENT if existed else HTTPStatus.CREATED)
    with transaction(service) as writer:
        iri = _new_name(service, triples)
        writer.put_graph(iri, triples)
    return Response(status_code=HTTPStatus.CREATED, headers={"Location": iri})


def _new_name(service: Service, triples: list[ox.Triple]) -> str:
    """Return the IRI of a graph to be made: the same content posted twice makes two."""
    content = "\n".join(sorted(map(str, triples))).encode()
    number = str(service.store.generation.number)
    return service.settings.identity.iri("graph", number, hashlib.sha256(content).hexdigest())


def _delete(service: Service, graph: _Graph) -> Response:
    with transaction(service) as writer:
        writer.drop_graph(graph.iri)
    return Response(status_code=HTTPStatus.NO_CONTENT)
