"""Forms that provinces and cities made of the official ones, each with labels of its own."""

from __future__ import annotations

from decimal import Decimal

import pytest

from perfkg.reading import read_bytes
from tests.forms.support import LAYOUTS, form_of, read_layout, rows_of


@pytest.mark.parametrize(
    "name",
    [
        "roads-long-term-above.html",
        "community-objectives.html",
        "forestry-unit-beside.html",
        "rivers-other-heads.html",
        "hazards-ragged.txt",
    ],
)
def test_every_cell_finds_its_place(name: str) -> None:
    assert [p for p in read_layout(name).problems if p.severity == "error"] == []


def test_indicators_of_the_whole_project_above_those_of_the_year_are_left_out_and_named() -> None:
    read = read_layout("roads-long-term-above.html")
    (form,) = read.forms
    assert rows_of(form) == [
        ("产出指标", "数量指标", "道路硬化里程", "12公里"),
        ("产出指标", "质量指标", "工程验收合格率", "100%"),
        ("产出指标", "成本指标", "道路硬化单位成本", "≤45万元/公里"),
        ("效益指标", "社会效益指标", "受益人口", "≥5000人"),
        ("满意度指标", "服务对象满意度指标", "群众满意度", "≥90%"),
    ]
    (told,) = [p for p in read.problems if "中长期" in p.message.zh]
    assert (told.severity, told.location) == ("info", "table 1, rows 13-15")
    left_out = {cell.text for cell in read.cells if cell.use == "long_term_indicator"}
    assert {"≥60公里", "≥3万人"} <= left_out


def test_the_halves_of_a_table_that_were_left_out_are_named() -> None:
    read = read_layout("farmland-two-halves.txt")
    assert [p.location for p in read.problems if "中长期" in p.message.zh] == ["lines 12-16"]


def test_indicators_of_the_whole_project_are_read_where_there_are_no_others() -> None:
    text = (LAYOUTS / "roads-long-term-above.html").read_text("utf-8")
    head, _, rest = text.partition('<tr><td rowspan="6">年度绩效指标')
    tail = rest[rest.index('<tr><td colspan="2">其他说明的问题') :]
    read = read_bytes("f.html", (head + tail).encode())
    assert [t.value.raw for t in read.forms[0].indicators] == ["≥60公里", "100%", "≥3万人"]
    assert not any("中长期" in p.message.zh for p in read.problems)


def test_a_column_headed_otherwise_holds_the_names_and_remarks_stay_remarks() -> None:
    names = [t.name for t in form_of("roads-long-term-above.html").indicators]
    assert "道路硬化单位成本" in names
    assert "含配套" not in str(rows_of(form_of("roads-long-term-above.html")))


def test_other_money_below_a_label_of_money_is_money_and_elsewhere_it_is_not() -> None:
    funds = form_of("roads-long-term-above.html").funds
    assert (funds.annual_request, funds.annual_appropriation, funds.annual_other) == (
        Decimal(106_067_500),
        Decimal(69_233_600),
        Decimal(36_833_900),
    )
    text = "项目支出绩效目标申报表\n项目名称\t甲\n资金总额\t10万元\n项目类别\t其他\n实施单位\t乙\n"
    (form,) = read_bytes("f.txt", text.encode()).forms
    assert (form.project_category, form.funds.annual_other) == ("其他", None)


def test_objectives_are_levels_and_an_unofficial_one_holds_for_the_rows_below_it() -> None:
    rows = rows_of(form_of("community-objectives.html"))
    assert rows[0] == ("产出指标", "数量指标", "组织文化活动场次", "≥50场")
    assert rows[4][:2] == ("效益指标", "社会效益指标")
    assert rows[6:] == [
        ("影响力目标", "长效管理", "长效管理制度健全性", "健全"),
        ("影响力目标", "人力资源", "人员到位率", "100%"),
    ]
    assert form_of("community-objectives.html").annual_goal == "组织活动50场，参与居民5000人次。"


def test_a_first_level_printed_as_a_second_one_does_not_hold_for_the_rows_below_it() -> None:
    text = (LAYOUTS / "community-objectives.html").read_text("utf-8")
    row = "<tr><td>可持续影响</td><td>活动延续年限</td><td>≥3年</td></tr>\n"
    below = '<tr><td rowspan="2">影响力目标'
    text = text.replace('<td rowspan="2">效果目标', '<td rowspan="3">效果目标')
    (form,) = read_bytes("f.html", text.replace(below, row + below).encode()).forms
    (added,) = [t for t in form.indicators if t.name == "活动延续年限"]
    assert (added.level1, added.level2) == ("效益指标", "可持续影响指标")


def test_the_unit_of_money_may_stand_in_the_cell_beside_its_label() -> None:
    form = form_of("forestry-unit-beside.html")
    assert form.implementing_unit == "云岭省林业科学研究院"
    assert form.funds.project_total == Decimal(3_205_000)
    assert form.funds.project_fiscal == Decimal(3_000_000)
    assert form.funds.annual_request == Decimal(1_600_000)
    assert form.long_term_goal == "保存林木种质资源500份以上。"


def test_kinds_and_classes_of_indicators_are_levels() -> None:
    assert rows_of(form_of("rivers-other-heads.html"))[2:4] == [
        ("产出指标", "时效指标", "保洁频次", "每日1次"),
        ("效益指标", "生态效益指标", "水质达标率", "≥90%"),
    ]


