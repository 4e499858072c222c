"""Constraints that look at each value node by itself.

https://www.w3.org/TR/shacl/#core-components-value-type and the three sections behind it
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import pyoxigraph as ox

from perfkg.shacl import messages
from perfkg.shacl.lexical import CHECKS, SURE
from perfkg.shacl.model import Violation
from perfkg.shacl.run import Run, Site
from perfkg.shacl.terms import Term, local_name, values_block, xsd


@dataclass(frozen=True, slots=True)
class ValueTest:
    """A test that SPARQL can make of `?value`.

    Attributes:
        test: an expression that is true of a value at fault, and never an error.
        shown: the parameter, for the default message.
    """

    of_values_alone: ClassVar[bool] = False
    component: ox.NamedNode
    test: str
    shown: str

    def violations(self, run: Run, site: Site) -> Iterator[Violation]:
        """Yield the values at fault."""
        says = messages.default(self.component, self.shown)
        for node, value in run.value_rows(site, f"FILTER ({self.test})"):
            yield Violation(node, self.component, value, messages=says)


@dataclass(frozen=True, slots=True)
class ClassTest:
    """sh:class: values are instances of a class or of one of its subclasses."""

    of_values_alone: ClassVar[bool] = False
    component: ox.NamedNode
    class_: ox.NamedNode

    def violations(self, run: Run, site: Site) -> Iterator[Violation]:
        """Yield the values that are no instances."""
        says = messages.default(self.component, self.class_)
        # MINUS reads all instances once; for a few nodes it is cheaper to look each value up.
        without = "FILTER NOT EXISTS" if site.focus.is_small else "MINUS"
        instance = run.data.instance_pattern("value", self.class_)
        for node, value in run.value_rows(site, f"{without} {{ {instance} }}"):
            yield Violation(node, self.component, value, messages=says)


@dataclass(frozen=True, slots=True)
class DatatypeTest:
    """sh:datatype: values are well-formed literals of a datatype."""

    of_values_alone: ClassVar[bool] = False
    component: ox.NamedNode
    datatype: ox.NamedNode

    def violations(self, run: Run, site: Site) -> Iterator[Violation]:
        """Yield the values of another type and those that are ill-formed."""
        says = messages.default(self.component, self.datatype)
        name = local_name(self.datatype)
        check = CHECKS.get(name) if self.datatype == xsd(name) else None
        right = f"COALESCE(DATATYPE(?value) = {self.datatype}, false)"
        if check is not None:
            sure = ox.Literal(SURE.get(name, "^$.")) if name in SURE else None
            right += f" && REGEX(STR(?value), {sure})" if sure else " && false"
        for node, value in run.value_rows(site, f"FILTER (!({right}))"):
            # The query lets through what is certainly right; the rest is looked at closely here.
            is_typed = isinstance(value, ox.Literal) and value.datatype == self.datatype
            if not (is_typed and check is not None and check(value.value)):
                yield Violation(node, self.component, value, messages=says)


@dataclass(frozen=True, slots=True)
class InTest:
    """sh:in: values are members of a list, compared as terms."""

    of_values_alone: ClassVar[bool] = False
    component: ox.NamedNode
    members: tuple[Term, ...]

    def violations(self, run: Run, site: Site) -> Iterator[Violation]:
        """Yield the values that are no members."""
        shown = ", ".join(map(str, self.members[:10])) + (" …" if len(self.members) > 10 else "")
        says = messages.default(self.component, shown)
        tail = ""
        if 0 < len(self.members) <= 20:
            same = " || ".join(f"sameTerm(?value, {member})" for member in self.members)
            tail = f"FILTER (!({same}))"
        elif self.members:
            tail = f"MINUS {{ {values_block('value', list(self.members))} }}"
        for node, value in run.value_rows(site, tail):
            yield Violation(node, self.component, value, messages=says)
