"""Whatever is put in whatever order, the store holds what a simple model says."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph
from hypothesis import given, settings
from hypothesis import strategies as st

from perfkg.graph.form_graph import FormGraph
from perfkg.namespaces import PROV
from perfkg.store import Outcome
from perfkg.store.statements import lines_of
from perfkg.store.vocabulary import Vocabulary
from perfkg.store.writer import EmbeddedWriter

from .support import (
    ID,
    PERCENT,
    VOCABULARY,
    document_of,
    form_graph,
    label,
    lines_in,
    new_store,
    triple,
)

UNITS = [PERCENT, *(f"{ID}unit/{key}" for key in ("page", "10", "W10", "W11"))]

graphs = st.builds(
    form_graph,
    st.sampled_from(["f", "g", "h"]),
    st.sampled_from(["d1", "d2", "d3"]),
    value=st.sampled_from(["1", "2"]),
    project=st.sampled_from(["p", "q"]),
    units=st.lists(st.sampled_from(UNITS), max_size=2),
    spelling=st.sampled_from([None, "P", "Q"]),
    location=st.sampled_from([None, "line 1"]),
)
runs = st.lists(st.lists(graphs, max_size=5), max_size=4)


@dataclass
class Model:
    """A store as sets: for each form what it says and its sources, and what they share."""

    forms: dict[str, frozenset[str]] = field(default_factory=dict)
    places: dict[str, frozenset[str]] = field(default_factory=dict)
    sources: dict[str, set[str]] = field(default_factory=dict)
    shared: set[str] = field(default_factory=set)
    revisions: set[tuple[str, str]] = field(default_factory=set)

    def put(self, graph: FormGraph) -> Outcome:
        """Apply the rules of `Outcome`."""
        content = frozenset(graph.content)
        known = self.sources.get(graph.form, set())
        if self.forms.get(graph.form) == content:
            if graph.document in known:
                return Outcome.UNCHANGED
            known.add(graph.document)
            start = f"<{graph.document}>"
            self.shared.update(line for line in graph.shared if line.startswith(start))
            return Outcome.SOURCE_ADDED
        is_new = graph.form not in self.forms
        self.forms[graph.form] = content
        self.places[graph.form] = frozenset(x for x in graph.provenance if PROV not in x)
        self.sources[graph.form] = {graph.document}
        self.shared.update(graph.shared)
        if not known or graph.document in known:
            self._collect()
            return Outcome.ADDED if is_new else Outcome.CORRECTED
        self._revise(graph.document, known)
        self._collect()
        return Outcome.REPLACED

    def _revise(self, document: str, earlier: set[str]) -> None:
        reached = set(earlier)
        while more := {old for new, old in self.revisions if new in reached} - reached:
            reached |= more
        self.revisions -= {(older, document) for older in reached}
        self.revisions |= {(document, older) for older in earlier}

    def _collect(self) -> None:
        """Keep what can be reached from a form or belongs to the vocabulary."""
        reached = set[str]()
        lines = self.lines()
        more = {line for line in lines if line not in self.shared and "RevisionOf" not in line}
        while more:
            reached |= more
            ends = {line.split(" ")[2] for line in reached}
            more = {line for line in lines if line.split(" ")[0] in ends} - reached
        self.shared &= reached
        self.revisions = {pair for pair in self.revisions if revision(*pair) in reached}

    def lines(self) -> set[str]:
        """Return every statement."""
        sources = {
            triple(form, f"{PROV}hadPrimarySource", f"<{document}>")
            for form, documents in self.sources.items()
            for document in documents
        }
        stated = set().union(*self.forms.values(), *self.places.values())
        revisions = {revision(*pair) for pair in self.revisions}
        vocabulary = {line.replace('"1.0"', '"1"') for line in VOCABULARY}
        return stated | sources | self.shared | revisions | vocabulary


def revision(newer: str, older: str) -> str:
    return triple(newer, f"{PROV}wasRevisionOf", f"<{older}>")


@settings(max_examples=150, deadline=None)
@given(st.lists(graphs, max_size=12))
def test_a_transaction_equals_the_model(sequence: list[FormGraph]) -> None:
    database = pyoxigraph.Store()
    writer = EmbeddedWriter(database, Vocabulary(), ID)
    writer.set_vocabulary(VOCABULARY)
    model = Model()
    assert [writer.put(graph) for graph in sequence] == [model.put(graph) for graph in sequence]
    writer.finish()
    assert set(lines_of(quad.triple for quad in database)) == model.lines()


@settings(max_examples=150, deadline=None)
@given(runs)
def test_forms_put_together_equal_the_model_that_puts_one_after_the_other(
    sequence: list[list[FormGraph]],
) -> None:
    database = pyoxigraph.Store()
    writer = EmbeddedWriter(database, Vocabulary(), ID)
    writer.set_vocabulary(VOCABULARY)
    model = Model()
    for run in sequence:
        assert writer.put_all(run) == [model.put(graph) for graph in run]
    writer.finish()
    assert set(lines_of(quad.triple for quad in database)) == model.lines()


@settings(max_examples=8, deadline=None)
@given(runs)
def test_a_store_equals_the_model_after_every_commit(sequence: list[list[FormGraph]]) -> None:
    model = Model()
    with tempfile.TemporaryDirectory() as folder, new_store(Path(folder)) as store:
        for run in sequence:
            before, number = model.lines(), store.generation.number
            with store.write() as writer:
                for graph in run:
                    assert writer.put(graph) is model.put(graph)
            assert lines_in(store) == model.lines()
            assert (store.generation.number > number) == (model.lines() != before)


def test_the_model_itself_forgets_what_nobody_uses() -> None:
    model = Model()
    model.put(form_graph(project="p"))
    model.put(form_graph(project="q", document="d2"))
    assert label(f"{ID}project/p", "p") not in model.lines()
    assert label(document_of("d1"), "d1") in model.lines()
