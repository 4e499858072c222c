"""Every IRI of our own, wherever it is published, leads somewhere that speaks of it."""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest

from perfkg.export.catalogue import KINDS
from perfkg.export.views import VIEWS
from perfkg.namespaces import DEFAULT_BASE
from perfkg.resources import ontology_folder

OWN = "https://w3id.org/perfkg/"
TURTLE, NT, HTML = "text/turtle", "application/n-triples", "text/html"
NO_RDF = ("static/", "openapi.json", "export/")
"""What is a picture, an API description or a file for download."""
DESCRIBED = (*(f"/export/{name}.ttl.gz" for name in VIEWS), "/catalog.ttl", "/.well-known/void")


@pytest.fixture(scope="module")
def published(client: httpx.Client) -> set[str]:
    """The IRIs of our own in everything that is published, without those of single things."""
    found: set[str] = set()
    for path in ("/export/perfkg.nq.gz", "/export/validation.ttl.gz", *DESCRIBED, "/shapes.ttl"):
        got = client.get(path, headers={"Accept": TURTLE}).raise_for_status().content
        data = gzip.decompress(got) if path.endswith(".gz") else got
        kind = ox.RdfFormat.N_QUADS if ".nq" in path else ox.RdfFormat.TURTLE
        found |= set(own(ox.parse(data, kind)))
    for file in ontology_folder().glob("*.ttl"):
        found |= set(own(ox.parse(path=file)))
    return {iri for iri in found if not is_described_by_the_graph(iri)}


def own(quads: Iterable[ox.Quad]) -> Iterator[str]:
    for quad in quads:
        for term in (quad.subject, quad.predicate, quad.object, quad.graph_name):
            name = term.datatype if isinstance(term, ox.Literal) else term
            if isinstance(name, ox.NamedNode) and name.value.startswith(OWN):
                yield name.value


def is_described_by_the_graph(iri: str) -> bool:
    """Whether test_linked_things.py looks it up."""
    kind = iri.removeprefix(DEFAULT_BASE).partition("/")[0]
    return iri.startswith(DEFAULT_BASE) and kind not in {*KINDS, "graph"}


def fetched(client: httpx.Client, iri: str, accept: str) -> httpx.Response:
    path = iri.partition("#")[0].removeprefix(OWN)
    return client.get(f"/{path}", headers={"Accept": accept}, follow_redirects=True)


def test_every_iri_of_our_own_is_answered_with_what_speaks_of_it(
    client: httpx.Client, published: set[str]
) -> None:
    wanted = {iri for iri in published if not iri.removeprefix(OWN).startswith(NO_RDF)}
    wanted -= {OWN, DEFAULT_BASE, f"{OWN}sparql"}
    assert {iri.partition("#")[0] for iri in wanted} >= {
        *(f"{OWN}{name}" for name in ("def", "shapes", "view/budget-cube", "catalog")),
        *(f"{DEFAULT_BASE}{name}" for name in ("graph/validation", "dataset/budget-cube")),
    }
    documents: dict[str, str] = {}
    silent = []
    for iri in sorted(wanted):
        place = iri.partition("#")[0]
        if place not in documents:
            got = fetched(client, iri, NT)
            documents[place] = got.text if got.status_code == httpx.codes.OK else ""
        if f"<{iri}>" not in documents[place] and iri != f"{DEFAULT_BASE}graph/validation":
            silent.append(iri)
    assert silent == []


def test_a_browser_is_led_somewhere_by_every_document_of_our_own(
    client: httpx.Client, published: set[str]
) -> None:
    places = {iri.partition("#")[0] for iri in published}
    broken = {place for place in places if not fetched(client, place, HTML).is_success}
    assert broken == set()


@pytest.mark.parametrize(
    "path",
    [
        "id/dataset/nothing",
        "id/generation/99",
        "id/generation/x",
        "id/graph/nothing",
        "view/impact",
    ],
)
def test_what_there_is_not_beside_the_data_is_not_found(client: httpx.Client, path: str) -> None:
    assert fetched(client, f"{OWN}{path}", TURTLE).status_code == httpx.codes.NOT_FOUND


def test_the_graph_of_the_findings_is_given_as_data_and_as_a_page(client: httpx.Client) -> None:
    iri = f"{DEFAULT_BASE}graph/validation"
    got = fetched(client, iri, NT)
    report = ox.NamedNode("http://www.w3.org/ns/shacl#ValidationReport")
    assert any(quad.object == report for quad in ox.parse(got.content, ox.RdfFormat.N_TRIPLES))
    assert fetched(client, iri, HTML).url.path == "/validation"


@pytest.mark.parametrize("path", ["/export", "/export/"])
def test_the_folder_of_the_files_leads_to_the_list_of_them(client: httpx.Client, path: str) -> None:
    got = client.get(path, headers={"Accept": HTML}, follow_redirects=True)
    assert got.url.path == "/catalog"
    assert "/export/perfkg.nq.gz" in got.text


@pytest.mark.parametrize("place", ["/shapes", "/def/rules", "/def/units", "/def/codes"])
def test_a_vocabulary_and_the_shapes_are_the_same_graph_in_every_format(
    client: httpx.Client, place: str
) -> None:
    sizes = set()
    for extension, kind in (
        ("ttl", ox.RdfFormat.TURTLE),
        ("nt", ox.RdfFormat.N_TRIPLES),
        ("jsonld", ox.RdfFormat.JSON_LD),
        ("rdf", ox.RdfFormat.RDF_XML),
    ):
        direct = client.get(f"{place}.{extension}").raise_for_status()
        by_accept = client.get(place, headers={"Accept": direct.headers["content-type"]})
        assert by_accept.content == direct.content
        assert by_accept.headers["content-location"].endswith(f".{extension}")
        graph = ox.Dataset(ox.parse(direct.content, kind))
        graph.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
        sizes.add(frozenset(quad.triple for quad in graph))
    assert len(sizes) == 1
    page = client.get(place, headers={"Accept": HTML})
    assert page.headers["content-type"].startswith(HTML)
    assert 'rel="alternate"; type="text/turtle"' in page.headers["link"]
    assert client.get(place, headers={"Accept": "image/png"}).status_code == 406


def test_the_ontology_folder_is_given_as_it_is(client: httpx.Client) -> None:
    for name in ("units", "classification", "codes"):
        file: Path = ontology_folder() / f"{name}.ttl"
        assert client.get(f"/def/{name}.ttl").content == file.read_bytes()
