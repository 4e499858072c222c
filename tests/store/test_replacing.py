"""A named graph is made to hold what it is given, and only the difference is written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import NamedNode, Store

from perfkg.store import replacing
from perfkg.store.replacing import replace_graph
from perfkg.store.statements import lines_of

GRAPH = NamedNode("urn:graph")
OTHER = NamedNode("urn:other")
DECIMAL = "<http://www.w3.org/2001/XMLSchema#decimal>"
NUMBERS = st.frozensets(st.integers(min_value=0, max_value=30))


def _lines(numbers: frozenset[int]) -> list[str]:
    return [f'<urn:s{number}> <urn:p> "{number}" .' for number in sorted(numbers)]


def _held(store: Store, graph: NamedNode) -> list[str]:
    return lines_of(quad.triple for quad in store.quads_for_pattern(None, None, None, graph))


@given(before=NUMBERS, after=NUMBERS)
def test_it_holds_the_new_statements_and_tells_whether_it_did_before(
    before: frozenset[int], after: frozenset[int]
) -> None:
    store = Store()
    replace_graph(store, OTHER, _lines(before))
    replace_graph(store, GRAPH, _lines(before))
    assert replace_graph(store, GRAPH, _lines(after)) == (before != after)
    assert _held(store, GRAPH) == sorted(_lines(after))
    assert _held(store, OTHER) == sorted(_lines(before))


def test_another_spelling_of_the_same_number_is_no_change() -> None:
    store = Store()
    replace_graph(store, GRAPH, [f'<urn:s> <urn:p> "85.00"^^{DECIMAL} .'])
    assert not replace_graph(store, GRAPH, [f'<urn:s> <urn:p> "85.0"^^{DECIMAL} .'] * 2)


def test_many_statements_go_and_come_in_several_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replacing, "_BLOCK", 3)
    store = Store()
    replace_graph(store, GRAPH, _lines(frozenset(range(20))))
    replace_graph(store, GRAPH, iter(_lines(frozenset(range(15, 40)))))
    assert _held(store, GRAPH) == sorted(_lines(frozenset(range(15, 40))))
