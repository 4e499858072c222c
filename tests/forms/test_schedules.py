"""When projects begin and end, however the cells of the form tell it."""

from __future__ import annotations

from pathlib import Path

import pytest

from perfkg.forms.model import ReadDocument
from perfkg.reading import read_bytes

FORM = Path(__file__).parents[1] / "fixtures" / "layouts" / "school-dates-in-cells.html"
ROW = (
    "<td>项目起止时间</td><td>2024年3月</td><td>到</td><td>2024年11月</td>"
    "<td>建设地点</td><td>临江县</td>"
)


def _read(*cells: str) -> ReadDocument:
    """Read the form with other cells in its row of dates."""
    row = "".join(f"<td>{cell}</td>" for cell in cells)
    printed = FORM.read_text(encoding="utf-8")
    assert ROW in printed
    return read_bytes(FORM.name, printed.replace(ROW, row).encode())


def _dates(read: ReadDocument) -> tuple[str, str]:
    (form,) = read.forms
    return str(form.planned_start), str(form.planned_end)


@pytest.mark.parametrize(
    ("cells", "dates"),
    [
        (["项目起止时间", "2024年3月", "到", "2024年11月"], ("2024-03", "2024-11")),
        (["项目起止时间", "20240301", "20241130"], ("2024-03-01", "2024-11-30")),
        (["起止日期", "开始：2024年3月", "结束：2024年11月"], ("2024-03", "2024-11")),
        (
            ["项目周期", "开始时间", "2024-03-01", "结束时间", "2024-11-30"],
            ("2024-03-01", "2024-11-30"),
        ),
        (["项目起始时间", "2024.3", "项目终止时间", "2024.11"], ("2024-03", "2024-11")),
        (["起始日期", "2024.3.1", "截止日期", "2025.2.28"], ("2024-03-01", "2025-02-28")),
        (["计划开工时间", "2024年3月", "计划竣工时间", "2024年11月"], ("2024-03", "2024-11")),
        (["起始年度", "2024", "终止年度", "2026"], ("2024", "2026")),
        (["建设期限", "2024年3月-11月", "建设地点", "临江县"], ("2024-03", "2024-11")),
        (["项目实施期限", "2024—2026年", "实施方式", "政府采购"], ("2024", "2026")),
        (["政策有效期", "2024年3月起", "是否新增", "是"], ("2024-03", "None")),
        (["预算执行周期", "12个月", "项目起止年月", "2024.1-2024.12"], ("2024-01", "2024-12")),
    ],
)
def test_dates_are_read_from_the_cells_they_stand_in(
    cells: list[str], dates: tuple[str, str]
) -> None:
    read = _read(*cells)
    assert _dates(read) == dates
    assert [p for p in read.problems if p.severity != "info"] == []


def test_months_without_a_year_are_the_forms_year_and_that_is_said() -> None:
    read = _read("实施期限", "1月1日-12月31日")
    assert _dates(read) == ("2024-01-01", "2024-12-31")
    (repair,) = read.forms[0].repairs
    assert "1月1日-12月31日" in repair.zh
    assert "2024" in repair.zh


def test_of_two_periods_the_first_holds_and_the_other_is_named() -> None:
    read = _read("项目起止时间", "2024年3月-11月", "政策期限", "2024-2028年")
    assert _dates(read) == ("2024-03", "2024-11")
    (named,) = [p for p in read.problems if "2024-2028年" in p.message.zh]
    assert named.severity == "info"


def test_the_same_period_printed_twice_draws_no_remark() -> None:
    read = _read("项目起止时间", "2024年1月-12月", "实施期限", "2024年度")
    assert _dates(read) == ("2024-01", "2024-12")
    assert read.problems == ()


def test_a_period_that_nobody_understands_is_an_error_at_its_cell() -> None:
    read = _read("项目起止时间", "按文件规定")
    assert _dates(read) == ("None", "None")
    (error,) = [p for p in read.problems if p.severity == "error"]
    assert "按文件规定" in error.message.zh
    assert error.location == "table 1, row 3"
