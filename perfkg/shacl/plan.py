"""The public face: shapes compiled once, run over as many stores as one likes."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Set
from pathlib import Path

import pyoxigraph as ox

from perfkg.shacl.compiling import Compiler
from perfkg.shacl.data import Data
from perfkg.shacl.graph import ShapesGraph, read_graph
from perfkg.shacl.model import Shape, ShapeNode
from perfkg.shacl.results import Result, in_order
from perfkg.shacl.run import Run
from perfkg.shacl.terms import TYPE, Term


class Plan:
    """Shapes, checked and ready to run."""

    def __init__(self, graph: ShapesGraph, known: Container[str] = ()) -> None:
        """Compile the shapes of a graph.

        Args:
            graph: the shapes.
            known: queries that need not be tried, by `perfkg.shacl.known.key_of`.

        Raises:
            ShaclError: a shape is malformed, recursive, or asks for what is not supported.
        """
        self._graph = graph
        self.shapes: dict[ShapeNode, Shape] = Compiler(graph, known).compile()

    def local(
        self, backwards: Set[ox.NamedNode], known: Container[str] = ()
    ) -> frozenset[ShapeNode]:
        """Return the shapes with targets that look at nothing but the neighbourhood of a node.

        They may be run over a graph piece by piece: see `perfkg.shacl.locality`.

        Args:
            backwards: the predicates that are followed from object to subject as well.
            known: queries that are known to be local, by `perfkg.shacl.known.key_of`.
        """
        from perfkg.shacl.locality import local_shapes  # with rdflib, which takes long to import

        return local_shapes(self.shapes, backwards, known)

    def focus_nodes(self, store: ox.Store, only: Container[ShapeNode]) -> Iterator[Term]:
        """Yield the focus nodes of some shapes as they are met, many of them several times."""
        chosen = [shape.targets for shape in self.shapes.values() if shape.node in only]
        data = Data(store)
        classes = {below for t in chosen for class_ in t.classes for below in data.classes(class_)}
        for class_ in sorted(classes, key=str):
            yield from _subjects(data.quads(None, TYPE, class_))
        for predicate in sorted({p for t in chosen for p in t.subjects_of}, key=str):
            yield from _subjects(data.quads(None, predicate, None))
        for predicate in sorted({p for t in chosen for p in t.objects_of}, key=str):
            found = (quad.object for quad in data.quads(None, predicate, None))
            yield from (node for node in found if not isinstance(node, ox.Triple))
        yield from (node for targets in chosen for node in targets.nodes)

    def validate(self, store: ox.Store, only: Container[ShapeNode] | None = None) -> list[Result]:
        """Return every validation result of the default graph of `store`, in a fixed order.

        Args:
            store: only read; it may have been opened read-only.
            only: the shapes whose targets are validated; None for all that have targets.

        Raises:
            ValidationFailure: a constraint reports a failure, or the engine gives up on a query.
        """
        return in_order(self.results(store, only))

    def results(
        self, store: ox.Store, only: Container[ShapeNode] | None = None
    ) -> Iterator[Result]:
        """Yield what `validate` returns, one shape after the other, in no order.

        Raises:
            ValidationFailure: see `validate`.
        """
        run = Run(store, self.shapes, self._graph.triples)
        # Property shapes last: queries have then read much of what they count.
        for shape in sorted(self.shapes.values(), key=lambda shape: bool(shape.properties)):
            chosen = only is None or shape.node in only
            if shape.targets and chosen and not shape.deactivated:
                yield from run.results(shape.node, run.data.target(shape.targets))


def _subjects(quads: Iterable[ox.Quad]) -> Iterator[Term]:
    found = (quad.subject for quad in quads)
    yield from (node for node in found if not isinstance(node, ox.Triple))


def compile_shapes(triples: Iterable[ox.Triple]) -> Plan:
    """Compile the shapes of some triples.

    Raises:
        ShaclError: a shape is malformed, recursive, or asks for what is not supported.

    >>> turtle = '''@prefix sh: <http://www.w3.org/ns/shacl#> .
    ... <urn:s> sh:targetNode <urn:a> ; sh:property [ sh:path <urn:p> ; sh:minCount 1 ] .'''
    >>> shapes = ox.parse(turtle, format=ox.RdfFormat.TURTLE)
    >>> plan = compile_shapes(quad.triple for quad in shapes)
    >>> [result.component.value.rsplit("#")[-1] for result in plan.validate(ox.Store())]
    ['MinCountConstraintComponent']
    """
    graph = ShapesGraph()
    graph.add(triples)
    return Plan(graph)


def compile_files(files: Iterable[Path]) -> Plan:
    """Compile the shapes of some Turtle files, which errors will name.

    Raises:
        ShaclError: a file or a shape cannot be used.
    """
    return Plan(read_graph(files))
