"""Tab-separated text, as it is lifted from a PDF or copied from a page."""

from __future__ import annotations

import re

from perfkg.readers.grid import Cell, Grid, Row

_RULE = re.compile(r"[-=_:|\s]*")
_MARKDOWN_HEADING = re.compile(r"^#+\s+")
_LINE_END = re.compile(r"\r\n|\r|\n|\x0b|\x0c|\x85|\u2028|\u2029")


def read_text(text: str) -> Grid:
    """Split `text` into rows at line ends and into cells at tabs.

    A blank line or a form feed ends a block. A row of nothing but dashes, as tools draw under a
    table's head, is no row.
    """
    rows: list[Row] = []
    block = 0
    broken = False
    for number, line in enumerate(_LINE_END.split(text), start=1):
        if not line.strip():
            broken = True
            continue
        if _RULE.fullmatch(line):
            continue
        if broken:
            block, broken = block + 1, False
        rows.append(_row(line, number, block))
    return Grid(tuple(rows))


def _row(line: str, number: int, block: int) -> Row:
    place = f"line {number}"
    parts = _MARKDOWN_HEADING.sub("", line).split("\t")
    cells = tuple(Cell(part.strip(), column, place) for column, part in enumerate(parts))
    return Row(cells, place, number, block)
