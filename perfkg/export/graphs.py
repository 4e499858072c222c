"""The graph as files: sorted, streamed, the same bytes for the same generation."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final, cast

from pyoxigraph import (
    DefaultGraph,
    NamedNode,
    Quad,
    QueryTriples,
    RdfFormat,
    Store,
    Triple,
    serialize,
)
from pyoxigraph import parse as parse_rdf

from perfkg.export.sorting import sorted_once
from perfkg.export.writing import SortedPrefixes, compressed
from perfkg.namespaces import PK, PREFIXES, PROV
from perfkg.store.documents import write_document

_ALL: Final = None
_YEAR: Final = f"""CONSTRUCT {{ ?s ?p ?o }} WHERE {{
  {{ SELECT DISTINCT ?s WHERE {{
    {{ ?s <{PK}year> %(year)d }} UNION
    {{ ?s <{PK}inForm>/<{PK}year> %(year)d }} UNION
    {{ ?s <{PK}reportedIn>/<{PK}year> %(year)d }} UNION
    {{ ?form <{PK}year> %(year)d ; <{PROV}hadPrimarySource>|<{PK}project>|<{PK}implementingUnit>|\
<{PK}supervisingDepartment>|<{PK}projectNature>|<{PK}projectCategory> ?s }} UNION
    {{ ?form ^<{PK}inForm>/(<{PK}indicator>|<{PK}unit>|<{PK}normalizedUnit>|<{PK}level1>|\
<{PK}level2>) ?s . ?form <{PK}year> %(year)d }}
  }} }}
  ?s ?p ?o
}}"""
"""Forms of a year, their targets and results, and what these name."""


def sorted_statements(
    database: Store, folder: Path, graph: NamedNode | DefaultGraph | None = _ALL
) -> Iterator[bytes]:
    """Yield statements as sorted N-Quads lines: those of one graph, or all."""
    quads = database.quads_for_pattern(None, None, None, graph)
    return sorted_once(_lines(quads, RdfFormat.N_QUADS, folder), folder)


def _lines(
    statements: Iterable[Quad] | Iterable[Triple], target: RdfFormat, folder: Path
) -> Iterator[bytes]:
    with tempfile.TemporaryFile(dir=folder) as file:
        serialize(statements, file, target)
        file.seek(0)
        yield from file


def write_nquads(database: Store, path: Path, folder: Path) -> None:
    """Write every graph as gzipped N-Quads."""
    with compressed(path) as out:
        out.writelines(sorted_statements(database, folder))


def write_year(database: Store, year: int, path: Path, folder: Path) -> None:
    """Write the forms of one fiscal year, with all that they name, as gzipped N-Triples."""
    found = database.query(_YEAR % {"year": year})
    with compressed(path) as out:
        triples = cast("QueryTriples", found)
        out.writelines(sorted_once(_lines(triples, RdfFormat.N_TRIPLES, folder), folder))


def write_graph(
    database: Store,
    path: Path,
    target: RdfFormat,
    folder: Path,
    graph: NamedNode | DefaultGraph | None = None,
) -> None:
    """Write the triples of one graph, by subject, as a gzipped document.

    Args:
        target: Turtle or JSON-LD.
        graph: the default graph without it.
    """
    lines = sorted_statements(database, folder, graph or DefaultGraph())
    with _file_of(lines, folder) as sorted_file, compressed(path) as out:
        quads = parse_rdf(sorted_file, RdfFormat.N_QUADS)
        triples = (quad.triple for quad in quads)
        if target == RdfFormat.TURTLE:
            write_turtle(triples, out)
        else:
            write_document(triples, out, target)
        out.write(b"\n" if target == RdfFormat.JSON_LD else b"")


@contextmanager
def _file_of(lines: Iterable[bytes], folder: Path) -> Iterator[IO[bytes]]:
    with tempfile.TemporaryFile(dir=folder) as file:
        file.writelines(lines)
        file.seek(0)
        yield file


def write_turtle(
    triples: Iterable[Triple], out: IO[bytes], prefixes: Mapping[str, str] = PREFIXES
) -> None:
    """Write Turtle with these prefixes, always in the same order."""
    through = SortedPrefixes(out)
    serialize(triples, cast("IO[bytes]", through), RdfFormat.TURTLE, prefixes=dict(prefixes))
    through.finish()


def turtle_bytes(triples: Iterable[Triple]) -> bytes:
    """Return Turtle of a few triples, the same bytes for the same triples."""
    out = io.BytesIO()
    write_turtle(sorted(triples, key=str), out)
    return out.getvalue()
