"""The ten bundled forms in a store elsewhere: what a folder answers, it answers too."""

from __future__ import annotations

import gzip
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest
from helpers import DEMO, Commands, start_service, stop_service
from services import fuseki, oxigraph

from perfkg.asking import ask_saved, load_catalogue
from perfkg.queries import SavedQuery
from perfkg.settings import Settings
from perfkg.store import EmbeddedStore, SelectResult, Store
from perfkg.store.remote import RemoteStore

# Starting a server, filling it and serving it takes its time on a busy machine.
pytestmark = pytest.mark.timeout(400)
GRAPH = "https://data.example.cn/graph/perfkg"
QUERIES = list(load_catalogue(Settings()))


@dataclass(frozen=True)
class Place:
    """Where a store is, for the environment of a command."""

    address: str
    env: dict[str, str] = field(default_factory=dict)

    def opened(self) -> RemoteStore:
        return RemoteStore(self.address, graph=self.env.get("PERFKG_STORE_GRAPH"))


@pytest.fixture(scope="module", params=["oxigraph", "union", "fuseki", "fuseki-tdb2"])
def place(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Place]:
    """A server with the ten bundled forms, ingested and validated there."""
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "oxigraph":
        server, env = oxigraph(folder), {}
    elif request.param == "union":
        server = oxigraph(folder, "--union-default-graph")
        env = {"PERFKG_STORE_GRAPH": GRAPH}
    elif request.param == "fuseki":
        server, env = fuseki(folder), {}
    else:
        (folder / "tdb2").mkdir()
        server, env = fuseki(folder, "--tdb2", f"--loc={folder / 'tdb2'}"), {}
    with server as address:
        commands = Commands(folder)
        commands("ingest", DEMO, "--store", address, env=env).done()
        checked = commands("validate", "--fail-on", "never", "--store", address, env=env)
        assert checked.status == 0, checked.err
        yield Place(address, env)


def dumped(store: Store) -> bytes:
    out = io.BytesIO()
    store.dump(out, "nq")
    return out.getvalue()


def test_it_holds_the_same_data_and_findings(place: Place, demo_store: Path) -> None:
    with place.opened() as there, EmbeddedStore(demo_store) as here:
        assert dumped(there) == dumped(here)
        assert there.generation.triples == here.generation.triples


def test_the_same_forms_again_change_nothing(place: Place, perfkg: Commands) -> None:
    with place.opened() as store:
        before = store.generation
        run = perfkg("ingest", DEMO, "--store", place.address, env=place.env).done()
        assert store.generation == before
        assert f"{before.triples:,}" in run.out


def plain(term: object) -> object:
    """Return a term without the spelling of its number, which is the engine's own."""
    if isinstance(term, ox.Literal) and term.datatype.value.rpartition("#")[2] in (
        "decimal", "integer", "double", "int", "long",
    ):  # fmt: skip
        return round(Decimal(term.value), 6).normalize()
    # An engine may spell the decimal 100 as 100.0, which STR() shows inside texts.
    return None if term is None else re.sub(r"(\d)\.0(?!\d)", r"\1", str(term))


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: str(query.name))
def test_every_saved_query_has_the_same_rows(
    place: Place, demo_store: Path, query: SavedQuery
) -> None:
    with place.opened() as there, EmbeddedStore(demo_store) as here:
        settings = Settings(timeout=60)
        answers = [ask_saved(store, query, {}, settings).result for store in (there, here)]
    for found in answers:
        assert isinstance(found, SelectResult)
    assert getattr(answers[0], "variables", 0) == getattr(answers[1], "variables", 1)
    rows = [
        sorted(str([plain(term) for term in row]) for row in getattr(found, "rows", ()))
        for found in answers
    ]
    assert rows[0] == rows[1]


