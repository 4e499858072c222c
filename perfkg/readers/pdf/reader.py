"""From the bytes of a PDF to a Grid."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from perfkg.messages import Problem
from perfkg.readers.grid import Cell, Grid, Row
from perfkg.readers.limits import DEFAULT_LIMITS, Limits
from perfkg.readers.pdf.events import Opened, PageRead
from perfkg.readers.pdf.supervision import events_of
from perfkg.readers.pdf.tables import Part, Table
from perfkg.readers.pdf.troubles import Troubles, damaged, too_much


def read_pdf(
    data: bytes, name: str, limits: Limits = DEFAULT_LIMITS
) -> tuple[Grid, tuple[Problem, ...]]:
    """Read the tables and the lines of text of a PDF.

    Returns:
        the grid, and what could not be read: scanned pages, broken pages, pages beyond a limit.

    Raises:
        DocumentError: when it is encrypted, or so damaged that it has no pages.
    """
    layout, troubles = _Layout(), Troubles()
    for event in events_of(data, name, limits):
        if isinstance(event, Opened):
            troubles.stated = event.stated
        elif isinstance(event, PageRead):
            troubles.note(event)
            layout.add(event.number, event.parts)
        else:
            troubles.cut = event.cut
    if troubles.read == 0:
        raise too_much(name) if troubles.cut else damaged(name)
    return Grid(tuple(layout.rows)), troubles.problems()


@dataclass(slots=True)
class _Layout:
    """Collects the rows of a document, page by page."""

    rows: list[Row] = field(default_factory=list)
    _block: int = -1
    _above: tuple[int, tuple[float, ...]] = (0, ())

    def add(self, page: int, parts: Iterable[Part]) -> None:
        tables = lines = 0
        for part in parts:
            self._block += 1
            if isinstance(part, Table):
                tables += 1
                self._add_table(page, tables, part)
            else:
                lines += 1
                place = f"page {page}, line {lines}"
                self._append((Cell(part, 0, place),), place)

    def _add_table(self, page: int, number: int, table: Table) -> None:
        edges = table.edges
        last_page, above = self._above
        if number == 1 and last_page == page - 1 and _continues(edges, above):
            edges = above
        self._above = page, edges
        columns = tuple(_nearest(edge, edges) for edge in table.edges[:-1])
        for index, texts in enumerate(table.texts(columns, len(edges) - 1), start=1):
            if any(texts):
                place = f"page {page}, table {number}, row {index}"
                cells = (Cell(text, column, place) for column, text in enumerate(texts))
                self._append(tuple(cells), place)

    def _append(self, cells: tuple[Cell, ...], place: str) -> None:
        self.rows.append(Row(cells, place, len(self.rows) + 1, self._block))


_SAME_EDGE = 3.0


def _continues(edges: tuple[float, ...], above: tuple[float, ...]) -> bool:
    """Whether a table has the sides of the one above and no boundary that that one lacks."""
    if not above or abs(edges[0] - above[0]) > _SAME_EDGE:
        return False
    found = [_nearest(edge, above) for edge in edges]
    agree = all(
        abs(above[index] - edge) <= _SAME_EDGE for index, edge in zip(found, edges, strict=True)
    )
    return agree and found[-1] == len(above) - 1 and len(set(found)) == len(found)


def _nearest(edge: float, edges: tuple[float, ...]) -> int:
    return min(range(len(edges)), key=lambda index: abs(edges[index] - edge))
