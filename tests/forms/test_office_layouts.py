"""Layouts that offices print beside the official ones: parts, changes, sources, lists of rows."""

from __future__ import annotations

import io
from decimal import Decimal

import openpyxl
import pytest

from perfkg.reading import read_bytes
from tests.forms.support import LAYOUTS, form_of, read_layout, rows_of


@pytest.mark.parametrize(
    "name",
    [
        "platform-numbered-parts.html",
        "wetland-shared-headings.html",
        "parking-numbered-rows.html",
        "fields-changed.html",
        "children-purchased-service.txt",
        "allowance-sources-side-by-side.txt",
        "venues-first-set-goals.html",
        "library-nothing-planned.txt",
        "produce-tables-by-horizon.html",
        "trees-vertical-labels.html",
        "flood-budget-row.html",
        "buses-one-goal.txt",
        "safety-footnotes.txt",
        "sewers-transfer-results.html",
        "shops-unclassified.txt",
        "villages-amounts-in-text.html",
        "hall-weights-of-headings.html",
        "seeds-half-and-whole-year.html",
    ],
)
def test_every_cell_of_an_offices_own_form_finds_its_place(name: str) -> None:
    assert [p for p in read_layout(name).problems if p.severity == "error"] == []


def test_a_numbered_head_of_a_part_is_no_goal_and_states_the_unit_of_its_amounts() -> None:
    form = form_of("platform-numbered-parts.html")
    assert form.funds.stated_unit == "万元"
    assert form.funds.project_total == Decimal(24_000_000)
    assert form.funds.annual_other == Decimal(4_000_000)
    assert form.annual_goal is not None
    assert form.annual_goal.endswith("授权发明专利不少于10件。")


def test_a_unit_of_a_long_latin_word_is_a_unit() -> None:
    (power,) = [
        t for t in form_of("platform-numbered-parts.html").indicators if t.name == "GPU算力规模"
    ]
    assert (power.value.comparator, power.value.number, power.value.unit) == (">=", 50, "PFlops")


def test_two_halves_of_names_and_values_share_the_headings_in_front_of_them() -> None:
    read = read_layout("wetland-shared-headings.html")
    (form,) = read.forms
    assert rows_of(form)[:2] == [
        ("产出指标", "数量指标", "治理行政村数", "25个"),
        ("产出指标", "数量指标", "新建管网长度", "38.6公里"),
    ]
    assert {t.level2 for t in form.indicators} == {
        "数量指标",
        "质量指标",
        "时效指标",
        "成本指标",
        "生态效益指标",
        "社会效益指标",
        "服务对象满意度指标",
    }
    (told,) = [p for p in read.problems if "中长期" in p.message.zh]
    assert "8 行" in told.message.zh


def test_a_special_funds_form_that_names_a_unit_is_a_projects_and_another_is_not() -> None:
    def kinds(text: str) -> list[str]:
        read = read_bytes("f.html", text.encode())
        return [p.message.zh for p in read.problems if "不是项目的绩效目标表" in p.message.zh]

    text = (LAYOUTS / "wetland-shared-headings.html").read_text("utf-8")
    assert kinds(text) == []
    without = text.replace("<td>实施单位</td><td>鹤鸣县生态环境分局</td>", "<td></td><td></td>")
    assert without != text
    (told,) = kinds(without)
    assert "专项资金绩效目标表" in told


def test_the_number_of_a_row_in_front_of_the_headings_is_no_heading() -> None:
    read = read_layout("parking-numbered-rows.html")
    (form,) = read.forms
    assert [t.level1 for t in form.indicators] == [
        *["产出指标"] * 4,
        "成本指标",
        *["效益指标"] * 2,
        "满意度指标",
    ]
    assert not any("官方分类" in p.message.zh for p in read.problems)


def test_a_label_with_a_year_in_front_means_the_years_money() -> None:
    form = form_of("parking-numbered-rows.html")
    assert form.funds.project_total == Decimal(26_800_000)
    assert form.funds.annual_request == Decimal(9_800_000)
    assert form.fiscal_year == 2026


