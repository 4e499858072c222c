"""Running the shapes with pyshacl, the reference."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from perfkg.errors import ShapesError
from perfkg.messages import Text
from perfkg.namespaces import RDF, SH
from perfkg.validation.engine import Node, Result, ShapeNode
from perfkg.validation.rdf import graph_of
from perfkg.validation.shapes import Shapes, severity_name, text_of

if TYPE_CHECKING:
    from rdflib.graph import Graph
    from rdflib.plugins.sparql.sparql import Query
    from rdflib.query import Result as Answer
    from rdflib.term import Node as Term

_PLACEHOLDER = re.compile(r"\{[?$][^{}]+\}")


def run(data: ox.Store, shapes: Shapes) -> list[Result]:
    """Check `data` against `shapes`; see `perfkg.validation.engine.Engine`.

    Raises:
        ShapesError: a shape cannot be run.
    """
    report = _report(graph_of(data), shapes)
    results = report.subjects(_iri(RDF + "type"), _iri(SH + "ValidationResult"))
    return [_result(report, shapes, result) for result in results]


def _report(data: Graph, shapes: Shapes) -> Graph:
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
        def query(self, query_object: str | Query, *args: Any, **kwargs: Any) -> Answer:
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


def _escaped(result: Answer) -> Answer:
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


def _result(report: Graph, shapes: Shapes, result: Term) -> Result:
    def get(term: str) -> Term | None:
        found: Term | None = report.value(result, _iri(SH + term))
        return found

    focus, shape, component = (
        get(term) for term in ("focusNode", "sourceShape", "sourceConstraintComponent")
    )
    # SHACL requires these three of every result.
    assert focus is not None and shape is not None and component is not None  # noqa: S101, PT018
    constraint, value, path = get("sourceConstraint"), get("value"), get("resultPath")
    return Result(
        focus=_node(focus),
        shape=_shape(shape),
        severity=severity_name(str(get("resultSeverity"))),
        component=str(component),
        constraint=None if constraint is None else _shape(constraint),
        value=None if value is None else _value(value),
        path=str(path) if path is not None and _is_iri(path) else None,
        message=_message(report, shapes, result, (constraint, shape)),
    )


def _message(
    report: Graph, shapes: Shapes, result: Term, sources: tuple[Term | None, Term]
) -> Text | None:
    """Return what the shape says about the result.

    pyshacl makes a message of its own where the shape has none; that is left to
    `perfkg.validation.telling`, since each engine would say something else.
    """
    message = _iri(SH + "message")
    templates = [t for node in sources if node for t in shapes.graph.objects(node, message)]
    if not templates:
        return None
    found: dict[str, str] = {}
    for text in sorted(report.objects(result, _iri(SH + "resultMessage")), key=str):
        found.setdefault(_language(text, templates), str(text))
    return text_of(found)


def _language(message: Term, templates: Iterable[Term]) -> str:
    """Return the language of a message; pyshacl drops the tag where it fills in a placeholder."""
    tag = _tag(message)
    if not tag:
        fitting = (t for t in templates if _pattern(str(t)).fullmatch(str(message)))
        tag = next((_tag(template) for template in fitting), "")
    return tag


def _tag(literal: Term) -> str:
    return (getattr(literal, "language", None) or "").split("-")[0]


@lru_cache(maxsize=4096)
def _pattern(template: str) -> re.Pattern[str]:
    """Return the pattern of the messages that come from one template."""
    fixed = _PLACEHOLDER.split(template)
    return re.compile("(?:.*)".join(re.escape(piece) for piece in fixed), re.DOTALL)


def _is_iri(term: Term) -> bool:
    from rdflib.term import URIRef

    return isinstance(term, URIRef)


def _shape(term: Term) -> ShapeNode:
    return ox.NamedNode(str(term)) if _is_iri(term) else ox.BlankNode(str(term))


def _value(term: Term) -> Node:
    """Return a value; what `_escaped` did to those that a query projects is taken back."""
    node = _node(term)
    if isinstance(node, ox.Literal) and "\\\\" in node.value:
        plain = node.value.replace("\\\\", "\\")
        if node.language:
            return ox.Literal(plain, language=node.language)
        return ox.Literal(plain, datatype=node.datatype)
    return node


def _node(term: Term) -> Node:
    from rdflib.term import Literal

    if not isinstance(term, Literal):
        return _shape(term)
    if term.language:
        return ox.Literal(str(term), language=term.language)
    datatype = None if term.datatype is None else ox.NamedNode(str(term.datatype))
    return ox.Literal(str(term), datatype=datatype)


@cache
def _iri(text: str) -> Any:
    from rdflib.term import URIRef

    return URIRef(text)
