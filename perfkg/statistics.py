"""Numbers that are counted once for each generation, in a graph of their own.

Each file `statistics/NAME.rq` is a CONSTRUCT query over the data and the findings, and says what
its statements mean; relative IRIs are of the instance base. They are kept with the findings of a
review. A write that no review follows empties their graph, so they are never of other data: what
would use them then counts for itself (`#if statistics` in a saved query).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final, cast
from weakref import WeakKeyDictionary

import pyoxigraph as ox

from perfkg.graph import ntriples as nt
from perfkg.identity import Identity
from perfkg.namespaces import DCTERMS, RDF, VOID
from perfkg.resources import statistics_folder
from perfkg.store.base import AskResult, Store, Writer

_EDITION: Final = f"{DCTERMS}conformsTo"
_SECONDS: Final = 10.0


def keep_statistics(writer: Writer, identity: Identity) -> None:
    """Count on the state that a transaction has reached, and make the numbers part of it.

    They must be kept last: what the transaction changes afterwards empties their graph.

    Args:
        writer: the transaction.
        identity: names the graph.

    Raises:
        StoreError: the disk is full, or the store failed.
    """
    writer.replace_graph(identity.statistics_graph, statements(writer.database, identity))


def statements(database: ox.Store, identity: Identity) -> Iterator[str]:
    """Yield the statistics of a database as N-Triples lines, some of them more than once."""
    graph = identity.statistics_graph
    yield nt.statement(graph, f"{RDF}type", nt.iri(f"{VOID}Dataset"))
    yield nt.statement(graph, _EDITION, nt.iri(_edition()))
    for file in _files():
        text = file.read_text(encoding="utf-8")
        found = cast("ox.QueryTriples", database.query(text, base_iri=identity.base))
        yield from (f"{triple} ." for triple in found)


def has_statistics(store: Store, identity: Identity) -> bool:
    """Whether the current generation of a store has the statistics that this perfkg counts.

    A store is asked once for each generation.
    """
    generation = store.generation
    known = _known.get(store)
    if known is None or known[0] != generation:
        graph = f"<{identity.statistics_graph}>"
        text = f"ASK {{ GRAPH {graph} {{ {graph} <{_EDITION}> <{_edition()}> }} }}"
        answer = store.query(text, timeout=_SECONDS)
        known = generation, isinstance(answer, AskResult) and answer.value
        _known[store] = known
    return known[1]


_known: Final[WeakKeyDictionary[Store, tuple[object, bool]]] = WeakKeyDictionary()


def _files() -> list[Path]:
    return sorted(statistics_folder().glob("*.rq"))


def _edition() -> str:
    """Return what tells these definitions from those of another perfkg."""
    digest = hashlib.sha256()
    for file in _files():
        digest.update(f"{file.name}\n".encode())
        digest.update(file.read_bytes())
    return f"urn:sha256:{digest.hexdigest()}"
