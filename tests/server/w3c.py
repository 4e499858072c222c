"""The W3C's tests of the SPARQL 1.1 Protocol and Graph Store Protocol, read from its manifests."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rdflib import RDFS, Graph, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

SUITE = Path(os.environ.get("PERFKG_W3C", Path(__file__).parents[2].parent / "shared" / "w3c"))

CNT = Namespace("http://www.w3.org/2011/content#")
HT = Namespace("http://www.w3.org/2011/http#")
MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
UT = Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
STATUS = {"OK": "200", "Created": "201", "NoContent": "204", "NotFound": "404", "BadRequest": "400"}


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and what must come back.

    Attributes:
        statuses: such as `200`, `2xx`.
        boolean: of an ASK query. format: `boolean`, `tabular` or `RDF`.
        turtle: the graph that the body must hold.
        gives_location: whether the Location header is used by a later request.
    """

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    statuses: frozenset[str]
    boolean: bool | None
    format: str | None
    turtle: str | None
    gives_location: bool


@dataclass(frozen=True, slots=True)
class ProtocolTest:
    """One test: graphs to load first, then exchanges in order."""

    name: str
    graphs: tuple[tuple[str, Path], ...]
    exchanges: tuple[Exchange, ...]


def read_manifest(path: Path) -> list[ProtocolTest]:
    """Return the tests of a manifest, none when the suite is not there."""
    if not path.is_file():
        return []
    graph = Graph().parse(path, format="turtle", publicID=path.as_uri())
    (entries,) = graph.objects(None, MF.entries)
    return [_test(graph, test) for test in Collection(graph, entries)]


def _test(graph: Graph, test: Node) -> ProtocolTest:
    loaded = [
        (str(graph.value(data, RDFS.label)), Path(str(graph.value(data, UT.graph))[7:]))
        for data in graph.objects(test, UT.graphData)
    ]
    requests = graph.value(graph.value(test, MF.action), HT.requests)
    exchanges = tuple(_exchange(graph, node) for node in Collection(graph, requests))
    return ProtocolTest(str(test).partition("#")[2], tuple(loaded), exchanges)


def _exchange(graph: Graph, request: Node) -> Exchange:
    response = graph.value(request, HT.resp)
    boolean = graph.value(response, MF.expectedBoolean)
    format_ = graph.value(response, MF.expectedFormat)
    return Exchange(
        method=str(graph.value(request, HT.methodName)),
        path=str(graph.value(request, HT.absolutePath)),
        headers=tuple(_headers(graph, request)),
        body=_body(graph, request) or b"",
        statuses=frozenset(_status(s) for s in graph.objects(response, MF.expectedStatus)),
        boolean=None if boolean is None else bool(boolean.toPython()),
        format=None if format_ is None else str(format_),
        turtle=(_body(graph, response) or b"").decode() or None,
        gives_location=graph.value(response, MF.expectedLocation) is not None,
    )


def _headers(graph: Graph, request: Node) -> Iterator[tuple[str, str]]:
    for headers in graph.objects(request, HT.headers):
        for header in Collection(graph, headers):
            yield str(graph.value(header, HT.fieldName)), str(graph.value(header, HT.fieldValue))


def _body(graph: Graph, message: Node) -> bytes | None:
    content = graph.value(message, HT.body)
    if content is None:
        return None
    encoding = str(graph.value(content, CNT.characterEncoding) or "UTF-8")
    chars = str(graph.value(content, CNT.chars) or "")
    return chars.encode(encoding)


def _status(status: URIRef) -> str:
    name = str(status).partition("#")[2]
    return STATUS.get(name, name.removeprefix("StatusCode"))
