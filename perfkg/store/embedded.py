"""A store in a folder, for one machine: many readers, one writer at a time."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import BinaryIO, Final

import pyoxigraph as ox

from perfkg.errors import StoreError
from perfkg.namespaces import DEFAULT_BASE
from perfkg.sparql.dataset import Dataset
from perfkg.store import generations
from perfkg.store.base import (
    Figures,
    Format,
    Generation,
    PoolSize,
    QueryResult,
    Question,
    Store,
    Written,
)
from perfkg.store.current import Current
from perfkg.store.generations import DATABASE, Manifest
from perfkg.store.remembered import Remembered
from perfkg.store.snapshot import Newest, Snapshot
from perfkg.store.vocabulary import Vocabulary, fingerprint
from perfkg.store.workers import QueryPool
from perfkg.store.writer import EmbeddedWriter

_WRITING: Final = "writing"
_MUCH: Final = 0.2
"""Part of the store that must be new for its files to be put in order, which rewrites them all."""
LOCK_TIMEOUT: Final = 10.0
"""Seconds a writer waits for another one."""


class EmbeddedStore(Store):
    """The store in a folder.

    Args:
        path: the folder.
        create: make an empty store when there is none.
        base: the instance base IRI.
        vocabulary: N-Triples lines that every commit makes the store hold beside the data;
            without it the store keeps the vocabulary that it has.
        lock_timeout: seconds to wait for another writer.

    Raises:
        StoreMissing: there is no store and `create` is False.
        StoreDamaged: the store is broken.
    """

    def __init__(
        self,
        path: Path,
        create: bool = False,
        *,
        base: str = DEFAULT_BASE,
        vocabulary: Sequence[str] | None = None,
        lock_timeout: float = LOCK_TIMEOUT,
    ) -> None:
        """Open the store, or make it."""
        self.path = path.absolute()
        self._base = base
        self._vocabulary = vocabulary
        self._lock_timeout = lock_timeout
        self._size = PoolSize()
        self._current = Current(self.path)
        self._newest = Newest(self.path)
        self._pool: QueryPool | None = None
        self._pool_lock = threading.Lock()
        if create and not generations.exists(self.path):
            self._create()
        generations.read_manifest(self.path)

    @property
    def generation(self) -> Generation:
        """The state that a query would now be answered from.

        Raises:
            StoreDamaged: its files are gone, even if some process still has them open.
        """
        manifest = self._current.manifest()
        while not generations.place_of(self.path, manifest.number).is_dir():
            gone, manifest = manifest.number, self._current.manifest()
            if gone == manifest.number:
                raise generations.damaged_generation(self.path, gone, "no such folder")
        return manifest.generation()

    def snapshot(self) -> Snapshot:
        """Return the current generation for several reads that must see the same state."""
        return self._newest.snapshot()

    def query(
        self,
        text: str,
        *,
        timeout: float | None = None,
        max_rows: int | None = None,
        prefixes: Mapping[str, str] | None = None,
        dataset: Dataset | None = None,
        base_iri: str | None = None,
    ) -> QueryResult:
        """Answer a SPARQL query; see `Store.query`.

        With a time limit it runs in a process of its own, which can be stopped and may fail
        without harm. Without one it runs here, which is faster and only for trusted queries.
        """
        if timeout is None:
            return self.snapshot().query(
                text, max_rows=max_rows, prefixes=prefixes, dataset=dataset, base_iri=base_iri
            )
        return self._query_pool().query(
            text,
            timeout=timeout,
            max_rows=max_rows,
            prefixes=prefixes,
            dataset=dataset,
            base_iri=base_iri,
        )

    async def answer(
        self, question: Question, *, timeout: float, client: str | None = None
    ) -> Written:
        """Answer a query with bytes; see `Store.answer`."""
        return await self._query_pool().answer(question, timeout=timeout, client=client)

    def prepare(self, size: PoolSize) -> None:
        """Be ready for many queries; to be called before the first."""
        self._size = size
        self._query_pool().warm()

    def figures(self) -> Figures:
        """Return what the worker processes did and do."""
        return self._query_pool().figures()

    def _query_pool(self) -> QueryPool:
        with self._pool_lock:
            if self._pool is None:
                self._pool = QueryPool(self.path, self._size)
            return self._pool

    def dump(
        self, out: BinaryIO, fmt: Format, *, graphs: Iterable[str | None] | None = None
    ) -> None:
        """Write the graph; see `Store.dump`."""
        self.snapshot().dump(out, fmt, graphs=graphs)

    def dump_graph(self, out: BinaryIO, fmt: Format, graph: str | None) -> None:
        """Write the triples of one graph; see `Store.dump_graph`."""
        self.snapshot().dump_graph(out, fmt, graph)

    def close(self) -> None:
        """Let go of the generation and stop the worker processes."""
        self._newest.close()
        with self._pool_lock:
            if self._pool is not None:
                self._pool.close()
            self._pool = None

    @contextmanager
    def write(self) -> Iterator[EmbeddedWriter]:
        """Begin a transaction; it is committed when the block ends without an exception.

        Raises:
            StoreBusy: another writer did not finish in time.
            StoreError: the disk or the engine failed; the store is as before.
        """
        with generations.write_lock(self.path, self._lock_timeout):
            with _disk(self.path):
                manifest = generations.clean_up(self.path)
                work = generations.new_work(self.path, manifest.issued + 1)
            try:
                with _disk(self.path):
                    writer = self._begin(manifest, work)
                with closing(writer):
                    yield writer
                    if writer.finish():
                        with _disk(self.path):
                            self._commit(writer, work, manifest.issued + 1, manifest.triples)
                    elif writer.remembered is not None:
                        writer.remembered.prepare(manifest.number)
                        writer.remembered.settle()
            finally:
                shutil.rmtree(work, ignore_errors=True)

    def _begin(self, manifest: Manifest, work: Path) -> EmbeddedWriter:
        current = generations.place_of(self.path, manifest.number)
        try:
            ox.Store.read_only(str(current / DATABASE)).backup(str(work / _WRITING))
            vocabulary = Vocabulary.read(current)
        except (OSError, RuntimeError, ValueError) as error:
            raise generations.damaged_generation(self.path, manifest.number, error) from error
        remembered = Remembered(self.path, manifest.number)
        database = ox.Store(str(work / _WRITING))
        writer = EmbeddedWriter(database, vocabulary, self._base, remembered, work)
        wanted = self._vocabulary
        if wanted is not None and fingerprint(wanted) != manifest.vocabulary:
            writer.set_vocabulary(wanted)
        return writer

    def _commit(self, writer: EmbeddedWriter, work: Path, number: int, triples_before: int) -> None:
        triples = writer.size()
        if abs(triples - triples_before) > triples_before * _MUCH:
            # Reading takes up to twice as long from files that were written bit by bit.
            writer.database.optimize()
        writer.flush()
        # A checkpoint is published, never the database that was written to: whoever still holds
        # that one (a review of the transaction does) lets its engine tidy up files behind us.
        writer.checkpoint(work / DATABASE)
        writer.close_database()
        shutil.rmtree(work / _WRITING, ignore_errors=True)
        writer.vocabulary.write(work)
        if writer.remembered is not None:
            writer.remembered.prepare(number)
        generations.publish(
            self.path,
            work,
            number=number,
            triples=triples,
            vocabulary=writer.vocabulary.fingerprint,
        )
        if writer.remembered is not None:
            writer.remembered.settle()

    def _create(self) -> None:
        generations.prepare_folder(self.path)
        with generations.write_lock(self.path, self._lock_timeout), _disk(self.path):
            if generations.exists(self.path):  # made by another process while we waited
                return
            with generations.creating(self.path):
                work = generations.new_work(self.path, 1)
                database = ox.Store(str(work / _WRITING))
                writer = EmbeddedWriter(database, Vocabulary(), self._base, folder=work)
                writer.set_vocabulary(self._vocabulary or ())
                self._commit(writer, work, 1, 0)


@contextmanager
def _disk(folder: Path) -> Iterator[None]:
    """Explain a failure of the disk."""
    try:
        yield
    except (OSError, RuntimeError) as error:
        raise StoreError(
            f"写入失败，库保持原样：{error}",
            f"writing failed, and the store is as before: {error}",
            place=str(folder),
        ) from error
