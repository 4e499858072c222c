"""One transaction of a store elsewhere: gathered here, staged there, committed by one request."""

from __future__ import annotations

import re
import shutil
import tempfile
import weakref
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from perfkg.errors import GraphMissing, StoreError
from perfkg.graph.form_graph import FormGraph
from perfkg.sparql.syntax import syntax_error
from perfkg.store.base import Outcome, QueryResult
from perfkg.store.evaluate import collect, evaluate
from perfkg.store.merging import Merging
from perfkg.store.remote.commit import Commit
from perfkg.store.remote.copying import copied, fill
from perfkg.store.remote.ledger import Graphs, Ledger
from perfkg.store.remote.overlay import Overlay
from perfkg.store.remote.service import Service, with_head
from perfkg.store.statements import count, lines_of, load, triples_of
from perfkg.store.vocabulary import Vocabulary

_MOST_COMPARED: Final = 1_000_000
"""Triples of a store up to which an update is run on a copy where it cannot be passed on."""
_TAKES_AWAY: Final = re.compile(r"\b(?:delete|clear|drop|move|copy)\b", re.IGNORECASE)


class RemoteWriter(Merging):
    """Gathers changes, of which nobody sees anything before `commit`.

    Args:
        service: the store. graphs: its graphs.
        ledger: the generation that the transaction begins with.
        vocabulary: the vocabulary that it holds.
    """

    def __init__(
        self, service: Service, graphs: Graphs, ledger: Ledger | None, vocabulary: Vocabulary
    ) -> None:
        """Begin without a change."""
        self._commit = Commit(service, graphs, ledger, vocabulary)
        self._overlay = Overlay(service, graphs, self._commit.stage)
        super().__init__(self._overlay, vocabulary, graphs.base)
        self._service = service
        self._graphs = graphs
        self._ledger = ledger
        self._sealed = False
        self._local: list[Callable[[ox.Store], None]] = []
        self._copy: ox.Store | None = None
        self._rewritten = False
        self._graphs_changed = False

    # -- the state that the transaction has reached --------------------------------------------

    @property
    def data_changed(self) -> bool:
        """Whether the data now differs from what the transaction found."""
        return super().data_changed or self._rewritten

    @property
    def folder(self) -> None:
        """None: `database` is where the system keeps what is needed for a while."""

    @property
    def database(self) -> ox.Store:
        """A copy of the store with the changes, which takes as long as its transport."""
        if self._copy is None:
            self._load_batch()
            folder = tempfile.mkdtemp(prefix="perfkg-copy-")
            weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
            self._copy = copied(self._service, self._graphs, Path(folder))
            self._apply_overlay(self._copy)
            for change in self._local:
                change(self._copy)
        return self._copy

    def _apply_overlay(self, database: ox.Store) -> None:
        if self._overlay.staging is not None:
            fill(database, self._service, self._overlay.staging, ox.DefaultGraph())
        removed = lines_of(triples_of(self._overlay.removed()))
        database.update(f"DELETE DATA {{ {' '.join(removed)} }}")
        load(database, self._overlay.fresh())

    def query(
        self,
        text: str,
        *,
        max_rows: int | None = None,
        prefixes: Mapping[str, str] | None = None,
    ) -> QueryResult:
        """Answer a trusted query on the state that the transaction has reached."""
        if self._copy is None and not (self.data_changed or self._sealed or self._local):
            with self._service.found(with_head(text, prefixes), self._graphs.dataset()) as found:
                return collect(found, max_rows)
        return evaluate(self.database, text, max_rows=max_rows, prefixes=prefixes)

    def size(self) -> int:
        """Count the triples of the data: exactly in a copy, else by what was counted last.

        To count a large store exactly would cost more than what asks for it.
        """
        if self._copy is not None:
            return count(self._copy)
        before = self._ledger.generation.triples if self._ledger else 0
        return max(0, before + len(self._overlay.fresh()) - len(self._overlay.removed()))

    # -- changes -------------------------------------------------------------------------------

    def put_all(self, graphs: Sequence[FormGraph]) -> list[Outcome]:
        """Make the store say what forms say; see `Writer.put_all`."""
        if self._sealed:
            raise StoreError(
                "同一事务中改写图之后不能再导入表；请分两次提交",
                "forms cannot follow a change of whole graphs in one transaction; commit twice",
                place=self._service.address,
            )
        self._copy = None
        return super().put_all(graphs)

    def forms_remembered(self, sha256: str, mark: str) -> int | None:  # noqa: ARG002
        """Return nothing: who else writes to a store elsewhere is not known."""
        return None

    def remember(self, sha256: str, mark: str, forms: int) -> None:
        """Note nothing; see `forms_remembered`."""

    def replace_graph(self, iri: str, lines: Iterable[str]) -> None:
        """Make the named graph hold exactly the statements of these N-Triples lines."""
        wanted = set(lines_of(triples_of(lines)))
        with self._service.graph(iri) as triples:
            raw = lines_of(triples or ())
        held = set(lines_of(triples_of(raw)))
        if wanted != held:
            gone = [line for line in raw if line not in wanted]
            if len(gone) == len(raw) > 0:
                self._commit.clear(iri)
            else:
                self._commit.delete(gone, iri)
            self._commit.insert(sorted(wanted - held), iri)
            self._do_locally(lambda database: _replace(database, iri, wanted))
            self._graphs_changed = True
        if iri == self._graphs.findings:
            self._findings_are_stale = False
        self._statistics_are_kept = iri == self._graphs.statistics

    def clear_graph(self, iri: str) -> None:
        """Empty the named graph."""
        self.replace_graph(iri, ())

    def update(
        self,
        text: str,
        *,
        prefixes: Mapping[str, str] | None = None,
        base_iri: str | None = None,
    ) -> None:
        """Run a SPARQL update at the commit; see `Writer.update`."""
        given = dict(prefixes or {})
        try:
            ox.Store().update(text, prefixes=given, base_iri=base_iri)
        except SyntaxError as error:
            raise syntax_error(text, str(error), given) from error
        if self._graphs.data is not None:
            self._update_in_copy(text, given, base_iri)
            return
        self._rewrite()
        sent = f"{with_head(text.rstrip().rstrip(';'), given, base_iri)}\n"
        self._commit.update(sent, takes_away=bool(_TAKES_AWAY.search(text)))
        self._do_locally(lambda database: database.update(text, prefixes=given, base_iri=base_iri))

    def _update_in_copy(self, text: str, prefixes: dict[str, str], base_iri: str | None) -> None:
        """Run an update here and note the difference.

        Where the data is in a named graph, the text means another graph there than it says.
        """
        if self.size() > _MOST_COMPARED:
            raise StoreError(
                "设置了 PERFKG_STORE_GRAPH 的大库不转送 SPARQL 更新；请直接发给远程库",
                "a SPARQL update is not passed on to a large store with PERFKG_STORE_GRAPH; send "
                "it to the remote store itself",
                place=self._service.address,
            )
        database = self.database
        before = _lines_by_graph(database)
        database.update(text, prefixes=prefixes, base_iri=base_iri)
        load(database, list(self.vocabulary.statements))
        after = _lines_by_graph(database)
        self._rewrite()
        for graph in before.keys() | after.keys():
            old, new = before.get(graph, set()), after.get(graph, set())
            self._commit.delete(sorted(old - new), graph)
            self._commit.insert(sorted(new - old), graph)
            self._graphs_changed |= graph is not None and old != new

    def put_graph(self, iri: str | None, triples: Iterable[ox.Triple]) -> bool:
        """Make a graph hold exactly `triples`; see `Writer.put_graph`."""
        existed = self._exists(iri)
        self._clear(iri)
        self._fill(iri, list(triples))
        return existed

    def add_to_graph(self, iri: str | None, triples: Iterable[ox.Triple]) -> bool:
        """Add `triples` to a graph; see `Writer.add_to_graph`."""
        existed = self._exists(iri)
        self._fill(iri, list(triples))
        return existed

    def drop_graph(self, iri: str | None) -> None:
        """Remove a graph; see `Writer.drop_graph`."""
        if not self._exists(iri):
            raise GraphMissing(f"库中没有图 {iri}", f"the store has no graph {iri}")
        self._clear(iri)

    def _exists(self, iri: str | None) -> bool:
        return iri is None or self._service.holds(f"ASK {{ GRAPH <{iri}> {{ ?s ?p ?o }} }}")

    def _clear(self, iri: str | None) -> None:
        self._rewrite(iri)
        self._commit.clear(iri)
        self._do_locally(lambda database: database.clear_graph(_name(iri)))
        if iri is None:
            self.vocabulary = Vocabulary()

    def _fill(self, iri: str | None, triples: list[ox.Triple]) -> None:
        self._rewrite(iri)
        self._commit.insert(lines_of(triples), iri)
        quads = [ox.Quad(t.subject, t.predicate, t.object, _name(iri)) for t in triples]
        self._do_locally(lambda database: database.extend(quads))

    def _rewrite(self, graph: str | None = None) -> None:
        """Begin a change that is not counted statement by statement."""
        self._seal()
        self._statistics_are_kept = False
        if graph is not None:
            self._graphs_changed = True
            return
        self._rewritten = True
        self._set_data_changed()

    def _do_locally(self, change: Callable[[ox.Store], None]) -> None:
        """Change the copy, if there is one, and one that is made later."""
        self._local.append(change)
        if self._copy is not None:
            change(self._copy)

    # -- the commit ----------------------------------------------------------------------------

    def _seal(self) -> None:
        """Turn what the forms change into operations, once."""
        if self._sealed:
            return
        self._load_batch()
        self._sealed = True
        if self._overlay.staging is not None:
            self._commit.insert_staged(self._overlay.staging)
        self._commit.delete(self._overlay.removed())
        self._commit.insert(self._overlay.fresh())

    def finish(self) -> bool:
        """Return whether anything changes."""
        self._load_batch()
        if not (self.data_changed or self._graphs_changed):
            return False
        # Told to the store, not compared with it: this transaction may have filled them itself.
        if self._findings_are_stale:
            self._clear(self._graphs.findings)
        if not self._statistics_are_kept:
            self._clear(self._graphs.statistics)
        return True

    def commit(self) -> None:
        """Make everything visible together; see `Commit.run`."""
        self._seal()
        self._commit.run(self.vocabulary)

    def abandon(self) -> list[str]:
        """Remove what was staged; return the graphs that are left because that failed."""
        return self._commit.abandon()


def _name(iri: str | None) -> ox.NamedNode | ox.DefaultGraph:
    return ox.DefaultGraph() if iri is None else ox.NamedNode(iri)


def _lines_by_graph(database: ox.Store) -> dict[str | None, set[str]]:
    names = [ox.DefaultGraph(), *database.named_graphs()]
    return {
        name.value if isinstance(name, ox.NamedNode) else None: set(
            lines_of(q.triple for q in database.quads_for_pattern(None, None, None, name))
        )
        for name in names
        if not isinstance(name, ox.BlankNode)
    }


def _replace(database: ox.Store, iri: str, lines: Iterable[str]) -> None:
    graph = ox.NamedNode(iri)
    database.remove_graph(graph)
    load(database, list(lines), graph)
