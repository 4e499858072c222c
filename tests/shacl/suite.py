"""The W3C SHACL test suite: its cases, and reports in a form that can be compared.

The suite (https://github.com/w3c/data-shapes) is looked for in the folder that the environment
variable SHACL_TEST_SUITE names, else beside the repository; where it is absent, its tests are
skipped.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pyoxigraph as ox

from perfkg.shacl.graph import ShapesGraph
from perfkg.shacl.terms import TYPE, Term, sh

SUITE = Path(
    os.environ.get(
        "SHACL_TEST_SUITE", Path(__file__).parents[3] / "shared" / "w3c" / "shacl" / "tests"
    )
)
ABSENT = f"the W3C SHACL test suite is not at {SUITE}; set SHACL_TEST_SUITE to its folder"

_MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
_SHT = "http://www.w3.org/ns/shacl-test#"

Row = tuple[str, ...]


@dataclass(frozen=True)
class Case:
    """One validation test: what to validate, and the report that is expected."""

    name: str
    data: Path
    shapes: Path
    fails: bool
    conforms: bool
    results: Counter[Row]
    messages: frozenset[str]


@cache
def triples(file: Path) -> tuple[ox.Triple, ...]:
    """Return the triples of a file; its blank nodes are the same each time."""
    quads = ox.parse(file.read_bytes(), format=ox.RdfFormat.TURTLE, base_iri=file.as_uri())
    return tuple(quad.triple for quad in quads)


def store(file: Path) -> ox.Store:
    """Return a store with the triples of a file."""
    data = ox.Store()
    data.extend(ox.Quad(t.subject, t.predicate, t.object) for t in triples(file))
    return data


def cases(section: str) -> list[Case]:
    """Return the cases of `core` or `sparql`, none where the suite is absent.

    They are taken from every file: one of them is in no manifest that includes others.
    """
    return [case for file in sorted((SUITE / section).rglob("*.ttl")) for case in _cases(file)]


def _cases(file: Path) -> Iterator[Case]:
    graph = ShapesGraph()
    graph.add(triples(file))
    entries = ox.NamedNode(_MF + "entries")
    for manifest in graph.users(entries):
        for head in graph.objects(manifest, entries):
            for entry in graph.list(head, manifest):
                yield _case(graph, entry, file)


def _file(iri: Term) -> Path:
    return Path(unquote(urlsplit(iri.value).path))


def _case(graph: ShapesGraph, entry: Term, manifest: Path) -> Case:
    action = graph.objects(entry, ox.NamedNode(_MF + "action"))[0]
    expected = graph.objects(entry, ox.NamedNode(_MF + "result"))[0]
    fails = expected == ox.NamedNode(_SHT + "Failure")
    conforms = graph.objects(expected, sh("conforms"))
    return Case(
        name=str(manifest.relative_to(SUITE).with_suffix("")),
        data=_file(graph.objects(action, ox.NamedNode(_SHT + "dataGraph"))[0]),
        shapes=_file(graph.objects(action, ox.NamedNode(_SHT + "shapesGraph"))[0]),
        fails=fails,
        conforms=not fails and conforms[0].value == "true",
        results=rows(graph, graph.objects(expected, sh("result"))),
        messages=frozenset(
            str(message)
            for result in graph.objects(expected, sh("result"))
            for message in graph.objects(result, sh("resultMessage"))
        ),
    )


def report(found: Iterable[ox.Triple]) -> tuple[bool, Counter[Row], frozenset[str]]:
    """Read a validation report: whether it conforms, its results, and its messages."""
    graph = ShapesGraph()
    graph.add(found)
    (node,) = graph.subjects(TYPE, sh("ValidationReport"))
    results = graph.objects(node, sh("result"))
    messages = {str(m) for result in results for m in graph.objects(result, sh("resultMessage"))}
    conforms = graph.objects(node, sh("conforms"))[0].value == "true"
    return conforms, rows(graph, results), frozenset(messages)


def rows(graph: ShapesGraph, results: Iterable[Term]) -> Counter[Row]:
    """Return what the suite compares of each result; a blank node is equal to any other."""
    return Counter(_row(graph, result) for result in results)


def _row(graph: ShapesGraph, result: Term) -> Row:
    names = ("focusNode", "value", "sourceConstraintComponent", "resultSeverity", "sourceShape")
    path = graph.objects(result, sh("resultPath"))
    return (
        *(_shown(graph.objects(result, sh(name))) for name in names),
        str(graph.path(path[0], result)) if path else "",
    )


def _shown(terms: list[Term]) -> str:
    return " ".join("_:" if isinstance(term, ox.BlankNode) else str(stored(term)) for term in terms)


def stored(term: Term) -> Term:
    """Return a term as the engine stores it: it keeps the value of a number, not its spelling."""
    data = ox.Store()
    data.add(ox.Quad(sh("s"), sh("p"), term))
    return next(iter(data)).object
