"""PDF: files printed by a browser from tables that we know, and small ones written by hand."""

from __future__ import annotations

import re
import time
import unicodedata
import zlib
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from perfkg.errors import DocumentError
from perfkg.messages import Problem
from perfkg.readers.grid import Grid
from perfkg.readers.limits import DEFAULT_LIMITS, MEGABYTE, Limits
from perfkg.readers.pdf import read_pdf

Laid = list[list[tuple[str, int, int]]]
Print = Callable[[str], bytes]


# Tables with known content ------------------------------------------------------------------


def td(text: str, rows: int = 1, columns: int = 1) -> tuple[str, int, int]:
    return text, rows, columns


def declaration() -> Laid:
    """绩效目标申报表 of a school, with the merged cells of the official form."""
    return [
        [
            td("项目名称", 1, 2),
            td("校舍安全维修改造工程（二期）", 1, 2),
            td("项目性质"),
            td("经常性项目", 1, 2),
        ],
        [td("主管部门", 1, 2), td("云溪县教育局", 1, 2), td("实施单位"), td("云溪一中", 1, 2)],
        [
            td("项目资金（元）", 3, 2),
            td("项目资金总额"),
            td("1,200,000.00"),
            td("年度资金申请总额"),
            td("800,000.00", 1, 2),
        ],
        [
            td("其中：财政资金"),
            td("1,000,000.00"),
            td("其中：当年财政拨款"),
            td("700,000.00", 1, 2),
        ],
        [td("其他资金"), td("200,000.00"), td("其他资金"), td("", 1, 2)],
        [td("总体目标", 2), td("项目总目标", 1, 3), td("年度总体目标", 1, 3)],
        [
            td("用三年时间完成四所学校的加固，消除安全隐患，达到国家规定的抗震标准。", 1, 3),
            td("完成两栋教学楼的维修，更换玻璃，铺设防水层，按期交付使用，师生满意。", 1, 3),
        ],
        [
            td("绩效指标", 8),
            td("一级指标"),
            td("二级指标"),
            td("三级指标", 1, 2),
            td("指标值", 1, 2),
        ],
        [
            td("产出指标", 4),
            td("数量指标", 2),
            td("维修教学楼栋数", 1, 2),
            td("=2栋", 1, 2),
        ],
        [td("更换玻璃面积", 1, 2), td("≥1800平方米", 1, 2)],
        [td("质量指标"), td("工程验收合格率", 1, 2), td("=100%", 1, 2)],
        [td("时效指标"), td("按期完工率", 1, 2), td("≥95%", 1, 2)],
        [td("效益指标"), td("社会效益指标"), td("受益学生人数", 1, 2), td("≥2300人", 1, 2)],
        [
            td("满意度指标", 2),
            td("服务对象满意度指标", 2),
            td("学生满意度", 1, 2),
            td("≥90%", 1, 2),
        ],
        [td("教师满意度", 1, 2), td("≥92%", 1, 2)],
    ]


def evaluation(indicators: int) -> Laid:
    """项目支出绩效自评表 of a road, long enough for several pages."""
    head = ["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分"]
    rows = [
        [td("项目名称"), td("县道养护工程", 1, 3), td("主管部门"), td("交通运输局", 1, 3)],
        [td("绩效指标", indicators + 1), *(td(name) for name in head)],
    ]
    for number in range(indicators):
        row = [] if number else [td("产出指标", indicators)]
        row += [td("数量指标", 5)] if number % 5 == 0 else []
        row += [td(f"养护路段{number}"), td(f"≥{number}公里"), td(f"{number}公里")]
        rows.append([*row, td("10"), td(f"{number % 10}")])
    rows.append([td("总分", 1, 6), td("100"), td("93")])
    return rows


def expanded(laid: Laid) -> list[list[str]]:
    """The grid of a table: a merged cell's text at its top left position."""
    width = sum(columns for _, _, columns in laid[0])
    taken: set[tuple[int, int]] = set()
    grid = []
    for y, row in enumerate(laid):
        line, x = [""] * width, 0
        for text, rows, columns in row:
            while (y, x) in taken:
                x += 1
            line[x] = text
            taken |= {(y + i, x + j) for i in range(rows) for j in range(columns)}
        grid.append(line)
    return grid


