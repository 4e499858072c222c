"""Constraints that compare the values of a path with those of a property.

https://www.w3.org/TR/shacl/#core-components-property-pairs
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import pyoxigraph as ox

from perfkg.shacl import messages
from perfkg.shacl.model import Violation
from perfkg.shacl.run import Run, Site
from perfkg.shacl.terms import Term


@dataclass(frozen=True, slots=True)
class Equals:
    """sh:equals: the same values as another property."""

    of_values_alone: ClassVar[bool] = False
    component: ox.NamedNode
    predicate: ox.NamedNode

    def violations(self, run: Run, site: Site) -> Iterator[Violation]:
        """Yield every value that only one of the two has."""
        says = messages.default(self.component, self.predicate)
        own = set(run.pairs(site))
        theirs = set(_pairs(run, site, self.predicate))
        for node, value in own ^ theirs:
            yield Violation(node, self.component, value, messages=says)


def _pairs(run: Run, site: Site, predicate: ox.NamedNode) -> Iterator[tuple[Term, Term]]:
    query = f"SELECT ?this ?value WHERE {{ {site.focus.pattern} ?this {predicate} ?value }}"
    for node, value in run.data.query(query):
        if node is not None and value is not None:
            yield node, value


@dataclass(frozen=True, slots=True)
class Disjoint:
    """sh:disjoint: no value in common with another property."""

    of_values_alone: ClassVar[bool] = False
    component: ox.NamedNode
    predicate: ox.NamedNode

    def violations(self, run: Run, site: Site) -> Iterator[Violation]:
        """Yield the values that both have."""
        says = messages.default(self.component, self.predicate)
        for node, value in run.value_rows(site, f"?this {self.predicate} ?value ."):
            yield Violation(node, self.component, value, messages=says)


@dataclass(frozen=True, slots=True)
class LessThan:
    """sh:lessThan, sh:lessThanOrEquals: every value before every value of another property."""

    of_values_alone: ClassVar[bool] = False
    component: ox.NamedNode
    predicate: ox.NamedNode
    operator: str

    def violations(self, run: Run, site: Site) -> Iterator[Violation]:
        """Yield a value once for each other value that it is not before."""
        says = messages.default(self.component, self.predicate)
        tail = (
            f"?this {self.predicate} ?other_ . "
            f"FILTER (!COALESCE(?value {self.operator} ?other_, false))"
        )
        for node, value in run.value_rows(site, tail):
            yield Violation(node, self.component, value, messages=says)
