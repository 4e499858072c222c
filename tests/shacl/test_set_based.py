"""SPARQL constraints give for a set of nodes what they give for each, and so do kinds of nodes."""

from __future__ import annotations

from collections import Counter

import pyoxigraph as ox
import pytest

import perfkg.shacl.focus as focus_module
from perfkg.shacl import Result, compile_shapes
from tests.shacl.support import found, parse, store_of, validate

PEOPLE = "\n".join(
    f'ex:n{i} a ex:C ; ex:p "v{i % 3}" ; ex:q {i % 5} ; ex:next ex:n{(i + 1) % 40} .'
    + ("" if i % 4 else f' ex:n{i} ex:flag true ; ex:p "w" .')
    for i in range(40)
)
BLANK = "\n".join(f'[] a ex:C ; ex:p "v{i % 3}" ; ex:q {i} .' for i in range(6))

QUERIES = {
    "filter": "SELECT $this ?x WHERE { $this ex:q ?x FILTER (?x > 3) }",
    "optional": (
        "SELECT $this WHERE { $this ex:q ?q OPTIONAL { $this ex:flag ?f } FILTER (!BOUND(?f)) }"
    ),
    "outer filter in optional": (
        "SELECT $this ?x WHERE { $this ex:q ?q OPTIONAL { ?x ex:next ?y FILTER (?y = $this) } }"
    ),
    "union": (
        "SELECT $this ?x WHERE { { $this ex:q ?x } UNION "
        "{ BIND ($this AS ?x) FILTER (isIRI($this)) } }"
    ),
    "bind in a group": "SELECT $this ?that WHERE { { BIND (STR($this) AS ?that) } $this ex:q 1 }",
    "exists": "SELECT $this WHERE { $this ex:q ?q FILTER NOT EXISTS { $this ex:flag true } }",
    "exists backwards": (
        "SELECT $this WHERE { $this a ex:C FILTER EXISTS { ?x ex:next $this ; ex:q 2 } }"
    ),
    "aggregate": (
        "SELECT $this (COUNT(?x) AS ?value) WHERE { $this ex:p ?x } "
        "GROUP BY $this HAVING (COUNT(?x) > 1)"
    ),
    "sub-select": (
        "SELECT $this ?n WHERE { { SELECT $this (COUNT(?x) AS ?n) WHERE { $this ex:p ?x } "
        "GROUP BY $this } FILTER (?n > 1) }"
    ),
    "sub-select that needs the node": (
        "SELECT $this ?x WHERE { { SELECT $this ?x WHERE { ?x ex:next ?y FILTER (?y = $this) } } }"
    ),
    "sub-selects that only name the node": (
        "SELECT $this ?x ?n WHERE { { SELECT $this ?x ?n WHERE { "
        "{ SELECT $this ?x ?n WHERE { ?x ex:q ?n } } "
        "OPTIONAL { SELECT $this ?x ?f WHERE { ?x ex:flag ?f } } FILTER (BOUND(?f)) } } "
        "{ SELECT $this ?x WHERE { $this ex:next ?x } } }"
    ),
    "sub-select of the node alone": (
        "SELECT $this ?x WHERE { { SELECT $this WHERE { ex:n1 ex:q 1 } } $this ex:next ?x }"
    ),
    "limit": "SELECT $this ?value WHERE { $this ex:p ?value } ORDER BY ?value LIMIT 1",
    "path": "SELECT $this ?x WHERE { $this ex:next/ex:next/ex:flag ?x }",
    "alternative path": "SELECT $this ?x WHERE { $this (ex:p|ex:flag) ?x }",
    "inverse": "SELECT $this ?x WHERE { ?x ex:next $this . ?x ex:flag true }",
    "union in a sub-select": (
        "SELECT $this ?n WHERE { { SELECT $this (COUNT(?x) AS ?n) WHERE { { $this ex:flag ?x } "
        "UNION { ?x ex:next $this } } GROUP BY $this } }"
    ),
    "few nodes by what is needed": (
        "SELECT $this ?x WHERE { $this ex:flag ?f ; ex:next ?x FILTER (?f = true) }"
    ),
    "few nodes by what is made of it": (
        "SELECT $this ?x WHERE { $this ex:next ?x ; ex:flag ?f BIND (STR(?f) AS ?t) "
        "OPTIONAL { ?x ex:q ?z } FILTER (CONTAINS(?t, 'true') && ?z > 2) "
        "FILTER (STRLEN(?t) > 3) }"
    ),
    "nothing of the node": "SELECT $this WHERE { ex:n1 ex:q 1 }",
}


def _shapes(query: str) -> str:
    return f'''ex:s sh:targetClass ex:C ; sh:sparql [ sh:prefixes ex: ;
        sh:message "{{?x}} {{?n}}" ; sh:select """{query}""" ] .'''


def _of_each(query: str, data: str) -> list[Result]:
    """Run a constraint for each node by itself, with its name put in for the variable."""
    class_ = ox.NamedNode("http://example.com/C")
    nodes = {quad.subject for quad in store_of(data).quads_for_pattern(None, None, class_)}
    results: list[Result] = []
    for node in nodes:
        shapes = _shapes(query).replace("sh:targetClass ex:C", f"sh:targetNode {node}")
        results += validate(shapes, data)
    return results


