"""Cells of the indicator table that do not stand under the columns of its head."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from perfkg.forms.heads import Head
from perfkg.messages import Text
from perfkg.readers.grid import Cell, Row


@dataclass(slots=True)
class Shifts:
    """Names the repairs of shifted cells; knows where the headings of a block stand.

    Where a page goes on without a head, the first second-level heading on it shows their column.
    """

    _block: int | None = None
    _level2: int | None = None

    def name(
        self, row: Row, name: Cell, headings: Iterable[Cell], head: Head | None
    ) -> tuple[Text, ...]:
        """Name the repair of one row, if it needs one.

        Args:
            row: the row.
            name: its indicator.
            headings: its cells that print the second-level heading it stands under.
            head: of the table, if it was seen.
        """
        head = head if head is not None and head.block == row.block else None
        heading = max([cell.column for cell in headings], default=None)
        column = self._column_of_level2(row, heading, head)
        shift = _shift(name, head)
        if shift:
            return (_whole_row(shift),)
        if column is None or heading is None or heading >= column:
            return ()
        return (_heading(column - heading),)

    def _column_of_level2(self, row: Row, heading: int | None, head: Head | None) -> int | None:
        if row.block != self._block:
            self._block, self._level2 = row.block, None
        if head is not None and head.column("level2") is not None:
            self._level2 = head.column("level2")
        elif self._level2 is None:
            self._level2 = heading
        return self._level2


def _shift(name: Cell, head: Head | None) -> int:
    """Return by how many columns the indicator's name stands left of its own."""
    column = None if head is None else head.column("name")
    if head is None or column is None or head.role_at(name.column) in ("name", "child"):
        return 0
    return column - name.column


def _whole_row(shift: int) -> Text:
    zh, en = ("左", "left") if shift > 0 else ("右", "right")
    return Text(
        f"本行单元格{zh}移了 {abs(shift)} 列，按内容读取",
        f"the cells of the row are shifted {abs(shift)} to the {en}; read by content",
    )


def _heading(shift: int) -> Text:
    return Text(
        f"本行二级指标左移了 {shift} 列，按内容读取",
        f"the level-2 heading of the row is shifted {shift} to the left; read by content",
    )
