"""Reading from the graph what the directory of a generation is made of.

Scans of one property each, which an engine answers fastest: a join of half a dozen properties of
every form takes several times as long.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from perfkg.messages import Text
from perfkg.namespaces import SH
from perfkg.server.browse.entries import FormEntry
from perfkg.validation.findings import SEVERITIES

Ask = Callable[[str], Iterable[tuple[str, ...]]]
"""Answers a SELECT query with texts, "" for what is not bound."""

_FORMS: Final = "SELECT ?form { ?form a pk:Form }"
_EVALUATIONS: Final = "SELECT ?form { ?form a pk:SelfEvaluationForm }"
_PROPERTY: Final = "SELECT ?form ?value {{ ?form {} ?value }}"
_NAMES: Final = "SELECT ?thing ?name (LANG(?name) AS ?language) { ?thing skos:prefLabel ?name }"
_USES: Final = (
    "SELECT ?indicator (COUNT(*) AS ?uses) { ?row pk:indicator ?indicator } GROUP BY ?indicator"
)
_TARGETS: Final = "SELECT (COUNT(?target) AS ?count) {{ ?target a pk:{} }}"
_IN_REVIEW: Final = "SELECT ?finding ?value {{ GRAPH <{}> {{ ?finding {} ?value }} }}"
_REPORT: Final = "SELECT ?report {{ GRAPH <{}> {{ ?report a sh:ValidationReport }} }} LIMIT 1"


@dataclass(frozen=True, slots=True)
class Found:
    """A finding: its IRI, rule, severity by rank, and the numbers of the forms it is about."""

    iri: str
    rule: str
    rank: int
    forms: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Gathered:
    """What one generation says.

    Attributes:
        names: what things are called, by IRI.
        forms: the latest first, then by title; their numbers are their places here.
        findings: the gravest first, then by rule and form.
        uses: how many rows of forms have an indicator.
        numbers, words: targets that are quantitative and qualitative.
        is_validated: whether there is a review.
    """

    names: Mapping[str, Text]
    forms: list[FormEntry]
    findings: list[Found]
    uses: Mapping[str, int]
    numbers: int
    words: int
    is_validated: bool


def gather(ask: Ask, validation: str) -> Gathered:
    """Ask for everything.

    Args:
        ask: the graph, which must stay the same while it is asked.
        validation: IRI of the graph of findings.
    """
    forms = _read_forms(ask)
    is_validated = any(True for _ in ask(_REPORT.format(validation)))
    numbers, words = (
        int(next(iter(ask(_TARGETS.format(kind))))[0])
        for kind in ("QuantitativeTarget", "QualitativeTarget")
    )
    return Gathered(
        names=_read_names(ask),
        forms=forms,
        findings=_read_findings(ask, validation, forms) if is_validated else [],
        uses={iri: int(count) for iri, count in ask(_USES)},
        numbers=numbers,
        words=words,
        is_validated=is_validated,
    )


def _read_names(ask: Ask) -> dict[str, Text]:
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for thing, name, language in ask(_NAMES):
        found[thing][language] = min(name, found[thing].get(language, name))
    return {thing: _text(names) for thing, names in found.items()}


def _text(names: Mapping[str, str]) -> Text:
    some = names[min(names)]
    zh = names.get("zh") or names.get("") or some
    return Text(zh, names.get("en") or zh)


def _read_forms(ask: Ask) -> list[FormEntry]:
    evaluations = {iri for (iri,) in ask(_EVALUATIONS)}
    title, year, request, project, department, unit, nature = (
        dict(_pairs(ask, _PROPERTY.format(name)))
        for name in (
            "dcterms:title",
            "pk:year",
            "pk:annualRequest",
            "pk:project",
            "pk:supervisingDepartment",
            "pk:implementingUnit",
            "pk:projectNature",
        )
    )
    entries = [
        FormEntry(
            iri=iri,
            title=title.get(iri, ""),
            is_evaluation=iri in evaluations,
            year=int(year[iri]) if iri in year else None,
            request=Decimal(request[iri]) if iri in request else None,
            project=project.get(iri, ""),
            department=department.get(iri, ""),
            unit=unit.get(iri, ""),
            nature=nature.get(iri, ""),
        )
        for (iri,) in ask(_FORMS)
    ]
    entries.sort(key=lambda form: (-(form.year or 0), form.title, form.iri))
    return entries


def _read_findings(ask: Ask, validation: str, forms: list[FormEntry]) -> list[Found]:
    ranks = {f"{SH}{name}": rank for rank, name in enumerate(SEVERITIES)}
    numbers = {form.iri: number for number, form in enumerate(forms)}
    shared: dict[str, str] = {}
    # A million IRIs are kept once, what else is known of them by their places.
    rules = {
        finding: shared.setdefault(rule, rule)
        for finding, rule in _review(ask, validation, "sh:sourceShape")
    }
    places = {finding: place for place, finding in enumerate(rules)}
    rank = bytearray(len(places))
    for finding, severity in _review(ask, validation, "sh:resultSeverity"):
        if finding in places:
            rank[places[finding]] = ranks.get(severity, 0)
    about: dict[int, list[int]] = defaultdict(list)
    for finding, form in _review(ask, validation, "prov:wasDerivedFrom"):
        if finding in places and form in numbers:
            about[places[finding]].append(numbers[form])
    found = [
        Found(finding, rule, rank[place], tuple(sorted(about.pop(place, ()))))
        for place, (finding, rule) in enumerate(rules.items())
    ]
    found.sort(key=lambda one: (one.rank, one.rule, one.forms, one.iri))
    return found


def _review(ask: Ask, validation: str, name: str) -> Iterator[tuple[str, str]]:
    return _pairs(ask, _IN_REVIEW.format(validation, name))


def _pairs(ask: Ask, text: str) -> Iterator[tuple[str, str]]:
    return ((first, second) for first, second in ask(text))
