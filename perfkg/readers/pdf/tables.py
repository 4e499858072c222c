"""A table as it was printed: the texts of its cells on its grid."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """One cell, merged or not, on the grid of its table.

    Attributes:
        row, column: its top left position.
        last_row, last_column: its bottom right position.
    """

    row: int
    column: int
    last_row: int
    last_column: int


@dataclass(frozen=True, slots=True)
class Table:
    """The cells of one table with their texts.

    Attributes:
        top: where it begins on the page, which orders it among the lines of text.
        edges: positions of the column boundaries, one more than there are columns.
        height: number of rows.
        cells: the cells and their texts.
    """

    top: float
    edges: tuple[float, ...]
    height: int
    cells: tuple[tuple[Span, str], ...]

    def texts(self, columns: tuple[int, ...], width: int) -> list[list[str]]:
        """The texts row by row, a merged cell's at its top left position only.

        Args:
            columns: for each column of this table the column that it is shown in.
            width: number of columns shown.
        """
        rows = [[""] * width for _ in range(self.height)]
        for span, text in self.cells:
            rows[span.row][columns[span.column]] = text
        return rows


Part = Table | str
"""A table, or one line of text outside of tables."""
