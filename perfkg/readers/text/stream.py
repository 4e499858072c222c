"""A whole form on one line, or on a few long ones, with nothing between its cells.

Labels, heads and headings are found first: they anchor everything else. What lies between the label
of a field and the next label is its value; what lies behind a heading is rows of names and targets,
which `pairs` cuts by how they look. The rows are given as the official table prints them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from perfkg.layout import load_layout
from perfkg.messages import Problem, Text
from perfkg.readers.text.anchors import Anchors, Column, anchors
from perfkg.readers.text.draft import Draft
from perfkg.readers.text.headercuts import HeaderCutter
from perfkg.readers.text.lines import Line
from perfkg.readers.text.looks import looks
from perfkg.readers.text.pairs import Bounds
from perfkg.readers.text.strip import Strip
from perfkg.readers.text.tablecuts import Cut, Head, TableCutter
from perfkg.readers.text.words import Words, plain
from perfkg.vocabulary import load_vocabulary

MAX_STREAM = 60_000
"""Characters of lines that are cut by what they say."""

_FEWEST_LABELS = 6
_FEWEST_HEADINGS = 3
_LONG = 60
"""Characters of a line that may hold more than a row."""

_SENTENCE = re.compile("[。；;]")
_FEWEST_WRAPPED = 3
_NARROWEST = 25
_FULL = 0.9
"""Share of the width that a line broken for its length fills, and of the lines that do."""


@dataclass(slots=True)
class _Form:
    """A stretch of the text that is one form."""

    title: Bounds | None
    start: int
    end: int


@dataclass(slots=True)
class StreamReader:
    """Reads lines that hold whole forms, remembering the table that is open."""

    words: Words
    problems: list[Problem] = field(default_factory=list)
    _head: Head | None = None

    def forget(self) -> None:
        """Note that text of another shape follows."""
        self._head = None

    def read(self, lines: Sequence[Line]) -> Iterator[Draft]:
        """Give the rows of the forms on these lines."""
        strip = Strip.of(lines)
        for cut in _Cutter(strip, self.words, anchors(), self).rows():
            while len(cut) > 2 and cut[-1][0] == cut[-1][1]:
                cut.pop()
            filled = [bounds for bounds in cut if bounds[0] < bounds[1]]
            if not filled:
                continue
            places = [strip.place(max(bounds[0], filled[0][0])) for bounds in cut]
            texts = [strip.text(*bounds) for bounds in cut]
            numbers, characters = (list(each) for each in zip(*places, strict=True))
            yield Draft(min(numbers), texts, numbers, characters)

    def open(self, head: Head | None) -> None:
        """Remember the head of the table that the next line may go on with."""
        self._head = head

    @property
    def head(self) -> Head | None:
        """The head of the table that the line before left open."""
        return self._head


@dataclass(slots=True)
class _Cutter:
    """Cuts one strip."""

    strip: Strip
    words: Words
    anchors: Anchors
    reader: StreamReader

    def rows(self) -> Iterator[Cut]:
        text = self.strip.bare
        heads = list(self.anchors.heads(text, 0, len(text)))
        for form in self._forms():
            at = form.start
            if form.title is not None:
                yield [form.title]
                yield from self._lines_below(form)
                at = form.start
                self.reader.open(None)
            own = [head for head in heads if form.start <= head[0].start < form.end]
            yield from self._form(at, form.end, own)

    def _forms(self) -> Iterator[_Form]:
        """Divide the text at titles, and where a project's name follows a table."""
        text = self.strip.bare
        starts: list[tuple[int, Bounds | None]] = []
        for found in self.anchors.title.finditer(text):
            if self._is_title(found.end()):
                begin = 0 if not starts and self._opens(found.start()) else found.start()
                starts.append((begin, (begin, found.end())))
        if not starts or starts[0][0] > 0:
            starts.insert(0, (0, None))
        ends = [*(start for start, _ in starts[1:]), len(text)]
        for (start, title), end in zip(starts, ends, strict=True):
            yield _Form(title, title[1] if title else start, end)

    def _opens(self, start: int) -> bool:
        """Whether what stands before the first title is part of it (云岭县财政…表)."""
        return start <= 20 and not any(char in "。,;:" for char in self.strip.bare[:start])

    def _is_title(self, end: int) -> bool:
        text = self.strip.bare
        if end in self.strip.gaps or end == len(text) or self.anchors.year.match(text, end):
            return True
        if text[end] == "(" or self.anchors.unit.match(text, end):
            return True
        scanned = self.words.scan(text[end : end + 40])
        return bool(scanned) and scanned[0].start == 0

    def _lines_below(self, form: _Form) -> Iterator[Cut]:
        """Yield the lines between the title and the table: the year, the unit of money."""
        text = self.strip.bare
        for pattern in (self.anchors.year, self.anchors.unit, self.anchors.year):
            if (found := pattern.match(text, form.start, form.end)) and found.end() > form.start:
                yield [found.span()]
                form.start = found.end()

    def _form(self, start: int, end: int, heads: Sequence[Sequence[Column]]) -> Iterator[Cut]:
        text = self.strip.bare
        remark = self.anchors.remark.search(text, heads[-1][-1].end if heads else start, end)
        stop = remark.start() if remark and (heads or self.reader.head) else end
        first = heads[0][0].start if heads else stop
        if self.reader.head is not None and not heads and self._goes_on(start, stop):
            yield from self._table(self.reader.head, start, stop)
        else:
            header = HeaderCutter(self.strip, load_layout(), self.words, self.anchors)
            yield from header.rows(start, first)
            self._report(header.guesses)
        for head, behind in zip(heads, [*(h[0].start for h in heads[1:]), stop], strict=False):
            yield [(tile.start, tile.end) for tile in head]
            self.reader.open(Head.of(head))
            yield from self._table(Head.of(head), head[-1].end, behind)
        if stop < end:
            yield [(stop, end)]

    def _goes_on(self, start: int, end: int) -> bool:
        """Whether a text without a head goes on with the table of the line before."""
        found = self.words.scan(self.strip.bare[start:end])
        return not found or found[0].kind == "heading" or found[0].start > 0

    def _table(self, head: Head, start: int, end: int) -> Iterator[Cut]:
        headings = load_vocabulary().headings
        yield from TableCutter(self.strip, self.anchors, headings, looks(), head).rows(start, end)

    def _report(self, guesses: Sequence[int]) -> None:
        for at in guesses:
            number, _ = self.strip.place(at)
            self.reader.problems.append(
                Problem(
                    "warning",
                    Text(
                        "两个目标的文字连在一起，没有分隔，已在居中的句号处断开；请核对",
                        "the texts of two goals run together and were parted at the full stop "
                        "nearest to the middle; check them",
                    ),
                    f"line {number}",
                )
            )


