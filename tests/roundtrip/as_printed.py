"""What of a form each layout has room for."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from perfkg.forms.model import Execution, Form, FormKind
from perfkg.forms.values import read_value

from .strategies import UNITS

_TWO_SIDED = ("project_nature", "project_category", "long_term_goal")
_PROJECT_FUNDS = {"project_total": None, "project_fiscal": None, "project_other": None}


def as_printed(form: Form, layout: str) -> Form:
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