def page_of(laid: Laid, css: str, before: str = "", after: str = "") -> str:
    rows = "".join(
        "<tr>" + "".join(f"<td rowspan={r} colspan={c}>{t}</td>" for t, r, c in row) + "</tr>"
        for row in laid
    )
    style = "body{font-family:'Noto Sans CJK SC'}table{width:100%}td{padding:4px;font-size:9pt}"
    return f"<meta charset=utf-8><style>{style}{css}</style>{before}<table>{rows}</table>{after}"


# Files written by hand ----------------------------------------------------------------------

FONT = (
    "<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H"
    " /DescendantFonts [<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light"
    " /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /DW 1000"
    " {widths} /FontDescriptor << /Type /FontDescriptor /FontName /STSong-Light /Flags 4"
    " /FontBBox [0 -200 1000 900] /Ascent 900 /Descent -200 /ItalicAngle 0 /CapHeight 700"
    " /StemV 80 >> >>] >>"
)


def write_pdf(
    pages: list[str] | list[bytes],
    *,
    font: str = FONT,
    rotate: int = 0,
    widths: str = "",
    filters: str = "",
    trailer: str = "",
    image: bool = False,
) -> bytes:
    """A PDF with one content stream for each page."""
    kids = " ".join(f"{5 + 2 * number} 0 R" for number in range(len(pages)))
    objects: list[bytes] = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {len(pages)} /Kids [{kids}] >>".encode(),
        font.format(widths=widths).encode(),
        b"<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray"
        b" /BitsPerComponent 8 /Length 1 >> stream\n0\nendstream",
    ]
    pictures = "/XObject << /Scan 4 0 R >>" if image else ""
    for number, content in enumerate(pages):
        data = content.encode() if isinstance(content, str) else content
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Rotate {rotate}"
            f" /Resources << /Font << /F 3 0 R >> {pictures} >>"
            f" /Contents {6 + 2 * number} 0 R >>".encode()
        )
        objects.append(
            f"<< /Length {len(data)} {filters} >> stream\n".encode() + data + b"\nendstream"
        )
    body, offsets = b"%PDF-1.7\n", []
    for number, held in enumerate(objects, start=1):
        offsets.append(len(body))
        body += f"{number} 0 obj\n".encode() + held + b"\nendobj\n"
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    return (
        body
        + f"xref\n0 {size}\n0000000000 65535 f \n{table}".encode()
        + f"trailer << /Size {size} /Root 1 0 R {trailer} >>\n".encode()
        + f"startxref\n{len(body)}\n%%EOF".encode()
    )


def word(x: float, y: float, text: str, matrix: str = "1 0 0 1") -> str:
    """Content that prints `text` in 10 points, its first base line beginning at x, y."""
    return f"BT /F 10 Tf {matrix} {x} {y} Tm <{text.encode('utf-16-be').hex()}> Tj ET\n"


def ruled(texts: list[list[str]], *, gap: float = 0, box: str = "") -> str:
    """A ruled table at 100, 700: columns 80 wide, rows 20 high.

    Args:
        gap: how far each line falls short of the corners.
        box: `S` draws a stroked rectangle for each cell, `f` four thin filled ones.
    """
    content = ""
    for row, line in enumerate(texts):
        for column, text in enumerate(line):
            x, y = 100 + 80 * column, 680 - 20 * row
            if box == "S":
                content += f"{x} {y} 80 20 re S\n"
            elif box == "f":
                sides = f"{x} {y} 80 1 re {x} {y + 20} 80 1 re {x} {y} 1 20 re {x + 80} {y} 1 20 re"
                content += f"{sides} f\n"
            else:
                for xa, ya, xb, yb in (
                    (x + gap, y, x + 80 - gap, y),
                    (x + gap, y + 20, x + 80 - gap, y + 20),
                    (x, y + gap, x, y + 20 - gap),
                    (x + 80, y + gap, x + 80, y + 20 - gap),
                ):
                    content += f"{xa} {ya} m {xb} {yb} l S\n"
            content += word(x + 4, y + 6, text) if text else ""
    return content


TEXTS = [["一级指标", "二级指标", "指标值"], ["产出指标", "数量指标", "≥20个"]]


# What the tests look at ---------------------------------------------------------------------

RADICALS = str.maketrans("⻔⻓⻅⻋⻚⻛⻜⻢⻩⻬⺠⻄", "门长见车页风飞马黄齐民西")
"""Browsers write some characters as radicals that look the same; the reader keeps them."""


def plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).translate(RADICALS).split())


def table_texts(grid: Grid) -> list[list[str]]:
    return [[plain(cell.text) for cell in row.cells] for row in grid if not row.is_prose]


def prose(grid: Grid) -> list[str]:
    return [plain(row.cells[0].text) for row in grid if row.is_prose]


def plain_grid(laid: Laid) -> list[list[str]]:
    return [[plain(text) for text in line] for line in expanded(laid)]


def drawn(laid: Laid) -> list[list[str]]:
    return without_empty_columns(plain_grid(laid))


def without_empty_columns(rows: list[list[str]]) -> list[list[str]]:
    """Leave out columns without a text, whose boundary may be drawn nowhere."""
    used = [column for column in range(len(rows[0])) if any(row[column] for row in rows)]
    return [[row[column] for column in used] for row in rows]


def read(data: bytes, limits: Limits = DEFAULT_LIMITS) -> tuple[Grid, tuple[Problem, ...]]:
    return read_pdf(data, "form.pdf", limits)


# Ruled tables -------------------------------------------------------------------------------

COLLAPSE = "table{border-collapse:collapse}td{border:1px solid}"


@pytest.mark.parametrize(
    "css",
    [
        COLLAPSE,
        "td{border:1px solid}",
        "table{border-spacing:0}td{border:1px solid}",
        "table{border-collapse:collapse}td{border:3px double}",
        "table{border-collapse:collapse}td{border:1px dotted}",
        "table{border-collapse:collapse}td{border:1px dashed #999}",
        "table{border-collapse:collapse;border:4px solid}td{border:2px solid}",
        COLLAPSE + "table{border-left:hidden;border-right:hidden}",
        "table{border-spacing:2px}td{background:#dde}",
        COLLAPSE + "td{text-align:center}",
        COLLAPSE + "body{zoom:0.5}",
    ],
    ids=[
        *("collapsed", "separate", "adjoining", "double", "dotted", "dashed", "thick"),
        *("open-sides", "shaded", "centred", "small"),
    ],
)
def test_a_ruled_form_is_read_cell_by_cell_whatever_its_borders(
    print_page: Print, css: str
) -> None:
    grid, problems = read(print_page(page_of(declaration(), css)))
    assert without_empty_columns(table_texts(grid)) == drawn(declaration())
    assert problems == ()


def test_a_form_over_several_pages_keeps_its_columns(print_page: Print) -> None:
    laid = evaluation(100)
    before, after = "<h1>自评表</h1><p>（2023年度）</p>", "<p>填表人：李明</p>"
    grid, problems = read(print_page(page_of(laid, COLLAPSE, before, after)))
    assert problems == ()
    assert prose(grid) == ["自评表", "(2023年度)", "填表人:李明"]
    assert [row.number for row in grid] == list(range(1, len(grid.rows) + 1))
    pages = {row.place.split(",")[0] for row in grid if not row.is_prose}
    assert len(pages) >= 3
    assert len({row.block for row in grid if not row.is_prose}) == len(pages)
    assert {len(row.cells) for row in grid if not row.is_prose} == {8}
    got = [row[3:] for row in table_texts(grid)]
    assert got == [row[3:] for row in plain_grid(laid)]


def test_places_name_page_table_row_and_line(print_page: Print) -> None:
    html = page_of(declaration(), COLLAPSE, "<p>附件</p>") + page_of(
        declaration()[:2], COLLAPSE, "<p>附件</p>"
    )
    grid, _ = read(print_page(html))
    places = [row.place for row in grid]
    assert places[:3] == ["page 1, line 1", "page 1, table 1, row 1", "page 1, table 1, row 2"]
    assert "page 1, table 2, row 1" in places
    assert all(cell.place == row.place for row in grid for cell in row.cells)


def test_a_table_inside_a_cell_is_a_table_of_its_own(print_page: Print) -> None:
    inner = "<table><tr><td>数量</td><td>=3所</td></tr><tr><td>质量</td><td>优良</td></tr></table>"
    laid = [[td("幼儿园"), td("文化站")], [td("说明" + inner), td("完成")]]
    grid, _ = read(print_page(page_of(laid, COLLAPSE)))
    rows = table_texts(grid)
    assert ["幼儿园", "文化站"] in rows
    assert ["数量", "=3所"] in rows
    assert ["质量", "优良"] in rows
    assert ["说明", "完成"] in rows


