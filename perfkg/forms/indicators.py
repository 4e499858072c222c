"""The indicator table: rows of headings, a name and a value, in any state of repair."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from perfkg.forms.cleaning import clean
from perfkg.forms.layout import Layout
from perfkg.forms.levels import Levels, Printed, joined_heading
from perfkg.forms.model import Target
from perfkg.forms.values import looks_like_value, read_value
from perfkg.identity import normalise
from perfkg.messages import Problem, Severity, Text
from perfkg.readers.grid import Cell, Row
from perfkg.vocabulary import Heading, Vocabulary

REPEATED = Text(
    "换页处重复印刷的一行，只计一次", "the row is printed again at a page break and counts once"
)


@dataclass(frozen=True, slots=True)
class Head:
    """The head of the table: which column holds what.

    Attributes:
        columns: role (level1, level2, name, value) → column.
        block: the unbroken table that the head belongs to; below a break columns may shift.
    """

    columns: dict[str, int]
    block: int

    @classmethod
    def find(cls, row: Row, layout: Layout) -> Head | None:
        """Return the head that `row` is, or None."""
        columns: dict[str, int] = {}
        for cell in row.filled:
            role = layout.column(cell.text)
            if role is not None and role != "side":
                columns.setdefault(role, cell.column)
        return cls(columns, row.block) if len(columns) >= 2 else None

    @classmethod
    def of_first_row(cls, parts: _Parts, row: Row) -> Head | None:
        """Return the columns that a whole row shows, where a page goes on without a head."""
        roles = [meanings[0].level for _, meanings in parts.headings]
        if roles != [1, 2] or parts.unknown or parts.name is None or parts.value is None:
            return None
        cells = (*(cell for cell, _ in parts.headings), parts.name, parts.value)
        names = ("level1", "level2", "name", "value")
        return cls({name: cell.column for name, cell in zip(names, cells, strict=True)}, row.block)


@dataclass(frozen=True, slots=True)
class _Parts:
    """The cells of a row by what they are."""

    headings: tuple[tuple[Cell, tuple[Heading, ...]], ...]
    unknown: tuple[Cell, ...]
    name: Cell | None
    value: Cell | None
    left: tuple[Cell, ...]
    fragment: bool


@dataclass(slots=True)
class IndicatorTable:
    """Reads the rows of one form's indicator table in order."""

    layout: Layout
    vocabulary: Vocabulary
    targets: list[Target] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    _head: Head | None = None
    _levels: Levels = field(init=False)
    _block: int | None = None
    _stub: str | None = None

    def __post_init__(self) -> None:
        self._levels = Levels(self.vocabulary.headings)

    def begins_with(self, row: Row) -> bool:
        """Whether a row must belong to an indicator table, because it prints a heading."""
        return len(row.filled) >= 3 and any(
            self._meanings(cell) and normalise(cell.text).endswith("指标") for cell in row.filled
        )

    def take_head(self, head: Head) -> None:
        """Begin the table, or go on after its head was printed again."""
        self._head = head

    def take(self, row: Row) -> None:
        """Read one row."""
        after_break = self._block is not None and row.block != self._block
        self._block = row.block
        row, completed = self._completed(row)
        parts = self._parts(row)
        if parts.name is None and parts.value is None and not parts.left:
            self._take_headings_only(parts, row, after_break)
            return
        self._levels.take(self._printed(parts, row, after_break))
        for problem in self._levels.problems:
            self._report("warning", problem, row)
        for cell in parts.left:
            self._report_unplaced(cell, row)
        if parts.name is None:
            self._report_nameless(parts.value, row)
            return
        if self._head is None or self._head.block != row.block:
            self._head = Head.of_first_row(parts, row) or self._head
        if completed:
            self._mend_last()
        self._add(self._target(parts.name, parts.value, row), after_break)
        self._stub = parts.unknown[-1].text if parts.unknown else None

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

    def _mend_last(self) -> None:
        """Put the row above, which held the beginning of the heading, under the whole of it."""
        last = self.targets.pop()
        self.problems = [p for p in self.problems if p.location != last.location]
        joined = joined_heading(self._levels.level2 or self._levels.level1 or "")
        self.targets.append(
            replace(last, level1=self._levels.level1, level2=self._levels.level2, repairs=(joined,))
        )

    def _printed(self, parts: _Parts, row: Row, after_break: bool) -> Printed:
        keeps = parts.name is not None and self._under(row, parts.name, "name")
        return Printed(parts.headings, parts.unknown, parts.fragment, after_break, keeps)

    def _take_headings_only(self, parts: _Parts, row: Row, after_break: bool) -> None:
        if parts.headings:
            self._levels.take(self._printed(parts, row, after_break))

    # -- sorting the cells of a row ---------------------------------------------------------

    def _parts(self, row: Row) -> _Parts:
        cells = [cell for cell in row.filled if not self._is_frame(cell)]
        headings: list[tuple[Cell, tuple[Heading, ...]]] = []
        fragment = False
        while cells:
            cell = cells[0]
            if normalise(cell.text) == "指标" and len(cells) > 1:
                fragment = True
            elif self._is_heading(cell, len(cells) - 1, row):
                headings.append((cell, self._meanings(cell)))
            else:
                break
            cells.pop(0)
        return self._name_and_value(tuple(headings), cells, fragment, row)

    def _is_frame(self, cell: Cell) -> bool:
        """Whether a cell is the side column (绩效指标) or a sign for nothing."""
        role = self.layout.column(cell.text)
        return role == "side" or (self.layout.is_placeholder(cell.text) and cell.text != "无")

    def _meanings(self, cell: Cell) -> tuple[Heading, ...]:
        headings = self.vocabulary.headings
        return headings.find(cell.text) or headings.similar(cell.text)

    def _is_heading(self, cell: Cell, following: int, row: Row) -> bool:
        """Whether a cell is a heading rather than an indicator that is named like one."""
        if not self._meanings(cell):
            return False
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
        return any(head.columns.get(role) == cell.column for role in roles)

    def _name_and_value(
        self,
        headings: tuple[tuple[Cell, tuple[Heading, ...]], ...],
        cells: list[Cell],
        fragment: bool,
        row: Row,
    ) -> _Parts:
        unknown, name, value, left = _split(cells, self._columns_of(cells, row))
        return _Parts(headings, unknown, name, value, left, fragment)

    def _columns_of(self, cells: Sequence[Cell], row: Row) -> tuple[int, int] | None:
        """Return the columns of name and value where the row fills both of them."""
        if self._head is None or self._head.block != row.block:
            return None
        name, value = self._head.columns.get("name"), self._head.columns.get("value")
        filled = {cell.column for cell in cells}
        if name is None or value is None or not {name, value} <= filled:
            return None
        return name, value

    # -- what a row says --------------------------------------------------------------------

    def _target(self, name: Cell, value: Cell | None, row: Row) -> Target:
        read_name = clean(name.text)
        found = read_value(value.text if value else "", self.vocabulary.units)
        if value is None:
            self._report_empty(read_name.text, row)
        if found.problem is not None:
            self._report("error", found.problem, row)
        self._report_new_unit(found.value.unit, row)
        repairs = (*self._levels.repairs, *self._shift(name, row), *read_name.repairs)
        repairs = (*repairs, *found.repairs)
        return Target(
            level1=self._levels.level1,
            level2=self._levels.level2,
            name=read_name.text.replace("\n", ""),
            value=found.value,
            location=row.place,
            repairs=tuple(dict.fromkeys(repairs)),
        )

    def _shift(self, name: Cell, row: Row) -> tuple[Text, ...]:
        """Name the repair of a row whose cells do not stand under the columns of its table."""
        head = self._head
        if head is None or head.block != row.block or "name" not in head.columns:
            return ()
        shift = head.columns["name"] - name.column
        if not shift:
            return ()
        zh, en = ("左", "left") if shift > 0 else ("右", "right")
        return (
            Text(
                f"本行单元格{zh}移了 {abs(shift)} 列，按内容读取",
                f"the cells of the row are shifted {abs(shift)} to the {en}; read by content",
            ),
        )

    def _add(self, target: Target, after_break: bool) -> None:
        if after_break and self.targets and _same(self.targets[-1], target):
            last = self.targets[-1]
            self.targets[-1] = replace(last, repairs=(*last.repairs, REPEATED))
            self._levels.level2 = last.level2
            return
        self.targets.append(target)

    # -- what could not be placed -----------------------------------------------------------

    def _report(self, severity: Severity, message: Text, row: Row) -> None:
        self.problems.append(Problem(severity, message, row.place))

    def _report_unplaced(self, cell: Cell, row: Row) -> None:
        message = Text(
            f"“{cell.text}”无法归入任何栏目，未读入；请检查该行的列是否错位",
            f"'{cell.text}' fits no column and was left out; check whether the row's columns "
            "have shifted",
        )
        self._report("error", message, row)

    def _report_nameless(self, value: Cell | None, row: Row) -> None:
        text = value.text if value else ""
        message = Text(
            f"指标值“{text}”前没有三级指标名称，该行未读入；请补上指标名称",
            f"the value '{text}' has no indicator in front of it and the row was left out; add "
            "the indicator's name",
        )
        self._report("error", message, row)

    def _report_empty(self, name: str, row: Row) -> None:
        message = Text(
            f"指标“{name}”没有指标值；请填写，如“≥95%”",
            f"the indicator '{name}' has no target value; give one, as in '≥95%'",
        )
        self._report("warning", message, row)

    def _report_new_unit(self, unit: str | None, row: Row) -> None:
        if unit is None or self.vocabulary.units.find(unit):
            return
        message = Text(
            f"计量单位“{unit}”不在单位表中，已作为新单位收入；如系误写请更正",
            f"the unit '{unit}' is not in the vocabulary and was taken in as a new one; correct "
            "it if it is a slip",
        )
        self._report("warning", message, row)


_Split = tuple[tuple[Cell, ...], Cell | None, Cell | None, tuple[Cell, ...]]


def _split(cells: list[Cell], columns: tuple[int, int] | None) -> _Split:
    """Sort what follows the headings into (unknown headings, name, value, the rest)."""
    if columns is not None:
        name, value = (next(c for c in cells if c.column == column) for column in columns)
        in_front = tuple(cell for cell in cells if cell.column < name.column)
        rest = tuple(c for c in cells if c not in (name, value) and c not in in_front)
        return in_front, name, value, rest
    if not cells:
        return (), None, None, ()
    if len(cells) == 1:
        only = cells[0]
        return ((), None, only, ()) if looks_like_value(only.text) else ((), only, None, ())
    *before, name, value = cells
    return tuple(before), name, value, ()


def _same(first: Target, second: Target) -> bool:
    return (normalise(first.name), normalise(first.value.raw)) == (
        normalise(second.name),
        normalise(second.value.raw),
    )
