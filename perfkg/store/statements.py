"""N-Triples lines and the terms that the engine makes of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
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
_PIECE: Final = 300_000
"""Lines that are loaded at once, for which a bulk load takes some 300 MB; with pieces of a third
the engine takes a fifth longer, as it merges their files afterwards."""

BULK: Final = 5_000
"""Lines above which a bulk load, which writes table files of its own, is the faster way."""


def load(store: Store, lines: Iterable[str], graph: NamedNode | None = None) -> int:
    """Add the statements of `lines` to a graph of `store`; return how many lines there were."""
    waiting, count = iter(lines), 0
    try:
        # In pieces: a bulk load holds all that it is given several times over.
        while piece := list(islice(waiting, _PIECE)):
            way = store.bulk_load if len(piece) > BULK else store.load
            data = "\n".join(piece).encode()
            way(data, RdfFormat.N_TRIPLES, to_graph=graph or DefaultGraph())
            count += len(piece)
    except SyntaxError as error:
        raise StoreError(
            f"待写入的语句不是合法的 N-Triples：{error.msg}",
            f"a statement to be written is no valid N-Triples: {error.msg}",
        ) from error
    return count


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


def as_stored(lines: Iterable[str]) -> Iterator[str]:
    """Yield statements the way a store gives them back, whatever spelling they come in.

    One that comes many lines after an equal one is yielded again.
    """
    waiting = iter(lines)
    while block := list(islice(waiting, _BLOCK)):
        store = Store()
        load(store, block)
        dumped = store.dump(format=RdfFormat.N_TRIPLES, from_graph=DefaultGraph()) or b""
        yield from (line for line in dumped.decode().split("\n") if line)


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
