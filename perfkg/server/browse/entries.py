"""What lists, searches and counts tell of a form, a thing and a finding."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class FormEntry:
    """A form as lists show it.

    Attributes:
        iri: of the form. title: 项目名称. is_evaluation: whether it is a 绩效自评表.
        year: 预算年度. request: 年度资金申请总额, yuan. None: the form does not say.
        project, department, unit, nature: IRIs, "" where the form states none.
        counts: findings about it by severity, the gravest first.
    """

    iri: str
    title: str
    is_evaluation: bool
    year: int | None
    request: Decimal | None
    project: str
    department: str
    unit: str
    nature: str
    counts: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Summary:
    """A project, department, unit or indicator as lists show it.

    Attributes:
        iri: of the thing. uses: rows of forms with the indicator; 0 for the others.
        forms, projects: how many there are of it. years: 预算年度, the latest first.
        money: what is requested for all years, yuan; None where no form states it.
        unit: who carries out its latest form, or who answers for it; "" where nobody is stated.
        counts: findings about its forms by severity; one about several of them counts once.
    """

    iri: str
    uses: int = 0
    forms: int = 0
    projects: int = 0
    years: tuple[int, ...] = ()
    money: Decimal | None = None
    unit: str = ""
    counts: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class FindingEntry:
    """A finding as the board lists it.

    Attributes:
        iri, rule: IRIs. rank: of its severity, 0 for the gravest.
        forms: IRIs of the first few forms that it is about. form_count: how many these are.
    """

    iri: str
    rule: str
    rank: int
    forms: tuple[str, ...]
    form_count: int


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a filter: what is sent, the thing it stands for, how many forms it leaves."""

    value: str
    iri: str
    count: int


@dataclass(frozen=True, slots=True)
class Totals:
    """The graph in figures.

    Attributes:
        forms, projects, units: how many there are. years: 预算年度, the earliest first.
        numbers, words: targets that are quantitative and qualitative.
        money: requested in all forms, yuan; None where no form states it.
        is_validated: whether the store holds a review, be it one that found nothing.
        findings: by severity, the gravest first.
    """

    forms: int
    projects: int
    units: int
    years: tuple[int, ...]
    numbers: int
    words: int
    money: Decimal | None
    is_validated: bool
    findings: tuple[int, ...]


def money(forms: Iterable[FormEntry]) -> Decimal | None:
    """Sum the annual requests; None where no form states one.

    A project and year that have both a form and its self-evaluation count once, by the form.
    """
    found: dict[tuple[str, int | None], tuple[bool, Decimal]] = {}
    for form in forms:
        if form.request is not None:
            key, known = (form.project or form.iri, form.year), (form.is_evaluation, form.request)
            found[key] = min(found.get(key, known), known)
    return sum((amount for _, amount in found.values()), Decimal()) if found else None
