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
from perfkg.store.editor import Editor, objects_of
from perfkg.store.reading import Reading, reading_of, source_lines
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
        with engine():
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

    def targets_of(self, form: str) -> int:
        """Count the targets that the store has of a form."""
        with engine():
            self._load_batch()
            lines = self._editor.reading(form).lines
        return sum(line.split(" ", 2)[1] == _IN_FORM for line in lines)

    def _load_batch(self) -> None:
        if self._batch.lines:
            self._editor.load(self._batch.lines)
            self._batch = Batch()

    def _merge(self, graph: FormGraph) -> Outcome:
        """Merge a form that the store has already."""
        self._load_batch()
        old = self._editor.reading(graph.form)
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
            self._findings_are_stale = True


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
