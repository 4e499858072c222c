"""From the events of an HTML parser to tables and lines.

The markup is read as a stream of events and never built into a tree, so that unclosed tags, as
Word and old portals write them, cannot hide a row, and depth costs nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from perfkg.readers.tables import MAX_COLUMNS, Box, Flow, Table

MAX_DEPTH = 40
"""Tables inside tables; a table deeper than this is read as text."""

MAX_ROWSPAN = 65_534
"""Rows that one cell may cover, as browsers have it."""

_DIGITS = re.compile(r"\s*(\d{1,9})")
_SPACE = re.compile("[ \t\r\n\f]+")
_HIDDEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all|visibility\s*:\s*hidden", re.I)
_SKIPPED = frozenset(
    {"applet", "audio", "canvas", "embed", "head", "iframe", "noframes", "noscript", "object",
     "script", "style", "svg", "template", "title", "video", "xml"}
)  # fmt: skip
_BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd", "div",
     "dl", "dt", "fieldset", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
     "header", "hr", "legend", "li", "main", "nav", "ol", "option", "p", "pre", "section",
     "select", "ul"}
)  # fmt: skip


class PageTooLargeError(Exception):
    """The page has more rows and cells than it may."""


@dataclass(slots=True)
class _OpenTable:
    """A table whose end has not come yet."""

    table: Table
    parent: _Writer
    row: list[Box] | None = None
    cell: _Writer | None = None
    column: int = 0
    covered: dict[int, int] = field(default_factory=dict)
    taken: set[int] = field(default_factory=set)
    stray: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Writer:
    """Collects the text of a flow until a table or its end comes."""

    flow: Flow
    parts: list[str] = field(default_factory=list)

    def flush(self) -> None:
        if not self.parts:
            return
        if text := "".join(self.parts).strip(" \n"):
            self.flow.items.append(text)
        self.parts.clear()


class Events:
    """What the parser calls; a cell or row that starts closes the open one of its table.

    Args:
        most: rows and cells after which the page is too large.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self.flow = Flow()
        self._page = _Writer(self.flow)
        self._tables: list[_OpenTable] = []
        self._open: list[tuple[str, object]] = []
        self._skipped_at = 0
        self._pre = 0
        self._boxes = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Take the start of an element."""
        mark: object = None
        if not self._skipped_at:
            if self._is_skipped(tag, attributes):
                self._skipped_at = len(self._open) + 1
            elif tag == "table":
                mark = self._start_table()
            elif tag == "tr" and self._tables:
                self._start_row()
            elif tag in ("td", "th") and self._tables:
                mark = self._start_cell(attributes)
            else:
                self._start_inline(tag, attributes)
        self._open.append((tag, mark))

    def end(self, _: str) -> None:
        """Take the end of the element that was opened last."""
        if not self._open:
            return
        tag, mark = self._open.pop()
        if self._skipped_at:
            if len(self._open) < self._skipped_at:
                self._skipped_at = 0
            return
        if isinstance(mark, _Writer):
            if self._tables and self._tables[-1].cell is mark:
                self._close_cell(self._tables[-1])
        elif isinstance(mark, _OpenTable):
            self._end_table(mark)
        elif tag in _BLOCKS:
            self._write("\n")
            self._pre -= tag == "pre"

    def data(self, data: str) -> None:
        """Take text."""
        if self._skipped_at:
            return
        # Most text has no white space to fold: neither a break, which is not printable, nor two
        # spaces.
        if self._pre or (data.isprintable() and "  " not in data):
            self._write(data)
        else:
            self._write(_SPACE.sub(" ", data))

    def comment(self, _: str) -> None:
        """Pass over a comment."""

    def close(self) -> None:
        """Close what the page left open."""
        while self._tables:
            self._end_table(self._tables[-1])
        self._page.flush()

    @staticmethod
    def _is_skipped(tag: str, attributes: Mapping[str, str]) -> bool:
        if tag in _SKIPPED or "hidden" in attributes:
            return True
        if tag == "option":
            return "selected" not in attributes
        style = attributes.get("style")
        return style is not None and _hides(style)

    def _start_inline(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag in _BLOCKS:
            self._write("\n")
            self._pre += tag == "pre"
        elif tag == "input":
            self._write(_field_text(attributes))

    def _write(self, text: str) -> None:
        if not self._tables:
            self._page.parts.append(text)
        elif (cell := self._tables[-1].cell) is not None:
            cell.parts.append(text)
        else:
            self._tables[-1].stray.append(text)

    def _start_table(self) -> _OpenTable | None:
        """Open a table: in the open cell, on the page, or after an unclosed table's last row."""
        if len(self._tables) >= MAX_DEPTH:
            return None
        if self._tables and self._tables[-1].cell is None:
            self._end_table(self._tables[-1])
        parent = self._tables[-1].cell if self._tables else self._page
        parent = parent or self._page
        parent.flush()
        opened = _OpenTable(Table(), parent)
        parent.flow.items.append(opened.table)
        self._tables.append(opened)
        return opened

    def _start_row(self) -> None:
        opened = self._tables[-1]
        self._close_cell(opened)
        self._place_stray(opened)
        opened.row, opened.column = [], 0
        opened.taken = set(opened.covered)
        opened.covered = {at: left - 1 for at, left in opened.covered.items() if left > 1}
        self._count()
        opened.table.rows.append(opened.row)

    def _start_cell(self, attributes: Mapping[str, str]) -> _Writer:
        opened = self._tables[-1]
        if opened.row is None:
            self._start_row()
        if opened.cell is not None:
            self._close_cell(opened)
        column = opened.column
        while column in opened.taken:
            column += 1
        colspan, rowspan = attributes.get("colspan", "1"), attributes.get("rowspan", "1")
        span = 1 if colspan == "1" else _span(colspan, MAX_COLUMNS)
        rows = 1 if rowspan == "1" else _span(rowspan, MAX_ROWSPAN)
        flow = Flow([])
        self._count()
        if opened.row is not None and column < MAX_COLUMNS:
            opened.row.append(Box(column, span, flow))
        if rows > 1:
            end = min(column + span, MAX_COLUMNS)
            opened.covered.update(dict.fromkeys(range(column, end), rows - 1))
        opened.column = column + span
        opened.cell = _Writer(flow, [])
        return opened.cell

    def _count(self) -> None:
        self._boxes += 1
        if self._boxes > self._most:
            raise PageTooLargeError

    @staticmethod
    def _close_cell(opened: _OpenTable) -> None:
        if opened.cell is not None:
            opened.cell.flush()
            opened.cell = None

    @staticmethod
    def _place_stray(opened: _OpenTable) -> None:
        """Put text outside of any cell in front of its table, as browsers show it."""
        if text := "".join(opened.stray).strip():
            opened.parent.flow.items.insert(-1, text)
        opened.stray.clear()

    def _end_table(self, ended: _OpenTable) -> None:
        while ended in self._tables:
            opened = self._tables.pop()
            self._close_cell(opened)
            self._place_stray(opened)


@lru_cache(maxsize=256)
def _hides(style: str) -> bool:
    """Whether a style, of which a page has few, keeps its element from being seen."""
    return _HIDDEN.search(style) is not None


def _span(value: str, limit: int) -> int:
    digits = _DIGITS.match(value)
    return min(max(int(digits[1]), 1), limit) if digits else 1


def _field_text(attributes: Mapping[str, str]) -> str:
    """Return what a form field shows."""
    kind = attributes.get("type", "text").lower()
    if kind in ("checkbox", "radio"):
        return "☑" if "checked" in attributes else "□"
    return attributes.get("value", "") if kind in ("text", "number", "date") else ""
