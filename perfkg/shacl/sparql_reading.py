"""SPARQL constraints and constraint components, read from a shapes graph and checked."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import pyoxigraph as ox

from perfkg.shacl import messages
from perfkg.shacl.errors import ShapeUnsupported
from perfkg.shacl.graph import ShapesGraph
from perfkg.shacl.known import key_of
from perfkg.shacl.model import Constraint, ShapeNode
from perfkg.shacl.paths import Path
from perfkg.shacl.prebinding import Refused, analyse
from perfkg.shacl.query_text import regexes, uses_path, with_path
from perfkg.shacl.select import SHAPES_GRAPH, AskConstraint, Query, SelectConstraint
from perfkg.shacl.terms import TRUE, Term, local_name, owl, sh

_SPARQL: Final = sh("SPARQLConstraintComponent")
_EMPTY: Final = ox.Store()
_RESERVED: Final = frozenset(("this", "shapesGraph", "currentShape", "path", "PATH", "value"))


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a constraint component."""

    predicate: ox.NamedNode
    name: str
    optional: bool


@dataclass(frozen=True, slots=True)
class Component:
    """A constraint component that the shapes graph declares."""

    iri: ox.NamedNode
    parameters: tuple[Parameter, ...]


class SparqlReader:
    """Reads what a shapes graph says in SPARQL."""

    def __init__(self, graph: ShapesGraph, known: Container[str] = ()) -> None:
        self._graph = graph
        self._known = known

    @cached_property
    def components(self) -> tuple[Component, ...]:
        """The constraint components that the shapes graph declares."""
        return tuple(
            self._component(node)
            for node in self._graph.instances(sh("ConstraintComponent"))
            if isinstance(node, ox.NamedNode) and not node.value.startswith(sh("").value)
        )

    def _component(self, node: ox.NamedNode) -> Component:
        parameters = tuple(
            self._parameter(node, p) for p in self._graph.objects(node, sh("parameter"))
        )
        if not any(not parameter.optional for parameter in parameters):
            raise self._graph.invalid(
                node,
                "约束组件至少要有一个必填参数（sh:parameter）。",
                "A constraint component has a parameter (sh:parameter) that is not optional.",
            )
        return Component(node, parameters)

    def _parameter(self, component: ox.NamedNode, node: Term) -> Parameter:
        path = self._graph.one(node, sh("path"))
        if not isinstance(path, ox.NamedNode) or local_name(path) in _RESERVED:
            raise self._graph.invalid(
                component,
                "约束组件的参数须以 sh:path 指明一个属性，其名不得与预先绑定的变量相同。",
                "A parameter names a property with sh:path; its local name is not reserved.",
            )
        return Parameter(path, local_name(path), self._graph.one(node, sh("optional")) == TRUE)

    def custom(self, shape: ShapeNode, path: Path | None) -> Iterator[Constraint]:
        """Yield the constraints of a shape that use components of the shapes graph."""
        for component in self.components:
            for constants in self._arguments(component, shape):
                yield self._validator(component, shape, path, constants)

    def _arguments(
        self, component: Component, shape: ShapeNode
    ) -> Iterator[tuple[tuple[str, Term], ...]]:
        values = {p.name: self._graph.objects(shape, p.predicate) for p in component.parameters}
        if not all(values[p.name] for p in component.parameters if not p.optional):
            return
        if len(component.parameters) == 1:
            ((name, alone),) = values.items()
            yield from (((name, value),) for value in alone)
            return
        if any(len(given) > 1 for given in values.values()):
            raise self._graph.invalid(
                shape,
                f"{component.iri} 有多个参数，每个参数只能有一个值。",
                f"{component.iri} has several parameters: each takes one value.",
            )
        yield tuple((name, given[0]) for name, given in values.items() if given)

    def _validator(
        self,
        component: Component,
        shape: ShapeNode,
        path: Path | None,
        constants: tuple[tuple[str, Term], ...],
    ) -> Constraint:
        particular = sh("nodeValidator") if path is None else sh("propertyValidator")
        validator = self._graph.one(component.iri, particular)
        if validator is None:
            validator = self._graph.one(component.iri, sh("validator"))
        if validator is None:
            raise ShapeUnsupported(
                f"约束组件 {component.iri} 没有适用于此形状的校验器。",
                f"The constraint component {component.iri} has no validator for such a shape.",
                place=self._graph.place(shape),
            )
        says = messages.stated(self._graph.objects(validator, sh("message")))
        if self._graph.objects(validator, sh("ask")):
            text = self._text(validator, "ask")
            query = self._query(validator, shape, text, path, constants, ("this", "value"))
            if not query.analysed.is_ask or query.analysed.by_node:
                raise self._refused(
                    validator,
                    "应为没有 LIMIT 的 ASK 查询",
                    "an ASK query without LIMIT was expected",
                )
            return AskConstraint(component.iri, query, says)
        return self._select(validator, shape, path, component.iri, constants, None, says)

    def constraint(self, node: Term, shape: ShapeNode, path: Path | None) -> Constraint | None:
        """Return the SPARQL constraint `node` of a shape; None where it is deactivated."""
        if isinstance(node, ox.Literal):
            raise self._graph.invalid(
                shape,
                "sh:sparql 的值应为约束，不是字面量。",
                "sh:sparql takes a constraint, no literal.",
            )
        if self._graph.one(node, sh("deactivated")) == TRUE:
            return None
        says = messages.stated(self._graph.objects(node, sh("message")))
        return self._select(node, shape, path, _SPARQL, (), node, says)

    def _select(
        self,
        node: Term,
        shape: ShapeNode,
        path: Path | None,
        component: ox.NamedNode,
        constants: tuple[tuple[str, Term], ...],
        source: ShapeNode | None,
        says: messages.Messages,
    ) -> SelectConstraint:
        query = self._query(node, shape, self._text(node, "select"), path, constants, ("this",))
        if query.analysed.is_ask:
            raise self._refused(node, "应为 SELECT 查询", "a SELECT query was expected")
        if not (query.analysed.is_star or "this" in query.analysed.projected):
            raise self._refused(node, "SELECT 须列出 $this", "the SELECT must project $this")
        return SelectConstraint(component, query, source, says, self._graph.place(node))

    def _text(self, node: Term, name: str) -> str:
        text = self._graph.one(node, sh(name))
        if not isinstance(text, ox.Literal):
            raise self._graph.invalid(
                node,
                f"缺少 sh:{name}：应为一个查询。",
                f"sh:{name} is missing: a query was expected.",
            )
        return text.value

    def _query(
        self,
        node: Term,
        shape: ShapeNode,
        text: str,
        path: Path | None,
        constants: tuple[tuple[str, Term], ...],
        variables: tuple[str, ...],
    ) -> Query:
        if uses_path(text):
            if path is None:
                raise self._refused(
                    node, "$PATH 只能用于属性形状", "$PATH is for property shapes only"
                )
            text = with_path(text, f"({path})")
        names = (*variables, "currentShape", "shapesGraph", *(name for name, _ in constants))
        try:
            analysed = analyse(text, names)
        except Refused as refused:
            raise self._refused(node, refused.zh, refused.en) from refused
        known: dict[str, Term] = {"currentShape": shape, "shapesGraph": SHAPES_GRAPH}
        used = tuple((n, t) for n, t in known.items() if n in analysed.mentioned)
        prefixes = self._prefixes(node)
        query = Query(analysed, prefixes, (*constants, *used))
        for name, term in query.constants:
            if isinstance(term, ox.BlankNode):
                raise self._refused(
                    node,
                    f"${name} 是空白节点，请给它一个 IRI",
                    f"${name} is a blank node: give it an IRI",
                )
        if key_of(query.analysed.text, query.prefixes) not in self._known:
            self._check(node, query, variables)
        return query

    def _check(self, node: Term, query: Query, variables: tuple[str, ...]) -> None:
        """Parse a query the way it will be run, and try its regular expressions."""
        pattern = " ".join(f"VALUES ?{name} {{ <urn:x-shacl:any> }}" for name in variables)
        text = query.analysed.join(
            f"{pattern} {query.constant_pattern}", query.names(*variables), outermost=True
        )
        try:
            _EMPTY.query(text, prefixes=query.prefixes)
        except (SyntaxError, ValueError) as error:
            raise self._graph.invalid(
                node,
                f"查询不是正确的 SPARQL：{error}。",
                f"The query is not well-formed SPARQL: {error}.",
            ) from error
        refused = first_refused(regexes(query.analysed.text))
        if refused is not None:
            pattern, flags = refused
            raise self._refused(
                node,
                f"引擎不接受正则表达式 {pattern}（标志 {flags}）",
                f"the engine does not accept the regular expression {pattern} (flags {flags})",
            )

    def _prefixes(self, node: Term) -> dict[str, str]:
        prefixes: dict[str, str] = {}
        waiting = list(self._graph.objects(node, sh("prefixes")))
        for ontology in waiting:
            waiting += [
                o for o in self._graph.objects(ontology, owl("imports")) if o not in waiting
            ]
            for declaration in self._graph.objects(ontology, sh("declare")):
                name = self._graph.one(declaration, sh("prefix"))
                namespace = self._graph.one(declaration, sh("namespace"))
                if name is None or namespace is None:
                    raise self._graph.invalid(
                        declaration,
                        "前缀声明须有 sh:prefix 和 sh:namespace。",
                        "A prefix declaration has sh:prefix and sh:namespace.",
                    )
                if prefixes.setdefault(name.value, namespace.value) != namespace.value:
                    raise self._graph.invalid(
                        node,
                        f"前缀 {name.value} 声明了两个不同的命名空间。",
                        f"The prefix {name.value} is declared for two namespaces.",
                    )
        return prefixes

    def _refused(self, node: Term, zh: str, en: str) -> ShapeUnsupported:
        return ShapeUnsupported(
            f"SPARQL 约束不可用：{zh}。",
            f"The SPARQL constraint cannot be used: {en}.",
            place=self._graph.place(node),
        )


def is_regex(pattern: str, flags: str) -> bool:
    """Tell whether the engine takes a regular expression; both are SPARQL string literals."""
    return first_refused([(pattern, flags)]) is None


def first_refused(expressions: Iterable[tuple[str, str]]) -> tuple[str, str] | None:
    """Return the first regular expression, with its flags, that the engine does not take."""
    tried = list(dict.fromkeys(expressions))
    if not tried:
        return None
    tests = " ".join(f'(REGEX("", {p}, {f}) AS ?r{i})' for i, (p, f) in enumerate(tried))
    (row,) = _select(f"SELECT {tests} WHERE {{}}", {})
    return next((one for one, matches in zip(tried, row, strict=True) if matches is None), None)


def _select(text: str, prefixes: dict[str, str]) -> list[tuple[Term | None, ...]]:
    """Evaluate expressions on no data."""
    found = _EMPTY.query(text, prefixes=prefixes)
    return [tuple(row) for row in found] if isinstance(found, ox.QuerySolutions) else []
