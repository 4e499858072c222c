"""What validation gives: results, and the standard report made of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pyoxigraph as ox

from perfkg.shacl.paths import Path, to_rdf
from perfkg.shacl.terms import TYPE, Term, sh, xsd


@dataclass(frozen=True, slots=True)
class Result:
    """One validation result (https://www.w3.org/TR/shacl/#results-validation-result).

    Attributes:
        focus_node: the node that was validated.
        path: the path of the property shape, or what the query gave as `?path`; None for a node
            shape. Its text is a SPARQL property path.
        value: the value at fault, None where no single value is.
        component: IRI of the constraint component.
        severity: IRI of the severity.
        source_shape: the shape.
        source_constraint: the SPARQL constraint, None for any other.
        messages: texts with their language tags, None for a text without one.
    """

    focus_node: Term
    path: Path | None
    value: Term | None
    component: ox.NamedNode
    severity: ox.NamedNode
    source_shape: ox.NamedNode | ox.BlankNode
    source_constraint: ox.NamedNode | ox.BlankNode | None
    messages: tuple[tuple[str, str | None], ...]


def in_order(results: Iterable[Result]) -> list[Result]:
    """Return results by focus node, then by shape, component, path and value."""
    return sorted(results, key=_rank)


def _rank(result: Result) -> tuple[str, ...]:
    return (
        str(result.focus_node),
        str(result.source_shape),
        result.component.value,
        str(result.source_constraint or ""),
        str(result.path or ""),
        str(result.value or ""),
        *(text for text, _ in result.messages),
    )


def to_report(results: Iterable[Result]) -> list[ox.Triple]:
    """Return the sh:ValidationReport of these results, with a blank node for each.

    >>> [str(triple.predicate).rsplit("#")[-1] for triple in to_report([])]
    ['type>', 'conforms>']
    """
    found = list(results)
    report = ox.BlankNode()
    conforms = ox.Literal("false" if found else "true", datatype=xsd("boolean"))
    triples = [
        ox.Triple(report, TYPE, sh("ValidationReport")),
        ox.Triple(report, sh("conforms"), conforms),
    ]
    for result in found:
        triples += _described(result, report)
    return triples


def _described(result: Result, report: ox.BlankNode) -> list[ox.Triple]:
    node = ox.BlankNode()
    path, triples = (None, []) if result.path is None else to_rdf(result.path)
    values: dict[str, Term | None] = {
        "focusNode": result.focus_node,
        "resultPath": path,
        "value": result.value,
        "resultSeverity": result.severity,
        "sourceShape": result.source_shape,
        "sourceConstraintComponent": result.component,
        "sourceConstraint": result.source_constraint,
    }
    return [
        ox.Triple(report, sh("result"), node),
        ox.Triple(node, TYPE, sh("ValidationResult")),
        *(ox.Triple(node, sh(name), value) for name, value in values.items() if value is not None),
        *(
            ox.Triple(node, sh("resultMessage"), ox.Literal(text, language=language))
            for text, language in result.messages
        ),
        *triples,
    ]
