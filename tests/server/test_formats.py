"""What each client gets: the formats, by name and by Accept, smaller and from other pages."""

from __future__ import annotations

import csv
import gzip
import io
import subprocess
import urllib.request
from collections.abc import Iterator
from urllib.parse import urlencode

import httpx
import pyoxigraph as ox
import pytest
from helpers import run_apart
from rdflib import Graph
from rdflib.plugins.stores.sparqlstore import SPARQLStore

from perfkg.server.compression import Compression, accepted_encodings, find_zstd

PK = "PREFIX pk: <https://w3id.org/perfkg/def#> "
PROJECTS = PK + "SELECT ?p WHERE { ?p a pk:Project }"
ASK = PK + "ASK { ?p a pk:Project }"
CONSTRUCT = PK + "CONSTRUCT { ?p a pk:Project } WHERE { ?p a pk:Project }"
DESCRIBE = PK + "DESCRIBE ?p WHERE { ?p a pk:Project }"
LONG = "SELECT * WHERE { ?s ?p ?o } LIMIT 500"
JSON = "application/sparql-results+json"
XML = "application/sparql-results+xml"
QUADS = ("application/n-quads", "application/trig")


def _type(answer: httpx.Response) -> str:
    assert answer.status_code == 200, answer.text
    return answer.headers["content-type"].partition(";")[0]


@pytest.mark.parametrize("media_type", QUADS)
@pytest.mark.parametrize("query", [CONSTRUCT, DESCRIBE])
def test_a_graph_comes_as_n_quads_and_trig_with_the_same_triples(
    client: httpx.Client, query: str, media_type: str
) -> None:
    def triples(wanted: str) -> set[ox.Triple]:
        found = client.get("/sparql", params={"query": query}, headers={"Accept": wanted})
        assert _type(found) == wanted
        return {
            quad.triple for quad in ox.parse(found.content, ox.RdfFormat.from_media_type(wanted))
        }

    assert triples(media_type) == triples("application/n-triples") != set()


@pytest.mark.parametrize(
    ("query", "name", "media_type"),
    [
        (PROJECTS, "json", JSON),
        (PROJECTS, "srj", JSON),
        (PROJECTS, "application/json", JSON),
        (PROJECTS, "application/sparql-results+json", JSON),
        (PROJECTS, "xml", XML),
        (PROJECTS, "CSV", "text/csv"),
        (PROJECTS, "text/csv", "text/csv"),
        (PROJECTS, "tsv", "text/tab-separated-values"),
        (PROJECTS, "html", "text/html"),
        (ASK, "json", JSON),
        (ASK, "xml", XML),
        (CONSTRUCT, "turtle", "text/turtle"),
        (CONSTRUCT, "ttl", "text/turtle"),
        (CONSTRUCT, "n3", "text/turtle"),
        (CONSTRUCT, "nt", "application/n-triples"),
        (CONSTRUCT, "nq", "application/n-quads"),
        (CONSTRUCT, "trig", "application/trig"),
        (CONSTRUCT, "json-ld", "application/ld+json"),
        (CONSTRUCT, "json", "application/ld+json"),
        (CONSTRUCT, "rdf+xml", "application/rdf+xml"),
        (CONSTRUCT, "xml", "application/rdf+xml"),
        (CONSTRUCT, "html", "text/html"),
    ],
)
def test_a_person_names_the_format_and_it_goes_before_accept(
    client: httpx.Client, query: str, name: str, media_type: str
) -> None:
    for accept in ("*/*", "image/png", "text/html,*/*;q=0.8"):
        parameters = {"query": query, "format": name}
        headers = {"Accept": accept}
        assert _type(client.get("/sparql", params=parameters, headers=headers)) == media_type
    assert _type(client.post("/sparql", data={"query": query, "format": name})) == media_type
    # A plus sign that nobody escaped means itself.
    assert _type(client.get(f"/sparql?{urlencode({'query': query})}&format={name}")) == media_type


@pytest.mark.parametrize(
    ("query", "name", "status", "says"),
    [
        (PROJECTS, "excel", 400, "json, xml, csv, tsv, html"),
        (CONSTRUCT, "excel", 400, "turtle, nt, nq, trig, jsonld, rdfxml, html"),
        (PROJECTS, "turtle", 406, "text/csv"),
        (ASK, "csv", 406, JSON),
        (CONSTRUCT, "csv", 406, "text/turtle"),
    ],
)
def test_a_format_that_cannot_be_is_refused_and_told_what_there_is(
    client: httpx.Client, query: str, name: str, status: int, says: str
) -> None:
    answer = client.get("/sparql", params={"query": query, "format": name})
    assert answer.status_code == status
    assert says in answer.json()["detail"]


