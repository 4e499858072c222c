"""`/id` and `/data`: things lead to their pages and their data, and say where they are."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest
from rdflib import Graph
from rdflib.compare import isomorphic

from perfkg.namespaces import DEFAULT_BASE, PK
from perfkg.store import EmbeddedStore, SelectResult

from .conftest import Serve

FORMATS = {
    "ttl": ("text/turtle", "turtle", ox.RdfFormat.TURTLE),
    "jsonld": ("application/ld+json", "json-ld", ox.RdfFormat.JSON_LD),
    "nt": ("application/n-triples", "nt", ox.RdfFormat.N_TRIPLES),
    "rdf": ("application/rdf+xml", "xml", ox.RdfFormat.RDF_XML),
}
KINDS = {
    "form": f"?x a <{PK}TargetForm>",
    "project": f"?x a <{PK}Project>",
    "indicator": f"?x a <{PK}Indicator>",
    "organization": "?x a <http://www.w3.org/ns/org#FormalOrganization>",
    "target": f"?x a <{PK}Target>",
    "document": f"?x a <{PK}SourceDocument>",
    "indicator-class": f"?t <{PK}level2> ?x",
}


def keys(store: Path, pattern: str) -> list[str]:
    with EmbeddedStore(store) as opened:
        found = opened.query(f"SELECT DISTINCT ?x WHERE {{ {pattern} }} ORDER BY ?x LIMIT 3")
        assert isinstance(found, SelectResult)
        return [str(row[0])[1:-1].removeprefix(DEFAULT_BASE) for row in found.rows]


@pytest.fixture(scope="module")
def form(demo_store: Path) -> str:
    return keys(demo_store, KINDS["form"])[0]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_thing_leads_to_data_that_describes_it(
    client: httpx.Client, demo_store: Path, kind: str
) -> None:
    for path in keys(demo_store, KINDS[kind]):
        assert path.startswith(f"{kind}/")
        for extension, (media_type, _, form) in FORMATS.items():
            sent = client.get(f"/id/{path}", headers={"Accept": media_type})
            assert (sent.status_code, sent.headers["location"]) == (
                303,
                f"/data/{path}.{extension}",
            )
            assert "Accept" in sent.headers["vary"]
            got = client.get(sent.headers["location"])
            assert got.headers["content-type"].startswith(media_type)
            subjects = {str(quad.subject) for quad in ox.parse(got.content, form)}
            assert f"<{DEFAULT_BASE}{path}>" in subjects


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")
def test_every_format_holds_the_same_graph_for_rdflib_and_for_oxigraph(
    client: httpx.Client, form: str
) -> None:
    graphs = []
    for extension, (_, name, parser) in FORMATS.items():
        body = client.get(f"/data/{form}.{extension}").content
        graphs.append(Graph().parse(data=body, format=name))
        lines = ox.serialize(
            (quad.triple for quad in ox.parse(body, parser)), format=ox.RdfFormat.N_TRIPLES
        )
        assert lines is not None
        graphs.append(Graph().parse(data=lines, format="nt"))
    assert len(graphs[0]) > 40
    assert all(isomorphic(graphs[0], other) for other in graphs[1:])


def test_the_description_of_a_form_names_its_source_and_the_labels_of_what_it_names(
    client: httpx.Client, form: str
) -> None:
    graph = Graph().parse(data=client.get(f"/data/{form}.ttl").text, format="turtle")
    answered = graph.query(
        """SELECT ?name ?department ?hash WHERE {
             ?form pk:project/rdfs:label ?name ; pk:supervisingDepartment/rdfs:label ?department ;
                   prov:hadPrimarySource/schema:sha256 ?hash .
             ?document foaf:primaryTopic ?form }""",
        initNs={
            "pk": PK,
            "prov": "http://www.w3.org/ns/prov#",
            "schema": "https://schema.org/",
            "foaf": "http://xmlns.com/foaf/0.1/",
            "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        },
    )
    assert len(list(answered)) == 1


def test_a_thing_that_many_point_to_tells_how_many_and_gives_some(
    client: httpx.Client, demo_store: Path
) -> None:
    scheme = client.get("/data/scheme/units.ttl")
    assert scheme.headers["perfkg-result"] == "truncated; rows=200; limit=200"
    (told,) = re.findall(
        r'"(\d+) statements point to this thing; 200 are given here\."', scheme.text
    )
    with EmbeddedStore(demo_store) as opened:
        found = opened.query(
            f"SELECT (COUNT(*) AS ?n) WHERE {{ ?s ?p <{DEFAULT_BASE}scheme/units> }}"
        )
    assert isinstance(found, SelectResult)
    assert found.rows[0][0] == ox.Literal(int(told))


def test_the_headers_link_page_data_and_dataset(client: httpx.Client, form: str) -> None:
    got = client.get(f"/data/{form}", headers={"Accept": "application/ld+json"})
    assert got.headers["content-location"] == f"/data/{form}.jsonld"
    links = got.links
    assert links["canonical"]["url"] == f"/data/{form}"
    assert links["describedby"]["url"] == "/.well-known/void"
    assert links["collection"]["url"] == "/catalog"
    assert (
        f'<{DEFAULT_BASE}{form}>; rel="http://xmlns.com/foaf/0.1/primaryTopic"'
        in got.headers["link"]
    )
    for extension in FORMATS:
        assert f'</data/{form}.{extension}>; rel="alternate"' in got.headers["link"]
    tag = got.headers["etag"]
    again = client.get(
        f"/data/{form}", headers={"Accept": "application/ld+json", "If-None-Match": tag}
    )
    assert (again.status_code, again.content) == (304, b"")
    other = client.get(f"/data/{form}", headers={"Accept": "text/turtle"})
    assert other.headers["etag"] != tag


def test_head_has_the_headers_of_get_and_no_body(client: httpx.Client, form: str) -> None:
    got, head = client.get(f"/data/{form}.nt"), client.head(f"/data/{form}.nt")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["etag"] == got.headers["etag"]
    assert client.head(f"/id/{form}").status_code == 303


def test_a_browser_gets_a_page_with_the_words_of_schema_org(
    client: httpx.Client, demo_store: Path
) -> None:
    path = keys(demo_store, KINDS["target"])[0]
    sent = client.get(f"/id/{path}", headers={"Accept": "text/html,*/*;q=0.5"})
    assert sent.headers["location"] == f"/data/{path}.html"
    page = client.get(sent.headers["location"])
    assert page.status_code == 200
    (found,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page.text)
    assert json.loads(found)["@id"] == f"{DEFAULT_BASE}{path}"
    assert "所在绩效表" in page.text
    assert "in form" in client.get(sent.headers["location"], params={"lang": "en"}).text


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/id/form/00000000-0000-5000-8000-000000000000", "says nothing"),
        ("/id/Form/00000000-0000-5000-8000-00000000000a", "lower case"),
        ("/id/form/00000000-0000-5000-8000-00000000000A", "lower case"),
        ("/id/f%6Frm/00000000-0000-5000-8000-00000000000a", "percent-encoded"),
        ("/id/form/%3E%20a", "percent-encoded"),
        ("/data/form/a.csv", "'.csv'"),
        ("/data/form/a.ttl.gz", "'.ttl.gz'"),
    ],
)
def test_what_is_no_thing_is_not_found_with_a_reason(
    client: httpx.Client, path: str, reason: str
) -> None:
    got = client.get(path, headers={"Accept": "application/json"})
    assert got.status_code == 404
    assert reason in got.json()["detail_en"]
    assert got.json()["detail_zh"]


def test_a_format_that_there_is_not_is_not_acceptable(client: httpx.Client, form: str) -> None:
    for path in (f"/id/{form}", f"/data/{form}"):
        got = client.get(path, headers={"Accept": "image/png"})
        assert got.status_code == 406
        assert "text/turtle" in got.json()["detail_en"]


def test_a_withdrawn_thing_is_gone_and_names_its_successor(
    serve: Serve, demo_store: Path, tmp_path: Path, form: str
) -> None:
    folder = Path(shutil.copytree(demo_store, tmp_path / "store"))
    old, new = f"<{DEFAULT_BASE}{form}>", f"<{DEFAULT_BASE}form/next>"
    with EmbeddedStore(folder) as store, store.write() as writer:
        writer.update(
            f"""PREFIX prov: <http://www.w3.org/ns/prov#>
            PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
            INSERT DATA {{ {old} prov:invalidatedAtTime "2026-01-01T00:00:00Z"^^xsd:dateTime ;
              <http://purl.org/dc/terms/isReplacedBy> {new} }}"""
        )
    client = serve(folder)
    for path in (f"/id/{form}", f"/data/{form}.ttl"):
        got = client.get(path, headers={"Accept": "text/turtle"})
        assert got.status_code == 410
        assert got.links["successor-version"]["url"] == new[1:-1]
        assert "2026-01-01" in got.text


PAGES = {
    "form": "forms",
    "project": "projects",
    "indicator": "indicators",
    "organization": "organizations",
}


def test_the_page_of_a_withdrawn_thing_says_so_and_leads_to_its_successor(
    serve: Serve, demo_store: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(demo_store, tmp_path / "store"))
    pairs = {kind: keys(folder, KINDS[kind])[:2] for kind in PAGES if kind != "organization"}
    pairs["organization"] = [keys(folder, KINDS["organization"])[0], "organization/新单位"]
    with EmbeddedStore(folder) as store, store.write() as writer:
        for old, new in pairs.values():
            writer.update(
                f"""PREFIX prov: <http://www.w3.org/ns/prov#>
                PREFIX dct: <http://purl.org/dc/terms/>
                INSERT DATA {{ <{DEFAULT_BASE}{old}> prov:invalidatedAtTime "2026-01-01" ;
                  dct:isReplacedBy "a word", <{DEFAULT_BASE}{new}> }}"""
            )
    client = serve(folder, root_path="/perfkg")
    browser = {"Accept": "text/html", "Accept-Language": "zh"}
    for kind, (old, new) in pairs.items():
        key = old.partition("/")[2]
        gone = client.get(f"/{PAGES[kind]}/{key}", headers=browser)
        assert gone.status_code == 410
        assert "已于 2026-01-01 撤回" in gone.text
        assert new in gone.text
        assert client.get(f"/data/{old}.html", headers=browser).status_code == 410
        if kind == "organization":
            expected = "organization/%E6%96%B0%E5%8D%95%E4%BD%8D"
            assert gone.links["successor-version"]["url"] == f"{DEFAULT_BASE}{expected}"
        else:
            assert f'href="/perfkg/id/{new}"' in gone.text
            there = client.get(f"/{PAGES[kind]}/{new.partition('/')[2]}", headers=browser)
            assert there.status_code == 200


def test_the_things_of_a_base_on_another_host_are_answered_for(
    serve: Serve, tmp_path: Path
) -> None:
    from helpers import SCHOOL, Commands

    commands = Commands(tmp_path)
    base = "https://data.example.cn/jixiao/id/"
    commands("ingest", SCHOOL, "--store", "store", env={"PERFKG_BASE": base})
    client = serve(tmp_path / "store", base=base)
    with EmbeddedStore(tmp_path / "store") as store:
        found = store.query(f"SELECT ?x WHERE {{ ?x a <{PK}Form> }} ORDER BY ?x LIMIT 1")
    assert isinstance(found, SelectResult)
    iri = str(found.rows[0][0])[1:-1]
    got = client.get(f"/data/{iri.removeprefix(base)}.nt")
    assert f"<{iri}> " in got.text
    assert "<https://data.example.cn/jixiao/data/form/" in got.text


def test_every_internal_iri_of_the_data_leads_to_data_about_it(
    client: httpx.Client, demo_store: Path
) -> None:
    """No link below the base is broken: each is described, and its description names it."""
    with EmbeddedStore(demo_store) as store:
        database = store.snapshot().database
    named = {
        term.value
        for quad in database
        for term in (quad.subject, quad.predicate, quad.object, quad.graph_name)
        if isinstance(term, ox.NamedNode) and term.value.startswith(DEFAULT_BASE)
    }
    things = {iri for iri in named if not iri.startswith(f"{DEFAULT_BASE}graph/")}
    assert len(things) > 500
    broken = []
    for iri in sorted(things):
        path = iri.removeprefix(DEFAULT_BASE)
        sent = client.get(f"/id/{path}", headers={"Accept": "application/n-triples"})
        got = client.get(sent.headers["location"]) if sent.status_code == 303 else sent
        if got.status_code != 200 or f"<{iri}>" not in got.text:
            broken.append((iri, got.status_code))
    assert broken == []
