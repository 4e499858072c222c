"""From a form to its triples: perfkg's mapping beside rdflib's `Graph.add`."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox
import rdflib

from benchmarks.data import Data
from benchmarks.generated import graphs, several_years
from benchmarks.measurement import OURS, Measurement, Timed, memory, timed
from perfkg.forms.model import Form
from perfkg.graph.form_graph import FormGraph

SUITE = "mapping"
PEER_MOST = 1_000
"""rdflib is given so many forms at most."""


def measure(data: Data) -> Iterator[Measurement]:
    """Measure what the mapping takes, and then rdflib for the same triples.

    The peer is handed the text of each term; it makes the term and adds the triple. What a mapping
    of its own would take before that is not counted.
    """
    forms = list(several_years(data.forms))
    lines, took = timed(lambda: _mapped(forms))
    yield _measurement(OURS, data.forms, lines, took)
    if data.forms <= PEER_MOST:
        text = "\n".join(line for graph in graphs(forms) for line in _lines(graph))
        triples = [quad.triple for quad in ox.parse(text.encode(), ox.RdfFormat.N_TRIPLES)]
        count, took = timed(lambda: _added(triples))
        yield _measurement("rdflib Graph.add", data.forms, count, took)


def _measurement(engine: str, forms: int, count: int, took: Timed) -> Measurement:
    times = took.seconds, took.wall, took.runs
    return Measurement(SUITE, "forms to triples", engine, forms, count, "triples", *times, memory())


def _lines(graph: FormGraph) -> tuple[str, ...]:
    return graph.content + graph.provenance + graph.shared


def _mapped(forms: list[Form]) -> int:
    return sum(len(_lines(graph)) for graph in graphs(forms))


def _added(triples: list[ox.Triple]) -> int:
    graph = rdflib.Graph()
    for triple in triples:
        subject, predicate = rdflib.URIRef(triple.subject.value), triple.predicate.value
        graph.add((subject, rdflib.URIRef(predicate), _term(triple.object)))
    return len(triples)


def _term(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> rdflib.term.Node:
    if isinstance(term, ox.Literal):
        if term.language:
            return rdflib.Literal(term.value, lang=term.language)
        return rdflib.Literal(term.value, datatype=rdflib.URIRef(term.datatype.value))
    return rdflib.URIRef(term.value)
