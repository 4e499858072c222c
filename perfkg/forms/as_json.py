"""What was read from a file, as the JSON that `perfkg parse --format json` prints."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from perfkg.forms.model import Execution, Form, Funds, ReadDocument, Target
from perfkg.messages import Problem

Json = dict[str, Any]


def document_json(read: ReadDocument) -> Json:
    """Return one file's object; its keys are part of the public interface."""
    return {
        "document": {
            "name": read.document.name,
            "media_type": read.document.media_type,
            "sha256": read.document.sha256,
        },
        "forms": [form_json(form) for form in read.forms],
        "problems": [problem_json(problem) for problem in read.problems],
    }


def problem_json(problem: Problem) -> Json:
    """Return one problem; the message is in Chinese and English."""
    return {
        "severity": problem.severity,
        "message": str(problem.message),
        "location": problem.location,
    }


def form_json(form: Form) -> Json:
    """Return one form; amounts in yuan, null for what the form does not say."""
    return {
        "kind": form.kind.value,
        "fiscal_year": form.fiscal_year,
        "project_name": form.project_name,
        "project_nature": form.project_nature,
        "project_category": form.project_category,
        "supervising_department": form.supervising_department,
        "implementing_unit": form.implementing_unit,
        "planned_start": str(form.planned_start) if form.planned_start else None,
        "planned_end": str(form.planned_end) if form.planned_end else None,
        "funds": _funds_json(form.funds),
        "long_term_goal": form.long_term_goal,
        "annual_goal": form.annual_goal,
        "achieved_goal": form.achieved_goal,
        "execution": _execution_json(form.execution),
        "total_score": _number(form.total_score),
        "indicators": [_target_json(target) for target in form.indicators],
        "location": form.location,
        "repairs": [str(repair) for repair in form.repairs],
    }


def _funds_json(funds: Funds) -> Json:
    return {
        "stated_unit": funds.stated_unit,
        "project_total": _number(funds.project_total),
        "project_fiscal": _number(funds.project_fiscal),
        "project_other": _number(funds.project_other),
        "annual_request": _number(funds.annual_request),
        "annual_appropriation": _number(funds.annual_appropriation),
        "carried_over": _number(funds.carried_over),
        "annual_other": _number(funds.annual_other),
    }


def _execution_json(execution: Execution) -> Json:
    return {
        "initial_budget": _number(execution.initial_budget),
        "adjusted_budget": _number(execution.adjusted_budget),
        "executed_budget": _number(execution.executed_budget),
        "rate": _number(execution.rate),
        "weight": _number(execution.weight),
        "score": _number(execution.score),
    }


def _target_json(target: Target) -> Json:
    value = target.value
    return {
        "level1": target.level1,
        "level2": target.level2,
        "name": target.name,
        "raw_text": value.raw,
        "comparator": value.comparator.value if value.comparator else None,
        "number": _number(value.number),
        "unit": value.unit,
        "text": value.text,
        "normalized_number": _number(value.normalized_number),
        "normalized_unit": value.normalized_unit,
        "weight": _number(target.weight),
        "actual": target.actual.raw if target.actual else None,
        "score": _number(target.score),
        "reason": target.reason,
        "location": target.location,
        "repairs": [str(repair) for repair in target.repairs],
    }


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
