"""Lines of a text, gathered into chunks that no blank line interrupts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

MAX_CHUNK = 200_000
"""Lines that are looked at together; a longer chunk is cut, which bounds the memory."""

MAX_LINE = 20_000
"""Characters of a line whose cells are told by spaces or labels; a longer one stays whole."""

_LINE_ENDS = "\r\n\x0b\x0c\x85\u2028\u2029"
_NO_LINE_ENDS = "\x1c\x1d\x1e"
"""What `str.splitlines` takes for the end of a line, and no editor does."""

_RULE = re.compile(r"[-=_:\s]*")
_RULE_WITH_PIPES = re.compile(r"[-=_:|\s]*")
_FRAME = re.compile(r"[-=+\s\u2500-\u257f]*|\u2014{5,}")
_BARS = str.maketrans("\u2502\u2503\uff5c", "|||")
_MARKDOWN_HEADING = re.compile(r"^#+\s+")


class Line(NamedTuple):
    """One line: its one-based number and its text."""

    number: int
    text: str


class Chunk(NamedTuple):
    """Lines without a blank line between them; `follows` when a cut stands before the first."""

    lines: list[Line]
    follows: bool


def chunks(text: str) -> Iterator[Chunk]:
    """Yield the chunks of `text`; a blank line or a form feed ends one.

    Rows of nothing but dashes or equals signs, as tools draw under a table's head, are left out;
    those with pipes are kept, for they tell a Markdown table.
    """
    found: list[Line] = []
    follows = False
    for number, line, feed in _lines(text):
        bare = line.strip()
        # A sign alone on its line is a cell (a comparator, or a dash for nothing), no rule.
        if bare and (len(bare) == 1 or bare[0].isalnum() or not _is_rule(line)):
            found.append(Line(number, _cleaned(line)))
            if len(found) >= MAX_CHUNK:
                yield Chunk(found, follows)
                found, follows = [], True
        if feed or not bare:
            if found:
                yield Chunk(found, follows)
            found, follows = [], False
    if found:
        yield Chunk(found, follows)


def _cleaned(line: str) -> str:
    """Take off a Markdown heading's sign, and write the bars of drawn tables as pipes."""
    text = _MARKDOWN_HEADING.sub("", line) if line[0] == "#" else line
    if text.isascii():
        return text
    if "\u2502" in text or "\u2503" in text or text.count("\uff5c") > 1:
        return text.translate(_BARS)
    return text


def _lines(text: str) -> Iterator[tuple[int, str, bool]]:
    """Yield each line with its number, and whether a form feed ends it."""
    for sign in _NO_LINE_ENDS:
        text = text.replace(sign, " ")
    for number, line in enumerate(text.splitlines(keepends=True), start=1):
        yield number, line.rstrip(_LINE_ENDS), line[-1] == "\x0c"


def _is_rule(line: str) -> bool:
    if _RULE.fullmatch(line) or (line.strip() != "+" and _FRAME.fullmatch(line)):
        return True
    return "\t" in line and _RULE_WITH_PIPES.fullmatch(line) is not None
