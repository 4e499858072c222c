"""`perfkg push`: into real stores, in parts, resumed after a failure, and proved."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pyoxigraph as ox
import pytest
from helpers import Commands, start_service, stop_service
from proxy import Seen, proxy
from services import fuseki, oxigraph

from perfkg.errors import StoreError
from perfkg.export import push
from perfkg.export.push import Push
from perfkg.export.target import Target
from perfkg.store import EmbeddedStore

GRAPH = "https://data.example.cn/graph/perfkg"
ENGLISH = {"PERFKG_LANG": "en", "PERFKG_PUSH_TOKEN": "s3cret"}


@pytest.fixture(scope="module")
def stored(demo_store: Path) -> set[ox.Triple]:
    with EmbeddedStore(demo_store) as store:
        quads = store.snapshot().database.quads_for_pattern(None, None, None, ox.DefaultGraph())
        return {quad.triple for quad in quads}


@pytest.fixture(scope="module")
def perfkg_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("target")
    EmbeddedStore(folder / "store", create=True).close()
    process, address = start_service(folder / "store", folder, PERFKG_TOKEN="s3cret")  # noqa: S106
    yield f"{address}/graph-store"
    stop_service(process)


@pytest.fixture(scope="module")
def oxigraph_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with oxigraph(tmp_path_factory.mktemp("oxigraph")) as address:
        yield f"{address}/store"


@pytest.fixture(scope="module")
def fuseki_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with fuseki(tmp_path_factory.mktemp("fuseki")) as address:
        yield f"{address}/data"


def triples_of(address: str, **chosen: str) -> set[ox.Triple]:
    parameters = chosen or {"default": ""}
    got = httpx.get(address, params=parameters, headers={"Accept": "application/n-triples"})
    quads = ox.parse(got.raise_for_status().content, ox.RdfFormat.N_TRIPLES)
    return {quad.triple for quad in quads}


@pytest.mark.parametrize("kind", ["perfkg_service", "oxigraph_service", "fuseki_service"])
def test_a_named_graph_arrives_whole_and_a_second_push_sends_nothing(
    kind: str,
    request: pytest.FixtureRequest,
    perfkg: Commands,
    demo_store: Path,
    stored: set[ox.Triple],
) -> None:
    address = request.getfixturevalue(kind)
    call = ("push", address, "--graph", GRAPH, "--store", demo_store)
    dry = perfkg(*call, "--dry-run", env=ENGLISH).done()
    assert f"lacks {len(stored):,}" in dry.err
    assert httpx.get(address, params={"graph": GRAPH}).status_code == 404
    first = perfkg(*call, env=ENGLISH).done()
    assert f"verified: {len(stored):,} statements" in first.err
    assert triples_of(address, graph=GRAPH) == stored
    second = perfkg(*call, env=ENGLISH).done()
    assert "lacks 0 and holds 0" in second.err
    assert "sent" not in second.err
    assert first.data == second.data == b""


def test_the_default_graph_of_another_perfkg_is_replaced(
    perfkg: Commands, perfkg_service: str, demo_store: Path, stored: set[ox.Triple]
) -> None:
    token = {"Authorization": "Bearer s3cret", "Content-Type": "text/turtle"}
    httpx.post(perfkg_service, params={"default": ""}, headers=token, content="<a:a> <b:b> <c:c> .")
    run = perfkg("push", perfkg_service, "--store", demo_store, env=ENGLISH).done()
    assert "holds 1 others" in run.err
    assert "verified" in run.err
    assert triples_of(perfkg_service) == stored


def test_a_wrong_token_changes_nothing_and_says_so(
    perfkg: Commands, perfkg_service: str, demo_store: Path
) -> None:
    other = "https://data.example.cn/graph/other"
    env = {**ENGLISH, "PERFKG_PUSH_TOKEN": "wrong"}
    run = perfkg("push", perfkg_service, "--graph", other, "--store", demo_store, env=env)
    assert run.status == 1
    assert "403" in run.err
    assert "Nothing was sent" in run.err
    assert httpx.get(perfkg_service, params={"graph": other}).status_code == 404


class Broken(ThreadingHTTPServer):
    """A graph store that keeps one graph and fails at the request that it is told to."""

    def __init__(self) -> None:
        self.lines: set[bytes] | None = None
        self.writes = 0
        self.fails_at = -1
        self.how: int | str = 500
        super().__init__(("127.0.0.1", 0), _Answers)


class _Answers(BaseHTTPRequestHandler):
    server: Broken

    def do_GET(self) -> None:
        lines = self.server.lines
        if lines is None:
            self.send_error(404)
            return
        body = b"".join(lines)
        if self.server.how == "forgets":
            body = b"".join(sorted(lines)[1:])
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        assert "graph" in parse_qs(urlsplit(self.path).query)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.writes += 1
        if self.server.writes == self.server.fails_at:
            if isinstance(self.server.how, int):
                self.send_error(self.server.how)
            self.close_connection = True
            return
        before = set() if self.command == "PUT" else self.server.lines or set()
        self.server.lines = before | set(body.splitlines(keepends=True))
        self.send_response(204)
        self.end_headers()

    do_PUT = do_POST  # noqa: N815

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def broken() -> Iterator[Broken]:
    server = Broken()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize("how", [500, 401, 413, "cut"])
def test_a_push_that_fails_half_way_names_the_graph_incomplete_and_is_taken_up_again(
    how: int | str,
    perfkg: Commands,
    demo_store: Path,
    stored: set[ox.Triple],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(push, "PART", 2000)
    with broken() as server:
        address = f"http://127.0.0.1:{server.server_address[1]}/store"
        server.fails_at, server.how = 3, how
        call = ("push", address, "--graph", GRAPH, "--store", demo_store)
        failed = perfkg(*call, env=ENGLISH)
        assert failed.status == 1
        assert f"incomplete: 4000 of {len(stored)}" in failed.err
        assert str(how if isinstance(how, int) else "connection") in failed.err
        assert len(server.lines or ()) == 4000
        again = perfkg(*call, env=ENGLISH).done()
        assert f"lacks {len(stored) - 4000:,} and holds 0" in again.err
        assert f"verified: {len(stored):,}" in again.err
        held = set(ox.parse(b"".join(server.lines or ()), ox.RdfFormat.N_TRIPLES))
        assert {quad.triple for quad in held} == stored


def test_a_target_that_loses_a_statement_is_not_verified(
    perfkg: Commands, demo_store: Path
) -> None:
    with broken() as server:
        server.how = "forgets"
        address = f"http://127.0.0.1:{server.server_address[1]}/store"
        run = perfkg("push", address, "--graph", GRAPH, "--store", demo_store, env=ENGLISH)
        assert run.status == 1
        assert "not verified" in run.err
        assert "1 are missing" in run.err


def test_a_target_that_is_not_there_is_named(perfkg: Commands, demo_store: Path) -> None:
    run = perfkg("push", "http://127.0.0.1:1/store", "--store", demo_store, env=ENGLISH)
    assert run.status == 1
    assert "127.0.0.1:1" in run.err
    wrong = perfkg("push", "ftp://example.org/", "--store", demo_store, env=ENGLISH)
    assert wrong.status == 2


@pytest.mark.parametrize("seed", range(4))
def test_a_push_through_a_bad_connection_gets_there_and_never_claims_too_much(
    seed: int,
    demo_store: Path,
    oxigraph_service: str,
    stored: set[ox.Triple],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Requests are cut, refused, lost after their effect or answered by half, at random."""
    monkeypatch.setattr(push, "PART", 1500)
    chance = random.Random(seed)  # noqa: S311
    graph = f"https://data.example.cn/graph/{seed}"
    before: set[ox.Triple] = set()
    with proxy(oxigraph_service) as between, EmbeddedStore(demo_store) as store:

        def fault(_: Seen, __: int) -> int | str | None:
            faults: list[int | str] = ["cut", "lost", "half", 401, 413, 500, 503]
            return chance.choice(faults) if chance.random() < 0.3 else None

        between.fault = fault
        way = Push(store.snapshot().database, Target(between.address, graph, None), tmp_path)
        for _ in range(60):
            try:
                difference = way.compare()
                if not difference.is_none:
                    way.send(difference)
                assert way.verify().count == len(stored)
                break
            except StoreError as error:
                held = triples_or_none(oxigraph_service, graph)
                if "as it was" in error.text.en:
                    assert held == before
                assert held <= stored
                before = held
        else:
            raise AssertionError("it did not get there")
    assert triples_of(oxigraph_service, graph=graph) == stored


def triples_or_none(address: str, graph: str) -> set[ox.Triple]:
    found = httpx.get(address, params={"graph": graph})
    return set() if found.status_code == 404 else triples_of(address, graph=graph)


def test_a_target_that_is_too_slow_is_given_up_on(
    demo_store: Path, oxigraph_service: str, tmp_path: Path
) -> None:
    with proxy(oxigraph_service) as between, EmbeddedStore(demo_store) as store:
        between.fault = lambda _, __: "slow"
        target = Target(between.address, GRAPH, None, timeout=0.3)
        with pytest.raises(StoreError, match="timed out"):
            Push(store.snapshot().database, target, tmp_path).compare()
