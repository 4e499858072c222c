"""The goals of a form: 项目总目标 and 年度总体目标."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from perfkg.forms.cleaning import clean
from perfkg.forms.notes import FRAME, Notes
from perfkg.identity import normalise
from perfkg.layout import Layout
from perfkg.readers.grid import Cell, Row

_LONG = "long_term_goal"
_ANNUAL = "annual_goal"
_ACHIEVED = "achieved"
_MOST_LABELS = 4
"""Cells of a row that may be labels of goals: in front of each, that of the section."""
_SHORTEST_GOAL = 8
"""Characters of a line that may be a goal rather than a page number."""

_SEVERAL = 2
"""Goals side by side."""

_YEARLY = re.compile("[年当本预]")
"""What the label of a goal that is the year's in any case holds."""

_POINT = re.compile("目标[0-9一二三四五六七八九十]{1,2}:?")
"""The number of a point of a goal, in a cell of its own."""
_SPAN = re.compile("[年期长]")
"""What the label of a goal for several years holds."""


def _is_general(label: str) -> bool:
    """Whether the label of an annual goal names no year, so that another may be the year's."""
    return "总" in label and _YEARLY.search(label) is None


def _is_overall(label: str) -> bool:
    """Whether the label of a goal says no more than that it is the project's (项目总体目标)."""
    return "总" in label and _SPAN.search(label) is None


