"""A result as an Excel workbook: a cover sheet that says what it is, then the rows."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Final

import pyoxigraph as ox
from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from perfkg.errors import UsageError
from perfkg.messages import Language, Text
from perfkg.namespaces import XSD
from perfkg.results.cells import NUMBERS, YEAR, as_rows
from perfkg.results.cover import Cover
from perfkg.results.readable import LABEL, heading_of, is_shown
from perfkg.results.sheet import BOLD, LONGEST, MOST_ROWS, Value, cell, widths
from perfkg.store.base import AskResult, QueryResult, Term

_EXACT_DIGITS: Final = 15
_LABELS: Final = {
    "cover": Text("说明", "About"),
    "data": Text("结果", "Result"),
    "title": Text("名称", "Title"),
    "description": Text("内容", "Description"),
    "parameter": Text("参数", "Parameter"),
    "version": Text("数据版本", "Data version"),
    "made": Text("生成时间", "Made"),
    "rows": Text("行数", "Rows"),
    "state": Text("完整性", "Completeness"),
    "complete": Text("完整", "complete"),
    "truncated": Text(
        "已截断：达到行数上限，后面还有数据", "truncated: cut at the row limit, there are more rows"
    ),
    "cut": Text("缩短的单元格", "Shortened cells"),
}


def workbook(
    result: QueryResult,
    cover: Cover,
    language: Language,
    headings: Mapping[str, Text] | None = None,
) -> bytes:
    """Write a result as xlsx.

    Numbers and dates are numbers and dates; every text is a text, also when it looks like a
    formula. A number with more digits than Excel keeps is written as text.

    Args:
        result: what the query answered. cover: what it is.
        language: of the cover sheet and the headings.
        headings: for a column (by variable) what it is called. Where there are any, the names of
            things stand before their IRIs, which come last with all that is for programs.

    Raises:
        UsageError: there are more rows than a sheet can hold.
    """
    columns, rows = _content(result, headings or {})
    if len(rows) > MOST_ROWS:
        raise UsageError(
            f"结果有 {len(rows)} 行，超出 Excel 的上限 {MOST_ROWS}，请改用 csv",
            f"the result has {len(rows)} rows, Excel holds {MOST_ROWS}; use csv",
        )
    book = Workbook(write_only=True)
    front = book.create_sheet(_LABELS["cover"].into(language))
    sheet = book.create_sheet(_LABELS["data"].into(language))
    front.column_dimensions["A"].width = 18
    front.column_dimensions["B"].width = 80
    for label, value in _cover_lines(result, cover, language, rows):
        front.append([cell(front, label, BOLD), cell(front, value)])
    sheet.freeze_panes = "A2"
    heads = [_heading(name, columns, language, headings or {}) for name in columns]
    for number, width in enumerate(widths(heads, rows), start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.append([cell(sheet, head, BOLD) for head in heads])
    for row in rows:
        sheet.append([cell(sheet, value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _content(
    result: QueryResult, headings: Mapping[str, Text]
) -> tuple[tuple[str, ...], list[list[Value]]]:
    """Return the columns and rows; where there are headings, what people read comes first."""
    if isinstance(result, AskResult):
        return ("answer",), [[result.value]]
    columns, rows = as_rows(result)
    order = list(range(len(columns)))
    if headings:
        order.sort(key=lambda place: not is_shown(columns[place], columns, headings))
    return (
        tuple(columns[place] for place in order),
        [[_value(row[place]) for place in order] for row in rows],
    )


def _heading(
    name: str, columns: tuple[str, ...], language: Language, headings: Mapping[str, Text]
) -> str:
    """Return what a column is called; beside the names of things their IRIs are told as such."""
    if not headings:
        return name
    heading = heading_of(name, columns, language, headings)
    return f"{heading} IRI" if f"{name}{LABEL}" in columns and heading != name else heading


def _cover_lines(
    result: QueryResult, cover: Cover, language: Language, rows: Sequence[Sequence[Value]]
) -> Iterator[tuple[str, Value]]:
    def label(name: str) -> str:
        return _LABELS[name].into(language)

    truncated = not isinstance(result, AskResult) and result.truncated
    shortened = sum(isinstance(value, str) and len(value) > LONGEST for r in rows for value in r)
    yield label("title"), cover.title
    if cover.description:
        yield label("description"), cover.description
    for name, value in cover.parameters.items():
        yield f"{label('parameter')} {name}", value
    yield label("version"), cover.version
    yield label("made"), cover.made.isoformat(timespec="seconds")
    yield label("rows"), len(rows)
    yield label("state"), label("truncated" if truncated else "complete")
    if shortened:
        yield label("cut"), shortened


def _value(term: Term | None) -> Value:
    """Return a term as the value that Excel calculates with, or as text."""
    if term is None:
        return None
    if not isinstance(term, ox.Literal):
        return term.value if isinstance(term, ox.NamedNode) else str(term)
    datatype = term.datatype.value
    if datatype in NUMBERS or datatype == YEAR:
        return _number(term.value)
    if datatype == f"{XSD}boolean":
        return term.value in ("true", "1")
    if datatype == f"{XSD}date":
        return _date(term.value)
    return term.value


def _number(text: str) -> int | float | str:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    if not math.isfinite(number) or len(number.normalize().as_tuple().digits) > _EXACT_DIGITS:
        return text
    return (
        int(number)
        if number == number.to_integral_value() and abs(number) < 1e15
        else float(number)
    )


def _date(text: str) -> datetime | str:
    try:
        day = datetime.strptime(text, "%Y-%m-%d")
    except ValueError:
        return text
    return day if day.year >= 1900 else text