def stream_start(lines: Sequence[Line], words: Words) -> int | None:
    """Return the first of `lines` that holds whole parts of a form, None where each is a row.

    What follows such a line goes on with it.
    """
    lengths = [len(line.text) for line in lines]
    longest = max(lengths)
    if longest < _LONG and not _are_wrapped(lengths):
        return None
    if sum(lengths) > MAX_STREAM:
        return None
    if _are_wrapped(lengths):
        joined = plain("".join(line.text for line in lines))
        return 0 if _holds_parts(joined, words) else None
    for index, line in enumerate(lines):
        if len(line.text) >= _LONG and _holds_parts(plain(line.text), words):
            return _with_lines_above(lines, index)
    return None


def _with_lines_above(lines: Sequence[Line], index: int) -> int:
    """Return where the form begins, whose title and first labels may stand on shorter lines."""
    while index and not _SENTENCE.search(lines[index - 1].text):
        index -= 1
    return index


def _are_wrapped(lengths: Sequence[int]) -> bool:
    """Whether lines were broken at one width, wherever a cell ends."""
    longest = max(lengths)
    if len(lengths) < _FEWEST_WRAPPED or longest < _NARROWEST:
        return False
    full = sum(length >= _FULL * longest for length in lengths[:-1])
    return full >= _FULL * (len(lengths) - 1)


def _holds_parts(text: str, words: Words) -> bool:
    """Whether a text without white space holds more labels than one row of a form does."""
    kinds = Counter(match.kind for match in words.scan(text))
    if kinds["field"] + kinds["fund"] + kinds["goal"] >= _FEWEST_LABELS:
        return True
    if kinds["heading"] >= _FEWEST_HEADINGS:
        return True
    # A head with a row of its table behind it.
    heads = anchors().heads(text, 0, len(text))
    return any(anchors().heading.match(text, head[-1].end) for head in heads)
