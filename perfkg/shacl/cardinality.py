"""Constraints that look at the values of a node together: how many, which, and of which language.

https://www.w3.org/TR/shacl/#core-components-count, sh:uniqueLang, sh:hasValue and sh:closed
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import pyoxigraph as ox

from perfkg.shacl import messages
from perfkg.shacl.model import Violation
from perfkg.shacl.paths import Path, Predicate, is_simple
from perfkg.shacl.run import Run, Site
from perfkg.shacl.terms import Term


def _lacking(site: Site, path: Path, value: str) -> str:
    """Return a query for the focus nodes that have no such value."""
    # NOT EXISTS looks each node up, and MINUS reads all pairs once.
    without = "FILTER NOT EXISTS" if site.focus.is_small else "MINUS"
    return f"SELECT ?this WHERE {{ {site.focus.pattern} {without} {{ ?this {path} {value} }} }}"


@dataclass(frozen=True, slots=True)
class MinCount:
    """sh:minCount: at least so many value nodes."""

    of_values_alone: ClassVar[bool] = False
    component: ox.NamedNode
    count: int

    def violations(self, run: Run, site: Site) -> Iterator[Violation]:
        """Yield the nodes with too few values."""
        path = site.shape.path
        if path is None or self.count <= 0:
            return
        says = messages.default(self.component, self.count)
        for node in self._nodes(run, site, path):
            yield Violation(node, self.component, messages=says)

    def _nodes(self, run: Run, site: Site, path: Path) -> Iterator[Term]:
        if self.count == 1 and not path.nullable:
            if is_simple(path) and run.is_total(path, site.focus):
                return
            yield from (row[0] for row in run.data.query(_lacking(site, path, "?value")) if row[0])
            return
        query = (
            f"SELECT ?this WHERE {{ {site.value_pattern()} }} "
            f"GROUP BY ?this HAVING (COUNT(?value) >= {self.count})"
        )
        enough = {row[0] for row in run.data.query(query)}
        yield from (node for node in site.focus.members if node not in enough)


@dataclass(frozen=True, slots=True)
class MaxCount:
    """sh:maxCount: at most so many value nodes."""

    of_values_alone: ClassVar[bool] = False
    component: ox.NamedNode
    count: int

    def violations(self, run: Run, site: Site) -> Iterator[Violation]:
        """Yield the nodes with too many values."""
        path = site.shape.path
        if path is None or (self.count >= 1 and is_simple(path) and run.is_functional(path)):
            return
        says = messages.default(self.component, self.count)
        query = (
            f"SELECT ?this WHERE {{ {site.value_pattern()} }} "
            f"GROUP BY ?this HAVING (COUNT(?value) > {self.count})"
        )
        for (node,) in run.data.query(query):
            if node is not None and node in site.focus.members:
                yield Violation(node, self.component, messages=says)


@dataclass(frozen=True, slots=True)
class UniqueLang:
    """sh:uniqueLang: no two values in one language."""

    of_values_alone: ClassVar[bool] = True
    component: ox.NamedNode

    def violations(self, run: Run, site: Site) -> Iterator[Violation]:
        """Yield a node once for each language in which it has several values."""
        query = (
            f"SELECT ?this ?language WHERE {{ {site.value_pattern()} "
            'BIND (LCASE(LANG(?value)) AS ?language) FILTER (?language != "") } '
            "GROUP BY ?this ?language HAVING (COUNT(?value) > 1)"
        )
        for node, language in run.data.query(query):
            if node is not None and language is not None and node in site.focus.members:
                says = messages.default(self.component, language.value)
                yield Violation(node, self.component, messages=says)


@dataclass(frozen=True, slots=True)
class HasValue:
    """sh:hasValue: one value node is a given term."""

    of_values_alone: ClassVar[bool] = True
    component: ox.NamedNode
    value: Term

    def violations(self, run: Run, site: Site) -> Iterator[Violation]:
        """Yield the nodes without that value."""
        says = messages.default(self.component, self.value)
        path = site.shape.path
        if path is None:
            lacking = (node for node in site.focus.members if node != self.value)
        else:
            rows = run.data.query(_lacking(site, path, str(self.value)))
            lacking = (row[0] for row in rows if row[0] is not None)
        for node in lacking:
            if not (path is not None and path.nullable and node == self.value):
                yield Violation(node, self.component, messages=says)


@dataclass(frozen=True, slots=True)
class Closed:
    """sh:closed: value nodes have no properties but those that the shape names."""

    of_values_alone: ClassVar[bool] = True
    component: ox.NamedNode
    allowed: tuple[ox.NamedNode, ...]

    def violations(self, run: Run, site: Site) -> Iterator[Violation]:
        """Yield each statement with another property."""
        fence = f"FILTER (?property NOT IN ({', '.join(map(str, self.allowed))}))"
        query = (
            f"SELECT ?this ?property ?object WHERE {{ {site.value_pattern()} "
            f"?value ?property ?object {fence if self.allowed else ''} }}"
        )
        for node, predicate, value in run.data.query(query):
            is_own = node is not None and node in site.focus.members
            if node is not None and is_own and isinstance(predicate, ox.NamedNode):
                says = messages.default(self.component, predicate)
                yield Violation(node, self.component, value, Predicate(predicate), says)
