"""A review as one page of HTML: no script, nothing from elsewhere, equal bytes for equal data."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from perfkg import __version__
from perfkg.messages import Language, Text
from perfkg.results.cells import plain
from perfkg.validation import words
from perfkg.validation.findings import SEVERITIES, Finding, count_by_severity
from perfkg.validation.placing import Placed, place
from perfkg.validation.review import Count, Review
from perfkg.validation.sheet import Sheet, Sheets

MOST_FORMS: Final = 200
"""Forms that are laid out; a page with more is of no use in a browser."""
MOST_ROWS: Final = 50
"""Rows of the tables by department and of findings across forms."""
_MOST_NAMES: Final = 5
"""Forms that a finding across forms names."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One form of the report.

    Attributes:
        anchor: where it stands in the page.
        sheet: what it says. placed: its findings by place.
        severities: how many of each severity.
        department: who answers for it.
    """

    anchor: str
    sheet: Sheet
    placed: Placed
    severities: tuple[int, ...]
    department: str | None


@dataclass(frozen=True, slots=True)
class Across:
    """A finding about several forms: the first of them by name, and how many more there are."""

    finding: Finding
    projects: tuple[str, ...]
    more: int


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("perfkg.validation"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: plain(value) if type(value) is str else value,
    )
    environment.globals.update(zip=zip, severities=SEVERITIES, words=words, version=__version__)
    return environment


def to_html(review: Review, language: Language) -> bytes:
    """Return the page.

    Args:
        review: what to report.
        language: of headings and messages; English headings stand beside the Chinese ones.
    """
    style = _style()
    found = review.by_form
    chosen = _chosen(found)
    entries = _entries(review, chosen)
    departments = review.by_department()
    page = (
        _environment()
        .get_template("report.html")
        .render(
            language=language,
            say=lambda text: text.into(language),
            both=lambda text: _both(text, language),
            department=lambda name: words.department(name).into(language),
            style=Markup(style),  # noqa: S704 - a file of ours
            policy=_policy(style),
            review=review,
            counts=count_by_severity(review.findings),
            criteria=review.by_criterion(),
            departments=departments[:MOST_ROWS],
            department_count=len(departments),
            rules=_rules(review),
            anchors={rule.iri: f"rule-{n}" for n, rule in enumerate(review.rules, start=1)},
            entries=entries,
            form_count=len(found),
            across=_across(review),
            across_count=len(review.across_forms),
        )
    )
    return page.encode()


def _style() -> str:
    loader = _environment().loader
    assert loader is not None  # noqa: S101 - it was given one
    return loader.get_source(_environment(), "report.css")[0]


def _policy(style: str) -> str:
    """Return a content security policy that allows this style sheet and nothing else."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def _both(text: Text, language: Language) -> str | Markup:
    """Return a heading; an English one has the Chinese one beside it, as the forms print it."""
    if language == "zh" or text.zh == text.en:
        return text.zh
    return Markup('{} <span class="zh" lang="zh-CN">{}</span>').format(text.en, text.zh)


def _chosen(found: dict[str, list[Finding]]) -> list[str]:
    """Return the forms to lay out: the gravest ones, in the order in which they stand."""
    forms = list(found)
    if len(forms) <= MOST_FORMS:
        return forms
    counts = {form: [-n for n in count_by_severity(found[form]).values()] for form in forms}
    gravest = set(sorted(forms, key=lambda form: counts[form])[:MOST_FORMS])
    return [form for form in forms if form in gravest]


def _entries(review: Review, forms: Sequence[str]) -> list[Entry]:
    sheets = Sheets(review.data, forms)
    entries = []
    for number, form in enumerate(forms, start=1):
        sheet, findings = sheets.sheet(form), review.by_form[form]
        entries.append(
            Entry(
                anchor=f"form-{number}",
                sheet=sheet,
                placed=place(findings, sheet, review.shapes),
                severities=tuple(count_by_severity(findings).values()),
                department=findings[0].department,
            )
        )
    return entries


def _rules(review: Review) -> list[Count]:
    """Return how often each rule found something, the gravest first; only those that did."""
    counts = review.by_rule()
    return [counts[rule.iri] for rule in review.rules if rule.iri in counts] + [
        count for iri, count in sorted(counts.items()) if iri not in review.shapes.rules
    ]


def _across(review: Review) -> list[Across]:
    shown = review.across_forms[:MOST_ROWS]
    sheets = Sheets(
        review.data, {f for finding in shown for f in finding.links.forms[:_MOST_NAMES]}
    )
    return [
        Across(
            finding,
            tuple(sheets.sheet(form).project for form in finding.links.forms[:_MOST_NAMES]),
            max(0, len(finding.links.forms) - _MOST_NAMES),
        )
        for finding in shown
    ]
