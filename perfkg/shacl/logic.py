"""Constraints that ask whether value nodes conform to other shapes.

https://www.w3.org/TR/shacl/#core-components-logical and #core-components-shape
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import pyoxigraph as ox

from perfkg.shacl import messages
from perfkg.shacl.model import ShapeNode, Violation
from perfkg.shacl.run import Run, Site
from perfkg.shacl.terms import Term


@dataclass(frozen=True, slots=True)
class Conforms:
    """sh:node, sh:and, sh:or, sh:xone, sh:not: how many of some shapes a value conforms to.

    Attributes:
        shapes: the shapes; one that is listed twice counts twice.
        least, most: a value at fault conforms to fewer or to more of them.
    """

    of_values_alone: ClassVar[bool] = True
    component: ox.NamedNode
    shapes: tuple[ShapeNode, ...]
    least: int
    most: int

    def violations(self, run: Run, site: Site) -> Iterator[Violation]:
        """Yield the values at fault."""
        says = messages.default(self.component, ", ".join(map(str, self.shapes)))
        pairs = list(run.pairs(site))
        focus = run.focus_of_values(site, {value for _, value in pairs})
        failed: Counter[Term] = Counter()
        failing = {shape: run.failing(shape, focus) for shape in dict.fromkeys(self.shapes)}
        for shape in self.shapes:
            failed.update(failing[shape])
        for node, value in pairs:
            if not self.least <= len(self.shapes) - failed[value] <= self.most:
                yield Violation(node, self.component, value, messages=says)


@dataclass(frozen=True, slots=True)
class Qualified:
    """sh:qualifiedMinCount or sh:qualifiedMaxCount.

    Attributes:
        shape: the qualified value shape.
        siblings: shapes that a value must not conform to if it is to count.
        least, most: how many values conform; None where that end is open.
    """

    of_values_alone: ClassVar[bool] = True
    component: ox.NamedNode
    shape: ShapeNode
    siblings: tuple[ShapeNode, ...]
    least: int | None
    most: int | None

    def violations(self, run: Run, site: Site) -> Iterator[Violation]:
        """Yield the nodes with too few or too many such values."""
        limit = self.most if self.least is None else self.least
        says = messages.default(self.component, limit)
        pairs = list(run.pairs(site))
        counting = {value for _, value in pairs}
        focus = run.focus_of_values(site, counting)
        counting = counting - run.failing(self.shape, focus)
        for sibling in self.siblings:
            counting &= run.failing(sibling, focus)
        counts = Counter(node for node, value in pairs if value in counting)
        for node in site.focus.members:
            too_few = self.least is not None and counts[node] < self.least
            if too_few or (self.most is not None and counts[node] > self.most):
                yield Violation(node, self.component, messages=says)
