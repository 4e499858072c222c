"""Plain text gives the same rows and columns in whatever shape it travels."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from perfkg.readers.grid import Grid
from perfkg.readers.limits import Limits
from perfkg.readers.text import read_text, read_text_with_problems
from perfkg.readers.text.words import words

Cells = list[list[str]]


def _cells(grid: Grid) -> Cells:
    for row in grid:
        assert [cell.column for cell in row.cells] == list(range(len(row.cells)))
    return [[cell.text for cell in row.cells] for row in grid]


def _read(text: str) -> Cells:
    return _cells(read_text(text))


SCHOOL = [
    ["项目名称", "乡镇中心小学食堂改造", "主管部门", "某县教育局"],
    ["一级指标", "二级指标", "三级指标", "指标值"],
    ["产出指标", "数量指标", "改造食堂面积", "860平方米"],
    ["", "", "新增餐位", "320个"],
    ["", "质量指标", "验收合格率", "100%"],
    ["效益指标", "社会效益指标", "受益学生人数", "1200人"],
]

# -- how the shapes are written ----------


def _as_tabs(rows: Cells) -> str:
    return "\n".join("\t".join(row) for row in rows)


def _as_markdown(rows: Cells) -> str:
    lines = ["| " + " | ".join(cell.replace("|", r"\|") for cell in row) + " |" for row in rows]
    return "\n".join([lines[0], "| --- " * len(rows[0]) + "|", *lines[1:]])


def _as_pipe_rows(rows: Cells) -> str:
    return "\n".join(" | ".join(row) + " |" for row in rows)


def _as_pipe_cells(rows: Cells) -> str:
    lines: list[str] = []
    for row in rows:
        filled = max(index for index, cell in enumerate(row) if cell) + 1
        lines += ["|", *(f"{cell} |".strip() for cell in row[:filled]), "|" * (len(row) - filled)]
    return "\n".join(line for line in lines if line)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _as_aligned(rows: Cells) -> str:
    widths = [max(_width(cell) for cell in column) + 2 for column in zip(*rows, strict=True)]
    lines = (
        "".join(
            cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)
        )
        for row in rows
    )
    return "\n".join(line.rstrip() for line in lines)


SHAPES = [_as_tabs, _as_markdown, _as_pipe_rows, _as_aligned]


@pytest.mark.parametrize("shape", SHAPES)
def test_the_same_form_gives_the_same_cells_in_every_shape(shape: Callable[[Cells], str]) -> None:
    assert _read(shape(SCHOOL)) == SCHOOL


def test_the_same_form_gives_the_same_cells_with_one_cell_a_line_and_pipes() -> None:
    rows = [[*row, "", ""] for row in SCHOOL]
    assert _read(_as_pipe_cells(rows)) == rows


# -- round trips ----------

TEXTS = st.text("中文路桥卫生院农田书馆a1Z9%（）。.", min_size=1, max_size=8)


@st.composite
def grids(draw: st.DrawFn, filled: int = 1) -> Cells:
    """A grid of which every row holds `filled` cells or more, the first and last rows all."""
    width = draw(st.integers(2, 6))
    full = st.lists(TEXTS, min_size=width, max_size=width)
    some = st.lists(TEXTS | st.just(""), min_size=width, max_size=width)
    loose = some.filter(lambda row: sum(map(bool, row)) >= min(filled, width))
    middle: Cells = draw(st.lists(loose, max_size=6))
    return [draw(full), *middle, draw(full)]


@given(grids())
def test_a_grid_written_with_tabs_is_read_back(rows: Cells) -> None:
    assert _read(_as_tabs(rows)) == rows


@given(grids())
def test_a_grid_written_as_a_markdown_table_is_read_back(rows: Cells) -> None:
    assert _read(_as_markdown(rows)) == rows


@given(grids())
def test_a_grid_written_as_rows_of_pipes_is_read_back(rows: Cells) -> None:
    assert _read(_as_pipe_rows(rows)) == rows


@given(grids())
def test_a_grid_written_one_cell_a_line_with_pipes_is_read_back(rows: Cells) -> None:
    # The forms' rows end in empty cells, as their widest rows have more columns.
    padded = [[*row, "", ""] for row in rows]
    assert _read(_as_pipe_cells(padded)) == padded


@given(grids(filled=2))
def test_a_grid_drawn_with_spaces_is_read_back(rows: Cells) -> None:
    assert _read(_as_aligned(rows)) == rows


@given(st.lists(grids(filled=2), min_size=1, max_size=4), st.data())
def test_a_text_of_several_shapes_gives_each_table_in_its_block(
    tables: list[Cells], data: st.DataObject
) -> None:
    written = [data.draw(st.sampled_from(SHAPES))(rows) for rows in tables]
    grid = read_text("\n\n".join(written))
    assert _cells(grid) == [row for rows in tables for row in rows]
    assert {row.block for row in grid} == set(range(len(tables)))


# -- nothing is lost, nothing breaks ----------

_SEPARATORS = re.compile(r"[\s|\-=_:+\u2014\u2500-\u257f\uff5c\ufeff]")
_PARTS = st.sampled_from(
    [*"\t|\n \f=-", "  ", "    ", "\n\n", "|\n", "||\n", " |\n", " | ", "\n|", "\r\n", "---", "│",
     "项目名称", "主管部门", "实施单位：", "其中：财政拨款", "一级指标", "二级指标", "三级指标",
     "指标值", "产出指标", "数量指标", "绩 效 指 标", "分值", "年度目标", "≥95%", "大于等于3座",
     "（", "）", "10", "完成任务。", "修桥", "Smart City", "注"]
)  # fmt: skip


def _kept(text: str) -> str:
    return _SEPARATORS.sub("", text)


@settings(max_examples=400, deadline=None)
@given(st.lists(_PARTS, max_size=60).map("".join))
@example("|\n修桥\n|\n||")
@example("修桥\n|\n10\n\n|\n|")
def test_no_text_is_dropped_and_rows_are_in_order(text: str) -> None:
    grid = read_text(text)
    assert _kept("".join(cell.text for row in grid for cell in row.cells)) == _kept(text)
    numbers = [row.number for row in grid]
    assert numbers == sorted(numbers)
    assert [row.block for row in grid] == sorted(row.block for row in grid)
    for row in grid:
        assert row.filled
        assert all(cell.text == cell.text.strip() for cell in row.cells)
        assert re.fullmatch(r"line \d+(, character \d+)?", row.place)


@given(st.text())
def test_any_text_is_read_without_an_error(text: str) -> None:
    bare = re.sub(r"[\\*&<>#]", "", text)
    grid = read_text(bare)
    assert _kept("".join(cell.text for row in grid for cell in row.cells)) == _kept(bare)
    read_text(text)


@pytest.mark.parametrize(
    "text",
    ["\t" * 400_000 + "x", "|" * 400_000 + "x", "|\n" * 100_000, "a |\n|\n" * 50_000,
     "项 " * 200_000, "a  " * 150_000, " " * 400_000 + "x", "项目名称" * 100_000,
     "| <br" * 80_000, "\\|" * 200_000,
     "-" * 400_000 + "x", "一级指标 二级指标 三级指标 指标值\n" + "( " * 9_000,
     "".join(" " * (i % 500) + "a   b\n" for i in range(1_000))],
    ids=lambda text: repr(text[:12]),
)  # fmt: skip
def test_a_hostile_text_is_read_in_time_with_bounded_rows(text: str) -> None:
    grid = read_text(text)
    assert all(len(row.cells) <= 1_000 for row in grid)


def test_a_text_above_the_limit_is_cut_and_says_so() -> None:
    grid, problems = read_text_with_problems("\n".join(["修桥"] * 10), Limits(cells=2))
    assert len(grid.rows) == 4
    assert [problem.location for problem in problems] == ["line 5"]
    assert "PERFKG_MAX_CELLS" in problems[0].message.zh


# -- Markdown and rows of pipes ----------


def test_a_ragged_markdown_table_keeps_the_cells_that_each_row_has() -> None:
    text = """| 项目支出绩效目标表 |
