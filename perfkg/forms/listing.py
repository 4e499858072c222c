"""Lists of projects: one table that holds a form in each run of its rows, put into forms.

Many bodies publish 部门预算项目绩效目标表 as one table: what a form prints above its indicators
(unit, project, money, goal) stands in columns to the left of them, in cells merged over the rows of
the project or repeated in each. Every project becomes rows as a form of its own has them; cells keep
their place in the source.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from perfkg.forms.columns import Head
from perfkg.identity import normalise
from perfkg.layout import Layout, label
from perfkg.readers.grid import Cell, Grid, Row
from perfkg.vocabulary import Vocabulary

_MOST_HEAD_ROWS = 3
_MOST_ROWS_ABOVE = 6
_FEWEST_COLUMNS = 2
"""Columns of a list beside those of its indicators: the project and one more thing."""

_LONGEST_LABEL = 24
_FEWEST_NUMBERS = 4

_PROJECT = "project_name"
_UNIT = "implementing_unit"
_GOAL = "annual_goal"
_UNIT_WORDS = ("单位", "部门")
"""Words in the head of a column of projects that says that it holds their units too."""

_IN_TABLE = "indicator"
_INDICATOR = ("level1", "level2", "name")


def unlist(grid: Grid, layout: Layout, vocabulary: Vocabulary) -> Grid:
    """Return `grid` with every list of projects put into one run of rows for each project."""
    rows = list(grid)
    heads = _heads(rows, layout, vocabulary)
    if not heads:
        return grid
    result: list[Row] = []
    done = 0
    for pages in _lists(heads):
        above = _above(rows, pages[0].start, done, layout)
        result += rows[done : above.start]
        lister = _List(pages[0], rows[above.start : above.stop], layout)
        body: list[Row] = []
        for page, following in zip(pages, [*pages[1:], None], strict=True):
            later = [head.start for head in heads if head.start > page.start]
            done = _end(rows, page, min(later, default=len(rows)), layout)
            body += [page.moved(row, pages[0]) for row in rows[page.stop : done]]
            if following is not None:
                done = following.stop
        result += lister.rows(body)
    return Grid((*result, *rows[done:]))


def _lists(heads: Sequence[_ListHead]) -> Iterator[list[_ListHead]]:
    """Put the heads together that head one list: the same again on the next page."""
    pages: list[_ListHead] = []
    for head in heads:
        if pages and head.texts() != pages[0].texts():
            yield pages
            pages = []
        pages.append(head)
    yield pages


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of a list.

    Attributes:
        label: its cell in the head. role: what it holds; None where nobody knows.
        level1: the first-level heading that it stands under, in a list that is laid out so.
    """

    label: Cell
    role: str | None
    level1: Cell | None = None


@dataclass(frozen=True, slots=True)
class _ListHead:
    """The rows from `start` to `stop` that head a list, and its columns by their place."""

    start: int
    stop: int
    block: int
    columns: Mapping[int, _Column]
    row: Row

    def texts(self) -> list[str]:
        """Return the labels from left to right."""
        return [normalise(column.label.text) for _, column in sorted(self.columns.items())]

    def moved(self, row: Row, first: _ListHead) -> Row:
        """Return a row below this head with its cells where the first page has them."""
        if self is first:
            return row
        places = dict(zip(sorted(self.columns), sorted(first.columns), strict=True))
        cells = [
            replace(cell, column=places[cell.column]) if cell.column in places else cell
            for cell in row.cells
            if cell.text or cell.column in places
        ]
        return replace(row, cells=tuple(cells), block=first.block)

    def left(self) -> Iterator[tuple[int, _Column]]:
        """Return the columns that speak of the project."""
        return ((at, column) for at, column in self.columns.items() if column.role != _IN_TABLE)

    def is_wide(self) -> bool:
        """Whether the first-level headings stand side by side instead of in a column."""
        return any(column.level1 is not None for column in self.columns.values())


def _heads(rows: Sequence[Row], layout: Layout, vocabulary: Vocabulary) -> list[_ListHead]:
    found: list[_ListHead] = []
    at = 0
    while at < len(rows):
        head = _head(rows, at, layout, vocabulary) if _names_project(rows[at], layout) else None
        if head is not None:
            found.append(head)
        at = at + 1 if head is None else head.stop
    return found


def _names_project(row: Row, layout: Layout) -> bool:
    cells = row.filled
    return len(cells) >= _FEWEST_COLUMNS and any(_field(c, layout) == _PROJECT for c in cells)


