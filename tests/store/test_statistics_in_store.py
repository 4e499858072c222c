"""The statistics of a store, in a folder or elsewhere: of its data, or not there."""

from __future__ import annotations

from collections.abc import Callable

import pyoxigraph as ox
import pytest

from perfkg.identity import Identity
from perfkg.namespaces import PK
from perfkg.statistics import has_statistics, keep_statistics
from perfkg.store.base import Store, Writer

from .support import PERCENT, VALIDATION, VOCABULARY, Backend, column, form_graph, form_of, put

IDENTITY = Identity()
COUNTS = "SELECT ?count WHERE { GRAPH ?any { ?form pk:targetCount ?count } }"
STATEMENT = ox.Triple(ox.NamedNode("urn:a"), ox.NamedNode("urn:b"), ox.NamedNode("urn:c"))


def counted(store: Store) -> list[str]:
    return [text.partition("^")[0].strip('"') for text in column(store, COUNTS)]


def keep(store: Store) -> None:
    with store.write() as writer:
        keep_statistics(writer, IDENTITY)


def insert(writer: Writer) -> None:
    writer.update(f"INSERT DATA {{ <{form_of('b')}> <{PK}year> 2024 }}")


def test_statistics_are_kept_beside_the_data_and_found(backend: Backend) -> None:
    with backend.open(*VOCABULARY) as store:
        put(store, form_graph("a", units=(PERCENT, PERCENT)), form_graph("b"))
        triples = store.generation.triples
        assert not has_statistics(store, IDENTITY)
        keep(store)
        assert has_statistics(store, IDENTITY)
        assert counted(store) == ["1", "2"]
        assert store.generation.triples == triples


def test_statistics_that_change_nothing_make_no_generation(backend: Backend) -> None:
    with backend.open(*VOCABULARY) as store:
        put(store, form_graph("a"))
        keep(store)
        before = store.generation
        keep(store)
        assert store.generation == before


@pytest.mark.parametrize(
    "change",
    [
        lambda writer: writer.put(form_graph("c")),
        insert,
        lambda writer: writer.add_to_graph(None, [STATEMENT]),
        lambda writer: writer.put_graph(IDENTITY.statistics_graph, [STATEMENT]),
        lambda writer: writer.add_to_graph("urn:g", [STATEMENT]),
        lambda writer: writer.clear_graph(VALIDATION) or writer.add_to_graph("urn:h", [STATEMENT]),
    ],
    ids=["form", "update", "statement", "itself", "other graph", "findings"],
)
def test_a_write_that_counts_nothing_leaves_no_statistics(
    backend: Backend, change: Callable[[Writer], object]
) -> None:
    with backend.open(*VOCABULARY) as store:
        put(store, form_graph("a"), form_graph("b"))
        keep(store)
        with store.write() as writer:
            change(writer)
        assert not has_statistics(store, IDENTITY)
        assert counted(store) == []
        keep(store)
        assert has_statistics(store, IDENTITY)


def test_statistics_do_not_outlive_what_the_same_write_changes_afterwards(
    backend: Backend,
) -> None:
    with backend.open(*VOCABULARY) as store:
        put(store, form_graph("a"))
        with store.write() as writer:
            keep_statistics(writer, IDENTITY)
            writer.add_to_graph("urn:g", [STATEMENT])
        assert not has_statistics(store, IDENTITY)


def test_another_vocabulary_leaves_no_statistics(backend: Backend) -> None:
    with backend.open(*VOCABULARY) as store:
        put(store, form_graph("a"))
        keep(store)
    with backend.open(*VOCABULARY[:2]) as store:
        with store.write():
            pass
        assert not has_statistics(store, IDENTITY)


def test_statistics_of_another_edition_do_not_count(
    backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    with backend.open(*VOCABULARY) as store:
        put(store, form_graph("a"))
        keep(store)
    monkeypatch.setattr("perfkg.statistics._edition", lambda: "urn:sha256:00")
    with backend.open_as_it_is() as store:
        assert not has_statistics(store, IDENTITY)
