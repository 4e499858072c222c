"""Ways to look at what a command wrote."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pyoxigraph as ox
from rich.cells import cell_len

_EDGES = "┏┡│┃├└┗┌╞╭╰"


def triples(data: bytes, fmt: ox.RdfFormat) -> set[ox.Triple]:
    """Return the statements of the default graph."""
    return {quad.triple for quad in ox.parse(io.BytesIO(data), fmt) if is_default(quad)}


def is_default(quad: ox.Quad) -> bool:
    return isinstance(quad.graph_name, ox.DefaultGraph)


def tables(text: str) -> Iterator[list[str]]:
    """Yield the lines of each drawn table."""
    table: list[str] = []
    for line in text.splitlines():
        if line[:1] and line[:1] in _EDGES:
            table.append(line.rstrip())
            if line[0] in "└┗╰":
                yield table
                table = []


def assert_aligned(text: str) -> int:
    """Check that every row of every table is as wide as the others; return how many there are."""
    count = 0
    for table in tables(text):
        count += 1
        widths = {cell_len(line) for line in table}
        assert len(widths) == 1, "\n".join(table)
    return count
