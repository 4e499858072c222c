"""The ten bundled forms, held against what a careful reader reads off them."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from perfkg.forms.model import Form, FormKind, ReadDocument, Target
from perfkg.reading import read_file
from perfkg.resources import demo_folder

EXPECTED: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "fixtures" / "shanghai-2024.expected.json").read_text("utf-8")
)


@pytest.fixture(scope="module")
def read() -> ReadDocument:
    return read_file(demo_folder() / "shanghai-real-estate-2024.txt")


def test_ten_forms_with_132_indicators_are_read_and_nothing_is_left_over(
    read: ReadDocument,
) -> None:
    targets = [target for form in read.forms for target in form.indicators]
    assert len(read.forms) == 10
    assert len(targets) == 132
    assert sum(target.value.number is not None for target in targets) == 80
    assert sum(target.value.text is not None for target in targets) == 52
    assert read.problems == ()


def test_the_annual_requests_sum_to_the_cent(read: ReadDocument) -> None:
    requests = [form.funds.annual_request for form in read.forms]
    assert sum(request for request in requests if request is not None) == Decimal("15546830.00")


@pytest.mark.parametrize("index", range(10))
def test_every_header_field_of_a_form_is_right(read: ReadDocument, index: int) -> None:
    form, expected = read.forms[index], EXPECTED[index]
    assert form.kind is FormKind.TARGET
    assert form.fiscal_year == 2024
    assert form.supervising_department == "上海市住房和城乡建设管理委员会"
    assert form.implementing_unit == "上海市房地产交易中心"
    assert (str(form.planned_start), str(form.planned_end)) == ("2024-01-01", "2024-12-31")
    for name in ("location", "project_name", "project_nature", "project_category"):
        assert getattr(form, name) == expected[name]
    assert form.annual_goal is not None
    assert form.annual_goal.startswith(expected["annual_goal_begins"])
    assert form.long_term_goal is None
    assert "<" not in form.annual_goal


@pytest.mark.parametrize("index", range(10))
def test_every_amount_of_a_form_is_right(read: ReadDocument, index: int) -> None:
    funds, expected = read.forms[index].funds, EXPECTED[index]
    assert funds.stated_unit == "元"
    for name in ("annual_request", "annual_appropriation", "annual_other"):
        assert getattr(funds, name) == Decimal(expected[name])
    assert funds.carried_over == 0
    assert (funds.project_total, funds.project_fiscal, funds.project_other) == (None, None, None)


@pytest.mark.parametrize("index", range(10))
def test_every_indicator_of_a_form_is_right(read: ReadDocument, index: int) -> None:
    found = [_row(target) for target in read.forms[index].indicators]
    assert found == EXPECTED[index]["indicators"]


def _row(target: Target) -> list[Any]:
    value = target.value
    return [
        target.location,
        target.level1,
        target.level2,
        target.name,
        value.comparator.value if value.comparator else None,
        None if value.number is None else str(value.number),
        value.unit,
        value.text,
        None if value.normalized_number is None else _plain(value.normalized_number),
        value.normalized_unit,
        len(target.repairs),
    ]


def _plain(number: Decimal) -> str:
    return format(number.normalize(), "f")


def _form(read: ReadDocument, project: str) -> Form:
    return next(form for form in read.forms if form.project_name == project)


def _repairs(form: Form, indicator: str) -> str:
    target = next(t for t in form.indicators if t.name == indicator)
    return " ".join(repair.zh for repair in target.repairs)


@pytest.mark.parametrize(
    ("project", "indicator", "repair"),
    [
        ("住房租赁管理", "信息使用方满意度", "换页处重复印刷"),
        ("住房租赁管理", "短信发送及时率", "左移了 2 列"),
        ("房地产监测管理", "监测项目现场核查及时率", "二级指标左移了 1 列"),
        ("信息化建设项目", "前台用户登录3秒内完成", "二级指标左移了 1 列"),
        ("房地产监测管理", "项目建设情况现场核查批次", "推定为“产出指标”"),
        ("房地产监测管理", "调研材料份数", "沿用上一行的“数量指标”"),
        ("网上一二手房管理", "成本控制情况", "一行并列“产出指标”与“成本指标”"),
        ("网上一二手房管理", "入网认证申请、管理、开通及变更数量", "在同一行印了两次"),
        ("网上一二手房管理", "网签备案合同核查信息准确率", "“贝壳顶办”不是任何指标类别"),
        ("房地产交易基础管理", "报告完成率", "分两行印刷，已合并"),
        ("房地产交易基础管理", "报告完成率", "LaTeX"),
    ],
)
def test_whatever_was_inferred_is_named_as_a_repair(
    read: ReadDocument, project: str, indicator: str, repair: str
) -> None:
    assert repair in _repairs(_form(read, project), indicator)


@pytest.mark.parametrize(
    ("project", "repair"),
    [("测绘成果管理", "读作年度总体目标"), ("住房租赁管理", "去除了文中的 HTML 标记")],
)
def test_repairs_of_the_form_itself_are_named(
    read: ReadDocument, project: str, repair: str
) -> None:
    assert repair in " ".join(r.zh for r in _form(read, project).repairs)
