"""The data that shapes are run on, and small rdflib graphs of them for pyshacl.

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


def data_store(statements: bytes, vocabularies: Iterable[Path]) -> ox.Store:
    """Return the data that the shapes are run on.

    Args:
        statements: what the forms say, as N-Triples.
        vocabularies: Turtle files with the classification, the units and the codes.

    Raises:
        VocabularyError: a vocabulary file is missing or malformed.
    """
    store = ox.Store()
    for file in vocabularies:
        store.extend(_vocabulary(file))
    store.bulk_load(statements, ox.RdfFormat.N_TRIPLES)
    return store


def graph_of(data: ox.Store) -> Graph:
    """Return the default graph of `data` for pyshacl."""
    graph = new_graph()
    quads = data.quads_for_pattern(None, None, None, ox.DefaultGraph())
    add_triples(graph, (quad.triple for quad in quads))
    return graph


def _vocabulary(file: Path) -> list[ox.Quad]:
    try:
        return list(ox.parse(file.read_bytes(), format=ox.RdfFormat.TURTLE))
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