@pytest.mark.parametrize("small", [1000, 3], ids=["joined", "scanned"])
@pytest.mark.parametrize("name", QUERIES)
def test_a_query_finds_for_the_set_what_it_finds_for_each_node(
    name: str, small: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    each = Counter(_of_each(QUERIES[name], PEOPLE))
    monkeypatch.setattr(focus_module, "SMALL", small)
    together = Counter(validate(_shapes(QUERIES[name]), PEOPLE))
    plain = [Counter({_plain(r): n for r, n in found_.items()}) for found_ in (each, together)]
    assert plain[0] == plain[1]
    assert plain[0]


def _plain(result: Result) -> tuple[object, ...]:
    return (result.focus_node, result.value, result.messages)


@pytest.mark.parametrize("small", [1000, 3], ids=["joined", "scanned"])
@pytest.mark.parametrize(
    "name", ["filter", "optional", "exists", "aggregate", "sub-select", "limit"]
)
def test_blank_nodes_are_found_as_well(
    name: str, small: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = BLANK
    for i in range(6):
        named = named.replace("[]", f"ex:b{i}", 1)
    expected = validate(_shapes(QUERIES[name]), named)
    monkeypatch.setattr(focus_module, "SMALL", small)
    results = validate(_shapes(QUERIES[name]), BLANK)
    assert len(results) == len(expected)
    assert all(isinstance(result.focus_node, ox.BlankNode) for result in results)


CORE = """
ex:s sh:targetClass ex:C ; sh:property
    [ sh:path ex:p ; sh:minCount 2 ; sh:maxLength 1 ; sh:maxCount 1 ; sh:in ( "v0" "v1" ) ] ,
    [ sh:path ex:q ; sh:maxInclusive 3 ; sh:datatype xsd:string ; sh:hasValue 4 ] ,
    [ sh:path ex:flag ; sh:minCount 1 ; sh:not [ sh:in ( true ) ] ] ,
    [ sh:path ex:next ; sh:class ex:D ;
      sh:node [ sh:property [ sh:path ex:flag ; sh:minCount 1 ] ] ;
      sh:property [ sh:path ex:q ; sh:minInclusive 1 ] ] ,
    [ sh:path [ sh:inversePath ex:next ] ; sh:maxCount 0 ] .
"""


def test_a_large_class_gives_the_results_that_a_small_one_gives(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    expected = found(CORE, PEOPLE)
    monkeypatch.setattr(focus_module, "SMALL", 3)
    assert found(CORE, PEOPLE) == expected
    assert sum(expected.values()) > 200


def test_results_come_in_the_same_order_each_time() -> None:
    plan = compile_shapes(parse(CORE))
    first, second = (plan.validate(store_of(PEOPLE)) for _ in range(2))
    assert [r.focus_node for r in first] == [r.focus_node for r in second]
    assert [r.messages for r in first] == [r.messages for r in second]


def test_messages_hold_the_values_of_a_row_in_every_language() -> None:
    shapes = """ex:s sh:targetClass ex:C ; sh:severity sh:Warning ; sh:sparql ex:c .
        ex:c sh:prefixes ex: ; sh:message "值为 {?x}"@zh , "The value is {$x} of {?none}"@en ;
        sh:select "SELECT $this ?x WHERE { $this ex:p ?x }" ."""
    (result,) = validate(shapes, r'ex:a a ex:C ; ex:p "\\geq 1" .')
    assert result.messages == (
        (r"值为 \geq 1", "zh"),
        (r"The value is \geq 1 of {?none}", "en"),
    )
    assert result.severity.value.endswith("Warning")
    assert result.source_constraint == ox.NamedNode("http://example.com/c")


def test_a_core_constraint_without_a_message_says_what_was_expected() -> None:
    (result,) = validate("ex:s sh:targetNode ex:a ; sh:class ex:C .", "ex:a ex:p 1 .")
    assert [language for _, language in result.messages] == ["zh", "en"]
    assert all("http://example.com/C" in text for text, _ in result.messages)


@pytest.mark.parametrize(
    ("constraint", "value"),
    [
        ("sh:maxInclusive 1.5", '"2024-02-29"^^xsd:date'),
        (
            'sh:minInclusive "2024-01-02T12:00:00"^^xsd:dateTime',
            '"2024-01-02T12:00:00Z"^^xsd:dateTime',
        ),
        ("sh:datatype xsd:date", '"2023-02-29"^^xsd:date'),
        ("sh:datatype xsd:boolean", '"no"^^xsd:boolean'),
        ("sh:datatype xsd:unsignedByte", '"256"^^xsd:unsignedByte'),
    ],
)
def test_values_that_cannot_be_compared_or_are_ill_formed_are_at_fault(
    constraint: str, value: str
) -> None:
    (result,) = validate(
        f"ex:s sh:targetNode ex:a ; sh:property [ sh:path ex:p ; {constraint} ] .",
        f"ex:a ex:p {value} .",
    )
    assert result.value is not None


SUBCLASSES = "ex:D rdfs:subClassOf ex:C . "
ASKED = (
    """ex:s a sh:NodeShape ; sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:maxCount 0 ] ."""
)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("ex:a a ex:C , ex:D ; ex:p 1 . ex:b a ex:C ; ex:p 2 .", {"a", "b"}),
        ("ex:a a ex:D ; ex:p 1 . ex:b a ex:C ; ex:p 2 .", {"a", "b"}),
    ],
    ids=["stated", "inherited"],
)
def test_instances_of_a_subclass_are_targets_whether_or_not_they_state_the_class(
    data: str, expected: set[str]
) -> None:
    results = validate(ASKED, SUBCLASSES + data)
    assert {result.focus_node.value.rsplit("/")[-1][-1] for result in results} == expected
