"""Findings as a SHACL validation report, and back: the validation graph of a store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import pyoxigraph as ox

from perfkg.graph import ntriples as nt
from perfkg.identity import Identity
from perfkg.messages import Text
from perfkg.namespaces import DCTERMS, PK, PREFIXES, PROV, RDF, SH, SHAPES
from perfkg.validation.engine import Result
from perfkg.validation.findings import Finding
from perfkg.validation.shapes import severity_name

_PREFIXES: Final = {
    **{name: PREFIXES[name] for name in ("pk", "rdf", "sh", "dcterms", "prov", "xsd")},
    "pks": SHAPES,
}
_TYPE: Final = ox.NamedNode(f"{RDF}type")
_RESULTS: Final = """
SELECT ?focus ?shape ?severity ?component ?constraint ?value ?path ?zh ?en WHERE { GRAPH %s {
  ?result sh:focusNode ?focus ; sh:sourceShape ?shape ; sh:resultSeverity ?severity ;
    sh:sourceConstraintComponent ?component ; sh:resultMessage ?zh , ?en .
  FILTER (LANG(?zh) = "zh" && LANG(?en) = "en")
  OPTIONAL { ?result sh:sourceConstraint ?constraint }
  OPTIONAL { ?result sh:value ?value }
  OPTIONAL { ?result sh:resultPath ?path }
} }"""


def to_turtle(findings: Sequence[Finding], base: str) -> str:
    """Return a SHACL validation report; equal findings give equal text.

    Its IRI follows from the findings in it, so that reports on different forms can be put together.
    """
    identity = Identity(base)
    report = identity.iri("report", *sorted(finding_iri(f, identity) for f in findings))
    lines = "\n".join(sorted(set(_lines(findings, identity, report))))
    triples = (quad.triple for quad in ox.parse(lines, format=ox.RdfFormat.N_TRIPLES))
    text = ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=_PREFIXES)
    assert text is not None  # noqa: S101 - bytes are returned when no output is given
    return text.decode()


def to_ntriples(findings: Iterable[Finding], base: str) -> Iterator[str]:
    """Yield the report on a store as N-Triples lines, each ending in ` .`; one may come twice.

    Its IRI is always the same, so that one more finding changes a few statements and not all.
    """
    identity = Identity(base)
    return _lines(findings, identity, identity.iri("report", "validation"))


def finding_iri(finding: Finding, identity: Identity) -> str:
    """Return the IRI of a finding: what the rule says about the node it was found at."""
    return identity.iri("finding", finding.shape, finding.focus, finding.message.zh)


def _lines(findings: Iterable[Finding], identity: Identity, report: str) -> Iterator[str]:
    yield nt.statement(report, f"{RDF}type", f"<{SH}ValidationReport>")
    conforms = "true"
    for finding in findings:
        conforms = "false"
        iri = finding_iri(finding, identity)
        yield nt.statement(report, f"{SH}result", f"<{iri}>")
        for name, term in _said_of(finding):
            yield nt.statement(iri, name, term)
    yield nt.statement(report, f"{SH}conforms", nt.typed(conforms, "boolean"))


def _said_of(finding: Finding) -> Iterator[tuple[str, str]]:
    """Yield property and term of everything that is said of one result."""
    links = finding.links
    yield f"{RDF}type", f"<{SH}ValidationResult>"
    yield f"{SH}focusNode", f"<{finding.focus}>" if links.node is None else str(links.node)
    yield f"{SH}resultSeverity", f"<{SH}{finding.severity}>"
    yield f"{SH}sourceShape", f"<{finding.shape}>"
    yield f"{SH}resultMessage", nt.text(finding.message.zh, "zh")
    yield f"{SH}resultMessage", nt.text(finding.message.en, "en")
    nodes = (
        (f"{SH}sourceConstraintComponent", links.component),
        (f"{SH}sourceConstraint", links.constraint),
        (f"{SH}resultPath", links.path),
        (f"{DCTERMS}subject", links.criterion),
        (f"{PK}ofProject", links.project),
        (f"{PK}indicator", links.indicator),
        *((f"{PROV}wasDerivedFrom", form) for form in (finding.form, *links.forms)),
    )
    yield from ((name, f"<{iri}>") for name, iri in nodes if iri)
    if links.value is not None:
        yield f"{SH}value", str(links.value)
    if finding.location is not None:
        yield f"{PK}sourceLocation", nt.text(finding.location)


def results_in(data: ox.Store, graph: str) -> list[Result] | None:
    """Return the results that a validation graph holds; None when it holds no report.

    Together with `perfkg.validation.telling.tell` they are the findings again, without running the
    rules.
    """
    place = ox.NamedNode(graph)
    report = ox.NamedNode(f"{SH}ValidationReport")
    if next(data.quads_for_pattern(None, _TYPE, report, place), None) is None:
        return None
    found = data.query(_RESULTS % place, prefixes={"sh": SH})
    assert isinstance(found, ox.QuerySolutions)  # noqa: S101 - it is a SELECT
    return [_result(solution) for solution in found]


def _result(said: ox.QuerySolution) -> Result:
    constraint, path = said["constraint"], said["path"]
    return Result(
        focus=said["focus"],
        shape=said["shape"],
        severity=severity_name(said["severity"].value),
        component=said["component"].value,
        constraint=constraint,
        value=said["value"],
        path=None if path is None else path.value,
        message=Text(said["zh"].value, said["en"].value),
    )
