"""The one shape that every reader produces: rows of cells, each with its place in the source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(slots=True)
class Cell:
    """One printed cell.

    Nothing changes a cell once it is made. It is not frozen because a form has some hundred of
    them, and a frozen one takes three times as long to make.

    Attributes:
        text: the text as printed, without surrounding white space; may be empty.
        column: zero-based position among the columns of its row.
        place: where a person finds it (`line 19`).
    """

    text: str
    column: int
    place: str


@dataclass(slots=True)
class Row:
    """One row of a table, or one line of prose (then it has a single cell).

    Like a cell, it is never changed.

    Attributes:
        cells: the cells from left to right, empty ones included.
        place: where a person finds the row (`line 19`).
        number: one-based position that orders the rows of a document.
        block: rows of one unbroken table share a number; a blank line or a page break ends it.
        filled: the cells that hold text; asked for many times of every row, so it is kept.
    """

    cells: tuple[Cell, ...]
    place: str
    number: int
    block: int
    filled: tuple[Cell, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self.filled = tuple([cell for cell in self.cells if cell.text])

    @property
    def is_prose(self) -> bool:
        """Whether the row is a line of text rather than a row of a table."""
        return len(self.cells) == 1


@dataclass(frozen=True, slots=True)
class Grid:
    """All rows of a document in reading order."""

    rows: tuple[Row, ...]

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)


_NUMBER_AT_END = re.compile(r"^(.*?)(\d+)$", re.DOTALL)


def span(first: str, last: str) -> str:
    """Return the place of everything from `first` to `last`.

    >>> span("line 5", "line 40"), span("table 1, row 2", "table 1, row 9")
    ('lines 5-40', 'table 1, rows 2-9')
    >>> span("page 1, table 1, row 2", "page 2, table 1, row 3")
    'page 1, table 1, row 2 to page 2, table 1, row 3'
    """
    if first == last:
        return first
    begin, end = _NUMBER_AT_END.match(first), _NUMBER_AT_END.match(last)
    if begin and end and begin[1] == end[1] and begin[1].endswith(" "):
        return f"{begin[1].rstrip()}s {begin[2]}-{end[2]}"
    return f"{first} to {last}"
