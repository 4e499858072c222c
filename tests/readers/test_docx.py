"""Word documents: made by python-docx, with the merged cells that official forms have."""

from __future__ import annotations

import io
from contextlib import suppress

import docx
import pytest
from docx.document import Document
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.table import Table
from hypothesis import given, settings
from hypothesis import strategies as st

from perfkg.errors import DocumentError
from perfkg.readers.docx import read_docx
from perfkg.readers.limits import MEGABYTE, Limits

from .support import texts, zipped

W = nsdecls("w")


def _bytes(document: Document) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _fill(table: Table, rows: list[list[str]]) -> None:
    for row, values in enumerate(rows):
        for column, value in enumerate(values):
            if value:
                table.cell(row, column).text = value


def _read(document: Document) -> list[list[str]]:
    grid, problems = read_docx(_bytes(document), "f.docx")
    assert problems == ()
    return texts(grid)


def _school_form() -> Document:
    document = docx.Document()
    document.add_paragraph("附件3")
    table = document.add_table(rows=5, cols=4)
    _fill(
        table,
        [
            ["项目支出绩效目标申报表"],
            ["项目名称", "乡镇中心小学食堂改造"],
            ["绩\n效\n指\n标", "一级指标", "二级指标", "指标值"],
            ["", "产出指标", "数量指标", "≥12间"],
            ["", "", "质量指标", "100%"],
        ],
    )
    table.cell(0, 0).merge(table.cell(0, 3))
    table.cell(1, 1).merge(table.cell(1, 3))
    table.cell(2, 0).merge(table.cell(4, 0))
    table.cell(3, 1).merge(table.cell(4, 1))
    document.add_paragraph("填表人：王芳")
    return document


def test_merged_cells_stand_once_at_their_first_position_and_every_row_has_all_columns() -> None:
    assert _read(_school_form()) == [
        ["附件3"],
        ["项目支出绩效目标申报表", "", "", ""],
        ["项目名称", "乡镇中心小学食堂改造", "", ""],
        ["绩\n效\n指\n标", "一级指标", "二级指标", "指标值"],
        ["", "产出指标", "数量指标", "≥12间"],
        ["", "", "质量指标", "100%"],
        ["填表人：王芳"],
    ]


def test_places_name_the_table_and_row_and_blocks_divide_tables_from_lines() -> None:
    grid, _ = read_docx(_bytes(_school_form()), "f.docx")
    places = [row.place for row in grid]
    assert places[:3] == ["paragraph 1", "table 1, row 1", "table 1, row 2"]
    assert places[-1] == "paragraph 2"
    blocks = [row.block for row in grid]
    assert len(set(blocks[1:6])) == 1
    assert len({blocks[0], blocks[1], blocks[-1]}) == 3
    assert [row.number for row in grid] == list(range(1, 8))
    assert [cell.column for cell in grid.rows[1].cells] == [0, 1, 2, 3]


def test_grid_columns_before_and_after_a_row_are_empty_cells() -> None:
    document = docx.Document()
    table = document.add_table(rows=2, cols=4)
    _fill(table, [["道路", "养护", "里程", "公里"], ["", "3"]])
    row = table.rows[1]._tr
    for cell in list(row.tc_lst)[2:]:
        row.remove(cell)
    row.remove(row.tc_lst[0])
    row.insert(
        0,
        parse_xml(f'<w:trPr {W}><w:gridBefore w:val="1"/><w:gridAfter w:val="2"/></w:trPr>'),
    )
    assert _read(document)[1] == ["", "3", "", ""]


def test_a_table_inside_a_cell_is_read_as_a_table_of_its_own() -> None:
    document = docx.Document()
    outer = document.add_table(rows=2, cols=1)
    outer.cell(0, 0).text = "卫生健康项目"
    inner = outer.cell(1, 0).add_table(rows=1, cols=2)
    _fill(inner, [["接种人数", "≥3000人"]])
    assert _read(document) == [["卫生健康项目"], ["接种人数", "≥3000人"]]


def test_a_tab_outside_of_tables_divides_a_line_into_cells() -> None:
    document = docx.Document()
    document.add_paragraph("项目名称\t农田水利维修")
    document.add_paragraph("主管部门\t县农业农村局")
    grid, _ = read_docx(_bytes(document), "f.docx")
    assert texts(grid) == [["项目名称", "农田水利维修"], ["主管部门", "县农业农村局"]]
    assert grid.rows[0].block == grid.rows[1].block


def test_insertions_and_content_controls_are_read_and_deletions_and_prompts_are_not() -> None:
    document = docx.Document()
    body = document.element.body
    run = "<w:r><w:t>{}</w:t></w:r>"
    for position, content in enumerate(
        (
            f"<w:ins>{run.format('新增图书')}</w:ins>"
            "<w:del><w:r><w:delText>旧书</w:delText></w:r></w:del>",
            f"<w:sdt><w:sdtContent>{run.format('文化馆')}</w:sdtContent></w:sdt>",
            "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>"
            f"{run.format('单击此处输入')}</w:sdtContent></w:sdt>",
            "<w:r><w:rPr><w:vanish/></w:rPr><w:t>隐藏</w:t></w:r>" + run.format("可见"),
        )
    ):
        body.insert(position, parse_xml(f"<w:p {W}>{content}</w:p>"))
    cells = "".join(f"<w:tc><w:p>{run.format(text)}</w:p></w:tc>" for text in "甲乙")
    control = parse_xml(
        f"<w:sdt {W}><w:sdtContent><w:tbl><w:tr>{cells}</w:tr></w:tbl></w:sdtContent></w:sdt>"
    )
    body.insert(4, control)
    assert _read(document) == [["新增图书"], ["文化馆"], ["可见"], ["甲", "乙"]]


