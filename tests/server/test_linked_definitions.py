"""`/def`: the ontology documents itself, as a page and as data, and its examples are true."""

from __future__ import annotations

import html
import re
from itertools import combinations
from urllib.parse import parse_qs, urlsplit

import httpx
import pyoxigraph as ox
import pytest
from lxml import etree
from rdflib import Graph
from rdflib.compare import isomorphic
from rdflib.namespace import FOAF, SKOS

from perfkg.identity import Identity
from perfkg.namespaces import PK
from perfkg.resources import ontology_folder, shapes_folder
from perfkg.server.linked.diagram import draw, edges_of
from perfkg.server.linked.ontology import EXAMPLE, load_ontology
from perfkg.validation.shapes import load_shapes

NAMES = [term.name for term in load_ontology().terms]
FORMATS = {
    "text/turtle": ("ttl", "turtle"),
    "application/ld+json": ("jsonld", "json-ld"),
    "application/rdf+xml": ("rdf", "xml"),
    "application/n-triples": ("nt", "nt"),
}


@pytest.fixture(scope="module")
def page(client: httpx.Client) -> str:
    return client.get("/def", headers={"Accept": "text/html"}).raise_for_status().text


def section(page: str, name: str) -> str:
    found = re.search(rf'<section class="term" id="{name}".*?</section>', page, re.S)
    assert found, name
    return html.unescape(found[0])


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")
def test_every_serialisation_of_the_ontology_is_the_same_graph(client: httpx.Client) -> None:
    wanted = Graph().parse(ontology_folder() / "perfkg.ttl")
    for media_type, (extension, name) in FORMATS.items():
        chosen = client.get("/def", headers={"Accept": media_type})
        named = client.get(f"/def.{extension}")
        assert chosen.headers["content-location"] == f"/def.{extension}"
        assert chosen.headers["content-type"].startswith(media_type)
        assert chosen.content == named.content
        assert isomorphic(Graph().parse(data=named.content, format=name), wanted)
        by_oxigraph = ox.parse(named.content, ox.RdfFormat.from_media_type(media_type))
        assert len(set(by_oxigraph)) == len(wanted)


@pytest.mark.parametrize("name", NAMES)
def test_every_term_has_a_section_in_both_languages_with_an_example(page: str, name: str) -> None:
    term = next(term for term in load_ontology().terms if term.name == name)
    told = section(page, name)
    for text in (term.label.zh, term.label.en, term.definition.zh, term.definition.en):
        assert text in told
    for iri in (*term.domains, *term.ranges):
        assert iri.removeprefix(PK) in told or iri.rpartition("/")[2].rpartition("#")[2] in told
    quads = list(ox.parse(term.example, ox.RdfFormat.TURTLE))
    used = {quad.predicate.value for quad in quads}
    used |= {quad.object.value for quad in quads if isinstance(quad.object, ox.NamedNode)}
    assert term.iri in used
    assert term.example in told


def test_every_query_of_the_page_runs_and_answers_for_what_the_graph_has(
    client: httpx.Client, page: str
) -> None:
    links = re.findall(r'href="(/sparql\?[^"]+query=[^"]+)"', page)
    assert len(links) == len(NAMES)
    answered = 0
    for link in links:
        (query,) = parse_qs(urlsplit(html.unescape(link)).query)["query"]
        got = client.get("/sparql", params={"query": query}, headers={"Accept": "application/json"})
        answered += bool(got.raise_for_status().json()["results"]["bindings"])
    assert answered > len(NAMES) / 2  # the bundled forms hold no self-evaluation


def test_the_examples_have_a_statement_with_every_term() -> None:
    used = set(re.findall(r"\bpk:(\w+)", EXAMPLE.read_text(encoding="utf-8")))
    assert used >= set(NAMES)


def test_the_diagram_draws_every_object_property_of_the_data_and_is_well_formed() -> None:
    ontology = load_ontology()
    drawing = draw(ontology, "zh")
    tree = etree.fromstring(drawing.encode())
    texts = {"".join(text.itertext()) for text in tree.iter("{http://www.w3.org/2000/svg}text")}
    drawn_terms = [term for term in ontology.of_kind("object") if not term.is_counted]
    assert {term.name for term in drawn_terms} <= texts
    assert {f"pk:{term.name}" for term in ontology.of_kind("class")} - texts <= {
        "pk:SourceDocument",
        "pk:Statistic",
    }
    drawn = {(edge.start, edge.end) for edge in edges_of(ontology)}
    assert (f"{PK}Target", f"{PK}Form") in drawn
    names = [text for text in tree.iter("{http://www.w3.org/2000/svg}text") if text.get("stroke")]
    for one, other in combinations(names, 2):
        apart = abs(float(one.get("x", "")) - float(other.get("x", "")))
        wide = 6 * (len(one.text or "") + len(other.text or "")) / 2
        assert apart >= wide or abs(float(one.get("y", "")) - float(other.get("y", ""))) >= 13


def test_the_logo_of_the_ontology_is_there(client: httpx.Client) -> None:
    graph = Graph().parse(data=client.get("/def.ttl").text, format="turtle")
    root = PK.removesuffix("def#")
    (logo,) = graph.objects(None, FOAF.logo)
    assert str(logo).startswith(root)
    answer = client.get("/" + str(logo).removeprefix(root))
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("image/svg+xml")


def test_the_version_iri_answers_and_an_unknown_version_does_not(client: httpx.Client) -> None:
    version = load_ontology().version
    got = client.get(f"/def/{version}", headers={"Accept": "text/turtle"})
    assert got.content == (ontology_folder() / "perfkg.ttl").read_bytes()
    missing = client.get("/def/9.9.9", headers={"Accept": "application/json"})
    assert missing.status_code == 404
    assert version in missing.json()["detail_en"]
    assert client.get("/def.csv").status_code == 404


@pytest.mark.parametrize("name", ["units", "classification", "codes"])
def test_a_vocabulary_page_has_a_row_for_each_concept(client: httpx.Client, name: str) -> None:
    graph = Graph().parse(ontology_folder() / f"{name}.ttl")
    page = client.get(f"/def/{name}", headers={"Accept": "text/html"}).raise_for_status().text
    concepts = {
        str(s)
        for s, scheme in graph.subject_objects(SKOS.inScheme)
        if str(scheme).startswith(Identity().base)
    }
    assert len(concepts) > 10
    rows = set(re.findall(r'<tr id="([^"]+)">', page))
    assert {iri.rpartition("/")[2] for iri in concepts} <= rows


def test_the_page_of_the_rules_explains_each_in_both_languages(client: httpx.Client) -> None:
    page = html.unescape(client.get("/def/rules", headers={"Accept": "text/html"}).text)
    rules = load_shapes().rules.values()
    assert len(rules) > 40
    for rule in rules:
        assert f'<tr id="{rule.name}">' in page
        assert rule.comment.zh in page
        assert rule.comment.en in page


def test_the_shapes_and_the_context_are_those_that_ship(client: httpx.Client) -> None:
    got = Graph().parse(data=client.get("/shapes.ttl").text, format="turtle")
    wanted = Graph()
    for file in shapes_folder().glob("*.ttl"):
        wanted.parse(file)
    assert isomorphic(got, wanted)
    context = client.get("/context.jsonld")
    assert context.headers["content-type"] == "application/ld+json"
    assert context.content == (ontology_folder() / "context.jsonld").read_bytes()
