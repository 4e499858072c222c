"""The part of a graph that local shapes look at (`perfkg.shacl.locality`), copied into memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from itertools import islice
from typing import Final, TypeAlias

import pyoxigraph as ox

Node: TypeAlias = ox.NamedNode | ox.BlankNode

_PIECE: Final = 20_000


class Neighbourhood:
    """What is reached from some nodes: statements about it, and nothing else.

    Args:
        data: a store, in its default graph.
        backwards: the predicates that are followed from object to subject as well.

    Attributes:
        store: the statements, in memory.
        nodes: what they are about.
    """

    def __init__(self, data: ox.Store, backwards: Set[ox.NamedNode]) -> None:
        """Begin with nothing."""
        self.store = ox.Store()
        self.nodes: set[Node] = set()
        self._data = data
        self._backwards = sorted(backwards, key=str)

    def reach(self, seeds: Iterable[Node]) -> None:
        """Add some nodes and all that is reached from them."""
        quads = self._quads(seeds)
        # In pieces: the engine holds what it is given at once a second time.
        while piece := list(islice(quads, _PIECE)):
            self.store.bulk_extend(piece)

    def _quads(self, seeds: Iterable[Node]) -> Iterator[ox.Quad]:
        graph, data = ox.DefaultGraph(), self._data
        waiting = [seed for seed in seeds if seed not in self.nodes]
        self.nodes.update(waiting)
        while waiting:
            node = waiting.pop()
            near: list[Node] = []
            for quad in data.quads_for_pattern(node, None, None, graph):
                if isinstance(quad.object, Node):
                    near.append(quad.object)
                yield quad
            for predicate in self._backwards:
                found = data.quads_for_pattern(None, predicate, node, graph)
                near += [quad.subject for quad in found if isinstance(quad.subject, Node)]
            fresh = {other for other in near if other not in self.nodes}
            self.nodes |= fresh
            waiting += fresh
