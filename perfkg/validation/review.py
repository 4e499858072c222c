"""A review: what was checked, by which rules, and what they found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import pyoxigraph as ox

from perfkg.messages import Problem, Text
from perfkg.namespaces import PK, RDF
from perfkg.validation.findings import SEVERITIES, Finding, SeverityName
from perfkg.validation.shapes import Rule, Shapes


@dataclass(frozen=True)
class Review:
    """What the rules found, with everything that a report of it needs.

    Attributes:
        findings: in order.
        shapes: the rules.
        data: what was checked.
        unread: files that were not read whole, each with the reason.
    """

    findings: list[Finding]
    shapes: Shapes
    data: ox.Store
    unread: tuple[tuple[str, Problem], ...] = ()

    @cached_property
    def forms(self) -> int:
        """How many forms were checked."""
        kind, form = ox.NamedNode(f"{RDF}type"), ox.NamedNode(f"{PK}Form")
        return sum(1 for _ in self.data.quads_for_pattern(None, kind, form, ox.DefaultGraph()))

    @cached_property
    def by_form(self) -> dict[str, list[Finding]]:
        """The findings about one form each, by its IRI, in order."""
        found: dict[str, list[Finding]] = {}
        for finding in self.findings:
            if finding.form is not None:
                found.setdefault(finding.form, []).append(finding)
        return found

    @property
    def across_forms(self) -> list[Finding]:
        """The findings that are about no single form."""
        return [finding for finding in self.findings if finding.form is None]

    @cached_property
    def rules(self) -> list[Rule]:
        """The rules, the gravest first."""
        rules = self.shapes.rules.values()
        return sorted(rules, key=lambda rule: (SEVERITIES.index(rule.severity), rule.name))

    def criterion(self, name: str) -> Text:
        """Return a criterion, named in Chinese, in both languages."""
        known = {
            rule.criterion.label.zh: rule.criterion.label for rule in self.rules if rule.criterion
        }
        return known.get(name, Text(name, name))

    def by_criterion(self) -> list[Count]:
        """Count by the criterion that a finding fails, in Chinese."""
        return _counted(self.findings, lambda finding: finding.criterion)

    def by_department(self) -> list[Count]:
        """Count by the department that answers for the form.

        Findings that are about no single form are counted under the empty name.
        """
        return _counted(self.findings, lambda f: f.department if f.form is not None else "")

    def by_rule(self) -> dict[str, Count]:
        """Count by the IRI of the rule."""
        counts = _counted(self.findings, lambda finding: finding.shape)
        return {count.key: count for count in counts if count.key is not None}


@dataclass(frozen=True, slots=True)
class Count:
    """How much was found under one heading.

    Attributes:
        key: the heading; None for findings without one.
        severities: number of findings of each severity, the gravest first.
        forms: how many forms they are about.
    """

    key: str | None
    severities: tuple[int, ...]
    forms: int

    @property
    def total(self) -> int:
        """All findings under the heading."""
        return sum(self.severities)


def _counted(findings: Iterable[Finding], key: Callable[[Finding], str | None]) -> list[Count]:
    """Return the counts, those with the gravest findings first."""
    numbers: dict[str | None, Counter[SeverityName]] = {}
    forms: dict[str | None, set[str]] = {}
    for finding in findings:
        numbers.setdefault(key(finding), Counter())[finding.severity] += 1
        forms.setdefault(key(finding), set()).update(_forms(finding))
    counts = [
        Count(name, tuple(found[severity] for severity in SEVERITIES), len(forms[name]))
        for name, found in numbers.items()
    ]
    return sorted(counts, key=lambda c: ([-n for n in c.severities], c.key is None, c.key or ""))


def _forms(finding: Finding) -> Iterator[str]:
    if finding.form is not None:
        yield finding.form
    yield from finding.links.forms