def _head(
    rows: Sequence[Row], start: int, layout: Layout, vocabulary: Vocabulary
) -> _ListHead | None:
    """Return the head of a list that begins with the row at `start`, or None."""
    stop = start
    most = min(start + _MOST_HEAD_ROWS, len(rows))
    while stop < most and _is_head_row(rows[stop], stop > start, layout, vocabulary):
        stop += 1
    heads = rows[start:stop]
    columns = _columns(heads, layout, vocabulary)
    inner = [at for at, column in columns.items() if column.role == _IN_TABLE]
    outer = [column for column in columns.values() if column.role != _IN_TABLE]
    if len(outer) < _FEWEST_COLUMNS or not any(column.role == _PROJECT for column in outer):
        return None
    cells = tuple(replace(columns[at].label, column=at) for at in inner)
    row = Row(cells, heads[-1].place, heads[-1].number, heads[-1].block)
    head = _ListHead(start, stop, rows[start].block, columns, row)
    return head if Head.find(row, layout) or head.is_wide() else None


def _is_head_row(row: Row, is_later: bool, layout: Layout, vocabulary: Vocabulary) -> bool:
    """Whether a row holds nothing but labels; the first may hold some that nobody knows."""
    known = [_is_label(cell, layout, vocabulary) for cell in row.filled]
    if is_later:
        return bool(known) and all(known)
    short = all(len(cell.text) <= _LONGEST_LABEL for cell in row.filled)
    return short and sum(known) >= _FEWEST_COLUMNS and 2 * sum(known) >= len(known)


def _is_label(cell: Cell, layout: Layout, vocabulary: Vocabulary) -> bool:
    return (
        _field(cell, layout) is not None
        or layout.column(cell.text) is not None
        or bool(vocabulary.headings.find(cell.text))
        or label(cell.text).text in layout.money_columns
    )


def _field(cell: Cell, layout: Layout) -> str | None:
    """Return what a column so headed says of the project, or None."""
    found = label(cell.text)
    listed = layout.listed.get(found.whole) or layout.listed.get(found.text)
    if listed is not None:
        return listed
    if (goal := layout.goals.get(found.text)) is not None:
        return _GOAL if goal == "section" else goal
    name = layout.fields.get(found.whole) or layout.fields.get(found.text)
    return name or layout.funds.get(found.text)


def _columns(
    heads: Sequence[Row], layout: Layout, vocabulary: Vocabulary
) -> dict[int, _Column]:
    """Return the columns: each is what its lowest label says, under the labels above it."""
    lowest = {cell.column: (depth, cell) for depth, row in enumerate(heads) for cell in row.filled}
    first = min(
        (at for at, (_, cell) in lowest.items() if layout.column(cell.text) in _INDICATOR),
        default=None,
    )
    columns: dict[int, _Column] = {}
    for at, (depth, cell) in sorted(lowest.items()):
        above = [group for row in heads[:depth] if (group := _over(row, at)) is not None]
        level1 = next((group for group in above if _is_level1(group, vocabulary)), None)
        if first is not None and at >= first and layout.column(cell.text) is not None:
            columns[at] = _Column(cell, _IN_TABLE, level1)
        else:
            columns[at] = _Column(cell, _field(cell, layout))
    return columns


def _over(row: Row, column: int) -> Cell | None:
    """Return the cell of a row of the head that stands over a column, merged cells counted."""
    before = [cell for cell in row.filled if cell.column <= column]
    return before[-1] if before else None


def _is_level1(cell: Cell, vocabulary: Vocabulary) -> bool:
    return any(heading.level == 1 for heading in vocabulary.headings.find(cell.text))


def is_numbering(row: Row) -> bool:
    """Whether a row is empty or numbers the columns (1, 2, 3, …)."""
    texts = [cell.text.strip() for cell in row.filled]
    return not texts or (
        len(texts) >= _FEWEST_NUMBERS and texts == [str(1 + i) for i in range(len(texts))]
    )


def _above(rows: Sequence[Row], start: int, done: int, layout: Layout) -> range:
    """Return the rows between the title of a list and its head, both ends of the way bounded."""
    first = max(done, start - _MOST_ROWS_ABOVE)
    for at in range(start - 1, first - 1, -1):
        if len(rows[at].filled) == 1 and layout.title(rows[at].filled[0].text) is not None:
            return range(at, start)
    return range(start, start)


def _end(rows: Sequence[Row], head: _ListHead, limit: int, layout: Layout) -> int:
    """Return where the rows of a list end: at a title, or where prose begins."""
    for at in range(head.stop, limit):
        filled = rows[at].filled
        if rows[at].is_prose and filled:
            return at
        if len(filled) == 1 and layout.title(filled[0].text) is not None:
            return at
    return limit


@dataclass(slots=True)
class _Project:
    """The rows of one project: what its columns say, and its indicators."""

    first: Row
    texts: dict[int, list[Cell]] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)


