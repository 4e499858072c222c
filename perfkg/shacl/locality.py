"""Which shapes say of a node nothing but what its neighbourhood says.

The neighbourhood of a node is what is reached from it by following statements from subject to
object, and statements of some predicates from object to subject as well. A shape is local if it
finds the same in a graph that holds the neighbourhoods of its focus nodes and nothing else; a
large graph can then be validated piece by piece. Whatever cannot be shown to be local is not.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Set
from typing import Final

import pyoxigraph as ox
from rdflib import URIRef, Variable, paths
from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue

from perfkg.shacl.known import key_of
from perfkg.shacl.logic import Conforms, Qualified
from perfkg.shacl.model import Constraint, Shape, ShapeNode
from perfkg.shacl.paths import Alternative, Inverse, Path, Predicate, Repeated, Sequence
from perfkg.shacl.select import AskConstraint, Query, SelectConstraint

Names = frozenset[str]

_ONE_INSIDE: Final = ("Filter", "Extend", "Distinct", "Reduced", "OrderBy", "SelectQuery", "Having")
_THIS: Final = frozenset(("this",))


class _Elsewhere(Exception):
    """A query asks of nodes that may lie outside the neighbourhood."""


def local_shapes(
    shapes: Mapping[ShapeNode, Shape], backwards: Set[ox.NamedNode], known: Container[str] = ()
) -> frozenset[ShapeNode]:
    """Return the shapes with targets that are local.

    Args:
        shapes: every shape by its node.
        backwards: the predicates that are followed from object to subject as well.
        known: the keys of queries that are known to be local, which takes long to show.
    """
    locality = Locality(shapes, backwards, known)
    return frozenset(node for node, shape in shapes.items() if shape.targets and locality.of(node))


class Locality:
    """What is known of some shapes, of which none is recursive; see `local_shapes`."""

    def __init__(
        self,
        shapes: Mapping[ShapeNode, Shape],
        backwards: Set[ox.NamedNode],
        known: Container[str] = (),
    ) -> None:
        """Know nothing yet but the queries."""
        self._shapes = shapes
        self._backwards = frozenset(predicate.value for predicate in backwards)
        self._known_queries = known
        self._known: dict[ShapeNode, bool] = {}

    def of(self, node: ShapeNode) -> bool:
        """Tell whether a shape is local."""
        if node not in self._known:
            shape = self._shapes[node]
            self._known[node] = (
                (shape.path is None or self.leads(shape.path))
                and all(map(self._is_local, shape.constraints))
                and all(map(self.of, shape.properties))
            )
        return self._known[node]

    def _is_local(self, constraint: Constraint) -> bool:
        match constraint:
            case Conforms(shapes=shapes):
                return all(map(self.of, shapes))
            case Qualified(shape=shape, siblings=siblings):
                return all(map(self.of, (shape, *siblings)))
            case SelectConstraint(query=query):
                return self.asks_nearby(query, _THIS)
            case AskConstraint(query=query):
                return self.asks_nearby(query, _THIS | {"value"})
        # The other constraints of SHACL Core look at value nodes and at statements about them.
        return True

    def leads(self, path: Path, *, back: bool = False) -> bool:
        """Tell whether a path leads from a node to others in its neighbourhood.

        Args:
            path: the path.
            back: whether it is walked from its end.
        """
        match path:
            case Predicate(iri=iri):
                return not back or iri.value in self._backwards
            case Inverse(path=inner):
                return self.leads(inner, back=not back)
            case Repeated(path=inner):
                return self.leads(inner, back=back)
            case Sequence(paths=parts) | Alternative(paths=parts):
                return all(self.leads(part, back=back) for part in parts)

    def asks_nearby(self, query: Query, given: Names = _THIS) -> bool:
        """Tell whether a query asks of nothing but the neighbourhood of the variables given."""
        text = query.analysed.text
        if key_of(text, query.prefixes) in self._known_queries:
            return True
        try:
            algebra = translateQuery(parseQuery(text), initNs=query.prefixes).algebra
            _Nearby(self, given).check(algebra, given)
        except _Elsewhere:
            return False
        except Exception:
            return False
        return True


class _Nearby:
    """Follows one query from the variables that are in the neighbourhood of `$this`.

    Args:
        locality: knows which paths lead to neighbours.
        given: the variables that are bound before the query begins.
    """

    def __init__(self, locality: Locality, given: Names) -> None:
        self._locality = locality
        self._given = given

    def check(self, part: CompValue, near: Names) -> Names:
        """Check a part of a query.

        Args:
            part: of the algebra.
            near: variables that are bound to neighbours wherever a solution of this part counts.

        Returns:
            The variables that each solution of the part binds to neighbours.

        Raises:
            _Elsewhere: it asks of nodes that are not known to be neighbours.
        """
        match part.name:
            case "BGP":
                return self._patterns(part.triples, near)
            case "Join":
                return self._join(part, near)
            case "LeftJoin":
                bound = self.check(part.p1, near)
                self.check(part.p2, near | bound)
                self._conditions(part.expr, near | bound)
                return bound
            case "Union":
                return self.check(part.p1, near) & self.check(part.p2, near)
            case "ToMultiSet" if part.p is not None:
                return self._subselect(part.p, near)
            case name if name in _ONE_INSIDE:
                return self._one_inside(part, near)
            case "Project":
                names = frozenset(str(name) for name in part.PV)
                return self.check(part.p, near) & names
            case "AggregateJoin":
                return self._grouped(part, near)
        raise _Elsewhere

    def _one_inside(self, part: CompValue, near: Names) -> Names:
        bound = self.check(part.p, near)
        self._conditions(part.get("expr"), near | bound)
        return bound

    def _join(self, part: CompValue, near: Names) -> Names:
        first = self._surely(part.p1, near)
        second = self.check(part.p2, near | first)
        return self.check(part.p1, near | second) | second

    def _surely(self, part: CompValue, near: Names) -> Names:
        """Return what a part binds to neighbours; nothing where that takes what it is joined to."""
        try:
            return self.check(part, near)
        except _Elsewhere:
            return frozenset()

    def _subselect(self, part: CompValue, near: Names) -> Names:
        """Check a sub-SELECT: rows that its surroundings do not join with do not count.

        What a row says comes from the solutions that have its keys; so the keys alone are near.
        """
        inside = part
        while inside.name in ("Distinct", "Reduced", "OrderBy"):
            inside = inside.p
        if inside.name != "Project":
            raise _Elsewhere
        names = frozenset(str(name) for name in inside.PV)
        keys = _keys(inside.p)
        kept = near & names if keys is None else near & names & keys
        return self.check(part, kept | self._given)

    def _grouped(self, part: CompValue, near: Names) -> Names:
        group = part.p
        for aggregate in part.A:
            self._conditions(aggregate, near)
        keys = _keys(part) or frozenset()
        return self.check(group.p, near) & keys

    def _conditions(self, expression: object, near: Names) -> None:
        """Check the EXISTS in an expression."""
        if isinstance(expression, CompValue):
            if expression.name in ("Builtin_EXISTS", "Builtin_NOTEXISTS"):
                self.check(expression.graph, near)
                return
            for value in expression.values():
                self._conditions(value, near)
        elif isinstance(expression, list | tuple):
            for value in expression:
                self._conditions(value, near)

    def _patterns(self, triples: Iterable[tuple[object, object, object]], near: Names) -> Names:
        bound: set[str] = set(near)
        waiting = list(triples)
        while waiting:
            left = [triple for triple in waiting if not self._reach(triple, bound)]
            if len(left) == len(waiting):
                raise _Elsewhere
            waiting = left
        return frozenset(bound)

    def _reach(self, triple: tuple[object, object, object], bound: set[str]) -> bool:
        """Tell whether a pattern starts at a neighbour; note the other end as one."""
        subject, predicate, value = triple
        # A predicate that is asked for is one of the statements about the subject.
        path = None if isinstance(predicate, Variable) else _path(predicate)
        if _name(subject) in bound and (path is None or self._locality.leads(path)):
            bound.add(_name(value))
        elif path and _name(value) in bound and self._locality.leads(path, back=True):
            bound.add(_name(subject))
        else:
            return False
        return True


def _keys(part: CompValue) -> Names | None:
    """Return the variables that a query is grouped by; None where it is not grouped."""
    while part.name != "AggregateJoin":
        if "p" not in part or part.name == "Project":
            return None
        part = part.p
    expressions = part.p.expr or []
    return frozenset(str(key) for key in expressions if isinstance(key, Variable))


def _name(term: object) -> str:
    """Return the name of a variable or of a blank node, which is one; else nothing."""
    return str(term) if isinstance(term, Variable) else f"_:{term}"


def _path(predicate: object) -> Path:
    match predicate:
        case URIRef():
            return Predicate(ox.NamedNode(str(predicate)))
        case paths.InvPath():
            return Inverse(_path(predicate.arg))
        case paths.SequencePath():
            return Sequence(tuple(map(_path, predicate.args)))
        case paths.AlternativePath():
            return Alternative(tuple(map(_path, predicate.args)))
        case paths.MulPath():
            return Repeated(_path(predicate.path), str(predicate.mod))
    raise _Elsewhere
