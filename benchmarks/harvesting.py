"""From files to a generation that is checked and served, and how fast each format is read."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from benchmarks.data import Data
from benchmarks.files import FORMATS
from benchmarks.ingesting import run
from benchmarks.measurement import OURS, Measurement, Timed, memory, timed
from perfkg.harvest import Harvester, find_places, harvest
from perfkg.readers.limits import DEFAULT_LIMITS
from perfkg.store import open_store

READING, INGEST = "reading", "ingest"
_SAMPLE = 200
"""So many files of a format are read; one costs what another does, and docx is slow to write."""
_WORK = "text files to a checked generation"


def measure_reading(data: Data) -> Iterator[Measurement]:
    """Read and map files of each format but PDF, which takes a browser to print, in one process."""
    sample = Data(min(data.forms, _SAMPLE), data.folder)
    for extension in FORMATS[:4]:
        folder = sample.files(extension)
        forms, took = timed(lambda folder=folder: _read(folder))
        times = took.seconds, took.wall, took.runs
        work = f"{extension} files"
        yield Measurement(READING, work, OURS, sample.forms, forms, "forms", *times, memory())


def measure_ingest(data: Data) -> Iterator[Measurement]:
    """Ingest text files with two processes; then load the same triples into the engine alone."""
    folder = data.folder / "ingest"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    cost = run(data.files("txt"), folder / "store", "--workers", "2")
    triples, peak = int(cost.told["triples"]), round(cost.memory)
    times = cost.processor, cost.clock, 1
    yield Measurement(INGEST, _WORK, OURS, data.forms, triples, "triples", *times, peak)
    dump = folder / "dump.nq"
    with open_store(folder / "store") as store, dump.open("wb") as out:
        store.dump(out, "nq")
    count, took = timed(lambda: _bulk_loaded(dump, folder / "engine"))
    yield _of_engine(data.forms, count, took)
    shutil.rmtree(folder)


def _read(folder: Path) -> int:
    harvester = Harvester("https://example.org/", DEFAULT_LIMITS)
    read = harvest(find_places([folder]), harvester)
    return sum(len(found.file.forms) for found in read if found.file)


def _bulk_loaded(dump: Path, path: Path) -> int:
    store = ox.Store(str(path))
    store.bulk_load(path=str(dump), format=ox.RdfFormat.N_QUADS)
    return len(store)


def _of_engine(forms: int, count: int, took: Timed) -> Measurement:
    times = took.seconds, took.wall, took.runs
    return Measurement(INGEST, _WORK, "bulk_load alone", forms, count, "triples", *times, memory())