@dataclass(slots=True)
class _List:
    """Puts the rows of one list into forms."""

    head: _ListHead
    above: Sequence[Row]
    layout: Layout
    _unit: Cell | None = None
    _carried: dict[int, Cell] = field(default_factory=dict)

    def rows(self, rows: Sequence[Row]) -> list[Row]:
        """Return the rows of all its forms."""
        result: list[Row] = []
        for project in self._projects([row for row in rows if not is_numbering(row)]):
            result += self._form(project)
        return result or [*self.above]

    # -- which rows are whose -------------------------------------------------------------------

    def _projects(self, rows: Sequence[Row]) -> Iterator[_Project]:
        current: _Project | None = None
        for row, following in zip(rows, [*rows[1:], None], strict=True):
            name = self._cell(row, _PROJECT)
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

    def _cell(self, row: Row, role: str) -> Cell | None:
        places = {at for at, column in self.head.left() if column.role == role}
        return next((cell for cell in row.filled if cell.column in places), None)

    def _names_unit(self, row: Row, name: Cell, following: Row | None) -> bool:
        """Whether a row holds but a name, and the next one another: the unit of what follows."""
        alone = all(self._role(cell) not in (_IN_TABLE, _GOAL) for cell in row.filled)
        below = None if following is None else self._cell(following, _PROJECT)
        column = self.head.columns[name.column]
        names_both = any(word in normalise(column.label.text) for word in _UNIT_WORDS)
        return alone and names_both and below is not None and below.text != name.text

    def _role(self, cell: Cell) -> str | None:
        column = self.head.columns.get(cell.column)
        return None if column is None else column.role

    def _is_same(self, project: _Project, row: Row) -> bool:
        """Whether a row that repeats the project's name goes on with it."""
        for role in (_PROJECT, _UNIT):
            first, now = self._cell(project.first, role), self._cell(row, role)
            if now is not None and first is not None and now.text != first.text:
                return False
        return True

    def _collect(self, project: _Project, row: Row) -> None:
        inner: list[Cell] = []
        for cell in row.cells:
            column = self.head.columns.get(cell.column)
            if column is None or column.role == _IN_TABLE:
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
            if column.role not in (_UNIT, "supervising_department"):
                continue
            if project.texts.get(at):
                self._carried[at] = project.texts[at][0]
            elif at in self._carried:
                project.texts[at] = [self._carried[at]]

    def _fields(self, project: _Project) -> Iterator[Row]:
        """Say what the columns say as labels with their values, a row for each."""
        pairs = [(column, project.texts[at]) for at, column in self.head.left() if at in project.texts]
        if self._unit is not None:
            pairs.append((_Column(replace(self._unit, text=""), _UNIT), [self._unit]))
        for column, texts in pairs:
            text = "\n".join(cell.text for cell in texts)
            value = replace(texts[0], text=text)
            name = replace(column.label, text=self._label(column), column=-1 - value.column)
            empty = replace(value, text="", column=value.column + 1)
            yield replace(project.first, cells=(name, value, empty))

    def _label(self, column: _Column) -> str:
        """Return the label as a form prints it: the official one, with the unit of its bracket."""
        if column.role is None:
            return column.label.text
        bracket = label(column.label.text).bracket
        name = self.layout.official(column.role)
        return f"{name}({bracket})" if bracket else name

    def _wide(self, project: _Project) -> Iterator[Row]:
        """Turn first-level headings that stand side by side into rows of the usual table."""
        places = sorted(at for at, c in self.head.columns.items() if c.role == _IN_TABLE)
        groups: dict[int, list[int]] = {}
        for at in places:
            level1 = self.head.columns[at].level1
            if level1 is not None:
                groups.setdefault(level1.column, []).append(at)
        yield self._wide_head(places, groups)
        for columns in groups.values():
            level1 = self.head.columns[columns[0]].level1
            for row in project.rows:
                cells = [cell for cell in row.filled if cell.column in columns]
                if level1 is None or not cells:
                    continue
                heading = replace(level1, column=-1 - columns[0])
                moved = [replace(c, column=1 + columns.index(c.column)) for c in cells]
                yield replace(row, cells=(heading, *moved, replace(moved[-1], text="", column=99)))

    def _wide_head(self, places: Sequence[int], groups: Mapping[int, Sequence[int]]) -> Row:
        first = next(iter(groups.values()))
        cells = [replace(self.head.columns[at].label, column=1 + i) for i, at in enumerate(first)]
        level1 = replace(cells[0], text=normalise("一级指标"), column=-1)
        return replace(self.head.row, cells=(level1, *cells))
