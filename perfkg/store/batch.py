"""Forms that are new to the store, gathered so that they are loaded in one go."""

from __future__ import annotations

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
    """The lines that wait to be loaded, and what they say about which form."""

    LIMIT = 200_000
    """Lines after which it is time to load them."""

    lines: list[str] = field(default_factory=list)
    documents: set[str] = field(default_factory=set)
    _forms: dict[str, _Gathered] = field(default_factory=dict)

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
        self.lines += [*graph.content, *graph.provenance, *graph.shared, *source_lines(graph)]

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
        self.lines += source_lines(graph)
        return Outcome.SOURCE_ADDED