def test_of_two_goals_the_one_whose_label_names_no_year_is_the_whole_projects() -> None:
    form = form_of("parking-numbered-rows.html")
    assert form.long_term_goal == "整合全市路内泊位8600个，实现统一缴费、联网运营。"
    assert form.annual_goal == "改造路内泊位3000个，上线统一缴费平台1个。"


def test_labels_of_two_goals_side_by_side_are_told_apart_in_the_same_way() -> None:
    text = (
        "项目支出绩效目标申报表\n（2025年度）\n项目名称\t甲\n实施单位\t乙\n"
        "绩效总目标\t年度绩效目标\n三年治理河道九十公里。\t今年治理河道三十公里。\n"
        "一级指标\t二级指标\t三级指标\t指标值\n产出指标\t数量指标\t治理长度\t≥30公里\n"
    )
    (form,) = read_bytes("f.txt", text.encode()).forms
    assert form.long_term_goal == "三年治理河道九十公里。"
    assert form.annual_goal == "今年治理河道三十公里。"


def test_of_a_form_that_changes_another_what_holds_now_is_read_and_the_rest_named() -> None:
    read = read_layout("fields-changed.html")
    (form,) = read.forms
    assert form.funds.annual_request == Decimal(13_205_000)
    assert form.annual_goal == "建设高标准农田0.88万亩，完成田间道路12公里。"
    assert [t.value.raw for t in form.indicators][:3] == ["≥8800亩", "100%", "2024年12月"]
    named = [p.message.zh for p in read.problems if "调整前" in p.message.zh]
    assert ["“1500”" in named[0], "“建设高标准农田1万亩。”" in named[1]] == [True, True]


def test_columns_of_before_and_after_hold_for_the_rows_below_them() -> None:
    text = (
        "项目支出绩效目标调整表\n（2025年度）\n项目名称\t甲\n实施单位\t乙\n"
        "内容\t调整前\t调整后\n资金总额（万元）\t100\t80\n年度目标\t治理河道十公里。\t治理河道八公里。\n"
    )
    (form,) = read_bytes("f.txt", text.encode()).forms
    assert form.funds.annual_request == Decimal(800_000)
    assert form.annual_goal == "治理河道八公里。"


def test_the_buyer_of_a_service_is_the_unit_and_one_amount_behind_a_heading_is_the_years() -> None:
    form = form_of("children-purchased-service.txt")
    assert form.implementing_unit == "云岭区民政局"
    assert form.funds.annual_request == Decimal(480_000)


def test_amounts_may_stand_below_a_row_of_their_labels() -> None:
    funds = form_of("allowance-sources-side-by-side.txt").funds
    assert (funds.annual_request, funds.annual_other) == (Decimal(2_864_000), Decimal(0))


def test_a_label_of_money_below_another_row_of_labels_takes_no_text_for_an_amount() -> None:
    text = (
        "项目支出绩效目标申报表\n（2025年度）\n项目名称\t甲\n实施单位\t乙\n"
        "财政拨款\t\t其他资金\t\n年度目标\t治理河道三十公里，改善水质。\n"
    )
    (form,) = read_bytes("f.txt", text.encode()).forms
    assert form.funds.annual_appropriation is None
    assert form.annual_goal == "治理河道三十公里，改善水质。"


def test_goals_first_set_and_a_summary_of_what_was_done_are_the_goal_and_the_result() -> None:
    form = form_of("venues-first-set-goals.html")
    assert form.annual_goal == "完成3座场馆消防改造，通过消防验收。"
    assert form.achieved_goal is not None
    assert form.achieved_goal.startswith("完成2座场馆")
    assert [t.actual and t.actual.raw for t in form.indicators][:2] == ["2座", "100%"]
    assert form.funds.annual_appropriation == Decimal(8_000_000)


def test_a_row_that_says_none_has_no_indicator() -> None:
    names = [t.name for t in form_of("library-nothing-planned.txt").indicators]
    assert names[5:] == ["年接待读者", "阅读氛围", "读者满意度"]


