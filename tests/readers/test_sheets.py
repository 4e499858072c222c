"""Spreadsheets: made by openpyxl and xlwt, with the merged cells that official forms have."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime

import openpyxl
import pytest
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from perfkg.errors import DocumentError
from perfkg.readers import xls
from perfkg.readers.limits import Limits
from perfkg.readers.number_format import show
from perfkg.readers.sheets import read_xls, read_xlsx

from .support import Reader, texts, zipped

ROWS: list[list[object]] = [
    ["农村公路养护绩效目标表", None, None, None],
    ["项目名称", "村道日常养护", None, None],
    ["绩效指标", "产出指标", "数量指标", "≥85公里"],
    [None, None, "质量指标", "≥95%"],
]
MERGES = ((0, 0, 0, 3), (1, 1, 1, 3), (2, 0, 3, 0), (2, 1, 3, 1))


def _xlsx(book: openpyxl.Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _xls(book: xlwt.Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _new() -> tuple[openpyxl.Workbook, Worksheet]:
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    return book, sheet


def _road_xlsx() -> bytes:
    book, sheet = _new()
    sheet.title = "养护"
    for row in ROWS:
        sheet.append(row)
    for top, left, bottom, right in MERGES:
        sheet.merge_cells(
            start_row=top + 1, start_column=left + 1, end_row=bottom + 1, end_column=right + 1
        )
    return _xlsx(book)


def _road_xls() -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("养护")
    merged = {(top, left): (top, bottom, left, right) for top, left, bottom, right in MERGES}
    for row, values in enumerate(ROWS):
        for column, value in enumerate(values):
            if (row, column) in merged:
                sheet.write_merge(*merged[row, column], value)
            elif value is not None:
                sheet.write(row, column, value)
    return _xls(book)


BOTH = pytest.mark.parametrize(
    ("reader", "data"), [(read_xlsx, _road_xlsx()), (read_xls, _road_xls())], ids=["xlsx", "xls"]
)


@BOTH
def test_merged_cells_stand_once_and_every_row_has_all_columns(reader: Reader, data: bytes) -> None:
    grid, problems = reader(data, "f")
    assert texts(grid) == [[str(value or "") for value in row] for row in ROWS]
    assert problems == ()


@BOTH
def test_a_cell_knows_its_address_and_a_row_its_number(reader: Reader, data: bytes) -> None:
    grid, _ = reader(data, "f")
    assert grid.rows[3].place == "养护!A4"
    assert grid.rows[3].cells[3].place == "养护!D4"
    assert {row.block for row in grid} == {grid.rows[0].block}


@pytest.mark.parametrize(
    ("value", "code", "printed"),
    [
        (0.95, "0%", "95%"),
        (0.9567, "0.00%", "95.67%"),
        (168.16800000000001, "General", "168.168"),
        (2500000.0, "General", "2500000"),
        (0.1 + 0.2, "General", "0.3"),
        (1681680, "#,##0.00", "1,681,680.00"),
        (12.0, '0"所"', "12所"),
        (95, '"≥"0"%"', "≥95%"),
        (-3.5, "0.00_);(0.00)", "(3.50)"),
        (0, '_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * "-"??_ ;_ @_ ', "0"),
        (1500.0, '_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * "-"??_ ;_ @_ ', "1,500.00"),
        (0, "0;-0;;@", ""),
        (7, "000", "007"),
        (45292, 'yyyy"年"m"月"d"日"', "2024-01-01"),
        (45292, 'yyyy"年"m"月"', "2024-01"),
        (45292.5, "yyyy-mm-dd hh:mm", "2024-01-01 12:00"),
        (45292, "[$-F800]dddd, mmmm dd, yyyy", "2024-01-01"),
        (3, '[Red]"¥"#,##0', "¥3"),
        (1e20, "General", "100000000000000000000"),
    ],
)
def test_a_number_is_given_as_its_cell_prints_it(value: float, code: str, printed: str) -> None:
    assert show(value, code) == printed


@given(st.floats(), st.text(max_size=40))
def test_no_number_format_breaks_the_reading(value: float, code: str) -> None:
    assert isinstance(show(value, code), str)


def test_number_formats_are_read_from_xlsx() -> None:
    book, sheet = _new()
    sheet.append([0.95, 250.5, date(2024, 3, 1), datetime(2024, 3, 1, 9, 30), True])
    sheet["A1"].number_format = "0%"
    sheet["B1"].number_format = "#,##0.00"
    grid, _ = read_xlsx(_xlsx(book), "f.xlsx")
    assert texts(grid) == [["95%", "250.50", "2024-03-01", "2024-03-01 09:30:00", "TRUE"]]


def test_number_formats_are_read_from_xls() -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("S")
    for column, (value, code) in enumerate(
        [(0.95, "0%"), (250.5, "#,##0.00"), (date(2024, 3, 1), "yyyy-mm-dd"), (12, '0"人"')]
    ):
        sheet.write(0, column, value, xlwt.easyxf(num_format_str=code))
    sheet.write(0, 4, 168.168)
    sheet.write(0, 5, -3)
    grid, _ = read_xls(_xls(book), "f.xls")
    assert texts(grid) == [["95%", "250.50", "2024-03-01", "12人", "168.168", "-3"]]


def test_an_empty_row_ends_a_block_but_not_inside_a_merged_cell() -> None:
    book, sheet = _new()
    for address, value in {"A1": "目标", "B1": "甲", "B3": "乙", "A5": "表二", "B5": "丙"}.items():
        sheet[address] = value
    sheet.merge_cells("A1:A3")
    grid, _ = read_xlsx(_xlsx(book), "f.xlsx")
    assert texts(grid) == [["目标", "甲"], ["", "乙"], ["表二", "丙"]]
    blocks = [row.block for row in grid]
    assert blocks[0] == blocks[1] != blocks[2]


def test_a_line_beside_the_table_is_a_row_of_one_cell() -> None:
    book, sheet = _new()
    sheet.append(["项目名称", "图书馆夜间开放"])
    sheet.append([])
    sheet.append(["填表人：李明"])
    grid, _ = read_xlsx(_xlsx(book), "f.xlsx")
    assert grid.rows[-1].is_prose
    assert grid.rows[-1].cells[0].column == 0


def test_a_table_that_starts_further_right_keeps_its_addresses() -> None:
    book, sheet = _new()
    sheet["C3"], sheet["D3"] = "项目名称", "灌区维修"
    grid, _ = read_xlsx(_xlsx(book), "f.xlsx")
    assert texts(grid) == [["项目名称", "灌区维修"]]
    assert grid.rows[0].cells[0].place == "Sheet!C3"


def test_hidden_sheets_are_named_and_not_read() -> None:
    book, sheet = _new()
    sheet["A1"] = "可见"
    book.create_sheet("代码").append(["001"])
    book["代码"].sheet_state = "hidden"
    grid, problems = read_xlsx(_xlsx(book), "f.xlsx")
    assert texts(grid) == [["可见"]]
    assert [problem.severity for problem in problems] == ["info"]
    assert "代码" in problems[0].message.zh

    old = xlwt.Workbook()
    old.add_sheet("甲").write(0, 0, "可见")
    hidden = old.add_sheet("代码")
    hidden.write(0, 0, "001")
    hidden.visibility = 1
    grid, problems = read_xls(_xls(old), "f.xls")
    assert texts(grid) == [["可见"]]
    assert "代码" in problems[0].message.zh


def test_hidden_rows_and_columns_are_not_read_and_this_is_said() -> None:
    book, sheet = _new()
    for row in (["甲", "内码", "1"], ["隐藏", "x", "y"], ["乙", "内码", "2"]):
        sheet.append(row)
    sheet.column_dimensions["B"].hidden = True
    sheet.row_dimensions[2].hidden = True
    grid, problems = read_xlsx(_xlsx(book), "f.xlsx")
    assert texts(grid) == [["甲", "", "1"], ["乙", "", "2"]]
    assert grid.rows[0].block == grid.rows[1].block
    assert "隐藏的行或列" in problems[0].message.zh


def test_every_visible_sheet_is_read_in_order() -> None:
    book, sheet = _new()
    sheet["A1"] = "一"
    book.create_sheet("第二张")["B2"] = "二"
    grid, _ = read_xlsx(_xlsx(book), "f.xlsx")
    assert [row.place for row in grid] == ["Sheet!A1", "第二张!A2"]
    assert grid.rows[0].block != grid.rows[1].block


def test_a_formula_error_is_empty_and_its_cell_is_named() -> None:
    book, sheet = _new()
    sheet["A1"], sheet["B1"] = "合计", "#REF!"
    grid, problems = read_xlsx(_xlsx(book), "f.xlsx")
    assert texts(grid) == [["合计"]]
    assert "B1" in problems[0].message.zh


def test_sums_and_references_that_a_library_left_without_results_are_worked_out() -> None:
    book, sheet = _new()
    sheet["A1"], sheet["B1"] = "年度资金总额", "=SUM(B2:B4)"
    sheet["A2"], sheet["B2"] = "财政拨款", 1234.5
    sheet["A3"], sheet["B3"] = "其他资金", "=$B$2-234.5"
    sheet["A4"], sheet["B4"] = "上年结转", "-"
    sheet["A5"], sheet["B5"] = "=A1", "=+B1"
    sheet["A6"], sheet["B6"] = "合计", "=SUM(B2,B4)"
    sheet["A7"], sheet["B7"] = "比例", "=B8"
    sheet["B8"] = 0.95
    sheet["B1"].number_format = "#,##0.00"
    sheet["B7"].number_format = "0%"
    grid, problems = read_xlsx(_xlsx(book), "f.xlsx")
    assert texts(grid) == [
        ["年度资金总额", "2,234.50"],
        ["财政拨款", "1234.5"],
        ["其他资金", "1000"],
        ["上年结转", "-"],
        ["年度资金总额", "2234.5"],
        ["合计", "1234.5"],
        ["比例", "95%"],
        ["", "0.95"],
    ]
    assert problems == ()


@pytest.mark.parametrize(
    "formula",
    [
        "=IF(A1=1,2,3)",
        "=A1+Other!B2",
        "=A1+B1",
        "=SUM(A1:A9999999)",
        "=B1",
        "=A1&A2",
        "=SUM(A1:A2",
        "=A2+1",
    ],
)
def test_a_formula_without_a_result_is_empty_and_its_cell_is_named(formula: str) -> None:
    book, sheet = _new()
    sheet["A1"], sheet["B1"], sheet["A2"] = 1, formula, "甲"
    grid, problems = read_xlsx(_xlsx(book), "f.xlsx")
    assert texts(grid) == [["1"], ["甲"]]
    (problem,) = problems
    assert problem.severity == "warning"
    assert "B1" in problem.message.zh


def test_line_breaks_in_a_cell_are_kept_between_chinese_and_become_spaces_in_latin() -> None:
    book, sheet = _new()
    sheet["A1"], sheet["B1"] = "满意度指\n标", "Level\nA"
    grid, _ = read_xlsx(_xlsx(book), "f.xlsx")
    assert texts(grid) == [["满意度指\n标", "Level A"]]


def test_a_long_shared_text_that_runs_over_records_is_read_whole_in_xls() -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("S")
    long = [f"{number}村卫生室能力提升" * 300 for number in range(12)]
    for row, text in enumerate(long):
        sheet.write(row, 0, text)
        sheet.write(row, 1, "abc" * 900 + str(row))
    grid, _ = read_xls(_xls(book), "f.xls")
    assert [row[0] for row in texts(grid)] == long
    assert texts(grid)[11][1] == "abc" * 900 + "11"


def test_a_link_over_a_whole_xls_sheet_is_never_laid_out() -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("S")
    sheet.write(0, 0, "健康体检")
    sheet.header_str = b"h" * 60
    for row in range(1, 400):
        sheet.write(row, 1, row)
    header = struct.pack("<HHHB", 0x14, 63, 60, 0) + b"h" * 60
    link = struct.pack("<HH4H", 0x1B8, 63, 0, 65535, 0, 255).ljust(len(header), b"\0")
    data = _xls(book)
    assert header in data
    grid, _ = read_xls(data.replace(header, link), "f.xls")
    assert texts(grid)[:2] == [["健康体检", ""], ["", "1"]]


def test_xls_sheets_of_too_many_rows_together_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xls, "MAX_TOTAL_ROWS", 100_000)
    book = xlwt.Workbook()
    for number in range(3):
        book.add_sheet(str(number)).write(65_535, 0, "末行")
    with pytest.raises(DocumentError, match="请拆分"):
        read_xls(_xls(book), "f.xls")


RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def _raw(sheet: str) -> bytes:
    """Return a workbook with this sheet XML, as a program other than Excel may write it."""
    return zipped(
        {
            "xl/workbook.xml": f'<workbook xmlns="m" xmlns:r="{RELATIONS}"><sheets>'
            '<sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'<R><R Id="r1" Type="{RELATIONS}/worksheet" '
            'Target="worksheets/s.xml"/></R>',
            "xl/worksheets/s.xml": sheet,
        }
    )


def _rows(numbers: range, cells: str) -> Iterator[str]:
    yield '<worksheet xmlns="m"><sheetData>'
    for number in numbers:
        yield f'<row r="{number}">{cells.replace("#", str(number))}</row>'
    yield '</sheetData><mergeCells><mergeCell ref="A1:B1"/></mergeCells></worksheet>'


def test_cells_without_addresses_and_inline_texts_are_read() -> None:
    xml = (
        '<worksheet xmlns="m"><sheetData><row><c t="inlineStr"><is><r><t>项目</t></r><r><t>名称'
        '</t></r><rPh><t>x</t></rPh></is></c><c t="str"><v>古籍_x000D_修复</v></c></row>'
        "</sheetData></worksheet>"
    )
    assert texts(read_xlsx(_raw(xml), "f")[0]) == [["项目名称", "古籍\n修复"]]


def test_a_sheet_of_too_many_rows_is_cut_with_a_problem() -> None:
    data = _raw("".join(_rows(range(1, 200_001), '<c r="A#"><v>#</v></c><c r="C#"><v>1</v></c>')))
    grid, problems = read_xlsx(data, "f", Limits(rows=1000))
    assert len(grid.rows) == 1000
    assert problems[0].severity == "error"
    assert "PERFKG_MAX_SHEET_ROWS" in problems[0].message.zh
    assert "1000" in problems[0].message.zh
    assert texts(grid)[0] == ["1", "", "1"]


def test_a_sheet_formatted_down_to_its_end_is_read_without_walking_there() -> None:
    filled = '<worksheet xmlns="m"><sheetData><row r="1"><c r="A1"><v>7</v></c></row>'
    empty = "".join(_rows(range(2, 300_000), '<c r="A#" s="1"/>')).partition("<sheetData>")[2]
    grid, problems = read_xlsx(_raw(filled + empty), "f")
    assert texts(grid) == [["7", ""]]
    assert [problem.severity for problem in problems] == ["info"]


def test_a_cell_in_the_last_corner_costs_no_memory() -> None:
    book, sheet = _new()
    sheet["A1"], sheet["XFD1048576"] = "甲", "乙"
    grid, problems = read_xlsx(_xlsx(book), "f.xlsx")
    assert texts(grid) == [["甲"]]
    assert any("过宽" in problem.message.zh for problem in problems)


def test_entities_in_a_sheet_are_never_expanded() -> None:
    xml = (
        '<!DOCTYPE w [<!ENTITY e SYSTEM "file:///etc/passwd">]><worksheet xmlns="m"><sheetData>'
        '<row><c t="str"><v>&e;</v></c><c t="str"><v>乙</v></c></row></sheetData></worksheet>'
    )
    with pytest.raises(DocumentError, match="DOCTYPE"):
        read_xlsx(_raw(xml), "f")


def test_a_zip_bomb_is_refused() -> None:
    with pytest.raises(DocumentError, match="压缩炸弹"):
        read_xlsx(_raw(" " * 30_000_000), "f.xlsx")


@BOTH
@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_a_truncated_workbook_is_named_as_such(reader: Reader, data: bytes, share: float) -> None:
    with pytest.raises(DocumentError, match="不完整"):
        reader(data[: int(len(data) * share)], "f")


def test_a_workbook_without_text_is_named_as_such() -> None:
    with pytest.raises(DocumentError, match="没有可见的文字"):
        read_xlsx(_xlsx(_new()[0]), "f.xlsx")


@BOTH
@settings(max_examples=200, deadline=None)
@given(changes=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=12))
def test_a_workbook_with_changed_bytes_is_read_or_refused_but_never_crashes(
    reader: Reader, data: bytes, changes: list[tuple[float, int]]
) -> None:
    changed = bytearray(data)
    for share, value in changes:
        changed[int(share * (len(changed) - 1))] = value
    with suppress(DocumentError):
        reader(bytes(changed), "f")
