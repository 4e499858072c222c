"""Lists of projects: one table that holds a form in each run of its rows, put into forms.

Many bodies publish 部门预算项目绩效目标表 as one table: what a form prints above its indicators
(unit, project, money, goal) stands in columns to the left of them, in cells merged over the rows
of the project or repeated in each. Every project becomes rows as a form of its own has them; cells
keep their place in the source.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest

from perfkg.forms.list_heads import (
    DEPARTMENT,
    GOAL,
    INDICATOR,
    PROJECT,
    UNIT,
    Column,
    ListHead,
    find_heads,
)
from perfkg.identity import normalise
from perfkg.layout import Layout, label
from perfkg.readers.grid import Cell, Grid, Row
from perfkg.vocabulary import Vocabulary

_MOST_ROWS_ABOVE = 6
_FEWEST_NUMBERS = 4
_PAGE_NUMBER = re.compile(r"[-—－]*第?\d+页?(?:/?共?\d+页?)?[-—－]*")


_UNIT_WORDS = ("单位", "部门")
"""Words in the head of a column of projects that says that it holds their units too."""


def unlist(grid: Grid, layout: Layout, vocabulary: Vocabulary) -> Grid:
    """Return `grid` with every list of projects put into one run of rows for each project."""
    rows = list(grid)
    heads = find_heads(rows, layout, vocabulary)
    if not heads:
        return grid
    result: list[Row] = []
    done = 0
    lister: _List | None = None
    for head, following in zip_longest(heads, heads[1:]):
        above = _above(rows, head.start, done, layout)
        if lister is None or not lister.goes_on(head, rows[done : head.start]):
            result += lister.rows() if lister else ()
            result += rows[done : above.start]
            lister = _List(head, rows[above.start : above.stop], layout)
        done = _end(rows, head, following.start if following else len(rows), layout)
        lister.body += [head.moved(row, lister.head) for row in rows[head.stop : done]]
    return Grid((*result, *(lister.rows() if lister else ()), *rows[done:]))


def is_numbering(row: Row) -> bool:
    """Whether a row is empty or numbers the columns (1, 2, 3, …)."""
    filled = row.filled
    if not filled:
        return True
    if len(filled) < _FEWEST_NUMBERS or filled[0].text.strip() != "1":
        return False
    return [cell.text.strip() for cell in filled] == [str(1 + i) for i in range(len(filled))]


def _above(rows: Sequence[Row], start: int, done: int, layout: Layout) -> range:
    """Return the rows between the title of a list and its head, both ends of the way bounded."""
    first = max(done, start - _MOST_ROWS_ABOVE)
    for at in range(start - 1, first - 1, -1):
        if len(rows[at].filled) == 1 and layout.title(rows[at].filled[0].text) is not None:
            return range(at, start)
    return range(start, start)


def _end(rows: Sequence[Row], head: ListHead, limit: int, layout: Layout) -> int:
    """Return where the rows of a list end: at a title, or where prose begins."""
    for at in range(head.stop, limit):
        filled = rows[at].filled
        if rows[at].is_prose and filled and not _is_inside(rows[at], rows[at + 1 : limit]):
            return at
        if len(filled) == 1 and layout.title(filled[0].text) is not None:
            return at
    return limit


def _is_inside(line: Row, later: Sequence[Row]) -> bool:
    """Whether a line of one cell is a row of the table, whose other cells are empty."""
    return bool(later) and not later[0].is_prose and later[0].block == line.block


@dataclass(slots=True)
class _Project:
    """The rows of one project: what its columns say, and its indicators."""

    first: Row
    texts: dict[int, list[Cell]] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)


@dataclass(slots=True)
class _List:
    """Puts the rows of one list into forms."""

    head: ListHead
    above: Sequence[Row]
    layout: Layout
    body: list[Row] = field(default_factory=list)
    _unit: Cell | None = None
    _carried: dict[int, Cell] = field(default_factory=dict)

    def goes_on(self, head: ListHead, between: Sequence[Row]) -> bool:
        """Whether `head` is that of the list again, at the top of its next page.

        Between the pages stands nothing but what stood above the first one, and page numbers.
        """
        said = {normalise(cell.text) for row in self.above for cell in row.filled}
        texts = [normalise(cell.text) for row in between for cell in row.filled]
        is_page = all(text in said or _PAGE_NUMBER.fullmatch(text) for text in texts)
        return is_page and head.texts() == self.head.texts()

    def rows(self) -> list[Row]:
        """Return the rows of all its forms."""
        result: list[Row] = []
        for project in self._projects([row for row in self.body if not is_numbering(row)]):
            result += self._form(project)
        return result or [*self.above]

    # -- which rows are whose -------------------------------------------------------------------

    def _projects(self, rows: Sequence[Row]) -> Iterator[_Project]:
        current: _Project | None = None
        rows = [row for row in rows if not self._sums_up(row)]
        for row, following in zip_longest(rows, rows[1:]):
            name = self._cell(row, PROJECT)
            unit = self._unit_alone(row, current) if name is None else None
            if unit is not None:
                if current is not None:
                    yield current
                current, self._carried[unit.column] = None, unit
                continue
            if name is not None and self._names_unit(row, name, following):
                self._unit = name
                continue
            if name is not None and (current is None or not self._is_same(current, row)):
                if current is not None:
                    yield current
                current = _Project(row)
            if current is not None:
                self._collect(current, row)
        if current is not None:
            yield current

    def _says_none_of_indicators(self, row: Row) -> bool:
        return all(self._role(cell) not in (INDICATOR, GOAL) for cell in row.filled)

    def _sums_up(self, row: Row) -> bool:
        """Whether a row states but the total of the list."""
        total = bool(row.filled) and self.layout.is_total(row.filled[0].text)
        return total and self._says_none_of_indicators(row)

    def _unit_alone(self, row: Row, current: _Project | None) -> Cell | None:
        """Return the unit that a row names with its total and no project: that of those below."""
        unit = self._cell(row, UNIT)
        if unit is None or not self._says_none_of_indicators(row):
            return None
        above = None if current is None else self._cell(current.first, UNIT)
        return None if above is not None and above.text == unit.text else unit

    def _cell(self, row: Row, role: str) -> Cell | None:
        places = {at for at, column in self.head.left() if column.role == role}
        return next((cell for cell in row.filled if cell.column in places), None)

    def _names_unit(self, row: Row, name: Cell, following: Row | None) -> bool:
        """Whether a row holds but a name, and the next one another: the unit of what follows."""
        alone = self._says_none_of_indicators(row)
        below = None if following is None else self._cell(following, PROJECT)
        column = self.head.columns[name.column]
        names_both = any(word in normalise(column.label.text) for word in _UNIT_WORDS)
        return alone and names_both and below is not None and below.text != name.text

    def _role(self, cell: Cell) -> str | None:
        column = self.head.columns.get(cell.column)
        return None if column is None else column.role

    def _is_same(self, project: _Project, row: Row) -> bool:
        """Whether a row that repeats the project's name goes on with it."""
        for role in (PROJECT, UNIT):
            first, now = self._cell(project.first, role), self._cell(row, role)
            if now is not None and first is not None and now.text != first.text:
                return False
        return True

    def _collect(self, project: _Project, row: Row) -> None:
        inner: list[Cell] = []
        for cell in row.cells:
            column = self.head.columns.get(cell.column)
            if column is None or column.role == INDICATOR:
                inner.append(cell)
            elif cell.text:
                said = project.texts.setdefault(cell.column, [])
                if cell.text not in (other.text for other in said):
                    said.append(cell)
        if any(cell.text for cell in inner):
            project.rows.append(replace(row, cells=tuple(inner)))

    # -- a form of its own ------------------------------------------------------------------------

    def _form(self, project: _Project) -> Iterator[Row]:
        place = project.first.place
        for row in self.above:
            yield replace(row, place=place)
        self._carry(project)
        yield from self._fields(project)
        if self.head.is_wide():
            yield from self._wide(project)
            return
        yield replace(self.head.row, block=self.head.block)
        yield from project.rows

    def _carry(self, project: _Project) -> None:
        """Give a project the unit of the one above where a merged cell spans both."""
        for at, column in self.head.left():
            if column.role not in (UNIT, DEPARTMENT):
                continue
            if project.texts.get(at):
                self._carried[at] = project.texts[at][0]
            elif at in self._carried:
                project.texts[at] = [self._carried[at]]

    def _fields(self, project: _Project) -> Iterator[Row]:
        """Say what the columns say as labels with their values, a row for each."""
        pairs = [
            (column, project.texts[at]) for at, column in self.head.left() if at in project.texts
        ]
        if self._unit is not None:
            pairs.append((Column(replace(self._unit, text=""), UNIT), [self._unit]))
        for column, texts in pairs:
            text = "\n".join(cell.text for cell in texts)
            value = replace(texts[0], text=text)
            name = replace(column.label, text=self._label(column), column=-1 - value.column)
            empty = replace(value, text="", column=value.column + 1)
            yield replace(project.first, cells=(name, value, empty))

    def _label(self, column: Column) -> str:
        """Return the label as a form prints it: the official one, with the unit of its bracket."""
        if column.role is None:
            return column.label.text
        bracket = label(column.label.text).bracket
        name = self.layout.official(column.role)
        return f"{name}({bracket})" if bracket else name

    def _wide(self, project: _Project) -> Iterator[Row]:
        """Turn first-level headings that stand side by side into rows of the usual table.

        Each becomes a table right of everything, so that no two cells of a row share a column.
        """
        start = max(self.head.columns) + 1
        for level1, columns in self.head.groups():
            moved = {column: start + 1 + index for index, column in enumerate(columns)}
            labels = [replace(self.head.columns[at].label, column=moved[at]) for at in columns]
            first = replace(labels[0], text="一级指标", column=start)
            yield replace(self.head.row, cells=(first, *labels))
            for row in project.rows:
                cells = [
                    replace(c, column=moved[c.column]) for c in row.filled if c.column in moved
                ]
                if cells:
                    yield replace(row, cells=(replace(level1, column=start), *cells))
            start = max(moved.values()) + 1
