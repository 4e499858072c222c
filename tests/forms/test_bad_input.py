"""Bad input gives a message with its place, and the rest of the file is still read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from perfkg.forms.model import ReadDocument
from perfkg.messages import Problem
from perfkg.reading import find_files, read_bytes, read_file

FIXTURE = Path(__file__).parents[1] / "fixtures" / "school-and-road.txt"
TEXT = FIXTURE.read_text("utf-8")


def _read(text: str, encoding: str = "utf-8") -> ReadDocument:
    return read_bytes("f.txt", text.encode(encoding))


def _only_problem(read: ReadDocument) -> Problem:
    assert len(read.problems) == 1, read.problems
    return read.problems[0]


def test_the_undamaged_file_is_read_without_a_word() -> None:
    read = _read(TEXT)
    assert [form.project_name for form in read.forms] == ["乡镇中心小学食堂改造", "农村公路养护"]
    assert read.problems == ()


@pytest.mark.parametrize("data", [b"", b"\n\n  \n"])
def test_an_empty_file_is_named_as_empty(data: bytes) -> None:
    problem = _only_problem(read_bytes("f.txt", data))
    assert problem.severity == "error"
    assert "空" in problem.message.zh


@pytest.mark.parametrize("data", [b"\x7fELF\x02\x01\x01\x00" + bytes(range(256)), b"\xff"])
def test_a_binary_file_is_named_as_binary(data: bytes) -> None:
    problem = _only_problem(read_bytes("f.txt", data))
    assert problem.severity == "error"
    assert "不是文本" in problem.message.zh


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"PK\x03\x04rest", "不完整"),
        (b"\xd0\xcf\x11\xe0rest", "不完整"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "图片"),
    ],
)
def test_a_file_of_another_kind_is_named_by_its_kind(data: bytes, told: str) -> None:
    problem = _only_problem(read_bytes("f.txt", data))
    assert problem.severity == "error"
    assert told in problem.message.zh


def test_a_missing_file_is_a_problem_of_that_file(tmp_path: Path) -> None:
    read = read_file(tmp_path / "none.txt")
    assert read.document.name == "none.txt"
    assert "不存在" in _only_problem(read).message.zh


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_every_usual_encoding_gives_the_same_forms(encoding: str) -> None:
    assert _read(TEXT, encoding).forms == _read(TEXT).forms


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_line_ends_do_not_matter(end: str) -> None:
    assert _read(TEXT.replace("\n", end)).forms == _read(TEXT).forms


def test_a_text_without_a_form_says_what_was_looked_for() -> None:
    problem = _only_problem(_read("会议纪要\n\n今天讨论了明年的工作安排。\n"))
    assert problem.severity == "error"
    assert "未找到" in problem.message.zh
    assert "一级指标" in problem.message.zh


def test_a_form_cut_in_its_indicators_says_so_and_the_form_before_it_is_read() -> None:
    read = _read(TEXT[: TEXT.index("\t\t质量指标\t路面")])
    assert len(read.forms[0].indicators) == 8
    assert len(read.forms[1].indicators) == 3
    problem = _only_problem(read)
    assert problem.severity == "error"
    assert "可能被截断" in problem.message.zh
    assert problem.location == "lines 23-38"


def test_a_form_cut_in_its_head_says_what_is_missing() -> None:
    read = _read(TEXT[: TEXT.index("绩效 指标\t一级指标")])
    problem = _only_problem(read)
    assert "未见绩效指标" in problem.message.zh
    assert read.forms[0].project_name == "乡镇中心小学食堂改造"


def test_a_file_cut_inside_a_character_is_read_up_to_there() -> None:
    data = TEXT.encode()
    cut = data[: data.rindex(b"88%") - 1]
    read = read_bytes("f.txt", cut)
    assert len(read.forms[0].indicators) == 8
    assert any("字符不完整" in problem.message.zh for problem in read.problems)


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("≥860平方米", "≥≥860平方米", "line 14", "比较符"),
        ("120.50", "1,20.5O", "line 7", "1,20.5O"),
        ("2023-03-01", "2023-02-30", "line 6", "2023-02-30"),
    ],
)
def test_a_misprint_is_an_error_with_its_line(old: str, new: str, line: str, says: str) -> None:
    read = _read(TEXT.replace(old, new, 1))
    problem = _only_problem(read)
    assert (problem.severity, problem.location) == ("error", line)
    assert says in problem.message.zh
    assert says in problem.message.en or says == "比较符"
    assert len(read.forms) == 2
    assert len(read.forms[1].indicators) == 7


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("=320个", "=320(埂位)", "line 15", "埂位"),
        ("可持续影响指标", "创新驱动指标", "line 20", "创新驱动指标"),
        ("=320个", "", "line 15", "没有指标值"),
    ],
)
def test_what_is_new_is_taken_in_with_a_warning(old: str, new: str, line: str, says: str) -> None:
    read = _read(TEXT.replace(old, new, 1))
    problem = _only_problem(read)
    assert (problem.severity, problem.location) == ("warning", line)
    assert says in problem.message.zh
    assert len(read.forms[0].indicators) == 8


def test_an_unknown_heading_is_kept_as_printed_under_the_heading_above() -> None:
    target = _read(TEXT.replace("可持续影响指标", "创新驱动指标")).forms[0].indicators[6]
    assert (target.level1, target.level2) == ("效益指标", "创新驱动指标")


def test_an_unknown_first_heading_is_kept_as_printed_before_a_known_second_one() -> None:
    row = "\t影响力指标\t可持续影响指标\t食堂设备使用年限"
    read = _read(TEXT.replace("\t\t可持续影响指标\t食堂设备使用年限", row))
    target = read.forms[0].indicators[6]
    assert (target.level1, target.level2) == ("影响力指标", "可持续影响指标")
    assert "一级指标“影响力指标”不在官方分类中" in _only_problem(read).message.zh


def test_a_heading_misprinted_in_one_sign_is_read_and_the_repair_named() -> None:
    target = _read(TEXT.replace("质量指标", "质童指标", 1)).forms[0].indicators[2]
    assert target.level2 == "质量指标"
    assert "误印" in target.repairs[0].zh


@pytest.mark.parametrize("heading", ["产出指标", "质量指标"])
def test_a_heading_that_merging_has_repeated_in_its_cell_is_read_once(heading: str) -> None:
    repeated = "<br>".join([heading] * 3)
    rows = [["产出指标", "质量指标", "亮灯率", "≥98%"]]
    rows[0][rows[0].index(heading)] = repeated
    head = [["项目名称", "路灯维护"], ["一级指标", "二级指标", "三级指标", "指标值"]]
    html = "".join(f"<tr><td>{'</td><td>'.join(row)}</td></tr>" for row in head + rows)
    (target,) = _read(f"<html><table>{html}</table></html>").forms[0].indicators
    assert (target.level1, target.level2, target.name) == ("产出指标", "质量指标", "亮灯率")
    assert any("重复印刷" in repair.zh for repair in target.repairs)


def test_a_cell_without_a_column_is_reported_and_not_dropped() -> None:
    read = _read(TEXT.replace("≥860平方米\t", "≥860平方米\t另见附件"))
    problem = _only_problem(read)
    assert (problem.severity, problem.location) == ("error", "line 14")
    assert "另见附件" in problem.message.zh
    assert len(read.forms[0].indicators) == 8


def test_prose_beside_the_form_is_mentioned_and_does_no_harm() -> None:
    read = _read(TEXT.replace("\n\n财政", "\n\n本表经局党组会审议通过。\n\n财政"))
    problem = _only_problem(read)
    assert (problem.severity, problem.location) == ("info", "line 23")
    assert len(read.forms) == 2


def test_the_same_row_twice_without_a_page_break_is_two_rows() -> None:
    row = "\t\t质量指标\t工程验收合格率\t=100%\t\n"
    read = _read(TEXT.replace(row, row + row))
    assert len(read.forms[0].indicators) == 9


def test_the_same_row_twice_over_a_page_break_is_one() -> None:
    row = "\t\t质量指标\t工程验收合格率\t=100%\t\n"
    read = _read(TEXT.replace(row, row + "\n\n" + row))
    assert len(read.forms[0].indicators) == 8
    assert "重复印刷" in str(read.forms[0].indicators[2].repairs)


def test_an_empty_cell_under_a_merged_heading_means_as_above_even_where_that_is_wrong() -> None:
    text = TEXT.replace("\t满意度指标\t服务对象满意度指标\t学生", "\t\t服务对象满意度指标\t学生")
    target = _read(text).forms[0].indicators[-1]
    assert (target.level1, target.level2) == ("效益指标", "服务对象满意度指标")


def test_an_indicator_named_like_a_heading_is_an_indicator() -> None:
    target = _read(TEXT.replace("学生和家长满意度", "服务对象满意度")).forms[0].indicators[-1]
    assert (target.level2, target.name) == ("服务对象满意度指标", "服务对象满意度")


@pytest.mark.parametrize("lost", [1, 2, 3])
def test_a_page_whose_cells_lost_leading_columns_is_read_by_meaning(lost: int) -> None:
    head, tail = TEXT.split("\t效益指标\t社会效益指标\t受益学生", 1)
    page, rest = ("\t效益指标\t社会效益指标\t受益学生" + tail).split("\n\n", 1)
    shifted = "\n".join("\t".join(_without(row, lost)) for row in page.split("\n"))
    read = _read(f"{head}\n\n{shifted}\n\n{rest}")
    found = [(t.level1, t.level2, t.name) for t in read.forms[0].indicators]
    assert found == [(t.level1, t.level2, t.name) for t in _read(TEXT).forms[0].indicators]
    assert read.problems == ()


def _without(row: str, lost: int) -> list[str]:
    cells = row.split("\t")
    for _ in range(lost):
        if cells and not cells[0]:
            cells.pop(0)
    return cells


def test_folders_are_walked_in_order_without_links_or_hidden_files(tmp_path: Path) -> None:
    for name in ("b/2.txt", "a.txt", ".hidden", "b/1.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    (tmp_path / "b" / "loop").symlink_to(tmp_path)
    names = [str(path.relative_to(tmp_path)) for path in find_files([tmp_path, tmp_path / "a.txt"])]
    assert names == ["a.txt", "b/1.txt", "b/2.txt"]


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused_and_never_crash(data: bytes) -> None:
    read = read_bytes("f.bin", data)
    assert read.forms or read.problems
    assert not any("意外错误" in problem.message.zh for problem in read.problems)


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.sampled_from(["line", "cell", "swap", "cut"]).flatmap(
            lambda kind: st.tuples(st.just(kind), st.integers(0, 10**6))
        ),
        max_size=6,
    )
)
def test_any_damage_to_a_form_leaves_every_line_read_or_reported(
    damages: list[tuple[str, int]],
) -> None:
    text = TEXT
    for kind, where in damages:
        text = _DAMAGE[kind](text, where)
    read = _read(text)
    assert not any("意外错误" in problem.message.zh for problem in read.problems)
    for form in read.forms:
        assert all(target.location.startswith("line ") for target in form.indicators)


def _drop_line(text: str, where: int) -> str:
    lines = text.split("\n")
    del lines[where % len(lines)]
    return "\n".join(lines)


def _drop_cell(text: str, where: int) -> str:
    cells = text.split("\t")
    del cells[where % len(cells)]
    return "\t".join(cells)


def _swap_lines(text: str, where: int) -> str:
    lines = text.split("\n")
    at = where % len(lines)
    lines[at], lines[at - 1] = lines[at - 1], lines[at]
    return "\n".join(lines)


def _cut(text: str, where: int) -> str:
    return text[: max(1, len(text) - where % 200)]


_DAMAGE: dict[str, Callable[[str, int], str]] = {
    "line": _drop_line,
    "cell": _drop_cell,
    "swap": _swap_lines,
    "cut": _cut,
}


@pytest.mark.parametrize(
    ("upper", "lower"),
    [("服务对象满意度", "指标"), ("可持续影", "响指标"), ("服务对象", "满意度指标")],
)
def test_a_heading_split_over_two_rows_is_one_heading(upper: str, lower: str) -> None:
    whole = upper + lower
    old = "\t可持续影响指标\t食堂设备使用年限" if "影" in upper else "指标\t学生和家长满意度"
    start = TEXT.index(old)
    row = TEXT[TEXT.rindex("\n", 0, start) + 1 : TEXT.index("\n", start)]
    first = row.replace(whole, upper)
    second = "\t\t" + lower + "\t后一项率\t≥80%\t"
    read = _read(TEXT.replace(row, f"{first}\n{second}"))
    one, other = [t for t in read.forms[0].indicators if t.level2 == whole]
    assert (one.level1, other.name) == (other.level1, "后一项率")
    assert "分两行" in str([*one.repairs, *other.repairs])
    assert read.problems == ()


@pytest.mark.parametrize(
    "raw", [r"$\geq 98.00\%$", r"$ \geqslant 98\% $", r"\(\ge 98\%\)", r"$\geq$98%", r"≥98\%"]
)
def test_latex_in_a_value_is_read_as_the_value_and_named(raw: str) -> None:
    target = _read(TEXT.replace("=100%", raw)).forms[0].indicators[2]
    assert (target.value.comparator, target.value.number, target.value.unit) == (">=", 98, "%")
    assert target.value.raw == raw
    assert "LaTeX" in str(target.repairs)


def test_a_form_without_its_title_keeps_the_year_printed_above_it() -> None:
    read = _read(
        TEXT.replace("财政项目支出绩效目标申报表\n", "").replace("（2023年度）", "（2022年度）")
    )
    assert [form.fiscal_year for form in read.forms] == [2022, 2022]


def test_a_lost_year_follows_from_the_planned_dates_and_is_named() -> None:
    form = _read(TEXT.replace("（2023年度）", "")).forms[0]
    assert form.fiscal_year == 2023
    assert "未印年度" in str(form.repairs)


def test_a_lost_left_label_of_other_funds_does_not_move_the_amount() -> None:
    read = _read(TEXT.replace("\t其他资金\t\t其他资金\t\t\n", "其他资金\t500.00\n"))
    funds = read.forms[1].funds
    assert (funds.project_other, funds.annual_other) == (None, 500)


def test_signs_that_mean_something_in_latex_stay_in_the_text_around_a_formula() -> None:
    goal = r"合格率$\geq 98\%$，覆盖100%的村~社区，费用$5至$6，A_1与B{2}"
    form = _read(TEXT.replace("对全县412公里", goal + "对全县412公里")).forms[1]
    assert form.annual_goal is not None
    assert form.annual_goal.startswith("合格率≥98%，覆盖100%的村~社区，费用$5至$6，A_1与B{2}对全县")
