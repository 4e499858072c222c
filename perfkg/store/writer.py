"""One transaction of an embedded store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from pyoxigraph import DefaultGraph, NamedNode, Quad, Store, Triple

from perfkg.errors import GraphMissing, QueryError
from perfkg.sparql.syntax import syntax_error
from perfkg.store.base import QueryResult
from perfkg.store.editor import LocalEditor
from perfkg.store.evaluate import evaluate
from perfkg.store.merging import Merging, engine
from perfkg.store.remembered import Remembered
from perfkg.store.replacing import replace_graph
from perfkg.store.statements import count, load
from perfkg.store.vocabulary import Vocabulary


class EmbeddedWriter(Merging):
    """Changes a database that nobody else sees yet.

    Args:
        database: a clone of the current generation.
        vocabulary: the vocabulary that it holds.
        base: the instance base IRI; only things below it are ever removed.
        remembered: the documents that need not be read again.
        folder: on the same disk, for what lasts no longer than the transaction.
    """

    def __init__(
        self,
        database: Store,
        vocabulary: Vocabulary,
        base: str,
        remembered: Remembered | None = None,
        folder: Path | None = None,
    ) -> None:
        """Begin without a change."""
        self.remembered = remembered
        self.folder = folder
        super().__init__(LocalEditor(database, folder), vocabulary, base)
        self._database = database
        self._findings = NamedNode(self._identity.validation_graph)
        self._statistics = NamedNode(self._identity.statistics_graph)
        self._graphs_changed = False

    @property
    def database(self) -> Store:
        """The state that the transaction has reached, for trusted code to read and not write."""
        with engine():
            self._load_batch()
        return self._database

    def replace_graph(self, iri: str, lines: Iterable[str]) -> None:
        """Make the named graph hold exactly the statements of these N-Triples lines."""
        graph = NamedNode(iri)
        with engine():
            self._graphs_changed |= replace_graph(self._database, graph, lines, self.folder)
        if graph == self._findings:
            self._findings_are_stale = False
        self._statistics_are_kept = graph == self._statistics

    def clear_graph(self, iri: str) -> None:
        """Empty the named graph."""
        self.replace_graph(iri, ())

    def query(
        self,
        text: str,
        *,
        max_rows: int | None = None,
        prefixes: Mapping[str, str] | None = None,
    ) -> QueryResult:
        """Answer a trusted query on the state that the transaction has reached."""
        self._load_batch()
        return evaluate(self._database, text, max_rows=max_rows, prefixes=prefixes)

    def update(
        self,
        text: str,
        *,
        prefixes: Mapping[str, str] | None = None,
        base_iri: str | None = None,
    ) -> None:
        """Run a SPARQL update; see `Writer.update`."""
        with engine():
            self._load_batch()
            try:
                self._database.update(text, prefixes=dict(prefixes or {}), base_iri=base_iri)
            except SyntaxError as error:
                raise syntax_error(text, str(error), prefixes or {}) from error
            except (RuntimeError, ValueError) as error:
                raise QueryError(
                    f"更新无法执行，未作任何改动：{error}",
                    f"the update cannot be carried out, and nothing was changed: {error}",
                ) from error
            load(self._database, list(self.vocabulary.statements))
        self._set_changed()

    def put_graph(self, iri: str | None, triples: Iterable[Triple]) -> bool:
        """Make a graph hold exactly `triples`; see `Writer.put_graph`."""
        graph = _name(iri)
        with engine():
            self._load_batch()
            existed = self._exists(graph)
            self._database.clear_graph(graph)
            self._fill(graph, triples)
            if iri is None:
                self.vocabulary = Vocabulary()
        self._set_changed(iri)
        return existed

    def add_to_graph(self, iri: str | None, triples: Iterable[Triple]) -> bool:
        """Add `triples` to a graph; see `Writer.add_to_graph`."""
        graph = _name(iri)
        with engine():
            self._load_batch()
            existed = self._exists(graph)
            self._fill(graph, triples)
        self._set_changed(iri)
        return existed

    def drop_graph(self, iri: str | None) -> None:
        """Remove a graph; see `Writer.drop_graph`."""
        graph = _name(iri)
        with engine():
            self._load_batch()
            if not self._exists(graph):
                raise GraphMissing(f"库中没有图 {iri}", f"the store has no graph {iri}")
            self._database.remove_graph(graph)
            if iri is None:
                self.vocabulary = Vocabulary()
        self._set_changed(iri)

    def _exists(self, graph: NamedNode | DefaultGraph) -> bool:
        return isinstance(graph, DefaultGraph) or self._database.contains_named_graph(graph)

    def _fill(self, graph: NamedNode | DefaultGraph, triples: Iterable[Triple]) -> None:
        if isinstance(graph, NamedNode):
            self._database.add_graph(graph)  # an empty graph is a graph
        self._database.extend(Quad(t.subject, t.predicate, t.object, graph) for t in triples)

    def _set_changed(self, graph: str | None = None) -> None:
        """Note that something changed that is not counted statement by statement.

        Findings are about the default graph (None): they outlive a change of another one.
        Statistics are about all.
        """
        self._statistics_are_kept = False
        if graph is not None:
            self._graphs_changed = True
            return
        self._editor.change.set_certain()
        self._set_data_changed()
        if self.remembered is not None:
            self.remembered.forget()

    def finish(self) -> bool:
        """Bring everything into the database; return whether it differs from before."""
        with engine():
            self._load_batch()
            if not (self.data_changed or self._graphs_changed):
                return False
            if self._findings_are_stale:
                self.clear_graph(self._findings.value)
            if not self._statistics_are_kept:
                self.clear_graph(self._statistics.value)
            return True

    def flush(self) -> None:
        """Write everything to disk."""
        self._database.flush()

    def checkpoint(self, folder: Path) -> None:
        """Make a copy of the database, by hard links, that nothing changes any more."""
        self._database.backup(str(folder))

    def forms_remembered(self, sha256: str, mark: str) -> int | None:
        """Return how many forms a document had; see `Writer.forms_remembered`."""
        return None if self.remembered is None else self.remembered.get(sha256, mark)

    def remember(self, sha256: str, mark: str, forms: int) -> None:
        """Note a document; see `Writer.remember`."""
        if self.remembered is not None:
            self.remembered.note(sha256, mark, forms)

    def close(self) -> None:
        """Let go of everything; the writer is of no use then."""
        self.close_database()
        if self.remembered is not None:
            self.remembered.close()

    def close_database(self) -> None:
        """Let go of the database, which must not stay open."""
        self._database = Store()
        self._editor = LocalEditor(self._database)

    def size(self) -> int:
        """Count the triples of the default graph."""
        return count(self._database)


def _name(iri: str | None) -> NamedNode | DefaultGraph:
    return DefaultGraph() if iri is None else NamedNode(iri)
