"""Merging what documents say into the graph: one transaction of an embedded store.

A form is compared by what it says, without the statements on where and how it was read. The
rules of `Outcome` hold between runs and within one run alike.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from pyoxigraph import DefaultGraph, NamedNode, Quad, Store, Triple

from perfkg.errors import GraphMissing, QueryError, StoreError
from perfkg.graph.form_graph import FormGraph
from perfkg.identity import Identity
from perfkg.namespaces import PROV
from perfkg.sparql.syntax import syntax_error
from perfkg.store.base import Outcome, QueryResult
from perfkg.store.batch import Batch
from perfkg.store.editor import Editor, objects_of
from perfkg.store.evaluate import evaluate
from perfkg.store.reading import Reading, reading_of, source_lines, stored_reading
from perfkg.store.statements import count, load, replace_graph, subjects_of
from perfkg.store.vocabulary import Vocabulary

_REVISION: Final = f"{PROV}wasRevisionOf"


class EmbeddedWriter:
    """Changes a database that nobody else sees yet.

    Args:
        database: a clone of the current generation.
        vocabulary: the vocabulary that it holds.
        base: the instance base IRI; only things below it are ever removed.
    """

    def __init__(self, database: Store, vocabulary: Vocabulary, base: str) -> None:
        """Begin without a change."""
        self._database = database
        self.vocabulary = vocabulary
        identity = Identity(base)
        self._base = identity.base
        self._findings = NamedNode(identity.validation_graph)
        self._editor = Editor(database)
        self._batch = Batch()
        self._graphs_changed = False
        self._findings_are_stale = False

    @property
    def data_changed(self) -> bool:
        """Whether the default graph now differs from the one that the transaction found."""
        return bool(self._batch.lines) or bool(self._editor.change)

    @property
    def findings_are_stale(self) -> bool:
        """Whether the findings that are kept may be about other data than there is now."""
        return self._findings_are_stale

    @property
    def database(self) -> Store:
        """The state that the transaction has reached, for trusted code to read and not write."""
        with _engine():
            self._load_batch()
        return self._database

    def put(self, graph: FormGraph) -> Outcome:
        """Make the store say what one form of one document says."""
        with _engine():
            outcome = self._put(graph)
        self.vocabulary.note(graph.shared)
        if outcome is not Outcome.UNCHANGED:
            self._findings_are_stale = True
        return outcome

    def _put(self, graph: FormGraph) -> Outcome:
        if graph.form in self._batch:
            outcome = self._batch.merge(graph)
            if outcome is not None:
                return outcome
        elif not self._editor.knows(graph.form):
            if self._batch.is_full:
                self._load_batch()
            self._batch.add(graph)
            return Outcome.ADDED
        return self._merge(graph)

    def _load_batch(self) -> None:
        if self._batch.lines:
            load(self._database, self._batch.lines)
            self._batch = Batch()
            self._editor.change.set_certain()

    def _merge(self, graph: FormGraph) -> Outcome:
        """Merge a form that the store has already."""
        self._load_batch()
        old = stored_reading(self._database, graph.form)
        new = reading_of(graph)
        if new.content != old.content:
            new = new.canonical()
        if new.content != old.content:
            return self._replace(graph, old, new)
        if graph.document in old.sources:
            return Outcome.UNCHANGED
        self._editor.add(source_lines(graph))
        return Outcome.SOURCE_ADDED

    def _replace(self, graph: FormGraph, old: Reading, new: Reading) -> Outcome:
        is_known = graph.document in old.sources
        self._editor.add_fresh(new.lines - old.lines)
        self._editor.add(graph.shared)
        if not is_known:
            self._state_revision(graph.document, old.sources)
        self._remove(old.lines - new.lines, keep=new.subjects)
        return Outcome.CORRECTED if is_known else Outcome.REPLACED

    def _state_revision(self, document: str, earlier: Set[str]) -> None:
        """State that `document` revises `earlier`, and no more that any of them revises it."""
        self._editor.add(f"<{document}> <{_REVISION}> <{older}> ." for older in earlier)
        waiting, seen = set(earlier), {document}
        while waiting:
            older = waiting.pop()
            seen.add(older)
            stated = self._editor.about(older, _REVISION)
            self._editor.remove([line for line in stated if line.endswith(f"<{document}> .")])
            waiting |= objects_of(stated) - seen

    def _remove(self, lines: Collection[str], *, keep: Set[str] = frozenset()) -> None:
        """Remove statements and then the things of the instance base that nothing uses now."""
        self._editor.remove(lines)
        self._editor.collect(objects_of(lines) - keep, self._may_go)

    def _may_go(self, thing: str) -> bool:
        return thing.startswith(self._base) and thing not in self.vocabulary.subjects

    def set_vocabulary(self, lines: Sequence[str]) -> None:
        """Make the graph hold exactly this vocabulary instead of the one it holds."""
        with _engine():
            self._load_batch()
            old, new = self.vocabulary, Vocabulary(lines)
            fresh = new.statements - old.statements
            missing = set(self._editor.missing(fresh))
            new.shared = (old.shared & new.statements) | (fresh - missing)
            self.vocabulary = new
            self._editor.add_fresh(missing)
            dropped = old.statements - new.statements
            self._remove(dropped - old.shared)
            self._editor.collect(subjects_of(dropped), self._may_go)
            self._findings_are_stale = True

    def replace_graph(self, iri: str, lines: Iterable[str]) -> None:
        """Make the named graph hold exactly the statements of these N-Triples lines."""
        graph = NamedNode(iri)
        with _engine():
            self._graphs_changed |= replace_graph(self._database, graph, lines)
        if graph == self._findings:
            self._findings_are_stale = False

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
        with _engine():
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
        with _engine():
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
        with _engine():
            self._load_batch()
            existed = self._exists(graph)
            self._fill(graph, triples)
        self._set_changed(iri)
        return existed

    def drop_graph(self, iri: str | None) -> None:
        """Remove a graph; see `Writer.drop_graph`."""
        graph = _name(iri)
        with _engine():
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
        """
        if graph is not None:
            self._graphs_changed = True
            return
        self._editor.change.set_certain()
        self._findings_are_stale = True

    def finish(self) -> bool:
        """Bring everything into the database; return whether it differs from before."""
        with _engine():
            self._load_batch()
            if self._findings_are_stale and (self.data_changed or self._graphs_changed):
                self.clear_graph(self._findings.value)
            return self.data_changed or self._graphs_changed

    def flush(self) -> None:
        """Write everything to disk."""
        self._database.flush()

    def checkpoint(self, folder: Path) -> None:
        """Make a copy of the database, by hard links, that nothing changes any more."""
        self._database.backup(str(folder))

    def close(self) -> None:
        """Let go of the database, which must not stay open; the writer is of no use then."""
        self._database = Store()
        self._editor = Editor(self._database)

    def size(self) -> int:
        """Count the triples of the default graph."""
        return count(self._database)


def _name(iri: str | None) -> NamedNode | DefaultGraph:
    return DefaultGraph() if iri is None else NamedNode(iri)


@contextmanager
def _engine() -> Iterator[None]:
    """Explain a failure of the disk or the engine."""
    try:
        yield
    except (OSError, RuntimeError) as error:
        raise StoreError(
            f"写入失败，已放弃本次全部改动：{error}",
            f"writing failed, and nothing of this transaction was kept: {error}",
        ) from error
