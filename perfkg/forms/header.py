"""The upper part of a form: fields, money and goals."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from decimal import Decimal

from perfkg.forms.amounts import money_unit, read_amount
from perfkg.forms.cleaning import clean
from perfkg.forms.dates import read_date, read_fiscal_year, read_period
from perfkg.forms.layout import Layout, label
from perfkg.forms.model import Funds, PartialDate
from perfkg.graph.identity import normalise
from perfkg.messages import Problem, Severity, Text
from perfkg.readers.grid import Cell, Row

_COLON = re.compile("[:：]")
_UNIT_LINE = re.compile(r"\(?(?:金额)?单位[:：]?(\S{1,3}?)\)?")
_CODE = re.compile(r"(?:[\[【(（]\d{3,}[\]】)）]|\d{3,}[-—_－])\s*(?=[^\d\s])")
_EITHER = "either_other"
_LEFT = frozenset({"project_total", "project_fiscal"})
_RIGHT = frozenset({"annual_request", "annual_appropriation", "carried_over"})


@dataclass(frozen=True, slots=True)
class _Amount:
    cell: Cell
    place: str


@dataclass(slots=True)
class Header:
    """Collects what the rows above the indicator table say."""

    layout: Layout
    fiscal_year: int | None = None
    texts: dict[str, str] = field(default_factory=dict)
    planned_start: PartialDate | None = None
    planned_end: PartialDate | None = None
    stated_unit: str | None = None
    goals: dict[str, list[str]] = field(default_factory=dict)
    repairs: list[Text] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    _amounts: dict[str, _Amount] = field(default_factory=dict)
    _fund_columns: dict[str, int] = field(default_factory=dict)
    _goal_columns: dict[str, int] = field(default_factory=dict)
    _money_columns: tuple[tuple[str, int], ...] = ()
    _money_block: int | None = None
    _goal_shift: bool = False

    # -- rows -------------------------------------------------------------------------------

    def knows(self, name: str) -> bool:
        """Whether the field was met already."""
        return name in self.texts

    def take(self, row: Row) -> bool:
        """Read one row; return whether it was understood."""
        if self._take_unit(row):
            return True
        row = self._unglued(row)
        if self._take_money_head(row) or self._take_money(row):
            return True
        if self._take_goal_labels(row) or self._take_pairs(row):
            return True
        if self._goal_columns and not row.is_prose:
            return self._take_goal_text(row)
        return self._take_year(row)

    def _take_year(self, row: Row) -> bool:
        filled = row.filled
        year = read_fiscal_year(filled[0].text) if len(filled) == 1 else None
        if year is None:
            return False
        self.fiscal_year = self.fiscal_year or year
        return True

    def _take_unit(self, row: Row) -> bool:
        """A line such as 单位：万元 above the table states the unit of its amounts."""
        filled = row.filled
        match = _UNIT_LINE.fullmatch(normalise(filled[0].text)) if len(filled) == 1 else None
        unit = money_unit(match[1]) if match else None
        self.stated_unit = unit or self.stated_unit
        return unit is not None

    def _unglued(self, row: Row) -> Row:
        """Split cells that hold a label and its value (项目名称：农村公路养护)."""
        cells: list[Cell] = []
        for cell in row.cells:
            mark = _COLON.search(cell.text)
            text = cell.text[: mark.start()] if mark else ""
            rest = cell.text[mark.end() :].strip() if mark else ""
            if rest and self._is_label(text):
                cells += [replace(cell, text=text), replace(cell, text=rest)]
            else:
                cells.append(cell)
        return row if len(cells) == len(row.cells) else replace(row, cells=tuple(cells))

    def _is_label(self, text: str) -> bool:
        goal = self.layout.goals.get(label(text).text)
        return goal is not None or self._meaning_of(text) is not None

    # -- the money table of a self-evaluation: a head, then a label and a number for each column --

    def _take_money_head(self, row: Row) -> bool:
        found = [(self._money_role(cell), cell.column) for cell in row.filled]
        columns = tuple((role, column) for role, column in found if role is not None)
        if not {role for role, _ in columns} & {"initial", "budget"} or len(columns) < 2:
            return False
        self._money_columns, self._money_block = columns, row.block
        for cell in row.filled:
            if (meaning := self._meaning(cell)) is not None:
                self._begin(cell, meaning, row)
        return True

    def _money_role(self, cell: Cell) -> str | None:
        found = label(cell.text)
        columns = self.layout.money_columns
        return columns.get(found.whole) or columns.get(found.text)

    def _take_money(self, row: Row) -> bool:
        """Read a row of the money table: the year's budget, or what was planned at first."""
        labels = [cell for cell in row.filled if self._is_money(cell)]
        if not self._money_columns or not labels:
            return False
        for cell in row.filled:
            if (meaning := self._meaning(cell)) == "section":
                self._begin(cell, meaning, row)
        name = self._begin(labels[0], self._meaning(labels[0]) or "", row)
        cells = self._money_cells(row, labels[0])
        chosen = cells.get("budget") or cells.get("initial")
        if name is not None and chosen is not None:
            self._answer(name, chosen, row)
        return True

    def _is_money(self, cell: Cell) -> bool:
        return self._meaning(cell) in {*_LEFT, *_RIGHT, _EITHER}

    def _money_cells(self, row: Row, first: Cell) -> dict[str, Cell]:
        """Return the filled cells behind the label by the columns of the head."""
        starts = {column: role for role, column in self._money_columns}
        behind = [cell for cell in row.cells if cell.column > first.column]
        if row.block == self._money_block and any(cell.column in starts for cell in behind):
            return {starts[c.column]: c for c in behind if c.text and c.column in starts}
        pairs = zip((role for role, _ in self._money_columns), behind, strict=False)
        return {role: cell for role, cell in pairs if cell.text}

    # -- fields and money: label, value, label, value … -------------------------------------

    def _take_pairs(self, row: Row) -> bool:
        labels = [(cell, self._meaning(cell)) for cell in row.filled]
        if not any(meaning for _, meaning in labels):
            return False
        current: str | None = None
        answered = True
        for cell, meaning in labels:
            if meaning is not None:
                current, answered = self._begin(cell, meaning, row), False
            elif current is None or answered:
                self._report_unplaced(cell, row)
            else:
                self._answer(current, cell, row)
                answered = True
        return True

    def _meaning(self, cell: Cell) -> str | None:
        return self._meaning_of(cell.text)

    def _meaning_of(self, text: str) -> str | None:
        found = label(text)
        for spelling in (found.whole, found.text):
            for table in (self.layout.fields, self.layout.funds):
                if spelling in table:
                    return table[spelling]
        return None

    def _begin(self, cell: Cell, meaning: str, row: Row) -> str | None:
        """Note that a label was met; return the name of what its value will be."""
        bracket = label(cell.text).bracket
        if bracket and (unit := money_unit(bracket)):
            self.stated_unit = unit
        if meaning == "section":
            return None
        if meaning in self.layout.fields.values():
            self.texts.setdefault(meaning, "")
            return meaning
        name = self._side(cell, row) if meaning == _EITHER else meaning
        self._fund_columns.setdefault(name, cell.column)
        return name

    def _side(self, cell: Cell, row: Row) -> str:
        """Tell the project's 其他资金 from the year's: left column or right column."""
        if not _LEFT & self._fund_columns.keys():
            return "annual_other"
        right = [column for name, column in self._fund_columns.items() if name in _RIGHT]
        if right and cell.column >= min(right):
            return "annual_other"
        twice = [c for c in row.filled if self._meaning(c) == _EITHER]
        if len(twice) > 1:
            return "project_other" if cell is twice[0] else "annual_other"
        # The official form prints the label on both sides: one of them was lost. A form that
        # states nothing on the project's side lost that one.
        return "project_other" if _LEFT & self._amounts.keys() else "annual_other"

    def _answer(self, name: str, cell: Cell, row: Row) -> None:
        if name in self.layout.funds.values() or name in ("project_other", "annual_other"):
            self._amounts.setdefault(name, _Amount(cell, row.place))
        elif name in ("planned_start", "planned_end", "period"):
            self._take_dates(name, cell, row)
        elif name == "fiscal_year":
            self.fiscal_year = self.fiscal_year or read_fiscal_year(cell.text)
        elif not self.texts.get(name):
            self.texts[name] = self._without_code(clean(cell.text).text.replace("\n", ""))

    def _without_code(self, text: str) -> str:
        """Take the number of a budget system off a name ([015001]云岭县教育局)."""
        code = _CODE.match(text)
        if code is None:
            return text
        rest = text[code.end() :]
        self.repairs.append(
            Text(
                f"名称“{rest}”前的编码“{code[0].strip()}”未计入名称",
                f"the code '{code[0].strip()}' in front of '{rest}' is not part of the name",
            )
        )
        return rest

    def _take_dates(self, name: str, cell: Cell, row: Row) -> None:
        if self.layout.is_placeholder(cell.text):
            return
        if name == "period":
            period = read_period(cell.text)
            if period is not None:
                self.planned_start, self.planned_end = period
        elif name == "planned_start":
            self.planned_start = read_date(cell.text)
        else:
            self.planned_end = read_date(cell.text)
        read = {"planned_start": self.planned_start, "planned_end": self.planned_end}
        if read.get(name, self.planned_start) is None:
            self._report(
                "error",
                f"日期“{cell.text}”看不懂；应为如“2024-01-01”的日期。该日期未读入",
                f"the date '{cell.text}' is not understood; a date such as 2024-01-01 was "
                "expected. It was left out",
                row,
            )

    # -- goals --------------------------------------------------------------------------------

    def _take_goal_labels(self, row: Row) -> bool:
        meanings = [(cell, self.layout.goals.get(label(cell.text).text)) for cell in row.filled]
        names = {meaning for _, meaning in meanings}
        if names == {"section", None} and len(meanings) == 2 and not self._goal_columns:
            # A form with one goal only: its side label, then the text.
            self._add_goal("annual_goal", meanings[1][0])
            return True
        if not names & {"long_term_goal", "annual_goal"}:
            return False
        current: str | None = None
        for cell, meaning in meanings:
            if meaning == "section":
                continue
            if meaning is not None:
                self._goal_columns[meaning] = cell.column
                current = meaning
            elif current is not None:
                self._add_goal(current, cell)
            else:
                self._report_unplaced(cell, row)
        return True

    def _take_goal_text(self, row: Row) -> bool:
        filled = [c for c in row.filled if self.layout.goals.get(label(c.text).text) != "section"]
        names = sorted(self._goal_columns, key=lambda name: self._goal_columns[name])
        if len(filled) > len(names):
            return False
        if len(filled) == len(names):
            for name, cell in zip(names, filled, strict=True):
                self._add_goal(name, cell)
            return True
        for cell in filled:
            reached = [name for name in names if self._goal_columns[name] <= cell.column]
            name = reached[-1] if reached else names[0]
            self._goal_shift = self._goal_shift or name == "long_term_goal"
            self._add_goal(name, cell)
        return True

    def _add_goal(self, name: str, cell: Cell) -> None:
        if self.layout.is_placeholder(cell.text):
            return
        cleaned = clean(cell.text)
        self.repairs += [repair for repair in cleaned.repairs if repair not in self.repairs]
        self.goals.setdefault(name, []).append(cleaned.text)

    def settle_year(self) -> None:
        """Take the year of the planned dates where the form prints no fiscal year."""
        start, end = self.planned_start, self.planned_end
        if self.fiscal_year is None and start is not None and end and start.year == end.year:
            self.fiscal_year = start.year
            self.repairs.append(
                Text(
                    f"未印年度，由计划日期推定为 {start.year} 年",
                    f"no fiscal year is printed; {start.year} follows from the planned dates",
                )
            )

    def settle_goals(self) -> None:
        """Decide which goal a single text is whose cell may have shifted to the left.

        A form that plans one fiscal year and asks for no money beyond it has one goal, the
        year's. Where its text stands in the left column, a cell was lost in front of it.
        """
        lone = set(self.goals) == {"long_term_goal"} and "annual_goal" in self._goal_columns
        if not (lone and self._goal_shift and self._is_one_year()):
            return
        self.goals = {"annual_goal": self.goals["long_term_goal"]}
        self.repairs.append(
            Text(
                "目标文字印在“项目总目标”栏，因本表为年度项目且无项目总额，读作年度总体目标（单元格左移）",
                "the goal stands in the column of the project's whole life; as the form plans one "
                "year and states no total, it was read as the annual goal (cells shifted left)",
            )
        )

    def _is_one_year(self) -> bool:
        start, end = self.planned_start, self.planned_end
        one_year = start is not None and end is not None and start.year == end.year
        return one_year and not {"project_total", "project_fiscal"} & self._amounts.keys()

    def goal(self, name: str) -> str | None:
        """Return the text of a goal, its rows joined."""
        return "\n".join(self.goals[name]) if self.goals.get(name) else None

    # -- results ------------------------------------------------------------------------------

    def funds(self) -> Funds:
        """Return the amounts in yuan; the unit may have been stated after some of them."""
        values: dict[str, Decimal] = {}
        for name, amount in self._amounts.items():
            if self.layout.is_placeholder(amount.cell.text):
                continue
            found = read_amount(amount.cell.text, self.stated_unit)
            if found.problem is not None:
                self.problems.append(Problem("error", found.problem, amount.place))
            elif found.yuan is not None:
                values[name] = found.yuan
        return Funds(stated_unit=self.stated_unit, **values)

    def text(self, name: str) -> str | None:
        """Return the text of a field, or None where the form leaves it empty."""
        found = self.texts.get(name) or None
        return None if found is None or self.layout.is_placeholder(found) else found

    def _report(self, severity: Severity, zh: str, en: str, row: Row) -> None:
        self.problems.append(Problem(severity, Text(zh, en), row.place))

    def _report_unplaced(self, cell: Cell, row: Row) -> None:
        self._report(
            "error",
            f"“{cell.text}”前没有可识别的栏目名称，未读入；请检查该行的列是否错位",
            f"no label was recognised in front of '{cell.text}' and it was left out; check "
            "whether the row's columns have shifted",
            row,
        )
