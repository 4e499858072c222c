"""Long lines as one strip of signs: without white space, but knowing where it was."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from perfkg.readers.text.lines import Line

_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_BREAK_IN_CHINESE = re.compile(r"(?<=[^\x00-\x7f])[ \t]*\n[ \t]*(?=[^\x00-\x7f])")
_BREAK = re.compile(r"[ \t]*\n[ \t]*")
_WRAPPED = 0.9
"""Share of the longest line that a line holds at least, if it was broken for its length."""

SPACE, GAP = 1, 2
"""A single space says little of where cells end; two, or a new line, say much."""


@dataclass(frozen=True, slots=True)
class Strip:
    """Signs without white space, half width, each with its place in the text.

    Attributes:
        bare: the signs, one for each of the text that is no white space.
        source: the lines, joined by line feeds.
        places: for each sign, where it stands in `source`.
        gaps: signs that white space stands before → `SPACE` or `GAP`.
        starts, numbers: where each line begins in `source`, and its number.
    """

    bare: str
    source: str
    places: Sequence[int]
    gaps: dict[int, int]
    starts: Sequence[int]
    numbers: Sequence[int]

    @classmethod
    def of(cls, lines: Sequence[Line]) -> Strip:
        """Join lines; one that was broken only for its length leaves no gap."""
        texts = [line.text.strip() for line in lines]
        longest = max(map(len, texts), default=0)
        places: list[int] = []
        gaps: dict[int, int] = {}
        starts: list[int] = []
        position = 0
        for index, text in enumerate(texts):
            starts.append(position)
            if index and len(texts[index - 1]) < _WRAPPED * longest:
                gaps[len(places)] = GAP
            before = 0
            for at, char in enumerate(text):
                if char.isspace():
                    before += 1
                    continue
                if before:
                    gaps[len(places)] = GAP if before > 1 else SPACE
                places.append(position + at)
                before = 0
            position += len(text) + 1
        source = "\n".join(texts)
        bare = "".join(source[place] for place in places).translate(_HALF_WIDTH)
        return cls(bare, source, places, gaps, starts, [line.number for line in lines])

    def text(self, start: int, end: int) -> str:
        """Return the signs from `start` to `end` as printed, lines that were broken rejoined."""
        if start >= end:
            return ""
        found = self.source[self.places[start] : self.places[end - 1] + 1]
        return _BREAK.sub(" ", _BREAK_IN_CHINESE.sub("", found)) if "\n" in found else found

    def place(self, at: int) -> tuple[int, int]:
        """Return the line and the character, both from one, where a sign is printed."""
        position = self.places[min(at, len(self.places) - 1)]
        index = bisect_right(self.starts, position) - 1
        return self.numbers[index], position - self.starts[index] + 1
