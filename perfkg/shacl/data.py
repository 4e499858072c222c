"""The data graph of one run: its queries, its classes, what its predicates hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import TypeAlias, cast

import pyoxigraph as ox

from perfkg.shacl.digest import Extent
from perfkg.shacl.errors import ValidationFailure
from perfkg.shacl.focus import Focus
from perfkg.shacl.model import Targets
from perfkg.shacl.signatures import WORTH
from perfkg.shacl.terms import SUBCLASS, TYPE, Term, values_block

Row: TypeAlias = tuple[Term | None, ...]


class Data:
    """The default graph of a store, which is only read; what it says is asked for once.

    Args:
        store: holds the data.
    """

    def __init__(self, store: ox.Store) -> None:
        self.store = store
        self._classes: dict[ox.NamedNode, tuple[Term, ...]] = {}
        self._targets: dict[Targets, Focus] = {}
        self._varieties: dict[ox.NamedNode, int] = {}
        self._sizes: dict[Extent, int] = {}
        self._instances: dict[Term, AbstractSet[Term]] = {}

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
        """Yield all subjects and objects of a predicate; of `rdf:type`, those of a focus."""
        if predicate == TYPE:
            return self._types(focus)
        quads = self.store.quads_for_pattern(None, predicate, None, ox.DefaultGraph())
        # A query would give the same for half as much again.
        pairs = ((quad.subject, quad.object) for quad in quads)
        return cast(Iterator[tuple[Term, Term]], pairs)

    def _types(self, focus: Focus) -> Iterator[tuple[Term, Term]]:
        if len(focus.members) * WORTH < self.size((TYPE, None)):
            query = f"SELECT ?this ?value WHERE {{ {focus.pattern} ?this {TYPE} ?value }}"
            yield from self._pairs(query)
            return
        for class_ in self._values(TYPE):
            if isinstance(class_, ox.NamedNode):
                nodes = self.instances(class_)
            else:
                found = (quad.subject for quad in self.quads(None, TYPE, class_))
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

    def size(self, extent: Extent) -> int:
        """Return the number of triples of a predicate, or of the instances of a class."""
        if extent not in self._sizes:
            predicate, value = extent
            pattern = f"?s {predicate} {value or '?o'}"
            (count,) = next(self.query(f"SELECT (COUNT(*) AS ?n) WHERE {{ {pattern} }}"))
            self._sizes[extent] = int(count.value) if count is not None else 0
        return self._sizes[extent]

    def quads(
        self, node: Term | None, predicate: ox.NamedNode, value: Term | None
    ) -> Iterator[ox.Quad]:
        """Yield the triples with a subject, a predicate and an object."""
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


def _rows(found: ox.QuerySolutions) -> Iterator[Row]:
    try:
        for solution in found:
            yield tuple(solution)
    except (OSError, RuntimeError, ValueError) as error:
        raise _given_up(error) from error


def _given_up(error: Exception) -> ValidationFailure:
    return ValidationFailure(f"查询无法执行：{error}", f"a query cannot be run: {error}")
