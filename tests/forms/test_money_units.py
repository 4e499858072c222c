"""The units of amounts where labels state them, each its own or that of a block."""

from __future__ import annotations

from decimal import Decimal

import pytest

from perfkg.forms.model import ReadDocument
from perfkg.reading import read_bytes


def _read(*rows: str, title: str = "项目支出绩效目标申报表") -> ReadDocument:
    """Read a form with these rows of money; `|` divides their cells."""
    upper = ["项目名称|校舍修缮", "主管部门|临江县教育局", "起止时间|2024年"]
    lower = [
        "年度目标|完成修缮。",
        "一级指标|二级指标|三级指标|指标值",
        "产出指标|数量指标|修缮校舍面积|≥2000平方米",
        "效益指标|社会效益指标|受益学生人数|≥1500人",
        "满意度指标|服务对象满意度指标|师生满意度|≥90%",
    ]
    cells = ["".join(f"<td>{c}</td>" for c in row.split("|")) for row in (*upper, *rows, *lower)]
    table = "".join(f"<tr>{row}</tr>" for row in cells)
    page = f'<meta charset="utf-8"><p>{title}（2024年度）</p><table>{table}</table>'
    return read_bytes("f.html", page.encode())


def test_every_amount_is_in_the_unit_that_its_own_label_states() -> None:
    (form,) = _read(
        "项目总投资（亿元）|1.2|本年预算（万元）|3000", "其中：财政拨款（元）|28000000"
    ).forms
    assert form.funds.project_total == Decimal(120_000_000)
    assert form.funds.annual_request == Decimal(30_000_000)
    assert form.funds.annual_appropriation == Decimal(28_000_000)


def test_an_unknown_label_in_front_of_amounts_states_their_unit() -> None:
    read = _read("政策保障资金（万元）|年度资金总额|300", "|其中：财政拨款|280")
    (form,) = read.forms
    assert form.funds.annual_request == Decimal(3_000_000)
    assert form.funds.annual_appropriation == Decimal(2_800_000)
    assert read.problems == ()


def test_an_unknown_label_with_an_amount_of_its_own_is_named_and_not_read_as_the_years() -> None:
    read = _read("年度资金总额（万元）|300", "村级投劳折资（万元）|20")
    assert read.forms[0].funds.annual_request == Decimal(3_000_000)
    assert any("村级投劳折资" in p.message.zh for p in read.problems if p.severity == "error")


def test_the_columns_of_a_self_evaluation_state_the_unit_of_their_amounts() -> None:
    rows = (
        "预算执行情况||年初预算数（万元）|全年预算数（万元）|全年执行数（万元）|执行率",
        "|年度资金总额|120|118|117.5|99.6%",
    )
    read = _read(*rows, title="项目支出绩效自评表")
    (form,) = read.forms
    assert form.execution.executed_budget == Decimal(1_175_000)
    assert form.funds.annual_request == Decimal(1_180_000)
    assert read.problems == ()


@pytest.mark.parametrize(
    "printed",
    ["人民币150万元", "￥1,500,000.00", "150万元（其中：中央100万元，县级50万元）", "共计150万元"],
)
def test_what_stands_around_an_amount_does_not_hide_it(printed: str) -> None:
    read = _read(f"年度资金总额|{printed}")
    assert read.forms[0].funds.annual_request == Decimal(1_500_000)


def test_the_sources_of_an_amount_in_one_cell_are_known_and_not_modelled() -> None:
    read = _read("项目预算|总额|150万元|其中：中央资金100万元、县级资金50万元")
    assert read.forms[0].funds.annual_request == Decimal(1_500_000)
    assert read.problems == ()
