"""Questions of the pages to the graph, as texts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import pyoxigraph as ox

from perfkg.namespaces import PREFIXES
from perfkg.store.base import GraphResult, Row, SelectResult, Store, Term

SCAN_SECONDS: Final = 60.0
"""How long one of the few questions may run that a directory is made of, once a generation."""


def rows(store: Store, text: str, seconds: float) -> tuple[Row, ...]:
    """Return the solutions of a query of ours.

    Raises:
        QueryTimeout, StoreBusy: there is no answer now.
    """
    result = store.query(text, timeout=seconds, prefixes=PREFIXES)
    return result.rows if isinstance(result, SelectResult) else ()


def texts(store: Store, text: str, seconds: float) -> list[tuple[str, ...]]:
    """Return the solutions as texts, "" for what is not bound."""
    return [tuple(text_of(term) for term in row) for row in rows(store, text, seconds)]


def triples(store: Store, text: str, seconds: float) -> tuple[ox.Triple, ...]:
    """Return the triples that a CONSTRUCT query of ours gives."""
    result = store.query(text, timeout=seconds, prefixes=PREFIXES)
    return result.triples if isinstance(result, GraphResult) else ()


def text_of(term: Term | None) -> str:
    """Return an IRI or the text of a literal."""
    return term.value if isinstance(term, ox.NamedNode | ox.Literal) else ""


def values(variable: str, iris: Iterable[str]) -> str:
    """Return a VALUES block; the IRIs are written by the RDF library."""
    return f"VALUES ?{variable} {{ {' '.join(_nodes(iris))} }}"


def _nodes(iris: Iterable[str]) -> Iterator[str]:
    for iri in iris:
        yield str(ox.NamedNode(iri))
