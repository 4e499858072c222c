"""Columns drawn with spaces: a cell stands where its column starts on the screen.

Chinese characters are two columns wide. Some characters (≥ — ×) are one or two wide, depending
on who drew the table: the width that gives fewer columns is taken.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from perfkg.readers.text.draft import Draft
from perfkg.readers.text.lines import MAX_LINE, Line
from perfkg.readers.text.words import Words

GAP = re.compile(r"(?<=\S)\s{2,}(?=\S)")
"""What divides two cells: two spaces or more."""
_CELL = re.compile(r"\S+(?:\s\S+)*")

_SHIFT = 2
"""Columns by which starts may differ and still be one column: cells are at least three apart."""


_LETTERS = 8
"""Letters of the longest label that is looked for where labels are printed wide."""


class Token(NamedTuple):
    """A printed cell: where it starts and ends on the screen, and its text.

    Attributes:
        start: offset with one column for each character of doubtful width.
        extra: how many characters of doubtful width stand before it.
        width: like `start`, for the text itself.
        doubtful: how many characters of doubtful width it holds.
    """

    text: str
    start: int
    extra: int
    width: int
    doubtful: int

    def begins(self, wide: int) -> int:
        """Where it starts when a doubtful character takes `wide` columns more than one."""
        return self.start + wide * self.extra

    def ends(self, wide: int) -> int:
        """Where it ends, likewise."""
        return self.begins(wide) + self.width + wide * self.doubtful


@dataclass(slots=True)
class _Group:
    """Starts that are one column."""

    starts: list[int] = field(default_factory=list)
    end: int = 0
    lines: set[int] = field(default_factory=set)


@dataclass(slots=True)
class Columns:
    """The columns of a table, from the starts of its cells."""

    wide: int
    of_start: dict[int, int]
    count: int

    def go_on(self, rows: Sequence[Sequence[Token]]) -> bool:
        """Whether `rows` are a table's next ones: no cell in the first column, all in others."""
        columns = (self.of_start.get(t.begins(self.wide), 0) for tokens in rows for t in tokens)
        return all(columns)

    def place(self, tokens: Sequence[Token]) -> list[str]:
        """Return all cells of a line, with empty ones where it prints nothing."""
        cells = [""] * self.count
        for token in tokens:
            column = self.of_start[token.begins(self.wide)]
            cells[column] = f"{cells[column]} {token.text}" if cells[column] else token.text
        return cells


def tokens_of(text: str) -> list[Token]:
    """Split a line at its gaps."""
    if len(text) > MAX_LINE:
        return [Token(text.strip(), 0, 0, MAX_LINE, 0)]
    found: list[Token] = []
    start = extra = 0
    position = 0
    for part in _CELL.finditer(text):
        gap, _ = _width(text[position : part.start()])
        start += gap
        cell = part.group()
        width, doubtful = _width(cell)
        found.append(Token(cell, start, extra, width, doubtful))
        start, extra, position = start + width, extra + doubtful, part.end()
    return found


def _width(text: str) -> tuple[int, int]:
    """Return the columns that a text takes, and how many characters are of doubtful width."""
    if text.isascii():
        return len(text), 0
    counts = "".join(map(_char, text))
    return len(text) + counts.count("w") - counts.count("0"), counts.count("?")


@lru_cache(maxsize=65536)
def _char(char: str) -> str:
    """Return how wide a character is: `w` for two columns, `?` for one or two, `0` for none."""
    if unicodedata.combining(char):
        return "0"
    return {"W": "w", "F": "w", "A": "?"}.get(unicodedata.east_asian_width(char), "1")


def shares_columns(lines: Sequence[Line]) -> bool:
    """Whether cells of these lines stand below one another, as they do in a table."""
    rows = [tokens_of(line.text)[1:] for line in lines]
    for wide in (1, 0):
        sides = [(t.begins(wide), -t.ends(wide)) for tokens in rows for t in tokens]
        counts = Counter(place for side in sides for place in side)
        if sides and 2 * sum(max(counts[a], counts[b]) > 1 for a, b in sides) >= len(sides):
            return True
    return False


def read_aligned(
    lines: Sequence[Line], known: Columns | None, words: Words
) -> tuple[list[Draft], Columns]:
    """Read a table drawn with spaces.

    `known` are the columns of the table before, which may go on after a blank line.
    """
    rows = [_spaced_labels_joined(tokens_of(line.text), words) for line in lines]
    columns = known if known is not None and known.go_on(rows) else _columns(rows)
    drafts = [
        Draft(line.number, columns.place(tokens)) for line, tokens in zip(lines, rows, strict=True)
    ]
    return drafts, columns


def _spaced_labels_joined(tokens: list[Token], words: Words) -> list[Token]:
    """Join the letters of a label that is printed wide (`项  目  名  称`)."""
    if sum(len(token.text) == 1 for token in tokens) < 2:
        return tokens
    found: list[Token] = []
    at = 0
    while at < len(tokens):
        end = at
        while end < len(tokens) and len(tokens[end].text) == 1 and end - at < _LETTERS:
            end += 1
        while end - at > 1 and not words.is_label("".join(t.text for t in tokens[at:end])):
            end -= 1
        end = max(end, at + 1)
        first, last = tokens[at], tokens[end - 1]
        text = " ".join(token.text for token in tokens[at:end])
        width = last.start + last.width - first.start
        doubtful = last.extra + last.doubtful - first.extra
        found.append(Token(text, first.start, first.extra, width, doubtful))
        at = end
    return found


def _columns(rows: Sequence[Sequence[Token]]) -> Columns:
    found = [_columns_with(rows, wide) for wide in (1, 0)]
    return min(found, key=lambda columns: len(columns.of_start))


def _columns_with(rows: Sequence[Sequence[Token]], wide: int) -> Columns:
    """Join starts that never stand in one line and lie within one another's cells.

    So numbers that are set to the right, or headings to the middle, keep their column.
    """
    lines: dict[int, list[int]] = defaultdict(list)
    ends: dict[int, int] = {}
    for index, tokens in enumerate(rows):
        for token in tokens:
            begin = token.begins(wide)
            lines[begin].append(index)
            ends[begin] = max(ends.get(begin, 0), token.ends(wide))
    groups: list[_Group] = []
    for begin in sorted(lines):
        group = groups[-1] if groups else None
        near = group and (begin < group.end or begin - group.starts[-1] <= _SHIFT)
        if group is None or not near or not group.lines.isdisjoint(lines[begin]):
            group = _Group()
            groups.append(group)
        group.starts.append(begin)
        group.end = max(group.end, ends[begin])
        group.lines.update(lines[begin])
    of_start = {start: index for index, group in enumerate(groups) for start in group.starts}
    return Columns(wide, of_start, len(groups))
