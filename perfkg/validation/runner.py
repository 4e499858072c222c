"""Running the shapes with pyshacl, the reference, and turning its results into findings."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from perfkg.errors import ShapesError
from perfkg.graph.form_graph import FormGraph
from perfkg.messages import Text
from perfkg.namespaces import DCTERMS, PK, PROV, RDF, SCHEMA, SH, SKOS
from perfkg.validation.findings import SEVERITIES, Finding, Links, in_order
from perfkg.validation.rdf import data_graph, vocabulary_files
from perfkg.validation.shapes import Rule, Shapes, severity_name, text_of

if TYPE_CHECKING:
    from rdflib.graph import Graph
    from rdflib.plugins.sparql.sparql import Query
    from rdflib.query import Result
    from rdflib.term import Node

    from perfkg.store.base import Store

_PLACEHOLDER = re.compile(r"\{[?$][^{}]+\}")
_JOIN: Final = "; "


def validate(data: Graph, shapes: Shapes) -> list[Finding]:
    """Check `data` against `shapes` and return what they find, in order.

    Args:
        data: the forms together with the vocabularies that the rules look things up in; see
            `perfkg.validation.rdf.data_graph`.
        shapes: the rules.

    Raises:
        ShapesError: a shape cannot be run.
    """
    report = _run(data, shapes)
    teller = _Teller(data, shapes, report)
    results = report.subjects(_iri(RDF + "type"), _iri(SH + "ValidationResult"))
    return in_order(_merged(teller.finding(result) for result in results))


def validate_forms(forms: Iterable[FormGraph], shapes: Shapes) -> list[Finding]:
    """Check forms that are in no store, against the vocabularies that ship with perfkg."""
    statements = {line for form in forms for line in form.lines()}
    data = data_graph("\n".join(sorted(statements)).encode(), vocabulary_files())
    return validate(data, shapes)


def validate_store(store: Store, shapes: Shapes) -> list[Finding]:
    """Check the default graph of `store`, which holds its vocabularies beside the forms."""
    dump = BytesIO()
    store.dump(dump, "nt", graphs=[None])
    return validate(data_graph(dump.getvalue(), ()), shapes)


def _run(data: Graph, shapes: Shapes) -> Graph:
    """Return pyshacl's validation report."""
    import pyshacl
    from pyshacl.errors import ReportableRuntimeError
    from rdflib.graph import Graph

    try:
        _, report, text = pyshacl.validate(
            _prepared(data), shacl_graph=shapes.graph, ont_graph=None, inference="none"
        )
    except ReportableRuntimeError as error:
        raise _unusable(str(error)) from error
    if not isinstance(report, Graph):
        raise _unusable(str(text))
    return report


def _unusable(reason: str) -> ShapesError:
    return ShapesError(
        f"规则无法执行：{reason}。请改正规则文件。",
        f"The shapes cannot be run: {reason}. Correct the shapes file.",
    )


def _prepared(data: Graph) -> Graph:
    """Return a view of `data` that parses each constraint's query once, not for each node.

    It also escapes backslashes in what a query projects: pyshacl puts the values into messages
    as patterns of `re.sub`, where `\\geq` raises `re.error`.
    """
    from rdflib.graph import Graph

    class PreparedGraph(Graph):
        def query(self, query_object: str | Query, *args: Any, **kwargs: Any) -> Result:
            prepared = _prepare(query_object) if isinstance(query_object, str) else query_object
            return _escaped(super().query(prepared, *args, **kwargs))

    return PreparedGraph(store=data.store, identifier=data.identifier, bind_namespaces="none")


@lru_cache(maxsize=1024)
def _prepare(text: str) -> Query:
    from pyparsing import ParseException
    from rdflib.plugins.sparql import prepareQuery

    try:
        return prepareQuery(text)
    except ParseException as error:
        raise _unusable(f"{error}\n{text.strip()}") from error


def _escaped(result: Result) -> Result:
    from rdflib.term import Literal

    if result.type != "SELECT":
        return result
    result.bindings = [
        {
            name: Literal(value.replace("\\", "\\\\"), value.language, value.datatype)
            if isinstance(value, Literal) and "\\" in value
            else value
            for name, value in binding.items()
        }
        for binding in result.bindings
    ]
    return result


def _merged(findings: Iterable[Finding]) -> list[Finding]:
    """Keep one of the findings in which one rule says the same about the same node."""
    kept: dict[tuple[str, str, Text], Finding] = {}
    for finding in sorted(findings, key=_gravest_first):
        kept.setdefault((finding.shape, finding.focus, finding.message), finding)
    return list(kept.values())


