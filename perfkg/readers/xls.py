"""Excel 97-2003 workbooks (.xls, BIFF 8): cells as printed, merged ranges, hidden sheets.

xlrd reads the records. It spends memory and time on what a few bytes claim (a link over a whole
sheet is 17 million entries), so it is given only the records that make up the printed table, of
sheets that do not overlap. Names of records follow Microsoft's [MS-XLS].
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator

import xlrd

from perfkg.errors import DocumentError
from perfkg.readers.archive import damaged, encrypted
from perfkg.readers.limits import Limits
from perfkg.readers.number_format import BUILT_IN, GENERAL, show
from perfkg.readers.ole import OleError, OleFile
from perfkg.readers.worksheet import Sheet, Workbook

MAX_SHEETS = 500
"""Sheets of one workbook."""

MAX_STYLES = 10_000
"""Cell styles of one workbook; Excel itself allows 4,050."""

MAX_CELL_BYTES = 32 * 1024 * 1024
"""Size of the records that make up the tables of one workbook."""

MAX_TOTAL_ROWS = 1_000_000
"""Rows of all sheets of one workbook, with the empty ones above others, which xlrd lays out."""

_MAX_FORMAT_BYTES = 4 + 5 + 2 * 255
_BOF, _EOF, _CONTINUE, _FILEPASS, _BOUNDSHEET = 0x809, 0x0A, 0x3C, 0x2F, 0x85
_SST, _FORMAT, _XF, _DATE1904 = 0xFC, 0x41E, 0xE0, 0x22
_OF_BOOK = {_BOF, _EOF, _FILEPASS, _BOUNDSHEET, _SST, _FORMAT, _XF, _DATE1904}
_OF_SHEET = {
    _BOF, _EOF,
    0xFD, 0x204, 0xD6, 0x203, 0x27E, 0xBD,  # LabelSst, Label, RString, Number, RK, MulRk
    0x06, 0x207, 0x4BC, 0x221, 0x236, 0x205,  # Formula, String, ShrFmla, Array, Table, BoolErr
    0xE5, 0x208, 0x7D,  # MergeCells, Row, ColInfo
}  # fmt: skip
_BIFF8 = 0x0600
_BROKEN = (xlrd.XLRDError, struct.error, LookupError, ValueError, TypeError, AttributeError,
           ArithmeticError, AssertionError, NameError, RecursionError)  # fmt: skip
"""What xlrd raises on damaged files."""


def read_workbook(data: bytes, name: str, limits: Limits) -> Workbook:
    """Read the visible sheets.

    Raises:
        DocumentError: when the file is damaged, encrypted or older than Excel 97.
    """
    try:
        ole = OleFile(data)
        stream = next((ole.stream(at) for at in ("Workbook", "WORKBOOK") if at in ole.names), None)
        if stream is None:
            raise _too_old(name) if ole.names & {"Book", "BOOK"} else damaged(name)
        return _read(_table_records(stream, name), name, limits)
    except (OleError, *_BROKEN) as error:
        raise damaged(name) from error


def _too_old(name: str) -> DocumentError:
    return DocumentError(
        "这是 Excel 97 之前的旧格式工作簿；请用 Excel 或 WPS 打开后另存为 .xlsx",
        "this workbook is of a format older than Excel 97; open it in Excel or WPS and save it "
        "as .xlsx",
        place=name,
    )


def _too_large(name: str) -> DocumentError:
    return DocumentError(
        f"工作簿的单元格数据超过 {MAX_CELL_BYTES // 1024**2} MB 或 {MAX_TOTAL_ROWS} 行，未读取；"
        "请拆分后重试",
        f"the cells of this workbook take more than {MAX_CELL_BYTES // 1024**2} MB or "
        f"{MAX_TOTAL_ROWS} rows; split it",
        place=name,
    )


def _records(stream: bytes, kinds: set[int]) -> Iterator[tuple[int, bytes]]:
    """Yield the records of these kinds up to the end of the substream, without charts inside it.

    Raises:
        struct.error: when the substream is cut off.
    """
    position, depth, is_kept = 0, 0, False
    while True:
        kind, length = struct.unpack_from("<HH", stream, position)
        depth += kind == _BOF
        is_kept = depth <= 1 and (kind in kinds or (kind == _CONTINUE and is_kept))
        if is_kept:
            yield kind, stream[position : position + 4 + length]
        depth -= kind == _EOF
        if depth <= 0:
            return
        position += 4 + length


def _table_records(stream: bytes, name: str) -> bytes:
    """Return the workbook with nothing but the records that make up its visible tables."""
    records = list(_book_records(stream, name))
    places = {at: struct.unpack_from("<IB", record, 4) for at, (kind, record) in enumerate(records)
              if kind == _BOUNDSHEET}  # fmt: skip
    ends = sorted(start for start, _ in places.values())
    if len(set(ends)) < len(ends):
        raise OleError
    following = dict(zip(ends, [*ends[1:], len(stream)], strict=True))
    book = [record for _, record in records]
    position = sum(map(len, book))
    for at, (start, state) in places.items():
        book[at] = book[at][:4] + struct.pack("<I", position) + book[at][8:]
        sheet = _records(stream[start : following[start]], {_BOF, _EOF} if state & 3 else _OF_SHEET)
        book.append(b"".join(record for _, record in sheet))
        position += len(book[-1])
        if position > MAX_CELL_BYTES:
            raise _too_large(name)
    return b"".join(book)


def _book_records(stream: bytes, name: str) -> Iterator[tuple[int, bytes]]:
    """Yield what all sheets share, within the limits."""
    left = {_BOUNDSHEET: MAX_SHEETS, _XF: MAX_STYLES, _FORMAT: MAX_STYLES}
    for kind, record in _records(stream, _OF_BOOK):
        if kind == _BOF and struct.unpack_from("<H", record, 4)[0] != _BIFF8:
            raise _too_old(name)
        if kind == _FILEPASS:
            raise encrypted(name)
        is_sheet = kind != _BOUNDSHEET or record[9] == 0
        if is_sheet and (kind != _FORMAT or len(record) <= _MAX_FORMAT_BYTES):
            left[kind] = left.get(kind, 1 << 32) - 1
            if left[kind] >= 0:
                yield kind, record


def _read(stream: bytes, name: str, limits: Limits) -> Workbook:
    rows_left = MAX_TOTAL_ROWS
    with open(os.devnull, "w", encoding="utf-8") as log:
        book = xlrd.open_workbook(
            file_contents=stream, logfile=log, formatting_info=True, on_demand=True,
            ragged_rows=True,
        )  # fmt: skip
        codes = BUILT_IN | {found.format_key: found.format_str for found in book.format_list}
        styles = [codes.get(style.format_key, GENERAL) for style in book.xf_list]
        workbook = Workbook()
        for number in range(book.nsheets):
            source = book.sheet_by_index(number)
            rows_left -= source.nrows
            if rows_left < 0:
                raise _too_large(name)
            if source.visibility:
                workbook.hidden.append(source.name)
            else:
                sheet = Sheet(source.name, limits)
                _fill(sheet, source, styles, epoch_1904=bool(book.datemode))
                workbook.sheets.append(sheet)
            book.unload_sheet(number)
    return workbook


def _fill(sheet: Sheet, source: xlrd.sheet.Sheet, styles: list[str], *, epoch_1904: bool) -> None:
    for first_row, row_end, first_column, column_end in source.merged_cells:
        sheet.merge(first_row, first_column, row_end - 1, column_end - 1)
    sheet.hidden_rows = {at for at, row in source.rowinfo_map.items() if row.hidden}
    sheet.hidden_columns = {at for at, column in source.colinfo_map.items() if column.hidden}
    for row in range(source.nrows):
        cells = zip(source.row_types(row), source.row_values(row), strict=True)
        for column, (kind, value) in enumerate(cells):
            if kind == xlrd.XL_CELL_TEXT:
                sheet.put(row, column, value)
            elif kind == xlrd.XL_CELL_BOOLEAN:
                sheet.put(row, column, "TRUE" if value else "FALSE")
            elif kind == xlrd.XL_CELL_ERROR:
                sheet.put_error(row, column)
            elif kind != xlrd.XL_CELL_EMPTY:
                style = source.cell_xf_index(row, column)
                code = styles[style] if style < len(styles) else GENERAL
                sheet.put(row, column, show(value, code, epoch_1904=epoch_1904))
