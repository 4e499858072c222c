"""Where the graph is kept: a small interface, and a store in a folder behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from perfkg.namespaces import DEFAULT_BASE
from perfkg.resources import ontology_folder
from perfkg.store.base import (
    AskResult,
    Figures,
    Format,
    Generation,
    GraphResult,
    Outcome,
    PoolSize,
    QueryResult,
    Question,
    SelectResult,
    Store,
    Term,
    Writer,
    Written,
)
from perfkg.store.embedded import EmbeddedStore
from perfkg.store.vocabulary import vocabulary_lines

__all__ = [
    "Access",
    "AskResult",
    "EmbeddedStore",
    "Figures",
    "Format",
    "Generation",
    "GraphResult",
    "Outcome",
    "PoolSize",
    "QueryResult",
    "Question",
    "SelectResult",
    "Store",
    "Term",
    "Writer",
    "Written",
    "open_store",
    "vocabulary_lines",
]


@dataclass(frozen=True, slots=True)
class Access:
    """How a store elsewhere is used.

    Attributes:
        token: a bearer token, or `user:password`.
        graph: IRI of the graph that holds the data; the default graph without it.
    """

    token: str | None = field(default=None, repr=False)
    graph: str | None = None


def open_store(
    location: str | Path,
    create: bool = False,
    *,
    base: str = DEFAULT_BASE,
    vocabulary: Sequence[str] | None = None,
    access: Access | None = None,
) -> Store:
    """Open the store at `location`.

    Args:
        location: folder of the store, or the base URL of a SPARQL 1.1 service.
        create: make an empty store when there is none, instead of raising StoreMissing.
        base: the instance base IRI.
        vocabulary: N-Triples lines that the store holds beside the data; without it those of
            the ontology folder that ships with perfkg.
        access: how a service is used.

    Raises:
        StoreMissing, StoreDamaged: there is no store to open, or it is broken.
        UsageError: `location` is no folder and no address.
        StoreError: the service cannot be reached, refuses, or cannot be used as it is.
    """
    lines = vocabulary_lines(ontology_folder()) if vocabulary is None else vocabulary
    if str(location).startswith(("http://", "https://")):
        # Whoever has a folder is spared the HTTP client.
        from perfkg.store.remote import RemoteStore

        how = access or Access()
        return RemoteStore(
            str(location), create, base=base, vocabulary=lines, token=how.token, graph=how.graph
        )
    return EmbeddedStore(Path(location), create, base=base, vocabulary=lines)