def test_the_table_knows_the_unit_better_than_the_line_above_it_and_both_are_told() -> None:
    text = (LAYOUTS / "library-nothing-planned.txt").read_text("utf-8")
    assert form_of("library-nothing-planned.txt").implementing_unit == "云岭县图书馆"
    without = text.replace("云岭县图书馆", "").replace("编制单位", "填报单位")
    (form,) = read_bytes("f.txt", without.encode()).forms
    assert form.implementing_unit == "云岭县文化和旅游局"
    assert any("填报单位" in repair.zh for repair in form.repairs)


def test_a_field_that_is_printed_twice_with_different_texts_is_named() -> None:
    text = (LAYOUTS / "allowance-sources-side-by-side.txt").read_text("utf-8")
    line = "主管部门\t云岭县残疾人联合会\t"
    read = read_bytes("f.txt", text.replace(line, f"主管部门\t云岭县民政局\t\n{line}", 1).encode())
    assert read.forms[0].supervising_department == "云岭县民政局"
    (told,) = [p for p in read.problems if "另填有" in p.message.zh]
    assert (told.severity, "云岭县残疾人联合会" in told.message.zh) == ("info", True)


def test_tables_of_indicators_by_horizon_are_parts_of_one_form() -> None:
    read = read_layout("produce-tables-by-horizon.html")
    (form,) = read.forms
    assert form.long_term_goal == "建立全市农产品质量安全追溯体系。"
    assert rows_of(form) == [
        ("产出指标", "数量指标", "定量检测批次", "3200批次"),
        ("产出指标", "质量指标", "检测合格率", "98%以上"),
        ("产出指标", "时效指标", "检测报告出具时间", "7个工作日内"),
        ("效益指标", "社会效益指标", "重大食品安全事故", "0起"),
        ("满意度指标", "服务对象满意度指标", "生产主体满意度", "≥92%"),
    ]
    assert [p.location for p in read.problems if "中长期" in p.message.zh] == [
        "table 1, rows 23-25"
    ]
    assert form.project_category == "特定目标类"


def test_a_title_of_the_years_targets_alone_still_opens_a_form() -> None:
    text = (LAYOUTS / "buses-one-goal.txt").read_text("utf-8")
    title, rest = text.split("\n", 1)
    assert "表" in title
    assert len(read_bytes("f.txt", f"年度绩效目标表\n{rest}".encode()).forms) == 1


def test_labels_set_down_the_page_and_parts_of_money_beside_them_are_read() -> None:
    form = form_of("trees-vertical-labels.html")
    assert form.funds.project_total == Decimal(15_000_000)
    assert form.funds.annual_request == Decimal(12_000_000)
    assert [str(form.planned_start), str(form.planned_end)] == ["2023-03", "2023-11"]
    assert rows_of(form)[5:8] == [
        ("效益指标", "经济效益指标", "群众人均增收", "1200元"),
        ("效益指标", "社会效益指标", "带动就业", "≥500人"),
        ("效益指标", "生态效益指标", "新增固碳能力", "有所提升"),
    ]


def test_a_line_of_two_labels_gives_each_its_own_value() -> None:
    text = (LAYOUTS / "trees-vertical-labels.html").read_text("utf-8")
    without = text.replace("<td>云岭县国有林场</td>", "<td></td>").replace(
        "云岭县林业局</td>", "</td>"
    )
    assert without != text
    (form,) = read_bytes("f.html", without.encode()).forms
    assert form.implementing_unit == "云岭县林业局"


def test_a_row_of_what_was_planned_and_spent_tells_the_execution() -> None:
    form = form_of("flood-budget-row.html")
    funds = form.funds
    assert (funds.annual_request, funds.annual_appropriation, funds.annual_other) == (
        Decimal(5_000_000),
        Decimal(5_000_000),
        Decimal(0),
    )
    assert form.execution.executed_budget == Decimal(4_862_000)
    assert form.execution.rate == Decimal("97.24")


def test_the_total_behind_the_verdict_is_the_score_and_the_verdict_no_indicator() -> None:
    form = form_of("flood-budget-row.html")
    assert form.total_score == Decimal("97.7")
    assert form.indicators[-1].name == "基层单位满意度"


def test_the_only_goal_of_a_form_is_the_years_and_that_is_said() -> None:
    form = form_of("buses-one-goal.txt")
    assert form.long_term_goal is None
    assert (form.annual_goal or "").startswith("补贴公交线路142条")
    assert any("只有一个目标" in repair.zh for repair in form.repairs)


