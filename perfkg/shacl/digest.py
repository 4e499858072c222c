"""A small graph in which one node stands for all that are like it.

A query that asks nothing of `$this` but the values of some predicates (`perfkg.shacl.star`) gives
the same rows for nodes that have the same values. It is asked over a graph that holds those values
of one node of each kind, and beside them what else it asks for: what would have been looked at a
hundred thousand times is looked at some thousand times, and on disk nothing but the columns is read.

The predicates of `$this` have names of their own there: the values of one set of predicates are
those of its representatives, while other nodes are asked by the predicates that they have.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

import pyoxigraph as ox

from perfkg.shacl.focus import Focus
from perfkg.shacl.signatures import Kinds, Signatures
from perfkg.shacl.star import Star, star
from perfkg.shacl.terms import TYPE, Term

Extent: TypeAlias = tuple[ox.NamedNode, ox.NamedNode | None]
"""A predicate and a class where it is asked for one, else None."""

_NAMESPACE: Final = "urn:x-shacl:kinds/"
_MOST: Final = 200_000
"""A graph with more triples is given up for a new one."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a query asks of `$this` and of other nodes.

    Attributes:
        own: the predicates on whose values of `$this` alone its rows depend.
        others: what it asks of other nodes; None where that cannot be told.
    """

    own: frozenset[ox.NamedNode]
    others: frozenset[Extent] | None
    _text: str
    _star: Star
    _iris: dict[str, ox.NamedNode]

    def renamed(self, base: str) -> str:
        """Return the query with the names that the predicates of `$this` have in the digest."""
        return self._star.renamed(
            self._text, lambda token: f"<{name_of(base, self._iris[token])}>"
        )


def asked(text: str, prefixes: Mapping[str, str]) -> Asked | None:
    """Return what a query asks; None where its rows depend on more than values of `$this`."""
    found = star(text)
    if found is None:
        return None
    others = found.others or frozenset()
    tokens = {*found.own, *(token for pair in others for token in pair if token)}
    iris: dict[str, ox.NamedNode] = {}
    for token in tokens:
        iri = _iri(token, prefixes)
        if iri is None:
            return None
        iris[token] = iri
    extents = frozenset((iris[p], iris[c] if c else None) for p, c in others)
    own = frozenset(iris[token] for token in found.own)
    return Asked(own, None if found.others is None else extents, text, found, iris)


def _iri(token: str, prefixes: Mapping[str, str]) -> ox.NamedNode | None:
    if token == "a":
        return TYPE
    if "\\" in token:
        return None
    if token.startswith("<"):
        return ox.NamedNode(token[1:-1])
    prefix, _, name = token.partition(":")
    return ox.NamedNode(prefixes[prefix] + name) if prefix in prefixes else None


class Digest:
    """The digest of the nodes of one focus.

    Args:
        focus: the nodes.
        signatures: knows their values.
        quads: gives the triples of the data with a predicate and an object.
    """

    def __init__(
        self,
        focus: Focus,
        signatures: Signatures,
        quads: Callable[[ox.NamedNode, Term | None], Iterator[ox.Quad]],
    ) -> None:
        self._focus = focus
        self._signatures = signatures
        self._quads = quads
        self._store = ox.Store()
        self._held: set[Extent] = set()
        self._kinds: dict[frozenset[ox.NamedNode], str] = {}
        self._next = 0

    def store(self, kinds: Kinds, extents: frozenset[Extent]) -> tuple[ox.Store, str]:
        """Return a store with one node of each kind and everything of some predicates.

        Returns:
            The store, and the start of the names in it: see `name_of` and `membership`.
        """
        if len(self._store) > _MOST:
            self._store = ox.Store()
            self._held.clear()
            self._kinds.clear()
        for predicate, class_ in extents - self._held:
            self._store.extend(self._quads(predicate, class_))
        self._held |= extents
        if kinds.predicates not in self._kinds:
            self._next += 1
            base = f"{_NAMESPACE}{self._next}/"
            self._store.extend(self._described(kinds, base))
            self._kinds[kinds.predicates] = base
        return self._store, self._kinds[kinds.predicates]

    def _described(self, kinds: Kinds, base: str) -> Iterator[ox.Quad]:
        graph = ox.DefaultGraph()
        member = ox.NamedNode(base)
        columns = [
            (ox.NamedNode(name_of(base, p)), self._signatures.meanings(self._focus, p))
            for p in kinds.columns
        ]
        for node, values in kinds.values.items():
            yield ox.Quad(node, member, member, graph)
            for (predicate, meanings), number in zip(columns, values, strict=True):
                for value in meanings[number]:
                    yield ox.Quad(node, predicate, value, graph)


def name_of(base: str, predicate: ox.NamedNode) -> str:
    """Return the IRI that a predicate of `$this` has in the digest."""
    return base + predicate.value


def membership(base: str) -> str:
    """Return a triple pattern that binds `?this` to one node of each kind."""
    return f"?this <{base}> <{base}> ."
