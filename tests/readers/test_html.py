"""Web pages as ministries, portals and Word write them."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from perfkg.errors import DocumentError
from perfkg.readers.html import read_html, read_mhtml
from perfkg.readers.limits import Limits

from .support import texts

FORM = [
    ["中小学校舍维修绩效目标表", "", "", ""],
    ["项目名称", "县第三中学教学楼", "", ""],
    ["绩效指标", "产出指标", "数量指标", "≥2栋"],
    ["", "", "质量指标", "100%"],
    ["", "满意度指标", "学生满意度", "≥90%"],
]
CLEAN = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>不读</title></head><body>
<h1>附件</h1><table><tr><th colspan="4">中小学校舍维修绩效目标表</th></tr>
<tr><td>项目名称</td><td colspan="3">县第三中学教学楼</td></tr>
<tr><td rowspan="3">绩效指标</td><td rowspan="2">产出指标</td><td>数量指标</td>
<td>&ge;2栋</td></tr><tr><td>质量指标</td><td>100%</td></tr>
<tr><td>满意度指标</td><td>学生满意度</td><td>≥90%</td></tr></table>
<p>填表人：赵云</p></body></html>"""
UNCLOSED = """<HTML><HEAD><META content='text/html; charset=gb2312'><STYLE>td{}</STYLE></HEAD><BODY>
<TABLE class=MsoNormalTable><TR><TD colSpan=4><P class=MsoNormal><B><SPAN lang=EN-US>中小学</SPAN>
<SPAN>校舍维修绩效目标表<o:p></o:p></SPAN>
<TR><TD><P><FONT face=宋体>项目名称<TD colSpan=3><P><B><FONT>县第三中学教学楼
<TR><TD rowSpan=3><P><B>绩效指标<TD rowSpan=2><B><I><U>产出指标<TD><FONT>数量指标
<TD><SPAN>&ge;2栋
<TR><TD><A>质量指标<TD><B>100%
<TR><TD><B>满意度指标<TD><FONT>学生满意度<TD>≥90%</TABLE></BODY>"""


def _read(text: str) -> list[list[str]]:
    return texts(read_html(text.encode(), "f.html")[0])


def test_spans_become_true_columns_and_lines_around_the_table_are_rows_of_one_cell() -> None:
    grid, problems = read_html(CLEAN.encode(), "f.html")
    assert texts(grid) == [["附件"], *FORM, ["填表人：赵云"]]
    assert problems == ()
    assert [row.place for row in grid][:3] == ["paragraph 1", "table 1, row 1", "table 1, row 2"]
    assert len({row.block for row in grid}) == 3


def test_unclosed_markup_as_word_writes_it_gives_the_same_table() -> None:
    with_space = texts(read_html(UNCLOSED.encode("gb18030"), "f.htm")[0])
    assert [[cell.replace(" ", "") for cell in row] for row in with_space] == FORM


def test_a_hundred_rows_of_unclosed_tags_are_all_read() -> None:
    body = "".join(f"<tr><td><b><font>{number}<td><span><i>x" for number in range(500))
    assert [row[0] for row in _read(f"<table>{body}")] == [str(number) for number in range(500)]


def test_a_cell_that_holds_a_table_is_layout_and_the_inner_table_stands_for_itself() -> None:
    page = (
        "<table><tr><td colspan=2>首页 &gt; 财政信息</td></tr><tr><td><ul><li>公告</li></ul></td>"
        "<td><div><table><tr><td>项目名称</td><td>村卫生室</td></tr></table>注：无</div></td></tr>"
        "<tr><td>主办</td><td>承办</td></tr></table>"
    )
    assert _read(page) == [
        ["首页 > 财政信息"],
        ["公告"],
        ["项目名称", "村卫生室"],
        ["注：无"],
        ["主办", "承办"],
    ]


def test_an_inner_table_of_one_cell_is_the_text_of_its_cell() -> None:
    page = (
        "<table><tr><td><table><tr><td>项目名称</td></tr></table></td><td>防洪堤</td></tr></table>"
    )
    assert _read(page) == [["项目名称", "防洪堤"]]


def test_breaks_and_paragraphs_are_line_breaks_and_space_is_as_a_browser_shows_it() -> None:
    cell = "<td>满意度指<br>标</td><td><p>Level</p><p>A</p></td><td>&nbsp; a\n  b&#8805;&nbsp;</td>"
    assert _read(f"<table><tr>{cell}</tr></table>") == [["满意度指\n标", "Level A", "a b≥"]]


