"""N-Triples lines and the terms that the engine makes of them."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from tempfile import TemporaryFile
from typing import Final

from pyoxigraph import (
    DefaultGraph,
    NamedNode,
    Quad,
    QuerySolutions,
    RdfFormat,
    Store,
    Triple,
    serialize,
)

from perfkg.errors import StoreError

_BLOCK: Final = 50_000
_PIECE: Final = 100_000

BULK: Final = 5_000
"""Lines above which a bulk load, which writes table files of its own, is the faster way."""


def load(store: Store, lines: list[str], graph: NamedNode | None = None) -> None:
    """Add the statements of `lines` to a graph of `store`."""
    way = store.bulk_load if len(lines) > BULK else store.load
    try:
        # In pieces: a bulk load holds all that it is given several times over.
        for start in range(0, len(lines), _PIECE):
            piece = "\n".join(lines[start : start + _PIECE])
            way(piece.encode(), RdfFormat.N_TRIPLES, to_graph=graph or DefaultGraph())
    except SyntaxError as error:
        raise StoreError(
            f"待写入的语句不是合法的 N-Triples：{error.msg}",
            f"a statement to be written is no valid N-Triples: {error.msg}",
        ) from error


def triples_of(lines: Iterable[str]) -> frozenset[Triple]:
    """Return the statements of `lines` as a store would give them back.

    An engine may hold a literal in another spelling than it was given (`85.00` becomes `85`), so
    what comes from text is compared with what comes from a store only after this.
    """
    store = Store()
    load(store, list(lines))
    return frozenset(quad.triple for quad in store)


def lines_of(triples: Iterable[Triple]) -> list[str]:
    """Return `triples` as sorted canonical N-Triples lines."""
    data = serialize(triples, format=RdfFormat.N_TRIPLES) or b""
    return sorted(line for line in data.decode().split("\n") if line)


def replace_graph(store: Store, graph: NamedNode, lines: Iterable[str]) -> bool:
    """Make a named graph hold exactly the statements of `lines`; return whether it did not before.

    Only the difference is written: of a hundred thousand findings a new form changes a few.
    """
    if next(store.quads_for_pattern(None, None, None, graph), None) is None:
        written = list(lines)
        load(store, written, graph)
        return bool(written)
    fresh = as_stored(lines)
    gone: list[str] = []
    kept = 0
    with TemporaryFile() as file:
        # In memory the statements stand once: a file holds the others.
        store.dump(file, RdfFormat.N_TRIPLES, from_graph=graph)
        file.seek(0)
        for line in map(bytes.decode, file):
            statement = line.rstrip("\n")
            if statement in fresh:
                fresh.remove(statement)
                kept += 1
            elif statement:
                gone.append(statement)
    if gone and not kept:
        store.remove_graph(graph)
    elif gone:
        store.update(f"DELETE DATA {{ GRAPH {graph} {{ {' '.join(gone)} }} }}")
    load(store, list(fresh), graph)
    return bool(gone or fresh)


def as_stored(lines: Iterable[str]) -> set[str]:
    """Return statements the way a store gives them back, whatever spelling they come in."""
    waiting, found = iter(lines), set[str]()
    while block := list(islice(waiting, _BLOCK)):
        store = Store()
        load(store, block)
        found |= _lines(store.dump(format=RdfFormat.N_TRIPLES, from_graph=DefaultGraph()))
    return found


def _lines(data: bytes | None) -> set[str]:
    return {line for line in (data or b"").decode().split("\n") if line}


def subjects_of(lines: Iterable[str]) -> frozenset[str]:
    """Return the IRIs that the statements are about."""
    return frozenset(line[1 : line.index(">")] for line in lines)


def count(store: Store) -> int:
    """Count the triples of the default graph."""
    solutions = store.query("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }")
    if not isinstance(solutions, QuerySolutions):
        raise TypeError
    return int(next(solutions)["n"].value)


def in_default_graph(triple: Triple) -> Quad:
    """Return `triple` as a statement of the default graph."""
    return Quad(triple.subject, triple.predicate, triple.object, DefaultGraph())
