"""A table that lists many projects, as provinces publish it, is read as a form for each."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from perfkg.forms.model import Form, Funds
from perfkg.reading import read_bytes

from .formats import to_docx, to_html, to_markdown, to_tabs, to_xls, to_xlsx
from .layouts import SIGNS, Box, Sheet, _indicators, amount
from .strategies import forms

_FORMATS = {
    "docx": to_docx,
    "xlsx": to_xlsx,
    "xls": to_xls,
    "html": to_html,
    "txt": to_tabs,
    "md": to_markdown,
}
_HEAD = (
    "单位名称", "项目名称", "年度预算数（元）", "项目年度绩效目标", "一级指标", "二级指标",
    "三级指标", "绩效指标性质", "绩效指标值", "绩效度量单位", "权重",
)  # fmt: skip


def _targets(form: Form) -> list[tuple[Box, ...]]:
    def cells(target) -> tuple[Box, ...]:  # type: ignore[no-untyped-def]
        value, weight = target.value, Box("10")
        if value.number is None:
            return Box(target.name), Box("定性"), Box(value.text or ""), Box(""), weight
        sign, unit = SIGNS[value.comparator], value.unit or ""
        return Box(target.name), Box(sign), Box(str(value.number)), Box(unit), weight

    return _indicators(form, cells)


def merged(listed: list[Form]) -> Sheet:
    """部门预算项目绩效目标表: a project's own cells are merged over its rows."""
    rows: list[tuple[Box, ...]] = [
        (*(Box(text, rows=2) for text in _HEAD[:4]), Box("绩效指标", columns=7)),
        tuple(map(Box, _HEAD[4:])),
    ]
    for form in listed:
        lines = _targets(form)
        own = (
            form.implementing_unit or "", form.project_name or "",
            amount(form.funds.annual_request), form.annual_goal or "",
        )  # fmt: skip
        rows.append((*(Box(text, rows=len(lines)) for text in own), *lines[0]))
        rows += lines[1:]
    heading = ("部门预算项目绩效目标表", f"（{listed[0].fiscal_year}年度）")
    return Sheet(heading, tuple(rows), len(_HEAD))


def _as_listed(form: Form, year: int | None, number: int) -> Form:
    """Return what the list has room for; names are told apart, as a department's are."""
    return replace(
        form,
        fiscal_year=year,
        project_name=f"{form.project_name}之{number}",
        project_nature=None,
        project_category=None,
        supervising_department=None,
        planned_start=None,
        planned_end=None,
        long_term_goal=None,
        funds=Funds(annual_request=form.funds.annual_request),
        indicators=tuple(replace(t, weight=Decimal(10)) for t in form.indicators),
    )


def _content(form: Form) -> tuple[object, ...]:
    return (
        form.kind, form.fiscal_year, form.project_name, form.implementing_unit, form.annual_goal,
        replace(form.funds, stated_unit=None),
        [(t.level1, t.level2, t.name, replace(t.value, raw=""), t.weight) for t in form.indicators],
    )  # fmt: skip


@pytest.mark.parametrize("extension", _FORMATS)
@given(drawn=st.lists(forms(), min_size=1, max_size=3))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_each_project_of_a_list_is_read_as_its_own_form(extension: str, drawn: list[Form]) -> None:
    listed = [_as_listed(form, drawn[0].fiscal_year, n) for n, form in enumerate(drawn, start=1)]
    read = read_bytes(f"list.{extension}", _FORMATS[extension](merged(listed)))
    assert [_content(form) for form in read.forms] == [_content(form) for form in listed]
