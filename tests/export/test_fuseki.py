"""The bundle in Apache Jena Fuseki: loaded as docs/triple-stores.md says, it answers the same."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest
from helpers import Commands, start_service, stop_service
from services import fuseki

from perfkg.asking import load_catalogue
from perfkg.namespaces import PREFIXES
from perfkg.queries import SavedQuery, prepare
from perfkg.queries.parts import STATISTICS
from perfkg.settings import Settings
from perfkg.store import EmbeddedStore

QUERIES = list(load_catalogue(Settings()))


@pytest.fixture(scope="module")
def loaded(demo_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Fuseki with the N-Quads of the bundle and nothing else."""
    folder = tmp_path_factory.mktemp("fuseki")
    commands = Commands(folder)
    commands("export", "--bundle", "bundle", "--store", demo_store).done()
    quads = gzip.decompress((folder / "bundle" / "perfkg.nq.gz").read_bytes())
    # TDB2 writes the decimal 100 as 100.0, which a query must not show.
    (folder / "data").mkdir()
    with fuseki(folder, "--tdb2", f"--loc={folder / 'data'}") as address:
        kind = {"Content-Type": "application/n-quads"}
        httpx.post(f"{address}/data", content=quads, headers=kind, timeout=60).raise_for_status()
        yield address


def plain(term: object) -> str:
    if isinstance(term, ox.Literal) and term.datatype.value.endswith(("decimal", "integer")):
        return str(round(Decimal(term.value), 6).normalize())
    return "" if term is None else str(term)


@pytest.mark.parametrize("offers", [(), (STATISTICS,)], ids=["counting", "counted"])
@pytest.mark.parametrize("query", QUERIES, ids=lambda query: str(query.name))
def test_a_saved_query_has_the_same_answer_in_fuseki(
    query: SavedQuery, offers: tuple[str, ...], loaded: str, demo_store: Path
) -> None:
    text = prepare(query, {}, offers)
    accept = {"Accept": "application/sparql-results+json"}
    got = httpx.post(f"{loaded}/query", data={"query": text}, headers=accept, timeout=60)
    there = ox.parse_query_results(got.raise_for_status().content, ox.QueryResultsFormat.JSON)
    with EmbeddedStore(demo_store) as store:
        here = store.snapshot().database.query(text, prefixes=PREFIXES)
        assert isinstance(there, ox.QuerySolutions)
        assert isinstance(here, ox.QuerySolutions)
        rows = [sorted([plain(term) for term in row] for row in found) for found in (there, here)]
    assert rows[0] == rows[1]


def test_the_findings_are_in_their_graph_and_not_among_the_data(loaded: str) -> None:
    ask = "ASK { %s { ?report <http://www.w3.org/ns/shacl#result> ?finding } }"
    answers = [
        httpx.post(f"{loaded}/query", data={"query": ask % graph}).json()["boolean"]
        for graph in ("GRAPH ?g", "")
    ]
    assert answers == [True, False]


def test_perfkg_works_on_what_was_loaded(loaded: str, perfkg: Commands) -> None:
    run = perfkg("query", "projects", "--format", "csv", "--store", loaded).done()
    assert len(run.out.splitlines()) == 11


def test_perfkg_serves_what_was_loaded_and_writes_nothing(loaded: str, tmp_path: Path) -> None:
    graphs = "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }"
    process, address = start_service(loaded, tmp_path)
    try:
        assert httpx.get(f"{address}/projects", timeout=60).is_success
        assert httpx.get(f"{address}/health", timeout=60).json()["dataset_version"] == 0
    finally:
        stop_service(process)
    got = httpx.post(f"{loaded}/query", data={"query": graphs}, headers={"Accept": "text/csv"})
    graphs_of_ours = (f"https://w3id.org/perfkg/id/graph/{n}" for n in ("statistics", "validation"))
    assert sorted(got.text.split()) == ["g", *graphs_of_ours]
