"""Merging what documents say into the graph: the rules, the same for every store.

A form is compared by what it says, without the statements on where and how it was read. The
rules of `Outcome` hold between runs and within one run alike.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence, Set
from contextlib import contextmanager
from typing import Final

from perfkg.errors import StoreError
from perfkg.graph.form_graph import FormGraph
from perfkg.identity import Identity
from perfkg.namespaces import PK, PROV
from perfkg.store.base import Outcome
from perfkg.store.batch import Batch
from perfkg.store.changes import Changes
from perfkg.store.editor import Editor, objects_of
from perfkg.store.reading import Reading, canonical_where, reading_of
from perfkg.store.statements import subjects_of
from perfkg.store.vocabulary import Vocabulary

_REVISION: Final = f"{PROV}wasRevisionOf"
_IN_FORM: Final = f"<{PK}inForm>"


class Merging:
    """The part of a transaction that is about forms and the vocabulary.

    Args:
        editor: changes the default graph.
        vocabulary: the vocabulary that it holds.
        base: the instance base IRI; only things below it are ever removed.
    """

    def __init__(self, editor: Editor, vocabulary: Vocabulary, base: str) -> None:
        """Begin without a change."""
        self._editor = editor
        self.vocabulary = vocabulary
        self._identity = Identity(base)
        self._base = self._identity.base
        self._batch = Batch()
        self._findings_are_stale = False
        self._statistics_are_kept = False

    @property
    def data_changed(self) -> bool:
        """Whether the default graph now differs from the one that the transaction found."""
        return bool(self._batch.lines) or bool(self._editor.change)

    @property
    def findings_are_stale(self) -> bool:
        """Whether the findings that are kept may be about other data than there is now."""
        return self._findings_are_stale

    def put(self, graph: FormGraph) -> Outcome:
        """Make the store say what one form of one document says."""
        return self.put_all([graph])[0]

    def put_all(self, graphs: Sequence[FormGraph]) -> list[Outcome]:
        """Put one form after the other; those that the store has are compared together."""
        with engine():
            outcomes = self._put_all(graphs)
        for graph in graphs:
            self.vocabulary.note(graph.shared)
        if any(outcome is not Outcome.UNCHANGED for outcome in outcomes):
            self._set_data_changed()
        return outcomes

    def _put_all(self, graphs: Sequence[FormGraph]) -> list[Outcome]:
        forms = {graph.form for graph in graphs}
        gathered = {form for form in forms if form in self._batch}
        stored = self._editor.known(forms - gathered)
        known = gathered | stored
        pairs = self._pairs([graph for graph in graphs if graph.form in stored])
        waiting = Changes()
        outcomes = []
        for graph in graphs:
            if waiting.concern(graph):
                self._apply(waiting)
                waiting = Changes()
            outcome = self._gather(graph, known)
            if outcome is None:
                outcome = waiting.note(graph, *(pairs.pop(graph.form, None) or self._pair(graph)))
                waiting.dying |= self._dying(waiting)
            outcomes.append(outcome)
        self._apply(waiting)
        return outcomes

    def _pairs(self, graphs: Sequence[FormGraph]) -> dict[str, tuple[Reading, Reading]]:
        """Return what the store has and what is put of each form, where it comes first."""
        first = {graph.form: graph for graph in reversed(graphs)}
        old = self._editor.readings(first)
        new = canonical_where(
            [reading_of(graph) for graph in first.values()],
            lambda reading: reading.content != old[reading.form].content,
        )
        return {reading.form: (old[reading.form], reading) for reading in new}

    def _pair(self, graph: FormGraph) -> tuple[Reading, Reading]:
        self._load_batch()
        return self._pairs([graph])[graph.form]

    def _gather(self, graph: FormGraph, known: set[str]) -> Outcome | None:
        """Put a form into the batch; None where it must be compared with the store."""
        if graph.form in self._batch:
            return self._batch.merge(graph)
        if graph.form in known:
            return None
        if self._batch.is_full:
            self._load_batch()
        self._batch.add(graph)
        known.add(graph.form)
        return Outcome.ADDED

    def targets_of(self, form: str) -> int:
        """Count the targets that the store has of a form."""
        with engine():
            if form not in self._batch and not self._editor.knows(form):
                return 0
            self._load_batch()
            lines = self._editor.reading(form).lines
        return sum(line.split(" ", 2)[1] == _IN_FORM for line in lines)

    def forms_of(self, document: str) -> frozenset[str]:
        """Return the forms that the store now has from a document."""
        with engine():
            if document in self._batch.documents:
                self._load_batch()
            return self._editor.forms_of(document)

    def _load_batch(self) -> None:
        if self._batch.lines:
            self._editor.load(self._batch.lines)
            self._batch = Batch()

    def _apply(self, changes: Changes) -> None:
        """Make the graph hold what several forms now say."""
        if not changes:
            return
        self._load_batch()
        self._editor.add_fresh(changes.fresh)
        self._editor.add(changes.wanted)
        for document, sources in changes.revisions:
            self._state_revision(document, sources)
        self._remove(changes.gone, keep=changes.kept)

    def _dying(self, changes: Changes) -> set[str]:
        """Return the things that nothing may need any more when the last form is as it is put."""
        found: set[str] = set()
        waiting = objects_of(changes.last_gone) - changes.kept
        while waiting:
            thing = waiting.pop()
            if self._may_go(thing) and not self._editor.is_referred_to(thing, but=changes.gone):
                found.add(thing)
                waiting |= objects_of(self._editor.about(thing)) - found
        return found

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
        with engine():
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
            self._set_data_changed()

    def _set_data_changed(self) -> None:
        """Note that findings and statistics that were kept before are of other data."""
        self._findings_are_stale = True
        self._statistics_are_kept = False


@contextmanager
def engine() -> Iterator[None]:
    """Explain a failure of the disk or the engine."""
    try:
        yield
    except (OSError, RuntimeError) as error:
        raise StoreError(
            f"写入失败，已放弃本次全部改动：{error}",
            f"writing failed, and nothing of this transaction was kept: {error}",
        ) from error
