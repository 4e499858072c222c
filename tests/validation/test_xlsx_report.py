"""The report as a workbook, opened again."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

import pytest
from openpyxl import Workbook, load_workbook

from perfkg.errors import UsageError
from perfkg.messages import Language
from perfkg.validation import xlsx_report
from perfkg.validation.review import Review
from perfkg.validation.xlsx_report import to_xlsx

from .reviewed import FORMULA, HOSTILE, TEXT, WRONG, injected_review, review


@pytest.fixture(scope="module")
def wrong() -> Review:
    return review(WRONG)


def opened(found: Review, language: Language = "zh") -> Workbook:
    return load_workbook(io.BytesIO(to_xlsx(found, language)))


def rows(book: Workbook, name: str) -> list[dict[object, object]]:
    head, *body = book[name].iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in body]


def test_every_finding_and_every_rule_has_a_row(wrong: Review) -> None:
    book = opened(wrong)
    assert book.sheetnames == ["统计", "发现", "规则"]
    assert [row["代号"] for row in rows(book, "发现")] == [f.rule for f in wrong.findings]
    (percent,) = [row for row in rows(book, "发现") if row["代号"] == "percent-out-of-range"]
    assert (percent["级别"], percent["指标"], percent["指标值"]) == (
        "违规",
        "工程验收合格率",
        "=1000%",
    )
    assert (percent["文件"], percent["原文位置"]) == ("0.txt", "line 16")
    assert percent["部门"] == "云岭县教育和体育局"
    assert len(rows(book, "规则")) == len(wrong.rules)


def test_counts_are_numbers_and_add_up(wrong: Review) -> None:
    book = opened(wrong)
    lines = [row[:6] for row in book["统计"].iter_rows(values_only=True)]
    for heading in ("按审核内容", "按部门", "按规则"):
        start = next(i for i, line in enumerate(lines) if line[0] == heading)
        body = lines[start + 1 :]
        body = body[: next((i for i, line in enumerate(body) if line[0] is None), len(body))]
        assert all(isinstance(value, int) for line in body for value in line[1:])
        assert sum(line[4] for line in body) == len(wrong.findings)  # type: ignore[misc]
    assert sum(row["数量"] for row in rows(book, "规则")) == len(wrong.findings)  # type: ignore[misc]
    assert ("检查的表格", 2) in [line[:2] for line in lines]


def test_headings_stay_and_can_be_filtered(wrong: Review) -> None:
    book = opened(wrong)
    for name in ("发现", "规则"):
        sheet = book[name]
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref == sheet.dimensions
        assert sheet["A1"].font.bold
    # Chinese characters are twice as wide as Latin ones.
    assert book["发现"].column_dimensions["H"].width > 50


def test_what_looks_like_a_formula_is_a_text() -> None:
    data = to_xlsx(injected_review(), "zh")
    book = load_workbook(io.BytesIO(data))
    found = rows(book, "发现")
    assert {HOSTILE} == {row["项目"] for row in found}
    assert FORMULA in {row["指标"] for row in found}
    assert "=1+1" in {row["部门"] for row in found}
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds
    for name in zipfile.ZipFile(io.BytesIO(data)).namelist():
        assert b"<f>" not in zipfile.ZipFile(io.BytesIO(data)).read(name)


@pytest.mark.parametrize(
    ("language", "sheets", "sentence"),
    [
        ("zh", ["统计", "发现", "规则"], "没有发现问题。"),
        ("en", ["Counts", "Findings", "Rules"], "Nothing was found."),
    ],
)
def test_a_review_that_finds_nothing_has_all_sheets_and_says_so(
    language: Language, sheets: list[str], sentence: str
) -> None:
    book = opened(review(TEXT), language)
    assert book.sheetnames == sheets
    assert book[sheets[0]]["A2"].value == sentence
    assert book[sheets[1]].max_row == 1
    assert book[sheets[2]].max_row > 5


def test_a_file_that_was_not_read_whole_is_named() -> None:
    book = opened(review(TEXT, "没有表格"))
    lines = [row[:3] for row in book["统计"].iter_rows(values_only=True)]
    assert any(line[0] == "未能完整读入的文件" and "1.txt" in str(line[1]) for line in lines)


def test_more_findings_than_a_sheet_holds_are_refused(
    wrong: Review, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xlsx_report, "MOST_ROWS", len(wrong.findings) - 1)
    with pytest.raises(UsageError, match="json"):
        to_xlsx(wrong, "zh")


def test_control_characters_do_not_break_the_file(wrong: Review) -> None:
    bad = replace(wrong.findings[0], project="a\x07b")
    book = opened(Review([bad], wrong.shapes, wrong.data))
    assert rows(book, "发现")[0]["项目"] == "a\ufffdb"