@pytest.mark.parametrize("content", [{}, {"gap": 0.9}, {"box": "S"}, {"box": "f"}], ids=str)
def test_lines_rectangles_and_gaps_between_lines_give_the_same_table(
    content: dict[str, float],
) -> None:
    grid, _ = read(write_pdf([ruled(TEXTS, **content)]))  # type: ignore[arg-type]
    assert table_texts(grid) == TEXTS


def test_text_printed_twice_for_bold_type_is_read_once() -> None:
    content = ruled([["一一", "二"], ["11", "三"]])
    shifted = content.replace(" Tm", " Tm 0.3 0 Td")
    grid, _ = read(write_pdf([content + shifted]))
    assert table_texts(grid) == [["一一", "二"], ["11", "三"]]


@pytest.mark.parametrize("rotate", [90, 180, 270])
def test_a_rotated_page_is_read_upright(rotate: int) -> None:
    turns = {90: "0 1 -1 0 790 0", 180: "-1 0 0 -1 600 800", 270: "0 -1 1 0 -150 600"}
    grid, _ = read(write_pdf([f"q {turns[rotate]} cm\n{ruled(TEXTS)} Q"], rotate=rotate))
    assert table_texts(grid) == TEXTS


@pytest.mark.parametrize("turn", ["0 1 -1 0 790 0", "-1 0 0 -1 600 800", "0 -1 1 0 -150 600"])
def test_a_table_printed_sideways_is_read_upright(turn: str) -> None:
    grid, _ = read(write_pdf([f"q {turn} cm\n{ruled(TEXTS)} Q"]))
    assert table_texts(grid) == TEXTS


def test_a_heading_written_downwards_is_one_cell() -> None:
    texts = [["", "道路绿化", "≥9公里"], ["", "路灯", "≥40盏"]]
    letters = "".join(word(130, 690 - 10 * n, letter) for n, letter in enumerate("绩效标"))
    grid, _ = read(write_pdf([ruled(texts).replace("100 680 m 180 680 l S\n", "") + letters]))
    assert table_texts(grid)[0][0] == "绩效标"


def test_text_set_sideways_in_a_cell_is_read_along_its_direction() -> None:
    content = ruled([["", "道路绿化工程"], ["乡村文化活动", "演出场次"]])
    content += word(140, 681, "目", "0 1 -1 0") + word(140, 690, "标", "0 1 -1 0")
    grid, _ = read(write_pdf([content]))
    assert table_texts(grid)[0][0] == "目标"


def test_a_line_broken_by_the_print_goes_on_and_a_shorter_one_ends_a_paragraph() -> None:
    content = ruled([["", "", ""], ["", "", ""]])
    content += word(104, 691, "满意度指") + word(104, 681, "标")
    content += word(184, 691, "甲。") + word(184, 681, "乙丙丁戊") + word(264, 691, "完成")
    grid, _ = read(write_pdf([content]))
    assert [cell.text for cell in grid.rows[0].cells] == ["满意度指标", "甲。\n乙丙丁戊", "完成"]


def test_printed_spaces_stay_in_whatever_order_they_are_printed() -> None:
    content = word(100, 700, "个") + word(116, 700, "）") + word(106, 700, " ")
    assert read(write_pdf([content]))[0].rows[0].cells[0].text == "个 ）"


def test_a_line_of_text_is_a_row_of_one_cell_in_its_own_block() -> None:
    content = word(100, 760, "附件3") + word(100, 740, "2024年度") + ruled(TEXTS)
    grid, _ = read(write_pdf([content + word(100, 600, "注：本表由实施单位填写")]))
    assert [row.is_prose for row in grid] == [True, True, False, False, True]
    assert [row.block for row in grid] == [0, 1, 2, 2, 3]
    assert grid.rows[4].place == "page 1, line 3"


# Tables without upright lines ---------------------------------------------------------------


@pytest.mark.parametrize(
    "css",
    [
        "td{text-align:left}",
        "td{padding:6px 8px}",
        "td{padding:6px 8px;vertical-align:top}",
        "table{border-collapse:collapse}td{border-bottom:1px solid;border-top:1px solid}",
    ],
    ids=["narrow", "padded", "top", "horizontal-rules"],
)
def test_a_form_without_upright_lines_is_read_by_its_white_space(
    print_page: Print, css: str
) -> None:
    grid, _ = read(print_page(page_of(declaration(), css)))
    assert without_empty_columns(table_texts(grid)) == drawn(declaration())


