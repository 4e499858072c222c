"""Where the graph is kept: a small interface, and a store in a folder behind it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from perfkg.errors import UsageError
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


def open_store(
    location: str | Path,
    create: bool = False,
    *,
    base: str = DEFAULT_BASE,
    vocabulary: Sequence[str] | None = None,
) -> EmbeddedStore:
    """Open the store at `location`.

    Args:
        location: folder of the store.
        create: make an empty store when there is none, instead of raising StoreMissing.
        base: the instance base IRI.
        vocabulary: N-Triples lines that the store holds beside the data; without it those of
            the ontology folder that ships with perfkg.

    Raises:
        StoreMissing, StoreDamaged: there is no store to open, or it is broken.
        UsageError: `location` is no folder.
    """
    if str(location).startswith(("http://", "https://")):
        raise UsageError(
            f"此处需要本地文件夹，而不是网址：{location}",
            f"a folder is needed here, not an address: {location}",
        )
    lines = vocabulary_lines(ontology_folder()) if vocabulary is None else vocabulary
    return EmbeddedStore(Path(location), create, base=base, vocabulary=lines)