def test_the_only_goal_of_several_years_stays_the_whole_projects() -> None:
    text = (LAYOUTS / "buses-one-goal.txt").read_text("utf-8")
    (form,) = read_bytes("f.txt", text.replace("项目总体目标", "实施期总体目标").encode()).forms
    assert form.annual_goal is None
    assert (form.long_term_goal or "").startswith("补贴公交线路142条")


def test_marks_of_footnotes_are_no_part_of_names_and_that_is_said() -> None:
    form = form_of("safety-footnotes.txt")
    assert form.project_name == "安全生产“打非治违”专项行动"
    assert form.indicators[0].name == "检查企业家次"
    assert any("脚注标记" in repair.zh for repair in form.indicators[0].repairs)


def test_a_line_of_notes_below_the_table_is_no_indicator() -> None:
    read = read_layout("safety-footnotes.txt")
    assert [t.name for t in read.forms[0].indicators][-1] == "企业满意度"
    assert not [p for p in read.problems if p.severity != "info"]


def test_the_results_of_a_transfer_payment_are_read_and_its_management_is_left_out() -> None:
    read = read_layout("sewers-transfer-results.html")
    (form,) = read.forms
    assert form.project_name == "城市管网及污水治理补助资金"
    assert form.funds.annual_request == Decimal(250_000_000)
    assert (form.execution.executed_budget, form.execution.rate) == (
        Decimal(237_500_000),
        Decimal("95.0"),
    )
    assert form.annual_goal == "新建改造污水管网120公里，污水处理率达到96%。"
    assert form.achieved_goal == "新建改造污水管网118公里，污水处理率96.4%。"
    assert [t.actual and t.actual.raw for t in form.indicators][:2] == ["118公里", "100%"]


def test_indicators_without_any_classification_are_read_and_that_is_said() -> None:
    read = read_layout("shops-unclassified.txt")
    (form,) = read.forms
    assert [(t.level1, t.name, t.value.unit, t.weight) for t in form.indicators][:2] == [
        (None, "新建或改造网点数量", "个", 30),
        (None, "网点验收合格率", "%", 20),
    ]
    (told,) = [p for p in read.problems if p.severity == "warning"]
    assert "未按一级、二级指标分类" in told.message.zh


def test_amounts_that_one_cell_spells_out_are_read_and_their_other_items_added_up() -> None:
    form = form_of("villages-amounts-in-text.html")
    funds = form.funds
    assert (funds.annual_request, funds.annual_appropriation, funds.annual_other) == (
        Decimal(10_607_500),
        Decimal(6_923_500),
        Decimal(3_684_000),
    )
    assert any("各项之和" in repair.zh for repair in form.repairs)


def test_other_items_that_do_not_make_up_the_total_are_named_and_not_added() -> None:
    text = (LAYOUTS / "villages-amounts-in-text.html").read_text("utf-8")
    changed = text.replace("自有资金：0万元", "自有资金：300万元")
    assert changed != text
    read = read_bytes("f.html", changed.encode())
    assert read.forms[0].funds.annual_other == Decimal(3_000_000)
    (told,) = [p for p in read.problems if "另填有" in p.message.zh]
    assert (told.severity, "368.40万元" in told.message.zh) == ("info", True)


def test_a_text_that_holds_more_than_amounts_is_no_list_of_them() -> None:
    text = (LAYOUTS / "villages-amounts-in-text.html").read_text("utf-8")
    goal = "投入财政拨款100万元，自有资金20万元，改善出行。"
    old = "维护农村公路86公里、水渠24公里，群众出行条件持续改善。"
    assert old in text
    (form,) = read_bytes("f.html", text.replace(old, goal).encode()).forms
    assert form.annual_goal == goal


def test_a_second_level_in_the_column_of_the_first_brings_its_own_first_level() -> None:
    rows = rows_of(form_of("villages-amounts-in-text.html"))
    assert rows[-1] == ("满意度指标", "服务对象满意度指标", "群众满意度", "≥90%")


