"""A SPARQL constraint asked of one node of each kind.

What `perfkg.shacl.star` says of a query allows it; here it is done. First the values of each
predicate by themselves are held against the conditions that need no other predicate. What no
longer matters then is left out, often all but a few nodes, and the whole query is asked of the
kinds of nodes that are left.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import pyoxigraph as ox

from perfkg.shacl.digest import Asked, Extent, membership
from perfkg.shacl.focus import Focus
from perfkg.shacl.prebinding import analyse
from perfkg.shacl.run import Run
from perfkg.shacl.signatures import WORTH, Kinds, Places
from perfkg.shacl.terms import Term

if TYPE_CHECKING:
    from perfkg.shacl.select import Query

_LOOKED_UP = 30
"""To read a predicate of a node takes so many times less than to look the node up."""

Table: TypeAlias = Iterator[dict[str, Term]]


def rows_by_kind(run: Run, focus: Focus, query: Query, asked: Asked) -> Table | None:
    """Ask for one node of each kind; None where that takes more than asking for all."""
    if asked.others is not None and run.is_digestible(focus, asked.others):
        return _Digested(run, focus, query, asked, asked.others).rows()
    kinds = run.signatures.kinds(focus, asked.own)
    if kinds is None or kinds.focus is None:
        return None
    found = query.rows_of(run, kinds.focus.source, outermost=True)
    return _of_all(run, focus, kinds, found)


@dataclass(frozen=True, slots=True)
class _Digested:
    """One query and the digest that it is asked over."""

    run: Run
    focus: Focus
    query: Query
    asked: Asked
    others: frozenset[Extent]

    def rows(self) -> Table | None:
        signatures = self.run.signatures
        places = self._left()
        if not self._are_few(places):
            kinds = signatures.kinds(self.focus, self.asked.own)
            if kinds is not None:
                return self._rows_of_kinds(kinds)
            places = self._left_by_most(places)
        if not self._are_few(places):
            return None
        is_cheap = signatures.is_cheap(self.focus, self.asked.own)
        if is_cheap or not self._are_very_few(places):
            kinds = signatures.kinds_among(places, self.focus, self.asked.own)
            return self._rows_of_kinds(kinds)
        nodes = signatures.nodes(places)
        return self._rows_of(*self.run.digest.store_of(nodes, self.asked.own, self.others))

    def _are_few(self, places: Places) -> bool:
        return len(places) * WORTH <= len(self.focus.members)

    def _are_very_few(self, places: Places) -> bool:
        """Tell whether it takes less to look these up than to read a predicate of all nodes."""
        return len(places) * _LOOKED_UP <= len(self.focus.members)

    def _left(self) -> Places:
        """Return the nodes that no predicate by itself leaves out."""
        signatures = self.run.signatures
        places = signatures.places(self.focus)
        for predicate in self.asked.required:
            if signatures.is_cheap(self.focus, frozenset((predicate,))):
                places = signatures.having(places, self.focus, predicate)
        # A part of a query has not got its constants.
        parts = [] if self.query.constants else list(self.asked.singly())
        parts.sort(key=lambda part: not signatures.is_cheap(self.focus, part.own))
        for part in parts:
            if self._are_very_few(places) and not signatures.is_cheap(self.focus, part.own):
                break
            left = self._left_by(part, places)
            places = places if left is None else left
        return places

    def _left_by_most(self, places: Places) -> Places:
        """Return the nodes that are left by the part of the query that asks most."""
        for part in () if self.query.constants else self.asked.necessary():
            if self.run.signatures.is_cheap(self.focus, part.own):
                left = self._left_by(part, places)
                if left is not None:
                    return left
        return places

    def _left_by(self, part: Asked, places: Places) -> Places | None:
        """Return the nodes that a part of the query leaves; None where kinds are too many."""
        signatures = self.run.signatures
        kinds = signatures.kinds(self.focus, part.own)
        if kinds is None:
            return None
        store, base = self.run.digest.store(self.focus, kinds, self.others)
        found = self.query.rows(self.run, part.renamed(base), store=store)
        return signatures.left(places, self.focus, kinds, {row["this"] for row in found})

    def _rows_of_kinds(self, kinds: Kinds) -> Table:
        found = self._rows_of(*self.run.digest.store(self.focus, kinds, self.others))
        return _of_all(self.run, self.focus, kinds, found)

    def _rows_of(self, store: ox.Store, base: str) -> Table:
        """Ask the whole query over a digest."""
        query, names = self.query, self.query.names("this")
        renamed = analyse(self.asked.renamed(base), names)
        prebound = f"{membership(base)} {query.constant_pattern}"
        text = renamed.join(prebound, names, outermost=bool(query.constants))
        return query.rows(self.run, text, store=store)


def _of_all(run: Run, focus: Focus, kinds: Kinds, found: Table) -> Table:
    """Yield the rows about one node of each kind for every node of that kind."""
    rows = list(found)
    alike = run.signatures.like(focus, kinds, {row["this"] for row in rows})
    for row in rows:
        for node in alike[row["this"]]:
            yield {**row, "this": node}
