"""The values of a shape's parameters, each checked for its kind."""

from __future__ import annotations

import pyoxigraph as ox

from perfkg.shacl.errors import ShaclError, ShapeUnsupported
from perfkg.shacl.graph import ShapesGraph
from perfkg.shacl.lexical import CHECKS
from perfkg.shacl.terms import Term, local_name, sh, xsd


class Parameters:
    """Reads the parameters of shapes by their names."""

    def __init__(self, graph: ShapesGraph) -> None:
        self._graph = graph

    def wrong(self, node: Term, name: str, expected: str) -> ShaclError:
        """Return the error that a parameter has not the value that was expected."""
        given = " ".join(str(value) for value in self._graph.objects(node, sh(name)))
        return self._graph.invalid(
            node,
            f"sh:{name} 的值有误：应为 {expected}，现为 {given}。",
            f"sh:{name} has a wrong value: {expected} was expected, {given} is given.",
        )

    def iri(self, node: Term, name: str) -> ox.NamedNode | None:
        """Return the one IRI that a parameter has, None where it has none."""
        value = self._graph.one(node, sh(name))
        if value is not None and not isinstance(value, ox.NamedNode):
            raise self.wrong(node, name, "an IRI")
        return value

    def iris(self, node: Term, name: str) -> tuple[ox.NamedNode, ...]:
        """Return all IRIs that a parameter has."""
        found = []
        for value in self._graph.objects(node, sh(name)):
            if not isinstance(value, ox.NamedNode):
                raise self.wrong(node, name, "an IRI")
            found.append(value)
        return tuple(found)

    def named(self, node: Term, name: str) -> list[Term]:
        """Return all values of a parameter, which are IRIs or literals."""
        values = self._graph.objects(node, sh(name))
        for value in values:
            self.refuse_blank(node, name, value)
        return values

    def refuse_blank(self, node: Term, name: str, value: Term) -> None:
        """Refuse a blank node: none of the shapes graph can be meant in the data graph."""
        if isinstance(value, ox.BlankNode):
            raise ShapeUnsupported(
                f"sh:{name} 的值不能是空白节点：数据中无法指称它。",
                f"sh:{name} does not take a blank node: the data cannot name it.",
                place=self._graph.place(node),
            )

    def literal(self, node: Term, name: str) -> ox.Literal:
        """Return the one literal that a parameter has."""
        value = self._graph.one(node, sh(name))
        if not isinstance(value, ox.Literal):
            raise self.wrong(node, name, "a literal")
        datatype = local_name(value.datatype)
        check = CHECKS.get(datatype) if value.datatype == xsd(datatype) else None
        if check is not None and not check(value.value):
            raise self.wrong(node, name, f"a well-formed {value.datatype}")
        return value

    def integer(self, node: Term, name: str) -> int:
        """Return the one integer that a parameter has."""
        value = self.literal(node, name)
        if value.datatype != xsd("integer"):
            raise self.wrong(node, name, "an integer")
        return int(value.value)

    def flag(self, node: Term, name: str) -> bool:
        """Tell whether a parameter is `true`; another form of the same value does not count."""
        if not self._graph.objects(node, sh(name)):
            return False
        value = self.literal(node, name)
        if value.datatype != xsd("boolean"):
            raise self.wrong(node, name, "true or false")
        return value.value == "true"

    def list(self, node: Term, name: str) -> list[Term]:
        """Return the members of the one list that a parameter has."""
        head = self._graph.one(node, sh(name))
        return [] if head is None else self._graph.list(head, node)
