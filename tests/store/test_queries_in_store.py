"""Results as data, failures as messages for a person."""

from __future__ import annotations

import pytest
from pyoxigraph import Literal

from perfkg.errors import QueryError, QuerySyntaxError
from perfkg.namespaces import PREFIXES
from perfkg.store import AskResult, EmbeddedStore, GraphResult, SelectResult, Store

from .support import form_graph, put

WAYS = [None, 10.0]


@pytest.fixture
def filled(store: Store) -> Store:
    put(store, form_graph("a"), form_graph("b"), form_graph("c"))
    return store


@pytest.mark.parametrize("timeout", WAYS)
def test_each_kind_of_query_has_its_result(filled: Store, timeout: float | None) -> None:
    select = filled.query(
        "SELECT ?n ?none { ?f pk:position ?n } ORDER BY ?f", timeout=timeout, prefixes=PREFIXES
    )
    one = Literal(1)
    rows = ((one, None),) * 3
    assert select == SelectResult(("n", "none"), rows, truncated=False)
    assert filled.query("ASK { ?s ?p ?o }", timeout=timeout) == AskResult(True)
    graph = filled.query(
        "CONSTRUCT { <a:b> pk:position ?n } { ?f pk:position ?n }",
        timeout=timeout,
        prefixes=PREFIXES,
    )
    assert isinstance(graph, GraphResult)
    assert [str(t.object) for t in graph.triples] == [str(one)]


@pytest.mark.parametrize("timeout", WAYS)
def test_a_result_is_cut_at_the_row_limit_and_says_so(filled: Store, timeout: float | None) -> None:
    for text in ("SELECT * { ?f pk:position ?n }", "CONSTRUCT WHERE { ?f pk:position ?n }"):
        for limit, truncated in ((2, True), (3, False)):
            result = filled.query(text, timeout=timeout, max_rows=limit, prefixes=PREFIXES)
            assert not isinstance(result, AskResult)
            assert result.truncated is truncated
            found = result.rows if isinstance(result, SelectResult) else result.triples
            assert len(found) == limit


@pytest.mark.parametrize("timeout", WAYS)
@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("SELECT * {\n  ?s ?p ?o\n  FILTR(?o > 1)\n}", 3, 3),
        ("SELECT * {\n  ?s ?p ?o ] }\nLIMIT 10", 2, 12),
        ('SELECT * { ?s ?p "中文" "再" . ?x ?y ?z }', 1, 23),
        ("SELECT * { ?s ?p ?o FILTER(?o > ) }", 1, 33),
        ("SELECT * { ?s ?p ?o } ORDER ?s", 1, 29),
        ("SELECT * { ?s ?p ?o } LIMIT x", 1, 29),
        ("SELECT * {\n  ?s ?p ?o", 2, 11),
        ("", 1, 1),
    ],
)
def test_a_syntax_error_knows_its_place(
    filled: Store, timeout: float | None, text: str, line: int, column: int
) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        filled.query(text, timeout=timeout)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert caught.value.place == f"line {line}, column {column}"


def test_a_syntax_error_shows_the_line_with_a_caret_below_the_place(filled: Store) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        filled.query('ASK {\n  ?s ?p "中文" "再" . ?x ?y ?z }')
    shown = caught.value.text.zh.split("\n")
    assert shown[1:3] == ['  ?s ?p "中文" "再" . ?x ?y ?z }', " " * 15 + "^"]
    assert "expected" not in str(caught.value)


def test_a_long_line_is_cut_around_the_place(filled: Store) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        filled.query("ASK { " + "?s ?p ?o . " * 200 + " ] }")
    assert max(map(len, caught.value.text.en.split("\n"))) <= 120
    assert "]" in caught.value.text.en.split("\n")[1]


def test_a_missing_prefix_is_called_by_its_name(filled: Store) -> None:
    with pytest.raises(QuerySyntaxError, match="prefix foo: is not declared"):
        filled.query("ASK { ?s foo:bar ?o }")


@pytest.mark.parametrize("timeout", WAYS)
def test_a_function_that_does_not_exist_is_a_query_error(
    embedded: EmbeddedStore, timeout: float | None
) -> None:
    # Other engines leave ?x unbound, as the standard allows.
    put(embedded, form_graph())
    with pytest.raises(QueryError, match="a:f"):
        embedded.query("SELECT * { ?s ?p ?o BIND(<a:f>(?o) AS ?x) }", timeout=timeout)
