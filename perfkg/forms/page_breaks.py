"""Labels that a page break cuts in two (年度绩效 | 目标), put together again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from perfkg.layout import Layout
from perfkg.readers.grid import Cell, Grid, Row

_LONGEST = 12
"""Characters of a label, or of the number of a page."""
_MOST_LINES = 3
"""Lines that may stand between two pages of a table, and its last row."""


def mend_breaks(grid: Grid, layout: Layout) -> Grid:
    """Return `grid` with rows joined that are two parts of one, and labels that are so.

    Rows are where a page break lies between them, the lower one fills only columns that the
    upper one fills, and a cell becomes a label only with the one below it. Where the rows are
    whole, only such a label is cut: one that stands beside many rows.
    """
    rows: list[Row] = []
    is_mended = False
    for row in grid:
        above = _last_of_table(rows)
        if above is None or not _is_next_page(rows[above], row):
            rows.append(row)
        elif _is_rest(rows[above], row, layout):
            rows[above], is_mended = _joined(rows[above], row), True
        else:
            rest = _without_rests(rows, above, row, layout)
            is_mended |= rest is not row
            rows.append(rest)
    return Grid(tuple(rows)) if is_mended else grid


def _last_of_table(rows: Sequence[Row]) -> int | None:
    """Return the place of the last row of a table, with no more than page numbers below it."""
    for at in range(len(rows) - 1, max(len(rows) - _MOST_LINES, 0) - 1, -1):
        if not rows[at].is_prose:
            return at
        if len(rows[at].cells[0].text) > _LONGEST:
            return None
    return None


def _is_next_page(upper: Row, lower: Row) -> bool:
    """Whether a table of as many columns begins anew with `lower`."""
    is_new = upper.block != lower.block and len(upper.cells) == len(lower.cells)
    return is_new and not lower.is_prose


def _is_rest(upper: Row, lower: Row, layout: Layout) -> bool:
    above = {cell.column: cell.text for cell in upper.filled}
    if not lower.filled or not {cell.column for cell in lower.filled} <= above.keys():
        return False
    completes = False
    for cell in lower.filled:
        if _completes(above[cell.column], cell.text, layout):
            completes = True
        elif _is_label(above[cell.column], layout):
            return False
    return completes


def _without_rests(rows: list[Row], last: int, row: Row, layout: Layout) -> Row:
    """Return the first row of a page without the rests of labels, which go to the page before."""
    cells = list(row.cells)
    for at, cell in enumerate(cells):
        above = _above(rows, last, cell) if cell.text else None
        if above is not None and _completes(rows[above].cells[at].text, cell.text, layout):
            upper = rows[above].cells
            whole = replace(upper[at], text=upper[at].text + cell.text)
            rows[above] = replace(rows[above], cells=(*upper[:at], whole, *upper[at + 1 :]))
            cells[at] = replace(cell, text="")
    return row if cells == list(row.cells) else replace(row, cells=tuple(cells))


def _above(rows: Sequence[Row], last: int, cell: Cell) -> int | None:
    """Return the place of the row of the page before that holds the next text above a cell."""
    for at in range(last, -1, -1):
        if rows[at].block != rows[last].block:
            return None
        if any(other.column == cell.column and other.text for other in rows[at].cells):
            return at
    return None


def _completes(upper: str, lower: str, layout: Layout) -> bool:
    """Whether two texts are a label together and none apart."""
    if len(upper) + len(lower) > _LONGEST:
        return False
    return _is_label(upper + lower, layout) and not (
        _is_label(upper, layout) or _is_label(lower, layout)
    )


def _is_label(text: str, layout: Layout) -> bool:
    found = layout.meaning(text)
    return bool(found.field or found.fund or found.goal or found.column)


def _joined(upper: Row, lower: Row) -> Row:
    rest = {cell.column: cell.text for cell in lower.filled}
    cells = tuple(
        replace(cell, text=cell.text + rest[cell.column]) if cell.column in rest else cell
        for cell in upper.cells
    )
    return replace(upper, cells=cells)
