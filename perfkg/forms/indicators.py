"""The indicator table: rows of headings, a name and a value, in any state of repair."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from perfkg.forms.cleaning import clean, without_number
from perfkg.forms.columns import Assignment, assign
from perfkg.forms.heads import HEADING_ROLES, PLAIN_ROLES, Head
from perfkg.forms.levels import Levels, Printed, joined_heading, said_once
from perfkg.forms.long_term import LongTerm
from perfkg.forms.model import Target
from perfkg.forms.notes import FRAME, Notes
from perfkg.forms.numbers import half_width, leading_number
from perfkg.forms.shifts import Shifts
from perfkg.forms.value_cells import read_cells
from perfkg.forms.values import read_value
from perfkg.identity import normalise
from perfkg.layout import SIDES, Layout
from perfkg.messages import Problem, Severity, Text
from perfkg.readers.grid import Cell, Row
from perfkg.vocabulary import Heading, Vocabulary

REPEATED = Text(
    "换页处重复印刷的一行，只计一次", "the row is printed again at a page break and counts once"
)

_LONGEST_HEADING = 14
_NUMBER = re.compile(r"\d{1,3}(?:\.\d+)?[.、%分]?")
_Headings = tuple[tuple[Cell, tuple[Heading, ...]], ...]


@dataclass(slots=True)
class _Parts:
    """The cells of a row by what they are; never changed.

    Attributes:
        headings: with what each can mean. fragment: whether the end of a split one was met.
        cells: what follows them, by column. name: that of the indicator's name.
    """

    headings: _Headings
    fragment: bool
    cells: Assignment
    name: Cell | None = field(init=False)

    def __post_init__(self) -> None:
        self.name = self.cells.by_role.get("child") or self.cells.by_role.get("name")


@dataclass(slots=True)
class IndicatorTable:
    """Reads the rows of one form's indicator table in order."""

    layout: Layout
    vocabulary: Vocabulary
    notes: Notes
    targets: list[Target] = field(default_factory=list)
    total_score: Decimal | None = None
    _head: Head | None = None
    _is_below_head: bool = False
    _levels: Levels = field(init=False)
    _is_long_term: bool = False
    _others: list[Target] = field(default_factory=list)
    _long_term: LongTerm = field(init=False)
    _shifts: Shifts = field(default_factory=Shifts)
    _block: int | None = None
    _stub: str | None = None
    _stub_is_row: bool = False

    def __post_init__(self) -> None:
        self._levels = Levels(self.vocabulary.headings)
        self._long_term = LongTerm(self.notes)

    def begins_with(self, row: Row) -> bool:
        """Whether a row must belong to an indicator table, because it prints a heading."""
        return len(row.filled) >= 3 and any(
            normalise(cell.text).endswith("指标") and self._meanings(cell) for cell in row.filled
        )

    def take_head(self, head: Head, row: Row) -> None:
        """Begin the table, or go on after its head was printed again."""
        self._head = head
        self._is_below_head = True
        self._take_side(row)
        for cell in row.filled:
            self.notes.use(row, cell, "label")

    def refines_head(self, row: Row) -> bool:
        """Take a second row of the head, right below the first; return whether it is one."""
        head, is_next = self._head, self._is_below_head
        self._is_below_head = False
        finer = head.refined(row, self.layout) if head is not None and is_next else None
        if finer is None:
            return False
        self.take_head(finer, row)
        return True

    def take(self, row: Row) -> None:
        """Read one row."""
        after_break = self._enter(row)
        self._take_side(row)
        if self._is_long_term:
            self._long_term.whole.append(row)
        row, completed = self._completed(self._annual_side(row))
        parts = self._parts(row)
        self._note_uses(parts, row)
        holds_more = bool(parts.cells.pairs or parts.cells.left)
        if holds_more or parts.headings:
            self._levels.take(self._printed(parts, row, after_break))
        if not holds_more:
            return
        for problem in self._levels.problems:
            self._report("warning", problem, row)
        for cell in parts.cells.left:
            self.notes.unplaced(row, cell)
        if parts.name is None:
            self._report_nameless(parts, row)
        elif self._is_blank(parts.cells):
            for _, cell in parts.cells.pairs:
                self.notes.use(row, cell, FRAME)
        else:
            self._begin_block(parts, row)
            if completed:
                self._mend_last()
            shifts = self._shifts.name(row, parts.name, self._level2_cells(parts), self._head)
            self._add(self._target(parts.name, parts.cells.by_role, row, shifts), after_break)
            self._note_stub(parts)

    def _enter(self, row: Row) -> bool:
        """Note the block of a row; return whether it is another than that of the row above."""
        after_break = self._block is not None and row.block != self._block
        self._block = row.block
        if self._head is not None and self._head.goes_on(row, self.vocabulary):
            self._head = replace(self._head, block=row.block)
        return after_break

    def _begin_block(self, parts: _Parts, row: Row) -> None:
        """Take the columns from the first row of a page that goes on without a head."""
        if self._head is None or self._head.block != row.block:
            self._head = _columns_of_first_row(parts, self._head, row) or self._head

    def _is_blank(self, cells: Assignment) -> bool:
        """Whether a row has no indicator: a number that waits for one (指标2：), or 无 for none."""
        name = (cells.by_role.get("child") or cells.by_role["name"]).text
        if cells.by_role.keys() == {"name"} and not without_number(name).text:
            return True
        value = cells.by_role.get("value")
        blank = self.layout.is_placeholder
        return blank(name) and (value is None or blank(value.text))

    def take_total(self, row: Row) -> None:
        """Read the row that sums up the others: the points, then what was scored of them."""
        self.notes.frame(row)
        grand = [
            n for n, c in enumerate(row.filled) if normalise(c.text) in self.layout.grand_totals
        ]
        if not grand:
            return
        behind = row.filled[grand[-1] + 1 :]
        cells = [cell for cell in behind if leading_number(cell.text) is not None]
        under = [cell for cell in cells if self._under(row, cell, "score")]
        # Where the columns are lost, the score follows the weight; behind another label (自评结论)
        # it stands alone.
        for cell in under or cells[1:2] or (cells if grand[-1] else []):
            self.notes.use(row, cell, "total_score")
            self.total_score = leading_number(cell.text)

    def settle(self) -> None:
        """Keep the year's indicators where the table has those of the whole project as well."""
        if self._is_long_term:
            self._change_side()
        if not self.targets:
            self.targets, self._others = self._others, []
            return
        if self._others:
            self._long_term.leave_out()
        self._long_term.report()

    def begin_horizon(self, goal: str) -> None:
        """Note that what follows belongs to a goal: `long_term_goal` or `annual_goal`."""
        if self._is_long_term != (goal == "long_term_goal"):
            self._change_side()

    def _take_side(self, row: Row) -> None:
        """Note that what follows is about the whole project, or about the year again."""
        meaning = self.layout.meaning
        sides = [side for cell in row.filled if (side := meaning(cell.text).column) in SIDES]
        if sides and self._is_long_term != ("long_term_side" in sides):
            self._change_side()

    def _change_side(self) -> None:
        self._is_long_term = not self._is_long_term
        self.targets, self._others = self._others, self.targets
        self._levels = Levels(self.vocabulary.headings)
        self._stub = None

    def _annual_side(self, row: Row) -> Row:
        """Keep the year's half of a row that has the indicators of the whole project beside it."""
        head = self._head
        start = None if head is None or head.block != row.block else head.second_half
        if head is None or start is None:
            return row
        right = tuple(cell for cell in row.cells if cell.column >= start)
        left = tuple(cell for cell in row.cells if cell.column < start)
        shared = tuple(cell for cell in left if head.is_shared(cell.column))
        self._long_term.take_half(row, [c for c in left if c.text and c not in shared])
        if not any(cell.text for cell in right):
            return replace(row, cells=left)
        return replace(row, cells=(*shared, *right))

    def _completed(self, row: Row) -> tuple[Row, bool]:
        """Join a heading whose beginning stands on the row above (可持续影 | 响指标)."""
        stub, self._stub = self._stub, None
        if stub is None:
            return row, False
        for cell in row.filled:
            if self._is_frame(cell):
                continue
            joined = stub + cell.text
            if not self.vocabulary.headings.find(joined):
                return row, False
            whole = replace(cell, text=joined)
            cells = tuple(whole if other is cell else other for other in row.cells)
            return replace(row, cells=cells), True
        return row, False

    def _note_stub(self, parts: _Parts) -> None:
        """Remember a text that may be the beginning of a heading, for the row below."""
        alone = not parts.headings and set(parts.cells.by_role) == {"name"}
        self._stub_is_row = alone
        if parts.cells.in_front:
            self._stub = parts.cells.in_front[-1].text
        elif alone and parts.name is not None and len(parts.name.text) <= _LONGEST_HEADING:
            self._stub = parts.name.text

    def _mend_last(self) -> None:
        """Put the row above, which held the beginning of the heading, under the whole of it."""
        last = self.targets.pop()
        problems = self.notes.problems
        problems[:] = [p for p in problems if p.location != last.location]
        joined = joined_heading(self._levels.level2 or self._levels.level1 or "")
        if self._stub_is_row:
            # The row above was nothing but the beginning of the heading.
            self._levels.repairs.append(joined)
            return
        self.targets.append(
            replace(last, level1=self._levels.level1, level2=self._levels.level2, repairs=(joined,))
        )

    def _printed(self, parts: _Parts, row: Row, after_break: bool) -> Printed:
        keeps = parts.name is not None and self._under(row, parts.name, "name")
        roles: tuple[str | None, ...] = ()
        unknown: tuple[str | None, ...] = ()
        front = parts.cells.in_front
        if self._head is not None and keeps:
            roles = tuple([self._head.role_at(cell.column) for cell, _ in parts.headings])
            unknown = tuple([self._head.role_at(cell.column) for cell in front])
        return Printed(parts.headings, front, parts.fragment, after_break, keeps, roles, unknown)

    def _note_uses(self, parts: _Parts, row: Row) -> None:
        for cell, _ in parts.headings:
            self.notes.use(row, cell, "heading")
        for cell in parts.cells.in_front:
            self.notes.use(row, cell, "heading")
        for role, cell in parts.cells.pairs:
            self.notes.use(row, cell, role)

    # -- sorting the cells of a row ---------------------------------------------------------

    def _parts(self, row: Row) -> _Parts:
        cells: list[Cell] = []
        for cell in row.filled:
            if self._is_frame(cell):
                self.notes.use(row, cell, FRAME)
            else:
                cells.append(cell)
        cells = self._without_asides(cells, row)
        headings: list[tuple[Cell, tuple[Heading, ...]]] = []
        fragment = False
        for at, cell in enumerate(cells):
            following = len(cells) - at - 1
            if normalise(cell.text) == "指标" and following:
                self.notes.use(row, cell, "heading")
                fragment = True
                continue
            meanings = self._meanings(cell)
            if not meanings or not self._is_heading(cell, following, row):
                cells = cells[at:]
                break
            headings.append((cell, meanings))
        else:
            cells = []
        assigned = assign(cells, self._head, row.block, self.vocabulary.units)
        return _Parts(tuple(headings), fragment, assigned)

    def _without_asides(self, cells: list[Cell], row: Row) -> list[Cell]:
        """Take off what some tables print beside the headings: numbers, weights, a goal's name."""
        head = self._head
        if head is None or len(cells) < 2:
            return cells
        keeps = head.block == row.block
        first = cells[:1] if head.numbers_rows else []
        at = [cell for cell in cells if head.is_aside(cell.column)] if keeps else first
        asides = [cell for cell in at if self._is_aside(cell)]
        for cell in asides:
            self.notes.use(row, cell, "other")
        return [cell for cell in cells if cell not in asides]

    def _is_aside(self, cell: Cell) -> bool:
        is_number = _NUMBER.fullmatch(half_width(cell.text)) is not None
        return is_number or self.layout.meaning(cell.text).goal is not None

    def _is_frame(self, cell: Cell) -> bool:
        """Whether a cell is the side column (绩效指标) or a sign for nothing."""
        return self.layout.meaning(cell.text).is_frame

    def _meanings(self, cell: Cell) -> tuple[Heading, ...]:
        headings = self.vocabulary.headings
        text = said_once(cell.text)
        # A page break may cut the last sign off (效益指 | 标).
        cut = headings.find(text + "标") if text.endswith("指") else ()
        return headings.find(text) or cut or headings.similar(text)

    def _is_heading(self, cell: Cell, following: int, row: Row) -> bool:
        """Whether a cell that may be a heading is no indicator that is named like one."""
        if self._under(row, cell, "name"):
            return False
        if normalise(cell.text).endswith("指标") or self._under(row, cell, "level1", "level2"):
            return following >= 1 or self._under(row, cell, "level1", "level2")
        return following >= 2

    def _under(self, row: Row, cell: Cell, *roles: str) -> bool:
        """Whether a cell stands under one of the columns of the head, if columns are kept."""
        head = self._head
        if head is None or head.block != row.block:
            return False
        return head.role_at(cell.column) in roles

    # -- what a row says --------------------------------------------------------------------

    def _target(
        self, name: Cell, cells: Mapping[str, Cell], row: Row, shifts: tuple[Text, ...]
    ) -> Target:
        plain = clean(name.text)
        read_name = without_number(plain.text)
        units = self.vocabulary.units
        found = read_cells(cells, units)
        if not found.value.raw:
            self._report_empty(read_name.text, row)
        if found.problem is not None:
            self._report("error", found.problem, row)
        self._report_new_unit(found.value.unit, row)
        repairs = (*self._levels.repairs, *shifts, *plain.repairs, *read_name.repairs)
        repairs = (*repairs, *found.repairs)
        actual = cells.get("actual")
        return Target(
            level1=self._levels.level1,
            level2=self._levels.level2,
            name=read_name.text.replace("\n", ""),
            value=found.value,
            location=row.place,
            weight=_points(cells.get("weight")),
            actual=None if actual is None else read_value(actual.text, units).value,
            score=_points(cells.get("score")),
            reason=_words(cells.get("reason")),
            repairs=tuple(dict.fromkeys(repairs)),
        )

    def _level2_cells(self, parts: _Parts) -> list[Cell]:
        """Return the cells that print the second-level heading in force."""
        level2 = self._levels.level2
        return [
            cell
            for cell, meanings in parts.headings
            for found in meanings
            if found.level == 2 and found.label == level2
        ]

    def _add(self, target: Target, after_break: bool) -> None:
        if after_break and self.targets and _same(self.targets[-1], target):
            last = self.targets[-1]
            self.targets[-1] = replace(last, repairs=(*last.repairs, REPEATED))
            self._levels.level2 = last.level2
            return
        self.targets.append(target)

    # -- what could not be placed -----------------------------------------------------------

    def _report(self, severity: Severity, message: Text, row: Row) -> None:
        self.notes.problems.append(Problem(severity, message, row.place))

    def _report_nameless(self, parts: _Parts, row: Row) -> None:
        text = " | ".join(cell.text for cell in parts.cells.by_role.values())
        message = Text(
            f"“{text}”前没有三级指标名称，该行未读入；请补上指标名称",
            f"there is no indicator's name in front of '{text}' and the row was left out; add it",
        )
        self._report("error", message, row)

    def _report_empty(self, name: str, row: Row) -> None:
        message = Text(
            f"指标“{name}”没有指标值；请填写，如“≥95%”",
            f"the indicator '{name}' has no target value; give one, as in '≥95%'",
        )
        self._report("warning", message, row)

    def _report_new_unit(self, unit: str | None, row: Row) -> None:
        if unit is None or self.vocabulary.units.understand(unit):
            return
        message = Text(
            f"计量单位“{unit}”不在单位表中，已作为新单位收入；如系误写请更正",
            f"the unit '{unit}' is not in the vocabulary and was taken in as a new one; correct "
            "it if it is a slip",
        )
        self._report("warning", message, row)


def _columns_of_first_row(parts: _Parts, head: Head | None, row: Row) -> Head | None:
    """Return the columns that a whole row shows, where a page goes on without a head."""
    roles = [meanings[0].level for _, meanings in parts.headings]
    wanted = head.roles if head else PLAIN_ROLES
    by_role = parts.cells.by_role
    if roles != [1, 2] or parts.cells.in_front or not {"name", "value"} <= by_role.keys():
        return None
    headings = zip(HEADING_ROLES, (cell.column for cell, _ in parts.headings), strict=True)
    rest = ((role, by_role[role].column) for role in wanted if role in by_role)
    return Head((*headings, *rest), row.block)


def _points(cell: Cell | None) -> Decimal | None:
    """Return the number of a 分值 or 得分 cell."""
    return None if cell is None else leading_number(cell.text)


def _words(cell: Cell | None) -> str | None:
    """Return the text of a cell without markup."""
    return None if cell is None else clean(cell.text).text or None


def _same(first: Target, second: Target) -> bool:
    """Whether two rows say the same of the same indicator under the same heading."""
    told = [(t.level2, normalise(t.name), normalise(t.value.raw)) for t in (first, second)]
    return told[0] == told[1]
