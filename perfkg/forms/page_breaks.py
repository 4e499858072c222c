"""Labels that a page break cuts in two (年度绩效 | 目标), put together again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from perfkg.layout import Layout
from perfkg.readers.grid import Grid, Row

_LONGEST = 12
"""Characters of a label, or of the number of a page."""
_MOST_LINES = 3
"""Lines that may stand between two pages of a table, and its last row."""


def mend_breaks(grid: Grid, layout: Layout) -> Grid:
    """Return `grid` with rows joined that are two parts of one.

    So they are where a page break lies between them, the lower one fills only columns that the
    upper one fills, and a cell becomes a label only with the one below it.
    """
    rows: list[Row] = []
    for row in grid:
        above = _last_of_table(rows)
        if above is not None and _is_rest(rows[above], row, layout):
            rows[above] = _joined(rows[above], row)
        else:
            rows.append(row)
    return Grid(tuple(rows)) if len(rows) < len(grid.rows) else grid


def _last_of_table(rows: Sequence[Row]) -> int | None:
    """Return the place of the last row of a table, with no more than page numbers below it."""
    for at in range(len(rows) - 1, max(len(rows) - _MOST_LINES, 0) - 1, -1):
        if not rows[at].is_prose:
            return at
        if len(rows[at].cells[0].text) > _LONGEST:
            return None
    return None


def _is_rest(upper: Row, lower: Row, layout: Layout) -> bool:
    if upper.block == lower.block or len(upper.cells) != len(lower.cells) or lower.is_prose:
        return False
    above = {cell.column: cell.text for cell in upper.filled}
    if not lower.filled or not {cell.column for cell in lower.filled} <= above.keys():
        return False
    return any(_completes(above[cell.column], cell.text, layout) for cell in lower.filled)


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
