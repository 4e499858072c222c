"""The service against the W3C's own tests of its protocols."""

from __future__ import annotations

import http.client
from urllib.parse import quote

import httpx
import pytest
from rdflib import Graph
from rdflib.compare import isomorphic

from .conftest import Serve
from .w3c import SUITE, Exchange, ProtocolTest, read_manifest

PROTOCOL = read_manifest(SUITE / "protocol" / "manifest.ttl")
GRAPH_STORE = read_manifest(SUITE / "graph-store-protocol" / "manifest-indirect.ttl")
TYPES = {
    "boolean": {"application/sparql-results+json", "application/sparql-results+xml"},
    "tabular": {
        "application/sparql-results+json",
        "application/sparql-results+xml",
        "text/csv",
        "text/tab-separated-values",
    },
    "RDF": {"text/turtle", "application/rdf+xml", "application/n-triples", "application/ld+json"},
}
TOKEN = {"Authorization": "Bearer t0ken"}

pytestmark = pytest.mark.skipif(
    not SUITE.is_dir(),
    reason=f"the W3C's test suites are not at {SUITE} (PERFKG_W3C names another)",
)


@pytest.fixture(scope="module")
def service(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> httpx.Client:
    folder = tmp_path_factory.mktemp("w3c") / "store"
    return serve(folder, token=TOKEN["Authorization"].partition(" ")[2])


@pytest.fixture
def writable(service: httpx.Client) -> httpx.Client:
    headers = {"Content-Type": "application/sparql-update", **TOKEN}
    assert service.post("/sparql", content=b"DROP NAMED", headers=headers).status_code == 204
    return service


def test_the_suites_are_whole() -> None:
    assert (len(PROTOCOL), len(GRAPH_STORE)) == (34, 9)


@pytest.mark.parametrize("test", [*PROTOCOL, *GRAPH_STORE], ids=lambda test: test.name)
def test_the_w3c_test_passes(writable: httpx.Client, test: ProtocolTest) -> None:
    for iri, file in test.graphs:
        headers = {"Content-Type": "application/n-triples", **TOKEN}
        answer = writable.put(
            f"/graph-store?graph={quote(iri, safe='')}", content=file.read_bytes(), headers=headers
        )
        assert answer.status_code == 201, answer.text
    location = ""
    for exchange in test.exchanges:
        status, headers, body = _send(writable, exchange, location)
        _check(exchange, status, headers.get("content-type", ""), body)
        location = headers.get("location", location)


def _send(
    client: httpx.Client, exchange: Exchange, location: str
) -> tuple[int, dict[str, str], bytes]:
    """Send the request as it is written: a client library would mend some of what is tested."""
    path = exchange.path.replace("$LOCATION$", location)
    path = path.replace("/sparql/", "/sparql", 1).replace("/gsp", "/graph-store", 1)
    connection = http.client.HTTPConnection(client.base_url.host, client.base_url.port or 80)
    try:
        connection.putrequest(exchange.method, path, skip_accept_encoding=True)
        for name, value in (*exchange.headers, *TOKEN.items()):
            connection.putheader(name, value)
        connection.putheader("Content-Length", str(len(exchange.body)))
        connection.endheaders(exchange.body)
        answer = connection.getresponse()
        found = {name.lower(): value for name, value in answer.getheaders()}
        return answer.status, found, answer.read()
    finally:
        connection.close()


def _check(exchange: Exchange, status: int, content_type: str, body: bytes) -> None:
    family = f"{status // 100}xx"
    assert {str(status), family} & exchange.statuses, (status, body)
    media_type = content_type.partition(";")[0]
    if exchange.format is not None:
        assert media_type in TYPES[exchange.format]
    if exchange.boolean is not None:
        assert httpx.Response(200, content=body).json()["boolean"] is exchange.boolean
    if exchange.turtle is not None:
        assert media_type == "text/turtle"
        expected = Graph().parse(data=exchange.turtle, format="turtle")
        assert isomorphic(Graph().parse(data=body, format="turtle"), expected)
