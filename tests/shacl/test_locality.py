"""A shape that is said to look at a neighbourhood alone finds the same in that alone."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfkg.shacl import Plan, ShapesGraph
from perfkg.shacl.neighbourhood import Neighbourhood

from .support import PREFIXES, parse

EX = "http://example.com/"
PART_OF = frozenset((ox.NamedNode(f"{EX}partOf"),))

LOCAL = [
    "$this ex:a ?x",
    "$this ?p ?x",
    "$this ex:a/ex:b+ ?x",
    "$this ex:a ?x . ?x ex:b* ?y",
    "$this ^ex:partOf ?x . ?x ex:a ?y",
    "?x ex:partOf $this ; ex:a ?y",
    "$this (ex:a|^ex:partOf)/ex:b ?x",
    "$this ex:a ?x OPTIONAL { ?x ex:b ?y . ?z ex:partOf ?y } FILTER (!BOUND(?z))",
    "{ $this ex:a ?x } UNION { ?x ex:partOf $this } ?x ex:b ?y",
    "$this ex:a ?x FILTER NOT EXISTS { ?y ex:partOf $this ; ex:b ?x }",
    "$this ex:a ?x BIND (EXISTS { ?x ex:b ?y } AS ?has) FILTER (?has)",
    "$this ex:partOf ?f { SELECT $this ?f (COUNT(?other) AS ?n) "
    "WHERE { ?other ex:partOf ?f } GROUP BY $this ?f } FILTER (?n > 1)",
    "{ SELECT DISTINCT $this ?f WHERE { ?other ex:partOf ?f . ?other ex:b ?b } } $this ex:a ?f",
]
WIDE = [
    "?x ex:a $this",
    "$this ex:a ?x . ?y ex:a ?x",
    "$this ^ex:a ?x",
    "$this !ex:a ?x",
    "$this ex:a ?x . ?y a ex:Form",
    "$this ex:b/^ex:a ?x",
    "GRAPH ?g { $this ex:a ?x }",
    "$this ex:a ?x FILTER NOT EXISTS { ?y ex:a ?x }",
    "$this ex:a ?x OPTIONAL { ?y ex:b ?x }",
    "{ $this ex:a ?x } UNION { ?x ex:b ?y }",
    "{ SELECT $this (COUNT(?f) AS ?n) WHERE { ?other ex:partOf ?f } GROUP BY $this } $this ex:a ?f",
    "$this ex:a ?f { SELECT $this (SAMPLE(?g) AS ?f) WHERE { ?x ex:partOf ?g } GROUP BY $this }",
    "$this ex:a ?x . { SELECT $this ?y WHERE { ?y ex:partOf ?x } LIMIT 1 }",
]


def plan(body: str) -> Plan:
    query = f"SELECT $this WHERE {{ {body} }}"
    graph = ShapesGraph()
    turtle = f"""ex:shape a sh:NodeShape ; sh:targetClass ex:Form ;
        sh:sparql [ sh:prefixes ex: ; sh:select \'\'\'{query}\'\'\' ] ."""
    graph.add(parse(turtle))
    return Plan(graph)


def is_local(found: Plan) -> bool:
    return bool(found.local(PART_OF))


@pytest.mark.parametrize("body", LOCAL)
def test_a_query_that_only_goes_where_the_neighbourhood_goes_is_local(body: str) -> None:
    assert is_local(plan(body))


@pytest.mark.parametrize("body", WIDE)
def test_a_query_that_may_look_elsewhere_is_not_local(body: str) -> None:
    assert not is_local(plan(body))


@pytest.mark.parametrize(
    ("shape", "local"),
    [
        ("sh:property [ sh:path ex:a ; sh:class ex:B ; sh:minCount 1 ]", True),
        ("sh:property [ sh:path [ sh:inversePath ex:partOf ] ; sh:minCount 1 ]", True),
        ("sh:property [ sh:path [ sh:inversePath ex:a ] ; sh:maxCount 1 ]", False),
        ("sh:property [ sh:path ( ex:a [ sh:inversePath ex:a ] ) ; sh:maxCount 1 ]", False),
        ("sh:not [ sh:property [ sh:path [ sh:inversePath ex:a ] ; sh:minCount 1 ] ]", False),
        ("sh:or ( [ sh:class ex:B ] [ sh:property [ sh:path ex:a ; sh:minCount 1 ] ] )", True),
        (
            "sh:property [ sh:path ex:a ; sh:qualifiedMinCount 1 ; sh:qualifiedValueShape "
            "[ sh:property [ sh:path [ sh:inversePath ex:b ] ; sh:minCount 1 ] ] ]",
            False,
        ),
    ],
)
def test_a_shape_is_local_where_all_its_paths_and_parts_are(shape: str, *, local: bool) -> None:
    graph = ShapesGraph()
    graph.add(parse(f"ex:shape a sh:NodeShape ; sh:targetClass ex:Form ; {shape} ."))
    assert is_local(Plan(graph)) is local


def test_a_query_that_is_known_to_be_local_is_not_looked_at_again() -> None:
    class Everything:
        def __contains__(self, key: object) -> bool:
            return True

    assert plan("?x ex:a $this").local(PART_OF, Everything())


NODES = st.sampled_from([f"ex:n{number}" for number in range(6)])
TRIPLES = st.lists(
    st.tuples(NODES, st.sampled_from(["ex:a", "ex:b", "ex:partOf"]), NODES), max_size=14
)
PLANS = [plan(body) for body in LOCAL]


@given(TRIPLES, st.sets(NODES, min_size=1), st.sampled_from(range(len(LOCAL))))
def test_what_a_local_query_finds_does_not_depend_on_the_rest_of_the_graph(
    triples: list[tuple[str, str, str]], forms: set[str], which: int
) -> None:
    said = [f"{node} a ex:Form ." for node in sorted(forms)]
    data = ox.Store()
    data.load(
        (PREFIXES + " ".join([*said, *(f"{s} {p} {o} ." for s, p, o in triples)])).encode(),
        ox.RdfFormat.TURTLE,
    )
    whole = {result.focus_node for result in PLANS[which].validate(data)}
    pieces = set()
    for form in forms:
        node = ox.NamedNode(form.replace("ex:", EX))
        around = Neighbourhood(data, PART_OF)
        around.reach([node])
        found = PLANS[which].validate(around.store)
        pieces |= {result.focus_node for result in found if result.focus_node == node}
    assert pieces == whole