def test_opinions_and_signatures_below_the_table_are_no_indicators() -> None:
    form = form_of("fitness-opinions.html")
    assert [t.name for t in form.indicators] == [
        "更新健身路径数量",
        "器材合格率",
        "人均体育场地面积",
        "市民满意度",
    ]
    # What stands in brackets inside a heading does not count.
    assert form.indicators[0].level1 == "产出指标"
    assert (form.long_term_goal, form.annual_goal) == (
        "三年更新健身路径300条。",
        "更新健身路径100条。",
    )


def test_rows_whose_cells_do_not_stand_below_the_heads_are_read_by_their_looks() -> None:
    form = form_of("hazards-ragged.txt")
    assert [(t.name, t.value.raw, t.actual and t.actual.raw, t.score) for t in form.indicators] == [
        ("隐患点排查数量", "≥2000处", "2100处", 15),
        ("群测群防员培训人次", "≥3000人次", "2980人次", Decimal("14.9")),
        ("排查覆盖率", "100%", "100%", 10),
        ("完成时限", "2021年12月底", "2021年12月", 10),
        ("减少人员伤亡", "有效减少", "达成预期指标", 28),
        ("受益群众满意度", "≥90%", "95%", 10),
    ]
    assert form.execution.executed_budget == Decimal(4_560_000)
    assert (form.execution.rate, form.execution.score) == (95, Decimal("9.5"))
    assert form.achieved_goal == "完成隐患点排查2100处，培训2980人次。"


def test_goals_may_be_numbered_and_head_the_indicators_that_belong_to_them() -> None:
    read = read_layout("museum-numbered-goals.html")
    (form,) = read.forms
    assert form.long_term_goal == "提升公共文化服务水平"
    assert form.annual_goal == "全年免费开放300天以上，接待观众150万人次"
    assert [(t.name, t.value.raw) for t in form.indicators] == [
        ("免费开放天数", "≥300天"),
        ("展品完好率", "100%"),
        ("接待观众人次", "≥150万人次"),
        ("观众满意度", "≥95%"),
    ]
    assert [p.location for p in read.problems if "中长期" in p.message.zh] == [
        "table 1, rows 12-13"
    ]


def test_of_the_values_of_half_and_whole_year_the_whole_years_is_read() -> None:
    rows = rows_of(form_of("teachers-half-year.html"))
    assert rows[2:4] == [
        ("产出指标", "数量指标", "培训教师人数", "≥4000人"),
        ("产出指标", "质量指标", "培训合格率", "≥95%"),
    ]


def test_the_number_of_a_row_is_no_part_of_the_name_and_that_is_said() -> None:
    form = form_of("fire-numbered-names.html")
    assert [t.name for t in form.indicators] == [
        "建成平台数量",
        "接入重点单位数量",
        "系统验收通过率",
        "建设完成时间",
        "建设成本控制数",
        "火灾发现时间缩短",
        "重点单位满意度",
    ]
    assert "“1.”未计入名称" in str(form.indicators[0].repairs)
    assert form.implementing_unit == "云岭市消防救援支队本级"


@pytest.mark.parametrize("blank", ["指标2：", "2.", "指标3:\t"])
def test_a_number_that_waits_for_an_indicator_is_none(blank: str) -> None:
    text = (LAYOUTS / "farmland-two-halves.txt").read_text("utf-8").splitlines()
    rows = ["一级指标\t二级指标\t三级指标\t指标值", "产出指标\t数量指标\t指标1：建成面积\t7亩"]
    rows += [f"\t\t{blank}", "满意度指标\t服务对象满意度指标\t农户满意度\t≥90%"]
    (form,) = read_bytes("f.txt", "\n".join([*text[:4], *rows]).encode()).forms
    assert [t.name for t in form.indicators] == ["建成面积", "农户满意度"]


def test_indicators_in_an_outline_are_read_with_their_places() -> None:
    read = read_layout("water-outline.txt")
    assert not [p for p in read.problems if p.severity == "error"]
    (form,) = read.forms
    assert [(t.level1, t.level2, t.name, t.value.raw, t.location) for t in form.indicators] == [
        ("产出指标", "数量指标", "新建供水工程数量", "3处", "line 16"),
        ("产出指标", "数量指标", "受益人口", "≥1.2万人", "line 17"),
        ("产出指标", "质量指标", "水质达标率", "100%", "line 19"),
        ("产出指标", "时效指标", "工程完工时间", "2024年11月底前", "line 21"),
        ("产出指标", "成本指标", "人均投资", "≤550元/人", "line 23"),
        ("效益指标", "社会效益指标", "供水保证率", "≥95%", "line 26"),
        ("效益指标", "可持续影响指标", "工程使用年限", "≥15年", "line 28"),
        ("满意度指标", "服务对象满意度指标", "群众满意度", "≥90%", "line 31"),
    ]
    assert form.annual_goal == "新建供水工程3处，解决1.2万人饮水问题"


def test_prose_that_mentions_kinds_of_indicators_is_no_outline() -> None:
    text = "填报说明\n一、产出指标\n指标说明：反映产出。\n项目支出绩效目标申报表\n项目名称\t甲\n"
    (form,) = read_bytes("f.txt", text.encode()).forms
    assert form.indicators == ()
