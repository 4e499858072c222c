"""Findings as JSON, as RDF and as a table for the terminal."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

import pyoxigraph as ox
from rich.table import Table
from rich.text import Text as Line

from perfkg.identity import Identity
from perfkg.messages import Language, Text
from perfkg.namespaces import DCTERMS, PK, PREFIXES, PROV, RDF, SH, SHAPES, XSD
from perfkg.validation.findings import (
    SEVERITIES,
    Finding,
    SeverityName,
    count_by_severity,
    in_order,
)

SEVERITY_LABELS: Final[dict[SeverityName, Text]] = {
    "Violation": Text("违规", "Violation"),
    "Warning": Text("警告", "Warning"),
    "Info": Text("提示", "Info"),
}
_STYLES: Final[dict[SeverityName, str]] = {
    "Violation": "bold red",
    "Warning": "yellow",
    "Info": "cyan",
}
_PREFIXES: Final = {
    **{name: PREFIXES[name] for name in ("pk", "rdf", "sh", "dcterms", "prov", "xsd")},
    "pks": SHAPES,
}


def to_json(findings: Sequence[Finding]) -> str:
    """Return the list that `perfkg validate --format json` prints."""
    return json.dumps([f.to_json() for f in findings], ensure_ascii=False, indent=2) + "\n"


def to_turtle(findings: Sequence[Finding], base: str) -> str:
    """Return a SHACL validation report without blank nodes; equal findings give equal text."""
    triples = sorted(_triples(findings, Identity(base)), key=str)
    text = ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=_PREFIXES)
    assert text is not None  # noqa: S101 - bytes are returned when no output is given
    return text.decode()


def to_ntriples(findings: Sequence[Finding], base: str) -> list[str]:
    """Return the same report as sorted N-Triples lines, each ending in ` .`."""
    return sorted({f"{triple} ." for triple in _triples(findings, Identity(base))})


def finding_iri(finding: Finding, identity: Identity) -> str:
    """Return the IRI of a finding: what the rule says about the node it was found at."""
    return identity.iri("finding", finding.shape, finding.focus, finding.message.zh)


def _triples(findings: Sequence[Finding], identity: Identity) -> list[ox.Triple]:
    iris = [finding_iri(finding, identity) for finding in findings]
    report = ox.NamedNode(identity.iri("report", *sorted(iris)))
    conforms = ox.Literal("false" if findings else "true", datatype=ox.NamedNode(XSD + "boolean"))
    triples = [
        ox.Triple(report, _node(RDF + "type"), _node(SH + "ValidationReport")),
        ox.Triple(report, _node(SH + "conforms"), conforms),
    ]
    for iri, finding in zip(iris, findings, strict=True):
        triples.append(ox.Triple(report, _node(SH + "result"), ox.NamedNode(iri)))
        triples += _result(ox.NamedNode(iri), finding)
    return triples


def _result(result: ox.NamedNode, finding: Finding) -> list[ox.Triple]:
    nodes = {
        RDF + "type": SH + "ValidationResult",
        SH + "focusNode": finding.focus,
        SH + "resultSeverity": SH + finding.severity,
        SH + "sourceShape": finding.shape,
        SH + "sourceConstraintComponent": finding.links.component,
        DCTERMS + "subject": finding.links.criterion,
        PROV + "wasDerivedFrom": finding.form,
        PK + "ofProject": finding.links.project,
    }
    literals = [
        (SH + "resultMessage", ox.Literal(finding.message.zh, language="zh")),
        (SH + "resultMessage", ox.Literal(finding.message.en, language="en")),
    ]
    if finding.location is not None:
        literals.append((PK + "sourceLocation", ox.Literal(finding.location)))
    triples = [ox.Triple(result, _node(p), ox.NamedNode(o)) for p, o in nodes.items() if o]
    return triples + [ox.Triple(result, _node(p), o) for p, o in literals]


def _node(iri: str) -> ox.NamedNode:
    return ox.NamedNode(iri)


def summary(findings: Sequence[Finding], language: Language) -> str:
    """Return one line with the number of findings of each severity."""
    counts = count_by_severity(findings)
    forms = len({finding.form for finding in findings if finding.form})
    if not findings:
        return Text("没有发现问题。", "Nothing was found.").into(language)
    if language == "zh":
        parts = "，".join(f"{SEVERITY_LABELS[name].zh} {counts[name]}" for name in SEVERITIES)
        return f"{forms} 张表，{len(findings)} 条：{parts}"
    parts = ", ".join(f"{SEVERITY_LABELS[name].en} {counts[name]}" for name in SEVERITIES)
    return f"{_count(len(findings), 'finding')} in {_count(forms, 'form')}: {parts}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def to_table(findings: Sequence[Finding], language: Language) -> Table:
    """Return a table for the terminal: form by form, the gravest first, a summary below."""
    table = Table(
        caption=summary(findings, language), caption_justify="left", caption_style="", expand=False
    )
    for heading in (Text("级别", "severity"), Text("位置", "place")):
        table.add_column(heading.into(language), no_wrap=True)
    table.add_column(Text("说明", "message").into(language), overflow="fold", ratio=1)
    table.add_column(Text("规则", "rule").into(language), no_wrap=True)
    previous: str | None = None
    for number, finding in enumerate(in_order(findings)):
        if number == 0 or finding.form != previous:
            table.add_section()
            table.add_row("", "", Line(_heading(finding), style="bold"), "")
        previous = finding.form
        table.add_row(*_row(finding, language))
    return table


def _heading(finding: Finding) -> str:
    return "  ".join(part for part in (finding.project, finding.document) if part)


def _row(finding: Finding, language: Language) -> tuple[Line, ...]:
    return (
        Line(SEVERITY_LABELS[finding.severity].into(language), style=_STYLES[finding.severity]),
        Line(finding.location or ""),
        Line(finding.message.into(language)),
        Line(finding.rule, style="dim"),
    )
