"""Making a named graph hold exactly some statements, in memory that does not grow with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Final

from pyoxigraph import NamedNode, Store

from perfkg.store.dump import sorted_triples
from perfkg.store.sorting import sorted_once
from perfkg.store.statements import as_stored, load

_BLOCK: Final = 50_000
"""Statements that are removed at once."""


def replace_graph(
    store: Store, graph: NamedNode, lines: Iterable[str], folder: Path | None = None
) -> bool:
    """Make a named graph hold exactly the statements of `lines`; return whether it did not before.

    Only the difference is written: of a hundred thousand findings a new form changes a few.
    What is written lies in `folder` for a while; see `perfkg.store.statements.load`.
    """
    if next(store.quads_for_pattern(None, None, None, graph), None) is None:
        return load(store, lines, graph, folder) > 0
    wanted = (f"{line}\n".encode() for line in as_stored(lines))
    with TemporaryFile() as fresh, TemporaryFile() as gone:
        shares = _part(sorted_triples(store, graph), sorted_once(wanted, None), gone, fresh)
        differs = bool(gone.tell() or fresh.tell())
        if gone.tell() and not shares:
            store.remove_graph(graph)
        else:
            _remove(store, graph, _read(gone))
        load(store, _read(fresh), graph, folder)
        return differs


def _part(old: Iterator[bytes], new: Iterator[bytes], gone: IO[bytes], fresh: IO[bytes]) -> bool:
    """Write what only the one and what only the other has; return whether they share anything.

    Args:
        old: lines in order, each once. new: likewise.
        gone: takes those of `old` alone. fresh: takes those of `new` alone.
    """
    shares = False
    before, after = next(old, None), next(new, None)
    while before is not None or after is not None:
        if before is not None and (after is None or before < after):
            gone.write(before)
            before = next(old, None)
        elif after is not None and (before is None or after < before):
            fresh.write(after)
            after = next(new, None)
        else:
            shares = True
            before, after = next(old, None), next(new, None)
    return shares


def _remove(store: Store, graph: NamedNode, lines: Iterator[str]) -> None:
    while block := list(islice(lines, _BLOCK)):
        store.update(f"DELETE DATA {{ GRAPH {graph} {{ {' '.join(block)} }} }}")


def _read(file: IO[bytes]) -> Iterator[str]:
    """Yield the lines of a file without their ends."""
    file.seek(0)
    for line in file:
        yield line.decode().rstrip("\n")
