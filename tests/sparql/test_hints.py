"""Errors for people: the place of a mistake, the line with a caret, and what was meant."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfkg.errors import QueryError, QueryRefused, QuerySyntaxError
from perfkg.namespaces import PREFIXES
from perfkg.queries import Catalogue, SavedQuery
from perfkg.resources import queries_folder
from perfkg.sparql.advice import advice
from perfkg.sparql.fence import check_query, check_update
from perfkg.sparql.hints import WELL_KNOWN
from perfkg.sparql.mistakes import find_mistakes
from perfkg.store.evaluate import evaluate
from perfkg.vocabulary import ontology_terms

CASES = tomllib.loads((Path(__file__).parent / "broken_queries.toml").read_text("utf-8"))["query"]
STORE = ox.Store()


def _ask(text: str, prefixes: dict[str, str] | None = None) -> None:
    check_query(text)
    evaluate(STORE, text, prefixes=prefixes, base_iri="http://localhost/sparql", max_rows=1)


def _error(text: str, prefixes: dict[str, str] | None = None) -> QuerySyntaxError | QueryRefused:
    with pytest.raises(QueryError) as caught:
        _ask(text, prefixes)
    assert isinstance(caught.value, QuerySyntaxError | QueryRefused), caught.value
    return caught.value


def test_there_are_many_broken_queries() -> None:
    assert len(CASES) >= 60
    assert len({case["hint"] for case in CASES}) >= 40


@pytest.mark.parametrize("case", CASES, ids=[case["text"][:60] for case in CASES])
def test_a_broken_query_is_told_where_it_breaks_and_what_was_meant(case: dict[str, Any]) -> None:
    error = _error(case["text"])
    assert (error.line, error.column) == (case["line"], case["column"])
    assert case["reason"] in error.text.en
    assert error.hint is not None
    assert (error.hint.en, error.hint.zh) == (case["hint"], case["hint_zh"])
    # The caret stands below the place; Chinese characters are two columns wide.
    line, caret = error.excerpt.split("\n")
    assert line in case["text"].split("\n")
    assert caret.strip() == "^"
    assert len(caret) >= case["column"]
    assert error.hint.zh in error.message("zh")
    assert error.hint.en in error.message("en")


@pytest.mark.parametrize("prefix", sorted(WELL_KNOWN))
def test_a_prefix_that_is_not_declared_is_completed(prefix: str) -> None:
    error = _error(f"SELECT * {{ ?s a {prefix}:Thing }}")
    assert error.hint is not None
    assert f"did you mean PREFIX {prefix}: <{WELL_KNOWN[prefix]}>?" in error.hint.en
    assert (error.line, error.column) == (1, 17)


def test_our_prefixes_are_among_the_well_known() -> None:
    assert PREFIXES.items() <= WELL_KNOWN.items()


def test_a_prefix_that_needs_no_declaration_is_not_complained_of() -> None:
    error = _error("SELECT * { ?s a pk:Form ?x }", {"pk": PREFIXES["pk"]})
    assert "whole" in error.text.en or "dot is missing" in error.text.en


def test_an_update_sent_as_a_query_is_told_how_to_send_it() -> None:
    error = _error("INSERT DATA { <http://e/a> <http://e/b> 1 }")
    assert error.hint is not None
    assert "application/sparql-update" in error.hint.en
    assert (error.line, error.column) == (1, 1)


@pytest.mark.parametrize("text", ["SELECT * { ?s ?p ?o }", "PREFIX e: <http://e/> ASK { ?s ?p 1 }"])
def test_a_query_sent_as_an_update_is_told_how_to_send_it(text: str) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        check_update(text)
    assert caught.value.hint is not None
    assert "application/sparql-query" in caught.value.hint.en


GOOD = [query.text for query in Catalogue(queries_folder())] + [
    "SELECT ?x (COUNT(*) AS ?n) { ?x ?p [ ?q ?r ] ; ?a ?b , ?c . } GROUP BY ?x HAVING (?n > 1)",
    "SELECT * { { SELECT ?x { ?x ?p ?o } ORDER BY ?x LIMIT 3 } ?x ?q ?r }",
    "SELECT * { ?x ?p -5 . ?y ?q true ; ?r 'a'@en , 'b'^^<http://t> . FILTER(?x < ?y) . }",
    "SELECT * { ?x ?p ?o . FILTER NOT EXISTS { ?x ?q ?r } OPTIONAL { ?x ?s ?t } . ?a ?b ?c }",
    "SELECT * { VALUES (?a ?b) { (1 2) (3 UNDEF) } VALUES ?c { 4 5 } ?a ?b ?c }",
    "SELECT * { GRAPH ?g { ?s ?p ?o } BIND(?s AS ?t) { ?a ?b ?c } UNION { ?d ?e (1 2) } }",
    "CONSTRUCT { ?s ?p ?o . } FROM <http://g> WHERE { ?s ?p ?o ; . }",
    "ASK { [] ?p ?o . [ ?q ?r ] . _:b ?t ?u }",
    "SELECT * { ?s (<http://a>|^<http://b>)*/<http://c>? ?o . ?o !<http://d> ?q }",
    "SELECT (IF(EXISTS { ?s ?p ?o }, 1, 2) AS ?x) { }",
    "DESCRIBE <http://e/a>",
]


@pytest.mark.parametrize("text", GOOD, ids=range(len(GOOD)))
def test_nothing_is_found_in_what_is_right(text: str) -> None:
    found = find_mistakes(text, len(text), PREFIXES)
    assert [(m.offset, m.reason.en) for m in found] == []


@given(st.text(alphabet=" \n.;,{}()[]<>?=^@:\"'aAsSxX1，。“（", max_size=60))
def test_whatever_is_asked_is_answered_with_a_place_in_it(junk: str) -> None:
    text = f"SELECT {junk}"
    error = None
    try:
        _ask(text)
    except QueryError as caught:
        error = caught
    if isinstance(error, QuerySyntaxError):
        assert 1 <= error.line <= text.count("\n") + 1
        assert 1 <= error.column <= len(text) + 1


def test_a_term_that_the_ontology_lacks_is_told_with_the_one_that_was_meant() -> None:
    terms = ontology_terms()
    text = "PREFIX pk: <https://w3id.org/perfkg/def#>\nSELECT * { ?f pk:proyect ?p ; a pk:Form }"
    (note,) = advice(text, PREFIXES, terms)
    assert "pk:proyect" in note.en
    assert "did you mean pk:project?" in note.en
    assert "line 2, column 15" in note.en
    own = text.replace("pk:", "kg:").replace("kg: <", "kg: <")
    assert [n.en.replace("kg:", "pk:") for n in advice(own, {}, terms)] == [note.en]
    # What merely looks like a name is none.
    quoted = 'SELECT * { ?s ?p "pk:proyect" } # pk:proyect'
    assert advice(quoted, PREFIXES, terms) == []


def test_chinese_punctuation_that_became_part_of_a_variable_is_told() -> None:
    (note,) = advice("SELECT ?x { ?s ?p ?x。}", PREFIXES, ontology_terms())
    assert "?x。" in note.en


@pytest.mark.parametrize("query", list(Catalogue(queries_folder())), ids=lambda query: query.name)
def test_the_saved_queries_use_terms_that_exist(query: SavedQuery) -> None:
    assert advice(query.text, PREFIXES, ontology_terms()) == []
