from __future__ import annotations

from pathlib import Path

import pytest
from small_graph import Graph

from perfkg.queries import Catalogue
from perfkg.resources import queries_folder


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return Catalogue(queries_folder())


@pytest.fixture(scope="session")
def graph() -> Graph:
    return Graph(Path(__file__).parent / "data.ttl")


@pytest.fixture(scope="session")
def nothing() -> Graph:
    return Graph()
