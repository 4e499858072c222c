"""Indicators that stand in an outline instead of a table, put into rows.

Notices and reports print them so: 一、产出指标, below it （一）数量指标, below that
1. 新建工程数量：3处.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from perfkg.layout import Layout
from perfkg.readers.grid import Cell, Grid, Row
from perfkg.vocabulary import Heading, Vocabulary

_CHINESE = "[一二三四五六七八九十]+"
_LEAD = re.compile(
    rf"(?P<chinese>{_CHINESE}[、.．])|(?P<bracket>[（(]{_CHINESE}[)）]、?)"
    r"|(?P<number>\d{1,2}(?:[、．]|\.(?!\d)))|(?P<small>[（(]\d{1,2}[)）]、?|[①-⑳])"
)
_ITEM = re.compile(
    r"(?P<name>[^:：]{2,}?)\s*(?:[:：]\s*(?=\S)|(?=[≥≤≧≦＞＜＝=><]))(?P<value>.+)", re.DOTALL
)
_FEWEST = 2
"""Second-level headings, and indicators, of the shortest outline."""


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of an outline: a heading with what it can mean, or an indicator and its target."""

    row: Row
    style: str | None
    text: str
    meanings: tuple[Heading, ...] = ()
    value: str | None = None

    @property
    def levels(self) -> set[int]:
        return {heading.level for heading in self.meanings}


def outline(grid: Grid, layout: Layout, vocabulary: Vocabulary) -> Grid:
    """Return `grid` with the lines of each outline of indicators put into rows."""
    if not any(_heading(row, vocabulary) for row in grid):
        return grid
    rows: list[Row] = []
    run: list[_Line] = []
    for row in grid:
        line = _line(row, layout, vocabulary, is_inside=bool(run))
        if line is None:
            rows += _put(run)
            run = []
            rows.append(row)
        else:
            run.append(line)
    return Grid((*rows, *_put(run)))


def _line(row: Row, layout: Layout, vocabulary: Vocabulary, *, is_inside: bool) -> _Line | None:
    heading = _heading(row, vocabulary)
    if heading is not None or not is_inside or not row.is_prose or not row.filled:
        return heading
    style, text = _led(row.filled[0].text)
    found = _ITEM.fullmatch(text)
    if found is None or layout.is_remark(text) or layout.is_closing(text):
        return None
    return _Line(row, style, found["name"], value=found["value"])


def _heading(row: Row, vocabulary: Vocabulary) -> _Line | None:
    if not row.is_prose or not row.filled:
        return None
    style, text = _led(row.filled[0].text)
    plain = text.rstrip(":： ")
    meanings = vocabulary.headings.find(plain)
    if not meanings or not (style or plain.endswith("指标")):
        return None
    return _Line(row, style, plain, meanings)


def _led(text: str) -> tuple[str | None, str]:
    """Return the kind of number in front of a text, and the text behind it."""
    found = _LEAD.match(text)
    return (found.lastgroup, text[found.end() :].strip()) if found else (None, text)


def _put(run: Sequence[_Line]) -> Iterator[Row]:
    """Yield the rows of an outline; the lines themselves where they are none."""
    seconds = sum(2 in line.levels for line in run)
    items = sum(line.value is not None for line in run)
    if min(seconds, items) < _FEWEST:
        yield from (line.row for line in run)
        return
    yield from _Outline().rows(run)


@dataclass(slots=True)
class _Outline:
    """Headings wait for the indicator below them, in whose row they are printed."""

    _waiting: dict[int, Cell] = field(default_factory=dict)
    _styles: dict[str | None, int] = field(default_factory=dict)

    def rows(self, run: Sequence[_Line]) -> Iterator[Row]:
        for line in run:
            if len(line.levels) == 1:
                self._styles.setdefault(line.style, min(line.levels))
        for line in run:
            if line.value is None:
                level = self._level(line)
                self._waiting[level] = Cell(line.text, level - 1, line.row.place)
            else:
                yield self._row(line, line.value)

    def _level(self, line: _Line) -> int:
        """Return the level of a heading; 成本指标 is of that of others with such a number."""
        if len(line.levels) == 1:
            return min(line.levels)
        return self._styles.get(line.style, 2 if 1 in self._waiting else 1)

    def _row(self, line: _Line, value: str) -> Row:
        row = line.row
        empty = [Cell("", column, row.place) for column in (0, 1)]
        headings = [self._waiting.pop(level, empty[level - 1]) for level in (1, 2)]
        name, target = Cell(line.text, 2, row.place), Cell(value, 3, row.place)
        return Row((*headings, name, target), row.place, row.number, row.block)
