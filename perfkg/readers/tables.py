"""What Word, web pages and spreadsheets have in common: tables with spans, turned into a grid."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import count

from perfkg.messages import Problem, Text
from perfkg.readers.grid import Cell, Grid, Row
from perfkg.readers.limits import Limits

MAX_COLUMNS = 512
"""Columns of one table; what stands further right is left out."""

_BREAK_IN_LATIN = re.compile(r"(?<=[A-Za-z0-9])\n(?=[A-Za-z0-9])")
_LINE_END = re.compile(r"\r\n|[\n\r\v\f\x85\u2028\u2029]")


def cell_text(text: str) -> str:
    r"""Return the text of a cell with its line breaks in one form.

    A break between Latin letters or digits is a space, any other stays; blank lines go.

    >>> cell_text(" 满意度指 \n\n 标 "), cell_text("Level\nA")
    ('满意度指\n标', 'Level A')
    """
    if text.isprintable() or not _LINE_END.search(text):  # no line end is printable
        return text.strip()
    lines = (line.strip() for line in _LINE_END.split(text))
    return _BREAK_IN_LATIN.sub(" ", "\n".join(line for line in lines if line))


@dataclass(slots=True)
class Flow:
    """Content in reading order: lines of text (`str`, may hold line breaks) and tables."""

    items: list[str | Table] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The lines outside of inner tables, joined; inner tables of one cell are text."""
        if len(self.items) == 1 and isinstance(self.items[0], str):
            return cell_text(self.items[0])
        parts = (item if isinstance(item, str) else item.only_text for item in self.items)
        return cell_text("\n".join(parts))

    @property
    def holds_table(self) -> bool:
        """Whether a table of more than one cell stands in it."""
        tables = [item for item in self.items if not isinstance(item, str)]
        return bool(tables) and any(table.is_table for table in tables)


@dataclass(slots=True)
class Box:
    """One cell of a table: its column in the true grid, how many it covers, its content."""

    column: int
    span: int
    flow: Flow = field(default_factory=Flow)


@dataclass(slots=True)
class Table:
    """The rows of one table; a position that a merged cell covers has no box of its own."""

    rows: list[list[Box]] = field(default_factory=list)

    @property
    def width(self) -> int:
        """The number of columns of its grid."""
        ends = (box.column + box.span for row in self.rows for box in row)
        return min(max(ends, default=0), MAX_COLUMNS)

    @property
    def is_table(self) -> bool:
        """Whether it holds more than one cell, itself or in a table inside."""
        if sum(map(len, self.rows)) > 1:
            return True
        return any(box.flow.holds_table for row in self.rows for box in row)

    @property
    def only_text(self) -> str:
        """The text of a table of one cell; empty when it is a real table."""
        if self.is_table:
            return ""
        return "\n".join(box.flow.text for row in self.rows for box in row)


@dataclass(slots=True)
class GridBuilder:
    """Collects rows in reading order and numbers them, their blocks and their tables."""

    limits: Limits
    rows: list[Row] = field(default_factory=list)
    cut: bool = False
    _block: int = 0
    _cells: int = 0
    _tables: int = 0
    _lines: int = 0
    _tabbed: bool = False

    def grid(self) -> Grid:
        """Return all rows so far."""
        return Grid(tuple(self.rows))

    def problems(self) -> tuple[Problem, ...]:
        """Say whether the document was cut at the limit of cells."""
        if not self.cut:
            return ()
        most = f"{self.limits.cells:,}"
        zh = f"文件超过 {most} 个单元格，其后内容未读取；请拆分后重试，或调大 PERFKG_MAX_CELLS"
        en = f"the file has more than {most} cells; the rest was not read. Split it, or raise "
        en += "PERFKG_MAX_CELLS"
        return (Problem("error", Text(zh, en), self.rows[-1].place if self.rows else None),)

    def new_block(self) -> None:
        """End the block of the rows before."""
        self._block += 1

    def add(self, texts: Sequence[str], places: Sequence[str], place: str) -> None:
        """Add one row, unless the document is already at its limit."""
        self._cells += len(texts)
        if self._cells > self.limits.cells:
            self.cut = True
            return
        cells = tuple(map(Cell, texts, count(), places))
        self.rows.append(Row(cells, place, len(self.rows) + 1, self._block))

    def add_flow(self, flow: Flow) -> None:
        """Add content in reading order."""
        for item in flow.items:
            if isinstance(item, Table):
                self._add_table(item)
            else:
                self._add_lines(_LINE_END.split(item))

    def _add_lines(self, lines: Iterable[str]) -> None:
        """Add lines outside of tables; tabs divide a line into cells."""
        for line in lines:
            if not line.strip():
                self._tabbed = False
                continue
            self._lines += 1
            texts = [part.strip() for part in line.strip(" \r\n\xa0\u3000").split("\t")]
            if not (self._tabbed and len(texts) > 1):
                self.new_block()
            self._tabbed = len(texts) > 1
            place = f"paragraph {self._lines}"
            self.add(texts[:MAX_COLUMNS], [place] * len(texts[:MAX_COLUMNS]), place)

    def _add_table(self, table: Table) -> None:
        self._tabbed = False
        if not table.is_table:
            self._add_lines(_LINE_END.split(table.only_text))
            return
        is_layout = any(box.flow.holds_table for row in table.rows for box in row)
        width, ordinal, opened = table.width, 0, False
        for number, row in enumerate(table.rows, start=1):
            if is_layout and _is_layout_row(row):
                for box in row:
                    self.add_flow(box.flow)
                opened = False
                continue
            texts = [""] * width
            for box in row:
                if box.column < width:
                    texts[box.column] = box.flow.text
            if not any(texts):
                continue
            if not opened:
                self.new_block()
                opened = True
            if not ordinal:
                self._tables += 1
                ordinal = self._tables
            place = f"table {ordinal}, row {number}"
            self.add(texts, [place] * width, place)


def _is_layout_row(row: list[Box]) -> bool:
    """Whether a row of a table that holds tables only places things on the page."""
    if any(box.flow.holds_table for box in row):
        return True
    return sum(1 for box in row if box.flow.text) < 2
