"""The money of a form: 项目资金 in its two columns, or the table of a self-evaluation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from perfkg.forms.amounts import ReadAmount, money_unit, read_amount
from perfkg.forms.model import Execution, Funds
from perfkg.forms.notes import FRAME, Notes
from perfkg.forms.numbers import half_width, leading_number
from perfkg.layout import Layout
from perfkg.readers.grid import Cell, Row

_EITHER = "either_other"
_LEFT = frozenset({"project_total", "project_fiscal"})
_RIGHT = frozenset({"annual_request", "annual_appropriation", "carried_over"})
AMOUNTS = _LEFT | _RIGHT | {_EITHER}
"""What a label of money stands for."""


_SUMS = {
    "annual_other": ("annual_request", "annual_appropriation", "carried_over"),
    "project_other": ("project_total", "project_fiscal"),
}
"""The total that other money is part of, and its other parts."""


@dataclass(slots=True)
class Money:
    """Collects the amounts by what they stand for; they are read when the unit is known."""

    layout: Layout
    notes: Notes
    stated_unit: str | None = None
    _amounts: dict[str, Cell] = field(default_factory=dict)
    _more: dict[str, list[Cell]] = field(default_factory=dict)
    _labels: dict[str, int] = field(default_factory=dict)
    _label_units: dict[str, str] = field(default_factory=dict)
    _units: dict[int, str] = field(default_factory=dict)
    """By the id of a kept cell: the unit that its own label states."""
    _executed: dict[str, Cell] = field(default_factory=dict)
    _columns: tuple[tuple[str, int], ...] = ()
    _whole: Cell | None = None
    _is_inside: bool = False
    _block: int | None = None
    _width: int = 0

    def meaning(self, text: str) -> str | None:
        """Return what a label of money stands for, `section` for that of the whole block."""
        found = self.layout.meaning(text)
        return found.fund or (found.fund_below if self._is_inside else None)

    def note_unit(self, text: str) -> None:
        """Take the unit that a label states in its bracket."""
        self.stated_unit = self._unit_of(text) or self.stated_unit

    def _unit_of(self, text: str) -> str | None:
        bracket = self.layout.meaning(text).label.bracket
        return money_unit(bracket) if bracket else None

    def states_unit(self, text: str) -> bool:
        """Whether a label states a unit of money in its bracket (资金（万元）)."""
        bracket = self.layout.meaning(text).label.bracket
        return bracket is not None and money_unit(bracket) == bracket

    def begin(self, cell: Cell, row: Row) -> str | None:
        """Note a label; return the name of the amount that follows it, None for the block's."""
        self.note_unit(cell.text)
        meaning = self.meaning(cell.text)
        self.notes.use(row, cell, FRAME if meaning == "section" else "label")
        self._is_inside = True
        if meaning is None or meaning == "section":
            return None
        name = self._side(cell, row) if meaning == _EITHER else self._half(meaning, cell, row)
        self._labels.setdefault(name, cell.column)
        self._label_units[name] = self._unit_of(cell.text) or ""
        return name

    def take_whole(self, cell: Cell, row: Row) -> bool:
        """Take the amount that follows the label of the block (预算资金 48 万元), if it is one."""
        if read_amount(cell.text, self.stated_unit).yuan is None:
            return False
        self.notes.use(row, cell, "annual_request")
        self._whole = self._whole or cell
        return True

    def answer(self, name: str, cell: Cell, row: Row) -> None:
        """Take the amount that follows a label."""
        self.notes.use(row, cell, name)
        if unit := self._label_units.get(name):
            self._units[id(cell)] = unit
        first = self._amounts.setdefault(name, cell)
        if first is not cell:
            self._more.setdefault(name, []).append(cell)

    def _half(self, meaning: str, cell: Cell, row: Row) -> str:
        """Tell 财政拨款 of the project from that of the year where a row prints both."""
        same = [c for c in row.filled if self.meaning(c.text) == meaning]
        if meaning == "annual_appropriation" and len(same) > 1 and cell is same[0]:
            return "project_fiscal"
        if meaning == "project_fiscal" and not self._has_project_total(row):
            # A form that states nothing on the project's side names the year's so.
            return "annual_appropriation"
        return meaning

    def _has_project_total(self, row: Row) -> bool:
        total = "project_total"
        return total in self._labels or any(self.meaning(c.text) == total for c in row.filled)

    def _side(self, cell: Cell, row: Row) -> str:
        """Tell the project's 其他资金 from the year's: left column or right column."""
        left = [column for name, column in self._labels.items() if name in _LEFT]
        right = [column for name, column in self._labels.items() if name in _RIGHT]
        if not left:
            return "annual_other"
        twice = [c for c in row.filled if self.meaning(c.text) == _EITHER]
        if len(twice) > 1:
            return "project_other" if cell is twice[0] else "annual_other"
        if right and max(left) < min(right) <= cell.column:
            return "annual_other"
        if right and max(left) >= min(right):
            # The year's block stands below the project's, not beside it.
            return "annual_other"
        # The official form prints the label on both sides: one of them was lost. A form that
        # states nothing on the project's side lost that one.
        return "project_other" if _LEFT & self._amounts.keys() else "annual_other"

    def is_amount(self, cell: Cell) -> bool:
        """Whether a cell holds an amount, a percentage or a sign for nothing, and no words."""
        plain = half_width(cell.text)
        known = read_amount(plain.removesuffix("%"), self.stated_unit).yuan is not None
        return known or self.layout.is_placeholder(cell.text)

    def execute(self, role: str, cell: Cell) -> None:
        """Take an amount or a rate of how the year's budget was executed."""
        self._executed[role] = cell

    # -- a self-evaluation: a head, then a label and a number for each column -----------------

    def take_head(self, row: Row) -> bool:
        """Read the head of the table (年初预算数, 全年预算数 …); say whether it is one."""
        known = [self.layout.meaning(cell.text).money_column for cell in row.filled]
        if len(known) - known.count(None) < 2:
            return False
        found = zip(known, row.filled, strict=True)
        columns = tuple([(role, cell.column) for role, cell in found if role is not None])
        if not {role for role, _ in columns} & {"initial", "budget"}:
            return False
        self._columns, self._block, self._width = columns, row.block, len(row.cells)
        for cell in row.filled:
            if self._column(cell) is not None:
                self.note_unit(cell.text)
                self.notes.use(row, cell, "label")
            elif self.meaning(cell.text) is not None:
                self.begin(cell, row)
        return True

    def _column(self, cell: Cell) -> str | None:
        return self.layout.meaning(cell.text).money_column

    def take_row(self, row: Row) -> bool:
        """Read a row of the table: the year's budget, or what was planned at first."""
        if not self._columns:
            return False
        labels = [cell for cell in row.filled if self.meaning(cell.text) in AMOUNTS]
        if not labels:
            return self._take_other(row)
        for cell in row.filled:
            if self.meaning(cell.text) == "section":
                self.begin(cell, row)
        name = self.begin(labels[0], row)
        cells = self._by_column(row, labels[0])
        for role, cell in cells.items():
            self.notes.use(row, cell, role)
        chosen = cells.get("budget") or cells.get("initial")
        if name is not None and chosen is not None:
            self.answer(name, chosen, row)
        if name == "annual_request":
            self._executed = self._executed or cells
        return True

    def _take_other(self, row: Row) -> bool:
        """Read a row of the table whose label is known and not modelled (中央财政资金)."""
        first, *behind = row.filled
        is_other = self.layout.meaning(first.text).field == "other"
        if not (is_other and behind and all(self.is_amount(cell) for cell in behind)):
            return False
        for cell in row.filled:
            self.notes.use(row, cell, "label" if cell is first else "other")
        return True

    def _by_column(self, row: Row, first: Cell) -> dict[str, Cell]:
        """Return the filled cells behind the label by the columns of the head."""
        starts = {column: role for role, column in self._columns}
        behind = [cell for cell in row.cells if cell.column > first.column]
        # On its next page a table has the same columns, as far as every text stands below one.
        goes_on = len(row.cells) == self._width and all(
            cell.column in starts for cell in behind if cell.text
        )
        if (row.block == self._block or goes_on) and any(cell.column in starts for cell in behind):
            found = {starts[c.column]: c for c in behind if c.text and c.column in starts}
            return found | self._beside_columns(behind, found)
        pairs = zip((role for role, _ in self._columns), behind, strict=False)
        return {role: cell for role, cell in pairs if cell.text}

    def _beside_columns(self, behind: Sequence[Cell], found: Mapping[str, Cell]) -> dict[str, Cell]:
        """Return the cells that stand below no heading, each by the nearest that has none."""
        free = {role: column for role, column in self._columns if role not in found}
        placed: dict[str, Cell] = {}
        for cell in behind:
            if cell.text and free and cell not in found.values():
                # Texts that are set to the left of their column: the next one at a tie.
                role = min(free, key=lambda r: (abs(free[r] - cell.column), -free[r]))
                placed[role] = cell
                del free[role]
        return placed

    # -- results ------------------------------------------------------------------------------

    def states(self, name: str) -> bool:
        """Whether the form prints something for an amount, readable or not."""
        return name in self._amounts

    @property
    def is_of_one_year(self) -> bool:
        """Whether the form states no money of the project's whole life."""
        return not _LEFT & self._amounts.keys()

    def settle(self) -> None:
        """Take the block's amount for the year's, and say where nothing states the unit."""
        if self._whole is not None:
            self._amounts.setdefault("annual_request", self._whole)
        plain = [
            c for c in self._amounts.values() if leading_number(c.text) and not money_unit(c.text)
        ]
        if self.stated_unit is None and plain:
            self.notes.report(
                "warning",
                f"未印金额单位，“{plain[0].text}”等按“元”读入；如为“万元”，请在表中注明",
                f"no unit of the amounts is printed; '{plain[0].text}' and the like were read as "
                "元 (yuan). State 万元 in the form if that is meant",
                plain[0].place,
            )

    def funds(self) -> Funds:
        """Return the amounts in yuan; the unit may have been stated after some of them."""
        values: dict[str, Decimal] = {}
        for name, cell in self._amounts.items():
            if self.layout.is_placeholder(cell.text):
                continue
            yuan = self._amount(cell)
            if yuan is not None:
                values[name] = yuan
        for name, cells in self._more.items():
            self._add(name, cells, values)
        return Funds(stated_unit=self.stated_unit, **values)

    def _add(self, name: str, cells: Sequence[Cell], values: dict[str, Decimal]) -> None:
        """Add further amounts of other money (自有资金, 其他) if they make up the total.

        Whatever else is printed twice, with another amount, is named and left out.
        """
        found = [(cell, self._read(cell).yuan) for cell in cells]
        first = values.get(name)
        more = [(cell, yuan) for cell, yuan in found if yuan and yuan != first]
        total, *parts = _SUMS.get(name, ("",))
        whole = (first or Decimal(0)) + sum(yuan for _, yuan in more)
        if more and values.get(total) == whole + sum(values.get(part, 0) for part in parts):
            values[name] = whole
            self.notes.repaired("其他资金为各项之和", "the other funds are the sum of their items")
            return
        label = self.layout.official(_EITHER if name in _SUMS else name)
        for cell, _ in more:
            self.notes.report(
                "info",
                f"“{label}”另填有“{cell.text}”，未读入；请核对",
                f"'{cell.text}' is given for {label} as well and was left out; check it",
                cell.place,
            )

    def execution(self) -> Execution:
        """Return how the year's budget was executed, as the row of the total says."""
        return Execution(
            initial_budget=self._executed_amount("initial"),
            adjusted_budget=self._executed_amount("budget"),
            executed_budget=self._executed_amount("executed"),
            rate=_percent(self._executed.get("rate")),
            weight=_points(self._executed.get("weight")),
            score=_points(self._executed.get("score")),
        )

    def _executed_amount(self, role: str) -> Decimal | None:
        cell = self._executed.get(role)
        if cell is None or self.layout.is_placeholder(cell.text):
            return None
        if cell is self._amounts.get("annual_request"):
            # A mistake in it is reported with the funds.
            return self._read(cell).yuan
        return self._amount(cell)

    def _amount(self, cell: Cell) -> Decimal | None:
        """Return the yuan of a cell; report one that cannot be read."""
        found = self._read(cell)
        if found.problem is not None:
            self.notes.report("error", found.problem.zh, found.problem.en, cell.place)
        return found.yuan

    def _read(self, cell: Cell) -> ReadAmount:
        return read_amount(cell.text, self._units.get(id(cell), self.stated_unit))


def _points(cell: Cell | None) -> Decimal | None:
    return None if cell is None else leading_number(cell.text)


def _percent(cell: Cell | None) -> Decimal | None:
    """Return a rate in percent; a spreadsheet may print 0.96 for 96 %."""
    rate = _points(cell)
    if cell is None or rate is None or "%" in half_width(cell.text) or rate > 1:
        return rate
    return rate * 100
