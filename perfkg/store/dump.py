"""The graph as a file."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Final

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, serialize

from perfkg.errors import GraphMissing, UsageError
from perfkg.namespaces import PREFIXES
from perfkg.store.base import Format
from perfkg.store.documents import write_document
from perfkg.store.sorting import sorted_once

FORMATS: Final[dict[Format, RdfFormat]] = {
    "nt": RdfFormat.N_TRIPLES,
    "nq": RdfFormat.N_QUADS,
    "turtle": RdfFormat.TURTLE,
    "trig": RdfFormat.TRIG,
    "jsonld": RdfFormat.JSON_LD,
    "rdfxml": RdfFormat.RDF_XML,
}
_LINE_BASED: Final = {RdfFormat.N_TRIPLES, RdfFormat.N_QUADS}


def dump(
    database: Store, out: BinaryIO, fmt: Format, *, graphs: Iterable[str | None] | None = None
) -> None:
    """Write graphs of `database` to `out`; see `Store.dump`.

    Raises:
        UsageError: the format is unknown, or holds one graph and several are asked for.
    """
    target = format_of(fmt)
    if target == RdfFormat.N_QUADS and graphs is None:
        out.writelines(sorted_quads(database))
        return
    chosen = _chosen(database, target, graphs)
    if target in _LINE_BASED:
        out.writelines(sorted_once(_lines(database, target, chosen), None))
    elif target.supports_datasets:
        write_document(_statements(database, chosen), out, target, PREFIXES)
    else:
        database.dump(out, target, from_graph=chosen[0], prefixes=PREFIXES)


def sorted_quads(database: Store, folder: Path | None = None) -> Iterator[bytes]:
    """Yield every statement as a line of N-Quads, sorted; see `sorted_once`."""
    return sorted_once(_dumped(database, RdfFormat.N_QUADS, None, folder), folder)


def sorted_triples(
    database: Store, graph: NamedNode | DefaultGraph, folder: Path | None = None
) -> Iterator[bytes]:
    """Yield the statements of one graph as lines of N-Triples, sorted; see `sorted_once`."""
    return sorted_once(_dumped(database, RdfFormat.N_TRIPLES, graph, folder), folder)


def dump_graph(database: Store, out: BinaryIO, fmt: Format, graph: str | None) -> None:
    """Write the triples of one graph; see `Store.dump_graph`."""
    name = DefaultGraph() if graph is None else NamedNode(graph)
    if isinstance(name, NamedNode) and not database.contains_named_graph(name):
        raise GraphMissing(f"库中没有图 {graph}", f"the store has no graph {graph}")
    triples = (quad.triple for quad in database.quads_for_pattern(None, None, None, name))
    write_document(triples, out, format_of(fmt), PREFIXES)


def format_of(fmt: Format) -> RdfFormat:
    """Return the serialisation of a name.

    Raises:
        UsageError: there is none.
    """
    if fmt not in FORMATS:
        raise UsageError(
            f"没有“{fmt}”这种格式，可用：{'、'.join(FORMATS)}",
            f"there is no format {fmt!r}; choose one of {', '.join(FORMATS)}",
        )
    return FORMATS[fmt]


def _chosen(
    database: Store, target: RdfFormat, graphs: Iterable[str | None] | None
) -> list[NamedNode | DefaultGraph]:
    if graphs is None:
        named = sorted(str(name) for name in database.named_graphs())
        graphs = [None, *(name[1:-1] for name in named if target.supports_datasets)]
    chosen = [DefaultGraph() if name is None else NamedNode(name) for name in graphs]
    if len(chosen) != 1 and not target.supports_datasets:
        raise UsageError(
            f"{target.name} 只能容纳一个图；多个图请用 nq、trig 或 jsonld。",
            f"{target.name} holds one graph; for several use nq, trig or jsonld.",
        )
    return chosen


def _statements(database: Store, graphs: list[NamedNode | DefaultGraph]) -> Iterator[Quad]:
    for graph in graphs:
        yield from database.quads_for_pattern(None, None, None, graph)


def _lines(
    database: Store, target: RdfFormat, graphs: list[NamedNode | DefaultGraph]
) -> Iterator[bytes]:
    for graph in graphs:
        if target.supports_datasets:
            with tempfile.TemporaryFile() as file:
                serialize(_statements(database, [graph]), file, target)
                file.seek(0)
                yield from file
        else:
            yield from _dumped(database, target, graph, None)


def _dumped(
    database: Store,
    target: RdfFormat,
    graph: NamedNode | DefaultGraph | None,
    folder: Path | None,
) -> Iterator[bytes]:
    """Yield the lines of a dump by the engine, which would not wait for us between two of them."""
    with tempfile.TemporaryFile(dir=folder) as file:
        database.dump(file, target, from_graph=graph)
        file.seek(0)
        yield from file
