"""N-Triples lines and the terms that the engine makes of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from tempfile import NamedTemporaryFile
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
_PIECE: Final = 600_000
"""Lines that are loaded at once, for which a bulk load takes some 500 MB; the more they are, the
less the engine has to merge afterwards: with half as many it takes an eighth longer."""

BULK: Final = 5_000
"""Lines from which on a bulk load, which writes table files of its own, is the faster way."""


def load(
    store: Store,
    lines: Iterable[str],
    graph: NamedNode | None = None,
    folder: Path | None = None,
) -> int:
    """Add the statements of `lines` to a graph of a store on disk; return how many lines there are.

    Args:
        store: where to.
        lines: N-Triples, without their ends.
        graph: None for the default graph.
        folder: where many lines may lie for a while; None for the system's own such folder.

    Raises:
        StoreError: a line is no statement.
    """
    waiting, count = iter(lines), 0
    where = graph or DefaultGraph()
    with _explained():
        while some := list(islice(waiting, BULK)):
            count += len(some)
            if len(some) < BULK:
                store.load("\n".join(some).encode(), RdfFormat.N_TRIPLES, to_graph=where)
            else:
                count += _load_many(store, some, islice(waiting, _PIECE - BULK), where, folder)
    return count


def _load_many(
    store: Store,
    some: list[str],
    further: Iterator[str],
    graph: NamedNode | DefaultGraph,
    folder: Path | None,
) -> int:
    """Load lines by way of a file; return how many further ones there were."""
    # A bulk load holds all that it is given several times over, and so much less of a file.
    with NamedTemporaryFile("w", encoding="utf-8", newline="\n", dir=folder) as file:
        count = 0
        while some:
            file.write("\n".join(some) + "\n")
            some = list(islice(further, BULK))
            count += len(some)
        file.flush()
        store.bulk_load(path=file.name, format=RdfFormat.N_TRIPLES, to_graph=graph)
    return count


def _in_memory(lines: Iterable[str]) -> Store:
    store = Store()
    with _explained():
        store.bulk_load("\n".join(lines).encode(), RdfFormat.N_TRIPLES)
    return store


@contextmanager
def _explained() -> Iterator[None]:
    """Explain what is no statement."""
    try:
        yield
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
    return frozenset(quad.triple for quad in _in_memory(lines))


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
        dumped = (
            _in_memory(block).dump(format=RdfFormat.N_TRIPLES, from_graph=DefaultGraph()) or b""
        )
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
