"""From a text to a grid: each part of it is read in the shape that it has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count, repeat

from perfkg.messages import Problem, Text
from perfkg.readers.grid import Cell, Grid, Row
from perfkg.readers.limits import DEFAULT_LIMITS, Limits
from perfkg.readers.text.aligned import Columns, read_aligned
from perfkg.readers.text.draft import Draft
from perfkg.readers.text.lines import Chunk, Line, chunks
from perfkg.readers.text.pipecells import read_pipe_cells
from perfkg.readers.text.pipes import read_pipe_rows
from perfkg.readers.text.shapes import Run, Shape, runs
from perfkg.readers.text.spaced import PlainReader
from perfkg.readers.text.stream import StreamReader, stream_start
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
        place, places = _places(draft)
        cells = tuple(map(Cell, texts, count(), places))
        self.rows.append(Row(cells, place, len(self.rows) + 1, self.block))
        return True


def _places(draft: Draft) -> tuple[str, Iterable[str]]:
    """Return the place of a row and of each of its cells."""
    if draft.characters is not None and draft.numbers is not None:
        pairs = zip(draft.numbers, draft.characters, strict=True)
        places = [f"line {number}, character {character}" for number, character in pairs]
        return places[0], places
    place = f"line {draft.number}"
    if draft.numbers is not None:
        return place, [f"line {number}" for number in draft.numbers]
    return place, repeat(place)


class _Reader:
    """Reads the runs of a text one after the other."""

    def __init__(self, known: Words) -> None:
        self._words = known
        self._plain = PlainReader(known)
        self._stream = StreamReader(known)
        self._columns: Columns | None = None

    def drafts(self, run: Run) -> Iterable[Draft]:
        if run.shape is Shape.PLAIN:
            return self._plain_drafts(run.lines)
        self._plain.forget()
        self._stream.forget()
        if run.shape is Shape.ALIGNED:
            drafts, self._columns = read_aligned(run.lines, self._columns, self._words)
            return drafts
        self._columns = None
        if run.shape is Shape.TABS:
            return read_tabs(run.lines)
        if run.shape is Shape.PIPE_ROWS:
            return read_pipe_rows(run.lines)
        return read_pipe_cells(run.lines, self._words)

    def _plain_drafts(self, lines: Sequence[Line]) -> Iterator[Draft]:
        start = stream_start(lines, self._words)
        above = lines if start is None else lines[:start]
        if above:
            self._stream.forget()
            yield from self._plain.read(above)
        if start is not None:
            self._plain.forget()
            yield from self._stream.read(lines[start:])

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What could only be guessed."""
        return tuple(self._stream.problems)


def read_text(text: str) -> Grid:
    """Return the rows of `text`, whatever the shape of its parts."""
    return read_text_with_problems(text)[0]


def read_text_with_problems(
    text: str, limits: Limits = DEFAULT_LIMITS
) -> tuple[Grid, tuple[Problem, ...]]:
    """Return the rows of `text`, and what could only be guessed or was too large to be read."""
    found = _Rows(_SHARE * limits.cells)
    reader = _Reader(words())
    for run, continues in _all_runs(chunks(text)):
        if not continues:
            found.block += 1
        for draft in reader.drafts(run):
            if not found.add(draft):
                return Grid(tuple(found.rows)), (*reader.problems, _cut(draft.number))
    return Grid(tuple(found.rows)), reader.problems


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