@pytest.mark.parametrize("align", ["left", "center"])
def test_cells_of_two_lines_in_the_middle_of_their_rows_are_joined_without_lines(
    print_page: Print, align: str
) -> None:
    head = ["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分"]
    rows = [
        ["数量指标", "渠道清淤和衬砌总长度", "≥45公里", "46.8公里", "10", "10"],
        ["时效指标", "维修养护任务完成时间", "2023年6月底之前", "2023年7月15日", "10", "8"],
        ["成本指标", "清淤单位成本", "≤2.5万元每公里", "2.38万元每公里", "10", "10"],
    ]
    laid = [[td(text) for text in head]]
    laid += [[*([] if at else [td("产出指标", 3)]), *map(td, row)] for at, row in enumerate(rows)]
    laid.append(
        [
            td(text)
            for text in ["效益指标", "社会效益指标", "受益农民人数", "≥62人", "63人", "10", "10"]
        ]
    )
    css = f"table{{table-layout:fixed;width:500px}}td{{padding:6px;text-align:{align}}}"
    grid, _ = read(print_page(page_of(laid, css)))
    found = [[text for text in row if text] for row in table_texts(grid)]
    assert found[0] == head
    assert [row[-6:] for row in found[1:4]] == rows
    assert "产出指标" in found[1] + found[2]
    assert found[4] == ["效益指标", "社会效益指标", "受益农民人数", "≥62人", "63人", "10", "10"]


def test_a_level_centred_over_its_rows_stands_in_the_first_of_them(print_page: Print) -> None:
    laid = evaluation(12)
    grid, _ = read(print_page(page_of(laid[1:-1], "td{text-align:center;padding:6px}")))
    rows = table_texts(grid)
    assert rows[0] == ["绩效指标", *(plain(text) for text, _, _ in laid[1][1:])]
    assert rows[1][1:5] == ["产出指标", "数量指标", "养护路段0", "≥0公里"]
    assert rows[6][1:4] == ["", "数量指标", "养护路段5"]
    assert rows[11][1:4] == ["", "数量指标", "养护路段10"]


def test_a_page_of_prose_is_no_table(print_page: Print) -> None:
    text = "<p>一、基本情况。本项目支持乡村医疗机构添置设备，改善就医条件。" * 12
    grid, _ = read(print_page("<meta charset=utf-8>" + text))
    assert all(row.is_prose for row in grid)


# What cannot be read ------------------------------------------------------------------------


def test_scanned_pages_are_named() -> None:
    scan = "q 600 0 0 800 0 0 cm /Scan Do Q"
    grid, problems = read(write_pdf([ruled(TEXTS), scan, scan], image=True))
    assert table_texts(grid) == TEXTS
    (problem,) = problems
    assert problem.severity == "error"
    assert problem.message.zh == "第 2、3 页是扫描图片，没有文字；请做文字识别后重试"
    assert problem.location == "page 2"


def test_a_blank_page_is_no_problem() -> None:
    assert read(write_pdf(["", word(100, 700, "完")]))[1] == ()


def test_a_password_is_named_as_the_reason() -> None:
    locked = (
        "/Encrypt << /Filter /Standard /V 2 /R 3 /Length 128 /P -1"
        f" /O <{'00' * 32}> /U <{'00' * 32}> >> /ID [<00> <00>]"
    )
    with pytest.raises(DocumentError, match=r"form\.pdf.*密码"):
        read(write_pdf([ruled(TEXTS)], trailer=locked))


def test_a_file_cut_off_is_read_as_far_as_it_goes_or_refused() -> None:
    whole = write_pdf([ruled(TEXTS)] * 3)
    for length in range(0, len(whole), len(whole) // 40):
        try:
            read(whole[:length])
        except DocumentError as error:
            assert "PDF" in error.text.en  # noqa: PT017


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"%PDF-1.7\n" + bytes(5000), b"\xff" * 999])
def test_a_file_without_pages_is_refused(data: bytes) -> None:
    with pytest.raises(DocumentError, match="损坏"):
        read(data)


