"""What search engines find in the pages: JSON-LD of schema.org that a processor reads."""

from __future__ import annotations

import json
import re
from typing import Any, Final

import httpx
import pyoxigraph as ox
import pytest
from pyld import jsonld

from perfkg.namespaces import DEFAULT_BASE, PK

SCHEMA: Final = "https://schema.org/"
HTML: Final = {"Accept": "text/html"}
CONTEXT: Final = {"@context": {"@vocab": SCHEMA, "url": {"@type": "@id"}}}
"""What matters here of the context of schema.org, which is not fetched."""
KINDS: Final = {
    "form": ("Form", "Dataset"),
    "project": ("Project", "Project"),
    "indicator": ("Indicator", "DefinedTerm"),
    "target": ("Target", "Thing"),
}


def first(client: httpx.Client, kind: str) -> str:
    """Return the IRI of some thing of a class."""
    text = f"SELECT ?x WHERE {{ ?x a <{kind}> }} ORDER BY ?x LIMIT 1"
    accept = {"Accept": "application/sparql-results+json"}
    got = client.get("/sparql", params={"query": text}, headers=accept).raise_for_status()
    iri: str = got.json()["results"]["bindings"][0]["x"]["value"]
    return iri


def told(page: httpx.Response) -> set[ox.Triple]:
    """Return what a page tells search engines, by a second implementation of JSON-LD."""
    (found,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page.text)
    document: dict[str, Any] = json.loads(found)
    assert document["@context"] == SCHEMA.rstrip("/")
    read = jsonld.to_rdf({**document, **CONTEXT}, {"format": "application/n-quads"})
    return {quad.triple for quad in ox.parse(read, ox.RdfFormat.N_QUADS)}


def values(triples: set[ox.Triple], predicate: str) -> set[str]:
    return {t.object.value for t in triples if t.predicate.value == predicate}  # type: ignore[union-attr] # of named nodes and literals


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_that_a_thing_leads_to_tells_its_type_and_links_its_data(
    client: httpx.Client, kind: str
) -> None:
    of_graph, of_schema = KINDS[kind]
    iri = first(client, PK + of_graph)
    path = iri.removeprefix(DEFAULT_BASE)
    page = client.get(f"/id/{path}", headers=HTML, follow_redirects=True).raise_for_status()
    triples = told(page)
    a = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    assert ox.Triple(ox.NamedNode(iri), a, ox.NamedNode(SCHEMA + of_schema)) in triples
    assert values(triples, f"{SCHEMA}name")
    for extension, media_type in (("ttl", "text/turtle"), ("jsonld", "application/ld+json")):
        link = f'<link rel="alternate" type="{media_type}" href="/data/{path}.{extension}">'
        assert link in page.text
        assert f'</data/{path}.{extension}>; rel="alternate"' in page.headers["link"]
    assert client.get(f"/data/{path}.ttl").is_success


def test_a_form_is_a_data_set_with_its_year_its_body_and_its_files(client: httpx.Client) -> None:
    iri = first(client, f"{PK}TargetForm")
    page = client.get(f"/forms/{iri.rpartition('/')[2]}", headers=HTML)
    triples = told(page)
    assert values(triples, f"{SCHEMA}temporalCoverage") == {"2024"}
    assert values(triples, f"{SCHEMA}creator")
    files = values(triples, f"{SCHEMA}contentUrl")
    assert len(files) == 4
    for file in files:
        assert iri in httpx.get(file).raise_for_status().text


def test_a_project_tells_the_money_that_its_forms_ask_for(client: httpx.Client) -> None:
    iri = first(client, f"{PK}Project")
    page = client.get(f"/projects/{iri.rpartition('/')[2]}", headers=HTML)
    text = f"SELECT ?n WHERE {{ ?f <{PK}project> <{iri}> ; <{PK}annualRequest> ?n }}"
    got = client.get("/sparql", params={"query": text}, headers={"Accept": "text/csv"}).text
    assert values(told(page), f"{SCHEMA}value") == set(got.split()[1:])


@pytest.mark.parametrize("path", ["/", "/catalog", "/def", "/def/units", "/def/classification"])
def test_the_pages_about_the_whole_tell_what_they_are(client: httpx.Client, path: str) -> None:
    triples = told(client.get(path, headers=HTML).raise_for_status())
    a = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
    kinds = {kind.removeprefix(SCHEMA) for kind in values(triples, a)}
    assert kinds & {"DataCatalog", "Dataset", "DefinedTermSet"}
