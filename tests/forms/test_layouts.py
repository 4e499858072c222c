"""The variants of the official forms: other labels, further columns, two halves, other forms."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from perfkg.forms.model import Execution, Form, FormKind, ReadDocument
from perfkg.reading import read_bytes, read_file
from perfkg.resources import demo_folder

FIXTURES = Path(__file__).parents[1] / "fixtures"
LAYOUTS = sorted((FIXTURES / "layouts").glob("*.txt"))


def _read(name: str) -> ReadDocument:
    return read_file(FIXTURES / "layouts" / f"{name}.txt")


def _only(read: ReadDocument) -> Form:
    assert [p for p in read.problems if p.severity == "error"] == []
    (form,) = read.forms
    return form


def _values(form: Form) -> list[tuple[object, ...]]:
    return [
        (t.level2, t.name, t.value.comparator, t.value.number, t.value.unit, t.value.text)
        for t in form.indicators
    ]


def test_columns_for_nature_comparator_number_unit_and_weight_are_joined() -> None:
    form = _only(_read("library-symbols"))
    assert _values(form) == [
        ("数量指标", "开放天数", ">=", 300, "天", None),
        ("数量指标", "举办活动场次", ">=", 60, "场", None),
        ("质量指标", "活动完成质量", None, None, None, "优良"),
        ("时效指标", "完成时间", None, None, None, "2024年12月"),
        ("社会效益指标", "接待读者", ">=", 12, "万人次", None),
        ("生态效益指标", "节约用纸", ">=", 1, "吨", None),
        ("服务对象满意度指标", "读者满意度", ">=", 95, "%", None),
    ]
    assert form.indicators[0].value.raw == "004 >= | 300 | 天"
    assert [target.weight for target in form.indicators] == [10, 10, 20, 10, 20, 10, 10]


def test_long_labels_codes_before_names_and_one_goal_are_read() -> None:
    form = _only(_read("library-symbols"))
    assert form.project_name == "云岭县图书馆免费开放"
    assert form.supervising_department == "云岭县文化和旅游局"
    assert (str(form.planned_start), str(form.planned_end)) == ("2024-01", "2024-12")
    assert form.funds.annual_request == Decimal(205_000)
    assert form.annual_goal is not None
    assert form.annual_goal.startswith("全年免费开放")
    assert "编码“[302]”" in str(form.repairs)


def test_local_headings_are_read_as_the_official_ones() -> None:
    levels = {(t.level1, t.level2) for t in _only(_read("library-symbols")).indicators}
    assert ("产出指标", "数量指标") in levels
    assert ("效益指标", "生态效益指标") in levels
    assert ("满意度指标", "服务对象满意度指标") in levels


def test_of_two_halves_side_by_side_the_year_is_read() -> None:
    read = _read("farmland-two-halves")
    form = _only(read)
    assert [(t.name, t.value.number) for t in form.indicators] == [
        ("当年建成面积", Decimal("0.7")),
        ("验收合格率", 98),
        ("亩均投资", 1500),
        ("粮食增产", 8),
        ("农户满意度", 90),
    ]
    assert form.funds.project_fiscal == Decimal(30_000_000)
    assert form.funds.annual_appropriation == Decimal(10_000_000)
    assert form.long_term_goal == "三年建成高标准农田2万亩。"
    assert form.annual_goal == "当年建成高标准农田0.7万亩。"
    assert {cell.text for cell in read.cells if cell.use == "long_term_indicator"} >= {"≥2万亩"}


def test_a_self_evaluation_has_results_and_scores() -> None:
    form = _only(_read("doctors-self-evaluation"))
    assert form.kind is FormKind.SELF_EVALUATION
    assert form.funds.annual_request == Decimal(100_000)
    assert [(t.actual and t.actual.raw, t.weight, t.score) for t in form.indicators] == [
        ("118人", 20, Decimal("19.67")),
        ("97.5%", 20, 20),
        ("达成预期目标", 30, 28),
        ("93%", 20, 20),
    ]


@pytest.mark.parametrize(
    "note", ["说明\t63件案件的补贴次年1月支付", "说明：审计中未发现问题。\t", "备注\t无"]
)
def test_a_row_of_remarks_below_the_indicators_is_no_indicator(note: str) -> None:
    text = (FIXTURES / "layouts" / "doctors-self-evaluation.txt").read_text("utf-8")
    read = read_bytes("f.txt", f"{text.rstrip()}\n{note}\n".encode())
    assert len(read.forms[0].indicators) == 4
    assert read.problems == _read("doctors-self-evaluation").problems


def test_a_self_evaluation_tells_how_the_budget_was_executed_and_why_targets_were_missed() -> None:
    form = _only(_read("doctors-self-evaluation"))
    assert form.execution == Execution(
        initial_budget=Decimal(120_000),
        adjusted_budget=Decimal(100_000),
        executed_budget=Decimal(90_000),
        rate=Decimal(90),
        weight=Decimal(10),
        score=Decimal(9),
    )
    assert form.total_score == Decimal("96.67")
    assert form.achieved_goal == "已培训118名。"
    assert [t.reason for t in form.indicators] == ["2人请假，来年补训", None, None, None]


@pytest.mark.parametrize(
    ("printed", "percent"), [("96.5%", "96.5"), ("0.965", "96.5"), ("96.5", "96.5"), ("1", "100")]
)
def test_an_execution_rate_is_in_percent_however_it_is_printed(printed: str, percent: str) -> None:
    text = (FIXTURES / "layouts" / "doctors-self-evaluation.txt").read_text(encoding="utf-8")
    read = read_bytes("form.txt", text.replace("90.00%", printed).encode())
    assert _only(read).execution.rate == Decimal(percent)


def test_a_fourth_level_is_the_indicator_and_gives_its_unit() -> None:
    form = _only(_read("agritech-fourth-level"))
    assert [t.name for t in form.indicators][:2] == ["培训场次(场)", "培训人次"]
    assert form.indicators[0].value.unit == "场"
    assert "取自指标名称" in str(form.indicators[0].repairs)
    assert form.funds.annual_request == Decimal(300_000)


def test_the_form_of_a_department_is_named_and_only_shared_columns_are_read() -> None:
    read = _read("department")
    form = _only(read)
    assert form.project_name is None
    assert form.supervising_department == "云岭县农业农村局"
    assert len(form.indicators) == 4
    assert any("整体支出" in p.message.zh and p.severity == "warning" for p in read.problems)


def test_the_form_of_a_region_is_named() -> None:
    text = (FIXTURES / "school-and-road.txt").read_text("utf-8")
    title = "财政项目支出绩效目标申报表"
    read = read_bytes("f.txt", text.replace(title, "中央对地方转移支付区域绩效目标表", 1).encode())
    assert len(read.forms) == 2
    assert any("转移支付" in problem.message.zh for problem in read.problems)


@pytest.mark.parametrize(
    "path",
    [*LAYOUTS, FIXTURES / "school-and-road.txt", *demo_folder().glob("*.txt")],
    ids=lambda path: path.stem,
)
def test_of_every_cell_it_is_known_what_became_of_it(path: Path) -> None:
    read = read_file(path)
    told = {(cell.place, cell.text) for cell in read.cells}
    first = min(int(form.location.split()[1].split("-")[0]) for form in read.forms)
    for number, line in enumerate(path.read_text("utf-8").split("\n"), start=1):
        cells = [cell.strip() for cell in line.lstrip("# ").split("\t") if cell.strip()]
        if number < first or all(set(cell) <= set("-") for cell in cells):
            continue
        for cell in cells:
            # A cell may be told as its label and value, or as the end of a split heading.
            here = [text for place, text in told if place == f"line {number}"]
            assert any(text in cell or cell in text for text in here), (number, cell)


def test_rows_whose_cells_nothing_separates_are_read_but_for_two_goals_in_one() -> None:
    lines = [
        "项目支出绩效目标表",
        "（2024年度）",
        "项目名称农技推广主管部门云岭县农业农村局实施单位云岭县农技站",
        "项目资金（万元）年度资金总额30.5",
        "总体目标年度目标",
        "推广新技术三项，培训农户三十场。",
        "绩效指标一级指标二级指标三级指标指标值",
        "产出指标数量指标单位面积产量≥500公斤",
        "培训场次≥30场",
        "时效指标完成时间2024年12月底前",
        "效益指标社会效益指标带动农户≥300户",
        "满意度指标服务对象满意度指标农户满意度≥90%",
    ]
    form = _only(read_bytes("f.txt", "\n".join(lines).encode()))
    assert form.project_name == "农技推广"
    assert form.supervising_department == "云岭县农业农村局"
    assert form.funds.annual_request == 305_000
    assert form.annual_goal == "推广新技术三项，培训农户三十场。"
    assert [(t.level2, t.name, t.value.number) for t in form.indicators] == [
        ("数量指标", "单位面积产量", 500),
        ("数量指标", "培训场次", 30),
        ("时效指标", "完成时间", None),
        ("社会效益指标", "带动农户", 300),
        ("服务对象满意度指标", "农户满意度", 90),
    ]


def _school(old: str, new: str) -> ReadDocument:
    text = (FIXTURES / "school-and-road.txt").read_text("utf-8").split("\n\n财政")[0]
    assert old in text
    return read_bytes("f.txt", text.replace(old, new, 1).encode())


def test_labels_that_are_known_but_not_modelled_give_their_values_to_no_field() -> None:
    line = "主管部门\t云岭县教育和体育局\t实施单位\t云岭县青石镇中心小学"
    read = _school(line, "主管部门\t\t项目负责人\t张三\n实施单位\t\t联系电话\t0571-1234")
    form = read.forms[0]
    assert (form.supervising_department, form.implementing_unit) == (None, None)
    assert {cell.text for cell in read.cells if cell.use == "other"} == {"张三", "0571-1234"}


def test_rows_below_the_goals_are_not_taken_for_goals() -> None:
    goal = "惠及学生640名。"
    form = _school(goal + "\t", goal + "\t\n保障措施\t制度健全\n立项理由\t县委文件要求").forms[0]
    assert form.long_term_goal == "两年内全县乡镇小学食堂全部达到B级以上标准。"
    assert form.annual_goal is not None
    assert form.annual_goal.endswith(goal)


def test_a_row_under_another_heading_is_no_repetition_of_the_row_above_the_break() -> None:
    row = "\t满意度指标\t服务对象满意度指标\t学生和家长满意度\t≥90%"
    above = "\t效益指标\t社会效益指标\t学生和家长满意度\t≥90%"
    form = _school(row, f"{above}\n\n{row}").forms[0]
    assert [t.level2 for t in form.indicators[-2:]] == ["社会效益指标", "服务对象满意度指标"]


def test_a_year_in_a_sentence_is_not_the_fiscal_year() -> None:
    read = _school("（2023年度）", "本表根据2021年度预算编制说明填写")
    assert read.forms[0].fiscal_year == 2023
    assert "由计划日期推定" in str(read.forms[0].repairs)


def test_a_first_level_cost_heading_without_a_second_level_stays_first_level() -> None:
    old = "\t产出指标\t数量指标\t改造食堂面积"
    form = _school(old, f"\t成本指标\t\t改造总成本\t≤120万元\t\n{old}").forms[0]
    assert (form.indicators[0].level1, form.indicators[0].level2) == ("成本指标", None)
    assert form.indicators[1].level1 == "产出指标"


@pytest.mark.parametrize("words", ["2025年内", "2025年度内", "12月以内完成", "2025年以前"])
def test_a_year_with_a_limit_is_words_and_no_number_of_years(words: str) -> None:
    form = _school("2023年8月31日前", words).forms[0]
    target = next(t for t in form.indicators if t.name == "改造完成时间")
    assert (target.value.number, target.value.text) == (None, words)


def test_markup_in_a_project_name_is_removed_with_its_script_and_named() -> None:
    form = _school("乡镇中心小学食堂改造", "<script>alert(1)</script><b>食堂改造</b>").forms[0]
    assert form.project_name == "食堂改造"
    assert "HTML" in str(form.repairs)


@pytest.mark.parametrize("sign", ["-", "－", "/", "—"])
def test_a_sign_for_nothing_is_no_amount_and_no_error(sign: str) -> None:
    read = _school("\t其他资金\t0.00", f"\t其他资金\t{sign}")
    assert read.forms[0].funds.annual_other is None
    assert read.problems == ()


def test_a_column_that_says_what_kind_of_indicator_it_is_is_no_heading() -> None:
    lines = [
        "项目名称\t农技推广\t主管部门\t云岭县农业农村局",
        "一级指标\t二级指标\t三级指标\t指标类型\t指标值",
        "产出指标\t数量指标\t培训场次\t定量\t≥30场",
        "效益指标\t社会效益指标\t带动农户\t定量\t≥300户",
        "满意度指标\t服务对象满意度指标\t农户满意度\t定量\t≥90%",
    ]
    read = read_bytes("f.txt", "\n".join(["（2024年度）", *lines]).encode())
    assert [t.name for t in _only(read).indicators] == ["培训场次", "带动农户", "农户满意度"]


def test_the_name_of_a_part_of_a_project_does_not_begin_another_form() -> None:
    read = _school("\n主管部门\t", "\n子项目名称\t食堂设备采购\n主管部门\t")
    assert [form.project_name for form in read.forms] == ["乡镇中心小学食堂改造"]
    assert len(read.forms[0].indicators) == 8


_ONE_CELL_A_LINE = """项目支出绩效目标表
（2024年度）
项目名称
村道硬化
主管部门
云岭县交通运输局
实施单位
云岭县公路站
项目资金（万元）
年度资金总额
30
其中：财政拨款
30
{goals}
一级指标
二级指标
三级指标
指标值
产出指标
数量指标
硬化里程
≥3公里
效益指标
社会效益指标
受益群众
≥300人
满意度指标
服务对象满意度指标
村民满意度
≥90%"""


def test_a_goal_of_several_lines_is_kept_whole_where_each_cell_has_a_line() -> None:
    goal = "1.硬化村道3公里。\n2.修建涵洞两处，\n保障群众出行安全。"
    text = _ONE_CELL_A_LINE.format(goals=f"年度目标\n{goal}")
    read = read_bytes("f.txt", text.encode())
    form = _only(read)
    assert form.annual_goal == goal
    assert [t.name for t in form.indicators] == ["硬化里程", "受益群众", "村民满意度"]
    assert not [cell for cell in read.cells if cell.use == "unplaced"]


@pytest.mark.parametrize(
    ("long_term", "annual"),
    [
        ("三年内硬化村道10公里，\n方便群众出行。", "本年度硬化村道3公里，\n修建涵洞两处。"),
        ("1.硬化村道。\n2.修建桥梁。", "1.硬化3公里。\n2.修建涵洞。"),
        ("硬化全部村道。", "硬化村道3公里，\n修建涵洞两处。"),
    ],
)
def test_two_goals_of_several_lines_are_told_apart(long_term: str, annual: str) -> None:
    goals = f"项目总目标\n年度目标\n{long_term}\n{annual}"
    form = _only(read_bytes("f.txt", _ONE_CELL_A_LINE.format(goals=goals).encode()))
    assert (form.long_term_goal, form.annual_goal) == (long_term, annual)


_PIPE_CELLS = """项目支出绩效目标表
（2024年度）
|
项目名称 |
村道硬化 |
主管部门 |
云岭县交通运输局 |
||
|
年度资金总额 |
30 |
||||
|
一级指标 |
二级指标 |
三级指标 |
指标值 |
||
|
产出指标 |
数量指标 |
硬化里程 |
≥3公里 |
||
|
质量指标 |
验收合格率 |
100% |
||
|
成本指标 |
每公里造价 |
≤10万元 |
||
|
效益指标 |
社会效益指标 |
受益群众 |
≥300人 |
||
|
满意度指标 |
服务对象满意度指标 |
村民满意度 |
≥90% |
||"""


@pytest.mark.parametrize(
    ("lost", "levels"),
    [
        ("产出指标 |\n", ("产出指标", "数量指标")),
        ("质量指标 |\n", ("产出指标", "数量指标")),
        ("社会效益指标 |\n", ("效益指标", None)),
    ],
)
def test_of_cells_on_lines_with_pipes_a_lost_heading_costs_no_row(
    lost: str, levels: tuple[str, str | None]
) -> None:
    text = _PIPE_CELLS.replace(lost, "", 1)
    form = read_bytes("f.txt", text.encode()).forms[0]
    assert [(t.name, str(t.value.number)) for t in form.indicators] == [
        ("硬化里程", "3"), ("验收合格率", "100"), ("每公里造价", "10"), ("受益群众", "300"),
        ("村民满意度", "90"),
    ]  # fmt: skip
    found = {(t.level1, t.level2) for t in form.indicators}
    assert levels in found
    assert ("产出指标", "成本指标") in found