def test_the_weight_of_an_indicator_is_not_that_of_its_heading() -> None:
    form = form_of("hall-weights-of-headings.html")
    assert [t.weight for t in form.indicators] == [20, 20, 10, 30, 20]
    assert [t.level2 for t in form.indicators][:3] == ["数量指标", "质量指标", "时效指标"]
    assert form.project_name == "智慧税务服务大厅运维"


def test_of_a_half_and_a_whole_year_in_a_second_row_of_the_head_the_whole_is_read() -> None:
    form = form_of("seeds-half-and-whole-year.html")
    assert [(t.name, t.value.number, t.value.unit) for t in form.indicators][1:4] == [
        ("预算执行率", 100, "%"),
        ("建设良种繁育基地", 18, "个"),
        ("基地验收合格率", 100, "%"),
    ]


def test_a_row_below_a_label_at_the_side_says_more_of_it_and_amounts_never_do() -> None:
    read = read_layout("workers-second-row-of-use.html")
    left = [p.message.zh for p in read.problems if p.severity == "error"]
    assert [("未见年度" in text) for text in left] == [True]
    text = (LAYOUTS / "workers-second-row-of-use.html").read_text("utf-8")
    changed = text.replace("用于困难职工生活救助、子女助学、医疗救助。", "300.00")
    assert changed != text
    problems = read_bytes("f.html", changed.encode()).problems
    assert any("300.00" in p.message.zh and p.severity == "error" for p in problems)


def _html(*tables: str, lines: str = "") -> bytes:
    return f"<html><body>{lines}{''.join(tables)}</body></html>".encode()


def _table(*rows: str) -> str:
    cells = ("".join(f"<td>{cell}</td>" for cell in row.split("|")) for row in rows)
    return "<table>" + "".join(f"<tr>{row}</tr>" for row in cells) + "</table>"


def test_columns_hold_on_the_next_page_where_its_first_row_leaves_some_empty() -> None:
    first = _table(
        "项目名称|甲||||||",
        "实施单位|乙||||||",
        "一级指标|二级指标|三级指标|指标性质|指标值|度量单位|权重|备注",
        "产出指标|数量指标|维护信号灯处数|＝|420|处|15|",
    )
    second = _table(
        "效益指标|社会效益指标|路口通行效率|定性|有所提高||15|",
        "||因故障引发事故数|＝|0|起|15|",
        "满意度指标|服务对象满意度指标|驾驶人满意度|≥|85|分|10|",
    )
    lines = "<p>项目支出绩效目标申报表</p><p>（2025年度）</p>"
    (form,) = read_bytes("f.html", _html(first, "<p>2</p>", second, lines=lines)).forms
    assert [(t.value.number, t.value.unit, t.weight) for t in form.indicators] == [
        (420, "处", 15),
        (None, None, 15),
        (0, "起", 15),
        (85, "分", 10),
    ]


def test_the_money_of_a_self_evaluation_goes_on_in_its_columns_on_the_next_page() -> None:
    first = _table(
        "项目名称|甲||||",
        "实施单位|乙||||",
        "项目资金（元）||年初预算数|全年预算数|全年执行数|执行率",
        "|年度资金总额|100|120|90|75%",
    )
    second = _table("|上年结转资金|0|20|20|100%")
    lines = "<p>项目支出绩效自评表</p><p>（2025年度）</p>"
    (form,) = read_bytes("f.html", _html(first, "<p>2</p>", second, lines=lines)).forms
    assert (form.funds.annual_request, form.funds.carried_over) == (120, 20)


def test_a_label_that_a_page_break_cuts_in_two_is_one_label() -> None:
    first = _table("项目名称|甲", "实施单位|乙", "年度绩效|治理河道三十公里，改善水质。")
    second = _table("目标|", "一级指标|三级指标")
    lines = "<p>项目支出绩效目标申报表</p><p>（2025年度）</p>"
    (form,) = read_bytes("f.html", _html(first, "<p>2</p>", second, lines=lines)).forms
    assert form.annual_goal == "治理河道三十公里，改善水质。"


