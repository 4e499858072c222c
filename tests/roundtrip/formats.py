"""Sheets written as real files, by the libraries that people's office software stands for."""

from __future__ import annotations

import html
import io
from collections.abc import Callable
from unicodedata import east_asian_width

import docx
import openpyxl
import xlwt

from .layouts import Sheet


def to_docx(sheet: Sheet) -> bytes:
    """Write a Word document with merged cells."""
    document = docx.Document()
    for line in sheet.heading:
        document.add_paragraph(line)
    table = document.add_table(rows=len(sheet.rows), cols=sheet.width)
    for number, row in enumerate(sheet.boxes()):
        for column, box in enumerate(row):
            if box is None:
                continue
            cell = table.cell(number, column)
            if box.rows > 1 or box.columns > 1:
                last = table.cell(number + box.rows - 1, column + box.columns - 1)
                cell = cell.merge(last)
            cell.text = box.text
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def to_xlsx(sheet: Sheet) -> bytes:
    """Write an Excel workbook with merged cells."""
    book = openpyxl.Workbook()
    page = book.active
    for number, line in enumerate(sheet.heading, start=1):
        page.cell(number, 1, line)
        page.merge_cells(start_row=number, end_row=number, start_column=1, end_column=sheet.width)
    above = len(sheet.heading)
    for number, row in enumerate(sheet.boxes(), start=above + 1):
        for column, box in enumerate(row, start=1):
            if box is None:
                continue
            cell = page.cell(number, column)
            cell.data_type = "s"
            cell.value = box.text or None
            if box.text.startswith("="):
                cell.data_type = "s"
            if box.rows > 1 or box.columns > 1:
                page.merge_cells(
                    start_row=number,
                    end_row=number + box.rows - 1,
                    start_column=column,
                    end_column=column + box.columns - 1,
                )
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def to_xls(sheet: Sheet) -> bytes:
    """Write an Excel 97 workbook with merged cells."""
    book = xlwt.Workbook()
    page = book.add_sheet("表")
    for number, line in enumerate(sheet.heading):
        page.write_merge(number, number, 0, sheet.width - 1, line)
    above = len(sheet.heading)
    for number, row in enumerate(sheet.boxes(), start=above):
        for column, box in enumerate(row):
            if box is not None:
                bottom, right = number + box.rows - 1, column + box.columns - 1
                page.write_merge(number, bottom, column, right, box.text)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def to_html_text(sheet: Sheet) -> str:
    """Write a page with rowspan and colspan."""
    lines = [f"<p>{html.escape(line)}</p>" for line in sheet.heading]
    lines.append('<table border="1" style="border-collapse:collapse">')
    for row in sheet.rows:
        cells = "".join(
            f'<td rowspan="{box.rows}" colspan="{box.columns}">'
            f"{html.escape(box.text).replace(chr(10), '<br>')}</td>"
            for box in row
        )
        lines.append(f"<tr>{cells}</tr>")
    body = "\n".join([*lines, "</table>"])
    return f'<!DOCTYPE html><html><head><meta charset="utf-8"></head><body>{body}</body></html>'


def to_html(sheet: Sheet) -> bytes:
    """Write the page in UTF-8."""
    return to_html_text(sheet).encode()


def _flat(text: str) -> str:
    return " ".join(text.split("\n"))


def to_tabs(sheet: Sheet) -> bytes:
    """Write tab-separated text; covered places are empty cells."""
    lines = [*sheet.heading, "", *("\t".join(map(_flat, row)) for row in sheet.grid())]
    return "\n".join(lines).encode()


def to_markdown(sheet: Sheet) -> bytes:
    """Write a Markdown table in GB18030, as older software saves text."""
    title, year = sheet.heading
    rows = ["| " + " | ".join(map(_flat, row)) + " |" for row in sheet.grid()]
    rule = "|" + " --- |" * sheet.width
    return "\n".join([f"# {title}", year, "", rows[0], rule, *rows[1:], ""]).encode("gb18030")


def to_aligned(sheet: Sheet) -> bytes:
    """Write columns aligned by spaces, Chinese characters two columns wide."""
    grid = [[_flat(text).replace("  ", " ") for text in row] for row in sheet.grid()]
    widths = [max(map(_width, column)) + 2 for column in zip(*grid, strict=True)]
    lines = [
        "".join(
            text + " " * (width - _width(text)) for text, width in zip(row, widths, strict=True)
        )
        for row in grid
    ]
    return "\n".join([*sheet.heading, *(line.rstrip() for line in lines)]).encode("utf-8-sig")


def to_lines(sheet: Sheet) -> bytes:
    """Write one cell a line; empty cells leave no line."""
    texts = [_flat(box.text).replace(" ", "") for row in sheet.rows for box in row]
    return "\n".join([*sheet.heading, *(text for text in texts if text)]).encode()


def _cells(sheet: Sheet) -> list[str]:
    texts = ("".join(box.text.split()) for row in sheet.rows for box in row)
    return [*sheet.heading, *(text for text in texts if text)]


def to_one_line(sheet: Sheet) -> bytes:
    """Write all cells on one line with nothing between them; empty cells leave nothing."""
    return "".join(_cells(sheet)).encode()


def to_spaced_line(sheet: Sheet) -> bytes:
    """Write all cells on one line, with a single space after every third."""
    cells = _cells(sheet)
    return "".join(cell + " " * (i % 3 == 2) for i, cell in enumerate(cells)).strip().encode()


def to_wrapped_lines(sheet: Sheet) -> bytes:
    """Write all cells with nothing between them, broken at every hundredth character."""
    text = "".join(_cells(sheet))
    return "\n".join(text[at : at + 100] for at in range(0, len(text), 100)).encode()


def to_long_lines(sheet: Sheet) -> bytes:
    """Write the header, the money with the goals, and the table on a long line each."""
    cells = _cells(sheet)
    money = next(i for i, cell in enumerate(cells) if cell.startswith("项目资金"))
    table = cells.index("一级指标")
    parts = (cells[:money], cells[money:table], cells[table:])
    return "\n".join("".join(part) for part in parts).encode()


def _width(text: str) -> int:
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


FORMATS: dict[str, Callable[[Sheet], bytes]] = {
    "docx": to_docx,
    "xlsx": to_xlsx,
    "xls": to_xls,
    "html": to_html,
    "txt": to_tabs,
    "md": to_markdown,
    "aligned": to_aligned,
    "lines": to_lines,
}

RUN_TOGETHER: dict[str, Callable[[Sheet], bytes]] = {
    "one line": to_one_line,
    "spaced line": to_spaced_line,
    "wrapped lines": to_wrapped_lines,
    "long lines": to_long_lines,
}
"""Formats that lose where cells end; nearly all of it can be told from what they say."""
