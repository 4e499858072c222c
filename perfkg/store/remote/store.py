"""A store elsewhere: any SPARQL 1.1 service, on one machine or many."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import BinaryIO, Final

from perfkg.errors import GraphMissing, StoreBusy, StoreError, StoreMissing
from perfkg.identity import Identity
from perfkg.namespaces import DCAT, DEFAULT_BASE, PREFIXES
from perfkg.sparql.dataset import Dataset
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
from perfkg.store.documents import write_document
from perfkg.store.dump import dump, format_of
from perfkg.store.remote.asking import Asking
from perfkg.store.remote.connection import Connection
from perfkg.store.remote.copying import Copy
from perfkg.store.remote.ledger import Graphs, Ledger, dropped, read_ledger
from perfkg.store.remote.service import Service
from perfkg.store.remote.writer import RemoteWriter
from perfkg.store.statements import lines_of
from perfkg.store.vocabulary import Vocabulary, fingerprint

_FRESH: Final = 0.5
"""Seconds for which the generation is not asked for again: a page asks many times."""
_LOCK_TIMEOUT: Final = 10.0
"""Seconds a writer waits for another one of this process."""


class RemoteStore(Store):
    """The store at an address.

    Args:
        address: the base URL of the service.
        create: begin a store where perfkg has not written yet.
        base: the instance base IRI.
        vocabulary: N-Triples lines that every commit makes the store hold beside the data;
            without it the store keeps the vocabulary that it has.
        token: a bearer token, or `user:password`.
        graph: IRI of the graph that holds the data; the default graph without it.
        lock_timeout: seconds to wait for another writer of this process.

    Raises:
        StoreMissing: it holds no data and `create` is False.
        StoreError: it cannot be reached, refuses, or would mix its graphs.
    """

    def __init__(
        self,
        address: str,
        create: bool = False,
        *,
        base: str = DEFAULT_BASE,
        vocabulary: Sequence[str] | None = None,
        token: str | None = None,
        graph: str | None = None,
        lock_timeout: float = _LOCK_TIMEOUT,
    ) -> None:
        """Open the store."""
        self._service = Service(Connection(address, token))
        self._graphs = Graphs(graph, Identity(base).base)
        self._vocabulary = vocabulary
        self._lock_timeout = lock_timeout
        self._writing = threading.Lock()
        self._opened = datetime.now(UTC)
        self._asking = Asking(self._service, self._graphs, lambda: self.generation.number)
        self._known: tuple[float, Ledger | None] | None = None
        self._snapshot: Copy | None = None
        ledger = self._ledger()
        if ledger is None and create:
            with self.write():
                pass
            ledger = self._ledger()
        if ledger is None and not self._holds_data():
            raise StoreMissing(
                "远程库中还没有数据。请先运行 perfkg ingest。",
                "the remote store holds no data yet. Run perfkg ingest first.",
                place=self._service.address,
            )
        if ledger is not None:
            self._check_graphs()
        known = self._graphs.data if ledger is None else self._graphs.ledger
        if known is not None:
            self._service.find_graph_store(known)

    def _holds_data(self) -> bool:
        return self._service.holds(f"ASK {{ {self._graphs.inside('?s ?p ?o')} }}")

    def _check_graphs(self) -> None:
        """Refuse a store that shows our own graphs among the data.

        Raises:
            StoreError: it does.
        """
        if self._graphs.data is not None:
            return
        if self._service.holds(f"ASK {{ <{self._graphs.ledger}> <{DCAT}version> ?number }}"):
            raise StoreError(
                "此库的默认图是所有图的并集，检查结果会混入数据。请设置 PERFKG_STORE_GRAPH，"
                "把数据放在一个命名图中（或在库中关闭并集默认图）。",
                "the default graph of this store is the union of all graphs, so that findings "
                "would mix with the data. Set PERFKG_STORE_GRAPH to keep the data in a named "
                "graph (or switch the union off in the store).",
                place=self._service.address,
            )

    def _ledger(self) -> Ledger | None:
        known = self._known
        if known is None or time.monotonic() - known[0] > _FRESH:
            found = read_ledger(self._service, self._graphs)
            known = self._known = (time.monotonic(), found)
        return known[1]

    @property
    def generation(self) -> Generation:
        """The state that a query would now be answered from.

        Data that another program loaded is generation 0 until perfkg writes for the first time.
        """
        ledger = self._ledger()
        return ledger.generation if ledger else Generation(0, self._opened, self._count(), "")

    def _count(self) -> int:
        pattern = self._graphs.inside("?s ?p ?o")
        rows = self._service.rows(f"SELECT (COUNT(*) AS ?n) WHERE {{ {pattern} }}")
        return int(getattr(rows[0][0], "value", "0"))

    def snapshot(self) -> Copy:
        """Return the current generation, which is copied when all of it is needed."""
        ledger, generation = self._ledger(), self.generation
        kept = self._snapshot
        if kept is None or kept.generation.number != generation.number:
            kept = self._snapshot = Copy(self._service, self._graphs, ledger, generation)
        return kept

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

        Where perfkg stops waiting at the time limit, the other service may go on for a while.
        """
        return self._asking.query(
            text,
            timeout=timeout,
            max_rows=max_rows,
            prefixes=prefixes,
            dataset=dataset,
            base_iri=base_iri,
        )

    async def answer(
        self,
        question: Question,
        *,
        timeout: float,
        client: str | None = None,  # noqa: ARG002 - the other service shares out its own time
    ) -> Written:
        """Answer a query with bytes; see `Store.answer`."""
        return await self._asking.answer(question, timeout)

    def prepare(self, size: PoolSize) -> None:
        """Be ready for many queries; to be called before the first."""
        self._asking.prepare(size)

    def figures(self) -> Figures:
        """Return what became of the queries with a time limit."""
        return self._asking.figures()

    def dump(
        self, out: BinaryIO, fmt: Format, *, graphs: Iterable[str | None] | None = None
    ) -> None:
        """Write the graph; see `Store.dump`."""
        dump(self.snapshot().database, out, fmt, graphs=graphs)

    def dump_graph(self, out: BinaryIO, fmt: Format, graph: str | None) -> None:
        """Write the triples of one graph; see `Store.dump_graph`."""
        with self._service.graph(self._graphs.data if graph is None else graph) as triples:
            first = next(triples, None) if triples is not None else None
            if graph is not None and first is None:
                raise GraphMissing(f"库中没有图 {graph}", f"the store has no graph {graph}")
            rest = () if triples is None or first is None else (first, *triples)
            write_document(rest, out, format_of(fmt), PREFIXES)

    def close(self) -> None:
        """Let go of copies, threads and connections."""
        self._snapshot = None
        self._asking.close()
        self._service.close()

    @contextmanager
    def write(self) -> Iterator[RemoteWriter]:
        """Begin a transaction; it is committed when the block ends without an exception.

        Raises:
            StoreBusy: another writer of this process did not finish in time, or one elsewhere
                committed first; nothing was written.
            StoreError: the store failed; says whether it is as before.
        """
        if not self._writing.acquire(timeout=self._lock_timeout):
            raise StoreBusy(
                f"另一个写入者正在写入，等待 {self._lock_timeout:g} 秒后仍未结束。请稍后再试。",
                f"another writer is writing and did not finish within {self._lock_timeout:g} s. "
                "Try again later.",
                place=self._service.address,
            )
        try:
            yield from self._transaction()
        finally:
            self._known = None
            self._writing.release()

    def _transaction(self) -> Iterator[RemoteWriter]:
        ledger = read_ledger(self._service, self._graphs)
        if ledger is not None:
            old = ledger.abandoned(self._graphs)
            for text in [text for graph in old for text in dropped(self._graphs, graph)]:
                self._service.update(text)
        wanted = None if self._vocabulary is None else fingerprint(self._vocabulary)
        writer = RemoteWriter(self._service, self._graphs, ledger, self._stored(ledger))
        if self._vocabulary is not None and (ledger is None or wanted != ledger.vocabulary):
            writer.set_vocabulary(self._vocabulary)
        try:
            yield writer
            if writer.finish() or ledger is None:
                writer.commit()
        except StoreError as error:
            left = writer.abandon()
            if not left:
                raise
            raise _with_remains(error, left) from error
        except BaseException as error:
            for graph in writer.abandon():
                error.add_note(f"{self._service.address}: {graph}")
            raise

    def _stored(self, ledger: Ledger | None) -> Vocabulary:
        """Return the vocabulary that the store holds."""
        if ledger is None:
            return Vocabulary()
        shared = self._lines(self._graphs.shared)
        own = self._vocabulary
        if own is not None and fingerprint(own) == ledger.vocabulary:
            return Vocabulary(own, shared)
        return Vocabulary(self._lines(self._graphs.vocabulary), shared)

    def _lines(self, graph: str) -> list[str]:
        with self._service.graph(graph) as triples:
            return lines_of(triples or ())


def _with_remains(error: StoreError, graphs: Sequence[str]) -> StoreError:
    names = ", ".join(graphs)
    return StoreError(
        f"{error.text.zh}。未用上的图留在远程库中，可删除：{names}",
        f"{error.text.en}. What was being prepared is left in the remote store and may be dropped: "
        f"{names}",
        place=error.place,
    )
