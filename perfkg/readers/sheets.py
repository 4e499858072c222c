"""Spreadsheets (.xlsx and .xls): every visible sheet, cells as printed, merged ranges exact."""

from __future__ import annotations

from collections.abc import Iterator

from perfkg.errors import DocumentError
from perfkg.messages import Problem, Severity, Text
from perfkg.readers.column_names import column_name
from perfkg.readers.grid import Grid
from perfkg.readers.limits import DEFAULT_LIMITS, Limits
from perfkg.readers.tables import GridBuilder, cell_text
from perfkg.readers.worksheet import MAX_COLUMNS, Sheet, Workbook
from perfkg.readers.xls import read_workbook as _read_xls
from perfkg.readers.xlsx import read_workbook as _read_xlsx


def read_xlsx(
    data: bytes, name: str, limits: Limits = DEFAULT_LIMITS
) -> tuple[Grid, tuple[Problem, ...]]:
    """Read the visible sheets of an Excel workbook (.xlsx, .xlsm).

    Raises:
        DocumentError: when it is damaged, encrypted, a zip bomb, or without text.
    """
    return _grid(_read_xlsx(data, name, limits), name, limits)


def read_xls(
    data: bytes, name: str, limits: Limits = DEFAULT_LIMITS
) -> tuple[Grid, tuple[Problem, ...]]:
    """Read the visible sheets of an Excel 97-2003 workbook (.xls).

    Raises:
        DocumentError: when it is damaged, encrypted, older than Excel 97, or without text.
    """
    return _grid(_read_xls(data, name, limits), name, limits)


def _grid(workbook: Workbook, name: str, limits: Limits) -> tuple[Grid, tuple[Problem, ...]]:
    builder = GridBuilder(limits)
    problems: list[Problem] = []
    for sheet in workbook.sheets:
        _add_sheet(builder, sheet)
        problems += _sheet_problems(sheet)
    if workbook.hidden:
        names = "、".join(workbook.hidden[:10])
        problems.append(
            _problem(
                "info",
                f"隐藏的工作表未读取：{names}；如需读取请取消隐藏",
                f"hidden sheets were not read: {names}; unhide them if they matter",
            )
        )
    if not builder.rows:
        raise DocumentError(
            "工作簿中没有可见的文字（工作表为空、已隐藏或只有图片）；请检查文件",
            "the workbook shows no text (its sheets are empty, hidden or hold only pictures); "
            "check the file",
            place=name,
        )
    return builder.grid(), (*problems, *builder.problems())


def _problem(severity: Severity, zh: str, en: str, place: str | None = None) -> Problem:
    return Problem(severity, Text(zh, en), place)


def _sheet_problems(sheet: Sheet) -> Iterator[Problem]:
    if sheet.cut:
        yield _problem(
            "error",
            f"工作表“{sheet.name}”过长，第 {sheet.cut} 行之后未读取；请拆分后重试，"
            "或调大 PERFKG_MAX_SHEET_ROWS、PERFKG_MAX_CELLS",
            f"sheet '{sheet.name}' is too long and was not read after row {sheet.cut}; split it, "
            "or raise PERFKG_MAX_SHEET_ROWS and PERFKG_MAX_CELLS",
            f"{sheet.name}!A{sheet.cut}",
        )
    if sheet.empty_after:
        yield _problem(
            "info",
            f"工作表“{sheet.name}”第 {sheet.empty_after} 行之后有大量空行，未再往下读取",
            f"sheet '{sheet.name}' has thousands of empty rows after row {sheet.empty_after}; "
            "reading stopped there",
            f"{sheet.name}!A{sheet.empty_after}",
        )
    if sheet.is_wide:
        last = column_name(MAX_COLUMNS)
        yield _problem(
            "warning",
            f"工作表“{sheet.name}”过宽，{last} 列右侧的内容未读取",
            f"sheet '{sheet.name}' is too wide; what stands right of column {last} was not read",
            sheet.name,
        )
    if sheet.errors:
        shown = ", ".join(sheet.errors)
        yield _problem(
            "warning",
            f"单元格显示公式错误（如 #REF!），按空白读取：{shown}",
            f"cells that show a formula error (such as #REF!) were read as empty: {shown}",
            f"{sheet.name}!{sheet.errors[0]}",
        )
    if sheet.unsolved:
        shown = ", ".join(sheet.unsolved)
        yield _problem(
            "warning",
            f"单元格是公式，文件未保存其结果，按空白读取：{shown}；请用表格软件打开并保存后重试",
            f"cells that hold a formula without its result were read as empty: {shown}; open the "
            "file in a spreadsheet program, save it and try again",
            f"{sheet.name}!{sheet.unsolved[0]}",
        )
    if sheet.hides_text:
        yield _problem(
            "info",
            f"工作表“{sheet.name}”中隐藏的行或列未读取",
            f"hidden rows or columns of sheet '{sheet.name}' were not read",
            sheet.name,
        )


def _add_sheet(builder: GridBuilder, sheet: Sheet) -> None:
    _show_merged(sheet)
    spans = _spans(sheet)
    for block in _blocks(sheet):
        ends = [max(spans.get((row, at), at) for at in sheet.rows[row]) for row in block]
        first = min(min(sheet.rows[row]) for row in block)
        last = max(ends)
        builder.new_block()
        for row in block:
            cells = sheet.rows[row]
            texts = [cell_text(cells.get(at, "")) for at in range(first, last + 1)]
            names = map(column_name, range(first + 1, last + 2))
            places = [f"{sheet.name}!{column}{row + 1}" for column in names]
            builder.add(texts, places, f"{sheet.name}!A{row + 1}")


def _spans(sheet: Sheet) -> dict[tuple[int, int], int]:
    """Map the first cell of each merged range to the range's last column."""
    return {(row, column): last for row, column, _, last in sheet.merges}


def _show_merged(sheet: Sheet) -> None:
    """Drop what is not seen: text under a merged cell, and hidden rows and columns.

    The text of a merged range whose first row or column is hidden moves to the first cell of the
    range that is seen.
    """
    for first_row, first_column, last_row, last_column in sheet.merges:
        text = sheet.rows.get(first_row, {}).get(first_column, "")
        for row in range(first_row, last_row + 1):
            if (cells := sheet.rows.get(row)) is not None:
                for column in [at for at in cells if first_column <= at <= last_column]:
                    del cells[column]
        row = _first_seen(first_row, last_row, sheet.hidden_rows)
        column = _first_seen(first_column, last_column, sheet.hidden_columns)
        if text:
            sheet.rows.setdefault(row, {})[column] = text
    for row in sheet.hidden_rows:
        sheet.hides_text |= sheet.rows.pop(row, None) is not None
    for cells in sheet.rows.values():
        for column in sheet.hidden_columns.intersection(cells):
            del cells[column]
            sheet.hides_text = True


def _first_seen(first: int, last: int, hidden: set[int]) -> int:
    return next((at for at in range(first, last + 1) if at not in hidden), first)


def _blocks(sheet: Sheet) -> Iterator[list[int]]:
    """Yield the filled rows of each block; an empty row ends one, unless a merged cell covers it.

    Hidden rows count as absent.
    """
    covered: set[int] = set()
    for first, _, last, _ in sheet.merges:
        if last > first:
            covered.update(range(first + 1, last + 1))
    filled = [row for row in sorted(sheet.rows) if sheet.rows[row]]
    block: list[int] = []
    for row in filled:
        between = range(block[-1] + 1, row) if block else ()
        if any(gap not in covered and gap not in sheet.hidden_rows for gap in between):
            yield block
            block = []
        block.append(row)
    if block:
        yield block
