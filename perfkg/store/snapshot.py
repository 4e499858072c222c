"""Reading one generation, which stays as it is for as long as somebody reads it."""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import BinaryIO

from pyoxigraph import Store

from perfkg.sparql.dataset import Dataset
from perfkg.store.base import Format, Generation, QueryResult
from perfkg.store.current import Current
from perfkg.store.dump import dump, dump_graph
from perfkg.store.evaluate import evaluate
from perfkg.store.generations import (
    DATABASE,
    damaged_generation,
    pin,
    place_of,
)


class Snapshot:
    """The current generation at the time of opening; garbage collection lets it go.

    Args:
        folder: the folder of the store.

    Raises:
        StoreMissing, StoreDamaged: there is nothing to open, or it is broken.
    """

    def __init__(self, folder: Path) -> None:
        """Take hold of the generation and open it."""
        manifest, descriptor = pin(folder)
        # Not a `close` method: another thread may still be reading when this one has done.
        weakref.finalize(self, os.close, descriptor)
        self._generation = manifest.generation()
        place = place_of(folder, manifest.number) / DATABASE
        try:
            self._database = Store.read_only(str(place))
        except (OSError, RuntimeError, ValueError) as error:
            raise damaged_generation(folder, manifest.number, error) from error

    @property
    def generation(self) -> Generation:
        """Which generation it is."""
        return self._generation

    @property
    def database(self) -> Store:
        """The database of the generation, to be read as long as this object is kept."""
        return self._database

    def query(
        self,
        text: str,
        *,
        max_rows: int | None = None,
        prefixes: Mapping[str, str] | None = None,
        dataset: Dataset | None = None,
        base_iri: str | None = None,
    ) -> QueryResult:
        """Answer a query in this process, without a time limit."""
        return evaluate(
            self._database,
            text,
            max_rows=max_rows,
            prefixes=prefixes,
            dataset=dataset,
            base_iri=base_iri,
        )

    def dump(
        self, out: BinaryIO, fmt: Format, *, graphs: Iterable[str | None] | None = None
    ) -> None:
        """Write the graph; see `Store.dump`."""
        dump(self._database, out, fmt, graphs=graphs)

    def dump_graph(self, out: BinaryIO, fmt: Format, graph: str | None) -> None:
        """Write the triples of one graph; see `Store.dump_graph`."""
        dump_graph(self._database, out, fmt, graph)


class Newest:
    """Keeps the newest generation open and moves on when there is a newer one; thread-safe."""

    def __init__(self, folder: Path) -> None:
        """Open nothing yet."""
        self._folder = folder
        self._current = Current(folder)
        self._lock = threading.Lock()
        self._snapshot: Snapshot | None = None

    def snapshot(self) -> Snapshot:
        """Return the current generation; a look at the manifest is all it costs."""
        with self._lock:
            number = self._current.manifest().number
            if self._snapshot is None or self._snapshot.generation.number != number:
                self._snapshot = Snapshot(self._folder)
            return self._snapshot

    def close(self) -> None:
        """Let go of it."""
        with self._lock:
            self._snapshot = None
