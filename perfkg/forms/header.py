"""The upper part of a form: its fields, and the way to its money and goals."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from perfkg.forms.amounts import money_unit
from perfkg.forms.choices import ticked
from perfkg.forms.cleaning import clean
from perfkg.forms.dates import read_date, read_fiscal_year, read_period, read_year_line
from perfkg.forms.goals import Goals
from perfkg.forms.model import PartialDate
from perfkg.forms.money import Money
from perfkg.forms.notes import FRAME, Notes
from perfkg.identity import normalise
from perfkg.layout import Layout
from perfkg.readers.grid import Cell, Row

_COLON = re.compile("[:：]")
_UNIT_LINE = re.compile(r"\(?(?:金额)?单位[:：]?(\S{1,3}?)\)?")
_CODE = re.compile(
    r"(?:[\[【(（](?!(?:19|20)\d{2}[\]】)）])\d{3,}[\]】)）]|\d{3,}[-—_－])\s*(?=[^\d\s])"
)
_CHOICES = ("project_nature", "project_category")
_DATES = ("planned_start", "planned_end", "period")


@dataclass(slots=True)
class Header:
    """Collects what the rows above the indicator table say."""

    layout: Layout
    notes: Notes
    fiscal_year: int | None = None
    texts: dict[str, str] = field(default_factory=dict)
    planned_start: PartialDate | None = None
    planned_end: PartialDate | None = None
    money: Money = field(init=False)
    goals: Goals = field(init=False)

    def __post_init__(self) -> None:
        self.money = Money(self.layout, self.notes)
        self.goals = Goals(self.layout, self.notes)

    def take(self, row: Row) -> bool:
        """Read one row; return whether it was understood."""
        if self._take_unit(row):
            return True
        row = self._unglued(row)
        return (
            self.money.take_head(row)
            or self.money.take_row(row)
            or self.goals.take_labels(row)
            or self._take_pairs(row)
            or self.goals.take_text(row)
            or self._take_year(row)
        )

    def _take_year(self, row: Row) -> bool:
        filled = row.filled
        year = read_year_line(filled[0].text) if len(filled) == 1 else None
        if year is None:
            return False
        self.fiscal_year = self.fiscal_year or year
        self.notes.use(row, filled[0], "fiscal_year")
        return True

    def _take_unit(self, row: Row) -> bool:
        """A line such as 单位：万元 above the table states the unit of its amounts."""
        filled = row.filled
        match = _UNIT_LINE.fullmatch(normalise(filled[0].text)) if len(filled) == 1 else None
        unit = money_unit(match[1]) if match else None
        if unit is None:
            return False
        self.money.stated_unit = unit
        self.notes.use(row, filled[0], "stated_unit")
        return True

    def _unglued(self, row: Row) -> Row:
        """Split cells that hold a label and its value (项目名称：农村公路养护)."""
        if not _COLON.search("\t".join([cell.text for cell in row.filled])):
            return row
        cells: list[Cell] = []
        for cell in row.cells:
            mark = _COLON.search(cell.text)
            text = cell.text[: mark.start()] if mark else ""
            rest = cell.text[mark.end() :].strip() if mark else ""
            if rest and (self.goals.knows(text) or self._meaning(text) is not None):
                cells += [replace(cell, text=text), replace(cell, text=rest)]
            else:
                cells.append(cell)
        return row if len(cells) == len(row.cells) else replace(row, cells=tuple(cells))

    # -- label, value, label, value … ---------------------------------------------------------

    def _meaning(self, text: str) -> str | None:
        found = self.layout.meaning(text)
        return found.field or found.fund

    def _take_pairs(self, row: Row) -> bool:
        labels = [(cell, self._meaning(cell.text)) for cell in row.filled]
        if not any(meaning for _, meaning in labels):
            return False
        current: str | None = None
        answered = True
        for cell, meaning in labels:
            if meaning is not None:
                current, answered = self._begin(cell, meaning, row), False
            elif current is None or answered:
                self._take_leftover(cell, row)
            else:
                self._answer(current, cell, row)
                answered = True
        return True

    def _take_leftover(self, cell: Cell, row: Row) -> None:
        """A text that follows no label: the side label of the goals, or nothing we know."""
        if self.goals.knows(cell.text):
            self.notes.use(row, cell, FRAME)
        else:
            self.notes.unplaced(row, cell)

    def _begin(self, cell: Cell, meaning: str, row: Row) -> str | None:
        """Note that a label was met; return the name of what its value will be."""
        if meaning not in self.layout.field_names:
            return self.money.begin(cell, row)
        self.notes.use(row, cell, "label")
        self.texts.setdefault(meaning, "")
        return meaning

    def _answer(self, name: str, cell: Cell, row: Row) -> None:
        if name not in self.layout.field_names:
            self.money.answer(name, cell, row)
            return
        self.notes.use(row, cell, name)
        if name in _DATES:
            self._take_dates(name, cell)
        elif name == "fiscal_year":
            self.fiscal_year = self.fiscal_year or read_fiscal_year(cell.text)
        elif not self.texts.get(name):
            cleaned = clean(cell.text)
            for repair in cleaned.repairs:
                self.notes.repaired(repair.zh, repair.en)
            text = cleaned.text
            choice = ticked(text) if name in _CHOICES else None
            self.texts[name] = choice if choice is not None else self._name(text)

    def _name(self, text: str) -> str:
        return self._without_code(text.replace("\n", ""))

    def _without_code(self, text: str) -> str:
        """Take the number of a budget system off a name ([015001]云岭县教育局)."""
        code = _CODE.match(text)
        if code is None:
            return text
        rest = text[code.end() :]
        self.notes.repaired(
            f"名称“{rest}”前的编码“{code[0].strip()}”未计入名称",
            f"the code '{code[0].strip()}' in front of '{rest}' is not part of the name",
        )
        return rest

    def _take_dates(self, name: str, cell: Cell) -> None:
        if self.layout.is_placeholder(cell.text):
            return
        if name == "period":
            period = read_period(cell.text)
            if period is not None:
                self.planned_start, self.planned_end = period
                return
        elif (day := read_date(cell.text)) is not None:
            if name == "planned_start":
                self.planned_start = day
            else:
                self.planned_end = day
            return
        self.notes.report(
            "error",
            f"日期“{cell.text}”看不懂；应为如“2024-01-01”的日期。该日期未读入",
            f"the date '{cell.text}' is not understood; a date such as 2024-01-01 was "
            "expected. It was left out",
            cell.place,
        )

    # -- what is known when all rows were read ------------------------------------------------

    def settle(self) -> None:
        """Infer what follows from the whole: a lost year, the goal of a shifted text."""
        start, end = self.planned_start, self.planned_end
        one_year = start is not None and end is not None and start.year == end.year
        if self.fiscal_year is None and start is not None and one_year:
            self.fiscal_year = start.year
            self.notes.repaired(
                f"未印年度，由计划日期推定为 {start.year} 年",
                f"no fiscal year is printed; {start.year} follows from the planned dates",
            )
        self.goals.settle(one_year=one_year and self.money.is_of_one_year)

    def text(self, name: str) -> str | None:
        """Return the text of a field, or None where the form leaves it empty."""
        found = self.texts.get(name) or None
        return None if found is None or self.layout.is_placeholder(found) else found