@dataclass(slots=True)
class Goals:
    """Collects the texts of the goals, by the columns of their labels."""

    layout: Layout
    notes: Notes
    _texts: dict[str, list[str]] = field(default_factory=dict)
    _columns: dict[str, int] = field(default_factory=dict)
    _stands_left: bool = False
    _awaits_text: bool = False
    _of_section: bool = False
    _is_only: bool = False

    def knows(self, text: str) -> bool:
        """Whether `text` is a label of goals."""
        return self.layout.meaning(text).goal is not None

    def take_labels(self, row: Row) -> bool:
        """Read a row that holds a label of goals, with or without the text; say if it is one."""
        row = self._with_points(row)
        meanings = self._meanings(row)
        names = {meaning for _, meaning in meanings}
        if names <= {None}:
            return False
        if self._stands_below_labels(meanings):
            # The label at the side is centred over its rows: it stands in that of the texts.
            self.notes.use(row, meanings[0][0], FRAME)
            return self.take_text(replace(row, cells=tuple(c for c, _ in meanings[1:])))
        if names == {"section", None} and len(meanings) == 2 and not self._columns:
            # A form with one goal only: its side label, then the text.
            self.notes.use(row, meanings[0][0], "label")
            self._add(_ANNUAL, meanings[1][0], row)
            self._of_section = True
            return True
        if not names & {_LONG, _ANNUAL} and not (_ACHIEVED in names and self._columns):
            return False
        self._awaits_text = True
        current: str | None = None
        label: str | None = None
        for cell, meaning in meanings:
            if meaning == "section":
                self.notes.use(row, cell, FRAME)
            elif meaning is not None:
                self.notes.use(row, cell, "label")
                self._columns[meaning] = cell.column
                current, label = meaning, cell.text
                self._is_only = meaning == _LONG and _is_overall(label)
            elif current is not None:
                self._yield_section(current)
                self._add(current, cell, row)
                self._of_section = current == _ANNUAL and label is not None and _is_general(label)
            else:
                self.notes.unplaced(row, cell)
        return True

    def _stands_below_labels(self, meanings: list[tuple[Cell, str | None]]) -> bool:
        """Whether a row is a label and, for each of several labels above, a text."""
        (_, side), *texts = meanings
        if not self._awaits_text or side is None or len(texts) < _SEVERAL:
            return False
        return len(texts) == len(self._columns) and all(goal is None for _, goal in texts)

    def _meanings(self, row: Row) -> list[tuple[Cell, str | None]]:
        """Return the cells of a row with the goals that they label.

        Of two labels that both can mean the year's goal (绩效总目标, 年度绩效目标) the one that
        names no year means the whole project's.
        """
        found = [(cell, self.layout.meaning(cell.text).goal) for cell in row.filled]
        goals = [goal for _, goal in found]
        if _ACHIEVED in goals and not {_LONG, _ANNUAL} & set(goals) and "section" in goals:
            # 总体目标完成情况 | 总体目标 | 全年实际完成情况: beside the result stands the goal.
            at = goals.index("section")
            sides = [(cell, goal and "section") for cell, goal in found[:at]]
            return [*sides, (found[at][0], _ANNUAL), *found[at + 1 :]]
        annual = [cell for cell, goal in found if goal == _ANNUAL]
        general = [cell for cell in annual if _is_general(cell.text)]
        if not general or len(general) == len(annual):
            return found
        return [(cell, _LONG if cell in general else goal) for cell, goal in found]

    def _with_points(self, row: Row) -> Row:
        """Join the number of a point and the text in the cell behind it (目标1 | …)."""
        cells: list[Cell] = []
        for cell in row.filled:
            if cells and _POINT.fullmatch(normalise(cells[-1].text)):
                self.notes.use(row, cell, _ANNUAL)
                cells[-1] = replace(cells[-1], text=f"{cells[-1].text.rstrip(':：')}：{cell.text}")
            else:
                cells.append(cell)
        return row if len(cells) == len(row.filled) else replace(row, cells=tuple(cells))

    def horizon(self, row: Row) -> str | None:
        """Return which goal a row is about: `long_term_goal` or `annual_goal`, None for neither.

        A row that labels both leads to the year's.
        """
        names = [self.layout.meaning(cell.text).goal for cell in row.filled[:_MOST_LABELS]]
        return _ANNUAL if _ANNUAL in names else _LONG if _LONG in names else None

    def begin_part(self, cell: Cell) -> None:
        """Note a row that only says that goals follow: the text below it is the year's."""
        if self._columns:
            return
        self._columns[_ANNUAL] = cell.column
        self._awaits_text = self._of_section = True

    def _yield_section(self, name: str) -> None:
        """Read the one goal so far as the other one (总体目标, then 年度目标)."""
        if self._of_section and name == _ANNUAL and _ANNUAL in self._texts:
            self._texts[_LONG] = self._texts.pop(_ANNUAL)
        self._of_section = False

    def take_text(self, row: Row) -> bool:
        """Read the row below the labels; say whether it fits."""
        if not self._columns or (row.is_prose and not self._may_be_glued(row)):
            return False
        row = self._with_points(row)
        if not self._awaits_text and not self._goes_on(row):
            return False
        self._awaits_text = False
        filled = [c for c in row.filled if self.layout.meaning(c.text).goal != "section"]
        names = sorted(self._columns, key=lambda name: self._columns[name])
        if len(filled) > len(names):
            return False
        for cell in row.filled:
            self.notes.use(row, cell, FRAME)
        if len(filled) == len(names):
            for name, cell in zip(names, filled, strict=True):
                self._add(name, cell, row)
            return True
        for cell in filled:
            reached = [name for name in names if self._columns[name] <= cell.column]
            name = reached[-1] if reached else names[0]
            self._stands_left = self._stands_left or name == _LONG
            self._add(name, cell, row)
        return True

    def _goes_on(self, row: Row) -> bool:
        """Whether a later row is more of a goal's text: one cell, where the goals stand."""
        return len(row.filled) == 1 and row.filled[0].column >= min(self._columns.values())

    def _may_be_glued(self, row: Row) -> bool:
        """Whether a line of prose is the goal of a form whose cells nothing separates."""
        return self._awaits_text and len(row.cells[0].text) >= _SHORTEST_GOAL

    def _add(self, name: str, cell: Cell, row: Row) -> None:
        self.notes.use(row, cell, name)
        if self.layout.is_placeholder(cell.text):
            return
        cleaned = clean(cell.text)
        for repair in cleaned.repairs:
            self.notes.repaired(repair.zh, repair.en)
        texts = self._texts.setdefault(name, [])
        # Forms with several goals list them, and print each again above its indicators.
        if cleaned.text not in texts:
            texts.append(cleaned.text)

    def settle(self, *, one_year: bool) -> None:
        """Decide which goal a single text is whose cell may have shifted to the left.

        Args:
            one_year: whether the form plans one fiscal year and asks for no money beyond it.
                Then it has one goal, the year's; where its text stands in the left column, a
                cell was lost in front of it.
        """
        if self._is_only and set(self._texts) == {_LONG} and _ANNUAL not in self._columns:
            self._texts = {_ANNUAL: self._texts[_LONG]}
            self.notes.repaired(
                "只有一个目标，读作年度总体目标", "the only goal was read as the annual goal"
            )
            return
        lone = set(self._texts) == {_LONG} and _ANNUAL in self._columns
        if not (lone and self._stands_left and one_year):
            return
        self._texts = {_ANNUAL: self._texts[_LONG]}
        self.notes.repaired(
            "目标文字印在“项目总目标”栏，因本表为年度项目且无项目总额，读作年度总体目标（单元格左移）",
            "the goal stands in the column of the project's whole life; as the form plans one "
            "year and states no total, it was read as the annual goal (cells shifted left)",
        )

    def text(self, name: str) -> str | None:
        """Return the text of a goal, its rows joined."""
        return "\n".join(self._texts[name]) if self._texts.get(name) else None
