"""The head of a list of projects: which columns speak of the project, which of an indicator."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from perfkg.forms.heads import Head
from perfkg.identity import normalise
from perfkg.layout import Layout
from perfkg.readers.grid import Cell, Row
from perfkg.vocabulary import Vocabulary

PROJECT = "project_name"
UNIT = "implementing_unit"
DEPARTMENT = "supervising_department"
GOAL = "annual_goal"
INDICATOR = "indicator"
"""The role of every column that a form's own indicator table has too."""

_MOST_ROWS = 3
_FEWEST_COLUMNS = 2
"""Columns of a list beside those of its indicators: the project and one more thing."""

_LONGEST_LABEL = 24
_INDICATOR_TABLE = ("level1", "level2", "name")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list.

    Attributes:
        label: its cell in the head. role: what it holds; None where nobody knows.
        level1: the first-level heading that it stands under, in a list that is laid out so.
    """

    label: Cell
    role: str | None
    level1: Cell | None = None


@dataclass(frozen=True, slots=True)
class ListHead:
    """The rows from `start` to `stop` that head a list, and its columns by their place."""

    start: int
    stop: int
    block: int
    columns: Mapping[int, Column]
    row: Row

    def texts(self) -> list[str]:
        """Return the labels from left to right."""
        return [normalise(column.label.text) for _, column in sorted(self.columns.items())]

    def moved(self, row: Row, first: ListHead) -> Row:
        """Return a row below this head with its cells where the first page has them."""
        if self is first:
            return row
        places = dict(zip(sorted(self.columns), sorted(first.columns), strict=True))
        cells = [
            replace(cell, column=places[cell.column]) if cell.column in places else cell
            for cell in row.cells
            if cell.text or cell.column in places
        ]
        return replace(row, cells=tuple(cells), block=first.block)

    def left(self) -> Iterator[tuple[int, Column]]:
        """Return the columns that speak of the project."""
        return ((at, column) for at, column in self.columns.items() if column.role != INDICATOR)

    def groups(self) -> list[tuple[Cell, list[int]]]:
        """Return the columns of the indicators by the first-level heading above them."""
        found: dict[int, tuple[Cell, list[int]]] = {}
        for at, column in sorted(self.columns.items()):
            if column.role == INDICATOR and column.level1 is not None:
                found.setdefault(column.level1.column, (column.level1, []))[1].append(at)
        return list(found.values())

    def is_wide(self) -> bool:
        """Whether the first-level headings stand side by side instead of in a column."""
        return any(column.level1 is not None for column in self.columns.values())


def find_heads(rows: Sequence[Row], layout: Layout, vocabulary: Vocabulary) -> list[ListHead]:
    """Return the heads of lists among `rows`, in order, also one that a page repeats."""
    found: list[ListHead] = []
    at = 0
    while at < len(rows):
        head = _head(rows, at, layout, vocabulary) if _names_project(rows[at], layout) else None
        if head is not None:
            found.append(head)
        at = at + 1 if head is None else head.stop
    return found


def _names_project(row: Row, layout: Layout) -> bool:
    if len(row.filled) < _FEWEST_COLUMNS:
        return False
    return PROJECT in [layout.meaning(cell.text).told for cell in row.filled]


def _head(
    rows: Sequence[Row], start: int, layout: Layout, vocabulary: Vocabulary
) -> ListHead | None:
    """Return the head of a list that begins with the row at `start`, or None."""
    stop = start
    most = min(start + _MOST_ROWS, len(rows))
    while stop < most and _is_head_row(rows[stop], stop > start, layout, vocabulary):
        stop += 1
    heads = rows[start:stop]
    columns = _columns(heads, layout, vocabulary)
    inner = [at for at, column in columns.items() if column.role == INDICATOR]
    outer = [column for column in columns.values() if column.role != INDICATOR]
    if len(outer) < _FEWEST_COLUMNS or not any(column.role == PROJECT for column in outer):
        return None
    cells = tuple(replace(columns[at].label, column=at) for at in inner)
    row = Row(cells, heads[-1].place, heads[-1].number, heads[-1].block)
    head = ListHead(start, stop, rows[start].block, columns, row)
    return head if Head.find(row, layout) or head.is_wide() else None


def _is_head_row(row: Row, is_later: bool, layout: Layout, vocabulary: Vocabulary) -> bool:
    """Whether a row holds nothing but labels; the first may hold some that nobody knows."""
    known = [_is_label(cell, layout, vocabulary) for cell in row.filled]
    if is_later:
        return bool(known) and all(known)
    short = all(len(cell.text) <= _LONGEST_LABEL for cell in row.filled)
    return short and sum(known) >= _FEWEST_COLUMNS and 2 * sum(known) >= len(known)


def _is_label(cell: Cell, layout: Layout, vocabulary: Vocabulary) -> bool:
    found = layout.meaning(cell.text)
    known = (found.told, found.column, found.money_column)
    return any(known) or bool(vocabulary.headings.find(cell.text))


def _columns(heads: Sequence[Row], layout: Layout, vocabulary: Vocabulary) -> dict[int, Column]:
    """Return the columns: each is what its lowest label says, under the labels above it."""
    lowest = {cell.column: (depth, cell) for depth, row in enumerate(heads) for cell in row.filled}
    first = min(
        (
            at
            for at, (_, cell) in lowest.items()
            if layout.meaning(cell.text).column in _INDICATOR_TABLE
        ),
        default=None,
    )
    columns: dict[int, Column] = {}
    for at, (depth, cell) in sorted(lowest.items()):
        above = [group for row in heads[:depth] if (group := _over(row, at)) is not None]
        level1 = next((group for group in above if _is_level1(group, vocabulary)), None)
        if first is not None and at >= first and layout.meaning(cell.text).column is not None:
            columns[at] = Column(cell, INDICATOR, level1)
        else:
            columns[at] = Column(cell, layout.meaning(cell.text).told)
    return columns


def _over(row: Row, column: int) -> Cell | None:
    """Return the cell of a row of the head that stands over a column, merged cells counted."""
    before = [cell for cell in row.filled if cell.column <= column]
    return before[-1] if before else None


def _is_level1(cell: Cell, vocabulary: Vocabulary) -> bool:
    return any(heading.level == 1 for heading in vocabulary.headings.find(cell.text))
