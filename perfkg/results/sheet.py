"""Cells of an Excel sheet that is written row by row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, TypeAlias
from unicodedata import east_asian_width

from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from perfkg.results.cells import plain

Value: TypeAlias = str | int | float | bool | datetime | None

MOST_ROWS: Final = 1_048_575
"""Rows that a sheet can hold below its headings."""
LONGEST: Final = 32_767
"""Characters that a cell can hold."""
BOLD: Final = Font(bold=True)
_SAMPLE: Final = 200
_WIDEST: Final = 60
_TOP: Final = Alignment(vertical="top", wrap_text=True)


def cell(sheet: WriteOnlyWorksheet, value: Value, font: Font | None = None) -> Cell:
    """Return a cell; every text is a text, also when it looks like a formula."""
    if isinstance(value, str):
        text = plain(value)
        cell = WriteOnlyCell(sheet, text if len(text) <= LONGEST else text[: LONGEST - 1] + "…")
        cell.data_type = "s"
        cell.alignment = _TOP
    else:
        cell = WriteOnlyCell(sheet, value)
        if isinstance(value, datetime):
            cell.number_format = "yyyy-mm-dd"
    if font:
        cell.font = font
    return cell


def widths(columns: Sequence[str], rows: Sequence[Sequence[Value]]) -> list[int]:
    """Return how wide each column is to be, judged by its heading and its first rows."""
    widths = [_width(name) for name in columns]
    for row in rows[:_SAMPLE]:
        widths = [max(width, _width(value)) for width, value in zip(widths, row, strict=True)]
    return [min(width + 2, _WIDEST) for width in widths]


def _width(value: Value) -> int:
    text = "" if value is None else str(value)[:_WIDEST]
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)
