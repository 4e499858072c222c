"""From triples to a store that answers: perfkg's generation beside its engine and rdflib."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import rdflib

from benchmarks.data import Data
from benchmarks.generated import graphs, several_years
from benchmarks.measurement import OURS, Measurement, Timed, memory, timed
from perfkg.asking import open_to_write
from perfkg.graph.form_graph import FormGraph
from perfkg.settings import Settings
from perfkg.store import open_store

SUITE = "loading"
PEER_MOST = 1_000
"""rdflib holds everything in memory: the graphs of so many forms at most."""


def measure(data: Data) -> Iterator[Measurement]:
    """Measure a generation with all forms, `bulk_load` of what it holds, and rdflib's parser."""
    folder = data.folder / "loading"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    mapped = list(graphs(several_years(data.forms)))
    _, took = timed(lambda: _written(mapped, folder / "store"))
    yield _measurement(OURS, data.forms, _triples(folder / "store"), took)
    dump = data.dump
    store, took = timed(lambda: _bulk_loaded(dump, folder / "engine"))
    yield _measurement("bulk_load of its triples", data.forms, len(store), took)
    if data.forms <= PEER_MOST:
        graph, took = timed(lambda: rdflib.Graph().parse(dump, format="nt"))
        yield _measurement("rdflib, parse of its triples", data.forms, len(graph), took)
    shutil.rmtree(folder)


def _written(mapped: list[FormGraph], path: Path) -> None:
    with open_to_write(Settings(store=str(path))) as store, store.write() as writer:
        for graph in mapped:
            writer.put(graph)


def _triples(path: Path) -> int:
    with open_store(path) as store:
        return store.generation.triples


def _bulk_loaded(dump: Path, path: Path) -> ox.Store:
    store = ox.Store(str(path))
    store.bulk_load(path=str(dump), format=ox.RdfFormat.N_TRIPLES)
    return store


def _measurement(engine: str, forms: int, count: int, took: Timed) -> Measurement:
    times = took.seconds, took.wall, took.runs
    return Measurement(
        SUITE, "mapped forms into a generation", engine, forms, count, "triples", *times, memory()
    )
