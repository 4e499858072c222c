"""One sheet of a workbook as xlsx and xls both give it, and its limits."""

from __future__ import annotations

from dataclasses import dataclass, field

from perfkg.readers.column_names import column_name
from perfkg.readers.limits import Limits

MAX_COLUMNS = 256
"""Columns of one sheet (A to IV); those further right are left out, with a problem."""

MAX_EMPTY_ROWS = 5_000
"""Empty rows after which nothing more is expected in a sheet, with a problem."""

MAX_MERGES = 50_000
"""Merged ranges of one sheet."""

_MOST_NAMED = 10
"""Cells that one problem names."""

Range = tuple[int, int, int, int]
"""First row, first column, last row, last column, from zero."""


@dataclass(slots=True)
class Sheet:
    """What one sheet prints.

    Attributes:
        name: of the sheet.
        limits: how many rows and cells are kept.
        rows: row → column → text as printed, from zero; only filled cells.
        merges: merged ranges.
        hidden_rows, hidden_columns: those that nobody sees.
        errors: addresses of cells that show an error, such as #REF!.
        unsolved: addresses of formulas whose results the file does not hold.
        cut: the row (from one) after which the sheet was not read, 0 when it was read whole.
        empty_after: the row after which so many rows were empty that reading stopped, else 0.
        is_wide: whether filled cells beyond `MAX_COLUMNS` were left out.
        hides_text: whether a hidden row or column holds text.
    """

    name: str
    limits: Limits
    rows: dict[int, dict[int, str]] = field(default_factory=dict)
    merges: list[Range] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    errors: list[str] = field(default_factory=list)
    unsolved: list[str] = field(default_factory=list)
    cut: int = 0
    empty_after: int = 0
    is_wide: bool = False
    hides_text: bool = False
    _count: int = 0

    def put(self, row: int, column: int, text: str) -> None:
        """Keep the text of a cell."""
        if not text:
            return
        if column >= MAX_COLUMNS:
            self.is_wide = True
        elif row >= self.limits.rows or self._count >= self.limits.cells:
            self.cut = self.cut or min(row, self.limits.rows)
        else:
            self._count += 1
            self.rows.setdefault(row, {})[column] = text

    def put_error(self, row: int, column: int) -> None:
        """Remember a cell that shows an error."""
        if len(self.errors) < _MOST_NAMED:
            self.errors.append(_address(row, column))

    def put_unsolved(self, row: int, column: int) -> None:
        """Remember a formula without a result."""
        if len(self.unsolved) < _MOST_NAMED:
            self.unsolved.append(_address(row, column))

    def merge(self, first_row: int, first_column: int, last_row: int, last_column: int) -> None:
        """Keep a merged range, as far as the sheet is read."""
        last_row = min(last_row, self.limits.rows - 1)
        last_column = min(last_column, MAX_COLUMNS - 1)
        inside = 0 <= first_row <= last_row and 0 <= first_column <= last_column
        if inside and len(self.merges) < MAX_MERGES:
            self.merges.append((first_row, first_column, last_row, last_column))


@dataclass(slots=True)
class Workbook:
    """The visible sheets of a workbook and the names of the hidden ones."""

    sheets: list[Sheet] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)


def _address(row: int, column: int) -> str:
    return f"{column_name(column + 1)}{row + 1}"