|---|
| 项目名称 | 县医院设备更新 |
| 主管部门 | 某县卫生健康局 | 实施单位 |  |
|  | 产出指标 | 数量指标 | 更新设备 | ≥36台 |"""
    assert _read(text) == [
        ["项目支出绩效目标表"],
        ["项目名称", "县医院设备更新"],
        ["主管部门", "某县卫生健康局", "实施单位", ""],
        ["", "产出指标", "数量指标", "更新设备", "≥36台"],
    ]


def test_a_markdown_table_may_do_without_its_outer_pipes() -> None:
    text = "三级指标 | 指标值\n---|---\n 路面\\|桥面 | ≥3公里\n | 第一行<br>第二行<br/>Line<br>two"
    assert _read(text) == [
        ["三级指标", "指标值"],
        ["路面|桥面", "≥3公里"],
        ["", "第一行\n第二行\nLine two"],
    ]


def test_markdown_signs_are_no_part_of_the_text() -> None:
    text = "# 绩效目标表\n\n| **三级指标** | 指标值 |\n|:--|--:|\n| 接种率( ≥\\*\\*% ) | &gt;=95% |"
    assert _read(text) == [["绩效目标表"], ["三级指标", "指标值"], ["接种率( ≥**% )", ">=95%"]]


def test_empty_cells_at_the_end_of_a_row_of_pipes_are_kept() -> None:
    text = "项目名称 | 村卫生室建设 ||||\n总分 |||||\n年度目标 | 建成 3 座 | 得分 | 9 | 10 |"
    assert [len(row) for row in _read(text)] == [5, 5, 5]


def test_a_table_drawn_with_lines_is_a_table_of_pipes() -> None:
    drawn = "┌────┬────┐\n│ 名称 │ 数量 │\n├────┼────┤\n│ 桥  │ 3座 │\n└────┴────┘"
    plain = "+----+----+\n| 名称 | 数量 |\n+====+====+\n| 桥  | 3座 |\n+----+----+"
    assert _read(drawn) == _read(plain) == [["名称", "数量"], ["桥", "3座"]]


# -- one cell a line with pipes ----------


def test_rows_without_empty_cells_at_their_end_are_told_by_the_width() -> None:
    rows = [["三级指标", "指标值", "得分"], ["管护公里", "≥12公里", "9"], ["补贴农户", "", "8"]]
    assert _read(_as_pipe_cells(rows)) == rows


def test_rows_of_a_table_with_merged_headings_are_told_by_what_they_say() -> None:
    text = "|\n一级指标 |\n二级指标 |\n三级指标 |\n指标值 |\n"
    text += "|\n产出指标 |\n数量指标 |\n改造厕所 |\n≥800座 |"
    text += "\n|\n质量指标 |\n验收合格率 |\n100% |\n|\n补助标准 |\n1200元/座 |"
    assert _read(text) == [
        ["一级指标", "二级指标", "三级指标", "指标值"],
        ["产出指标", "数量指标", "改造厕所", "≥800座"],
        ["质量指标", "验收合格率", "100%"],
        ["补助标准", "1200元/座"],
    ]


def test_a_cell_over_several_lines_is_one_cell_and_lines_around_the_table_are_prose() -> None:
    text = (
        "演出季绩效目标表\n|\n三级指标 |\n满意度指\n标 |\n||\n|\n演出场次 |\n|\n||\n注：由剧院填写"
    )
    grid = read_text(text)
    assert _cells(grid) == [
        ["演出季绩效目标表"],
        ["三级指标", "满意度指\n标", "", ""],
        ["演出场次", "", "", ""],
        ["注：由剧院填写"],
    ]
    assert [cell.place for cell in grid.rows[1].cells[:2]] == ["line 3", "line 4"]


# -- columns drawn with spaces ----------


def test_signs_of_doubtful_width_do_not_shift_the_columns() -> None:
    wide = (
        "灌溉面积  ≥600亩     10  正常\n水渠长度  ≥1≥2公里  9   提前\n合格率    100%       8   正常"
    )
    assert [len(row) for row in _read(wide)] == [4, 4, 4]


def test_numbers_set_to_the_right_and_headings_in_the_middle_keep_their_column() -> None:
    text = """资金来源            年初预算数      全年执行数
