"""Any valid form, written in any layout and any format, is read back as the same form."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from perfkg.forms.model import Execution, Form, FormKind
from perfkg.forms.values import read_value
from perfkg.reading import read_bytes

from .formats import FORMATS
from .layouts import LAYOUTS
from .strategies import UNITS, forms

_TWO_SIDED = ("project_nature", "project_category", "long_term_goal")
_PROJECT_FUNDS = {"project_total": None, "project_fiscal": None, "project_other": None}


def _as_printed(form: Form, layout: str) -> Form:
    """Return the form with what the layout has room for."""
    if layout == "shanghai":
        return form
    found = replace(
        form,
        **dict.fromkeys(_TWO_SIDED),
        funds=replace(form.funds, **_PROJECT_FUNDS),
    )
    if layout == "central":
        return found
    weighted = tuple(replace(t, weight=Decimal(10)) for t in found.indicators)
    if layout == "symbols":
        return replace(found, indicators=weighted)
    evaluated = tuple(
        replace(
            t,
            actual=read_value(_achieved(t.value.text), UNITS).value,
            score=Decimal("9.5"),
            reason=None if t.value.text else "当年雨水偏多，工期顺延，次年补齐。",
        )
        for t in weighted
    )
    return replace(
        found,
        kind=FormKind.SELF_EVALUATION,
        planned_start=None,
        planned_end=None,
        achieved_goal="各项工作按计划完成。",
        execution=Execution(
            initial_budget=found.funds.annual_request,
            adjusted_budget=found.funds.annual_request,
            executed_budget=found.funds.annual_request and Decimal("850000.50"),
            rate=Decimal("95.12"),
            weight=Decimal(10),
            score=Decimal("9.5"),
        ),
        indicators=evaluated,
    )


def _achieved(words: str | None) -> str:
    return "达成预期指标" if words else "86.5%"


def _content(form: Form) -> dict[str, Any]:
    """Return what a form says, without places, raw texts and repairs."""
    names = (
        "kind", "fiscal_year", "project_name", "project_nature", "project_category",
        "supervising_department", "implementing_unit", "long_term_goal", "annual_goal",
        "achieved_goal", "execution", "total_score",
    )  # fmt: skip
    content = {name: getattr(form, name) for name in names}
    content["dates"] = str(form.planned_start), str(form.planned_end)
    content["funds"] = replace(form.funds, stated_unit=None)
    content["indicators"] = [
        (
            t.level1, t.level2, t.name, replace(t.value, raw=""), t.weight,
            t.actual and t.actual.raw, t.score, t.reason,
        )
        for t in form.indicators
    ]  # fmt: skip
    return content


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("extension", FORMATS)
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_form_survives_every_layout_and_format(
    layout: str, extension: str, data: st.DataObject
) -> None:
    form = _as_printed(data.draw(forms()), layout)
    content = FORMATS[extension](LAYOUTS[layout](form))
    read = read_bytes(f"form.{extension}", content)
    assert [p for p in read.problems if p.severity == "error"] == []
    assert len(read.forms) == 1
    assert _content(read.forms[0]) == _content(form)
