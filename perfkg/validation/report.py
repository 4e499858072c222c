"""Findings as JSON and as a table for the terminal."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

from rich.table import Table
from rich.text import Text as Line

from perfkg.messages import Language
from perfkg.validation.findings import (
    SEVERITIES,
    Finding,
    SeverityName,
    Tally,
    in_order,
)
from perfkg.validation.words import LABELS, NOTHING, SEVERITY

_STYLES: Final[dict[SeverityName, str]] = {
    "Violation": "bold red",
    "Warning": "yellow",
    "Info": "cyan",
}


def to_json(findings: Sequence[Finding]) -> str:
    """Return the list that `perfkg validate --format json` prints."""
    return json.dumps([f.to_json() for f in findings], ensure_ascii=False, indent=2) + "\n"


def summary(found: Tally, language: Language) -> str:
    """Return one line with the number of findings of each severity."""
    counts, forms = found.severities, len(found.forms)
    if not found.total:
        return NOTHING.into(language)
    if language == "zh":
        parts = "，".join(f"{SEVERITY[name].zh} {counts[name]}" for name in SEVERITIES)
        return f"{forms} 张表，{found.total} 条：{parts}"
    parts = ", ".join(f"{SEVERITY[name].en} {counts[name]}" for name in SEVERITIES)
    return f"{_count(found.total, 'finding')} in {_count(forms, 'form')}: {parts}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def to_table(findings: Sequence[Finding], language: Language) -> Table:
    """Return a table for the terminal: form by form, the gravest first, a summary below."""
    table = Table(
        caption=summary(Tally(findings), language),
        caption_justify="left",
        caption_style="",
        expand=False,
    )
    for name in ("severity", "place"):
        table.add_column(LABELS[name].into(language), no_wrap=True)
    table.add_column(LABELS["message"].into(language), overflow="fold", ratio=1)
    table.add_column(LABELS["rule"].into(language), no_wrap=True)
    previous: str | None = None
    for number, finding in enumerate(in_order(findings)):
        if number == 0 or finding.form != previous:
            table.add_section()
            table.add_row("", "", Line(_heading(finding, language), style="bold"), "")
        previous = finding.form
        table.add_row(*_row(finding, language))
    return table


def _heading(finding: Finding, language: Language) -> str:
    if finding.form is None:
        return LABELS["across"].into(language)
    return "  ".join(part for part in (finding.project, finding.document) if part)


def _row(finding: Finding, language: Language) -> tuple[Line, ...]:
    return (
        Line(SEVERITY[finding.severity].into(language), style=_STYLES[finding.severity]),
        Line(finding.location or ""),
        Line(finding.message.into(language)),
        Line(finding.rule, style="dim"),
    )
