"""The bundle in Virtuoso: loaded as docs/triple-stores.md says, pushed to, served from there."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from helpers import Commands, start_service, stop_service
from services import Virtuoso, virtuoso

pytestmark = pytest.mark.timeout(300)
GRAPH = "https://data.example.cn/graph/perfkg"
FINDINGS = "https://w3id.org/perfkg/id/graph/validation"
STATISTICS = "https://w3id.org/perfkg/id/graph/statistics"
ENGLISH = {"PERFKG_LANG": "en", "PERFKG_STORE_GRAPH": GRAPH}
PLACES = ("/", "/projects", "/forms", "/indicators", "/organizations", "/validation", "/catalog")


@pytest.fixture(scope="module")
def bundle(demo_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bundle")
    Commands(folder)("export", "--bundle", "published", "--store", demo_store).done()
    return folder / "published"


@pytest.fixture(scope="module")
def loaded(bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Virtuoso]:
    """Virtuoso with the N-Quads of the bundle, loaded by its bulk loader."""
    with virtuoso(tmp_path_factory.mktemp("virtuoso"), bundle) as server:
        server.run(
            f"ld_dir('{bundle}', 'perfkg.nq.gz', '{GRAPH}');", "rdf_loader_run();", "checkpoint;"
        )
        yield server


def count(server: Virtuoso, graph: str) -> int:
    asked = {"query": "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }", "default-graph-uri": graph}
    got = httpx.get(f"{server.address}/sparql", params=asked, headers={"Accept": "text/csv"})
    return int(got.raise_for_status().text.split()[1])


def test_the_bulk_loader_takes_every_statement(loaded: Virtuoso, bundle: Path) -> None:
    lines = gzip.decompress((bundle / "perfkg.nq.gz").read_bytes()).splitlines()
    named = 0
    for graph in (FINDINGS, STATISTICS):
        held = sum(line.endswith(f" <{graph}> .".encode()) for line in lines)
        assert count(loaded, graph) == held > 100
        named += held
    assert count(loaded, GRAPH) == len(lines) - named > 5000


def test_perfkg_gives_back_from_there_the_file_that_was_loaded(
    loaded: Virtuoso, bundle: Path, perfkg: Commands
) -> None:
    there = f"{loaded.address}/sparql"
    run = perfkg("export", "--format", "nq", "--store", there, env=ENGLISH).done()
    assert run.data == gzip.decompress((bundle / "perfkg.nq.gz").read_bytes())


def test_perfkg_serves_what_was_loaded_and_writes_nothing(loaded: Virtuoso, tmp_path: Path) -> None:
    before = count(loaded, GRAPH)
    process, address = start_service(f"{loaded.address}/sparql", tmp_path, **ENGLISH)
    try:
        for place in PLACES:
            got = httpx.get(f"{address}{place}", headers={"Accept": "text/html"}, timeout=60)
            assert got.status_code == httpx.codes.OK, (place, got.text)
        assert httpx.get(f"{address}/health").json()["version"]
    finally:
        stop_service(process)
    assert count(loaded, GRAPH) == before
    assert not count(loaded, "https://w3id.org/perfkg/id/graph/store")


def test_a_push_signs_with_digest_and_is_verified(
    loaded: Virtuoso, perfkg: Commands, demo_store: Path
) -> None:
    graph = "https://data.example.cn/graph/pushed"
    call = ("push", f"{loaded.address}/sparql-graph-crud-auth", "--graph", graph)
    wrong = {"PERFKG_LANG": "en", "PERFKG_PUSH_TOKEN": "dba:wrong"}
    refused = perfkg(*call, "--store", demo_store, env=wrong)
    assert (refused.status, "401" in refused.err) == (1, True)
    right = {"PERFKG_LANG": "en", "PERFKG_PUSH_TOKEN": "dba:dba"}
    for sent in (True, False):
        run = perfkg(*call, "--store", demo_store, env=right).done()
        assert "verified" in run.err
        assert ("sent" in run.err) == sent


def test_an_answer_that_virtuoso_cut_is_an_error(
    bundle: Path, tmp_path: Path, perfkg: Commands
) -> None:
    with virtuoso(tmp_path, bundle, most=10) as server:
        server.run(f"ld_dir('{bundle}', 'perfkg.nq.gz', '{GRAPH}');", "rdf_loader_run();")
        place = ("--store", f"{server.address}/sparql")
        table = perfkg("sparql", "SELECT * WHERE { ?s ?p ?o }", *place, env=ENGLISH)
        assert (table.status, table.data) == (1, b"")
        assert "ResultSetMaxRows" in table.err
        perfkg("sparql", "SELECT * WHERE { ?s ?p ?o } LIMIT 5", *place, env=ENGLISH).done()