def test_what_a_reader_of_the_page_cannot_see_is_not_read() -> None:
    page = (
        "<p>见</p><script>var a='<td>x';</script><style>p{}</style><!-- 注 -->"
        "<!--[if mso]>z<![endif]-->"
        "<div style='DISPLAY: none'>藏</div><p hidden>藏</p><table><tr style='display:none'><td>码"
        "</td></tr><tr><td>甲</td><td style='display:none'>藏</td><td>乙</td></tr></table>"
    )
    assert _read(page) == [["见"], ["甲", "乙"]]


def test_form_fields_show_what_they_hold() -> None:
    page = (
        "<input value='文化站'><p><input type=checkbox checked>新增<input type=radio>延续</p>"
        "<select><option>甲<option selected>乙</select><input type=hidden value=码>"
    )
    assert _read(page) == [["文化站"], ["☑新增□延续"], ["乙"]]


@pytest.mark.parametrize(
    ("declared", "used"),
    [
        ("utf-8", "utf-8"),
        ("gb2312", "gb18030"),
        ("gbk", "gb18030"),
        ("iso-8859-1", "gb18030"),
        ("gb2312", "utf-8"),
        ("utf-8", "utf-8-sig"),
        ("utf-8", "utf-16"),
        ("no-such-charset", "gb18030"),
        ("big5", "big5"),
    ],
)
def test_the_encoding_is_found_from_mark_content_and_declaration(declared: str, used: str) -> None:
    page = f"<meta charset='{declared}'><p>公路 95%</p>"
    assert texts(read_html(page.encode(used), "f")[0]) == [["公路 95%"]]


def test_a_damaged_character_is_replaced_and_this_is_said() -> None:
    data = "<p>农业灌溉</p>".encode()[:-5] + b"\xff\xff\x80</p>"
    grid, problems = read_html(data, "f")
    assert texts(grid)[0][0].startswith("农业灌")
    assert "编码" in problems[0].message.zh


def test_tables_in_markup_inside_markdown_are_read_with_the_lines_around_them() -> None:
    page = "# 绩效目标表\n（2024年度）\n<table><tr><td>项目</td><td>戏曲进校园</td></tr></table>\n"
    assert _read(page) == [["绩效目标表"], ["（2024年度）"], ["项目", "戏曲进校园"]]


def test_a_web_archive_is_read_by_the_pages_with_tables() -> None:
    part = "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    archive = (
        'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="x"\r\n\r\n'
        f"--x\r\n{part}<frameset><frame src=a></frameset>\r\n--x\r\n{part}"
        "<table><tr><td>项目名称</td><td>林场防火</td></tr></table>\r\n--x--\r\n"
    )
    assert texts(read_mhtml(archive.encode(), "f")[0]) == [["项目名称", "林场防火"]]


def test_a_page_without_text_is_named_as_such() -> None:
    with pytest.raises(DocumentError, match="没有文字"):
        read_html(b"<html><frameset><frame src=sheet001.htm></frameset></html>", "f")


@pytest.mark.parametrize(
    "page",
    [
        "<table>" * 5000 + "<tr><td>x",
        "<div>" * 50_000 + "x",
        "<table><tr><td>" * 300 + "x",
        "<table><tr>" + "<td colspan=99999999 rowspan=99999999>x" * 50,
        "</td></tr></table>x<td>y<tr>z",
    ],
    ids=["tables", "depth", "cells", "spans", "order"],
)
def test_hostile_nesting_and_spans_are_read_in_bounded_size(page: str) -> None:
    grid, _ = read_html(page.encode(), "f")
    assert sum(len(row.cells) for row in grid) < 100_000


def test_a_page_of_too_many_cells_is_cut_with_a_problem() -> None:
    page = "<table>" + "<tr><td>甲<td>乙" * 5000
    grid, problems = read_html(page.encode(), "f", Limits(cells=300))
    assert len(grid.rows) == 100
    assert problems[0].severity == "error"
    assert "PERFKG_MAX_CELLS" in problems[0].message.en


_PIECES = st.sampled_from(
    ["<table>", "</table>", "<tr>", "</tr>", "<td>", "</td>", "<th colspan=2>", "<td rowspan=3>",
     "<p>", "</p>", "<br>", "<b>", "</i>", "甲", "&ge;", "&#0;", "<!--", "-->", "<script>",
     "</script>", "<select>", "<option>", "<pre>", "</pre>", "<", ">", "&", "<td"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(_PIECES, max_size=60))
def test_any_order_of_tags_is_read_or_refused_but_never_crashes(pieces: list[str]) -> None:
    try:
        grid, _ = read_html("".join(pieces).encode(), "f")
    except DocumentError:
        return
    assert all(row.filled for row in grid)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_but_never_crash(data: bytes) -> None:
    for reader in (read_html, read_mhtml):
        with suppress(DocumentError):
            reader(data, "f")
