"""Small rdflib graphs for pyshacl, filled by the fast parser.

rdflib and pyshacl take a second to import: they are imported where they are used, so that a
command that validates nothing does not pay for them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from perfkg.errors import VocabularyError
from perfkg.resources import ontology_folder

if TYPE_CHECKING:
    from rdflib.graph import Graph
    from rdflib.term import Node

    Convert = Callable[[ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple], Node]


def new_graph() -> Graph:
    """Return an empty graph."""
    from rdflib.graph import Graph

    return Graph(bind_namespaces="none")


def add_triples(graph: Graph, triples: Iterable[ox.Triple]) -> None:
    """Add parsed `triples` to `graph`."""
    convert = _converter()
    for triple in triples:
        graph.add((convert(triple.subject), convert(triple.predicate), convert(triple.object)))


def vocabulary_files() -> list[Path]:
    """Return the ontology and the vocabularies that the rules look things up in."""
    return sorted(ontology_folder().glob("*.ttl"))


def data_graph(statements: bytes, vocabularies: Iterable[Path]) -> Graph:
    """Return the graph that the shapes are run on.

    Args:
        statements: what the forms say, as N-Triples.
        vocabularies: Turtle files with the classification, the units and the codes.

    Raises:
        VocabularyError: a vocabulary file is missing or malformed.
    """
    graph = new_graph()
    for file in vocabularies:
        add_triples(graph, _vocabulary(file))
    add_triples(
        graph, (quad.triple for quad in ox.parse(statements, format=ox.RdfFormat.N_TRIPLES))
    )
    return graph


def _vocabulary(file: Path) -> list[ox.Triple]:
    try:
        return [quad.triple for quad in ox.parse(file.read_bytes(), format=ox.RdfFormat.TURTLE)]
    except (OSError, SyntaxError, ValueError) as error:
        raise VocabularyError(
            f"读不了词表文件：{error}。",
            f"The vocabulary file cannot be read: {error}.",
            place=str(file),
        ) from error


@cache
def _converter() -> Convert:
    """Return the function that turns a parsed term into rdflib's, remembering what is common."""
    from rdflib.term import BNode, Literal, URIRef

    @lru_cache(maxsize=65536)
    def convert(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> Node:
        if isinstance(term, ox.NamedNode):
            return URIRef(term.value)
        if isinstance(term, ox.BlankNode):
            return BNode(term.value)
        if isinstance(term, ox.Triple):
            raise TypeError(f"a triple term cannot be validated: {term}")
        if term.language:
            return Literal(term.value, lang=term.language)
        return Literal(term.value, datatype=URIRef(term.datatype.value))

    return convert