@pytest.mark.parametrize(
    ("title", "kind"),
    [("2025年度项目支出绩效目标表", "target"), ("2025年度项目支出绩效自评表", "self-evaluation")],
)
def test_a_form_below_another_without_a_title_is_of_its_kind_and_year(
    title: str, kind: str
) -> None:
    tables = [
        _table(
            f"项目名称|{name}||", "实施单位|乙||", "一级指标|二级指标|三级指标|指标值",
            "产出指标|数量指标|防治面积|≥2万亩", "效益指标|生态效益指标|森林覆盖率|≥45%",
            "满意度指标|服务对象满意度指标|林农满意度|≥90%",
        )
        for name in ("病虫害防治", "森林防火")
    ]  # fmt: skip
    read = read_bytes("f.html", _html(*tables, lines=f"<p>{title}</p>"))
    assert [(f.project_name, f.kind, f.fiscal_year) for f in read.forms] == [
        ("病虫害防治", kind, 2025),
        ("森林防火", kind, 2025),
    ]
    assert any("2025" in repair.zh for repair in read.forms[1].repairs)
    assert [p for p in read.problems if p.severity == "error"] == []


@pytest.mark.parametrize("number", ["127.", "附件3", "12-1", "三、"])
def test_a_title_that_white_space_parts_from_its_number_is_a_title(number: str) -> None:
    text = (
        f"{number}    困难职工帮扶资金绩效目标表（2025年度）\n"
        "云岭市总工会                                        单位：万元\n"
        "项目名称        困难职工帮扶资金        实施单位        云岭市总工会\n"
        "年度预算        150.00\n"
        "一级指标        二级指标        三级指标        指标值\n"
        "产出指标        数量指标        帮扶困难职工人数        ≥620人\n"
    )
    (form,) = read_bytes("f.txt", text.encode()).forms
    assert form.fiscal_year == 2025
    assert form.funds.annual_request == Decimal(1_500_000)


def test_a_form_without_a_title_takes_no_year_from_a_form_that_states_none() -> None:
    table = _table("项目名称|甲", "实施单位|乙", "一级指标|三级指标", "产出指标|防治面积")
    first, other = "<p>2024年度项目支出绩效目标表</p>", "<p>项目支出绩效目标表</p>"
    read = read_bytes("f.html", _html(table, other, table, "<p>附表</p>", table, lines=first))
    assert [form.fiscal_year for form in read.forms] == [2024, None, None]


def test_a_label_beside_many_rows_that_a_page_break_cuts_leaves_those_rows_whole() -> None:
    first = _table("项目名称|甲|||", "实施单位|乙|||", "绩效|一级指标|二级指标|三级指标|指标值")
    second = _table(
        "指标|产出指标|数量指标|治理河道长度|≥30公里",
        "|||修建护岸|≥12公里",
        "|效益指标|生态效益指标|水质达标率|≥95%",
        "|满意度指标|服务对象满意度指标|居民满意度|≥90%",
    )
    lines = "<p>项目支出绩效目标申报表</p><p>（2025年度）</p>"
    read = read_bytes("f.html", _html(first, "<p>2</p>", second, lines=lines))
    (form,) = read.forms
    assert rows_of(form) == [
        ("产出指标", "数量指标", "治理河道长度", "≥30公里"),
        ("产出指标", "数量指标", "修建护岸", "≥12公里"),
        ("效益指标", "生态效益指标", "水质达标率", "≥95%"),
        ("满意度指标", "服务对象满意度指标", "居民满意度", "≥90%"),
    ]
    assert [p for p in read.problems if p.severity != "info"] == []


def test_a_label_of_goals_in_the_middle_of_its_rows_leaves_each_text_to_its_own_label() -> None:
    table = _table(
        "项目名称|甲||", "实施单位|乙||",
        "|预期目标|实际完成情况|", "年度总体目标|清淤三十公里。|已完成。|",
        "一级指标|二级指标|三级指标|指标值", "产出指标|数量指标|清淤长度|≥30公里",
    )  # fmt: skip
    lines = "<p>项目支出绩效自评表</p><p>（2025年度）</p>"
    (form,) = read_bytes("f.html", _html(table, lines=lines)).forms
    assert (form.annual_goal, form.achieved_goal) == ("清淤三十公里。", "已完成。")


