"""Which queries cannot take long, whatever the data: told by their tokens alone."""

from __future__ import annotations

import pytest

from perfkg.sparql.lookups import is_lookup

LOOKUPS = (
    "SELECT ?p ?o WHERE { <http://e/a> ?p ?o }",
    "select distinct * {<http://e/a> ?p ?o.} limit 10 offset 5 # note",
    "PREFIX e: <http://e/> SELECT ?x { e:a e:p ?x . e:b a e:C }",
    "BASE <http://e/> ASK { <a> <b> '中文'@zh }",
    "ASK { <http://e/a> <http://e/p> 5 }",
    "DESCRIBE <http://e/a>",
)
OTHERS = (
    "SELECT * { ?s ?p ?o }",
    "SELECT * { ?s <http://e/p> <http://e/a> }",
    "SELECT * { <http://e/a> <http://e/p>+ ?o }",
    "SELECT * { <http://e/a> <http://e/p>* ?o }",
    "SELECT * { <http://e/a> ^<http://e/p> ?o }",
    "SELECT * { <http://e/a> (<http://e/p>|!<http://e/q>) ?o }",
    "SELECT * { <http://e/a> ?p ?o . <http://e/a> ?q ?r . <http://e/a> ?t ?u }",
    "SELECT * { <http://e/a> ?p ?o , ?q }",
    "SELECT * { <http://e/a> ?p ?o FILTER(?o > 5) }",
    "SELECT * { <http://e/a> ?p ?o OPTIONAL { ?x ?y ?z } }",
    "SELECT (COUNT(*) AS ?n) { <http://e/a> ?p ?o }",
    "SELECT * { <http://e/a> ?p ?o } ORDER BY ?o",
    "SELECT * { { <http://e/a> ?p ?o } { ?a ?b ?c } }",
    "SELECT * { _:a ?p ?o }",
    "SELECT * FROM <http://e/g> { <http://e/a> ?p ?o }",
    "SELECT * { SERVICE <http://e/a> { <http://e/a> ?p ?o } }",
    "DESCRIBE ?x { ?x ?p ?o }",
    "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }",
    "DELETE DATA { <http://e/a> <http://e/p> 5 }",
    r"SELECT * { <http://e/\u0061> ?p ?o }",
    f"ASK {{ <http://e/{'a' * 3000}> ?p ?o }}",
    "",
)


@pytest.mark.parametrize("query", LOOKUPS)
def test_a_statement_about_something_that_is_named_is_a_lookup(query: str) -> None:
    assert is_lookup(query)


@pytest.mark.parametrize("query", OTHERS)
def test_whatever_else_a_query_holds_makes_it_none(query: str) -> None:
    assert not is_lookup(query)