def test_a_format_given_twice_is_400_and_an_empty_one_counts_as_none(client: httpx.Client) -> None:
    twice = [("query", PROJECTS), ("format", "csv"), ("format", "json")]
    assert client.get("/sparql", params=twice).status_code == 400
    assert _type(client.get("/sparql", params={"query": PROJECTS, "format": ""})) == JSON


JENA_ROWS = (
    f"{JSON}, {XML};q=0.9, text/tab-separated-values;q=0.7, text/csv;q=0.5, "
    "application/json;q=0.2, application/xml;q=0.2, */*;q=0.1"
)
JENA_GRAPH = (
    "text/turtle,application/n-triples;q=0.9,application/ld+json;q=0.8,application/rdf+xml;q=0.7,"
    "*/*;q=0.3"
)
RDF4J_ROWS = (
    f"application/x-binary-rdf-results-table, {JSON};q=0.8, application/json;q=0.8, {XML};q=0.8, "
    "application/xml;q=0.8, text/csv;q=0.8, text/tab-separated-values;q=0.8"
)
RDF4J_TRUTH = f"text/boolean, {JSON};q=0.8, application/json;q=0.8, {XML};q=0.8"
RDF4J_GRAPH = (
    "application/x-binary-rdf, text/turtle;q=0.8, application/x-turtle;q=0.8, "
    "application/rdf+xml;q=0.8, application/xml;q=0.8, text/plain;q=0.8, application/trig;q=0.8"
)
WRAPPER_JSON = f"{JSON},application/json,text/javascript,application/javascript"
WRAPPER_N3 = (
    "application/turtle,text/turtle,text/rdf+n3,application/n-triples,application/n3,text/n3"
)
FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"


@pytest.mark.parametrize(
    ("query", "accept", "media_type"),
    [
        pytest.param(PROJECTS, "*/*", JSON, id="curl"),
        pytest.param(PROJECTS, WRAPPER_JSON, JSON, id="SPARQLWrapper-json"),
        pytest.param(CONSTRUCT, WRAPPER_N3, "text/turtle", id="SPARQLWrapper-n3"),
        pytest.param(CONSTRUCT, "application/ld+json,application/x-json+ld", "application/ld+json",
                     id="SPARQLWrapper-json-ld"),
        pytest.param(PROJECTS, f"{XML}, application/rdf+xml", XML, id="rdflib-rows"),
        pytest.param(CONSTRUCT, f"{XML}, application/rdf+xml", "application/rdf+xml",
                     id="rdflib-graph"),
        pytest.param(PROJECTS, XML, XML, id="R-SPARQL"),
        pytest.param(PROJECTS, "text/csv", "text/csv", id="R-csv"),
        pytest.param(PROJECTS, f"{JSON},*/*;q=0.9", JSON, id="YASGUI-rows"),
        pytest.param(CONSTRUCT, "text/turtle,*/*;q=0.9", "text/turtle", id="YASGUI-graph"),
        pytest.param(PROJECTS, JENA_ROWS, JSON, id="Jena-rows"),
        pytest.param(CONSTRUCT, JENA_GRAPH, "text/turtle", id="Jena-graph"),
        pytest.param(PROJECTS, RDF4J_ROWS, JSON, id="RDF4J-rows"),
        pytest.param(ASK, RDF4J_TRUTH, JSON, id="RDF4J-truth"),
        pytest.param(CONSTRUCT, RDF4J_GRAPH, "text/turtle", id="RDF4J-graph"),
        pytest.param(PROJECTS, "application/json, text/plain, */*", JSON, id="axios"),
        pytest.param(CONSTRUCT, "text/plain", "application/n-triples", id="plain-graph"),
        pytest.param(PROJECTS, "text/plain", "text/tab-separated-values", id="plain-rows"),
        pytest.param(CONSTRUCT, "application/json", "application/ld+json", id="json-graph"),
        pytest.param(PROJECTS, FIREFOX, "text/html", id="browser"),
        pytest.param(CONSTRUCT, FIREFOX, "text/html", id="browser-graph"),
    ],
)  # fmt: skip
def test_each_client_gets_what_it_can_read(
    client: httpx.Client, query: str, accept: str, media_type: str
) -> None:
    answer = client.get("/sparql", params={"query": query}, headers={"Accept": accept})
    assert _type(answer) == media_type