@pytest.fixture(scope="module")
def serving(place: Place, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("serving")
    process, address = start_service(place.address, folder, PERFKG_TOKEN="s3cret", **place.env)  # noqa: S106
    yield address
    stop_service(process)


def without_time(page: str) -> str:
    return re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d", "", page)


PAGES = (
    "/", "/forms", "/projects", "/organizations", "/indicators", "/validation", "/queries",
    "/catalog", "/.well-known/void", "/sparql", "/health", "/queries/targets-in-words.xlsx",
    "/export/perfkg.nq.gz", "/export/targets.csv",
)  # fmt: skip


def test_every_page_is_served_as_from_a_folder(serving: str, service: str, place: Place) -> None:
    with httpx.Client(timeout=60) as client:
        for path in PAGES:
            there, here = (client.get(f"{root}{path}") for root in (serving, service))
            assert there.status_code == here.status_code == 200, (path, place.address)
            assert there.headers["content-type"] == here.headers["content-type"]
            if path.startswith("/export/"):
                assert there.content == here.content
            elif path == "/validation":
                assert without_time(there.text) == without_time(here.text)
        found = client.get(
            f"{serving}/sparql",
            params={"query": "SELECT ?f { ?f a <https://w3id.org/perfkg/def#TargetForm> } LIMIT 1"},
            headers={"Accept": "application/sparql-results+json"},
        ).json()["results"]["bindings"]
        key = found[0]["f"]["value"].rpartition("/")[2]
        there, here = (client.get(f"{root}/forms/{key}") for root in (serving, service))
        assert without_time(there.text.replace(serving, service)) == without_time(here.text)
        there, here = (client.get(f"{root}/data/form/{key}.ttl") for root in (serving, service))
        assert by_value(there.content) == by_value(here.content)


def by_value(turtle: bytes) -> set[ox.Triple]:
    """Return the triples as our engine spells their numbers."""
    database = ox.Store()
    database.load(turtle, ox.RdfFormat.TURTLE)
    return {quad.triple for quad in database}


def test_a_write_over_http_is_a_new_generation_there(serving: str, place: Place) -> None:
    token = {"Authorization": "Bearer s3cret", "Content-Type": "text/turtle"}
    with httpx.Client(base_url=serving, timeout=60) as client:
        before = client.get("/sparql", params={"query": "ASK { ?s ?p ?o }"})
        graph = {"graph": "https://w3id.org/perfkg/id/graph/notes"} if not place.env else {}
        chosen = graph or {"default": ""}
        done = client.post("/graph-store", params=chosen, headers=token, content="<a:b> <a:c> 1 .")
        assert done.is_success, done.text
        after = client.get("/sparql", params={"query": "ASK { ?s ?p ?o }"})
        assert before.headers["etag"] != after.headers["etag"]
        held = client.get("/graph-store", params=chosen, headers={"Accept": "text/turtle"})
        assert "<a:b>" in held.text
        text = "DELETE WHERE { GRAPH ?g { <a:b> ?p ?o } } ; DELETE WHERE { <a:b> ?p ?o }"
        kind = token | {"Content-Type": "application/sparql-update"}
        assert client.post("/sparql", content=text, headers=kind).is_success
        held = client.get("/graph-store", params={"default": ""})
        assert "a:b" not in held.text


def test_the_bundle_from_there_is_the_bundle_from_here(
    place: Place, demo_store: Path, tmp_path: Path, perfkg: Commands
) -> None:
    perfkg("validate", "--fail-on", "never", "--store", place.address, env=place.env)
    perfkg("export", "--bundle", tmp_path / "t", "--store", place.address, env=place.env).done()
    perfkg("export", "--bundle", tmp_path / "h", "--store", demo_store).done()
    names = {path.relative_to(tmp_path / "h") for path in (tmp_path / "h").rglob("*.*")}
    assert {path.relative_to(tmp_path / "t") for path in (tmp_path / "t").rglob("*.*")} == names
    data = [name for name in names if name.suffix in (".gz", ".csv")]
    assert len(data) >= 6
    for name in data:
        assert content(tmp_path / "t" / name) == content(tmp_path / "h" / name), name
    assert zipfile.is_zipfile(tmp_path / "t" / "targets.xlsx")


def content(path: Path) -> bytes:
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
