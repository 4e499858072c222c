"""From a shapes graph to shapes: every parameter read and checked, none skipped."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from typing import Final

import pyoxigraph as ox

from perfkg.shacl import messages
from perfkg.shacl.cardinality import Closed, HasValue, MaxCount, MinCount, UniqueLang
from perfkg.shacl.comparing import Disjoint, Equals, LessThan
from perfkg.shacl.errors import ShapeUnsupported
from perfkg.shacl.graph import ShapesGraph
from perfkg.shacl.logic import Conforms, Qualified
from perfkg.shacl.model import Constraint, Shape, ShapeNode, Targets
from perfkg.shacl.parameters import Parameters
from perfkg.shacl.paths import Path
from perfkg.shacl.sparql_reading import SparqlReader, is_regex
from perfkg.shacl.terms import SH, TYPE, Term, local_name, owl, rdfs, sh
from perfkg.shacl.values import ClassTest, DatatypeTest, InTest, ValueTest

_TARGETS: Final = ("targetNode", "targetClass", "targetSubjectsOf", "targetObjectsOf")
_SHAPE_VALUES: Final = ("node", "not", "property", "qualifiedValueShape")
_SHAPE_LISTS: Final = ("and", "or", "xone")
_NO_CONSTRAINT: Final = frozenset(
    (
        *("path", "severity", "message", "deactivated", *_TARGETS),
        *("name", "description", "order", "group", "defaultValue", "optional", "declare"),
        *("flags", "ignoredProperties", "qualifiedMinCount", "qualifiedMaxCount"),
        *("qualifiedValueShapesDisjoint", "select", "ask", "prefixes", "parameter"),
        *("shapesGraph", "suggestedShapesGraph", "labelTemplate"),
        *("validator", "nodeValidator", "propertyValidator"),
    )
)
_PROPERTY_ONLY: Final = frozenset(
    ("minCount", "maxCount", "uniqueLang", "lessThan", "lessThanOrEquals", "qualifiedValueShape")
)
_KINDS: Final = {
    "IRI": "isIRI(?value)",
    "BlankNode": "isBlank(?value)",
    "Literal": "isLiteral(?value)",
    "BlankNodeOrIRI": "isBlank(?value) || isIRI(?value)",
    "BlankNodeOrLiteral": "isBlank(?value) || isLiteral(?value)",
    "IRIOrLiteral": "isIRI(?value) || isLiteral(?value)",
}
_RANGES: Final = {
    "minExclusive": ">",
    "minInclusive": ">=",
    "maxExclusive": "<",
    "maxInclusive": "<=",
}


def component(name: str) -> ox.NamedNode:
    """Return the constraint component of a parameter."""
    return sh(f"{name[0].upper()}{name[1:]}ConstraintComponent")


class Compiler:
    """Compiles the shapes of one shapes graph."""

    def __init__(self, graph: ShapesGraph, known: Container[str] = ()) -> None:
        self._graph = graph
        self._given = Parameters(graph)
        self._sparql = SparqlReader(graph, known)
        self._shapes: dict[ShapeNode, Shape] = {}
        self._uses: dict[ShapeNode, list[ShapeNode]] = {}
        classes = [*graph.instances(rdfs("Class")), *graph.instances(owl("Class"))]
        self._classes = set(classes)
        one: dict[str, Callable[[ShapeNode, str], Iterator[Constraint]]] = {
            "class": self._class,
            "datatype": self._datatype,
            "nodeKind": self._node_kind,
            "minCount": self._count,
            "maxCount": self._count,
            **dict.fromkeys(_RANGES, self._range),
            "minLength": self._length,
            "maxLength": self._length,
            "pattern": self._pattern,
            "languageIn": self._language_in,
            "uniqueLang": self._unique_lang,
            "equals": self._pair,
            "disjoint": self._pair,
            "lessThan": self._pair,
            "lessThanOrEquals": self._pair,
            "node": self._single,
            "not": self._single,
            **dict.fromkeys(_SHAPE_LISTS, self._several),
            "qualifiedValueShape": self._qualified,
            "closed": self._closed,
            "hasValue": self._has_value,
            "in": self._in,
            "sparql": self._sparql_constraints,
        }
        self._readers = one

    def compile(self) -> dict[ShapeNode, Shape]:
        """Return every shape of the graph by its node.

        Raises:
            ShaclError: a shape is malformed, recursive, or asks for what is not supported.
        """
        for predicate in self._graph.all_predicates():
            if predicate == sh("entailment"):
                node = self._graph.users(predicate)[0]
                raise self._unsupported(node, "sh:entailment")
        for node in self._nodes():
            self._compile(node)
        self._refuse_recursion()
        return self._shapes

    def _nodes(self) -> list[Term]:
        """Return what is a shape by its type, its targets or its parameters."""
        graph = self._graph
        found = [*graph.instances(sh("NodeShape")), *graph.instances(sh("PropertyShape"))]
        own = [p.predicate for c in self._sparql.components for p in c.parameters]
        for predicate in (*map(sh, (*_TARGETS, "target", *self._readers, "property")), *own):
            found += graph.users(predicate)
        return list(dict.fromkeys(found))

    def _compile(self, node: Term) -> ShapeNode:
        if isinstance(node, ox.Literal):
            raise self._graph.invalid(node, "字面量不能是形状。", "A literal cannot be a shape.")
        if node not in self._uses:
            self._uses[node] = []
            self._shapes[node] = self._shape(node)
        return node

    def _shape(self, node: ShapeNode) -> Shape:
        path = self._path(node)
        self._check_predicates(node, path)
        properties = []
        for value in self._graph.objects(node, sh("property")):
            if not self._graph.objects(value, sh("path")):
                raise self._graph.invalid(
                    node,
                    "sh:property 的值应为属性形状，须有 sh:path。",
                    "A value of sh:property is a property shape and has sh:path.",
                )
            properties.append(self._part(node, value))
        constraints: list[Constraint] = []
        for name, reader in self._readers.items():
            if self._graph.objects(node, sh(name)):
                constraints += reader(node, name)
        constraints += self._sparql.custom(node, path)
        return Shape(
            node=node,
            path=path,
            targets=self._targets(node),
            severity=self._given.iri(node, "severity") or sh("Violation"),
            messages=messages.stated(self._graph.objects(node, sh("message"))),
            deactivated=self._given.flag(node, "deactivated"),
            properties=tuple(properties),
            constraints=tuple(constraints),
        )

    def _path(self, node: ShapeNode) -> Path | None:
        path = self._graph.one(node, sh("path"))
        types = self._graph.objects(node, TYPE)
        if path is None and sh("PropertyShape") in types:
            raise self._graph.invalid(
                node, "属性形状缺少 sh:path。", "The property shape has no sh:path."
            )
        if path is not None and sh("NodeShape") in types:
            raise self._graph.invalid(
                node, "节点形状不能有 sh:path。", "A node shape has no sh:path."
            )
        return None if path is None else self._graph.path(path, node)

    def _check_predicates(self, node: ShapeNode, path: Path | None) -> None:
        known = {*self._readers, "property", *_NO_CONSTRAINT}
        own = {p.predicate for c in self._sparql.components for p in c.parameters}
        for predicate in self._graph.predicates(node):
            name = predicate.value.removeprefix(SH)
            if not predicate.value.startswith(SH) or predicate in own:
                continue
            if name not in known:
                raise self._unsupported(node, f"sh:{name}")
            if path is None and name in _PROPERTY_ONLY:
                raise self._graph.invalid(
                    node,
                    f"sh:{name} 只能用于属性形状（有 sh:path 的形状）。",
                    f"sh:{name} is for property shapes only, which have sh:path.",
                )

    def _unsupported(self, node: Term, feature: str) -> ShapeUnsupported:
        return ShapeUnsupported(
            f"不支持 {feature}。请改用 SHACL Core 或 sh:sparql 表达。",
            f"{feature} is not supported. Say it in SHACL Core or with sh:sparql.",
            place=self._graph.place(node),
        )

    def _targets(self, node: ShapeNode) -> Targets:
        given = self._given
        classes = given.iris(node, "targetClass")
        if node in self._classes and isinstance(node, ox.NamedNode):
            classes = tuple(dict.fromkeys((*classes, node)))
        return Targets(
            nodes=tuple(given.named(node, "targetNode")),
            classes=classes,
            subjects_of=given.iris(node, "targetSubjectsOf"),
            objects_of=given.iris(node, "targetObjectsOf"),
        )

    def _part(self, owner: ShapeNode, node: Term) -> ShapeNode:
        """Compile a shape that another one refers to."""
        if isinstance(node, ox.Literal) or (
            isinstance(node, ox.NamedNode) and not self._graph.predicates(node)
        ):
            raise self._graph.invalid(
                owner, f"没有定义形状 {node}。", f"The shape {node} is not defined."
            )
        self._uses[owner].append(node)
        return self._compile(node)

    def _refuse_recursion(self) -> None:
        done: set[ShapeNode] = set()
        for start in self._uses:
            trail: list[ShapeNode] = []
            waiting: list[tuple[ShapeNode, bool]] = [(start, False)]
            while waiting:
                node, leaving = waiting.pop()
                if leaving:
                    done.add(trail.pop())
                elif node in trail:
                    raise self._recursive(trail[trail.index(node) :])
                elif node not in done:
                    trail.append(node)
                    waiting.append((node, True))
                    waiting += [(used, False) for used in self._uses[node]]

    def _recursive(self, cycle: list[ShapeNode]) -> ShapeUnsupported:
        named = " → ".join(str(node) for node in (*cycle, cycle[0]))
        return ShapeUnsupported(
            f"形状引用了自身：{named}。请拆开这个循环。",
            f"The shape is recursive: {named}. Break the circle.",
            place=self._graph.place(cycle[0]),
        )

    # One reader for each parameter.

    def _class(self, node: ShapeNode, name: str) -> Iterator[Constraint]:
        for class_ in self._given.iris(node, name):
            yield ClassTest(component(name), class_)

    def _datatype(self, node: ShapeNode, name: str) -> Iterator[Constraint]:
        datatype = self._given.iri(node, name)
        if datatype is not None:
            yield DatatypeTest(component(name), datatype)

    def _node_kind(self, node: ShapeNode, name: str) -> Iterator[Constraint]:
        kind = self._given.iri(node, name)
        known = {sh(kind): test for kind, test in _KINDS.items()}
        if kind not in known:
            raise self._given.wrong(node, name, ", ".join(f"sh:{kind}" for kind in _KINDS))
        yield ValueTest(component(name), f"!({known[kind]})", f"sh:{local_name(kind)}")

    def _count(self, node: ShapeNode, name: str) -> Iterator[Constraint]:
        kind = MinCount if name == "minCount" else MaxCount
        yield kind(component(name), self._given.integer(node, name))

    def _range(self, node: ShapeNode, name: str) -> Iterator[Constraint]:
        bound = self._given.literal(node, name)
        test = f"!COALESCE(?value {_RANGES[name]} {bound}, false)"
        yield ValueTest(component(name), test, bound.value)

    def _length(self, node: ShapeNode, name: str) -> Iterator[Constraint]:
        length = self._given.integer(node, name)
        operator = "<" if name == "minLength" else ">"
        test = f"isBlank(?value) || STRLEN(STR(?value)) {operator} {length}"
        yield ValueTest(component(name), test, str(length))

    def _pattern(self, node: ShapeNode, name: str) -> Iterator[Constraint]:
        pattern = str(ox.Literal(self._given.literal(node, name).value))
        flags = '""'
        if self._graph.objects(node, sh("flags")):
            flags = str(ox.Literal(self._given.literal(node, "flags").value))
        if not is_regex(pattern, flags):
            raise ShapeUnsupported(
                f"引擎不接受 sh:pattern {pattern}（sh:flags {flags}）。",
                f"The engine does not accept sh:pattern {pattern} (sh:flags {flags}).",
                place=self._graph.place(node),
            )
        test = f"isBlank(?value) || !REGEX(STR(?value), {pattern}, {flags})"
        yield ValueTest(component(name), test, self._given.literal(node, name).value)

    def _language_in(self, node: ShapeNode, name: str) -> Iterator[Constraint]:
        tags = list(self._given.list(node, name))
        if not all(isinstance(tag, ox.Literal) for tag in tags):
            raise self._given.wrong(node, name, '( "zh" "en" )')
        known = " || ".join(f"langMatches(LANG(?value), {tag})" for tag in tags) or "false"
        test = f"!(isLiteral(?value) && ({known}))"
        yield ValueTest(component(name), test, ", ".join(tag.value for tag in tags))

    def _unique_lang(self, node: ShapeNode, name: str) -> Iterator[Constraint]:
        if self._given.flag(node, name):
            yield UniqueLang(component(name))

    def _pair(self, node: ShapeNode, name: str) -> Iterator[Constraint]:
        for predicate in self._given.iris(node, name):
            if name == "equals":
                yield Equals(component(name), predicate)
            elif name == "disjoint":
                yield Disjoint(component(name), predicate)
            else:
                yield LessThan(component(name), predicate, "<" if name == "lessThan" else "<=")

    def _single(self, node: ShapeNode, name: str) -> Iterator[Constraint]:
        for value in self._graph.objects(node, sh(name)):
            shapes = (self._part(node, value),)
            wanted = 1 if name == "node" else 0
            yield Conforms(component(name), shapes, wanted, wanted)

    def _several(self, node: ShapeNode, name: str) -> Iterator[Constraint]:
        for head in self._graph.objects(node, sh(name)):
            members = self._graph.list(head, node)
            shapes = tuple(self._part(node, member) for member in members)
            least = len(shapes) if name == "and" else 1
            yield Conforms(component(name), shapes, least, 1 if name == "xone" else len(shapes))

    def _qualified(self, node: ShapeNode, name: str) -> Iterator[Constraint]:
        shape = self._graph.one(node, sh(name))
        if shape is None:
            return
        qualified = self._part(node, shape)
        siblings: tuple[ShapeNode, ...] = ()
        if self._given.flag(node, "qualifiedValueShapesDisjoint"):
            siblings = tuple(self._siblings(node, qualified))
        for end in ("qualifiedMinCount", "qualifiedMaxCount"):
            if self._graph.objects(node, sh(end)):
                limit = self._given.integer(node, end)
                least = limit if end == "qualifiedMinCount" else None
                most = limit if least is None else None
                yield Qualified(component(end), qualified, siblings, least, most)

    def _siblings(self, node: ShapeNode, qualified: ShapeNode) -> list[ShapeNode]:
        """Return the other qualified value shapes of the shapes that have this property shape."""
        found: dict[ShapeNode, None] = {}
        for parent in self._graph.subjects(sh("property"), node):
            for sister in self._graph.objects(parent, sh("property")):
                for value in self._graph.objects(sister, sh("qualifiedValueShape")):
                    if value != qualified:
                        found[self._part(node, value)] = None
        return list(found)

    def _closed(self, node: ShapeNode, name: str) -> Iterator[Constraint]:
        if not self._given.flag(node, name):
            return
        allowed: list[ox.NamedNode] = []
        for value in self._graph.objects(node, sh("property")):
            path = self._graph.one(value, sh("path"))
            if isinstance(path, ox.NamedNode):
                allowed.append(path)
        if self._graph.objects(node, sh("ignoredProperties")):
            for ignored in self._given.list(node, "ignoredProperties"):
                if not isinstance(ignored, ox.NamedNode):
                    raise self._given.wrong(node, "ignoredProperties", "( rdf:type … )")
                allowed.append(ignored)
        yield Closed(component(name), tuple(dict.fromkeys(allowed)))

    def _has_value(self, node: ShapeNode, name: str) -> Iterator[Constraint]:
        for value in self._given.named(node, name):
            yield HasValue(component(name), value)

    def _in(self, node: ShapeNode, name: str) -> Iterator[Constraint]:
        members = self._given.list(node, name)
        for member in members:
            self._given.refuse_blank(node, name, member)
        yield InTest(component(name), tuple(members))

    def _sparql_constraints(self, node: ShapeNode, name: str) -> Iterator[Constraint]:
        path = self._path(node)
        for value in self._graph.objects(node, sh(name)):
            constraint = self._sparql.constraint(value, node, path)
            if constraint is not None:
                yield constraint
