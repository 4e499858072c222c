"""RDF terms and the IRIs of SHACL."""

from __future__ import annotations

from typing import Final, TypeAlias

import pyoxigraph as ox

Term: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal

_RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
_OWL: Final = "http://www.w3.org/2002/07/owl#"
_XSD: Final = "http://www.w3.org/2001/XMLSchema#"
SH: Final = "http://www.w3.org/ns/shacl#"


def rdf(name: str) -> ox.NamedNode:
    """Return a term of RDF."""
    return ox.NamedNode(_RDF + name)


def rdfs(name: str) -> ox.NamedNode:
    """Return a term of RDF Schema."""
    return ox.NamedNode(_RDFS + name)


def owl(name: str) -> ox.NamedNode:
    """Return a term of OWL."""
    return ox.NamedNode(_OWL + name)


def xsd(name: str) -> ox.NamedNode:
    """Return a datatype of XML Schema."""
    return ox.NamedNode(_XSD + name)


def sh(name: str) -> ox.NamedNode:
    """Return a term of SHACL."""
    return ox.NamedNode(SH + name)


TYPE: Final = rdf("type")
SUBCLASS: Final = rdfs("subClassOf")
TRUE: Final = ox.Literal("true", datatype=xsd("boolean"))


def local_name(term: Term) -> str:
    """Return what stands behind the last `#` or `/` of an IRI; a literal's or label's own text.

    >>> local_name(ox.NamedNode("http://www.w3.org/ns/shacl#minCount"))
    'minCount'
    """
    text = term.value
    return text.rsplit("#", 1)[-1].rsplit("/", 1)[-1] if isinstance(term, ox.NamedNode) else text


def text_of(term: Term) -> str:
    """Return how a term reads inside a message: the IRI or the lexical form."""
    return f"_:{term.value}" if isinstance(term, ox.BlankNode) else term.value


def values_block(variable: str, terms: list[Term]) -> str:
    """Return a VALUES block; the terms are IRIs and literals."""
    return f"VALUES ?{variable} {{ {' '.join(map(str, terms))} }}"
