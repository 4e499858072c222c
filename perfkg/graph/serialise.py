"""The triples of forms as Turtle, JSON-LD and N-Triples documents."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from typing import Any

import pyoxigraph as ox

from perfkg.namespaces import PREFIXES
from perfkg.resources import ontology_folder


def to_ntriples(lines: Iterable[str]) -> str:
    """Return the statements once each, sorted, one to a line."""
    return "".join(f"{line}\n" for line in sorted(set(lines)))


def to_turtle(lines: Iterable[str]) -> str:
    """Return the statements as Turtle with the product's prefixes."""
    quads = ox.parse(to_ntriples(lines), format=ox.RdfFormat.N_TRIPLES)
    triples = (quad.triple for quad in quads)
    written = ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=PREFIXES)
    return _with_sorted_prefixes(written.decode() if written else "")


def _with_sorted_prefixes(turtle: str) -> str:
    """Bring the prefixes, which the engine writes in any order, into one order."""
    lines = turtle.splitlines(keepends=True)
    prefixes = [line for line in lines if line.startswith("@prefix")]
    return "".join(sorted(prefixes) + lines[len(prefixes) :])


@cache
def context() -> dict[str, Any]:
    """Return the JSON-LD context that ships with the ontology."""
    path = ontology_folder() / "context.jsonld"
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


def to_jsonld(lines: Iterable[str]) -> str:
    """Return the statements as JSON-LD, compacted with the context of the ontology."""
    # rdflib takes a third of a second to import, and most commands never need it.
    from rdflib import Graph

    graph = Graph().parse(data=to_ntriples(lines), format="nt")
    compacted = graph.serialize(
        format="json-ld", context=context()["@context"], auto_compact=False, ensure_ascii=False
    )
    document = json.loads(compacted)
    nodes = sorted(document.get("@graph", [document]), key=lambda node: str(node.get("id")))
    return json.dumps(
        {"@context": document["@context"], "@graph": nodes}, ensure_ascii=False, indent=2
    )
