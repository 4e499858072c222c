"""`rules.md`: every rule of the shapes, with the examples that its tests use."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox
from rdflib import Graph, URIRef
from rdflib.namespace import DCTERMS, RDF, RDFS, SH

from perfkg.messages import Text
from perfkg.validation.findings import SEVERITIES, SeverityName
from perfkg.validation.shapes import Rule, Shapes, load_shapes

from .rendering import ROOT, render

_EXAMPLES: Final = ROOT / "tests" / "validation" / "rules"
_BRIEF: Final = 8
"""Lines of difference between a wrong and a right example that are shown rather than linked."""
_NOT_SHOWN: Final = re.compile(r"^\s*(#|@prefix|$)|pk:sourceLocation|rdfs:label")
_SEVERITY: Final[dict[SeverityName, Text]] = {
    "Violation": Text("必须改", "Violation"),
    "Warning": Text("应核对", "Warning"),
    "Info": Text("供参考", "Info"),
}


def page() -> str:
    """Return the page."""
    shapes = load_shapes()
    messages = _messages(shapes)
    told = [_told(rule, messages.get(rule.iri, [])) for rule in shapes.rules.values()]
    counts = {name: sum(item["severity_name"] == name for item in told) for name in SEVERITIES}
    return render(
        "rules",
        "shapes/*.ttl and tests/validation/rules/",
        rules=told,
        counts=[(_SEVERITY[name], count) for name, count in counts.items() if count],
        criteria=_criteria(shapes.graph),
        sources=_sources(shapes.graph),
    )


def _told(rule: Rule, messages: list[Text]) -> dict[str, Any]:
    return {
        "name": rule.name,
        "severity": _SEVERITY[rule.severity],
        "severity_name": rule.severity,
        "criterion": rule.criterion.label if rule.criterion else Text("—", "—"),
        "label": rule.label,
        "comment": rule.comment,
        "sources": rule.sources,
        "messages": messages,
        "example": _example(rule.name),
    }


def _messages(shapes: Shapes) -> dict[str, list[Text]]:
    """Return what each rule may say, each wording once, in the order of the shapes' names."""
    found: dict[str, list[Text]] = {}
    for shape in sorted(set(shapes.graph.subjects(SH.message)), key=str):
        text = _text(shapes.graph, shape, SH.message)
        said = found.setdefault(shapes.rule_of(ox.NamedNode(str(shape))).iri, [])
        if text not in said:
            said.append(text)
    return found


def _text(graph: Graph, node: Any, predicate: URIRef) -> Text:
    values = {getattr(value, "language", None): str(value) for value in graph[node:predicate]}
    spare = values.get(None, "")
    return Text(values.get("zh", spare), values.get("en", spare))


def _criteria(graph: Graph) -> list[tuple[Text, Text]]:
    from rdflib.namespace import SKOS

    concepts = sorted(graph.subjects(SKOS.inScheme), key=str)
    return [(_text(graph, c, RDFS.label), _text(graph, c, SKOS.definition)) for c in concepts]


def _sources(graph: Graph) -> list[tuple[Text, Text]]:
    found = sorted(graph.subjects(RDF.type, DCTERMS.BibliographicResource), key=str)
    return [(_text(graph, s, RDFS.label), _text(graph, s, DCTERMS.title)) for s in found]


def _example(name: str) -> dict[str, Any] | None:
    wrong, right = (_file(name, kind) for kind in ("wrong", "right"))
    if wrong is None or right is None:
        return None
    lines = list(_difference(_statements(wrong), _statements(right)))
    return {
        "wrong_file": wrong.name,
        "right_file": right.name,
        "wrong": _heading(wrong),
        "right": _heading(right),
        "difference": lines if len(lines) <= _BRIEF else [],
    }


def _file(name: str, kind: str) -> Path | None:
    """Return the example: a form as printed or, for what no form can be, a graph."""
    files = (_EXAMPLES / f"{name}.{kind}.{extension}" for extension in ("txt", "ttl"))
    return next((file for file in files if file.is_file()), None)


def _heading(path: Path) -> str:
    """Return what the file says of itself in its first line."""
    first = path.read_text(encoding="utf-8").splitlines()[0]
    return first.removeprefix("#").strip() if first.startswith("#") else ""


def _statements(path: Path) -> list[str]:
    lines = path.read_text(encoding="utf-8").replace("\t", " | ").splitlines()
    return [line.strip() for line in lines if not _NOT_SHOWN.search(line)]


def _difference(wrong: list[str], right: list[str]) -> Iterator[str]:
    """Yield the lines that only one of the examples has: `-` the wrong one, `+` the right one."""
    for line in difflib.ndiff(wrong, right):
        if line[:2] in ("- ", "+ "):
            yield line
