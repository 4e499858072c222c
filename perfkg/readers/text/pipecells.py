"""One cell a line, each ended by a pipe, as text copied from Word or a web page has it.

    |
    主管部门 |
    湘潭市环境卫生管理处 |
    实施单位 |
    |
    ||||

A lone pipe opens the row, or is an empty cell; several pipes are the empty cells at the end of
the row. Where a row has no empty cells at its end, only the pipe that opens the next row tells
that it is over: the width of the table, or what the cells say, must then tell that pipe from an
empty cell.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from perfkg.readers.tables import cell_text
from perfkg.readers.text.draft import MAX_COLUMNS, Draft
from perfkg.readers.text.lines import Line
from perfkg.readers.text.pipes import pieces
from perfkg.readers.text.values import is_value
from perfkg.readers.text.words import Words

MAX_WIDTH = 64
"""Columns of a table whose width is guessed from the order of its pipes."""


class _Slot(NamedTuple):
    """A cell, or (without text) a lone pipe: an empty cell or the opening of a row."""

    number: int
    text: str


@dataclass(slots=True)
class _Segment:
    """Slots up to a certain end of a row; `tail` counts the empty cells printed there."""

    slots: list[_Slot]
    tail: int = 0

    @property
    def size(self) -> int:
        return len(self.slots) + self.tail

    @property
    def is_whole(self) -> bool:
        """Whether no lone pipe stands inside that could open another row."""
        return all(slot.text for slot in self.slots)


def read_pipe_cells(lines: Sequence[Line], words: Words) -> Iterator[Draft]:
    """Put the cells of a table that was printed one cell a line back into rows."""
    parts = list(_Gatherer().gather(lines))
    width = _width([part for part in parts if isinstance(part, _Segment)])
    for part in parts:
        if isinstance(part, Line):
            yield Draft(part.number, [part.text.strip()])
            continue
        rows = _split(part, width, words)
        for row in rows[:-1]:
            yield _draft(row, 0)
        yield _draft(rows[-1], part.tail)


def _width(segments: Sequence[_Segment]) -> int:
    """Return how many cells a row has at most, or 0 when no end of a row is certain."""
    whole = [segment.size for segment in segments if segment.is_whole]
    ended = [segment.size for segment in segments if segment.tail > 1]
    return max(whole) if whole else min(ended, default=0)


def _draft(slots: Sequence[_Slot], tail: int) -> Draft:
    tail = max(0, min(tail, MAX_COLUMNS - len(slots)))
    if len(slots) > MAX_COLUMNS:
        rest = " ".join(slot.text for slot in slots[MAX_COLUMNS - 1 :] if slot.text)
        slots = [*slots[: MAX_COLUMNS - 1], _Slot(slots[MAX_COLUMNS - 1].number, rest)]
    numbers = [slot.number for slot in slots]
    first = next((slot.number for slot in slots if slot.text), numbers[0])
    texts = [slot.text for slot in slots] + [""] * tail
    return Draft(first, texts, numbers + numbers[-1:] * tail)


@dataclass(slots=True)
class _Gatherer:
    """Collects lines into segments; lines without a pipe belong to the cell that they open."""

    slots: list[_Slot] = field(default_factory=list)
    pending: list[Line] = field(default_factory=list)
    is_open: bool = False

    def gather(self, lines: Sequence[Line]) -> Iterator[_Segment | Line]:
        for line in lines:
            text = line.text.strip()
            if "|" not in text:
                if self.is_open:
                    self.pending.append(line)
                else:
                    yield line
            elif not text.strip("| \t\u3000"):
                yield from self._pipes(line.number, text.count("|"))
            else:
                self._cells(line.number, text)
        yield from self._close(0)

    def _pipes(self, number: int, count: int) -> Iterator[_Segment | Line]:
        if self.pending:
            self._end_cell(number, "")
            count -= 1
        if count == 1 and not self.is_open:
            self.is_open = True
        elif count == 1:
            self.slots.append(_Slot(number, ""))
        elif count > 1:
            yield from self._close(count)

    def _cells(self, number: int, text: str) -> None:
        self.is_open = True
        found = pieces(text)
        if len(found) > 1 and not found[0].strip() and not self.slots:
            del found[0]
        rest = found.pop()
        for piece in found:
            self._end_cell(number, piece)
        if rest.strip():
            self.pending.append(Line(number, rest))

    def _end_cell(self, number: int, text: str) -> None:
        above = [line.text for line in self.pending]
        first = self.pending[0].number if above else number
        self.pending.clear()
        self.slots.append(_Slot(first, cell_text("\n".join([*above, text]))))

    def _close(self, tail: int) -> Iterator[_Segment | Line]:
        if any(slot.text for slot in self.slots):
            yield _Segment(self.slots, tail)
        yield from self.pending
        self.slots, self.pending, self.is_open = [], [], False


def _split(segment: _Segment, width: int, words: Words) -> list[list[_Slot]]:
    """Divide a segment into rows at the lone pipes that open one."""
    slots = segment.slots
    if segment.is_whole or (segment.tail > 1 and segment.size <= width):
        return [slots]
    if rows := _rectangle(segment, width):
        return rows
    return _by_content(slots, width or MAX_WIDTH, words)


def _rectangle(segment: _Segment, width: int) -> list[list[_Slot]] | None:
    """Divide into rows of one width, if every pipe that would open one is there."""
    slots = segment.slots
    total = segment.size + 1
    for cells in [width] if width else range(2, MAX_WIDTH):
        if not cells or total % (cells + 1):
            continue
        # The pipe that opens the first row is not among the slots.
        opens = range(cells, segment.size, cells + 1)
        if not opens or any(at >= len(slots) or slots[at].text for at in opens):
            continue
        starts = [0, *(at + 1 for at in opens)]
        if all(any(slot.text for slot in slots[start : start + cells]) for start in starts):
            return [slots[start : start + cells] for start in starts]
    return None


def _by_content(slots: Sequence[_Slot], width: int, words: Words) -> list[list[_Slot]]:
    rows: list[list[_Slot]] = [[]]
    ahead = _filled_ahead(slots)
    for index, slot in enumerate(slots[:-1]):
        after = slots[index + 1].text
        full = len(rows[-1]) + 1 + ahead[index + 1] > width
        if not slot.text and after and rows[-1] and (full or _opens(rows[-1], after, words)):
            rows.append([])
        else:
            rows[-1].append(slot)
    rows[-1].append(slots[-1])
    return [row for row in rows if row] or [list(slots)]


def _filled_ahead(slots: Sequence[_Slot]) -> list[int]:
    """Return for each slot how many with text stand from it on, up to the next lone pipe."""
    counts = [0] * (len(slots) + 1)
    for index in range(len(slots) - 1, -1, -1):
        counts[index] = counts[index + 1] + 1 if slots[index].text else 0
    return counts


def _opens(row: Sequence[_Slot], after: str, words: Words) -> bool:
    """Whether a lone pipe between `row` and the text `after` opens a row."""
    before = row[-1].text
    only_labels = len(row) > 2 and all(words.is_label(slot.text) for slot in row)
    if before and words.is_label(before) and not only_labels:
        return False
    return words.is_label(after) or (is_value(before) and not is_value(after))
