"""Nodes that have the same values for some predicates, found once for all constraints of a run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet

import pyoxigraph as ox

from perfkg.shacl.terms import Term

Pairs = Callable[[ox.NamedNode], Iterator[tuple[Term, Term]]]

_WORTH = 4
"""Asking one for all pays when it stands for at least so many nodes, on average."""


class Signatures:
    """The values of one set of nodes, as numbers.

    Args:
        members: the nodes.
        pairs: gives all subjects and objects of a predicate.
    """

    def __init__(self, members: AbstractSet[Term], pairs: Pairs) -> None:
        self._nodes = list(members)
        self._index = {node: place for place, node in enumerate(self._nodes)}
        self._pairs = pairs
        self._columns: dict[ox.NamedNode, list[int]] = {}
        self._kinds: dict[frozenset[ox.NamedNode], dict[Term, tuple[int, ...]] | None] = {}

    def representatives(self, predicates: frozenset[ox.NamedNode]) -> AbstractSet[Term] | None:
        """Return one node for each combination of values; None where they are too many."""
        if predicates not in self._kinds:
            first: dict[tuple[int, ...], int] = {}
            for place, values in enumerate(self._rows(predicates)):
                first.setdefault(values, place)
            few = len(first) * _WORTH <= len(self._nodes)
            self._kinds[predicates] = (
                {self._nodes[place]: values for values, place in first.items()} if few else None
            )
        kinds = self._kinds[predicates]
        return None if kinds is None else kinds.keys()

    def like(
        self, predicates: frozenset[ox.NamedNode], chosen: AbstractSet[Term]
    ) -> dict[Term, list[Term]]:
        """Return for each of some representatives the nodes that it stands for."""
        kinds = self._kinds[predicates]
        wanted = {} if kinds is None else {kinds[node]: node for node in chosen}
        found: dict[Term, list[Term]] = {node: [] for node in chosen}
        for place, values in enumerate(self._rows(predicates)):
            node = wanted.get(values)
            if node is not None:
                found[node].append(self._nodes[place])
        return found

    def _rows(self, predicates: frozenset[ox.NamedNode]) -> Iterator[tuple[int, ...]]:
        if not predicates:
            return iter([()] * len(self._nodes))
        columns = [self._column(p) for p in sorted(predicates, key=lambda p: p.value)]
        return zip(*columns, strict=True)

    def _column(self, predicate: ox.NamedNode) -> list[int]:
        """Return for each node a number that stands for its set of values, 0 for none."""
        if predicate not in self._columns:
            numbers: dict[Term | frozenset[Term], int] = {}
            terms: list[Term] = []
            column = [0] * len(self._nodes)
            several: dict[int, set[Term]] = {}
            for node, value in self._pairs(predicate):
                place = self._index.get(node)
                if place is None:
                    continue
                if not column[place]:
                    column[place] = numbers.setdefault(value, len(numbers) + 1)
                    if column[place] > len(terms):
                        terms.append(value)
                else:
                    several.setdefault(place, {terms[column[place] - 1]}).add(value)
            for place, values in several.items():
                column[place] = numbers.setdefault(frozenset(values), len(numbers) + 1)
            self._columns[predicate] = column
        return self._columns[predicate]