年度资金总额          1,250.00        1,100.50
其中：财政拨款          250.00          100.50
其他资金                  0.00            0.00"""
    assert [len(row) for row in _read(text)] == [3, 3, 3, 3]


def test_a_table_drawn_with_spaces_goes_on_with_its_columns_after_a_blank_line() -> None:
    rows = [["产出指标", "数量指标", "借阅册数", "8万册"], ["", "", "活动场次", "40场"]]
    more = [["", "", "新增藏书", "3万册"], ["", "", "读者证", "900张"]]
    lines = _as_aligned(rows + more).split("\n")
    assert _read("\n".join([*lines[:2], "", *lines[2:]])) == rows + more


def test_a_label_printed_wide_is_one_cell() -> None:
    text = "项  目  名  称   农村公路养护    实施单位  公路站\n"
    text += "主管部门         交通运输局      备    注  无"
    assert _read(text)[0][0] == "项 目 名 称"


def test_prose_with_two_spaces_in_it_is_no_table() -> None:
    text = "各单位应当  认真填报绩效目标。\n请于月底  前报送财政局。"
    assert _read(text) == [[line] for line in text.split("\n")]


# -- single spaces ----------


def test_single_spaces_part_the_cells_where_labels_show_them() -> None:
    text = """项目支出绩效目标申报表
