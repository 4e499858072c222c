"""Text with one cell a line, as it is copied out of a table, put back into rows.

Nothing marks where a row ends, and empty cells leave no line, so meaning decides: a label is
followed by its value, a heading by the indicators below it, a name by what the columns of the
table's head ask for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from perfkg.forms.columns import is_nature
from perfkg.forms.comparators import comparator
from perfkg.forms.dates import read_year_line
from perfkg.forms.heads import PLAIN_ROLES, Head
from perfkg.forms.numbers import NUMBER, half_width
from perfkg.forms.values import looks_like_value
from perfkg.identity import normalise
from perfkg.layout import Layout
from perfkg.readers.grid import Cell, Grid, Row
from perfkg.vocabulary import Vocabulary

_FEWEST_LABELS = 4
_FEWEST_AMOUNTS = 3
_NUMERIC = ("weight", "score")
_OF_THE_YEAR = re.compile(r"(?:本|当|全|今)?年度?[内对,，]?|(?:19|20)\d\d年")
_LIST = re.compile(r"(?:一是|1[.、．]|[(（]1[)）]|[(（]一[)）]|一、)")
_NUMBER = re.compile(NUMBER)
_SENTENCE = re.compile("[，。；,;]")


def unstack(grid: Grid, layout: Layout, vocabulary: Vocabulary) -> Grid:
    """Return `grid` with every run of lines that holds a form cell by cell put into rows."""
    rows: list[Row] = []
    for is_prose, run in groupby(grid, key=lambda row: row.is_prose):
        lines = list(run)
        stack = _Stack(lines, layout, vocabulary)
        rows += stack.rows() if is_prose and stack.is_form else lines
    return Grid(tuple(rows))


@dataclass(slots=True)
class _Stack:
    """A run of lines, and how far it was put into rows."""

    lines: Sequence[Row]
    layout: Layout
    vocabulary: Vocabulary
    _at: int = 0
    _roles: tuple[str, ...] = ()
    _name_column: int = 0
    _money_columns: int = 0

    @property
    def is_form(self) -> bool:
        """Whether the lines hold labels and the head of an indicator table as whole lines."""
        texts = [line.cells[0].text for line in self.lines]
        labels = sum(self._is_label(text) for text in texts)
        return labels >= _FEWEST_LABELS and any(self.layout.meaning(text).column for text in texts)

    def rows(self) -> list[Row]:
        """Return the rows."""
        return list(self._rows())

    def _rows(self) -> Iterator[Row]:
        while self._at < len(self.lines):
            text = self._text
            if self.layout.title(text) or self._is_remark(text):
                self._roles = ()
                yield self.lines[self._at]
                self._at += 1
            elif self.layout.meaning(text).column is not None:
                yield self._head()
            elif self._roles:
                yield self._indicator()
            elif self._is_goal(text):
                yield from self._goals()
            elif self._is_label(text):
                yield self._field()
            else:
                yield self.lines[self._at]
                self._at += 1

    # -- the text at hand -----------------------------------------------------------------------

    @property
    def _text(self) -> str:
        return self.lines[self._at].cells[0].text if self._at < len(self.lines) else ""

    @property
    def _next(self) -> str:
        return self._later(1)

    def _later(self, lines: int) -> str:
        at = self._at + lines
        return self.lines[at].cells[0].text if at < len(self.lines) else ""

    def _take(self) -> Row:
        line = self.lines[self._at]
        self._at += 1
        return line

    def _while(self, wanted: Callable[[str], bool], most: int | None = None) -> list[Row]:
        found: list[Row] = []
        while self._at < len(self.lines) and wanted(self._text) and len(found) != most:
            found.append(self._take())
        return found

    def _is_remark(self, text: str) -> bool:
        return read_year_line(text) is not None and not self._roles

    def _is_label(self, text: str) -> bool:
        found = self.layout.meaning(text)
        return bool(found.field or found.fund or found.money_column or found.goal)

    def _is_goal(self, text: str) -> bool:
        return self.layout.meaning(text).goal is not None

    def _is_mark(self, text: str) -> bool:
        """Whether a text cannot be a value: a label, a heading, a title or a column's head."""
        is_column = self.layout.meaning(text).column is not None
        return is_column or self._is_label(text) or self.layout.title(text) is not None

    def _is_heading(self, text: str) -> bool:
        if not self.vocabulary.headings.find(text):
            return False
        return normalise(text).endswith("指标") or not looks_like_value(self._next)

    # -- rows -------------------------------------------------------------------------------------

    def _head(self) -> Row:
        row = _row(self._while(lambda text: self.layout.meaning(text).column is not None))
        head = Head.find(row, self.layout)
        self._roles = head.roles if head is not None else PLAIN_ROLES
        self._name_column = (head.column("name") if head is not None else None) or 0
        return row

    def _field(self) -> Row:
        """A label with its value; both labels 其他资金, and a money table's row, stand in one."""
        lines = [self._take()]
        first = self.layout.meaning(lines[0].cells[0].text)
        if first.money_column is not None:
            lines += self._while(lambda text: self.layout.meaning(text).money_column is not None)
            self._money_columns = len(lines)
            # The numbers of the rows below stand behind their labels.
            return _row(lines, range(1, len(lines) + 1))
        if self._money_columns and first.fund is not None:
            return self._money(lines)
        lines += self._while(lambda text: not self._is_mark(text), 1)
        again = self.layout.meaning(self._text).label.text == first.label.text
        if again and first.fund is not None:
            lines.append(self._take())
            lines += self._while(lambda text: not self._is_mark(text), 1)
        return _row(lines)

    def _money(self, lines: list[Row]) -> Row:
        """A row of the money table: amounts, then weight, rate and score, some of them lost."""
        values = self._while(lambda text: not self._is_mark(text), self._money_columns)
        numbers = sum(_NUMBER.fullmatch(half_width(v.cells[0].text)) is not None for v in values)
        # Where the amounts are lost, weight, rate and score are what is there.
        gap = 0 if numbers >= _FEWEST_AMOUNTS else self._money_columns - len(values)
        places = [0, *range(gap + 1, gap + 1 + len(values))]
        return _row([*lines, *values], places)

    def _goals(self) -> Iterator[Row]:
        labels = self._while(self._is_goal)
        named = [
            index
            for index, line in enumerate(labels)
            if self.layout.meaning(line.cells[0].text).goal != "section"
        ]
        yield _row(labels)
        lines = self._while(lambda text: not self._is_mark(text))
        texts = _paragraphs(lines, max(len(named), 1))
        if texts and named:
            # An empty goal leaves no line; the goal of the year is the one that is always there.
            places = named[-len(texts) :]
            yield _row(texts, places)
        elif texts:
            yield _row([*labels, *texts])

    def _indicator(self) -> Row:
        lines = self._while(self._is_heading)
        name = len(lines)
        if self._at < len(self.lines) and not self._is_mark(self._text):
            lines.append(self._take())
            lines += self._cells()
        if not lines:
            self._roles = ()
            return self._take()
        start = max(self._name_column - name, 0)
        row = _row(lines, range(start, start + len(lines)))
        return replace(row, place=lines[min(name, len(lines) - 1)].place)

    def _cells(self) -> list[Row]:
        """Take what the columns behind the name ask for, as long as it looks like it."""
        found: list[Row] = []
        for role in self._roles[1:]:
            text = self._text
            if not text or self._is_mark(text) or self._is_heading(text):
                break
            if role == "value" or self._fits(role, text):
                found.append(self._take())
        return found

    def _fits(self, role: str, text: str) -> bool:
        if role in _NUMERIC:
            return bool(_NUMBER.fullmatch(half_width(text)))
        if role in ("comparator", "direction", "polarity"):
            return comparator(text) is not None or is_nature(text)
        if role == "unit":
            return self.vocabulary.units.understand(text) is not None
        if role == "reason":
            return self._is_reason(text)
        # Words that a value follows are the name of the next row; a bare number is a weight.
        is_weight = bool(_NUMBER.fullmatch(half_width(self._next)))
        names = looks_like_value(self._next) and not is_weight
        return role == "actual" and (looks_like_value(text) or not names)

    def _is_reason(self, text: str) -> bool:
        """Whether a text explains the row before it rather than being the name of the next."""
        following = self._next
        if not following or self._is_mark(following) or self._is_heading(following):
            return True
        if looks_like_value(following):
            return False
        return bool(_SENTENCE.search(text)) or looks_like_value(self._later(2))


