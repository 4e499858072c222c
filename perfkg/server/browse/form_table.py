"""A form laid out as the official table: what stands in each cell, and what was found beside it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final

import pyoxigraph as ox

from perfkg.messages import Text
from perfkg.namespaces import PK, RDF, SKOS
from perfkg.validation.facts import Facts
from perfkg.validation.findings import SEVERITIES, Finding
from perfkg.validation.placing import Placed, place
from perfkg.validation.shapes import Shapes
from perfkg.validation.sheet import Row, Sheet, Sheets

_LABEL: Final = f"{SKOS}prefLabel"
_TITLE: Final = "http://purl.org/dc/terms/title"
_LINES: Final = {
    "name": ("projectNature", "projectCategory"),
    "by": ("supervisingDepartment", "implementingUnit"),
    "dates": ("plannedStart", "plannedEnd"),
    "total": ("projectTotal", "annualRequest"),
    "fiscal": ("projectFiscal", "annualAppropriation"),
    "carried": ("carriedOver",),
    "other": ("projectOther", "annualOther"),
    "goals": ("longTermGoal", "annualGoal"),
    "achieved": ("achievedGoal",),
    "budget": ("initialBudget", "adjustedBudget", "executedBudget"),
    "execution": ("executionRate", "executionWeight", "executionScore"),
    "score": ("totalScore",),
}
"""The lines of the upper part, and the properties that stand in each."""
_THINGS: Final = ("supervisingDepartment", "implementingUnit", "projectNature", "projectCategory")


@dataclass(frozen=True, slots=True)
class Item:
    """What stands in a cell: words, and the IRI of the thing that they name, if any."""

    text: str
    iri: str = ""


@dataclass(slots=True)
class Heading:
    """A heading of the indicator table and over how many rows it reaches."""

    text: str
    rows: int


@dataclass(slots=True)
class TableRow:
    """One row of the indicator table.

    Attributes:
        level1, level2: the heading that begins in this row; None below its first row.
        indicator, unit: with their IRIs. value, weight, actual, score, reason: as printed.
        place: where it stands in the source. repairs: what the reader repaired.
        findings: what was found about it.
        anchor: its name in the page.
    """

    indicator: Item
    value: str
    unit: Item
    weight: str
    actual: str
    score: str
    reason: str
    place: str
    repairs: tuple[str, ...]
    findings: tuple[Finding, ...]
    anchor: str
    level1: Heading | None = None
    level2: Heading | None = None


@dataclass(frozen=True, slots=True)
class FormTable:
    """One form.

    Attributes:
        iri: of the form. title: what kind of form it is. year: 预算年度.
        project: 项目名称, with the IRI of the project.
        document, place: where it was read. repairs: what the reader repaired in the upper part.
        cells: the upper part, by the local name of the property.
        beside: the findings beside each line of the upper part, by its name in `_LINES`.
        whole: the findings about the form as a whole.
        rows: the indicators.
        counts: how many findings of each severity.
        is_evaluated: whether it has results or scores.
    """

    iri: str
    title: Text
    year: str
    project: Item
    document: str
    place: str
    repairs: tuple[str, ...]
    cells: dict[str, Item]
    beside: dict[str, tuple[Finding, ...]]
    whole: tuple[Finding, ...]
    rows: tuple[TableRow, ...]
    counts: tuple[int, ...]
    is_evaluated: bool
    has_reasons: bool = field(default=False)

    def has(self, *names: str) -> bool:
        """Whether the form says something under one of these properties."""
        return any(self.cells[name].text for name in names)


def form_tables(
    data: ox.Store, forms: Sequence[str], findings: Iterable[Finding], shapes: Shapes
) -> list[FormTable]:
    """Lay out forms.

    Args:
        data: what they say. forms: their IRIs, in the order wanted.
        findings: what was found about these forms and others.
        shapes: the rules, which tell what cell a finding is about.
    """
    found = list(findings)
    sheets, facts = Sheets(data, forms), _facts(data, forms)
    tables = []
    for form in forms:
        own = [f for f in found if f.form == form or (f.form is None and form in f.links.forms)]
        tables.append(_table(sheets.sheet(form), own, facts, shapes))
    return tables


def forms_in(data: ox.Store) -> list[str]:
    """Return the IRIs of the forms in a graph, in the order of their places in the source."""
    kind, form = ox.NamedNode(f"{RDF}type"), ox.NamedNode(f"{PK}Form")
    quads = data.quads_for_pattern(None, kind, form, ox.DefaultGraph())
    forms = [q.subject.value for q in quads if isinstance(q.subject, ox.NamedNode)]
    facts = Facts(data)
    facts.learn(forms, f"{PK}sourceLocation")
    return sorted(forms, key=lambda form: (_place(facts.texts(form, f"{PK}sourceLocation")), form))


def _place(places: Sequence[str]) -> list[int]:
    """Return a key that puts `lines 9-20` before `lines 19-30`."""
    return [int(number) for number in re.findall(r"[0-9]+", " ".join(places))]


def _facts(data: ox.Store, forms: Sequence[str]) -> Facts:
    facts = Facts(data)
    names = {name for line in _LINES.values() for name in line}
    facts.learn(forms, *(PK + name for name in names), f"{PK}project", f"{PK}repair")
    targets = {t for found in facts.learn_inverse(forms, f"{PK}inForm").values() for t in found}
    results = facts.learn_inverse(targets, f"{PK}resultOf")
    facts.learn(targets, f"{PK}inForm", f"{PK}indicator", f"{PK}unit", f"{PK}repair")
    facts.learn({r for found in results.values() for r in found}, f"{PK}deviationReason")
    named = {thing for t in targets for thing in facts.texts(t, f"{PK}unit")}
    named |= {thing for form in forms for name in _THINGS for thing in facts.texts(form, PK + name)}
    facts.learn(named, _LABEL)
    return facts


def _table(sheet: Sheet, findings: list[Finding], facts: Facts, shapes: Shapes) -> FormTable:
    form = sheet.iri
    placed = place(findings, sheet, shapes)
    rows = tuple(
        _row(row, number, placed.rows[number - 1], facts)
        for number, row in enumerate(sheet.rows, start=1)
    )
    _merge(rows, sheet.rows)
    beside, whole = _beside(sheet, placed)
    counts = [0] * len(SEVERITIES)
    for finding in findings:
        counts[SEVERITIES.index(finding.severity)] += 1
    return FormTable(
        iri=form,
        title=sheet.title,
        year=sheet.year,
        project=Item(sheet.project, facts.first(form, f"{PK}project") or ""),
        document=sheet.document,
        place=sheet.place,
        repairs=tuple(facts.texts(form, f"{PK}repair")),
        cells=_cells(sheet, facts),
        beside=beside,
        whole=whole,
        rows=rows,
        counts=tuple(counts),
        is_evaluated=sheet.is_evaluated,
        has_reasons=any(row.reason for row in rows),
    )


def _cells(sheet: Sheet, facts: Facts) -> dict[str, Item]:
    shown = {field.term: field.value for line in sheet.lines for field in line.fields}
    cells = {}
    for name in (name for line in _LINES.values() for name in line):
        text = shown.get(PK + name)
        if text is None:
            text = "; ".join(facts.texts(sheet.iri, PK + name))
        thing = facts.first(sheet.iri, PK + name) if name in _THINGS else None
        cells[name] = Item(text, thing or "")
    return cells


def _beside(
    sheet: Sheet, placed: Placed
) -> tuple[dict[str, tuple[Finding, ...]], tuple[Finding, ...]]:
    """Return the findings beside each of our lines, and those about the whole form."""
    line_of = {PK + name: line for line, names in _LINES.items() for name in names}
    line_of |= {_TITLE: "name", f"{PK}project": "name"}
    beside: dict[str, list[Finding]] = {line: [] for line in _LINES}
    whole = list(placed.whole)
    for line, found in zip(sheet.lines, placed.lines, strict=True):
        name = next((line_of[f.term] for f in line.fields if f.term in line_of), None)
        (whole if name is None else beside[name]).extend(found)
    return {name: tuple(found) for name, found in beside.items()}, tuple(whole)


def _row(row: Row, number: int, findings: list[Finding], facts: Facts) -> TableRow:
    target = next((n for n in sorted(row.nodes) if facts.texts(n, f"{PK}inForm")), "")
    unit = facts.first(target, f"{PK}unit") or ""
    reasons = (r for n in sorted(row.nodes) for r in facts.texts(n, f"{PK}deviationReason"))
    return TableRow(
        indicator=Item(row.name, facts.first(target, f"{PK}indicator") or ""),
        value=row.value,
        unit=Item(facts.chinese(unit, _LABEL) or "", unit),
        weight=row.weight,
        actual=row.actual,
        score=row.score,
        reason="; ".join(reasons),
        place=row.place,
        repairs=tuple(facts.texts(target, f"{PK}repair")),
        findings=tuple(findings),
        anchor=f"row-{number}",
    )


def _merge(rows: Sequence[TableRow], said: Sequence[Row]) -> None:
    """Give the headings to the first rows that they stand over, as the printed form merges them."""
    numbers = range(len(rows))
    for _, first in groupby(numbers, key=lambda n: said[n].level1):
        below = list(first)
        rows[below[0]].level1 = Heading(said[below[0]].level1, len(below))
        for _, second in groupby(below, key=lambda n: said[n].level2):
            inner = list(second)
            rows[inner[0]].level2 = Heading(said[inner[0]].level2, len(inner))