（ 2022 年度）
项目名称 Smart Library 数字图书馆 建设
主管部门 某市文化和旅游局 实施单位 某市图书馆
项目资金 （万元） 年度资金总额： 120.00
其中：财政拨款 120.00
总体 目标 年度目标
完成 3 座分馆的数字化， 方便读者。
绩 效 指 标 一级指标 二级指标 三级指标 指标值
产出指标 数量指标 数字化册数 ≥ 5 万册
新购 Kindle Paperwhite 阅读器 50台
质量指标 系统可用率( ≥**% ) ≥99%
效益指标 社会效益指标 读者增长 显著
注：本表由 实施单位 填写"""
    assert _read(text)[1:] == [
        ["（ 2022 年度）"],
        ["项目名称", "Smart Library 数字图书馆 建设"],
        ["主管部门", "某市文化和旅游局", "实施单位", "某市图书馆"],
        ["项目资金 （万元）", "年度资金总额：", "120.00"],
        ["其中：财政拨款", "120.00"],
        ["总体 目标", "年度目标"],
        ["完成 3 座分馆的数字化， 方便读者。"],
        ["绩 效 指 标", "一级指标", "二级指标", "三级指标", "指标值"],
        ["产出指标", "数量指标", "数字化册数", "≥ 5 万册"],
        ["新购 Kindle Paperwhite 阅读器", "50台"],
        ["质量指标", "系统可用率( ≥**% )", "≥99%"],
        ["效益指标", "社会效益指标", "读者增长", "显著"],
        ["注：本表由 实施单位 填写"],
    ]


def test_a_row_of_amounts_and_a_row_of_scores_are_cut_at_every_space() -> None:
    text = """项目资金（万元） 年初预算数 全年预算数 全年执行数 分值 执行率 得分
年度资金总额 100.00 100.00 98.50 10 98.50% 9.85
一级指标 二级指标 三级指标 年度指标值 实际完成值 分值 得分 偏差原因分析
产出指标 数量指标 良种补贴面积 ≥600亩 580亩 20 19 受旱情 影响"""
    assert [len(row) for row in _read(text)] == [7, 7, 8, 8]


def test_a_comparator_has_its_own_cell_where_the_head_has_a_column_for_it() -> None:
    text = "一级指标 二级指标 三级指标 指标性质 指标值 度量单位\n产出指标 数量指标 井盖更换 ≥ 90 个"
    assert _read(text)[1] == ["产出指标", "数量指标", "井盖更换", "≥", "90", "个"]


def test_prose_that_names_labels_stays_whole() -> None:
    text = """关于加强项目资金 管理的通知
为加强项目资金管理， 提高社会效益指标和产出指标的质量，各主管部门应当 认真填报。"""
    assert _read(text) == [[line] for line in text.split("\n")]


# -- one cell a line, and nothing between the cells ----------


def test_one_cell_a_line_gives_a_row_for_each_line_in_one_block() -> None:
    lines = ["项目名称", "农村公路 安全生命防护工程", "主管部门", "某县交通运输局", "绩 效 指 标",
             "一级指标", "三级指标", "指标值", "产出指标", "波形护栏", "≥ 25 公里"]  # fmt: skip
    grid = read_text("\n".join(lines))
    assert _cells(grid) == [[line] for line in lines]
    assert {row.block for row in grid} == {0}
    assert [row.place for row in grid] == [f"line {n}" for n in range(1, len(lines) + 1)]


def test_labels_and_values_without_separators_are_cut_apart() -> None:
    text = """项目名称村卫生室设备更新主管部门某县卫生健康局实施单位
