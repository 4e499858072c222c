"""What changes when several forms take the place of what the store has of them."""

from __future__ import annotations

from dataclasses import dataclass, field

from perfkg.graph.form_graph import FormGraph
from perfkg.store.base import Outcome
from perfkg.store.reading import Reading, source_lines
from perfkg.store.statements import subjects_of


@dataclass(slots=True)
class Changes:
    """The changes of different forms, gathered so that they are made in one go.

    Attributes:
        forms: whose. fresh: statements that the graph does not hold.
        wanted: statements that it may hold. gone: those that go; last_gone: of the last form.
        kept: things that stay although a statement goes that named them.
        revisions: documents, each with those that it revises, in the order of the forms.
        dying: things that go, perhaps, as nothing names them any more.
    """

    forms: set[str] = field(default_factory=set)
    fresh: set[str] = field(default_factory=set)
    wanted: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    last_gone: frozenset[str] = frozenset()
    kept: set[str] = field(default_factory=set)
    revisions: list[tuple[str, frozenset[str]]] = field(default_factory=list)
    dying: set[str] = field(default_factory=set)

    def __bool__(self) -> bool:
        """Whether anything changes."""
        return bool(self.wanted or self.fresh or self.gone)

    def concern(self, graph: FormGraph) -> bool:
        """Whether they must be made before a form is put.

        That is so if it is one of them, and if it names a thing that goes before it is put: what
        was said of that thing is then forgotten.
        """
        if graph.form in self.forms:
            return True
        return bool(self.dying) and not self.dying.isdisjoint(subjects_of(graph.shared))

    def note(self, graph: FormGraph, old: Reading, new: Reading) -> Outcome:
        """Compare a form with what the store has of it, and take over what changes."""
        self.forms.add(graph.form)
        self.last_gone = frozenset()
        is_known = graph.document in old.sources
        if new.content == old.content:
            if not is_known:
                self.wanted.update(source_lines(graph))
            return Outcome.UNCHANGED if is_known else Outcome.SOURCE_ADDED
        self.fresh |= new.lines - old.lines
        self.wanted.update(graph.shared)
        self.last_gone = old.lines - new.lines
        self.gone |= self.last_gone
        self.kept |= new.subjects
        if is_known:
            return Outcome.CORRECTED
        revision = graph.document, old.sources
        if not self.revisions or self.revisions[-1] != revision:
            self.revisions.append(revision)
        return Outcome.REPLACED
