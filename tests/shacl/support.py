"""Small shapes and data, and the same report from both engines."""

from __future__ import annotations

from collections import Counter

import pyoxigraph as ox

from perfkg.shacl import Result, compile_shapes, to_report
from tests.shacl import suite

PREFIXES = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix ex: <http://example.com/> .
ex: sh:declare [ sh:prefix "ex" ; sh:namespace "http://example.com/"^^xsd:anyURI ] .
"""


def parse(turtle: str) -> list[ox.Triple]:
    return [q.triple for q in ox.parse(PREFIXES + turtle, format=ox.RdfFormat.TURTLE)]


def store_of(turtle: str) -> ox.Store:
    data = ox.Store()
    data.extend(ox.Quad(t.subject, t.predicate, t.object) for t in parse(turtle))
    return data


def validate(shapes: str, data: str) -> list[Result]:
    return compile_shapes(parse(shapes)).validate(store_of(data))


def found(shapes: str, data: str) -> Counter[suite.Row]:
    """Return what our engine reports."""
    return suite.report(to_report(validate(shapes, data)))[1]


def found_by_pyshacl(shapes: str, data: str) -> Counter[suite.Row]:
    """Return what pyshacl reports."""
    return suite.report(pyshacl_report(PREFIXES + shapes, PREFIXES + data))[1]


def pyshacl_report(shapes: str, data: str, base: str | None = None) -> list[ox.Triple]:
    """Return the report of pyshacl, raising where it fails."""
    import pyshacl
    from rdflib import Graph

    graphs = [Graph().parse(data=text, format="turtle", publicID=base) for text in (data, shapes)]
    _, report, text = pyshacl.validate(graphs[0], shacl_graph=graphs[1], inference="none")
    if not isinstance(report, Graph):
        raise ValueError(text)
    lines = report.serialize(format="nt")
    return [quad.triple for quad in ox.parse(lines, format=ox.RdfFormat.N_TRIPLES)]
