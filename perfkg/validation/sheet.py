"""Forms as the official table shows them, read back from the graph, many at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

import pyoxigraph as ox

from perfkg.messages import Text
from perfkg.namespaces import DCTERMS, PK, PROV, RDF, SCHEMA, SKOS
from perfkg.validation.facts import Facts

_TITLE: Final = f"{DCTERMS}title"
_LABEL: Final = f"{SKOS}prefLabel"
_SOURCE: Final = f"{PROV}hadPrimarySource"
_AMOUNTS: Final = {
    PK + name
    for name in (
        "projectTotal",
        "projectFiscal",
        "projectOther",
        "annualRequest",
        "annualAppropriation",
        "carriedOver",
        "annualOther",
        "initialBudget",
        "adjustedBudget",
        "executedBudget",
    )
}
_THINGS: Final = {
    PK + name
    for name in (
        "supervisingDepartment",
        "implementingUnit",
        "projectNature",
        "projectCategory",
    )
}


@dataclass(frozen=True, slots=True)
class Field:
    """One labelled cell of the upper part of the form.

    Attributes:
        term: IRI of its property.
        label: as the official form prints it.
        value: as it is shown.
    """

    term: str
    label: Text
    value: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the upper part; `is_usual` when the form has it even if it is empty."""

    fields: tuple[Field, ...]
    is_usual: bool

    @property
    def terms(self) -> frozenset[str]:
        """The properties in it."""
        terms = frozenset(field.term for field in self.fields)
        return terms | {f"{PK}project"} if _TITLE in terms else terms

    @property
    def part(self) -> str:
        """The part of the form that it belongs to: all amounts are one."""
        return "funds" if self.terms & _AMOUNTS else self.fields[0].term


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the indicator table.

    Attributes:
        nodes: IRIs of the target and its result.
        level1, level2, name: 一级指标, 二级指标, 三级指标.
        value: 指标值 as printed. weight, actual, score: 分值, 实际完成值, 得分.
        place: where it stands in the source.
    """

    nodes: frozenset[str]
    level1: str
    level2: str
    name: str
    value: str
    weight: str
    actual: str
    score: str
    place: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """One form.

    Attributes:
        iri: of the form. title: what kind of form it is. year: 预算年度.
        project: 项目名称. document: file names. place: where it stands in the source.
        lines: the upper part. rows: the indicator table.
    """

    iri: str
    title: Text
    year: str
    project: str
    document: str
    place: str
    lines: tuple[Line, ...]
    rows: tuple[Row, ...]

    @property
    def is_evaluated(self) -> bool:
        """Whether a row has a weight, a result or a score."""
        return any(row.weight or row.actual or row.score for row in self.rows)


_TITLES: Final = {
    f"{PK}TargetForm": Text("绩效目标申报表", "Performance target form"),
    f"{PK}SelfEvaluationForm": Text("绩效自评表", "Self-evaluation form"),
}
_USUAL: Final = (
    ((_TITLE, Text("项目名称", "Project")),),
    (
        (f"{PK}projectNature", Text("项目性质", "Nature")),
        (f"{PK}projectCategory", Text("项目类别", "Category")),
    ),
    (
        (f"{PK}supervisingDepartment", Text("主管部门", "Supervising department")),
        (f"{PK}implementingUnit", Text("实施单位", "Implementing unit")),
    ),
    (
        (f"{PK}plannedStart", Text("计划开始日期", "Planned start")),
        (f"{PK}plannedEnd", Text("计划完成日期", "Planned end")),
    ),
    (
        (f"{PK}projectTotal", Text("项目资金总额（元）", "Project total (yuan)")),
        (f"{PK}annualRequest", Text("年度资金申请总额（元）", "Annual request (yuan)")),
    ),
    (
        (f"{PK}projectFiscal", Text("其中：财政资金", "of which fiscal")),
        (f"{PK}annualAppropriation", Text("其中：当年财政拨款", "of which appropriated")),
    ),
    (
        ("", Text("", "")),
        (f"{PK}carriedOver", Text("上年结转资金", "Carried over")),
    ),
    (
        (f"{PK}projectOther", Text("其他资金", "Other")),
        (f"{PK}annualOther", Text("其他资金", "Other")),
    ),
    ((f"{PK}longTermGoal", Text("项目总目标", "Long-term goal")),),
    ((f"{PK}annualGoal", Text("年度总体目标", "Annual goal")),),
)
_EVALUATED: Final = (
    (
        (f"{PK}initialBudget", Text("年初预算数（元）", "Initial budget (yuan)")),
        (f"{PK}adjustedBudget", Text("全年预算数（元）", "Adjusted budget (yuan)")),
    ),
    (
        (f"{PK}executedBudget", Text("全年执行数（元）", "Executed (yuan)")),
        (f"{PK}executionRate", Text("执行率（%）", "Execution rate (%)")),
    ),
    (
        (f"{PK}executionWeight", Text("执行率分值", "Weight of execution")),
        (f"{PK}executionScore", Text("执行率得分", "Score of execution")),
    ),
    ((f"{PK}totalScore", Text("总分", "Total score")),),
)
_TERMS: Final = tuple(term for line in (*_USUAL, *_EVALUATED) for term, _ in line if term)


class Sheets:
    """Reads forms from the graph.

    Args:
        data: the database.
        forms: IRIs of the forms that will be asked for.
    """

    def __init__(self, data: ox.Store, forms: Iterable[str]) -> None:
        """Look everything up."""
        wanted = sorted(set(forms))
        self._facts = Facts(data)
        self._targets = self._facts.learn_inverse(wanted, f"{PK}inForm")
        targets = {target for found in self._targets.values() for target in found}
        self._results = self._facts.learn_inverse(targets, f"{PK}resultOf")
        self._learn(wanted, targets)

    def _learn(self, forms: list[str], targets: set[str]) -> None:
        facts, learn = self._facts, self._facts.learn
        learn(forms, *_TERMS, f"{RDF}type", f"{PK}year", f"{PK}sourceLocation", _SOURCE)
        learn({d for form in forms for d in facts.texts(form, _SOURCE)}, f"{SCHEMA}name")
        levels = (f"{PK}level1", f"{PK}level2", f"{PK}indicator")
        learn(targets, *levels, f"{PK}position", f"{PK}weight", f"{PK}sourceLocation")
        results = {result for found in self._results.values() for result in found}
        learn(targets | results, f"{PK}rawText", f"{PK}score")
        named = {name for t in targets for level in levels for name in facts.texts(t, level)}
        named |= {name for form in forms for term in _THINGS for name in facts.texts(form, term)}
        learn(named, _LABEL)

    def sheet(self, form: str) -> Sheet:
        """Return one of the forms."""
        facts = self._facts
        kinds = facts.texts(form, f"{RDF}type")
        title = next((_TITLES[k] for k in kinds if k in _TITLES), Text("绩效表", "Form"))
        sources = facts.texts(form, _SOURCE)
        rows = sorted(
            (self._row(target) for target in self._targets.get(form, ())), key=lambda row: row[0]
        )
        return Sheet(
            iri=form,
            title=title,
            year=self._text(form, f"{PK}year"),
            project=self._text(form, _TITLE),
            document="; ".join(n for s in sources for n in facts.texts(s, f"{SCHEMA}name")),
            place=self._text(form, f"{PK}sourceLocation"),
            lines=tuple(self._lines(form)),
            rows=tuple(row for _, row in rows),
        )

    def _lines(self, form: str) -> Iterable[Line]:
        for kept, lines in ((True, _USUAL), (False, _EVALUATED)):
            for line in lines:
                fields = tuple(Field(t, label, self._shown(form, t)) for t, label in line)
                if kept or any(field.value for field in fields):
                    yield Line(fields, kept)

    def _shown(self, form: str, term: str) -> str:
        if term in _THINGS:
            return self._names(form, term)
        if term in _AMOUNTS:
            return "; ".join(_amount(text) for text in self._facts.texts(form, term))
        return self._text(form, term)

    def _row(self, target: str) -> tuple[tuple[int, str], Row]:
        results = self._results.get(target, [])
        row = Row(
            nodes=frozenset([target, *results]),
            level1=self._names(target, f"{PK}level1"),
            level2=self._names(target, f"{PK}level2"),
            name=self._names(target, f"{PK}indicator"),
            value=self._text(target, f"{PK}rawText"),
            weight=self._text(target, f"{PK}weight"),
            actual="; ".join(self._text(result, f"{PK}rawText") for result in results),
            score="; ".join(self._text(result, f"{PK}score") for result in results),
            place=self._text(target, f"{PK}sourceLocation"),
        )
        position = self._facts.first(target, f"{PK}position") or ""
        return (int(position) if position.isdecimal() else 0, target), row

    def _text(self, subject: str, term: str) -> str:
        return "; ".join(self._facts.texts(subject, term))

    def _names(self, subject: str, term: str) -> str:
        """Return the names of the things that are the values, or their IRIs without a name."""
        found = self._facts.texts(subject, term)
        return "; ".join(self._facts.chinese(thing, _LABEL) or thing for thing in found)


def _amount(text: str) -> str:
    """Return an amount as people read it: 470,000.00."""
    try:
        return f"{Decimal(text):,.2f}"
    except InvalidOperation:
        return text
