"""Constraints written in SPARQL: sh:sparql, and the validators of constraint components.

https://www.w3.org/TR/shacl/#sparql-constraints and #sparql-constraint-components
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar, Final

import pyoxigraph as ox

from perfkg.shacl import messages
from perfkg.shacl.by_kind import Table, rows_by_kind
from perfkg.shacl.digest import Asked, asked
from perfkg.shacl.errors import ValidationFailure
from perfkg.shacl.messages import Messages
from perfkg.shacl.model import ShapeNode, Violation
from perfkg.shacl.paths import Path, Predicate
from perfkg.shacl.prebinding import Analysed
from perfkg.shacl.run import Run, Site
from perfkg.shacl.terms import TRUE, Term, values_block

SHAPES_GRAPH: Final = ox.NamedNode("urn:x-shacl:shapes-graph")
"""What `$shapesGraph` is bound to."""


@dataclass(frozen=True)
class Query:
    """A query with the values of its pre-bound variables, `$this` and `$value` aside.

    Attributes:
        analysed: the query, cut open.
        prefixes: what its prefixes stand for.
        constants: parameters, `$currentShape` and `$shapesGraph`.
    """

    analysed: Analysed
    prefixes: dict[str, str] = field(hash=False)
    constants: tuple[tuple[str, Term], ...] = ()

    @cached_property
    def asked(self) -> Asked | None:
        """The predicates on whose values alone its rows depend; None where there is more."""
        return asked(self.analysed.text, self.prefixes)

    @property
    def constant_pattern(self) -> str:
        """Group elements that bind the constants."""
        return " ".join(values_block(name, [term]) for name, term in self.constants)

    def names(self, *variables: str) -> list[str]:
        """Return the names of all pre-bound variables."""
        return [*variables, *(name for name, _ in self.constants)]

    def rows_of(self, run: Run, pattern: str, *, outermost: bool) -> Table:
        """Run the query for the nodes that a pattern binds to `?this`."""
        prebound = f"{pattern} {self.constant_pattern}"
        return self.rows(run, self.analysed.join(prebound, self.names("this"), outermost=outermost))

    def rows(
        self,
        run: Run,
        text: str,
        substitutions: Mapping[ox.Variable, Term] | None = None,
        store: ox.Store | None = None,
    ) -> Table:
        """Run a text made of this query; yield what each row binds."""
        if any(name == "shapesGraph" for name, _ in self.constants):
            store = run.store_with_shapes(SHAPES_GRAPH)
        names, rows = run.data.table(
            text, prefixes=self.prefixes, substitutions=substitutions, store=store
        )
        for row in rows:
            yield {name: term for name, term in zip(names, row, strict=True) if term is not None}


@dataclass(frozen=True, slots=True)
class SelectConstraint:
    """A SELECT query of which each row is a violation.

    Attributes:
        source: the SPARQL constraint; None for the validator of a component.
        says: the messages that the constraint or the validator gives.
        place: the shape, for errors.
    """

    of_values_alone: ClassVar[bool] = False
    component: ox.NamedNode
    query: Query
    source: ShapeNode | None
    says: Messages
    place: str

    def violations(self, run: Run, site: Site) -> Iterator[Violation]:
        """Yield one violation for each row about a focus node."""
        for row in self._rows(run, site):
            node = row.get("this")
            if node is not None and node in site.focus.members:
                yield self._violation(site, node, row)

    def _rows(self, run: Run, site: Site) -> Table:
        query, focus = self.query, site.focus
        if query.analysed.by_node:
            return self._rows_by_node(run, site)
        if not focus.is_small and query.asked is not None:
            rows = rows_by_kind(run, focus, query, query.asked)
            if rows is not None:
                return rows
        outermost = focus.is_small or bool(query.constants)
        return query.rows_of(run, focus.pattern, outermost=outermost)

    def _rows_by_node(self, run: Run, site: Site) -> Table:
        query = self.query
        names = query.names("this")
        for node in sorted(site.focus.members, key=str):
            if isinstance(node, ox.BlankNode):
                # A query cannot name a blank node: it is found by its pattern.
                pattern, bound = site.focus.source, {ox.Variable("this"): node}
            else:
                pattern, bound = values_block("this", [node]), None
            prebound = f"{pattern} {query.constant_pattern}"
            text = query.analysed.join(prebound, names, outermost=True)
            yield from query.rows(run, text, bound)

    def _violation(self, site: Site, node: Term, row: dict[str, Term]) -> Violation:
        if row.get("failure") == TRUE:
            raise ValidationFailure(
                f"约束对节点 {node} 报告失败（?failure 为 true）。",
                f"The constraint reports a failure (?failure is true) for {node}.",
                place=self.place,
            )
        is_node_shape = site.shape.path is None
        value = row.get("value") or (node if is_node_shape else None)
        bindings = {**dict(self.query.constants), **row}
        return Violation(
            node,
            self.component,
            value,
            _path(row.get("path")),
            self._messages(row, bindings),
            own_messages=self.source is not None and bool(self.says or "message" in row),
            constraint=self.source,
        )

    def _messages(self, row: dict[str, Term], bindings: dict[str, Term]) -> Messages:
        projected = row.get("message")
        if isinstance(projected, ox.Literal):
            return ((projected.value, projected.language),)
        return messages.filled(self.says, bindings) or messages.default(self.component)


def _path(term: Term | None) -> Path | None:
    return Predicate(term) if isinstance(term, ox.NamedNode) else None


@dataclass(frozen=True, slots=True)
class AskConstraint:
    """An ASK query that is true of each value node that conforms."""

    of_values_alone: ClassVar[bool] = False
    component: ox.NamedNode
    query: Query
    says: Messages

    def violations(self, run: Run, site: Site) -> Iterator[Violation]:
        """Yield the values of which the query is false."""
        query = self.query
        pattern = site.value_pattern()
        if site.shape.path is not None:
            pattern = f"{{ SELECT ?this ?value WHERE {{ {pattern} }} }}"
        prebound = f"{pattern} {query.constant_pattern}"
        joined = query.analysed.join(prebound, query.names("this", "value"), outermost=True)
        start = query.analysed.head_end
        select = f"{joined[:start]}SELECT DISTINCT ?this ?value {joined[start + len('ASK') :]}"
        conforming = {(row["this"], row["value"]) for row in query.rows(run, select)}
        for node, value in run.pairs(site):
            if (node, value) not in conforming:
                bindings = {**dict(query.constants), "this": node, "value": value}
                says = messages.filled(self.says, bindings) or messages.default(self.component)
                yield Violation(node, self.component, value, messages=says)
