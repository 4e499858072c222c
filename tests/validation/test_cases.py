"""Every rule finds what it is for, and nothing in what is in order."""

import pyoxigraph as ox
import pytest
from rdflib import URIRef

from perfkg.namespaces import RDFS, SH
from perfkg.validation.rdf import vocabulary_files
from perfkg.validation.shapes import Shapes, prefixes_of

from .casework import Case, cases


@pytest.fixture(scope="module")
def vocabulary() -> bytes:
    store = ox.Store()
    for file in vocabulary_files():
        store.load(path=file, format=ox.RdfFormat.TURTLE)
    return store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph())


def found_by(shapes: Shapes, case: Case, vocabulary: bytes) -> list[str]:
    """Return the nodes that the constraints of the rule of `case` find, over all nodes at once."""
    store = ox.Store()
    store.load(vocabulary, format=ox.RdfFormat.N_TRIPLES)
    store.load("\n".join(case.lines()).encode(), format=ox.RdfFormat.N_TRIPLES)
    found = []
    for shape, constraint in shapes.graph.subject_objects(URIRef(SH + "sparql")):
        if shapes.rule_of(shape).name != case.rule:
            continue
        kind = shapes.graph.value(shape, URIRef(SH + "targetClass"))
        text = str(shapes.graph.value(constraint, URIRef(SH + "select")))
        head, tail = text.split("{", 1)
        targets = f"{{ SELECT DISTINCT $this WHERE {{ $this a/<{RDFS}subClassOf>* <{kind}> }} }}"
        rows = store.query(
            f"{head}{{ {targets} {tail}", prefixes=prefixes_of(shapes.graph, constraint)
        )
        found += [row["this"].value for row in rows]
    return found


@pytest.mark.parametrize("case", cases("found"), ids=lambda case: case.says)
def test_the_rule_finds_what_it_is_for(shapes: Shapes, case: Case, vocabulary: bytes) -> None:
    assert found_by(shapes, case, vocabulary)


@pytest.mark.parametrize("case", cases("silent"), ids=lambda case: case.says)
def test_the_rule_is_silent_on_what_is_in_order(
    shapes: Shapes, case: Case, vocabulary: bytes
) -> None:
    assert found_by(shapes, case, vocabulary) == []
