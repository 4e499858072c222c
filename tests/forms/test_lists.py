"""Lists of projects in the shapes that provinces give them, and forms with further oddities."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from perfkg.forms.model import Form, ReadDocument
from perfkg.reading import read_bytes, read_file

FIXTURES = Path(__file__).parents[1] / "fixtures"


def _read(folder: str, name: str) -> ReadDocument:
    read = read_file(FIXTURES / folder / f"{name}.txt")
    assert [p for p in read.problems if p.severity == "error"] == []
    return read


def _rows(form: Form) -> list[tuple[object, ...]]:
    return [
        (
            t.level1,
            t.level2,
            t.name,
            t.value.comparator,
            t.value.number,
            t.value.unit or t.value.text,
        )
        for t in form.indicators
    ]


def test_a_row_that_names_only_a_unit_gives_it_to_the_projects_below() -> None:
    forms = _read("lists", "farming-units-as-rows").forms
    assert [(form.project_name, form.implementing_unit) for form in forms] == [
        ("高标准农田建设补助资金", "云岭县农业农村局"),
        ("动物防疫经费", "云岭县农业农村局"),
    ]
    assert _rows(forms[1]) == [
        ("产出指标", "数量指标", "强制免疫头数", ">=", 300000, "头"),
        ("效益指标", "社会效益指标", "重大动物疫情发生次数", "<=", 0, "次"),
        ("满意度指标", "服务对象满意度指标", "养殖户满意度", ">=", 85, "%"),
    ]
    assert forms[0].annual_goal == "新建高标准农田2.1万亩，提升粮食综合生产能力。"


def test_the_year_follows_from_the_budget_that_the_document_belongs_to_and_is_named() -> None:
    for form in _read("lists", "farming-units-as-rows").forms:
        assert form.fiscal_year == 2024
        assert "未印年度" in str(form.repairs)


def test_first_levels_side_by_side_are_rows_of_the_usual_table() -> None:
    forms = _read("lists", "roads-levels-side-by-side").forms
    assert [(f.project_name, f.implementing_unit, f.funds.annual_request) for f in forms] == [
        ("农村公路日常养护", "云岭市公路服务中心", Decimal(2_000_000)),
        ("桥梁检测", "云岭市公路服务中心", Decimal(600_000)),
    ]
    assert [(row[0], *row[2:]) for row in _rows(forms[0])] == [
        ("成本指标", "养护成本", "<=", 200, "万元"),
        ("产出指标", "养护里程", ">=", 350, "公里"),
        ("产出指标", "养护合格率", ">=", 95, "%"),
        ("效益指标", "路况改善程度", None, None, "明显改善"),
        ("满意度指标", "群众满意度", ">=", 90, "%"),
    ]
    assert [row[2:] for row in _rows(forms[1])][1] == ("检测桥梁数量", "=", 48, "座")


def test_cells_repeated_in_every_row_are_one_project_and_units_tell_projects_apart() -> None:
    forms = _read("lists", "hospitals-repeated-cells").forms
    assert [
        (
            f.project_name,
            f.implementing_unit,
            f.supervising_department,
            f.annual_goal,
            len(f.indicators),
        )
        for f in forms
    ] == [
        ("设备购置", "市一医院", "市卫健委", "购置CT一台", 4),
        ("设备购置", "市二医院", "市卫健委", "购置监护仪", 3),
    ]
    assert [f.location for f in forms] == ["lines 3-6", "lines 7-9"]


def test_a_list_goes_on_below_its_head_repeated_on_the_next_page() -> None:
    text = (FIXTURES / "lists" / "hospitals-repeated-cells.txt").read_text(encoding="utf-8")
    lines = text.splitlines()
    bare = ["\t".join([*[""] * 6, *line.split("\t")[6:]]) for line in lines[3:6]]
    pages = [*lines[:3], bare[0], "", lines[1], *bare[1:], *lines[6:]]
    read = read_bytes("list.txt", "\n".join(pages).encode())
    assert [(f.implementing_unit, len(f.indicators)) for f in read.forms] == [
        ("市一医院", 4),
        ("市二医院", 3),
    ]


def test_a_code_with_letters_before_a_name_is_no_part_of_it() -> None:
    (form,) = _read("layouts", "elderly-care-coded-names").forms
    assert form.project_name == "养老服务设施运营补贴"
    assert form.implementing_unit == "云岭区民政局（本级）"
    assert form.funds.annual_request == Decimal(1_200_000)
    assert [t.weight for t in form.indicators] == [30, 20, 30, 10]


def test_a_column_that_nobody_knows_takes_its_own_cells_and_no_others() -> None:
    read = read_file(FIXTURES / "layouts" / "disabled-unit-without-label.txt")
    (form,) = read.forms
    assert form.implementing_unit == "云岭县残疾人联合会本级"
    assert form.funds.annual_request == form.funds.annual_appropriation == Decimal(864_000)
    assert _rows(form)[:2] == [
        ("产出指标", "数量指标", "康复服务人数", ">=", 600, "人"),
        ("产出指标", "质量指标", "康复服务率", ">=", 95, "%"),
    ]
    assert _rows(form)[4][2:] == ("生活质量提高", None, None, "有效提高")


def test_of_the_values_of_three_years_the_coming_one_is_the_target() -> None:
    (form,) = read_file(FIXTURES / "layouts" / "water-two-titles.txt").forms
    assert form.project_name == "水环境监测专项"
    assert form.funds.project_total == Decimal(1_500_000)
    assert form.annual_goal == "完成全市32个断面水质监测"
    assert [(t.name, t.value.number) for t in form.indicators] == [
        ("监测断面个数", 32),
        ("数据有效率", 98),
        ("水质达标率", 91),
        ("公众满意度", 90),
    ]


def test_headings_of_another_classification_are_kept_as_their_columns_print_them() -> None:
    (form,) = _read("layouts", "culture-other-classification").forms
    assert [(t.level1, t.level2) for t in form.indicators] == [
        ("产出指标", "数量指标"),
        ("产出指标", "质量指标"),
        ("效益指标", "社会效益指标"),
        ("影响力目标", "长效管理"),
        ("满意度指标", "服务对象满意度指标"),
    ]
    assert form.long_term_goal == "建成文化礼堂300个"
    assert form.annual_goal == "新建文化礼堂100个"


@pytest.mark.parametrize("mark", ["单位：万元", "（金额单位：万元）", "（2024年度）\t\t单位:万元"])
def test_the_unit_of_amounts_is_found_wherever_it_stands_above_them(mark: str) -> None:
    text = (
        f"项目支出绩效目标表\n{mark}\n项目名称\t图书购置\t\n主管部门\t云岭县文旅局\t\n"
        "年度资金总额\t12.5\t\n一级指标\t二级指标\t三级指标\t指标值\n"
        "产出指标\t数量指标\t购书\t≥2000册\n"
    )
    (form,) = read_bytes("form.txt", text.encode()).forms
    assert form.funds.annual_request == Decimal(125_000)


def test_amounts_without_any_unit_are_read_as_yuan_and_that_is_said() -> None:
    text = (
        "项目支出绩效目标表\n（2024年度）\n项目名称\t图书购置\t\n主管部门\t云岭县文旅局\t\n"
        "年度资金总额\t12.5\t\n一级指标\t二级指标\t三级指标\t指标值\n"
        "产出指标\t数量指标\t购书\t≥2000册\n"
    )
    read = read_bytes("form.txt", text.encode())
    assert read.forms[0].funds.annual_request == Decimal("12.5")
    assert any("未印金额单位" in problem.message.zh for problem in read.problems)


def test_points_in_the_brackets_of_headings_and_another_title_of_a_self_evaluation() -> None:
    (form,) = _read("layouts", "villages-points-in-headings").forms
    assert form.kind == "self-evaluation"
    assert form.fiscal_year == 2023
    assert {t.level1 for t in form.indicators} == {"产出指标", "效益指标", "满意度指标"}
    assert form.execution.rate == Decimal("98.08")


def test_short_headings_and_a_label_with_the_year_in_front() -> None:
    read = read_file(FIXTURES / "layouts" / "rivers-short-headings.txt")
    (form,) = read.forms
    assert form.funds.annual_request == Decimal(35_000_000)
    assert form.implementing_unit == "云岭市水务局"
    assert (str(form.planned_start), str(form.planned_end)) == ("2024-01-01", "2024-12-31")
    assert _rows(form)[3] == ("产出指标", "成本指标", "每公里造价", "<=", 240, "万元/公里")


def test_labels_of_sections_state_the_unit_and_are_no_values() -> None:
    (form,) = _read("layouts", "roads-section-labels").forms
    assert form.funds.annual_request == Decimal(8_000_000)
    assert form.funds.annual_other == Decimal(2_000_000)
    assert len(form.indicators) == 7
    assert form.long_term_goal == "提质改造农村公路100公里"


def test_a_length_of_time_in_place_of_dates_is_no_mistake() -> None:
    (form,) = _read("layouts", "sewage-two-halves").forms
    assert form.planned_start is None
    assert [t.value.number for t in form.indicators] == [3650, 100, None, 88]


def test_labels_glued_to_their_values_are_parted() -> None:
    (form,) = _read("layouts", "network-glued-labels").forms
    assert form.project_name == "教育信息化建设"
    assert form.implementing_unit == "云岭市东湖区教育局"
    assert form.funds.annual_request == Decimal(12_500_000)
    assert form.annual_goal == "保障120所学校网络稳定运行。"


def test_totals_of_the_list_and_of_a_unit_are_no_projects_and_name_the_unit_below() -> None:
    forms = read_file(FIXTURES / "lists" / "culture-units-with-totals.html").forms
    assert [(f.project_name, f.implementing_unit, f.funds.annual_request) for f in forms] == [
        ("档案数字化", "云岭市档案馆", Decimal(600_000)),
        ("图书购置", "云岭市图书馆", Decimal(300_000)),
    ]
