"""What a query asks of `$this`, and what it asks at the least."""

from __future__ import annotations

import pytest

from perfkg.shacl.necessary import subsets, written
from perfkg.shacl.star import star

QUERY = """SELECT $this ?label WHERE {
    ?thing ex:name ?label . FILTER (STRLEN(?label) > 9)
    $this ex:thing ?thing ; ex:amount ?amount .
    BIND (STR(?label) AS ?name) BIND (?amount * 2 AS ?double)
    OPTIONAL { $this ex:unit ?unit . FILTER (?unit = ex:metre) }
    FILTER (CONTAINS(?name, "long") && LANG(?label) = "zh") FILTER (?double > 4)
    FILTER (!BOUND(?unit)) }"""


def test_what_is_asked_at_the_least_is_what_other_predicates_have_no_part_in() -> None:
    found = star(QUERY)
    assert found is not None
    assert found.own == {"ex:thing", "ex:amount", "ex:unit"}
    text = written(found, QUERY, {"ex:thing"})
    assert "ex:thing ?thing" in text
    assert 'CONTAINS(?name, "long")' in text
    assert "STRLEN(?label) > 9" in text
    assert not any(left in text for left in ("amount", "double", "unit", "OPTIONAL"))


def test_the_predicates_that_leave_most_conditions_in_place_come_first() -> None:
    found = star(QUERY)
    assert found is not None
    assert next(subsets(found, QUERY)) == {"ex:thing", "ex:amount"}


def test_a_value_that_something_else_may_bind_is_not_relied_on() -> None:
    query = """SELECT $this WHERE { $this ex:a ?a ; ex:b ?b . BIND (1 / ?a AS ?c)
        OPTIONAL { ?b ex:d ?c } FILTER (?c > 100000) }"""
    found = star(query)
    assert found is not None
    assert "FILTER" not in written(found, query, {"ex:a"})


@pytest.mark.parametrize(
    "body",
    [
        "?x ex:p $this",
        "$this ?p ?x",
        "$this ex:p ?x FILTER ($this != ?x)",
        "$this ^ex:p ?x",
        "$this ex:p* ?x",
        "GRAPH ?g { $this ex:p ?x }",
        "?x ?p ?y . $this ex:p ?x",
    ],
)
def test_a_query_that_asks_more_of_the_node_than_values_is_no_star(body: str) -> None:
    assert star(f"SELECT $this WHERE {{ {body} }}") is None


@pytest.mark.parametrize("path", ["ex:p/ex:q*", "ex:p/ex:q?", "ex:p+"])
def test_a_path_that_goes_beyond_its_predicates_is_not_asked_of_a_digest(path: str) -> None:
    found = star(f"SELECT $this WHERE {{ $this {path} ?x }}")
    assert found is not None
    assert found.others is None