def test_headings_that_stand_in_the_middle_of_their_rows_are_told_by_the_second_level() -> None:
    # As they do in tables without lines; where the first row prints its heading, an empty cell
    # below it says "as above" even against the classification.
    table = _table(
        "项目名称|甲|||",
        "实施单位|乙|||",
        "一级指标|二级指标|三级指标|指标值|",
        "|数量指标|治理河道长度|≥30公里|",
        "产出指标|质量指标|验收合格率|100%|",
        "|社会效益指标|受益人口|≥2万人|",
        "效益指标|生态效益指标|水质达标率|≥95%|",
        "满意度指标|服务对象满意度指标|居民满意度|≥90%|",
    )
    lines = "<p>项目支出绩效目标申报表</p><p>（2025年度）</p>"
    (form,) = read_bytes("f.html", _html(table, lines=lines)).forms
    assert [t.level1 for t in form.indicators] == [
        "产出指标", "产出指标", "效益指标", "效益指标", "满意度指标",
    ]  # fmt: skip
    assert all(form.indicators[at].repairs for at in (0, 2))


@pytest.mark.parametrize(
    ("cell", "yuan"),
    [
        ("其中：本年预算 400", 4_000_000),
        ("其中：本年预算：400", 4_000_000),
        ("本年预算400万元", 4_000_000),
        ("本年预算 4,000,000元", 4_000_000),
    ],
)
def test_one_amount_behind_its_label_in_a_cell_is_read(cell: str, yuan: int) -> None:
    table = _table(f"项目总投资（万元）|1200|{cell}", "项目名称|甲|", "一级指标|三级指标|指标值")
    lines = "<p>项目支出绩效目标申报表</p><p>（2025年度）</p>"
    read = read_bytes("f.html", _html(table, lines=lines))
    (form,) = read.forms
    assert form.funds.project_total == Decimal(12_000_000)
    assert form.funds.annual_request == yuan


def test_a_heading_whose_last_sign_a_page_break_cut_off_is_read_and_named() -> None:
    text = (LAYOUTS / "buses-one-goal.txt").read_text("utf-8")
    (form,) = read_bytes("f.txt", text.replace("效益指标\t社会", "效益指\t社会").encode()).forms
    (first,) = [t for t in form.indicators if t.name == "日均客运量"]
    assert first.level1 == "效益指标"
    assert any("疑为误印" in repair.zh for repair in first.repairs)


def test_what_stands_above_the_title_of_the_next_sheet_is_no_indicator_of_the_last() -> None:
    book = openpyxl.Workbook()
    for number, sheet in enumerate([book.active, book.create_sheet()]):
        rows = [
            [f"附件{number + 1}-2"],
            ["项目支出绩效目标申报表（2025年度）"],
            ["项目名称", f"项目{number}", "实施单位", "乙"],
            ["一级指标", "二级指标", "三级指标", "指标值"],
            ["产出指标", "数量指标", "维护里程", "≥3公里"],
        ]
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    forms = read_bytes("f.xlsx", out.getvalue()).forms
    assert [[t.name for t in form.indicators] for form in forms] == [["维护里程"], ["维护里程"]]


def test_marks_of_labels_that_must_be_filled_in_are_no_part_of_them() -> None:
    form = form_of("clinics-marked-labels.html")
    assert form.project_name == "村级卫生站规范化建设"
    assert form.supervising_department == "云岭省卫生健康委员会"
    assert form.funds.project_total == Decimal(12_000_000)
    assert form.funds.annual_request == Decimal(4_000_000)
    assert form.long_term_goal == "三年内完成120间村卫生站规范化建设，实现村医全覆盖。"
    assert [t.value.number for t in form.indicators] == [40, 100, None, 10, 95, 88]


def test_labels_in_two_languages_and_goals_in_numbered_rows() -> None:
    form = form_of("college-points-in-rows.html")
    assert form.project_name == "Sino-German职业教育合作（Phase II）"
    assert form.funds.annual_request == Decimal(1_680_000)
    assert form.annual_goal is not None
    assert [line[:4] for line in form.annual_goal.splitlines()] == ["目标1：", "目标2：", "目标3："]
