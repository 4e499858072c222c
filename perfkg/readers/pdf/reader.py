"""From the bytes of a PDF to a Grid."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from perfkg.messages import Problem
from perfkg.readers.grid import Cell, Grid, Row
from perfkg.readers.limits import DEFAULT_LIMITS, Limits
from perfkg.readers.pdf.guard import Overrun, inflating, watched
from perfkg.readers.pdf.marks import UNMAPPED, Marks, marks_of
from perfkg.readers.pdf.opening import MALFORMED, PageSource, damaged, open_pdf
from perfkg.readers.pdf.pages import Part, parts_of
from perfkg.readers.pdf.tables import Table
from perfkg.readers.pdf.troubles import Troubles

MAX_PAGE_SECONDS = 20.0
"""Time for one page."""

_SCANNED_SHARE = 0.5
_SCANNED_GLYPHS = 10
_OUTLINES = 50
_UNMAPPED_SHARE = 0.05


def read_pdf(
    data: bytes, name: str, limits: Limits = DEFAULT_LIMITS
) -> tuple[Grid, tuple[Problem, ...]]:
    """Read the tables and the lines of text of a PDF.

    Returns:
        the grid, and what could not be read: scanned pages, broken pages, pages beyond a limit.

    Raises:
        DocumentError: when it is encrypted, or so damaged that it has no pages.
    """
    with inflating():
        source = PageSource(open_pdf(data, name))
        layout, troubles = _Layout(), Troubles()
        read = _read_pages(source, layout, troubles, limits)
        if read == 0:
            raise damaged(name)
        return Grid(tuple(layout.rows)), troubles.problems(read, source.stated())


def _read_pages(source: PageSource, layout: _Layout, troubles: Troubles, limits: Limits) -> int:
    """Read pages until the last or a limit, and return how many were looked at."""
    end = time.monotonic() + limits.seconds
    for number in range(1, limits.pages + 2):
        left = end - time.monotonic()
        if number > limits.pages or left <= 0:
            troubles.cut = True
            return number - 1
        try:
            with watched(min(left, MAX_PAGE_SECONDS)):
                page = source.next()
                if page is None:
                    return number - 1
                marks = marks_of(page)
                page.close()
                parts = parts_of(marks)
        except Overrun:
            troubles.slow.append(number)
            continue
        except MALFORMED:
            troubles.broken.append(number)
            continue
        _judge(marks, number, troubles)
        layout.add(number, parts)
    return limits.pages


def _judge(marks: Marks, number: int, troubles: Troubles) -> None:
    """Note a page whose text is not all there."""
    count = len(marks.glyphs)
    pictured = marks.pictured > (0 if count == 0 else _SCANNED_SHARE)
    if count <= _SCANNED_GLYPHS and (pictured or (count == 0 and marks.drawn > _OUTLINES)):
        troubles.scanned.append(number)
    unmapped = sum(UNMAPPED in glyph.text for glyph in marks.glyphs)
    if unmapped > _UNMAPPED_SHARE * count:
        troubles.unmapped.append(number)


@dataclass(slots=True)
class _Layout:
    """Collects the rows of a document, page by page."""

    rows: list[Row] = field(default_factory=list)
    _block: int = -1
    _above: tuple[int, tuple[float, ...]] = (0, ())

    def add(self, page: int, parts: list[Part]) -> None:
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
