"""`/catalog`, `/.well-known/void`, `/export`: true descriptions, and files that keep them."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
import threading
from pathlib import Path
from typing import Any

import httpx
import pyoxigraph as ox
import pytest
from rdflib import DCTERMS, PROV, RDF, VOID, Graph, Literal, Namespace, URIRef
from rdflib.compare import isomorphic

from perfkg.identity import Identity
from perfkg.namespaces import DEFAULT_BASE, PK
from perfkg.server.linked import release
from perfkg.store import EmbeddedStore, SelectResult

from .conftest import Serve

SHAPES = Path(
    os.environ.get(
        "PERFKG_DCAT_AP",
        Path(__file__).parents[2].parent / "shared" / "dcat-ap" / "dcat-ap-3.0.1-shapes.ttl",
    )
)
DCAT = Namespace("http://www.w3.org/ns/dcat#")
"""DCAT 3, of which the library knows version 2."""
SPDX = Namespace("http://spdx.org/rdf/terms#")
RESULT = URIRef("http://www.w3.org/ns/shacl#result")
FORMATS = {
    "text/turtle": "turtle",
    "application/ld+json": "json-ld",
    "application/n-triples": "nt",
    "application/rdf+xml": "xml",
}


@pytest.fixture(scope="module")
def catalog(client: httpx.Client) -> Graph:
    return Graph().parse(data=client.get("/catalog.ttl").text, format="turtle")


@pytest.fixture(scope="module")
def described(client: httpx.Client) -> Graph:
    return Graph().parse(data=client.get("/.well-known/void").text, format="turtle")


def check(graph: Graph) -> tuple[bool, Graph, str]:
    import pyshacl

    conforms, report, text = pyshacl.validate(graph, shacl_graph=Graph().parse(SHAPES))
    assert isinstance(report, Graph)
    return conforms, report, text


@pytest.mark.skipif(not SHAPES.is_file(), reason=f"there is no {SHAPES}; set PERFKG_DCAT_AP")
def test_the_catalogue_is_valid_dcat_ap_and_the_shapes_would_tell(catalog: Graph) -> None:
    conforms, _, text = check(catalog)
    assert conforms, text
    broken = Graph() + catalog
    broken.remove((None, DCTERMS.publisher, None))
    broken.remove((None, DCAT.accessURL, None))
    conforms, report, _ = check(broken)
    assert not conforms
    files = len(set(catalog.subjects(RDF.type, DCAT.Distribution)))
    assert len(list(report.objects(None, RESULT))) > files


@pytest.mark.skipif(not SHAPES.is_file(), reason=f"there is no {SHAPES}; set PERFKG_DCAT_AP")
def test_the_catalogue_of_an_empty_store_is_valid_too(serve: Serve, tmp_path: Path) -> None:
    graph = Graph().parse(data=serve(tmp_path / "s").get("/catalog.ttl").text, format="turtle")
    conforms, _, text = check(graph)
    assert conforms, text
    assert (None, RDF.type, DCAT.DatasetSeries) not in graph


@pytest.mark.skipif(not SHAPES.is_file(), reason=f"there is no {SHAPES}; set PERFKG_DCAT_AP")
def test_what_the_settings_say_of_the_publisher_is_valid_and_told(
    serve: Serve, demo_store: Path
) -> None:
    client = serve(
        demo_store,
        publisher="某市财政局",
        publisher_url="https://czj.example.cn/",
        contact="mailto:data@example.cn",
        licence="https://creativecommons.org/publicdomain/zero/1.0/",
        address="https://data.example.cn/jixiao",
    )
    graph = Graph().parse(data=client.get("/catalog.ttl").text, format="turtle")
    conforms, _, text = check(graph)
    assert conforms, text
    licence = URIRef("https://creativecommons.org/publicdomain/zero/1.0/")
    for file in graph.subjects(RDF.type, DCAT.Distribution):
        assert graph.value(file, DCTERMS.license) == licence
        assert str(graph.value(file, DCAT.downloadURL)).startswith(
            "https://data.example.cn/jixiao/export/"
        )
    page = client.get("/catalog", headers={"Accept": "text/html"}).text
    assert "某市财政局" in page
    assert "mailto:data@example.cn" in page


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")
@pytest.mark.parametrize("path", ["/catalog", "/.well-known/void"])
def test_every_format_of_a_description_is_the_same_graph(client: httpx.Client, path: str) -> None:
    graphs = []
    for media_type, name in FORMATS.items():
        got = client.get(path, headers={"Accept": media_type})
        assert got.headers["content-type"].startswith(media_type)
        assert got.headers["etag"]
        graphs.append(Graph().parse(data=got.content, format=name))
        form = ox.RdfFormat.from_media_type(media_type)
        assert len(set(ox.parse(got.content, form))) == len(graphs[-1])
    assert len(graphs[0]) > 100
    assert all(isomorphic(graphs[0], other) for other in graphs[1:])


def test_every_file_of_the_catalogue_has_the_size_and_checksum_that_it_states(
    client: httpx.Client, catalog: Graph
) -> None:
    files = list(catalog.subjects(RDF.type, DCAT.Distribution))
    assert len(files) == 10
    for file in files:
        path = httpx.URL(str(catalog.value(file, DCAT.downloadURL))).path
        got = client.get(path)
        assert got.status_code == 200
        assert catalog.value(file, DCAT.byteSize) == Literal(
            str(len(got.content)),
            datatype=URIRef("http://www.w3.org/2001/XMLSchema#nonNegativeInteger"),
        )
        stated = catalog.value(catalog.value(file, SPDX.checksum), SPDX.checksumValue)
        assert isinstance(stated, Literal)
        assert str(stated).lower() == hashlib.sha256(got.content).hexdigest()
        name = path.rpartition("/")[2]
        assert name in got.headers["content-disposition"]
        assert "content-encoding" not in got.headers
        again = client.get(path, headers={"If-None-Match": got.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert client.head(path).headers["content-length"] == str(len(got.content))


def test_the_series_has_a_dataset_for_each_fiscal_year(catalog: Graph) -> None:
    (series,) = catalog.subjects(RDF.type, DCAT.DatasetSeries)
    members = set(catalog.subjects(DCAT.inSeries, series))
    assert members == {URIRef(f"{DEFAULT_BASE}dataset/2024")}
    for member in members:
        period = catalog.value(member, DCTERMS.temporal)
        assert str(catalog.value(period, DCAT.startDate)) == "2024-01-01"
        assert catalog.value(member, DCAT.distribution)


def test_the_provenance_names_sources_software_and_time(catalog: Graph, demo_store: Path) -> None:
    (activity,) = catalog.subjects(RDF.type, PROV.Activity)
    with EmbeddedStore(demo_store) as store:
        found = store.query(f"SELECT ?d WHERE {{ ?d a <{PK}SourceDocument> }}")
        generation = store.generation
    assert isinstance(found, SelectResult)
    sources = {str(row[0])[1:-1] for row in found.rows}
    assert {str(used) for used in catalog.objects(activity, PROV.used)} == sources
    assert str(activity) == f"{DEFAULT_BASE}generation/{generation.number}"
    ended = catalog.value(activity, PROV.endedAtTime)
    assert str(ended).startswith(generation.created.strftime("%Y-%m-%dT%H:%M:%S"))
    assert f"perfkg {generation.version}" in {
        str(name) for name in catalog.objects(None, URIRef("http://xmlns.com/foaf/0.1/name"))
    }


def test_void_counts_what_a_query_counts(client: httpx.Client, described: Graph) -> None:
    dataset = URIRef(f"{DEFAULT_BASE}dataset/perfkg")

    def count(text: str) -> int:
        got = client.get("/sparql", params={"query": text}, headers={"Accept": "application/json"})
        return int(got.raise_for_status().json()["results"]["bindings"][0]["n"]["value"])

    total = count("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }")
    assert described.value(dataset, VOID.triples) == Literal(total)
    classes = list(described.objects(dataset, VOID.classPartition))
    assert len(classes) > 10
    for part in classes:
        kind = described.value(part, VOID["class"])
        told = described.value(part, VOID.entities)
        assert told == Literal(count(f"SELECT (COUNT(*) AS ?n) WHERE {{ ?s a <{kind}> }}"))
    parts = described.objects(dataset, VOID.propertyPartition)
    assert sum(int(str(described.value(part, VOID.triples))) for part in parts) == total


def test_the_linksets_lead_to_the_units_of_qudt(described: Graph) -> None:
    links = {
        (str(described.value(link, VOID.linkPredicate)), str(space)): described.value(
            link, VOID.triples
        )
        for link in described.subjects(RDF.type, VOID.Linkset)
        for space in described.objects(described.value(link, VOID.objectsTarget), VOID.uriSpace)
    }
    assert int(str(links[f"{PK}unit", "http://qudt.org/vocab/unit/"])) > 10
    assert not any(space.startswith(DEFAULT_BASE) for _, space in links)


def test_whatever_the_catalogue_names_below_the_base_can_be_looked_up(
    client: httpx.Client, catalog: Graph, described: Graph
) -> None:
    base = Identity().base
    named = {
        str(term)
        for triple in catalog + described
        for term in triple
        if isinstance(term, URIRef) and str(term).startswith(base) and str(term) != base
    }
    assert len(named) > 40
    for iri in sorted(named):
        got = client.get(f"/id/{iri.removeprefix(base)}", headers={"Accept": "text/turtle"})
        assert got.status_code == 303, iri


def test_the_page_of_the_catalogue_is_a_dataset_for_search_engines(client: httpx.Client) -> None:
    page = client.get("/catalog", headers={"Accept": "text/html"}).text
    (found,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    told = json.loads(found)
    assert told["@type"] == "Dataset"
    assert len(told["distribution"]) == 10
    assert "未注明发布者" in page


def test_a_new_generation_has_new_files_and_a_new_tag(serve: Serve, own_store: Path) -> None:
    client = serve(own_store)
    before = client.get("/export/perfkg.nq.gz")
    with EmbeddedStore(own_store) as store, store.write() as writer:
        writer.update("INSERT DATA { <http://example.org/new> <http://example.org/p> 1 }")
    after = client.get("/export/perfkg.nq.gz", headers={"If-None-Match": before.headers["etag"]})
    assert after.status_code == 200
    assert b"<http://example.org/new>" in gzip.decompress(after.content)
    assert b"<http://example.org/new>" not in gzip.decompress(before.content)


def test_a_file_that_there_is_not_is_not_found_and_the_others_are_named(
    client: httpx.Client,
) -> None:
    for path in ("/export/1999.nt.gz", "/export/..%2Fmanifest.json", "/catalog.csv"):
        got = client.get(path, headers={"Accept": "application/json"})
        assert got.status_code == 404
    assert "perfkg.nq.gz" in client.get("/export/no.gz", headers={"Accept": "*/*"}).json()["detail"]


def test_while_files_are_being_made_the_catalogue_is_valid_without_their_sizes(
    serve: Serve, demo_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_go_on = threading.Event()
    written = release.write_dump

    def slow(*given: Any) -> None:
        may_go_on.wait(60)
        written(*given)

    monkeypatch.setattr(release, "_PATIENCE", 0.1)
    monkeypatch.setattr(release, "write_dump", slow)
    client = serve(demo_store)
    got = client.get("/catalog.ttl")
    assert got.headers["cache-control"] == "no-store"
    assert "etag" not in got.headers
    graph = Graph().parse(data=got.text, format="turtle")
    assert len(set(graph.subjects(RDF.type, DCAT.Distribution))) == 10
    assert (None, DCAT.byteSize, None) not in graph
    assert "正在生成" in client.get("/catalog.html").text
    monkeypatch.setattr(release, "_PATIENCE", 60)
    may_go_on.set()
    whole = client.get("/catalog.ttl")
    assert whole.headers["etag"]
    assert len(set(Graph().parse(data=whole.text).subjects(DCAT.byteSize))) == 10
