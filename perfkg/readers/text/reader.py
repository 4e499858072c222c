"""From a text to a grid: each part of it is read in the shape that it has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count, repeat

from perfkg.messages import Problem, Text
from perfkg.readers.grid import Cell, Grid, Row
from perfkg.readers.limits import DEFAULT_LIMITS, Limits
from perfkg.readers.text.aligned import Columns, read_aligned
from perfkg.readers.text.draft import Draft
from perfkg.readers.text.lines import Chunk, chunks
from perfkg.readers.text.pipecells import read_pipe_cells
from perfkg.readers.text.pipes import read_pipe_rows
from perfkg.readers.text.shapes import Run, Shape, runs
from perfkg.readers.text.spaced import PlainReader
from perfkg.readers.text.tabs import read_tabs
from perfkg.readers.text.words import Words, words

_ROW_SIZE = 3
"""A row is as large as so many cells."""

_SHARE = 9
"""A text may be larger by this than the limit of cells: lines and cells of text are cheap, nine
million take about a gigabyte."""


@dataclass(slots=True)
class _Rows:
    """The rows so far, their blocks and their size."""

    most: int
    rows: list[Row] = field(default_factory=list)
    size: int = 0
    block: int = -1

    def add(self, draft: Draft) -> bool:
        """Add a row; return False when the text is at its limit."""
        texts = draft.texts
        self.size += len(texts) + _ROW_SIZE
        if self.size > self.most:
            return False
        place = f"line {draft.number}"
        places: Iterable[str] = repeat(place)
        if draft.numbers is not None:
            places = [f"line {number}" for number in draft.numbers]
        cells = tuple(map(Cell, texts, count(), places))
        self.rows.append(Row(cells, place, draft.number, self.block))
        return True


class _Reader:
    """Reads the runs of a text one after the other."""

    def __init__(self, known: Words) -> None:
        self._words = known
        self._plain = PlainReader(known)
        self._columns: Columns | None = None

    def drafts(self, run: Run) -> Iterable[Draft]:
        if run.shape is Shape.PLAIN:
            return self._plain.read(run.lines)
        self._plain.forget()
        if run.shape is Shape.ALIGNED:
            drafts, self._columns = read_aligned(run.lines, self._columns, self._words)
            return drafts
        self._columns = None
        if run.shape is Shape.TABS:
            return read_tabs(run.lines)
        if run.shape is Shape.PIPE_ROWS:
            return read_pipe_rows(run.lines)
        return read_pipe_cells(run.lines, self._words)


def read_text(text: str) -> Grid:
    """Return the rows of `text`, whatever the shape of its parts."""
    return read_text_with_problems(text)[0]


def read_text_with_problems(
    text: str, limits: Limits = DEFAULT_LIMITS
) -> tuple[Grid, tuple[Problem, ...]]:
    """Return the rows of `text`, and a problem when it is so large that its end was left out."""
    found = _Rows(_SHARE * limits.cells)
    reader = _Reader(words())
    for run, continues in _all_runs(chunks(text)):
        if not continues:
            found.block += 1
        for draft in reader.drafts(run):
            if not found.add(draft):
                return Grid(tuple(found.rows)), (_cut(draft.number),)
    return Grid(tuple(found.rows)), ()


def _all_runs(parts: Iterable[Chunk]) -> Iterator[tuple[Run, bool]]:
    """Yield every run, and whether it goes on in the block of the one before."""
    shape: Shape | None = None
    for chunk in parts:
        follows = chunk.follows
        for run in runs(chunk.lines):
            yield run, follows and run.shape is shape
            shape, follows = run.shape, False


def _cut(number: int) -> Problem:
    return Problem(
        "error",
        Text(
            f"文本过大，从第 {number} 行起未读取；请拆分后重试，或调大 PERFKG_MAX_CELLS",
            f"the text is too large and was not read from line {number} on; split it, or raise "
            "PERFKG_MAX_CELLS",
        ),
        f"line {number}",
    )
