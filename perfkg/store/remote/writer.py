"""One transaction of a store elsewhere: gathered here, staged there, committed by one request."""

from __future__ import annotations

import re
import shutil
import tempfile
import weakref
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from perfkg.errors import GraphMissing, StoreBusy, StoreError
from perfkg.graph.form_graph import FormGraph
from perfkg.sparql.syntax import syntax_error
from perfkg.store.base import Outcome, QueryResult
from perfkg.store.evaluate import collect, evaluate
from perfkg.store.merging import Merging
from perfkg.store.remote.copying import copied, fill
from perfkg.store.remote.ledger import (
    Graphs,
    Ledger,
    commit_operations,
    dropped,
    guard,
    read_ledger,
    staged,
)
from perfkg.store.remote.overlay import Overlay
from perfkg.store.remote.service import Service, parts, with_head
from perfkg.store.statements import count, lines_of, load, triples_of
from perfkg.store.vocabulary import Vocabulary

_SMALL: Final = 200_000
"""Characters of statements that go into the committing request itself."""
_PART: Final = 2_000_000
"""Characters of statements that are staged by one request."""
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
        self._overlay = Overlay(service, graphs, self._stage)
        super().__init__(self._overlay, vocabulary, graphs.base)
        self._service = service
        self._graphs = graphs
        self._ledger = ledger
        self._opened_with = vocabulary
        self._stored = (set(vocabulary.lines), set(vocabulary.shared))
        self._sealed = False
        self._operations: list[str] = []
        self._local: list[Callable[[ox.Store], None]] = []
        self._staging: list[str] = []
        self._copy: ox.Store | None = None
        self._rewritten = False
        self._takes_away = False
        self._graphs_changed = False
        self._holds = guard(graphs, ledger)

    # -- the state that the transaction has reached --------------------------------------------

    @property
    def data_changed(self) -> bool:
        """Whether the data now differs from what the transaction found."""
        return super().data_changed or self._rewritten

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

    def put(self, graph: FormGraph) -> Outcome:
        """Make the store say what one form of one document says."""
        if self._sealed:
            raise StoreError(
                "同一事务中改写图之后不能再导入表；请分两次提交",
                "forms cannot follow a change of whole graphs in one transaction; commit twice",
                place=self._service.address,
            )
        self._copy = None
        return super().put(graph)

    def replace_graph(self, iri: str, lines: Iterable[str]) -> None:
        """Make the named graph hold exactly the statements of these N-Triples lines."""
        wanted = set(lines_of(triples_of(lines)))
        with self._service.graph(iri) as triples:
            raw = lines_of(triples or ())
        held = set(lines_of(triples_of(raw)))
        if wanted != held:
            gone = [line for line in raw if line not in wanted]
            if len(gone) == len(raw):
                self._operations.append(f"DROP SILENT GRAPH <{iri}>")
            else:
                self._delete(gone, iri)
            self._insert(sorted(wanted - held), iri)
            self._do_locally(lambda database: _replace(database, iri, wanted))
            self._graphs_changed = True
        if iri == self._graphs.findings:
            self._findings_are_stale = False

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
        self._rewrite(f"{with_head(text.rstrip().rstrip(';'), given, base_iri)}\n")
        self._do_locally(lambda database: database.update(text, prefixes=given, base_iri=base_iri))
        if _TAKES_AWAY.search(text):
            self._takes_away = True

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
        self._rewrite(None)
        for graph in before.keys() | after.keys():
            old, new = before.get(graph, set()), after.get(graph, set())
            self._delete(sorted(old - new), graph)
            self._insert(sorted(new - old), graph)
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
        pattern = self._graphs.inside("?s ?p ?o", iri)
        self._rewrite(f"DELETE {{ {pattern} }} WHERE {{ {self._holds} {pattern} }}", iri)
        self._do_locally(lambda database: database.clear_graph(_name(iri)))
        if iri is None:
            self.vocabulary = Vocabulary()

    def _fill(self, iri: str | None, triples: list[ox.Triple]) -> None:
        self._seal()
        self._insert(lines_of(triples), iri)
        self._rewrite(None, iri)
        quads = [ox.Quad(t.subject, t.predicate, t.object, _name(iri)) for t in triples]
        self._do_locally(lambda database: database.extend(quads))

    def _rewrite(self, operation: str | None, graph: str | None = None) -> None:
        """Note an operation that is not counted statement by statement."""
        self._seal()
        if operation is not None:
            self._operations.append(operation)
        if graph is not None:
            self._graphs_changed = True
            return
        self._rewritten = True
        self._findings_are_stale = True

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
            self._operations.append(self._moved(self._overlay.staging, None))
        self._delete(self._overlay.removed(), None)
        self._insert(self._overlay.fresh(), None)

    def finish(self) -> bool:
        """Return whether anything changes."""
        self._load_batch()
        changed = self.data_changed or self._graphs_changed
        if self._findings_are_stale and changed:
            self.clear_graph(self._graphs.findings)
        return changed

    def commit(self) -> None:
        """Make everything visible together.

        Raises:
            StoreBusy: another writer committed meanwhile; nothing of this is kept.
            StoreError: the store failed; says what is certain of its state.
        """
        self._seal()
        self._note_vocabulary()
        holds = "" if self._takes_away else self._holds
        if self._takes_away:
            # It may have taken the ledger with it, and its own graphs too.
            self._operations.append(f"DROP SILENT GRAPH <{self._graphs.ledger}>")
        mark = self.vocabulary.fingerprint
        if self._ledger is not None and self.vocabulary is self._opened_with:
            mark = self._ledger.vocabulary  # the store may spell it differently than it was given
        commit, last = commit_operations(self._graphs, self._ledger, mark, holds)
        ends = [text for graph in self._staging for text in dropped(self._graphs, graph)]
        try:
            self._service.update(" ;\n".join([*self._operations, *last, *ends]))
        except StoreError as error:
            raise self._uncertain(error, commit) from error
        self._staging.clear()
        found = read_ledger(self._service, self._graphs)
        if found is None or found.commit != commit:
            raise StoreBusy(
                "另一个写入者先提交了，本次改动未写入。请再试一次。",
                "another writer committed first, and nothing of this was written. Try again.",
                place=self._service.address,
            )

    def _uncertain(self, error: StoreError, commit: str) -> StoreError:
        """Find out, after a failure, whether the commit took place."""
        try:
            found = read_ledger(self._service, self._graphs)
        except StoreError:
            return StoreError(
                f"{error.text.zh}。无法确认提交是否生效：若生效，图 {self._graphs.ledger} 中的 "
                f"dcterms:identifier 为 {commit}。可放心重试",
                f"{error.text.en}. Whether the commit took place cannot be told: if so, "
                f"dcterms:identifier in the graph {self._graphs.ledger} is {commit}. It is safe to "
                "try again",
                place=error.place,
            )
        if found is not None and found.commit == commit:
            return StoreError(
                f"{error.text.zh}。提交已生效",
                f"{error.text.en}. The commit has taken place",
                place=error.place,
            )
        return StoreError(
            f"{error.text.zh}。库与之前相同",
            f"{error.text.en}. The store is as it was before",
            place=error.place,
        )

    def _note_vocabulary(self) -> None:
        """Keep the vocabulary beside the data, as far as it changed."""
        new = self.vocabulary
        now_kept = (set(new.lines), new.shared)
        names = (self._graphs.vocabulary, self._graphs.shared)
        for graph, now, kept in zip(names, now_kept, self._stored, strict=True):
            before = set() if self._takes_away else kept
            self._delete(sorted(before - now), graph)
            self._insert(sorted(now - before), graph)
        if self._takes_away:
            self._insert(new.lines, None)

    def _insert(self, lines: Iterable[str], graph: str | None) -> None:
        """Note that statements are added to a graph, that of the data without a name."""
        wanted = list(lines)
        if not wanted:
            return
        if sum(map(len, wanted)) > _SMALL and not self._takes_away:
            self._operations.append(self._moved(self._stage(wanted, None), graph))
            return
        inside = self._graphs.inside(" ".join(wanted), graph)
        self._operations.append(f"INSERT {{ {inside} }} WHERE {{ {self._guarded} }}")

    def _delete(self, lines: Iterable[str], graph: str | None) -> None:
        wanted = list(lines)
        if not wanted:
            return
        if sum(map(len, wanted)) > _SMALL:
            pattern = self._graphs.inside("?s ?p ?o", graph)
            source = f"GRAPH <{self._stage(wanted, None)}> {{ ?s ?p ?o }}"
            text = f"DELETE {{ {pattern} }} WHERE {{ {self._guarded} {source} }}"
            self._operations.append(text)
            return
        inside = self._graphs.inside(" ".join(wanted), graph)
        self._operations.append(f"DELETE {{ {inside} }} WHERE {{ {self._guarded} }}")

    @property
    def _guarded(self) -> str:
        return "" if self._takes_away else self._holds

    def _moved(self, staging: str, graph: str | None) -> str:
        target = self._graphs.inside("?s ?p ?o", graph)
        source = f"GRAPH <{staging}> {{ ?s ?p ?o }}"
        return f"INSERT {{ {target} }} WHERE {{ {self._guarded} {source} }}"

    def _stage(self, lines: Iterable[str], graph: str | None) -> str:
        """Take statements to a graph of this transaction."""
        if graph is None:
            graph = self._graphs.new_staging()
            self._staging.append(graph)
            self._service.update(staged(self._graphs, graph))
        for part in parts(lines, _PART):
            self._service.add(graph, part)
        return graph

    def abandon(self) -> None:
        """Remove what was staged.

        Raises:
            StoreError: the store failed; names the graphs that are left.
        """
        graphs, self._staging = self._staging, []
        if not graphs:
            return
        try:
            self._service.update(" ;\n".join(t for g in graphs for t in dropped(self._graphs, g)))
        except StoreError as error:
            names = ", ".join(graphs)
            raise StoreError(
                f"{error.text.zh}。数据与之前相同；未完成的图留在远程库中，可删除：{names}",
                f"{error.text.en}. The data is as before; what was being prepared is left in the "
                f"remote store and may be dropped: {names}",
                place=error.place,
            ) from error


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
