from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from perfkg.asking import open_to_write
from perfkg.graph.mapping import Mapper
from perfkg.queries import Catalogue
from perfkg.reading import read_bytes
from perfkg.resources import queries_folder
from perfkg.reviewing import review_and_keep, rules_for
from perfkg.settings import Settings
from perfkg.store import EmbeddedStore
from tests.queries.small_graph import Graph

HERE = Path(__file__).parent
FORMS = sorted((HERE / "forms").glob("*.txt"))


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return Catalogue(queries_folder())


@pytest.fixture(scope="session")
def graph() -> Graph:
    return Graph(HERE / "data.ttl")


@pytest.fixture(scope="session")
def nothing() -> Graph:
    return Graph()


@pytest.fixture(scope="session")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedStore]:
    """The forms of `forms/` in a store, reviewed, each of them found in two documents."""
    settings = Settings(store=str(tmp_path_factory.mktemp("county") / "store"))
    mapper = Mapper(settings.identity)
    with open_to_write(settings) as store:
        with store.write() as writer:
            for copy in ("", "\n"):
                for path in FORMS:
                    name = f"副本-{path.name}" if copy else path.name
                    read = read_bytes(name, path.read_bytes() + copy.encode())
                    for form in read.forms:
                        writer.put(mapper.map(form, read.document))
            review_and_keep(writer, rules_for(settings), settings)
        yield store


@pytest.fixture(scope="session")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedStore]:
    """A store without a form: the vocabulary is there."""
    with open_to_write(Settings(store=str(tmp_path_factory.mktemp("fresh") / "store"))) as store:
        yield store
