"""Forms that are new to the store, gathered so that they are loaded in one go."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from perfkg.graph.form_graph import FormGraph
from perfkg.store.base import Outcome
from perfkg.store.reading import source_lines


@dataclass(slots=True)
class _Gathered:
    content: frozenset[str]
    documents: set[str]


@dataclass(slots=True)
class Batch:
    """The lines that wait to be loaded, and what they say about which form.

    What several of the forms say of the things that they share waits once.
    """

    LIMIT = 580_000
    """Lines after which it is time to load them: with those of another form, one piece."""

    lines: list[str] = field(default_factory=list)
    documents: set[str] = field(default_factory=set)
    _forms: dict[str, _Gathered] = field(default_factory=dict)
    _shared: set[str] = field(default_factory=set)

    def __contains__(self, form: str) -> bool:
        """Whether the batch has the form."""
        return form in self._forms

    @property
    def is_full(self) -> bool:
        """Whether to load it before more is added."""
        return len(self.lines) > self.LIMIT

    def add(self, graph: FormGraph) -> None:
        """Add a form that neither the store nor the batch has."""
        self.documents.add(graph.document)
        self._forms[graph.form] = _Gathered(frozenset(graph.content), {graph.document})
        self.lines += graph.content
        self.lines += graph.provenance
        self._add_shared(graph.shared)
        self._add_shared(source_lines(graph))

    def merge(self, graph: FormGraph) -> Outcome | None:
        """Add another reading of a form of the batch, if it says plainly the same.

        Returns:
            None when it may say something else: then load the batch and compare in the store.
        """
        gathered = self._forms[graph.form]
        if gathered.content != frozenset(graph.content):
            return None
        if graph.document in gathered.documents:
            return Outcome.UNCHANGED
        gathered.documents.add(graph.document)
        self.documents.add(graph.document)
        self._add_shared(source_lines(graph))
        return Outcome.SOURCE_ADDED

    def _add_shared(self, lines: Iterable[str]) -> None:
        fresh = [line for line in lines if line not in self._shared]
        self._shared.update(fresh)
        self.lines += fresh
