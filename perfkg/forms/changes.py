"""Forms that change earlier ones (绩效目标调整表): statements stand twice, before and after."""

from __future__ import annotations

from dataclasses import dataclass, replace

from perfkg.forms.notes import Notes
from perfkg.identity import normalise
from perfkg.layout import Layout
from perfkg.readers.grid import Cell, Row

USE = "before_change"
"""The use of a cell that says what held before the change."""


@dataclass(slots=True)
class Changes:
    """Takes off the rows of a form what no longer holds, and says so."""

    layout: Layout
    notes: Notes
    _columns: tuple[int, int, int] | None = None

    def now(self, row: Row) -> Row:
        """Return `row` without its labels of before and after, and without what held before."""
        before, after = self._labels(row)
        if before is not None and after is not None:
            inner = [c for c in row.filled if before.column < c.column < after.column]
            for cell in (before, after):
                self.notes.use(row, cell, "label")
            if not inner:
                self._columns = before.column, after.column, row.block
            return self._without(row, [before, after], inner)
        if self._columns is None or self._columns[2] != row.block:
            return row
        start, end, _ = self._columns
        inner = [cell for cell in row.filled if start <= cell.column < end]
        if not any(cell.column >= end for cell in row.filled):
            return row
        return self._without(row, [], inner)

    def _labels(self, row: Row) -> tuple[Cell | None, Cell | None]:
        """Return the cells of a row that say 调整前 and 调整后."""
        plain = [(cell, normalise(cell.text).rstrip(":")) for cell in row.filled]
        before = next((cell for cell, text in plain if text in self.layout.befores), None)
        after = next((cell for cell, text in plain if text in self.layout.afters), None)
        in_order = before is not None and after is not None and before.column < after.column
        return (before, after) if in_order else (None, None)

    def _without(self, row: Row, labels: list[Cell], inner: list[Cell]) -> Row:
        for cell in inner:
            self.notes.use(row, cell, USE)
            self.notes.report(
                "info",
                f"“{cell.text}”为调整前的内容，未读入；只读入调整后的内容",
                f"'{cell.text}' held before the change and was left out; what holds now is read",
                cell.place,
            )
        gone = [*labels, *inner]
        return replace(row, cells=tuple(cell for cell in row.cells if cell not in gone))
