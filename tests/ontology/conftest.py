"""The ontology folder, read by both engines that the project uses."""

from __future__ import annotations

from pathlib import Path

import pytest
from rdflib import Graph

from perfkg.resources import ontology_folder

VOCABULARIES = ("classification.ttl", "units.ttl", "codes.ttl")


@pytest.fixture(scope="session")
def folder() -> Path:
    return ontology_folder()


@pytest.fixture(scope="session")
def ontology(folder: Path) -> Graph:
    return Graph().parse(folder / "perfkg.ttl")


@pytest.fixture(scope="session")
def vocabularies(folder: Path) -> Graph:
    graph = Graph()
    for name in VOCABULARIES:
        graph.parse(folder / name)
    return graph
