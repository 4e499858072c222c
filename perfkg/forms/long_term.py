"""The indicators of the whole project that a form prints beside those of the year.

The form of 财预〔2015〕88号 and those made after it state targets twice: for the year, and for all
the years of the project (中期, 长期, 实施期). Targets are compared by year, so the year's are read;
that the others were left out is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from perfkg.forms.notes import Notes
from perfkg.readers.grid import Cell, Row, span

USE = "long_term_indicator"
"""The use of a cell that states such an indicator."""


@dataclass(slots=True)
class LongTerm:
    """The rows of a table that state indicators of the whole project.

    Attributes:
        whole: rows that state nothing else.
        halves: rows that state one of the year's as well.
    """

    notes: Notes
    whole: list[Row] = field(default_factory=list)
    halves: list[Row] = field(default_factory=list)

    def take_half(self, row: Row, left: Sequence[Cell]) -> None:
        """Note the filled cells of a row that are the whole project's half of it, if any are."""
        for cell in left:
            self.notes.use(row, cell, USE)
        if left:
            self.halves.append(row)

    def leave_out(self) -> None:
        """Take back what was noted of whole rows: they were read only to be told apart."""
        places = {row.place for row in self.whole}
        for row in self.whole:
            for cell in row.filled:
                self.notes.use(row, cell, USE)
                places.add(cell.place)
        problems = self.notes.problems
        problems[:] = [problem for problem in problems if problem.location not in places]

    def report(self) -> None:
        """Say which rows were left out, if any were."""
        rows = sorted([*self.whole, *self.halves], key=lambda row: row.number)
        if not rows:
            return
        self.notes.report(
            "info",
            f"项目整个实施期（中长期）的指标共 {len(rows)} 行，未读入；只读入年度指标",
            f"{len(rows)} rows with indicators of the whole project (中长期) were left out: those "
            "of the year are read",
            span(rows[0].place, rows[-1].place),
        )
