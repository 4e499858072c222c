"""Labels of money side by side, with the amounts on the row below."""

from __future__ import annotations

from dataclasses import dataclass, replace

from perfkg.forms.money import AMOUNTS, Money
from perfkg.readers.grid import Cell, Row

_OTHER = "other"
_EXECUTED = frozenset({"initial", "budget", "executed", "rate", "weight", "score"})


@dataclass(slots=True)
class Sources:
    """Reads such pairs of rows into the money of a form."""

    money: Money
    _columns: tuple[tuple[str, int], ...] = ()

    def take_labels(self, row: Row) -> bool:
        """Read a row of nothing but labels of money; say whether it is one."""
        money = self.money
        cells = [cell for cell in row.filled if money.meaning(cell.text) != "section"]
        names = [name for cell in cells if (name := self._source(cell))]
        if not 2 <= len(cells) == len(names) or not AMOUNTS & set(names):
            return False
        for cell in row.filled:
            if cell not in cells:
                money.begin(cell, row)
        begun = self._begun(names, cells, row)
        self._columns = tuple((n, c.column) for n, c in zip(begun, cells, strict=True))
        return True

    def _begun(self, names: list[str], cells: list[Cell], row: Row) -> list[str]:
        """Return what each label stands for, told from its neighbours."""
        spent = names.index("executed") if "executed" in names else len(names)
        planned = replace(row, cells=tuple(cells[:spent]))
        found: list[str] = []
        for at, (cell, name) in enumerate(zip(cells, names, strict=True)):
            # Behind what was spent stand its parts, which are not modelled.
            begun = self.money.begin(cell, planned) if at < spent else None
            self.money.notes.use(row, cell, "label")
            found.append(begun or (_OTHER if name in AMOUNTS else name))
        return found

    def _source(self, cell: Cell) -> str | None:
        """Return what a label among others stands for; None for what is none."""
        found = self.money.layout.meaning(cell.text)
        fund = found.fund or found.fund_below or found.money_column
        return fund or (_OTHER if found.field == _OTHER else None)

    def take_amounts(self, row: Row) -> bool:
        """Read the row of amounts below such labels; say whether it is one."""
        columns, self._columns = self._columns, ()
        cells = row.filled
        if not columns or not all(self.money.is_amount(cell) for cell in cells):
            return False
        names = {column: name for name, column in columns}
        if not names.keys() >= {cell.column for cell in cells}:
            if len(cells) != len(columns):
                return False
            names = {c.column: name for c, (name, _) in zip(cells, columns, strict=True)}
        for cell in cells:
            self._take(names[cell.column], cell, row)
        return True

    def _take(self, name: str, cell: Cell, row: Row) -> None:
        if name == _OTHER:
            self.money.notes.use(row, cell, _OTHER)
        elif name not in _EXECUTED:
            self.money.answer(name, cell, row)
        else:
            self.money.notes.use(row, cell, name)
            self.money.execute(name, cell)
            if name == "budget":
                self.money.answer("annual_request", cell, row)