def test_a_broken_page_is_named_and_the_others_are_read() -> None:
    first, second, third = write_pdf([ruled(TEXTS)] * 3).split(b"[0 0 600 800]", 2)[:3]
    data = first + b"[0 0 600 800]" + second + b"[0 0 (ab) 80]" + third
    grid, problems = read(data)
    assert table_texts(grid) == TEXTS * 2
    assert [problem.location for problem in problems] == ["page 2"]
    assert "第 2 页内容已损坏" in problems[0].message.zh


def test_pages_that_are_stated_but_missing_are_reported() -> None:
    data = write_pdf([ruled(TEXTS)] * 3).replace(b"/Count 3", b"/Count 9")
    assert "应有 9 页，只找到 3 页" in read(data)[1][0].message.zh


def test_glyphs_without_a_character_are_reported() -> None:
    nameless = FONT.replace("UniGB-UCS2-H", "Identity-H").replace("(GB1)", "(Identity)")
    grid, problems = read(write_pdf([word(100, 700, "工程数量")], font=nameless))
    assert "�" in grid.rows[0].cells[0].text
    assert [p.message.en.split(" in ")[0] for p in problems] == ["page 1 is printed"]


# Hostile files ------------------------------------------------------------------------------


def test_of_five_thousand_pages_only_the_first_are_read() -> None:
    data = write_pdf([word(100, 700, f"第{n}页") for n in range(1, 5001)])
    grid, (problem,) = read(data, Limits(pages=50))
    assert len(grid.rows) == 50
    assert problem.message.zh.startswith("文件过长，只读了前 50 页（共 5000 页）")
    assert "PERFKG_MAX_PAGES" in problem.message.en


def test_reading_stops_at_the_time_limit_and_keeps_the_pages_read_until_then() -> None:
    data = write_pdf([ruled(TEXTS * 8)] * 400)
    # A busy machine may need the first second to begin.
    stopped = (read(data, Limits(seconds=seconds)) for seconds in (1, 2, 4, 8))
    grid, problems = next((grid, problems) for grid, problems in stopped if grid.rows)
    assert len(grid.rows) < 400 * 16
    assert re.search("只读了前 [1-9].*共 400 页.*PERFKG_READ_TIMEOUT", problems[-1].message.zh)


def test_a_document_of_just_as_many_pages_as_are_read_is_whole() -> None:
    assert read(write_pdf([word(100, 700, "页")] * 3), Limits(pages=3))[1] == ()


def test_a_stream_that_inflates_without_end_is_left_out() -> None:
    bomb = zlib.compress(zlib.compress(bytes(300_000_000), 9), 9)
    data = write_pdf([bomb], filters="/Filter [/FlateDecode /FlateDecode]")
    assert len(data) < 10_000
    _, (problem,) = read(data, Limits(memory=256 * MEGABYTE))
    assert problem.location == "page 1"
    assert "PERFKG_READ_MEMORY" in problem.message.zh


def test_a_font_with_a_billion_widths_is_stopped() -> None:
    start = time.monotonic()
    _, problems = read(write_pdf([ruled(TEXTS)], widths="/W [0 9999999999 500]"), Limits(seconds=9))
    assert "复杂" in problems[0].message.zh
    assert time.monotonic() - start < 30


def test_after_a_page_that_is_stopped_the_others_are_read() -> None:
    data = write_pdf([ruled(TEXTS), "q Q " * 3_000_000, ruled(TEXTS)])
    grid, (problem,) = read(data, Limits(seconds=9))
    assert table_texts(grid) == TEXTS * 2
    assert problem.location == "page 2"
    assert "PERFKG_READ_TIMEOUT" in problem.message.en


def test_a_page_of_countless_lines_is_read_without_a_hang() -> None:
    lines = "".join(
        f"{n % 600} 0 m {n % 600} 800 l S 0 {n % 797} m 600 {n % 797} l S\n"
        for n in range(0, 9000, 7)
    )
    start = time.monotonic()
    read(write_pdf([lines + word(100, 700, "图")]))
    assert time.monotonic() - start < 20


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=400), st.integers(0, 4000), st.integers(0, 400))
@example(b"[" * 400, 900, 1)
def test_bytes_put_anywhere_never_crash_the_reader(patch: bytes, at: int, cut: int) -> None:
    whole = write_pdf([word(90, 740, "表") + ruled(TEXTS)])
    at %= len(whole)
    try:
        grid, problems = read(whole[:at] + patch + whole[at + cut :])
    except DocumentError:
        return
    assert isinstance(grid, Grid)
    assert all(isinstance(problem, Problem) for problem in problems)
