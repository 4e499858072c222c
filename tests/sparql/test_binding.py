from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfkg.errors import QuerySyntaxError
from perfkg.sparql.binding import bind
from perfkg.sparql.fence import check_query

A, B, P = (ox.NamedNode(f"http://e/{name}") for name in "abp")


@pytest.fixture
def store() -> ox.Store:
    store = ox.Store()
    store.add(ox.Quad(A, P, ox.Literal("one")))
    store.add(ox.Quad(B, P, ox.Literal("two")))
    return store


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?s WHERE { ?s ?p ?o }",
        "SELECT ?s { ?s ?p ?o }",
        "SELECT?s{?s?p?o}",
        "PREFIX ex: <http://e/> SELECT ?s # { comment {\n WHERE { ?s ex:p|<http://e/q> ?o }",
        "SELECT ?s WHERE { { SELECT ?s ?o WHERE { ?s ?p ?o } } }",
        "SELECT ?s WHERE { { ?s ?p ?o } UNION { ?s <http://e/q> ?o } }",
        "SELECT ?s (COUNT(*) AS ?n) WHERE { ?s ?p ?o } GROUP BY ?s",
        "SELECT (MIN(?x) AS ?s) WHERE { ?x ?p ?o } HAVING (COUNT(*) > 0)",
        "SELECT ?s (EXISTS { ?s ?p 'one' } AS ?e) WHERE { ?s ?p ?o }",
    ],
)
def test_values_reach_every_shape_of_select(store: ox.Store, query: str) -> None:
    bound = bind(query, {"o": ox.Literal("two")})
    check_query(bound)
    solutions = store.query(bound)
    assert isinstance(solutions, ox.QuerySolutions)
    assert [row["s"] for row in solutions] == [B]


def test_values_reach_ask(store: ox.Store) -> None:
    for query in ("ASK { ?s ?p ?o }", "ASK WHERE { ?s ?p ?o }"):
        assert bool(store.query(bind(query, {"o": ox.Literal("one")}))) is True
        assert bool(store.query(bind(query, {"o": ox.Literal("none")}))) is False


@pytest.mark.parametrize(
    "query",
    [
        "CONSTRUCT { ?s <http://e/q> ?o } WHERE { ?s ?p ?o }",
        "CONSTRUCT { ?s <http://e/q> ?o } { ?s ?p ?o }",
        "CONSTRUCT { } { ?s ?p ?o }",
        "DESCRIBE ?s WHERE { ?s ?p ?o }",
        "DESCRIBE ?s { ?s ?p ?o }",
    ],
)
def test_values_reach_the_where_of_construct_and_describe(store: ox.Store, query: str) -> None:
    triples = store.query(bind(query, {"o": ox.Literal("two")}))
    assert isinstance(triples, ox.QueryTriples)
    assert {triple.subject for triple in triples} <= {B}


def test_several_values_are_one_row(store: ox.Store) -> None:
    bound = bind("ASK { ?s ?p ?o }", {"s": A, "o": ox.Literal("two")})
    assert 'VALUES (?o ?s) { ("two" <http://e/a>) }' in bound
    assert bool(store.query(bound)) is False


def test_a_query_without_values_stays_as_it_is() -> None:
    assert bind("ASK { ?s ?p ?o }", {}) == "ASK { ?s ?p ?o }"


@pytest.mark.parametrize("query", ["DESCRIBE <http://e/a>", "CONSTRUCT WHERE { ?s ?p ?o }", ""])
def test_a_query_without_a_group_for_values_is_told(query: str) -> None:
    with pytest.raises(QuerySyntaxError):
        bind(query, {"o": A})


@given(st.text(st.characters(codec="utf-8")))
def test_a_bound_text_comes_out_as_it_went_in(text: str) -> None:
    bound = bind("SELECT ?o WHERE { }", {"o": ox.Literal(text)})
    check_query(bound)
    solutions = ox.Store().query(bound)
    assert isinstance(solutions, ox.QuerySolutions)
    assert [row["o"] for row in solutions] == [ox.Literal(text)]


@pytest.mark.parametrize(
    "text",
    [
        '"> { } DROP ALL',
        '" } SERVICE <http://127.0.0.1:9/> { ?s ?p ?o',
        "\\",
        '\\"',
        "\\u0022 } #",
        "'''\"\"\"",
        "a\nb\r\tc",
        "}) }",
    ],
)
def test_no_text_leaves_its_literal(store: ox.Store, text: str) -> None:
    bound = bind("SELECT ?s ?o WHERE { ?s ?p ?o }", {"o": ox.Literal(text)})
    check_query(bound)
    assert list(store.query(bound)) == []  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?s WHERE { { SELECT ?s WHERE { ?s ?p ?v FILTER(?v = ?o) } } }",
        "SELECT ?s WHERE { { SELECT ?s WHERE { ?s ?p ?v FILTER(?v = ?o) } ORDER BY ?s LIMIT 1 } }",
        "SELECT ?s { ?s ?q ?r { SELECT ?s { { SELECT ?s { ?s ?p ?v FILTER(?v = ?o) } } } } }",
        "SELECT ?s { ?s ?q ?r MINUS { SELECT ?s { ?s ?p ?v FILTER(?v != ?o) } } }",
        "SELECT ?s { { SELECT ?s (?v = ?o AS ?same) { ?s ?p ?v } } FILTER(?same) }",
    ],
)
def test_values_reach_a_subselect_that_uses_them(store: ox.Store, query: str) -> None:
    solutions = store.query(bind(query, {"o": ox.Literal("two")}))
    assert isinstance(solutions, ox.QuerySolutions)
    assert [row["s"] for row in solutions] == [B]


def test_a_subselect_that_computes_the_variable_keeps_it(store: ox.Store) -> None:
    query = "SELECT ?o { { SELECT (MAX(?v) AS ?o) { ?s ?p ?v } } }"
    for value, rows in (("two", 1), ("one", 0)):
        solutions = store.query(bind(query, {"o": ox.Literal(value)}))
        assert len(list(solutions)) == rows  # type: ignore[arg-type]
    query = "SELECT ?o { { SELECT ?o { ?s ?p ?v BIND(STR(?v) AS ?o) } } }"
    assert bind(query, {"o": ox.Literal("two")}).count("VALUES") == 1


def test_a_subselect_gets_only_the_values_that_it_uses() -> None:
    query = (
        "SELECT * { ?s ?p ?o { SELECT ?s { ?s ?q ?o FILTER(?o > 1) } } { SELECT ?t { ?t a 1 } } }"
    )
    bound = bind(query, {"o": ox.Literal(2), "s": A})
    assert bound.count("VALUES (?o ?s)") == 2
    assert bound.count("VALUES") == 2
    assert "VALUES (?o) " in bind(query, {"o": ox.Literal(2)})
