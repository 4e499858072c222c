"""The files in which a generation can be had, and how each is written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pyoxigraph import NamedNode, RdfFormat

from perfkg.export import graphs, tables
from perfkg.export.views import VIEWS, write_view
from perfkg.export.writing import compressed
from perfkg.identity import Identity
from perfkg.messages import Text
from perfkg.store.base import State

GZIP: Final = "application/gzip"
_QUADS: Final = "perfkg.nq.gz"
_TABLE: Final = "targets.csv"


@dataclass(frozen=True, slots=True)
class Dump:
    """One file.

    Attributes:
        name: of the file.
        media_type: of what is in it. is_compressed: whether that is gzipped.
        title: what it is. format: the name of a format at w3.org/ns/formats, if it has one.
        year: the fiscal year that it is of, or None for everything.
        view: the view that it holds, or None for the data as they are.
        made_from: the name of another file that must be there to make it, if any.
    """

    name: str
    media_type: str
    is_compressed: bool
    title: Text
    format: str | None = None
    year: int | None = None
    view: str | None = None
    made_from: str | None = None

    @property
    def key(self) -> str:
        """Its name as a part of an IRI."""
        return self.name.replace(".", "-")


WHOLE: Final = (
    Dump(
        _QUADS,
        "application/n-quads",
        is_compressed=True,
        title=Text(
            "全部数据、检查结果与统计，N-Quads", "all data, findings and statistics, N-Quads"
        ),
        format="N-Quads",
    ),
    Dump(
        "perfkg.ttl.gz",
        "text/turtle",
        is_compressed=True,
        title=Text("全部数据，Turtle", "all data, Turtle"),
        format="Turtle",
        made_from=_QUADS,
    ),
    Dump(
        "perfkg.jsonld.gz",
        "application/ld+json",
        is_compressed=True,
        title=Text("全部数据，JSON-LD", "all data, JSON-LD"),
        format="JSON-LD",
        made_from=_QUADS,
    ),
    Dump(
        "validation.ttl.gz",
        "text/turtle",
        is_compressed=True,
        title=Text("检查结果，Turtle", "the findings of the review, Turtle"),
        format="Turtle",
        made_from=_QUADS,
    ),
    Dump(
        _TABLE,
        "text/csv",
        is_compressed=False,
        title=Text("全部指标，CSV 表格", "all targets as a table, CSV"),
    ),
    Dump(
        "targets.xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        is_compressed=False,
        title=Text("全部指标，Excel 表格", "all targets as a table, Excel"),
        made_from=_TABLE,
    ),
)
"""The files of the whole dataset."""
_VIEWS: Final = tuple(
    Dump(
        f"{name}.ttl.gz", "text/turtle", is_compressed=True, title=title, format="Turtle", view=name
    )
    for name, title in VIEWS.items()
)
"""The same in the words of other communities."""


def dumps_of(years: Iterable[int]) -> tuple[Dump, ...]:
    """Return every file: those of the whole, the views and one for each fiscal year."""
    return (*WHOLE, *_VIEWS, *(_of_year(year) for year in sorted(years)))


def _of_year(year: int) -> Dump:
    return Dump(
        f"{year:04d}.nt.gz",
        "application/n-triples",
        is_compressed=True,
        title=Text(f"{year} 年度数据，N-Triples", f"the data of fiscal year {year}, N-Triples"),
        format="N-Triples",
        year=year,
        made_from=_QUADS,
    )


def write_dump(
    dump: Dump, snapshot: State, base: str, path: Path, finished: Path, folder: Path
) -> None:
    """Write one file.

    Args:
        base: the instance base IRI.
        path: of the file.
        finished: the folder with the file that it is made from.
        folder: where what does not fit into memory may lie meanwhile.
    """
    database, quads = snapshot.database, finished / _QUADS
    if dump.year is not None:
        graphs.write_year(database, quads, dump.year, path, folder)
    elif dump.view is not None:
        with compressed(path) as out:
            write_view(database, dump.view, base, out, folder)
    elif dump.name == _QUADS:
        graphs.write_nquads(database, path, folder)
    elif dump.name == "perfkg.ttl.gz":
        graphs.write_graph(quads, path, RdfFormat.TURTLE)
    elif dump.name == "perfkg.jsonld.gz":
        graphs.write_graph(quads, path, RdfFormat.JSON_LD)
    elif dump.name == "validation.ttl.gz":
        findings = NamedNode(Identity(base).validation_graph)
        graphs.write_graph(quads, path, RdfFormat.TURTLE, findings)
    elif dump.name == _TABLE:
        tables.write_csv(database, path, folder)
    else:
        tables.write_xlsx(finished / _TABLE, path, snapshot.generation.created)