项目资金（万元）年度资金总额：250其中：财政拨款250其他资金0
总体目标年度目标
更新设备，加强项目资金管理，提高社会效益。
绩效指标一级指标二级指标三级指标指标值
产出指标数量指标更新设备台数（台）≥36台
培训村医大于等于40人次
质量指标设备验收合格率100%"""
    assert _read(text) == [
        ["项目名称", "村卫生室设备更新", "主管部门", "某县卫生健康局", "实施单位"],
        ["项目资金（万元）", "年度资金总额：", "250", "其中：财政拨款", "250", "其他资金", "0"],
        ["总体目标", "年度目标"],
        ["更新设备，加强项目资金管理，提高社会效益。"],
        ["绩效指标", "一级指标", "二级指标", "三级指标", "指标值"],
        ["产出指标", "数量指标", "更新设备台数（台）", "≥36台"],
        ["培训村医", "大于等于40人次"],
        ["质量指标", "设备验收合格率", "100%"],
    ]


def test_a_form_on_one_line_gives_its_rows() -> None:
    text = (
        "项目名称灌区改造主管部门某县水利局年度目标改造渠道，方便灌溉。一级指标二级指标三级指标指标值"
        "产出指标数量指标改造渠道12公里时效指标完工率≥95%"
    )
    assert _read(text) == [
        ["项目名称", "灌区改造"],
        ["主管部门", "某县水利局"],
        ["年度目标"],
        ["改造渠道，方便灌溉。"],
        ["一级指标", "二级指标", "三级指标", "指标值"],
        ["产出指标", "数量指标", "改造渠道", "12公里"],
        ["", "时效指标", "完工率", "≥95%"],
    ]


def test_a_colon_behind_a_label_parts_it_from_its_value() -> None:
    assert _read("项目名称：乡村剧场\n主管部门：某县文旅局 实施单位：文化馆") == [
        ["项目名称：", "乡村剧场"],
        ["主管部门：", "某县文旅局", "实施单位：", "文化馆"],
    ]


# -- blocks and places ----------


@pytest.mark.parametrize(
    "line",
    [
        "项目资金：年度资金总额 856.30，其中：财政拨款 800.00，其他资金 56.30",
        "年度资金总额856.30，其中：财政拨款800.00，其他资金56.30",
    ],
)
def test_amounts_that_commas_list_are_cells_of_their_own(line: str) -> None:
    (row,) = read_text(line)
    cells = [cell.text.rstrip("：") for cell in row.filled]
    assert cells[-6:] == [
        "年度资金总额", "856.30", "其中：财政拨款", "800.00", "其他资金", "56.30",
    ]  # fmt: skip


@pytest.mark.parametrize("space", [" ", ""])
def test_amounts_that_a_goal_lists_stay_in_the_goal(space: str) -> None:
    goal = f"改造食堂，投资90万元，其中：财政拨款{space}80万元，其他资金{space}10万元，年底完工。"
    (row,) = read_text(f"年度目标：{goal}")
    assert [cell.text for cell in row.filled] == ["年度目标：", goal]


@pytest.mark.parametrize("gap", ["\n\n", "\n \t \n", "\n\f", "\f", "\r\n\r\n"])
def test_a_blank_line_or_a_form_feed_ends_a_block(gap: str) -> None:
    grid = read_text(f"修桥\t3座{gap}修路\t5公里")
    assert [row.block for row in grid] == [0, 1]


def test_lines_of_dashes_are_no_rows_and_count_as_lines() -> None:
    grid = read_text("名称\t数量\n--------\n桥\t3座\n====\n路\t5公里")
    assert [row.place for row in grid] == ["line 1", "line 3", "line 5"]


def test_a_line_without_a_tab_among_lines_with_tabs_is_one_cell() -> None:
    text = "项目支出绩效目标表  （2022年度）\n项目名称 修桥 主管部门 交通局\n"
    text += "名称\t数量\n项目名称修桥主管部门交通局"
    assert [len(row) for row in _read(text)] == [1, 1, 2, 1]


def test_the_labels_are_those_of_the_layout_and_the_vocabulary() -> None:
    known = words()
    assert known.kind("项目名称") == "field"
    assert known.kind("其中：财政拨款（万元）") == "fund"
    assert known.kind("产出 指标") == "heading"
    assert known.kind("机柜数量") is None
