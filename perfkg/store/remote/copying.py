"""A generation of a store elsewhere as a database in this process."""

from __future__ import annotations

import shutil
import tempfile
import threading
import weakref
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox

from perfkg.errors import StoreBusy, StoreError
from perfkg.store.base import Generation
from perfkg.store.remote.ledger import Graphs, Ledger, read_ledger
from perfkg.store.remote.service import Service


def fill(
    database: ox.Store, service: Service, source: str | None, target: ox.NamedNode | ox.DefaultGraph
) -> int:
    """Copy a graph of the store into a database; return how many triples came."""
    count = 0

    def counted(triples: Iterable[ox.Triple]) -> Iterator[ox.Quad]:
        nonlocal count
        for triple in triples:
            count += 1
            yield ox.Quad(triple.subject, triple.predicate, triple.object, target)

    with service.graph(source) as triples:
        if triples is not None:
            database.bulk_extend(counted(triples))
    return count


def _fill_whole(
    database: ox.Store, service: Service, source: str | None, target: ox.NamedNode | ox.DefaultGraph
) -> None:
    """Copy a graph into a database and count: some servers leave things out and do not say so.

    Raises:
        StoreError: there is less of it than the store holds.
    """
    # Not those that the database then holds: it spells numbers in one way, servers do in several.
    got, held = fill(database, service, source, target), service.count(source)
    if got < held:
        zh, en = (source, source) if source else ("（默认图）", "(the default graph)")
        raise StoreError(
            f"远程库的图 {zh} 有 {held} 条三元组，只给出了 {got} 条；请检查该库对结果行数的限制"
            "（Virtuoso：ResultSetMaxRows），或期间是否有人写入",
            f"the graph {en} of the remote store holds {held} triples, of which it gave {got}: "
            "look at its limit of rows (Virtuoso: ResultSetMaxRows), or whether somebody wrote "
            "meanwhile",
            place=service.address,
        )


def copied(service: Service, graphs: Graphs, folder: Path) -> ox.Store:
    """Return the graphs of the store, without those that perfkg keeps for itself.

    The data is in the default graph of the copy, wherever it is in the store.

    Raises:
        StoreError: the disk is full, or the store failed or left something out.
    """
    try:
        database = ox.Store(str(folder))
        _fill_whole(database, service, graphs.data, ox.DefaultGraph())
        for graph in named_graphs(service, graphs):
            _fill_whole(database, service, graph, ox.NamedNode(graph))
    except OSError as error:
        raise StoreError(
            f"复制远程库时写入失败：{error}",
            f"writing failed while the remote store was copied: {error}",
            place=str(folder),
        ) from error
    return database


def named_graphs(service: Service, graphs: Graphs) -> Iterable[str]:
    """Return the named graphs that belong to the data."""
    if graphs.data is not None:
        return graphs.beside
    return [graph for graph in service.graphs() if not graphs.is_internal(graph)]


class Copy:
    """The current generation at the time of opening; it is copied when its graphs are asked for.

    Args:
        service: the store. graphs: its graphs. ledger: the generation; None where perfkg has
            not written yet.
        generation: what is known of it.
    """

    def __init__(
        self, service: Service, graphs: Graphs, ledger: Ledger | None, generation: Generation
    ) -> None:
        """Copy nothing yet."""
        self._service = service
        self._graphs = graphs
        self._commit = ledger.commit if ledger else None
        self._generation = generation
        self._lock = threading.Lock()
        self._database: ox.Store | None = None

    @property
    def generation(self) -> Generation:
        """Which generation it is."""
        return self._generation

    @property
    def database(self) -> ox.Store:
        """The database, in a temporary folder that goes with this object.

        Raises:
            StoreBusy: somebody wrote to the store while it was copied.
            StoreError: the disk is full, or the store failed.
        """
        with self._lock:
            if self._database is None:
                folder = tempfile.mkdtemp(prefix="perfkg-copy-")
                weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
                self._database = copied(self._service, self._graphs, Path(folder))
                self._check()
            return self._database

    def _check(self) -> None:
        ledger = read_ledger(self._service, self._graphs)
        if (ledger.commit if ledger else None) != self._commit:
            self._database = None
            raise StoreBusy(
                "复制期间有人写入了远程库，请再试一次。",
                "somebody wrote to the remote store while it was copied. Try again.",
                place=self._service.address,
            )