def _gravest_first(finding: Finding) -> tuple[int, str]:
    return SEVERITIES.index(finding.severity), finding.links.component or ""


class _Teller:
    """Tells each validation result as a finding, joined with what the data say about its node."""

    def __init__(self, data: Graph, shapes: Shapes, report: Graph) -> None:
        self._data = data
        self._shapes = shapes
        self._report = report

    def finding(self, result: Node) -> Finding:
        focus = self._of_result(result, "focusNode")
        shape = self._of_result(result, "sourceShape")
        assert focus is not None  # noqa: S101 - SHACL requires both of every result
        assert shape is not None  # noqa: S101
        rule = self._shapes.rule_of(shape)
        form = self._form(focus)
        about = None if focus == form else focus
        return Finding(
            rule=rule.name,
            shape=rule.iri,
            severity=severity_name(self._of_result(result, "resultSeverity")),
            message=self._message(result, shape, rule),
            criterion=rule.criterion.label.zh if rule.criterion else None,
            project=self._joined(form, DCTERMS + "title"),
            indicator=self._indicator(about),
            value=self._joined(about, PK + "rawText"),
            form=None if form is None else str(form),
            focus=str(focus),
            document=self._document(form),
            location=self._joined(focus, PK + "sourceLocation"),
            links=self._links(result, rule, form),
        )

    def _of_result(self, result: Node, term: str) -> Node | None:
        found: Node | None = self._report.value(result, _iri(SH + term))
        return found

    def _links(self, result: Node, rule: Rule, form: Node | None) -> Links:
        project = self._first(form, PK + "project")
        component = self._of_result(result, "sourceConstraintComponent")
        return Links(
            criterion=rule.criterion.iri if rule.criterion else None,
            project=None if project is None else str(project),
            component=None if component is None else str(component),
        )

    def _form(self, focus: Node) -> Node | None:
        """Return the form that `focus` is, belongs to or reports on."""
        if (focus, _iri(RDF + "type"), _iri(PK + "Form")) in self._data:
            return focus
        return self._first(focus, PK + "inForm") or self._first(focus, PK + "reportedIn")

    def _indicator(self, about: Node | None) -> str | None:
        target = self._first(about, PK + "resultOf") or about
        indicator = self._first(target, PK + "indicator") or target
        if indicator is None:
            return None
        names = [
            str(name)
            for name in self._data.objects(indicator, _iri(SKOS + "prefLabel"))
            if _tag(name) == "zh"
        ]
        return min(names, default=None)

    def _document(self, form: Node | None) -> str | None:
        sources = self._values(form, PROV + "hadPrimarySource")
        names = {str(n) for source in sources for n in self._values(source, SCHEMA + "name")}
        return _JOIN.join(sorted(names)) or None

    def _message(self, result: Node, shape: Node, rule: Rule) -> Text:
        constraint = self._of_result(result, "sourceConstraint")
        templates = self._templates(constraint) + self._templates(shape)
        found: dict[str, str] = {}
        for message in sorted(self._report.objects(result, _iri(SH + "resultMessage")), key=str):
            found.setdefault(_language(message, templates), str(message))
        return text_of(found) or rule.label

    def _templates(self, shape: Node | None) -> list[Node]:
        return (
            [] if shape is None else list(self._shapes.graph.objects(shape, _iri(SH + "message")))
        )

    def _values(self, subject: Node | None, predicate: str) -> list[Node]:
        if subject is None:
            return []
        return sorted(self._data.objects(subject, _iri(predicate)), key=str)

    def _first(self, subject: Node | None, predicate: str) -> Node | None:
        return next(iter(self._values(subject, predicate)), None)

    def _joined(self, subject: Node | None, predicate: str) -> str | None:
        values = dict.fromkeys(str(value) for value in self._values(subject, predicate))
        return _JOIN.join(values) or None


def _language(message: Node, templates: Iterable[Node]) -> str:
    """Return the language of a message; pyshacl drops the tag where it fills in a placeholder."""
    tag = _tag(message)
    if not tag:
        fitting = (t for t in templates if _pattern(str(t)).fullmatch(str(message)))
        tag = next((_tag(template) for template in fitting), "")
    return tag


def _tag(literal: Node) -> str:
    return (getattr(literal, "language", None) or "").split("-")[0]


@lru_cache(maxsize=4096)
def _pattern(template: str) -> re.Pattern[str]:
    """Return the pattern of the messages that come from one template."""
    fixed = _PLACEHOLDER.split(template)
    return re.compile("(?:.*)".join(re.escape(piece) for piece in fixed), re.DOTALL)


@cache
def _iri(text: str) -> Any:
    from rdflib.term import URIRef

    return URIRef(text)
