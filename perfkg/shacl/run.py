"""One run of a plan over one store: focus nodes, value nodes, conformance, results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Final

import pyoxigraph as ox

from perfkg.shacl.digest import Digest, Extent
from perfkg.shacl.errors import ValidationFailure
from perfkg.shacl.focus import Focus
from perfkg.shacl.model import Constraint, Shape, ShapeNode, Targets, Violation
from perfkg.shacl.paths import Path, Predicate, is_simple
from perfkg.shacl.results import Result
from perfkg.shacl.signatures import WORTH, Kinds, Signatures
from perfkg.shacl.terms import SUBCLASS, TYPE, Term, values_block

FEW: Final = 200
"""Up to so many objects of a predicate are asked for one by one."""

Row = tuple[Term | None, ...]
Weigh = Callable[[], Mapping[Term, int]]


@dataclass(frozen=True, slots=True)
class Site:
    """A shape together with the nodes that it is checked on."""

    shape: Shape
    focus: Focus

    @property
    def scans(self) -> bool:
        """Whether a query reads every pair of the path and leaves out other nodes afterwards."""
        path = self.shape.path
        return path is not None and is_simple(path) and not self.focus.is_small

    def value_pattern(self) -> str:
        """Return group elements that bind `?this` and `?value`, each pair once.

        Where `scans` is true, `?this` may also be a node outside the focus.
        """
        path = self.shape.path
        if path is None:
            return f"{self.focus.pattern} BIND (?this AS ?value)"
        if self.scans:
            return f"?this {path} ?value ."
        walked = f"{self.focus.pattern} ?this {path} ?value ."
        if is_simple(path):
            return walked
        if path.nullable:
            # A node that is in no triple is still a value of its own zero-length path.
            walked = f"{{ {walked} }} UNION {{ {self.focus.pattern} BIND (?this AS ?value) }}"
        return f"{{ SELECT DISTINCT ?this ?value WHERE {{ {walked} }} }}"


class Run:
    """Evaluates shapes on a store, which is only read.

    Args:
        store: the data, in its default graph.
        shapes: every shape by its node.
        shapes_graph: the triples of the shapes graph, for `$shapesGraph`.
    """

    def __init__(
        self,
        store: ox.Store,
        shapes: Mapping[ShapeNode, Shape],
        shapes_graph: Callable[[], Iterator[ox.Triple]],
    ) -> None:
        self.store = store
        self.shapes = shapes
        self._shapes_graph = shapes_graph
        self._classes: dict[ox.NamedNode, tuple[Term, ...]] = {}
        self._targets: dict[Targets, Focus] = {}
        self._functional: dict[Path, bool] = {}
        self._varieties: dict[ox.NamedNode, int] = {}
        self._sizes: dict[Extent, int] = {}
        self._instances: dict[Term, AbstractSet[Term]] = {}
        self.signatures = Signatures(self.holders, self.variety, lambda p: self._size((p, None)))
        self.digest = Digest(self.signatures, self._quads)
        self._with_shapes: ox.Store | None = None

    def query(self, text: str) -> Iterator[Row]:
        """Yield the rows of a SELECT query.

        Raises:
            ValidationFailure: the engine gave up.
        """
        _, rows = self.table(text)
        yield from rows

    def table(
        self,
        text: str,
        *,
        prefixes: Mapping[str, str] | None = None,
        substitutions: Mapping[ox.Variable, Term] | None = None,
        store: ox.Store | None = None,
    ) -> tuple[tuple[str, ...], Iterator[Row]]:
        """Return the variables of a SELECT query and its rows.

        Raises:
            ValidationFailure: the engine gave up.
        """
        try:
            found = (store or self.store).query(
                text, prefixes=dict(prefixes or {}), substitutions=dict(substitutions or {})
            )
        except (OSError, RuntimeError, ValueError, SyntaxError) as error:
            raise _given_up(error) from error
        if not isinstance(found, ox.QuerySolutions):
            raise TypeError("a SELECT query was expected")
        return tuple(variable.value for variable in found.variables), _rows(found)

    # Focus nodes

    def classes(self, class_: ox.NamedNode) -> tuple[Term, ...]:
        """Return a class and all its subclasses in the data graph."""
        if class_ not in self._classes:
            known: dict[Term, None] = {class_: None}
            waiting: list[Term] = [class_]
            while waiting:
                for quad in self.store.quads_for_pattern(
                    None, SUBCLASS, waiting.pop(), ox.DefaultGraph()
                ):
                    subject = quad.subject
                    if not isinstance(subject, ox.Triple) and subject not in known:
                        known[subject] = None
                        waiting.append(subject)
            self._classes[class_] = tuple(known)
        return self._classes[class_]

    def instance_pattern(self, variable: str, class_: ox.NamedNode) -> str:
        """Return group elements that bind `variable` to the instances of a class.

        An instance comes once for each of its classes.
        """
        classes = self.classes(class_)
        if self._is_enough(class_, classes):
            return f"?{variable} {TYPE} {class_} ."
        if any(isinstance(c, ox.BlankNode) for c in classes):
            return f"?{variable} {TYPE}/{SUBCLASS}* {class_} ."
        return f"{values_block('type_', list(classes))} ?{variable} {TYPE} ?type_ ."

    def _is_enough(self, class_: ox.NamedNode, classes: tuple[Term, ...]) -> bool:
        """Tell whether the instances of all these classes have the one for their type as well.

        Most graphs state it, and then one triple pattern says all.
        """
        below = [other for other in classes if other != class_]
        return all(
            isinstance(other, ox.NamedNode) and self.instances(other) <= self.instances(class_)
            for other in below
        )

    def target(self, targets: Targets) -> Focus:
        """Return the focus nodes that targets name."""
        if targets not in self._targets:
            parts = [self.instance_pattern("this", class_) for class_ in targets.classes]
            parts += [f"?this {predicate} ?any_ ." for predicate in targets.subjects_of]
            parts += [f"?any_ {predicate} ?this ." for predicate in targets.objects_of]
            if targets.nodes:
                parts.append(values_block("this", list(targets.nodes)))
            source = " UNION ".join(f"{{ {part} }}" for part in parts)
            if len(parts) == 1 and len(targets.classes) == 1 and "type_" not in parts[0]:
                source = parts[0]
            if source.startswith("{"):
                source = f"{{ SELECT DISTINCT ?this WHERE {{ {source} }} }}"
            self._targets[targets] = Focus(self._members(targets, source), source)
        return self._targets[targets]

    def _members(self, targets: Targets, source: str) -> AbstractSet[Term]:
        if source == f"?this {TYPE} {targets.classes[0] if targets.classes else None} .":
            return self.instances(targets.classes[0])
        return self._nodes(source)

    def _nodes(self, source: str) -> AbstractSet[Term]:
        rows = self.query(f"SELECT ?this WHERE {{ {source} }}")
        return {row[0] for row in rows if row[0] is not None}

    def holders(self, predicate: ox.NamedNode, focus: Focus) -> Iterator[tuple[Term, Term]]:
        """Yield all subjects and objects of a predicate; of `rdf:type`, those of a focus.

        Where it has few objects, one query for each of them leaves it to the engine to tell them
        apart: that takes half the time, most of which goes into handing terms over.
        """
        if predicate == TYPE:
            yield from self._types(focus)
            return
        values = self._values(predicate) if self.variety(predicate) <= FEW else []
        if not values or any(isinstance(value, ox.BlankNode) for value in values):
            yield from self._pairs(f"SELECT ?this ?value WHERE {{ ?this {predicate} ?value }}")
            return
        for value in values:
            for (node,) in self.query(f"SELECT ?this WHERE {{ ?this {predicate} {value} }}"):
                if node is not None:
                    yield node, value

    def _types(self, focus: Focus) -> Iterator[tuple[Term, Term]]:
        if len(focus.members) * WORTH < self._size((TYPE, None)):
            query = f"SELECT ?this ?value WHERE {{ {focus.pattern} ?this {TYPE} ?value }}"
            yield from self._pairs(query)
            return
        for class_ in self._values(TYPE):
            if isinstance(class_, ox.NamedNode):
                nodes = self.instances(class_)
            else:
                found = (quad.subject for quad in self._quads(None, TYPE, class_))
                nodes = {node for node in found if not isinstance(node, ox.Triple)}
            yield from ((node, class_) for node in nodes & focus.members)

    def _pairs(self, query: str) -> Iterator[tuple[Term, Term]]:
        for node, value in self.query(query):
            if node is not None and value is not None:
                yield node, value

    def instances(self, class_: ox.NamedNode) -> AbstractSet[Term]:
        """Return what has a class for its type, its subclasses left out."""
        if class_ not in self._instances:
            self._instances[class_] = self._nodes(f"?this {TYPE} {class_} .")
        return self._instances[class_]

    def is_digestible(self, focus: Focus, extents: frozenset[Extent] | None) -> bool:
        """Tell whether what a query asks of other nodes is little beside a focus."""
        if extents is None or not focus.is_pattern:
            return False
        return sum(map(self._size, extents)) <= len(focus.members)

    def _size(self, extent: Extent) -> int:
        if extent not in self._sizes:
            predicate, value = extent
            pattern = f"?s {predicate} {value or '?o'}"
            (count,) = next(self.query(f"SELECT (COUNT(*) AS ?n) WHERE {{ {pattern} }}"))
            self._sizes[extent] = int(count.value) if count is not None else 0
        return self._sizes[extent]

    def _quads(
        self, node: Term | None, predicate: ox.NamedNode, value: Term | None
    ) -> Iterator[ox.Quad]:
        if isinstance(node, ox.Literal):
            return iter(())
        return self.store.quads_for_pattern(node, predicate, value, ox.DefaultGraph())

    def variety(self, predicate: ox.NamedNode) -> int:
        """Return the number of different objects of a predicate."""
        if predicate not in self._varieties:
            query = f"SELECT (COUNT(DISTINCT ?value) AS ?n) WHERE {{ ?this {predicate} ?value }}"
            (count,) = next(self.query(query))
            self._varieties[predicate] = int(count.value) if count is not None else 0
        return self._varieties[predicate]

    def _values(self, predicate: ox.NamedNode) -> list[Term]:
        """Return the different objects of a predicate."""
        query = f"SELECT DISTINCT ?value WHERE {{ ?this {predicate} ?value }}"
        return [row[0] for row in self.query(query) if row[0] is not None]

    # Value nodes

    def pairs(self, site: Site) -> Iterator[tuple[Term, Term]]:
        """Yield each focus node with each of its value nodes."""
        if site.shape.path is None:
            yield from ((node, node) for node in site.focus.members)
            return
        yield from self.value_rows(site)

    def value_rows(self, site: Site, tail: str = "") -> Iterator[tuple[Term, Term]]:
        """Yield the pairs of focus and value nodes that `tail`, further group elements, leaves."""
        if tail and site.scans and not self._has_value(site, tail):
            return
        query = f"SELECT ?this ?value WHERE {{ {site.value_pattern()} {tail} }}"
        members = site.focus.members
        for node, value in self.query(query):
            if node in members and node is not None and value is not None:
                yield node, value

    def _has_value(self, site: Site, tail: str) -> bool:
        """Tell whether any value at all is left; many nodes have the same few."""
        values = f"{{ SELECT DISTINCT ?value WHERE {{ ?this {site.shape.path} ?value }} }}"
        return any(True for _ in self.query(f"SELECT ?value WHERE {{ {values} {tail} }}"))

    def focus_of_values(self, site: Site, values: AbstractSet[Term]) -> Focus:
        """Return the value nodes of a site, which are `values`, as focus nodes."""
        path = site.shape.path
        if path is None:
            return site.focus
        up = f"{{ SELECT (?this AS ?up_) WHERE {{ {site.focus.pattern} }} }}"
        walked = f"{up} ?up_ {path} ?this ."
        if path.nullable:
            walked = f"{{ {walked} }} UNION {{ {site.focus.pattern} }}"
        return Focus(values, f"{{ SELECT DISTINCT ?this WHERE {{ {walked} }} }}")

    def is_functional(self, path: Path) -> bool:
        """Tell whether no node at all has two values for a simple path."""
        if path not in self._functional:
            query = (
                "SELECT (COUNT(*) AS ?pairs) (COUNT(DISTINCT ?this) AS ?nodes) "
                f"WHERE {{ ?this {path} ?value }}"
            )
            pairs, nodes = next(self.query(query))
            self._functional[path] = pairs == nodes
        return self._functional[path]

    def is_total(self, path: Path, focus: Focus) -> bool:
        """Tell whether every focus node has one value for a simple path, none of them several."""
        if focus.is_small or not focus.is_pattern:
            return False
        if isinstance(path, Predicate) and self.signatures.is_known(path.iri, focus):
            return self.signatures.is_total(path.iri, focus)
        if not self.is_functional(path):
            return False
        # Each pair is held against the focus: to look for the values of a node takes longer.
        kept = f"FILTER EXISTS {{ {focus.pattern} }}"
        query = f"SELECT (COUNT(*) AS ?n) WHERE {{ ?this {path} ?value {kept} }}"
        (count,) = next(self.query(query))
        return count is not None and int(count.value) == len(focus.members)

    # Conformance

    def violations(self, site: Site) -> Iterator[Violation]:
        """Yield what the constraints of a shape find, nested property shapes left out."""
        kinds = None
        path = site.shape.path
        by_kind = any(constraint.of_values_alone for constraint in site.shape.constraints)
        if by_kind and isinstance(path, Predicate) and not site.focus.is_small:
            kinds = self.signatures.kinds(site.focus, frozenset((path.iri,)))
        one_of_each = None if kinds is None else kinds.focus
        for constraint in site.shape.constraints:
            if kinds and one_of_each and constraint.of_values_alone:
                yield from self._by_kind(constraint, site, kinds, one_of_each)
            else:
                yield from constraint.violations(self, site)

    def _by_kind(
        self, constraint: Constraint, site: Site, kinds: Kinds, one_of_each: Focus
    ) -> Iterator[Violation]:
        """Check one node of each kind: what is wrong with it is wrong with all that are like it."""
        found = list(constraint.violations(self, Site(site.shape, one_of_each)))
        path = site.shape.path
        if found and isinstance(path, Predicate):
            chosen = {violation.node for violation in found}
            alike = self.signatures.like(site.focus, kinds, chosen)
            for violation in found:
                for node in alike[violation.node]:
                    yield replace(violation, node=node)

    def failing(self, node: ShapeNode, focus: Focus) -> set[Term]:
        """Return the focus nodes that do not conform to a shape."""
        shape = self.shapes[node]
        if shape.deactivated or not focus.members:
            return set()
        site = Site(shape, focus)
        found = {violation.node for violation in self.violations(site)}
        if shape.properties:
            pairs = list(self.pairs(site))
            values = self.focus_of_values(site, {value for _, value in pairs})
            failing: set[Term] = set()
            for nested in shape.properties:
                failing |= self.failing(nested, values)
            found |= {parent for parent, value in pairs if value in failing}
        return found

    def results(
        self, node: ShapeNode, focus: Focus, weigh: Weigh | None = None
    ) -> Iterator[Result]:
        """Yield the validation results of a shape.

        Args:
            node: the shape.
            focus: its focus nodes.
            weigh: how many times each of them is validated: a property shape validates a value
                node once for each node that has it. None for once.
        """
        shape = self.shapes[node]
        if shape.deactivated or not focus.members:
            return
        site = Site(shape, focus)
        weights: Mapping[Term, int] | None = None
        for violation in self.violations(site):
            if weigh is not None and weights is None:
                weights = weigh()
            result = _result(shape, violation)
            for _ in range(1 if weights is None else weights.get(violation.node, 1)):
                yield result
        yield from self._nested(site, weigh)

    def _nested(self, site: Site, weigh: Weigh | None) -> Iterator[Result]:
        shape = site.shape
        if not shape.properties:
            return
        values, below = site.focus, weigh
        if shape.path is not None:
            values = self.focus_of_values(site, {value for _, value in self.pairs(site)})

            def below() -> Mapping[Term, int]:
                above = {} if weigh is None else weigh()
                counts: Counter[Term] = Counter()
                for parent, value in self.pairs(site):
                    counts[value] += above.get(parent, 1)
                return counts

        for nested in shape.properties:
            yield from self.results(nested, values, below)

    # The shapes graph beside the data

    def store_with_shapes(self, graph: ox.NamedNode) -> ox.Store:
        """Return a copy of the data in memory with the shapes graph as a named graph."""
        if self._with_shapes is None:
            copy = ox.Store()
            copy.bulk_extend(self.store.quads_for_pattern(None, None, None, ox.DefaultGraph()))
            copy.extend(
                ox.Quad(t.subject, t.predicate, t.object, graph) for t in self._shapes_graph()
            )
            self._with_shapes = copy
        return self._with_shapes


def _rows(found: ox.QuerySolutions) -> Iterator[Row]:
    try:
        for solution in found:
            yield tuple(solution)
    except (OSError, RuntimeError, ValueError) as error:
        raise _given_up(error) from error


def _given_up(error: Exception) -> ValidationFailure:
    return ValidationFailure(f"查询无法执行：{error}", f"a query cannot be run: {error}")


def _result(shape: Shape, violation: Violation) -> Result:
    own = violation.messages if violation.own_messages else ()
    return Result(
        focus_node=violation.node,
        path=violation.path or shape.path,
        value=violation.value,
        component=violation.component,
        severity=shape.severity,
        source_shape=shape.node,
        source_constraint=violation.constraint,
        messages=own or shape.messages or violation.messages,
    )