def test_several_accept_lines_count_as_one_list(client: httpx.Client) -> None:
    lines = [("Accept", "image/png"), ("Accept", "text/csv")]
    answer = client.get("/sparql", params={"query": PROJECTS}, headers=httpx.Headers(lines))
    assert _type(answer) == "text/csv"


def test_rdflibs_store_reads_rows_truth_and_graphs(client: httpx.Client) -> None:
    store = SPARQLStore(str(client.base_url) + "/sparql")
    assert len(list(store.query(PROJECTS))) == 10
    assert store.query(ASK).askAnswer is True
    graph = store.query(CONSTRUCT).graph
    assert isinstance(graph, Graph)
    assert len(graph) == 10


def test_a_reader_of_csv_needs_nothing_but_the_address(client: httpx.Client) -> None:
    """As `pandas.read_csv` and R's `read.csv` do it: a plain request, no header set."""
    address = f"{client.base_url}/sparql?{urlencode({'query': PROJECTS, 'format': 'csv'})}"
    with urllib.request.urlopen(address) as answer:  # noqa: S310
        rows = list(csv.reader(io.TextIOWrapper(answer, "utf-8", newline="")))
    assert rows[0] == ["p"]
    assert len(rows) == 11


# -- methods and other origins -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/sparql", {"GET", "HEAD", "POST", "OPTIONS"}),
        ("/graph-store", {"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"}),
        ("/queries/projects", {"GET", "HEAD", "OPTIONS"}),
        ("/health", {"GET", "HEAD", "OPTIONS"}),
        ("/static/style.css", {"GET", "HEAD", "OPTIONS"}),
    ],
)
def test_options_and_a_wrong_method_name_every_method_of_the_address(
    client: httpx.Client, path: str, methods: set[str]
) -> None:
    asked = client.request("OPTIONS", path)
    assert (asked.status_code, asked.content) == (204, b"")
    wrong = client.request("PATCH", path)
    assert wrong.status_code == 405
    for answer in (asked, wrong):
        assert set(answer.headers["allow"].split(", ")) == methods


def test_options_of_an_address_that_is_not_there_is_404(client: httpx.Client) -> None:
    assert client.request("OPTIONS", "/nothing").status_code == 404


ORIGIN = {"Origin": "https://elsewhere.example"}


@pytest.mark.parametrize("path", ["/", "/health", "/queries/projects.csv", "/graph-store?default",
                                  f"/sparql?{urlencode({'query': ASK})}", "/nothing"])  # fmt: skip
def test_a_script_of_any_page_may_read(client: httpx.Client, path: str) -> None:
    for headers in ({}, ORIGIN):
        answer = client.get(path, headers=headers)
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in answer.headers
        shown = answer.headers["access-control-expose-headers"]
        assert {"Perfkg-Result", "ETag", "Link"} <= set(shown.split(", "))


def _preflight(client: httpx.Client, path: str, method: str) -> httpx.Headers:
    headers = {**ORIGIN, "Access-Control-Request-Method": method}
    answer = client.request("OPTIONS", path, headers=headers)
    assert answer.status_code == 204
    return answer.headers


def test_a_script_of_another_page_may_post_a_query(client: httpx.Client) -> None:
    headers = _preflight(client, "/sparql", "POST")
    assert headers["access-control-allow-origin"] == "*"
    assert "POST" in headers["access-control-allow-methods"]
    assert "content-type" in headers["access-control-allow-headers"].lower()


@pytest.mark.parametrize("method", ["PUT", "DELETE", "POST"])
def test_a_script_of_another_page_may_not_write(client: httpx.Client, method: str) -> None:
    headers = _preflight(client, "/graph-store", method)
    # Without Authorization there is no writing, and no preflight allows that header.
    assert "authorization" not in headers.get("access-control-allow-headers", "").lower()
    if method != "POST":
        assert "access-control-allow-origin" not in headers
    token = {**ORIGIN, "Authorization": "Bearer x"}
    answer = client.request(method, "/graph-store?default", headers=token)
    assert "access-control-allow-origin" not in answer.headers


# -- compression -------------------------------------------------------------------------------

ZSTD = pytest.param("zstd", marks=pytest.mark.skipif(
    find_zstd() is None, reason="Python before 3.14 without backports.zstd"
))  # fmt: skip


def _raw(client: httpx.Client, path: str, **headers: str) -> tuple[httpx.Response, bytes]:
    with client.stream("GET", path, headers=headers) as answer:
        return answer, b"".join(answer.iter_raw())


