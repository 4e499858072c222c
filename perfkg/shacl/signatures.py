"""Nodes that have the same values for some predicates, found once for all constraints of a run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import pyoxigraph as ox

from perfkg.shacl.focus import SMALL, Focus
from perfkg.shacl.terms import Term, values_block

Pairs = Callable[[ox.NamedNode], Iterator[tuple[Term, Term]]]

_WORTH = 4
"""Asking one for all pays when it stands for at least so many nodes, on average."""


@dataclass(frozen=True)
class Kinds:
    """The nodes of a focus by what they have: one of each kind, and the values of each."""

    values: dict[Term, tuple[int, ...]]

    @property
    def focus(self) -> Focus | None:
        """One node of each kind, as focus nodes; None where a query cannot name one of them."""
        if any(isinstance(node, ox.BlankNode) for node in self.values):
            return None
        return Focus(self.values.keys(), values_block("this", list(self.values)))


class Signatures:
    """The values that nodes have for predicates, as numbers.

    Args:
        pairs: gives all subjects and objects of a predicate.
        variety: gives the number of different objects of a predicate.
    """

    def __init__(self, pairs: Pairs, variety: Callable[[ox.NamedNode], int]) -> None:
        self._pairs = pairs
        self._variety = variety
        self._nodes: list[Term] = []
        self._index: dict[Term, int] = {}
        self._columns: dict[ox.NamedNode, list[int]] = {}
        self._places: dict[str, list[int]] = {}
        self._kinds: dict[tuple[str, frozenset[ox.NamedNode]], Kinds | None] = {}

    def kinds(self, focus: Focus, predicates: frozenset[ox.NamedNode]) -> Kinds | None:
        """Return one node for each combination of values; None where they are too many."""
        key = (focus.source, predicates)
        if key not in self._kinds:
            self._kinds[key] = self._sorted_out(focus, predicates)
        return self._kinds[key]

    def _sorted_out(self, focus: Focus, predicates: frozenset[ox.NamedNode]) -> Kinds | None:
        limit = min(len(focus.members) // _WORTH, SMALL)
        if any(self._variety(predicate) > limit for predicate in predicates):
            return None
        first: dict[tuple[int, ...], int] = {}
        for place, values in self._rows(focus, predicates):
            if values not in first:
                first[values] = place
        if len(first) > limit:
            return None
        return Kinds({self._nodes[place]: values for values, place in first.items()})

    def like(
        self,
        focus: Focus,
        predicates: frozenset[ox.NamedNode],
        kinds: Kinds,
        chosen: AbstractSet[Term],
    ) -> dict[Term, list[Term]]:
        """Return for each of some nodes, which stand for their kinds, all that are like it."""
        found: dict[Term, list[Term]] = {node: [] for node in chosen}
        if found:
            wanted = {kinds.values[node]: node for node in chosen}
            for place, values in self._rows(focus, predicates):
                if values in wanted:
                    found[wanted[values]].append(self._nodes[place])
        return found

    def _rows(
        self, focus: Focus, predicates: frozenset[ox.NamedNode]
    ) -> Iterator[tuple[int, tuple[int, ...]]]:
        """Yield each node of a focus, as its place, with the numbers of its values."""
        # Columns first: they give places to their subjects.
        columns = [self._column(p) for p in sorted(predicates, key=lambda p: p.value)]
        if focus.source not in self._places:
            self._places[focus.source] = [self._place(node) for node in focus.members]
        places = self._places[focus.source]
        for column in columns:
            column += [0] * (len(self._nodes) - len(column))
        if not columns:
            return ((place, ()) for place in places)
        values = (map(column.__getitem__, places) for column in columns)
        return zip(places, zip(*values, strict=True), strict=True)

    def _place(self, node: Term) -> int:
        place = self._index.setdefault(node, len(self._nodes))
        if place == len(self._nodes):
            self._nodes.append(node)
        return place

    def _column(self, predicate: ox.NamedNode) -> list[int]:
        """Return for each place a number that stands for a set of values, 0 for none."""
        if predicate not in self._columns:
            numbers: dict[Term | frozenset[Term], int] = {}
            first: dict[int, Term] = {}
            several: dict[int, set[Term]] = {}
            column: list[int] = [0] * len(self._nodes)
            for node, value in self._pairs(predicate):
                place = self._place(node)
                if place == len(column):
                    column.append(0)
                if column[place]:
                    several.setdefault(place, {first[column[place]]}).add(value)
                else:
                    column[place] = numbers.setdefault(value, len(numbers) + 1)
                    first.setdefault(column[place], value)
            for place, values in several.items():
                column[place] = numbers.setdefault(frozenset(values), len(numbers) + 1)
            self._columns[predicate] = column
        return self._columns[predicate]
