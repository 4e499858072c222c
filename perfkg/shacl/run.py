"""One run of a plan over one store: focus nodes, value nodes, conformance, results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

import pyoxigraph as ox

from perfkg.shacl.data import Data
from perfkg.shacl.digest import Digest, Extent
from perfkg.shacl.focus import Focus
from perfkg.shacl.model import Constraint, Shape, ShapeNode, Violation
from perfkg.shacl.paths import Path, Predicate, is_simple
from perfkg.shacl.results import Result
from perfkg.shacl.signatures import Kinds, Signatures
from perfkg.shacl.terms import Term

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
        self.data = Data(store)
        self.shapes = shapes
        self._shapes_graph = shapes_graph
        self._functional: dict[Path, bool] = {}
        self.signatures = Signatures(
            self.data.holders, self.data.variety, lambda p: self.data.size((p, None))
        )
        self.digest = Digest(self.signatures, self.data.quads)
        self._with_shapes: ox.Store | None = None

    def is_digestible(self, focus: Focus, extents: frozenset[Extent] | None) -> bool:
        """Tell whether what a query asks of other nodes is little beside a focus."""
        if extents is None or not focus.is_pattern:
            return False
        return sum(map(self.data.size, extents)) <= len(focus.members)

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
        for node, value in self.data.query(query):
            if node in members and node is not None and value is not None:
                yield node, value

    def _has_value(self, site: Site, tail: str) -> bool:
        """Tell whether any value at all is left; many nodes have the same few."""
        values = f"{{ SELECT DISTINCT ?value WHERE {{ ?this {site.shape.path} ?value }} }}"
        return any(True for _ in self.data.query(f"SELECT ?value WHERE {{ {values} {tail} }}"))

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
            pairs, nodes = next(self.data.query(query))
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
        (count,) = next(self.data.query(query))
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
            copy.bulk_extend(self.data.store.quads_for_pattern(None, None, None, ox.DefaultGraph()))
            copy.extend(
                ox.Quad(t.subject, t.predicate, t.object, graph) for t in self._shapes_graph()
            )
            self._with_shapes = copy
        return self._with_shapes


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