def _unpacked(coding: str, data: bytes) -> bytes:
    if coding == "gzip":
        return gzip.decompress(data)
    module = find_zstd()
    assert module is not None
    content: bytes = module.decompress(data)
    return content


PATHS = (f"/sparql?{urlencode({'query': LONG})}", "/", "/graph-store?default", "/static/style.css",
         "/openapi.json")  # fmt: skip


@pytest.mark.parametrize("coding", ["gzip", ZSTD])
@pytest.mark.parametrize("path", PATHS)
def test_an_answer_is_compressed_for_who_can_read_it_and_says_the_same(
    client: httpx.Client, path: str, coding: str
) -> None:
    plain, content = _raw(client, path, **{"Accept-Encoding": "identity"})
    packed, data = _raw(client, path, **{"Accept-Encoding": f"br, {coding};q=0.9"})
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == coding
    assert len(data) < len(content) / 2
    assert _unpacked(coding, data) == content
    for answer in (plain, packed):
        assert answer.headers["vary"].lower().count("accept-encoding") == 1


def test_a_compressed_answer_has_a_weak_tag_that_is_still_known(client: httpx.Client) -> None:
    plain, _ = _raw(client, PATHS[0], **{"Accept-Encoding": "identity"})
    packed, _ = _raw(client, PATHS[0], **{"Accept-Encoding": "gzip"})
    assert packed.headers["etag"] == f"W/{plain.headers['etag']}"
    known = {"If-None-Match": packed.headers["etag"], "Accept-Encoding": "gzip"}
    assert client.get(PATHS[0], headers=known).status_code == 304


@pytest.mark.parametrize("header", ["", "identity", "gzip;q=0", "zstd;q=0", "br", "gzip;q=x"])
def test_nothing_is_compressed_for_who_did_not_ask(client: httpx.Client, header: str) -> None:
    answer, _ = _raw(client, PATHS[0], **{"Accept-Encoding": header})
    assert "content-encoding" not in answer.headers


def test_what_is_small_or_packed_already_is_sent_as_it_is(client: httpx.Client) -> None:
    both = {"Accept-Encoding": "gzip, zstd"}
    workbook, data = _raw(client, "/queries/projects.xlsx", **both)
    small, _ = _raw(client, f"/sparql?{urlencode({'query': ASK})}", **both)
    assert data.startswith(b"PK")
    for answer in (workbook, small):
        assert "content-encoding" not in answer.headers


def test_the_liking_of_codings_is_read_with_its_weights() -> None:
    assert accepted_encodings("*;q=0.2") == {"gzip": 0.2}
    assert accepted_encodings("gzip;q=0, *") == {"gzip": 0.0}


@pytest.mark.parametrize("coding", ["gzip", ZSTD])
def test_a_body_that_streams_stays_a_stream(coding: str) -> None:
    """Every part goes out before the next one is made."""

    sent: list[dict[str, object]] = []

    def parts() -> Iterator[bytes]:
        for number in range(4):
            yield f"{number}".encode() * 200_000
            assert len(sent) > number

    async def app(_scope: object, _receive: object, send: object) -> None:
        head = {"type": "http.response.start", "status": 200,
                "headers": [(b"content-type", b"text/csv")]}  # fmt: skip
        await send(head)  # type: ignore[operator]
        for part in parts():
            await send(  # type: ignore[operator]
                {"type": "http.response.body", "body": part, "more_body": True}
            )
        await send({"type": "http.response.body", "body": b""})  # type: ignore[operator]

    async def keep(message: dict[str, object]) -> None:
        sent.append(message)

    scope = {"type": "http", "headers": [(b"accept-encoding", coding.encode())]}
    work = Compression(app)(scope, None, keep)  # type: ignore[arg-type]
    run_apart(work)
    data = b"".join(message.get("body", b"") for message in sent)  # type: ignore[misc]
    assert len(data) < 10_000
    assert len(_unpacked(coding, data)) == 800_000


def test_curl_reads_what_it_asked_for(client: httpx.Client) -> None:
    command = ["curl", "-sSfG", "--compressed", f"{client.base_url}/sparql",
               "--data-urlencode", f"query={PROJECTS}", "-H", "Accept: text/csv"]  # fmt: skip
    try:
        done = subprocess.run(command, capture_output=True, timeout=30, check=True)
    except FileNotFoundError:
        pytest.skip("curl is not installed")
    assert done.stdout.count(b"\r\n") == 11
