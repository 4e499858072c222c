"""The graph in the words of other communities: one CONSTRUCT query for each view.

A view is a file `views/NAME.rq`; what it needs besides, such as the structure of a data cube, is in
`views/NAME.ttl`. Relative IRIs in both are of the instance base. A line `# batch: ?project` in a
query is where the projects are named that it is asked about, some at a time; without them it is the
same query about all.
"""

from __future__ import annotations

import io
import re
import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import IO, Final, cast

from pyoxigraph import (
    DefaultGraph,
    NamedNode,
    QueryTriples,
    RdfFormat,
    Store,
    parse,
    serialize,
)

from perfkg.errors import UsageError
from perfkg.export.graphs import write_turtle
from perfkg.messages import Text
from perfkg.namespaces import PK, PREFIXES
from perfkg.resources import views_folder
from perfkg.store.base import Format
from perfkg.store.documents import write_document
from perfkg.store.dump import format_of
from perfkg.store.sorting import sorted_once

VIEWS: Final = {
    "budget-cube": Text(
        "资金数据立方体，Data Cube / OpenBudgets", "the money as a Data Cube of OpenBudgets"
    ),
    "impact": Text(
        "定量指标，Common Impact Data Standard",
        "quantitative targets in the Common Impact Data Standard",
    ),
    "schema-org": Text("表、资金与指标，schema.org", "forms, money and targets in schema.org"),
}
"""The views and what they show."""
PROJECTS: Final = 100
"""Projects whose part of a view is made at once: an engine holds the whole answer of a query."""
_BATCH: Final = re.compile(r"^ *# batch: (\?\w+)$", re.MULTILINE)
_PROJECT: Final = NamedNode(f"{PK}project")
_PREFIX: Final = re.compile(r"^PREFIX ([\w-]+): <([^>]*)>$", re.MULTILINE)


def write_view(
    database: Store, name: str, base: str, out: IO[bytes], folder: Path, fmt: Format = "turtle"
) -> None:
    """Write a view, sorted by subject; it is never in memory as a whole.

    Args:
        database: whose default graph is shown.
        name: one of `VIEWS`.
        base: the instance base IRI.
        out: where to. folder: for temporary files.
        fmt: a serialisation by its name in `perfkg export --format`.

    Raises:
        UsageError: there is no such view.
    """
    with tempfile.TemporaryFile(dir=folder) as file:
        file.writelines(sorted_once(_lines(database, name, base, folder), folder))
        file.seek(0)
        target = format_of(fmt)
        if target in (RdfFormat.N_TRIPLES, RdfFormat.N_QUADS):
            out.writelines(file)
            return
        triples = (quad.triple for quad in parse(file, RdfFormat.N_TRIPLES))
        if target == RdfFormat.TURTLE:
            write_turtle(triples, out, PREFIXES | _prefixes(name))
        else:
            write_document(triples, out, target)


def structures() -> list[str]:
    """Return the views that declare something beside their query."""
    return sorted(path.stem for path in views_folder().glob("*.ttl"))


def structure_of(name: str) -> bytes:
    """Return what one of `structures` declares: Turtle with IRIs relative to the instance base."""
    return (views_folder() / f"{name}.ttl").read_bytes()


def _lines(database: Store, name: str, base: str, folder: Path) -> Iterator[bytes]:
    query, beside = _files(name)
    text = query.read_text(encoding="utf-8")
    if beside.exists():
        fixed = parse(path=beside, format=RdfFormat.TURTLE, base_iri=base)
        out = io.BytesIO()
        serialize((quad.triple for quad in fixed), out, RdfFormat.N_TRIPLES)
        yield from out.getvalue().splitlines(keepends=True)
    for projects in _batches(database, folder):
        yield from _answer(database, _about(projects, text), base)


def _about(projects: list[bytes], text: str) -> str:
    """Return the query asked about these projects alone."""
    values = b" ".join(projects).decode()
    return _BATCH.sub(lambda found: f"VALUES {found[1]} {{ {values} }}", text)


def _answer(database: Store, text: str, base: str) -> Iterator[bytes]:
    out = io.BytesIO()
    found = cast("QueryTriples", database.query(text, base_iri=base))
    found.serialize(out, RdfFormat.N_TRIPLES)
    out.seek(0)
    yield from out


def _batches(database: Store, folder: Path) -> Iterator[list[bytes]]:
    """Yield the projects of all forms, in order, some at a time, each as in N-Triples."""
    forms = database.quads_for_pattern(None, _PROJECT, None, DefaultGraph())
    projects = sorted_once((f"{form.object}\n".encode() for form in forms), folder)
    while some := [line.rstrip() for line in islice(projects, PROJECTS)]:
        yield some


def _prefixes(name: str) -> dict[str, str]:
    """Return the prefixes that the query of a view declares."""
    return dict(_PREFIX.findall(_files(name)[0].read_text(encoding="utf-8")))


def _files(name: str) -> tuple[Path, Path]:
    """Return the query of a view and where the file beside it would be."""
    if name not in VIEWS:
        raise UsageError(
            f"没有视图“{name}”；有：{'、'.join(VIEWS)}",
            f"there is no view '{name}'; there are {', '.join(VIEWS)}",
        )
    return views_folder() / f"{name}.rq", views_folder() / f"{name}.ttl"
