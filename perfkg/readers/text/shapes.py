"""Which shape the lines of a chunk have."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import Enum
from itertools import groupby
from typing import NamedTuple

from perfkg.readers.text.aligned import GAP, shares_columns
from perfkg.readers.text.lines import MAX_LINE, Line
from perfkg.readers.text.pipes import is_separator, pieces

_FEW = 3
"""Lines without a tab that are no table of their own, where they stand among lines with tabs."""


_FEW_GAPS = 2
"""Lines with gaps that may yet be prose, if nothing in them stands below one another."""


class Shape(Enum):
    """How the cells of a line are told apart."""

    TABS = "tabs"
    PIPE_ROWS = "pipe rows"
    PIPE_CELLS = "pipe cells"
    ALIGNED = "aligned"
    PLAIN = "plain"


class Run(NamedTuple):
    """Neighbouring lines of one shape."""

    shape: Shape
    lines: list[Line]


def runs(lines: Sequence[Line]) -> Iterator[Run]:
    """Divide a chunk into runs of one shape each."""
    marks = [_mark(line.text) for line in lines]
    _absorb(marks, Shape.TABS)
    _settle_pipes(lines, marks)
    at = 0
    for shape, group in groupby(marks):
        size = sum(1 for _ in group)
        part = list(lines[at : at + size])
        yield from _without_signs(part) if shape is Shape.PLAIN else [Run(shape, part)]
        at += size


def _mark(text: str) -> Shape:
    if "\t" in text:
        bare = text.strip()
        fenced = bare.startswith("|") and bare.endswith("|") and bare.count("|") > 2
        return Shape.PIPE_ROWS if fenced else Shape.TABS
    return Shape.PIPE_ROWS if "|" in text else Shape.PLAIN


def _absorb(marks: list[Shape], shape: Shape) -> None:
    """Give a few plain lines beside lines of `shape` that shape."""
    at = 0
    groups = [(mark, sum(1 for _ in group)) for mark, group in groupby(marks)]
    for index, (mark, size) in enumerate(groups):
        beside = [groups[i][0] for i in (index - 1, index + 1) if 0 <= i < len(groups)]
        if mark is Shape.PLAIN and shape in beside and size <= _FEW:
            marks[at : at + size] = [shape] * size
        at += size


# -- pipes --------------------------------------------------------------------------------------


def _settle_pipes(lines: Sequence[Line], marks: list[Shape]) -> None:
    """Tell rows of pipes from cells with a pipe each; the latter take the lines between them."""
    start = end = None
    for index, mark in enumerate([*marks, Shape.TABS]):
        if mark is Shape.PIPE_ROWS:
            start, end = index if start is None else start, index + 1
        elif mark is Shape.TABS and start is not None and end is not None:
            _settle_stretch(lines, marks, start, end)
            start = end = None


def _settle_stretch(lines: Sequence[Line], marks: list[Shape], start: int, end: int) -> None:
    rows = [_is_row(line.text) for line in lines[start:end]]
    at = start
    groups = [(is_row, sum(1 for _ in group)) for is_row, group in groupby(rows)]
    for index, (is_row, size) in enumerate(groups):
        part = lines[at : at + size]
        if is_row and size == 1 and not part[0].text.lstrip().startswith("|"):
            inside = index > 0 and marks[at - 1] is Shape.PIPE_CELLS
            if inside and index + 1 < len(groups):
                marks[at] = Shape.PIPE_CELLS
        elif not is_row and _are_cells(part):
            marks[at : at + size] = [Shape.PIPE_CELLS] * size
        at += size


def _is_row(text: str) -> bool:
    """Whether a line holds several cells, or is drawn between such lines."""
    bare = text.strip()
    if "|" not in bare:
        return False
    if is_separator(bare):
        return True
    if bare.count("|") < 2 and (bare.startswith("|") or bare.endswith("|")):
        return False
    filled = sum(1 for piece in pieces(bare) if piece.strip())
    return filled > 1 or (filled == 1 and bare.count("|") > 1)


def _are_cells(lines: Sequence[Line]) -> bool:
    """Whether lines hold one cell each: lone pipes stand among them, or many end in a pipe."""
    texts = [line.text.strip() for line in lines]
    ends = sum(text.endswith("|") for text in texts)
    return ends > _FEW or (ends > 1 and "|" in texts)


# -- lines without tabs and pipes ---------------------------------------------------------------


def _without_signs(lines: Sequence[Line]) -> Iterator[Run]:
    """Tell columns drawn with spaces from plain lines."""
    gaps = [len(line.text) <= MAX_LINE and GAP.search(line.text) is not None for line in lines]
    count = sum(gaps)
    if not count:
        yield Run(Shape.PLAIN, list(lines))
        return
    first = gaps.index(True)
    last = _with_indented(lines, len(gaps) - gaps[::-1].index(True))
    few = count <= _FEW_GAPS
    if count * 2 < last - first or (few and not shares_columns(lines[first:last])):
        yield Run(Shape.PLAIN, list(lines))
        return
    for shape, part in (
        (Shape.PLAIN, lines[:first]),
        (Shape.ALIGNED, lines[first:last]),
        (Shape.PLAIN, lines[last:]),
    ):
        if part:
            yield Run(shape, list(part))


_INDENT = re.compile(r"\s{2,}\S")


def _with_indented(lines: Sequence[Line], last: int) -> int:
    """Take the lines that follow with an empty first cell."""
    while last < len(lines) and _INDENT.match(lines[last].text):
        last += 1
    return last