def _paragraphs(lines: Sequence[Row], goals: int) -> list[Row]:
    """Join the lines of each of `goals` goals; no more than that many are returned."""
    if len(lines) <= goals:
        return list(lines)
    starts = [0]
    if goals > 1:
        texts = [line.cells[0].text for line in lines]
        starts.append(_second_goal(texts))
    ends = [*starts[1:], len(lines)]
    return [_joined(lines[start:end]) for start, end in zip(starts, ends, strict=True)]


def _second_goal(texts: Sequence[str]) -> int:
    """Return the line that the second of two goals begins with.

    It speaks of the year, or begins a list again; else it is the line after the full stop that is
    nearest to the middle.
    """
    later = range(1, len(texts))
    if any(begun := [_OF_THE_YEAR.match(text) is not None for text in texts]) and not begun[0]:
        return begun.index(True)
    lists = [index for index in later if _LIST.match(texts[index])]
    if _LIST.match(texts[0]) and lists:
        return lists[0]
    stops = [index for index in later if texts[index - 1].endswith("。")] or list(later)
    return min(stops, key=lambda index: abs(index - len(texts) / 2))


def _joined(lines: Sequence[Row]) -> Row:
    cell = lines[0].cells[0]
    whole = replace(cell, text="\n".join(line.cells[0].text for line in lines))
    return replace(lines[0], cells=(whole,))


def _row(lines: Sequence[Row], places: Sequence[int] | None = None) -> Row:
    """Return one row of the cells of these lines."""
    columns = places or range(len(lines))
    cells: tuple[Cell, ...] = tuple(
        replace(line.cells[0], column=column) for line, column in zip(lines, columns, strict=True)
    )
    first, last = lines[0], lines[-1]
    # A row of one cell would be taken for prose.
    empty = Cell("", cells[-1].column + 1, last.place)
    return Row((*cells, empty), first.place, first.number, first.block)
