"""Every serialisation, read back by every implementation at hand, is the same graph."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
from helpers import Commands
from pyld import jsonld
from rdflib.compare import isomorphic

from perfkg.identity import Identity
from perfkg.store import EmbeddedStore

DOCS = Path(__file__).parents[2] / "docs"
FORMATS = {
    "nt": (ox.RdfFormat.N_TRIPLES, "nt"),
    "turtle": (ox.RdfFormat.TURTLE, "turtle"),
    "rdfxml": (ox.RdfFormat.RDF_XML, "xml"),
    "nq": (ox.RdfFormat.N_QUADS, "nquads"),
    "trig": (ox.RdfFormat.TRIG, "trig"),
    "jsonld": (ox.RdfFormat.JSON_LD, "json-ld"),
}
BESIDE = (Identity().validation_graph, Identity().statistics_graph)
"""The named graphs."""
HOLDS_GRAPHS = ("nq", "trig", "jsonld")


@pytest.fixture(scope="module")
def stored(demo_store: Path) -> dict[str | None, set[ox.Triple]]:
    with EmbeddedStore(demo_store) as store:
        quads = list(store.snapshot().database)
    graphs: dict[str | None, set[ox.Triple]] = {name: set() for name in (None, *BESIDE)}
    for quad in quads:
        graphs[getattr(quad.graph_name, "value", None) or None].add(quad.triple)
    return graphs


def as_rdflib(triples: set[ox.Triple]) -> rdflib.Graph:
    data = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""
    return rdflib.Graph().parse(data=data, format="nt")


@pytest.mark.parametrize("fmt", FORMATS)
def test_oxigraph_reads_back_what_is_stored(
    fmt: str, stored: dict[str | None, set[ox.Triple]], demo_store: Path, perfkg: Commands
) -> None:
    data = perfkg("export", "--format", fmt, "--store", demo_store).done().data
    back = ox.Store()
    back.load(data, FORMATS[fmt][0])
    assert {q.triple for q in back.quads_for_pattern(None, None, None, ox.DefaultGraph())} == (
        stored[None]
    )
    for name in BESIDE:
        held = {q.triple for q in back.quads_for_pattern(None, None, None, ox.NamedNode(name))}
        assert held == (stored[name] if fmt in HOLDS_GRAPHS else set())
        assert stored[name]


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
@pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning")
@pytest.mark.parametrize("fmt", FORMATS)
def test_rdflib_reads_back_what_is_stored(
    fmt: str, stored: dict[str | None, set[ox.Triple]], demo_store: Path, perfkg: Commands
) -> None:
    data = perfkg("export", "--format", fmt, "--store", demo_store).done().data
    back = rdflib.Dataset()
    back.parse(data=data, format=FORMATS[fmt][1])
    default = rdflib.Graph()
    for graph in back.graphs():
        if str(graph.identifier) not in BESIDE:
            default += graph
    assert isomorphic(default, as_rdflib(stored[None]))
    for name in BESIDE:
        held = back.graph(rdflib.URIRef(name))
        assert len(held) == (len(stored[name]) if fmt in HOLDS_GRAPHS else 0)


@pytest.fixture(scope="module")
def bundled(demo_store: Path, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """The JSON-LD of the bundle."""
    folder = tmp_path_factory.mktemp("bundle")
    Commands(folder)("export", "--bundle", "published", "--store", demo_store).done()
    text = gzip.decompress((folder / "published" / "perfkg.jsonld.gz").read_bytes())
    found: list[dict[str, Any]] = json.loads(text)
    return found


def test_pyld_reads_the_json_ld_of_the_bundle_as_what_is_stored(
    bundled: list[dict[str, Any]], stored: dict[str | None, set[ox.Triple]]
) -> None:
    lines = jsonld.to_rdf(bundled, {"format": "application/n-quads"})
    back = ox.Store()
    back.load(lines, ox.RdfFormat.N_QUADS)
    assert {quad.triple for quad in back} == stored[None]


def test_the_frame_of_the_manual_cuts_out_forms_with_their_targets(
    bundled: list[dict[str, Any]], demo_store: Path
) -> None:
    text = (DOCS / "views.md").read_text(encoding="utf-8")
    frame = json.loads(text.partition("```json\n")[2].partition("```")[0])
    framed = jsonld.frame(bundled, frame)
    forms = framed["@graph"]
    with EmbeddedStore(demo_store) as store:
        database = store.snapshot().database
        of_class = "SELECT ?x WHERE { ?x a <https://w3id.org/perfkg/def#%s> }"
        kinds = {
            name: {row[0].value for row in database.query(of_class % name)}  # type: ignore[union-attr]
            for name in ("TargetForm", "QuantitativeTarget")
        }
    assert {form["@id"] for form in forms} == kinds["TargetForm"]
    targets = [target for form in forms for target in as_list(form.get("targets"))]
    assert {target["@id"] for target in targets if target} == kinds["QuantitativeTarget"]
    assert all(target["indicator"]["label"] for target in targets if target)
    assert all(form["project"]["label"] for form in forms)


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
