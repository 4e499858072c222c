"""Triples as documents in the standard formats."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Final

import pyoxigraph as ox

from perfkg.namespaces import PREFIXES
from perfkg.store.documents import write_document

GRAPH_FORMATS: Final = {
    "turtle": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdfxml": ox.RdfFormat.RDF_XML,
    "nq": ox.RdfFormat.N_QUADS,
    "trig": ox.RdfFormat.TRIG,
}
"""The formats by the names that perfkg has for them."""


def graph_bytes(triples: Iterable[ox.Triple], fmt: str) -> bytes:
    """Write triples in one of `GRAPH_FORMATS`, with those of our prefixes that they need."""
    listed = list(triples)
    prefixes = _prefixes_of(listed)
    out = io.BytesIO()
    write_document(listed, out, GRAPH_FORMATS[fmt], prefixes)
    return out.getvalue()


def _prefixes_of(triples: list[ox.Triple]) -> dict[str, str]:
    """Return the known prefixes that some IRI of `triples` needs."""
    spaces = {_namespace(iri) for triple in triples for iri in _iris(triple)}
    return {prefix: space for prefix, space in PREFIXES.items() if space in spaces}


def _iris(triple: ox.Triple) -> Iterable[str]:
    for term in (triple.subject, triple.predicate, triple.object):
        if isinstance(term, ox.NamedNode):
            yield term.value
        elif isinstance(term, ox.Literal):
            yield term.datatype.value


def _namespace(iri: str) -> str:
    return iri[: max(iri.rfind("#"), iri.rfind("/")) + 1]
