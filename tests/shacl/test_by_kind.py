"""Queries made up at random find by kinds of nodes what they find when they are asked plainly."""

from __future__ import annotations

from collections import Counter

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import perfkg.shacl.focus as focus_module
import perfkg.shacl.signatures as signatures_module
from perfkg.shacl import compile_shapes
from tests.shacl.support import parse, store_of

PEOPLE = "\n".join(
    f'ex:n{i} a ex:C ; ex:p "v{i % 3}" ; ex:next ex:m{i % 4} .'
    + (f" ex:n{i} ex:q {i % 5} ." if i % 7 else "")
    + ("" if i % 4 else f' ex:n{i} ex:flag true ; ex:p "w" .')
    + (f' ex:n{i} a ex:D ; ex:name "name {i}" .' if i % 6 == 1 else "")
    for i in range(60)
) + "\n".join(
    f"ex:m{i} ex:size {i * 10} ." + (" ex:m1 ex:flag true ." * (i == 1)) for i in range(4)
)
STORE = store_of(PEOPLE)

ELEMENTS = [
    "$this ex:p ?p .",
    "$this ex:q ?q .",
    "$this ex:q 2 .",
    "$this a ex:D .",
    "$this ex:name ?name .",
    "$this ex:flag ?f .",
    "$this ex:next ?n .",
    "$this ex:next/ex:size ?size .",
    "$this (ex:flag|ex:q) ?either .",
    "?n ex:size ?s .",
    "OPTIONAL { $this ex:flag ?g }",
    "OPTIONAL { ?n ex:flag ?ng }",
    "{ $this ex:flag ?u } UNION { $this ex:q ?u FILTER (?u = 1) }",
    "{ $this ex:p ?p FILTER (?p != 'v0') }",
    "BIND (?q * 2 AS ?double)",
    "BIND (STR(?p) AS ?text)",
    "FILTER (?q > 2)",
    "FILTER (?p != 'v1')",
    "FILTER (CONTAINS(?text, 'w'))",
    "FILTER (?double >= 4)",
    "FILTER (?s < 20)",
    "FILTER (!BOUND(?g))",
    "FILTER (?size > ?q)",
    "FILTER (STRLEN(?name) > 6)",
    "FILTER (BOUND(?ng) || ?q = 1)",
]


@st.composite
def _queries(draw: st.DrawFn) -> str:
    """Make up a query: patterns before what uses their variables, as a BIND asks for it."""
    chosen = draw(st.sets(st.integers(0, len(ELEMENTS) - 1), min_size=1, max_size=8))
    body = " ".join(ELEMENTS[place] for place in sorted(chosen))
    return f"SELECT $this ?p ?q ?u ?double ?s WHERE {{ {body} }}"


def _plainly(query: str) -> Counter[str]:
    """Ask for all nodes: what is asked only of the values of `$this` needs no pre-binding."""
    text = query.replace("WHERE {", "WHERE { $this a ex:C . ", 1)
    found = STORE.query(text, prefixes={"ex": "http://example.com/"})
    assert isinstance(found, ox.QuerySolutions)
    # A message names what is bound and leaves the name of the rest.
    return Counter(
        f"{row['this'].value} "
        + " ".join(_shown(row, name) for name in ("p", "q", "u", "double", "s"))
        for row in found
    )


def _shown(row: ox.QuerySolution, name: str) -> str:
    value = row[name]
    return f"{{?{name}}}" if value is None else value.value


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(focus_module, "SMALL", 3)
    monkeypatch.setattr(signatures_module, "SMALL", 3)


@settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(_queries())
def test_asking_kinds_finds_what_asking_all_nodes_finds(query: str) -> None:
    shapes = f'''ex:s sh:targetClass ex:C ; sh:sparql [ sh:prefixes ex: ;
        sh:message "{{?p}} {{?q}} {{?u}} {{?double}} {{?s}}" ; sh:select """{query}""" ] .'''
    results = compile_shapes(parse(shapes)).validate(STORE)
    told = Counter(f"{result.focus_node.value} {result.messages[0][0]}" for result in results)
    assert told == _plainly(query)
