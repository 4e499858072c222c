"""Excel 97-2003 workbooks (.xls, BIFF 8): cells as printed, merged ranges, hidden sheets.

Read directly, because the libraries at hand abort the process on damaged files, reserve memory
for what a sheet claims to hold, and lose the number formats by which 0.95 is printed as 95%.
Names of records follow Microsoft's [MS-XLS].
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from perfkg.errors import DocumentError
from perfkg.readers.archive import damaged, encrypted
from perfkg.readers.number_format import BUILT_IN, GENERAL, show
from perfkg.readers.ole import OleError, OleFile
from perfkg.readers.worksheet import Sheet, Workbook

MAX_SHEETS = 500
"""Sheets of one workbook."""

_BOF, _EOF, _CONTINUE, _FILEPASS = 0x809, 0x0A, 0x3C, 0x2F
_BOUNDSHEET, _SST, _FORMAT, _XF, _DATE1904 = 0x85, 0xFC, 0x41E, 0xE0, 0x22
_LABELSST, _LABEL, _RSTRING, _NUMBER, _RK, _MULRK = 0xFD, 0x204, 0xD6, 0x203, 0x27E, 0xBD
_FORMULA, _STRING, _BOOLERR, _MERGED, _ROW, _COLINFO = 0x06, 0x207, 0x205, 0xE5, 0x208, 0x7D
_BIFF8 = 0x0600

Record = tuple[int, list[bytes]]
"""The type of a record and its bytes, with those of the records that continue it."""


def read_workbook(data: bytes, name: str) -> Workbook:
    """Read the visible sheets.

    Raises:
        DocumentError: when the file is damaged, encrypted or older than Excel 97.
    """
    try:
        ole = OleFile(data)
        stream = next((ole.stream(at) for at in ("Workbook", "WORKBOOK") if at in ole.names), None)
        if stream is None:
            raise _too_old(name) if ole.names & {"Book", "BOOK"} else damaged(name)
        return _Reader(stream, name).read()
    except (OleError, struct.error, IndexError) as error:
        raise damaged(name) from error


def _too_old(name: str) -> DocumentError:
    return DocumentError(
        "这是 Excel 97 之前的旧格式工作簿；请用 Excel 或 WPS 打开后另存为 .xlsx",
        "this workbook is of a format older than Excel 97; open it in Excel or WPS and save it "
        "as .xlsx",
        place=name,
    )


def _records(stream: bytes, start: int) -> Iterator[Record]:
    """Yield the records of one substream, up to its end."""
    position, depth = start, 0
    size = len(stream)
    while position + 4 <= size:
        kind, length = struct.unpack_from("<HH", stream, position)
        parts = [stream[position + 4 : position + 4 + length]]
        position += 4 + length
        while position + 4 <= size and stream[position : position + 2] == b"\x3c\x00":
            (length,) = struct.unpack_from("<H", stream, position + 2)
            parts.append(stream[position + 4 : position + 4 + length])
            position += 4 + length
        depth += (kind == _BOF) - (kind == _EOF)
        if depth <= 1:
            yield kind, parts
        if depth <= 0:
            return
    raise OleError


@dataclass(slots=True)
class _Characters:
    """Reads the strings of a record, which may run on in the records that continue it."""

    parts: list[bytes]
    part: int = 0
    at: int = 0

    def take(self, size: int) -> bytes:
        """Return the next bytes, whatever record they stand in."""
        found = b""
        while size > 0:
            piece = self.parts[self.part][self.at : self.at + size]
            found += piece
            size -= len(piece)
            self.at += len(piece)
            if size > 0:
                self.part, self.at = self.part + 1, 0
        return found

    def string(self, length_bytes: int = 2) -> str:
        """Return the next string with its length, flags, rich text and phonetic data."""
        length = int.from_bytes(self.take(length_bytes), "little")
        flags = self.take(1)[0]
        runs = int.from_bytes(self.take(2), "little") if flags & 8 else 0
        extra = int.from_bytes(self.take(4), "little") if flags & 4 else 0
        text = self._text(length, bool(flags & 1))
        self.take(runs * 4 + extra)
        return text

    def _text(self, length: int, wide: bool) -> str:
        """A record that continues a string starts by saying how wide its characters are."""
        found: list[str] = []
        while length > 0:
            part = self.parts[self.part]
            size = min(length * (1 + wide), len(part) - self.at)
            piece = part[self.at : self.at + size]
            found.append(piece.decode("utf-16-le" if wide else "latin-1", "replace"))
            length -= size // (1 + wide)
            self.at += size
            if length > 0:
                self.part += 1
                wide = bool(self.parts[self.part][0] & 1)
                self.at = 1
        return "".join(found)


@dataclass(slots=True)
class _Globals:
    """What all sheets share."""

    sheets: list[tuple[str, int, bool]] = field(default_factory=list)
    strings: list[str] = field(default_factory=list)
    codes: dict[int, str] = field(default_factory=lambda: dict(BUILT_IN))
    styles: list[int] = field(default_factory=list)
    epoch_1904: bool = False


class _Reader:
    """Reads one workbook."""

    def __init__(self, stream: bytes, name: str) -> None:
        self._stream = stream
        self._name = name
        self._globals = _Globals()

    def read(self) -> Workbook:
        self._read_globals()
        workbook = Workbook()
        for title, start, is_visible in self._globals.sheets[:MAX_SHEETS]:
            if is_visible:
                workbook.sheets.append(_SheetReader(title, self._globals).read(self._stream, start))
            else:
                workbook.hidden.append(title)
        return workbook

    def _read_globals(self) -> None:
        shared = self._globals
        for kind, parts in _records(self._stream, 0):
            head = parts[0]
            if kind == _BOF and struct.unpack_from("<H", head)[0] != _BIFF8:
                raise _too_old(self._name)
            if kind == _FILEPASS:
                raise encrypted(self._name)
            if kind == _BOUNDSHEET:
                start, state, type_ = struct.unpack_from("<IBB", head)
                if type_ == 0:
                    title = _Characters([head[6:]]).string(1)
                    shared.sheets.append((title, start, not state & 3))
            elif kind == _SST:
                self._read_strings(parts)
            elif kind == _FORMAT:
                number = struct.unpack_from("<H", head)[0]
                shared.codes[number] = _Characters([head[2:]]).string()
            elif kind == _XF:
                shared.styles.append(struct.unpack_from("<H", head, 2)[0])
            elif kind == _DATE1904:
                shared.epoch_1904 = head[:1] == b"\x01"

    def _read_strings(self, parts: list[bytes]) -> None:
        characters = _Characters(parts)
        (count,) = struct.unpack_from("<I", characters.take(8), 4)
        for _ in range(min(count, sum(map(len, parts)) // 3)):
            self._globals.strings.append(characters.string())


class _SheetReader:
    """Reads the cells of one sheet."""

    def __init__(self, title: str, shared: _Globals) -> None:
        self._sheet = Sheet(title)
        self._shared = shared
        self._formula = (0, 0)

    def read(self, stream: bytes, start: int) -> Sheet:
        takers = {
            _LABELSST: self._take_shared, _LABEL: self._take_label, _RSTRING: self._take_label,
            _NUMBER: self._take_number, _RK: self._take_rk, _MULRK: self._take_rks,
            _FORMULA: self._take_formula, _BOOLERR: self._take_boolean,
            _MERGED: self._take_merges, _ROW: self._take_row, _COLINFO: self._take_columns,
        }  # fmt: skip
        for kind, parts in _records(stream, start):
            if kind in takers:
                takers[kind](parts[0])
            elif kind == _STRING:
                self._sheet.put(*self._formula, _Characters(parts).string())
        return self._sheet

    def _put(self, row: int, column: int, style: int, value: float) -> None:
        styles = self._shared.styles
        number = styles[style] if style < len(styles) else 0
        code = self._shared.codes.get(number, GENERAL)
        self._sheet.put(row, column, show(value, code, epoch_1904=self._shared.epoch_1904))

    def _take_shared(self, data: bytes) -> None:
        row, column, _, number = struct.unpack_from("<HHHI", data)
        if number < len(self._shared.strings):
            self._sheet.put(row, column, self._shared.strings[number])

    def _take_label(self, data: bytes) -> None:
        row, column = struct.unpack_from("<HH", data)
        self._sheet.put(row, column, _Characters([data[6:]]).string())

    def _take_number(self, data: bytes) -> None:
        self._put(*struct.unpack_from("<HHHd", data))

    def _take_rk(self, data: bytes) -> None:
        row, column, style, value = struct.unpack_from("<HHHI", data)
        self._put(row, column, style, _rk(value))

    def _take_rks(self, data: bytes) -> None:
        row, column = struct.unpack_from("<HH", data)
        for at in range((len(data) - 6) // 6):
            style, value = struct.unpack_from("<HI", data, 4 + 6 * at)
            self._put(row, column + at, style, _rk(value))

    def _take_formula(self, data: bytes) -> None:
        row, column, style = struct.unpack_from("<HHH", data)
        self._formula = row, column
        if data[12:14] != b"\xff\xff":
            self._put(row, column, style, struct.unpack_from("<d", data, 6)[0])
        elif data[6] == 1:
            self._sheet.put(row, column, "TRUE" if data[8] else "FALSE")
        elif data[6] == 2:
            self._sheet.put_error(row, column)

    def _take_boolean(self, data: bytes) -> None:
        row, column, _, value, is_error = struct.unpack_from("<HHHBB", data)
        if is_error:
            self._sheet.put_error(row, column)
        else:
            self._sheet.put(row, column, "TRUE" if value else "FALSE")

    def _take_merges(self, data: bytes) -> None:
        (count,) = struct.unpack_from("<H", data)
        for at in range(min(count, (len(data) - 2) // 8)):
            top, bottom, left, right = struct.unpack_from("<4H", data, 2 + 8 * at)
            self._sheet.merge(top, left, bottom, right)

    def _take_row(self, data: bytes) -> None:
        row, flags = struct.unpack_from("<H10xH", data)
        if flags & 0x20:
            self._sheet.hidden_rows.add(row)

    def _take_columns(self, data: bytes) -> None:
        first, last, flags = struct.unpack_from("<HH4xH", data)
        if flags & 1:
            self._sheet.hidden_columns.update(range(first, min(last, 255) + 1))


def _rk(value: int) -> float:
    """Return the number that four bytes hold: a whole number or half a double, or 1/100 of it."""
    if value & 2:
        number = float((value ^ 0x80000000) - 0x80000000 >> 2)
    else:
        number = float(struct.unpack("<d", struct.pack("<Q", (value & ~3) << 32))[0])
    return number / 100 if value & 1 else number
