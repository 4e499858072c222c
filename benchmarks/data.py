"""The generated forms that the suites share, made once for each number of them."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path

import pyoxigraph as ox

from benchmarks.files import write_files
from benchmarks.generated import graphs, several_years
from perfkg.asking import open_to_write
from perfkg.identity import Identity
from perfkg.reviewing import keep_review, rules_for
from perfkg.settings import Settings
from perfkg.store import open_store
from perfkg.validation.pieces import processes

_PIECE = 10_000


@dataclass(frozen=True, slots=True)
class Data:
    """Generated forms of two years, with self-evaluations.

    Attributes:
        forms: their number.
        folder: where what is made of them is kept from one suite to the next.
    """

    forms: int
    folder: Path

    @property
    def statements(self) -> Path:
        """The graph of every form as N-Triples, one after the other."""
        return self._made("forms.nt", self._write_statements)

    @property
    def store(self) -> Path:
        """A store of perfkg that holds the forms and the findings on them."""
        return self._made("store", self._fill_store)

    @property
    def dump(self) -> Path:
        """What that store holds in its default graph, as N-Triples."""
        return self._made("dump.nt", self._dump)

    @property
    def dataset(self) -> Path:
        """The same with the graph of the statistics, as N-Quads."""
        return self._made("dataset.nq", self._dump_dataset)

    def files(self, extension: str) -> Path:
        """So many files of one format, each with a form."""
        return self._made(extension, partial(write_files, count=self.forms, formats=(extension,)))

    def _made(self, name: str, make: Callable[[Path], object]) -> Path:
        path = self.folder / str(self.forms) / name
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            unfinished = path.with_name(f"unfinished-{name}")
            make(unfinished)
            unfinished.rename(path)
        return path

    def _write_statements(self, path: Path) -> None:
        with path.open("wb") as out:
            for graph in graphs(several_years(self.forms)):
                out.write(("\n".join(graph.lines()) + "\n").encode())

    def _fill_store(self, path: Path) -> None:
        settings = Settings(store=str(path))
        with open_to_write(settings) as store, store.write() as writer:
            for graph in graphs(several_years(self.forms)):
                writer.put(graph)
            keep_review(writer, rules_for(settings), settings, workers=processes())

    def _dump(self, path: Path) -> None:
        with open_store(self.store) as store, path.open("wb") as out:
            store.dump(out, "nt")

    def _dump_dataset(self, path: Path) -> None:
        graph = Identity().statistics_graph
        shutil.copyfile(self.dump, path)
        counted = io.BytesIO()
        with open_store(self.store) as store, path.open("ab") as out:
            store.dump_graph(counted, "nt", graph)
            for line in counted.getvalue().splitlines():
                out.write(line.removesuffix(b".") + f"<{graph}> .\n".encode())


def pieces(path: Path) -> Iterator[bytes]:
    """Yield a file of lines in pieces that a process can hold."""
    with path.open("rb") as lines:
        while piece := b"".join(islice(lines, _PIECE)):
            yield piece


def in_memory(path: Path) -> ox.Store:
    """Return a store in memory with the triples of a file."""
    store = ox.Store()
    for piece in pieces(path):
        store.load(piece, ox.RdfFormat.N_TRIPLES)
    return store
