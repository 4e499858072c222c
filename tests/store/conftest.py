"""A fresh store for each test, in a folder or in another maker's server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from services import fuseki, oxigraph

from perfkg.store import EmbeddedStore, Store

from .support import VOCABULARY, Backend, Elsewhere, InFolder, new_store

UNION_GRAPH = "https://data.example.cn/graph/perfkg"


@pytest.fixture(scope="session")
def oxigraph_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with oxigraph(tmp_path_factory.mktemp("oxigraph")) as address:
        yield address


@pytest.fixture(scope="session")
def union_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server whose default graph is the union of all graphs, as GraphDB and Virtuoso have it."""
    with oxigraph(tmp_path_factory.mktemp("union"), "--union-default-graph") as address:
        yield address


@pytest.fixture(scope="session")
def fuseki_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with fuseki(tmp_path_factory.mktemp("fuseki")) as address:
        yield address


def emptied(address: str) -> str:
    kind = {"Content-Type": "application/sparql-update"}
    httpx.post(f"{address}/update", content="DROP ALL", headers=kind).raise_for_status()
    return address


@pytest.fixture(params=["folder", "oxigraph", "union", "fuseki"])
def backend(request: pytest.FixtureRequest, tmp_path: Path) -> Backend:
    """A place for a store that does not exist yet."""
    if request.param == "folder":
        return InFolder(tmp_path / "store")
    address = emptied(request.getfixturevalue(f"{request.param}_address"))
    return Elsewhere(address, UNION_GRAPH if request.param == "union" else None)


@pytest.fixture(params=["oxigraph", "union", "fuseki"])
def elsewhere(request: pytest.FixtureRequest) -> Elsewhere:
    """The same, in a server."""
    address = emptied(request.getfixturevalue(f"{request.param}_address"))
    return Elsewhere(address, UNION_GRAPH if request.param == "union" else None)


@pytest.fixture
def store(backend: Backend) -> Iterator[Store]:
    with ExitStack() as stack:
        yield stack.enter_context(backend.open(*VOCABULARY))


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[EmbeddedStore]:
    with new_store(tmp_path / "store") as opened:
        yield opened
