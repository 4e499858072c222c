"""Nodes that have the same values for some predicates, found once for all constraints of a run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from math import prod

import pyoxigraph as ox

from perfkg.shacl.focus import SMALL, Focus
from perfkg.shacl.terms import TYPE, Term, values_block

Count = Callable[[ox.NamedNode], int]
Pairs = Callable[[ox.NamedNode, Focus], Iterator[tuple[Term, Term]]]
Places = Sequence[int]
"""Nodes, each as its number in the order in which they were met."""

WORTH = 3
"""Asking one for all pays when it stands for at least so many nodes, on average."""

_LIKELY = 30
"""Two predicates with more than so many combinations for each kind that pays are not looked at."""


@dataclass(frozen=True)
class Kinds:
    """The nodes of a focus by what they have.

    Attributes:
        columns: the predicates.
        values: one node of each kind, with the number of its values for each of the columns.
        places: the nodes that were sorted out, as places.
    """

    columns: tuple[ox.NamedNode, ...]
    values: dict[Term, tuple[int, ...]]
    places: Places

    @property
    def focus(self) -> Focus | None:
        """One node of each kind, as few focus nodes; None where a query cannot name them."""
        if len(self.values) > SMALL or any(isinstance(n, ox.BlankNode) for n in self.values):
            return None
        return Focus(self.values.keys(), values_block("this", list(self.values)))


@dataclass(slots=True)
class _Column:
    """The values of a predicate: for each place a number, and what each number stands for."""

    numbers: list[int]
    meanings: list[tuple[Term, ...]] = field(default_factory=lambda: [()])


class Signatures:
    """The values that nodes have for predicates, as numbers.

    Args:
        pairs: gives all subjects and objects of a predicate; of `rdf:type`, those of the focus.
        variety: gives the number of different objects of a predicate.
        size: gives the number of its triples.
    """

    def __init__(self, pairs: Pairs, variety: Count, size: Count) -> None:
        self._pairs = pairs
        self._variety = variety
        self._size = size
        self._nodes: list[Term] = []
        self._index: dict[Term, int] = {}
        self._columns: dict[tuple[ox.NamedNode, str], _Column] = {}
        self._places: dict[str, list[int]] = {}
        self._kinds: dict[tuple[str, frozenset[ox.NamedNode]], Kinds | None] = {}

    def places(self, focus: Focus) -> Places:
        """Return the places of the nodes of a focus."""
        if focus.source not in self._places:
            self._places[focus.source] = [self._place(node) for node in focus.members]
        return self._places[focus.source]

    def nodes(self, places: Iterable[int]) -> Iterator[Term]:
        """Yield the nodes that are at some places."""
        return map(self._nodes.__getitem__, places)

    def kinds(self, focus: Focus, predicates: frozenset[ox.NamedNode]) -> Kinds | None:
        """Return one node for each combination of values; None where they are too many."""
        key = (focus.source, predicates)
        if key not in self._kinds:
            limit = len(focus.members) // WORTH
            worth = self._may_be_few(predicates, limit)
            self._kinds[key] = self._sorted_out(focus, predicates, limit) if worth else None
        return self._kinds[key]

    def kinds_among(
        self, places: Places, focus: Focus, predicates: frozenset[ox.NamedNode]
    ) -> Kinds:
        """Return one node for each combination of values that some nodes of a focus have."""
        kinds = self._sorted_out(focus, predicates, len(places), places)
        assert kinds is not None  # noqa: S101 - there are no more kinds than nodes
        return kinds

    def _may_be_few(self, predicates: frozenset[ox.NamedNode], limit: int) -> bool:
        varieties = sorted((self._variety(predicate) for predicate in predicates), reverse=True)
        return prod(varieties[:1]) <= limit and prod(varieties[:2]) <= _LIKELY * limit

    def _sorted_out(
        self,
        focus: Focus,
        predicates: frozenset[ox.NamedNode],
        limit: int,
        places: Places | None = None,
    ) -> Kinds | None:
        columns = _in_order(predicates)
        chosen = self.places(focus) if places is None else places
        first: dict[tuple[int, ...], int] = {}
        for place, values in self._rows(focus, columns, chosen):
            if values not in first:
                first[values] = place
                if len(first) > limit:
                    return None
        kept = {self._nodes[place]: values for values, place in first.items()}
        return Kinds(columns, kept, chosen)

    def having(self, places: Places, focus: Focus, predicate: ox.NamedNode) -> Places:
        """Return those of some places whose nodes have a value for a predicate."""
        numbers = self._numbers(predicate, focus)
        return [place for place in places if numbers[place]]

    def left(self, places: Places, focus: Focus, kinds: Kinds, chosen: Iterable[Term]) -> Places:
        """Return those of some places whose nodes are like the chosen ones.

        Args:
            places: nodes of the focus.
            focus: the nodes that were sorted out.
            kinds: how they were sorted out.
            chosen: nodes that stand for their kinds.
        """
        wanted = {kinds.values[node] for node in chosen}
        rows = self._rows(focus, kinds.columns, places)
        return [place for place, values in rows if values in wanted]

    def is_cheap(self, focus: Focus, predicates: frozenset[ox.NamedNode]) -> bool:
        """Tell whether the values of some predicates are known already or soon read."""
        return all(
            self.is_known(predicate, focus) or self._size(predicate) * WORTH <= len(focus.members)
            for predicate in predicates
        )

    def is_known(self, predicate: ox.NamedNode, focus: Focus) -> bool:
        """Tell whether the values of a predicate have been read."""
        return self._key(predicate, focus) in self._columns

    def is_total(self, predicate: ox.NamedNode, focus: Focus) -> bool:
        """Tell whether each node of a focus has one value for a predicate, none of them several."""
        numbers, meanings = self._numbers(predicate, focus), self.meanings(focus, predicate)
        return all(len(meanings[numbers[place]]) == 1 for place in self.places(focus))

    def meanings(self, focus: Focus, predicate: ox.NamedNode) -> list[tuple[Term, ...]]:
        """Return what the numbers of a predicate stand for: the values, in no order."""
        return self._column(predicate, focus).meanings

    def like(self, focus: Focus, kinds: Kinds, chosen: AbstractSet[Term]) -> dict[Term, list[Term]]:
        """Return for each of some nodes, which stand for their kinds, all that are like it."""
        found: dict[Term, list[Term]] = {node: [] for node in chosen}
        if found:
            wanted = {kinds.values[node]: found[node] for node in chosen}
            for place, values in self._rows(focus, kinds.columns, kinds.places):
                if values in wanted:
                    wanted[values].append(self._nodes[place])
        return found

    def _rows(
        self, focus: Focus, predicates: tuple[ox.NamedNode, ...], places: Places
    ) -> Iterator[tuple[int, tuple[int, ...]]]:
        """Yield some nodes of a focus, as their places, with the numbers of their values."""
        if not predicates:
            return ((place, ()) for place in places)
        # Twice: each column gives places to its subjects, which those before it then lack.
        columns = [self._numbers(predicate, focus) for predicate in predicates]
        columns = [self._numbers(predicate, focus) for predicate in predicates]
        values = (map(column.__getitem__, places) for column in columns)
        return zip(places, zip(*values, strict=True), strict=True)

    def _numbers(self, predicate: ox.NamedNode, focus: Focus) -> list[int]:
        """Return the column of a predicate, as long as there are nodes."""
        numbers = self._column(predicate, focus).numbers
        numbers += [0] * (len(self._nodes) - len(numbers))
        return numbers

    def _place(self, node: Term) -> int:
        place = self._index.setdefault(node, len(self._nodes))
        if place == len(self._nodes):
            self._nodes.append(node)
        return place

    def _column(self, predicate: ox.NamedNode, focus: Focus) -> _Column:
        """Return the values of a predicate."""
        key = self._key(predicate, focus)
        if key not in self._columns:
            self._columns[key] = self._filled(self._pairs(predicate, focus))
        return self._columns[key]

    @staticmethod
    def _key(predicate: ox.NamedNode, focus: Focus) -> tuple[ox.NamedNode, str]:
        return predicate, focus.source if predicate == TYPE else ""

    def _filled(self, pairs: Iterator[tuple[Term, Term]]) -> _Column:
        column = _Column([0] * len(self._nodes))
        numbers, meanings = column.numbers, column.meanings
        nodes, index = self._nodes, self._index
        known: dict[Term | frozenset[Term], int] = {}
        several: dict[int, set[Term]] = {}
        last, number = None, 0
        # The loop that takes the time of a run: no calls in it that it can do without.
        for node, value in pairs:
            place = index.get(node)
            if place is None:
                place = index[node] = len(nodes)
                nodes.append(node)
                numbers.append(0)
            if value is not last:
                last, number = value, known.setdefault(value, len(meanings))
                if number == len(meanings):
                    meanings.append((value,))
            if numbers[place]:
                several.setdefault(place, set(meanings[numbers[place]])).add(value)
            else:
                numbers[place] = number
        for place, values in several.items():
            number = known.setdefault(frozenset(values), len(meanings))
            if number == len(meanings):
                meanings.append(tuple(values))
            numbers[place] = number
        return column


def _in_order(predicates: frozenset[ox.NamedNode]) -> tuple[ox.NamedNode, ...]:
    return tuple(sorted(predicates, key=lambda predicate: predicate.value))