def test_check_boxes_and_symbols_keep_their_glyph() -> None:
    document = docx.Document()
    box = (
        "<w:r><w:fldChar w:fldCharType='begin'><w:ffData><w:checkBox>{}</w:checkBox></w:ffData>"
        "</w:fldChar></w:r><w:r><w:t>{}</w:t></w:r>"
    )
    symbol = "<w:r><w:sym w:font='Symbol' w:char='F0B3'/></w:r><w:r><w:t>95%</w:t></w:r>"
    content = box.format("<w:checked/>", "新增") + box.format("<w:default w:val='0'/>", "延续")
    document.element.body.insert(0, parse_xml(f"<w:p {W}>{content}</w:p>"))
    document.element.body.insert(1, parse_xml(f"<w:p {W}>{symbol}</w:p>"))
    document.add_paragraph("☑经常性 □一次性")
    assert _read(document) == [["☑新增□延续"], ["≥95%"], ["☑经常性 □一次性"]]


def test_headers_and_footers_are_not_read() -> None:
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "县教育局"
    document.add_paragraph("正文")
    assert _read(document) == [["正文"]]


def test_a_deleted_row_is_not_read() -> None:
    document = docx.Document()
    table = document.add_table(rows=2, cols=2)
    _fill(table, [["甲", "乙"], ["丙", "丁"]])
    properties = table.rows[0]._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:del"))
    assert properties.find(qn("w:del")) is not None
    assert _read(document) == [["丙", "丁"]]


def test_an_embedded_document_is_a_problem_and_the_rest_is_read() -> None:
    document = docx.Document()
    document.add_paragraph("正文")
    document.element.body.insert(0, OxmlElement("w:altChunk"))
    grid, problems = read_docx(_bytes(document), "f.docx")
    assert texts(grid) == [["正文"]]
    assert "嵌有" in problems[0].message.zh


@pytest.mark.parametrize("end", [-200, 3000])
def test_a_truncated_file_is_named_as_such(end: int) -> None:
    with pytest.raises(DocumentError, match="不完整"):
        read_docx(_bytes(_school_form())[:end], "f.docx")


def test_a_document_without_text_is_named_as_such() -> None:
    with pytest.raises(DocumentError, match="没有文字"):
        read_docx(_bytes(docx.Document()), "f.docx")


def _with_body(xml: str) -> bytes:
    return zipped({"word/document.xml": xml})


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = _with_body(f"<w:document {W}><w:body>" + " " * 40_000_000)
    assert len(bomb) < 100_000
    with pytest.raises(DocumentError, match="压缩炸弹"):
        read_docx(bomb, "f.docx")


def test_a_part_that_unpacks_to_more_than_the_limit_is_refused_with_the_setting() -> None:
    data = _with_body(f"<w:document {W}><w:body><w:p><w:r><w:t>{'甲' * 700_000}</w:t></w:r></w:p>"
                      "</w:body></w:document>")  # fmt: skip
    assert len(read_docx(data, "f.docx")[0].rows) == 1
    with pytest.raises(DocumentError, match="PERFKG_MAX_UNPACKED"):
        read_docx(data, "f.docx", Limits(unpacked=MEGABYTE))


@pytest.mark.parametrize("entity", ['"炸"', 'SYSTEM "file:///etc/passwd"'])
def test_entities_are_never_expanded(entity: str) -> None:
    xml = (
        f"<!DOCTYPE d [<!ENTITY e {entity}>]><w:document {W}><w:body><w:p><w:r><w:t>&e;</w:t></w:r>"
        "</w:p></w:body></w:document>"
    )
    with pytest.raises(DocumentError, match="DOCTYPE"):
        read_docx(_with_body(xml), "f.docx")


def test_tables_nested_without_end_are_cut_and_do_not_crash() -> None:
    depth = 60
    inside = "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>x</w:t></w:r></w:p>" * depth
    xml = (
        f"<w:document {W}><w:body>{inside}{'</w:tc></w:tr></w:tbl>' * depth}</w:body></w:document>"
    )
    grid, _ = read_docx(_with_body(xml), "f.docx")
    assert 1 <= len(grid.rows) <= depth


_WHOLE = _bytes(_school_form())


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_file_with_changed_bytes_is_read_or_refused_but_never_crashes(
    data: st.DataObject,
) -> None:
    changed = bytearray(_WHOLE)
    for _ in range(data.draw(st.integers(1, 12))):
        changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(0, 255))
    with suppress(DocumentError):
        read_docx(bytes(changed), "f.docx")
