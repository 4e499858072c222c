"""What a rule found: one finding, in the words and at the place of the form."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

import pyoxigraph as ox

from perfkg.messages import Text

SeverityName = Literal["Violation", "Warning", "Info"]
SEVERITIES: Final[tuple[SeverityName, ...]] = ("Violation", "Warning", "Info")
"""From the gravest to the lightest, by the local names of SHACL."""

_DIGITS = re.compile(r"([0-9]+)")


@dataclass(frozen=True, slots=True)
class Links:
    """Nodes behind a finding that its RDF names and its JSON leaves out.

    Attributes:
        criterion: IRI of the criterion of the review.
        project: IRI of the project of the form.
        indicator: IRI of the indicator that it is about.
        forms: IRIs of the forms of a finding that is about no single one: those that use the
            indicator it is about.
        component: IRI of the SHACL constraint component that was not met.
        constraint: IRI of the SPARQL constraint that was not met.
        path: IRI of the property whose values were checked.
        value: the value that was found wrong.
        node: what was checked, where it is a literal and `Finding.focus` only its text.
    """

    criterion: str | None = None
    project: str | None = None
    indicator: str | None = None
    forms: tuple[str, ...] = ()
    component: str | None = None
    constraint: str | None = None
    path: str | None = None
    value: ox.NamedNode | ox.BlankNode | ox.Literal | None = None
    node: ox.BlankNode | ox.Literal | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that one rule says about one node of the graph.

    Attributes:
        rule: name of the rule, such as `rate-unit`.
        shape: IRI of the rule.
        severity: how grave it is.
        message: what is wrong and what to write instead.
        criterion: the criterion of the review that it fails, in Chinese: 完整性, 相关性 …
        project: the project name as the form prints it.
        indicator: the indicator that it is about; None for the form as a whole.
        value: the target value as printed; None for the form as a whole.
        form: IRI of the form.
        focus: IRI of the form, the target or whatever else was checked.
        document: file name of the source; several are joined by `; `.
        location: place in the source that a person can follow.
        department: who answers for the form: 主管部门, else 实施单位.
        links: nodes that only the RDF of the finding names.
    """

    rule: str
    shape: str
    severity: SeverityName
    message: Text
    criterion: str | None
    project: str | None
    indicator: str | None
    value: str | None
    form: str | None
    focus: str
    document: str | None
    location: str | None
    department: str | None = None
    links: Links = Links()

    @property
    def is_about_form(self) -> bool:
        """Whether it is about the form as a whole or a field of it, not about one of its rows."""
        return self.focus == self.form

    def to_json(self) -> dict[str, object]:
        """Return the object that `perfkg validate --format json` prints."""
        return {
            "rule": self.rule,
            "shape": self.shape,
            "severity": self.severity,
            "message": {"zh": self.message.zh, "en": self.message.en},
            "criterion": self.criterion,
            "project": self.project,
            "indicator": self.indicator,
            "value": self.value,
            "form": self.form,
            "forms": [self.form] if self.form else list(self.links.forms),
            "focus": self.focus,
            "document": self.document,
            "location": self.location,
        }


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Return `findings` form by form, the gravest first, then as they stand in the document.

    Forms follow one another by document and by the first place in it that has a finding; what is
    about no single form comes last.
    """
    rest = list(findings)
    first: dict[str, _Place] = {}
    for finding in rest:
        place = _place(finding.location)
        form = finding.form or ""
        first[form] = min(first.get(form, place), place)
    return sorted(rest, key=lambda finding: _rank(finding, first[finding.form or ""]))


class Tally:
    """How many findings there are, without the findings.

    Attributes:
        severities: how many of each severity, the gravest first, zeros included.
        forms: the IRIs of the forms that they are about.
    """

    def __init__(self, findings: Iterable[Finding] = ()) -> None:
        """Count some findings."""
        self.severities = count_by_severity(())
        self.forms: set[str] = set()
        self.add(findings)

    def add(self, findings: Iterable[Finding]) -> None:
        """Count some more."""
        for finding in findings:
            self.severities[finding.severity] += 1
            if finding.form is not None:
                self.forms.add(finding.form)

    @property
    def total(self) -> int:
        """All findings."""
        return sum(self.severities.values())


def count_by_severity(findings: Iterable[Finding]) -> dict[SeverityName, int]:
    """Return the number of findings of each severity, the gravest first, zeros included."""
    counts: dict[SeverityName, int] = dict.fromkeys(SEVERITIES, 0)
    for finding in findings:
        counts[finding.severity] += 1
    return counts


_Place = tuple[tuple[int, str], ...]


@lru_cache(maxsize=16384)
def _place(location: str | None) -> _Place:
    """Return a key that puts `line 9` before `line 19`."""
    pieces = _DIGITS.split(location or "")
    return tuple((int(piece), "") if piece.isdigit() else (0, piece) for piece in pieces)


def _rank(finding: Finding, form_place: _Place) -> tuple[object, ...]:
    return (
        finding.form is None,
        _place(finding.document),
        form_place,
        finding.form or "",
        SEVERITIES.index(finding.severity),
        _place(finding.location),
        finding.rule,
        finding.focus,
        finding.message.zh,
        finding.message.en,
    )
