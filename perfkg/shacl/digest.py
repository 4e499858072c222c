"""A small graph in which one node stands for all that are like it.

A query that asks nothing of `$this` but the values of some predicates (`perfkg.shacl.star`) gives
the same rows for nodes that have the same values. It is asked over a graph that holds those values
of one node of each kind, and beside them what else it asks for: what would have been looked at a
hundred thousand times is looked at some thousand times.

The predicates of `$this` have names of their own there: the values of one set of predicates are
those of its representatives, while other nodes are asked by the predicates that they have.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from typing import Final, TypeAlias

import pyoxigraph as ox

from perfkg.shacl.focus import Focus
from perfkg.shacl.necessary import alone, subsets, written
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
        return _renamed(self._star, self._text, base, self._iris)

    @property
    def required(self) -> frozenset[ox.NamedNode]:
        """The predicates of which `$this` must have a value."""
        # A path of several alternatives (ex:a|ex:b) requires none of them.
        triples = (e.own for e in self._star.elements if e.is_triple and len(e.own) == 1)
        return frozenset(self._iris[token] for own in triples for token in own)

    def singly(self) -> Iterator[Asked]:
        """Yield what is asked of the values of one predicate of `$this`, for each of them."""
        yield from self._parts(alone(self._star, self._text))

    def necessary(self) -> Iterator[Asked]:
        """Yield what is asked at the least, as queries that ask less and less of `$this`."""
        yield from self._parts(subsets(self._star, self._text))

    def _parts(self, some: Iterable[frozenset[str]]) -> Iterator[Asked]:
        for own in some:
            text = written(self._star, self._text, own)
            found = star(text)
            if found is not None and found.own:
                iris = frozenset(self._iris[token] for token in found.own)
                yield Asked(iris, self.others, text, found, self._iris)


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


def _iri(written: str, prefixes: Mapping[str, str]) -> ox.NamedNode | None:
    if written == "a":
        return TYPE
    if "\\" in written:
        return None
    if written.startswith("<"):
        return ox.NamedNode(written[1:-1])
    prefix, _, name = written.partition(":")
    return ox.NamedNode(prefixes[prefix] + name) if prefix in prefixes else None


def _renamed(found: Star, text: str, base: str, iris: Mapping[str, ox.NamedNode]) -> str:
    return found.renamed(text, lambda token: f"<{name_of(base, iris[token])}>")


class Digest:
    """The digests of a run, which share what is asked of other nodes.

    Args:
        signatures: knows their values.
        quads: gives the triples of the data with a subject, predicate and object.
    """

    def __init__(
        self,
        signatures: Signatures,
        quads: Callable[[Term | None, ox.NamedNode, Term | None], Iterator[ox.Quad]],
    ) -> None:
        self._signatures = signatures
        self._quads = quads
        self._store = ox.Store()
        self._size = 0
        self._held: set[Extent] = set()
        self._kinds: dict[int, tuple[Kinds, str]] = {}
        self._next = 0

    def store(self, focus: Focus, kinds: Kinds, extents: frozenset[Extent]) -> tuple[ox.Store, str]:
        """Return a store with one node of each kind and everything of some predicates.

        Args:
            focus: the nodes that were sorted out.
            kinds: one of each kind.
            extents: what is asked of other nodes.

        Returns:
            The store, and the start of the names in it: see `name_of` and `membership`.
        """
        self._hold(extents)
        # Kinds are held, so that no others get their identity.
        if id(kinds) not in self._kinds:
            base = self._base()
            self._add(self._described(focus, kinds, base))
            self._kinds[id(kinds)] = kinds, base
        return self._store, self._kinds[id(kinds)][1]

    def store_of(
        self, nodes: Iterable[Term], own: Set[ox.NamedNode], extents: frozenset[Extent]
    ) -> tuple[ox.Store, str]:
        """Return a store with some nodes themselves and everything of some predicates."""
        self._hold(extents)
        base = self._base()
        self._add(self._copied(nodes, own, base))
        return self._store, base

    def _add(self, quads: Iterator[ox.Quad]) -> None:
        """Add triples in one go: each by itself would be a transaction."""
        # Counted here, as a store goes through all that it holds to tell how many they are.
        self._store.extend(self._counted(quads))

    def _counted(self, quads: Iterator[ox.Quad]) -> Iterator[ox.Quad]:
        for quad in quads:
            self._size += 1
            yield quad

    def _copied(
        self, nodes: Iterable[Term], own: Set[ox.NamedNode], base: str
    ) -> Iterator[ox.Quad]:
        member = ox.NamedNode(base)
        names = [(predicate, ox.NamedNode(name_of(base, predicate))) for predicate in own]
        for node in nodes:
            if isinstance(node, ox.Literal):
                continue
            yield ox.Quad(node, member, member)
            for predicate, name in names:
                for value in self._values(node, predicate):
                    yield ox.Quad(node, name, value)

    def _hold(self, extents: frozenset[Extent]) -> None:
        if self._size > _MOST:
            self._store = ox.Store()
            self._size = 0
            self._held.clear()
            self._kinds.clear()
        for predicate, class_ in extents - self._held:
            self._add(self._quads(None, predicate, class_))
        self._held |= extents

    def _values(self, node: Term, predicate: ox.NamedNode) -> Iterator[Term]:
        values = (quad.object for quad in self._quads(node, predicate, None))
        return (value for value in values if not isinstance(value, ox.Triple))

    def _base(self) -> str:
        self._next += 1
        return f"{_NAMESPACE}{self._next}/"

    def _described(self, focus: Focus, kinds: Kinds, base: str) -> Iterator[ox.Quad]:
        member = ox.NamedNode(base)
        columns = [
            (ox.NamedNode(name_of(base, p)), self._signatures.meanings(focus, p))
            for p in kinds.columns
        ]
        for node, values in kinds.values.items():
            if isinstance(node, ox.Literal):
                continue
            yield ox.Quad(node, member, member)
            for (predicate, meanings), number in zip(columns, values, strict=True):
                for value in meanings[number]:
                    yield ox.Quad(node, predicate, value)


def name_of(base: str, predicate: ox.NamedNode) -> str:
    """Return the IRI that a predicate of `$this` has in the digest."""
    return base + predicate.value


def membership(base: str) -> str:
    """Return a triple pattern that binds `?this` to one node of each kind."""
    return f"?this <{base}> <{base}> ."
