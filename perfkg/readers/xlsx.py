"""The parts of an xlsx workbook: sheets, shared texts, number formats, merged ranges.

Sheets are read row by row from the archive, so that memory follows what is kept and not what the
sheet claims to hold.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import IO

from lxml import etree

from perfkg.readers.archive import BROKEN, Archive, damaged
from perfkg.readers.column_names import column_number
from perfkg.readers.formulas import MAX_FORMULAS, Position, work_out
from perfkg.readers.limits import Limits
from perfkg.readers.number_format import BUILT_IN, GENERAL, show
from perfkg.readers.worksheet import MAX_COLUMNS, MAX_EMPTY_ROWS, Sheet, Workbook

MAX_SHEETS = 500
"""Sheets of one workbook."""

MAX_STRINGS = 2_000_000
"""Shared texts of one workbook."""

MAX_STRING_CHARACTERS = 64 * 1024 * 1024
"""Characters of all shared texts of one workbook."""

_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_MERGE = re.compile(rb"""mergeCell\s[^>]*?\bref\s*=\s*["']([A-Z0-9$:]+)["']""")
_CHUNK = 1 << 20


def read_workbook(data: bytes, name: str, limits: Limits) -> Workbook:
    """Read the visible sheets.

    Raises:
        DocumentError: when the file is damaged, encrypted or a zip bomb.
    """
    with Archive(data, name, limits) as archive:
        return _Reader(archive, name, limits).read()


class _Reader:
    """Reads one workbook."""

    def __init__(self, archive: Archive, name: str, limits: Limits) -> None:
        self._archive = archive
        self._limits = limits
        self._name = name
        found = [part for kind, part in archive.relations("").values() if kind == "officeDocument"]
        self._path = found[0] if found and archive.has(found[0]) else "xl/workbook.xml"
        self._parts = archive.relations(self._path)
        self._epoch_1904 = False
        self._formulas: dict[Position, tuple[str, int]] = {}
        """The formulas of the sheet at hand that have no result, with their styles."""

    def read(self) -> Workbook:
        root = self._archive.xml(self._path)
        workbook = Workbook()
        properties = root.find("{*}workbookPr")
        if properties is not None:
            self._epoch_1904 = properties.get("date1904") in ("1", "true")
        for element in root.findall("{*}sheets/{*}sheet")[:MAX_SHEETS]:
            title = element.get("name", "")
            kind, path = self._parts.get(_relation(element), ("", ""))
            if kind != "worksheet" or not self._archive.has(path):
                continue
            if element.get("state", "visible") != "visible":
                workbook.hidden.append(title)
            else:
                workbook.sheets.append(self._sheet(title, path))
        return workbook

    def _sheet(self, title: str, path: str) -> Sheet:
        sheet = Sheet(title, self._limits)
        with self._archive.stream(path) as stream:
            self._fill(sheet, stream)
        self._work_out(sheet)
        return sheet

    def _work_out(self, sheet: Sheet) -> None:
        """Put in the results of formulas that the file holds without them."""
        formulas = {at: formula for at, (formula, _) in self._formulas.items()}
        results = work_out(formulas, sheet.rows)
        for at, (_, style) in self._formulas.items():
            result = results.get(at)
            if result is None:
                sheet.put_unsolved(*at)
            else:
                sheet.put(*at, self._number(str(result), style))
        self._formulas.clear()

    def _fill(self, sheet: Sheet, stream: IO[bytes]) -> None:
        row, filled = -1, 0
        for element in self._archive.elements(stream, "{*}row", "{*}col", "{*}mergeCell"):
            if element.tag.endswith("}mergeCell"):
                _merge(sheet, element.get("ref", ""))
            elif element.tag.endswith("}col"):
                _hide_columns(sheet, element)
            else:
                row = _integer(element.get("r")) - 1 if element.get("r") else row + 1
                before = len(sheet.rows)
                self._take_row(sheet, row, element)
                filled = row if len(sheet.rows) > before else filled
                if row - filled > MAX_EMPTY_ROWS or sheet.cut:
                    sheet.empty_after = 0 if sheet.cut else filled + 1
                    self._take_merges(sheet, stream)
                    return

    def _take_merges(self, sheet: Sheet, stream: IO[bytes]) -> None:
        """Find the merged ranges, which stand behind the rows, without parsing the rows between."""
        rest = b""
        try:
            while chunk := stream.read(_CHUNK):
                rest += chunk
                end = 0
                for match in _MERGE.finditer(rest):
                    _merge(sheet, match[1].decode("ascii"))
                    end = match.end()
                rest = rest[max(end, len(rest) - 200) :]
        except BROKEN as error:
            raise damaged(self._name) from error

    def _take_row(self, sheet: Sheet, row: int, element: etree._Element) -> None:
        column = -1
        for cell in element:
            match = _REFERENCE.fullmatch(cell.get("r", ""))
            column = column_number(match[1]) - 1 if match else column + 1
            if len(cell) and column < MAX_COLUMNS:
                self._take_cell(sheet, row, column, cell)
            elif len(cell):
                sheet.is_wide = True
        if element.get("hidden") in ("1", "true") and row < sheet.limits.rows:
            sheet.hidden_rows.add(row)

    def _take_cell(self, sheet: Sheet, row: int, column: int, cell: etree._Element) -> None:
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            text = "".join(_text(child) for child in cell if child.tag.endswith("}is"))
        else:
            text = next((child.text or "" for child in cell if child.tag.endswith("}v")), "")
        if not text:
            self._take_formula(row, column, cell)
            return
        if kind == "s":
            number = _integer(text)
            text = self._strings[number] if 0 <= number < len(self._strings) else ""
        elif kind == "e":
            sheet.put_error(row, column)
            return
        elif kind == "b":
            text = "TRUE" if text == "1" else "FALSE"
        elif kind == "d":
            text = text.removesuffix("T00:00:00").replace("T", " ")
        elif kind == "n":
            text = self._number(text, _integer(cell.get("s")))
        else:
            text = _unescape(text)
        sheet.put(row, column, text)

    def _take_formula(self, row: int, column: int, cell: etree._Element) -> None:
        """Keep the formula of a cell whose result the file does not state, not even as empty."""
        formula = next((child for child in cell if child.tag.endswith("}f")), None)
        if formula is None or not formula.text or cell.get("t") == "str":
            return
        if len(self._formulas) < MAX_FORMULAS:
            self._formulas[row, column] = formula.text, _integer(cell.get("s"))

    def _number(self, text: str, style: int) -> str:
        try:
            value = float(text)
        except ValueError:
            return text
        code = self._formats[style] if 0 <= style < len(self._formats) else GENERAL
        return show(value, code, epoch_1904=self._epoch_1904)

    def _part(self, kind: str, default: str) -> str:
        found = (part for name, part in self._parts.values() if name == kind)
        return next((part for part in found if self._archive.has(part)), default)

    @cached_property
    def _formats(self) -> list[str]:
        """The number format of each cell style."""
        path = self._part("styles", "xl/styles.xml")
        if not self._archive.has(path):
            return []
        root = self._archive.xml(path)
        codes = dict(BUILT_IN)
        for element in root.findall("{*}numFmts/{*}numFmt"):
            codes[_integer(element.get("numFmtId"))] = element.get("formatCode", GENERAL)
        styles = root.findall("{*}cellXfs/{*}xf")
        return [codes.get(_integer(style.get("numFmtId")), GENERAL) for style in styles]

    @cached_property
    def _strings(self) -> list[str]:
        """The texts that cells refer to by number."""
        path = self._part("sharedStrings", "xl/sharedStrings.xml")
        strings: list[str] = []
        if not self._archive.has(path):
            return strings
        left = MAX_STRING_CHARACTERS
        with self._archive.stream(path) as stream:
            for element in self._archive.elements(stream, "{*}si"):
                strings.append(_text(element))
                left -= len(strings[-1])
                if left < 0 or len(strings) >= MAX_STRINGS:
                    break
        return strings


def _text(element: etree._Element) -> str:
    """Return the text of a shared or inline string, without its phonetic guide."""
    parts = []
    for child in element:
        if child.tag.endswith("}t"):
            parts.append(child.text or "")
        elif child.tag.endswith("}r"):
            parts += [part.text or "" for part in child if part.tag.endswith("}t")]
    return _unescape("".join(parts))


def _unescape(text: str) -> str:
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda match: _character(int(match[1], 16)), text)


def _character(code: int) -> str:
    is_text = code in (9, 10, 13) or (code >= 32 and not 0xD800 <= code < 0xE000)
    return chr(code) if is_text else ""


def _relation(element: etree._Element) -> str:
    return next((str(value) for key, value in element.items() if str(key).endswith("}id")), "")


def _integer(text: str | None) -> int:
    return int(text) if text and len(text) < 10 and text.isascii() and text.isdigit() else 0


def _hide_columns(sheet: Sheet, element: etree._Element) -> None:
    if element.get("hidden") in ("1", "true"):
        first, last = _integer(element.get("min")), _integer(element.get("max"))
        sheet.hidden_columns.update(range(max(first - 1, 0), min(last, MAX_COLUMNS)))


def _merge(sheet: Sheet, reference: str) -> None:
    ends = [_REFERENCE.fullmatch(end) for end in reference.replace("$", "").split(":")]
    if len(ends) == 2 and ends[0] and ends[1]:
        (left, top), (right, bottom) = ends[0].groups(), ends[1].groups()
        first, last = column_number(left) - 1, column_number(right) - 1
        sheet.merge(int(top) - 1, first, int(bottom) - 1, last)
