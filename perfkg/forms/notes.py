"""What became of every cell of a form, and what was wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, field

from perfkg.forms.model import CellUse
from perfkg.messages import Problem, Severity, Text
from perfkg.readers.grid import Cell, Row

FRAME = "frame"
"""The use of a cell that says nothing of the project: side columns, totals, signs for nothing."""


@dataclass(slots=True)
class Notes:
    """Kept by all parts of the recogniser while they read one form."""

    problems: list[Problem] = field(default_factory=list)
    repairs: list[Text] = field(default_factory=list)
    _uses: dict[int, dict[int, tuple[Cell, str]]] = field(default_factory=dict)

    def use(self, row: Row, cell: Cell, use: str) -> None:
        """Note what a cell was read as: the name of a label, a field or a column."""
        self._uses.setdefault(row.number, {})[cell.column] = cell, use

    def frame(self, row: Row) -> None:
        """Note that a whole row belongs to the form's frame."""
        for cell in row.filled:
            self.use(row, cell, FRAME)

    def settle(self, row: Row) -> None:
        """Report the cells of a row that nothing was noted of."""
        noted = self._uses.get(row.number, {})
        for cell in row.filled:
            if cell.column not in noted:
                self.unplaced(row, cell)

    def uses(self) -> tuple[CellUse, ...]:
        """Return the use of every cell in the order of the source."""
        rows = (self._uses[number] for number in sorted(self._uses))
        noted = (of_row[column] for of_row in rows for column in sorted(of_row))
        return tuple([CellUse(cell.place, cell.text, use) for cell, use in noted])

    def report(self, severity: Severity, zh: str, en: str, place: str | None) -> None:
        """Add a problem."""
        self.problems.append(Problem(severity, Text(zh, en), place))

    def repaired(self, zh: str, en: str) -> None:
        """Name a repair of the form as a whole, once."""
        repair = Text(zh, en)
        if repair not in self.repairs:
            self.repairs.append(repair)

    def unplaced(self, row: Row, cell: Cell) -> None:
        """Report a cell of the table that belongs to no column and follows no label."""
        self.use(row, cell, "unplaced")
        self.report(
            "error",
            f"“{cell.text}”无法归入任何栏目，未读入；请检查该行的列是否错位",
            f"'{cell.text}' fits no column and follows no label, so it was left out; check "
            "whether the row's columns have shifted",
            cell.place,
        )
