"""The service against the W3C's tests of result formats and of the service description."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pyoxigraph as ox
import pytest
from rdflib import RDF, Graph, Namespace, URIRef
from rdflib.collection import Collection

from .conftest import Serve
from .w3c import MF, SUITE

QT = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
NT = ox.RdfFormat.N_TRIPLES
TYPES = {
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
    ".srj": "application/sparql-results+json",
}
TOKEN = {"Authorization": "Bearer t0ken"}

pytestmark = pytest.mark.skipif(
    not SUITE.is_dir(),
    reason=f"the W3C's test suites are not at {SUITE} (PERFKG_W3C names another)",
)


@dataclass(frozen=True, slots=True)
class ResultTest:
    """A query on some data, and the file that its result must equal."""

    name: str
    query: Path
    data: Path
    result: Path


def _tests(folder: str) -> list[ResultTest]:
    path = SUITE / "sparql11" / folder / "manifest.ttl"
    if not path.is_file():
        return []
    graph = Graph().parse(path, format="turtle", publicID=path.as_uri())
    (entries,) = graph.objects(None, MF.entries)

    def file(node: Any) -> Path:
        return Path(str(node).removeprefix("file://"))

    found = []
    for test in Collection(graph, entries):
        action = graph.value(test, MF.action)
        parts = (graph.value(action, QT.query), graph.value(action, QT.data))
        result = graph.value(test, MF.result)
        found.append(ResultTest(str(test).partition("#")[2], *map(file, (*parts, result))))
    return found


TESTS = [*_tests("csv-tsv-res"), *_tests("json-res")]


@pytest.fixture(scope="module")
def service(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> httpx.Client:
    return serve(tmp_path_factory.mktemp("w3c-results") / "store", token="t0ken")  # noqa: S106


def test_the_suites_of_result_formats_are_whole() -> None:
    assert len(TESTS) == 10


@pytest.mark.parametrize("test", TESTS, ids=lambda test: test.name)
def test_the_w3c_test_of_a_result_format_passes(service: httpx.Client, test: ResultTest) -> None:
    iri = f"http://example.org/{test.data.stem}"
    headers = {"Content-Type": "text/turtle", **TOKEN}
    graph = {"graph": iri}
    content = test.data.read_bytes()
    put = service.put("/graph-store", params=graph, content=content, headers=headers)
    assert put.status_code in (201, 204)
    media_type = TYPES[test.result.suffix]
    answer = service.get(
        "/sparql",
        params={"query": test.query.read_text("utf-8"), "default-graph-uri": iri},
        headers={"Accept": media_type},
    )
    assert answer.headers["content-type"].partition(";")[0] == media_type
    assert _content(answer.content, media_type) == _content(test.result.read_bytes(), media_type)


def _content(data: bytes, media_type: str) -> Any:
    """Return what a result says: the order of rows, and of columns of `SELECT *`, says nothing."""
    text = re.sub(r"_:\w+", "_:", data.decode())
    if media_type == TYPES[".srj"]:
        found = json.loads(text)
        if "boolean" in found:
            return found["boolean"]
        names, rows = found["head"]["vars"], found["results"]["bindings"]
        return set(names), _sorted({name: _nameless(row[name]) for name in row} for row in rows)
    head, *lines = _lines(text, media_type)
    return set(head), _sorted(dict(zip(head, line, strict=True)) for line in lines)


def _lines(text: str, media_type: str) -> list[list[Any]]:
    if media_type == TYPES[".csv"]:
        head, *lines = csv.reader(io.StringIO(text, newline=""))
        return [head, *([_number(cell) for cell in line] for line in lines)]
    head, *lines = (line.split("\t") for line in text.splitlines())
    return [head, *([_term(cell) for cell in line] for line in lines)]


def _sorted(rows: Iterable[dict[str, Any]]) -> list[str]:
    return sorted(json.dumps(row, sort_keys=True) for row in rows)


def _term(cell: str) -> str:
    """Return one term of a TSV file.

    Numbers are compared by value, as the engine stores them: 1.0e6 is 1000000, and the -3 of
    xsd:negativeInteger is the -3 of xsd:integer.
    """
    if not cell or cell == "_:":
        return cell
    (term,) = Graph().parse(data=f"<x:> <x:> {cell} .", format="turtle").objects()
    value = getattr(term, "value", None)
    return f"{value} {type(value)}" if isinstance(value, int | float | Decimal) else term.n3()


def _number(cell: str) -> str:
    """Return a cell of a CSV file; the store keeps numbers by value (1.0E6 is 1000000)."""
    try:
        return str(float(cell))
    except ValueError:
        return cell


def _nameless(term: dict[str, str]) -> dict[str, str]:
    return {**term, "value": "_:"} if term["type"] == "bnode" else term


@pytest.mark.parametrize(
    "media_type", ["text/turtle", "application/rdf+xml", "application/ld+json"]
)
def test_the_service_description_is_what_the_w3c_asks(
    service: httpx.Client, media_type: str
) -> None:
    answer = service.get("/sparql", headers={"Accept": media_type})
    # returns-rdf
    assert answer.headers["content-type"].partition(";")[0] == media_type
    fmt = ox.RdfFormat.from_media_type(media_type)
    triples = ox.serialize((quad.triple for quad in ox.parse(answer.content, fmt)), format=NT)
    graph = Graph().parse(data=triples, format="nt")
    endpoint = URIRef(str(service.base_url) + "/sparql")
    # has-endpoint-triple
    (node,) = graph.subjects(SD.endpoint, endpoint)
    # conforms-to-schema: the domains and ranges of the vocabulary that are used
    assert (node, RDF.type, SD.Service) in graph
    languages = {SD.SPARQL11Query, SD.SPARQL11Update, SD.SPARQL10Query}
    assert set(graph.objects(node, SD.supportedLanguage)) <= languages
    features = {SD.DereferencesURIs, SD.UnionDefaultGraph, SD.RequiresDataset, SD.EmptyGraphs,
                SD.BasicFederatedQuery}  # fmt: skip
    assert set(graph.objects(node, SD.feature)) <= features
    formats = set(graph.objects(node, SD.resultFormat))
    assert formats
    assert all(str(name).startswith("http://www.w3.org/ns/formats/") for name in formats)
    known = {SD.endpoint, SD.supportedLanguage, SD.feature, SD.resultFormat, RDF.type}
    assert set(graph.predicates()) <= known
