"""The upper part of a form: its fields, and the way to its money and goals."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from itertools import pairwise

from perfkg.forms.amounts import money_unit, read_amount
from perfkg.forms.changes import Changes
from perfkg.forms.dates import read_fiscal_year, read_year_line
from perfkg.forms.goals import Goals
from perfkg.forms.money import Money
from perfkg.forms.names import CHOICES, Names, Rank
from perfkg.forms.notes import FRAME, Notes
from perfkg.forms.schedule import DATES, Schedule
from perfkg.forms.sources import Sources
from perfkg.forms.spelled_out import spelled_out
from perfkg.identity import normalise
from perfkg.layout import Layout
from perfkg.readers.grid import Cell, Row

_COLON = re.compile("[:：]")
_UNIT = "单位"
"""What every statement of a unit holds."""
_NEXT_LABEL = re.compile(r"\s+(?=[^\s:：，。；,;]{2,12}[:：])")
"""Where the next label of a line begins."""
_MONEY = "(?:人民币)?(?:元|千元|万元?|百万元|亿元?)"
_UNIT_LINE = re.compile(rf"\(?(?:金额|计量|货币)?单位[::]?({_MONEY})\)?(?:\([^()]*\))?$")
_BARE_UNIT = re.compile(rf"\(({_MONEY})\)")
_UNIT_LABEL = re.compile("(?:金额|资金|货币)?单位")
_UNIT_END = re.compile(
    rf"\s*[(（]?\s*(?:金额|计量|货币)?单位\s*[:：]?\s*{_MONEY}\s*[)）]?\s*(?:[(（][^()（）]*[)）])?\s*$"
)

_LABEL_AND_LABEL = 2
"""Cells of a row in which a label stands in front of another."""


@dataclass(slots=True)
class Header:
    """Collects what the rows above the indicator table say."""

    layout: Layout
    notes: Notes
    fiscal_year: int | None = None
    money: Money = field(init=False)
    goals: Goals = field(init=False)
    names: Names = field(init=False)
    schedule: Schedule = field(init=False)
    _sources: Sources = field(init=False)
    _changes: Changes = field(init=False)
    _is_line: bool = False
    _is_body: bool = False
    _side: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        self.money = Money(self.layout, self.notes)
        self.goals = Goals(self.layout, self.notes)
        self.names = Names(self.layout, self.notes)
        self.schedule = Schedule(self.layout, self.notes)
        self._sources = Sources(self.money)
        self._changes = Changes(self.layout, self.notes)

    def take(self, row: Row) -> bool:
        """Read one row; return whether it was understood."""
        row = self._changes.now(self._without_unit(row))
        if not row.filled or self.names.take_line(row):
            return True
        self._is_line = len(row.filled) == 1 or not self._has_begun(row)
        row = spelled_out(self._unglued(self._without_block(row)), self.layout)
        taken = self._take(row)
        self._note_side(row)
        return taken

    def _take(self, row: Row) -> bool:
        return (
            self._sources.take_amounts(row)
            or self._sources.take_labels(row)
            or self.money.take_head(row)
            or self.money.take_row(row)
            or self.goals.take_labels(row)
            or self._take_pairs(row)
            or self.goals.take_text(row)
            or self._take_year(row)
            or self.names.take_coded_unit(row)
            or self._goes_on(row)
        )

    def _note_side(self, row: Row) -> None:
        """Remember a label at the side that perfkg does not model; rows below may belong to it."""
        first = row.filled[0]
        if self._side is not None and first.column > self._side[0]:
            return
        is_side = self._meaning(first.text) in ("other", "section")
        self._side = (first.column, row.block) if is_side else None

    def _goes_on(self, row: Row) -> bool:
        """Whether a row says more of what stands beside the label to its left (资金用途).

        Amounts never do: a label was not understood.
        """
        side = self._side
        if side is None or side[1] != row.block or row.filled[0].column <= side[0]:
            return False
        if any(read_amount(cell.text, None).yuan is not None for cell in row.filled):
            return False
        for cell in row.filled:
            self.notes.use(row, cell, "other")
        return True

    def _has_begun(self, row: Row) -> bool:
        """Whether the table has begun with `row` or before it: with the project's name."""
        name = "project_name"
        return name in self.names.texts or any(self._meaning(c.text) == name for c in row.filled)

    def take_part(self, row: Row) -> bool:
        """Read a row with a single cell that heads a part of the form; say whether it is one."""
        cell = row.filled[0]
        if not self.layout.is_part(cell.text):
            return False
        self.money.note_unit(cell.text)
        if not row.is_prose and self.goals.knows(cell.text):
            self.goals.begin_part(cell)
        self.notes.frame(row)
        return True

    def _take_year(self, row: Row) -> bool:
        filled = row.filled
        year = read_year_line(filled[0].text) if len(filled) == 1 else None
        if year is None:
            return False
        self.fiscal_year = self.fiscal_year or year
        self.notes.use(row, filled[0], "fiscal_year")
        return True

    def _without_block(self, row: Row) -> Row:
        """Take off a label that nobody knows of a block of money whose unit it states.

        Such is 政策资金需求（万元） in front of the labels of the amounts.
        """
        if len(row.filled) < _LABEL_AND_LABEL or not self._heads_block(*row.filled[:2]):
            return row
        cell = row.filled[0]
        self.money.note_unit(cell.text)
        self.notes.use(row, cell, FRAME)
        cells = (replace(other, text="") if other is cell else other for other in row.cells)
        return replace(row, cells=tuple(cells))

    def _heads_block(self, cell: Cell, behind: Cell) -> bool:
        if not self.money.states_unit(cell.text) or self._is_label(cell.text):
            return False
        found = self.layout.meaning(behind.text)
        return bool(found.fund or found.money_column)

    def _without_unit(self, row: Row) -> Row:
        """Take what states the unit of the amounts (单位：万元) off a row above the table."""
        if not any(_UNIT in normalise(cell.text) for cell in row.filled):
            return row
        cells: list[Cell] = []
        row = self._without_unit_beside(row)
        for cell in row.cells:
            plain = normalise(cell.text)
            match = _UNIT_LINE.search(plain) or _BARE_UNIT.fullmatch(plain)
            unit = money_unit(match[1]) if match else None
            if match is None or unit is None:
                cells.append(cell)
                continue
            self.money.stated_unit = unit
            if match.start() == 0:
                self.notes.use(row, cell, "stated_unit")
            cells.append(replace(cell, text=_UNIT_END.sub("", cell.text) if match.start() else ""))
        return replace(row, cells=tuple(cells))

    def _without_unit_beside(self, row: Row) -> Row:
        """Take off a label and the unit in the cell behind it (单位 | 万元)."""
        for cell, after in pairwise(row.filled):
            unit = money_unit(normalise(after.text))
            if unit is None or unit != normalise(after.text):
                continue
            if _UNIT_LABEL.fullmatch(normalise(cell.text).rstrip(":")):
                self.money.stated_unit = unit
                self.notes.use(row, cell, "label")
                self.notes.use(row, after, "stated_unit")
                rest = tuple(other for other in row.cells if other not in (cell, after))
                return replace(row, cells=rest)
        return row

    def _unglued(self, row: Row) -> Row:
        """Split cells that hold a label and its value (项目名称：农村公路养护)."""
        if not _COLON.search("\t".join([cell.text for cell in row.filled])):
            return row
        cells: list[Cell] = []
        for cell in row.cells:
            for text in self._statements(cell.text) if self._is_line else (cell.text,):
                mark = _COLON.search(text)
                label = text[: mark.start()] if mark else ""
                rest = text[mark.end() :].strip() if mark else ""
                if rest and self._is_label(label):
                    cells += [replace(cell, text=label), replace(cell, text=rest)]
                else:
                    cells.append(replace(cell, text=text))
        return row if len(cells) == len(row.cells) else replace(row, cells=tuple(cells))

    def _is_label(self, text: str) -> bool:
        return self.goals.knows(text) or self._meaning(text) is not None

    def _statements(self, line: str) -> list[str]:
        """Split a line of labels and values side by side (项目单位：…  填表日期：…).

        What says nothing of the project goes.
        """
        parts = _NEXT_LABEL.split(line)
        kept = [parts[0]]
        for part in parts[1:]:
            if self._is_label(_COLON.split(part)[0]):
                kept.append(part)
            elif not self.layout.is_remark(part):
                kept[-1] += " " + part
        return kept

    # -- label, value, label, value … ---------------------------------------------------------

    def _meaning(self, text: str) -> str | None:
        return self.layout.meaning(text).field or self.money.meaning(text)

    def _take_pairs(self, row: Row) -> bool:
        labels = [(cell, self._meaning(cell.text)) for cell in row.filled]
        if not any(meaning for _, meaning in labels):
            return False
        current: str | None = None
        last: str | None = None
        answered = True
        for cell, meaning in labels:
            is_choice = not answered and current in CHOICES and self._is_vague(cell)
            if not self.layout.meaning(cell.text).label.text:
                # 其中： in a cell of its own.
                self.notes.use(row, cell, FRAME)
            elif meaning is not None and not is_choice:
                current, answered, last = self._begin(cell, meaning, row), False, meaning
            elif current is None and last == "section" and self.money.take_whole(cell, row):
                last = None
            elif answered and last == "period" and self.schedule.continues(cell):
                self.notes.use(row, cell, "period")
                self.schedule.go_on(cell)
            elif answered and last == "other":
                # Several values of what is not modelled (资金支出计划: 3月底, 6月底 …).
                self.notes.use(row, cell, "other")
            elif current is None or answered:
                self._take_leftover(cell, row)
            else:
                self._answer(current, cell, row)
                answered = True
        return True

    def _is_vague(self, cell: Cell) -> bool:
        """Whether a text is a label of money only where it stands below another (其他)."""
        return self.layout.meaning(cell.text).fund_below is not None

    def _take_leftover(self, cell: Cell, row: Row) -> None:
        """A text that follows no label: the side label of the goals, or nothing we know."""
        if self.goals.knows(cell.text) or self.money.states_unit(cell.text):
            self.money.note_unit(cell.text)
            self.notes.use(row, cell, FRAME)
        else:
            self.notes.unplaced(row, cell)

    def _begin(self, cell: Cell, meaning: str, row: Row) -> str | None:
        """Note that a label was met; return the name of what its value will be."""
        if meaning not in self.layout.field_names:
            return self.money.begin(cell, row)
        self.notes.use(row, cell, "label")
        self._is_body = self.layout.meaning(cell.text).label.text in self.layout.bodies
        self.names.texts.setdefault(meaning, "")
        return meaning

    def _answer(self, name: str, cell: Cell, row: Row) -> None:
        if name not in self.layout.field_names:
            self.money.answer(name, cell, row)
            return
        if name in DATES:
            self.notes.use(row, cell, name)
            self.schedule.take(name, cell)
        elif name == "fiscal_year":
            self.notes.use(row, cell, name)
            self.fiscal_year = self.fiscal_year or read_fiscal_year(cell.text)
        else:
            rank = Rank.BODY if self._is_body else Rank.LINE if self._is_line else Rank.TABLE
            self.names.answer(name, cell, row, rank)

    # -- what is known when all rows were read ------------------------------------------------

    def settle(self, year_above: int | None = None) -> None:
        """Infer what follows from the whole: a lost year, the goal of a shifted text.

        Args:
            year_above: of the budget that the document says the form belongs to.
        """
        self.schedule.settle(self.fiscal_year or year_above)
        start, end = self.schedule.start, self.schedule.end
        one_year = start is not None and end is not None and start.year == end.year
        if self.fiscal_year is None and start is not None and one_year:
            self.fiscal_year = start.year
            self.notes.repaired(
                f"未印年度，由计划日期推定为 {start.year} 年",
                f"no fiscal year is printed; {start.year} follows from the planned dates",
            )
        if self.fiscal_year is None and year_above is not None:
            self.fiscal_year = year_above
            self.notes.repaired(
                f"未印年度，由文件前文推定为 {year_above} 年",
                f"no fiscal year is printed; {year_above} follows from the text above the form",
            )
        self.names.settle()
        self.money.settle()
        self.goals.settle(one_year=one_year and self.money.is_of_one_year)
