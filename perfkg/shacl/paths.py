"""Property paths: read from a shapes graph, written as SPARQL and as RDF.

https://www.w3.org/TR/shacl/#property-paths
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

import pyoxigraph as ox

from perfkg.shacl.terms import rdf, sh


@dataclass(frozen=True, slots=True)
class Predicate:
    """One step along a predicate."""

    iri: ox.NamedNode
    nullable: ClassVar[bool] = False

    def __str__(self) -> str:
        return str(self.iri)


@dataclass(frozen=True, slots=True)
class Inverse:
    """A path walked from its end to its beginning."""

    path: Path

    @property
    def nullable(self) -> bool:
        """Whether the path may lead from a node to itself without a step."""
        return self.path.nullable

    def __str__(self) -> str:
        return f"^{_enclosed(self.path)}"


@dataclass(frozen=True, slots=True)
class Sequence:
    """One path after the other."""

    paths: tuple[Path, ...]

    @property
    def nullable(self) -> bool:
        """Whether the path may lead from a node to itself without a step."""
        return all(path.nullable for path in self.paths)

    def __str__(self) -> str:
        return f"({'/'.join(_enclosed(path) for path in self.paths)})"


@dataclass(frozen=True, slots=True)
class Alternative:
    """Any one of several paths."""

    paths: tuple[Path, ...]

    @property
    def nullable(self) -> bool:
        """Whether the path may lead from a node to itself without a step."""
        return any(path.nullable for path in self.paths)

    def __str__(self) -> str:
        return f"({'|'.join(_enclosed(path) for path in self.paths)})"


@dataclass(frozen=True, slots=True)
class Repeated:
    """A path repeated: `*`, `+` or `?` times."""

    path: Path
    sign: str

    @property
    def nullable(self) -> bool:
        """Whether the path may lead from a node to itself without a step."""
        return self.sign != "+" or self.path.nullable

    def __str__(self) -> str:
        return f"({_enclosed(self.path)}){self.sign}"


Path: TypeAlias = Predicate | Inverse | Sequence | Alternative | Repeated

REPETITIONS = {"zeroOrMorePath": "*", "oneOrMorePath": "+", "zeroOrOnePath": "?"}


def _enclosed(path: Path) -> str:
    return f"({path})" if isinstance(path, Inverse) else str(path)


def is_simple(path: Path) -> bool:
    """Tell whether a path is one predicate, either way: it then gives every pair once."""
    return isinstance(path, Predicate) or (
        isinstance(path, Inverse) and isinstance(path.path, Predicate)
    )


def to_rdf(path: Path) -> tuple[ox.NamedNode | ox.BlankNode, list[ox.Triple]]:
    """Return the node that stands for `path` and the triples that describe it."""
    triples: list[ox.Triple] = []
    return _write(path, triples), triples


def _write(path: Path, triples: list[ox.Triple]) -> ox.NamedNode | ox.BlankNode:
    if isinstance(path, Predicate):
        return path.iri
    if isinstance(path, Sequence):
        return _list(iter(path.paths), triples)
    node = ox.BlankNode()
    if isinstance(path, Alternative):
        triples.append(ox.Triple(node, sh("alternativePath"), _list(iter(path.paths), triples)))
    elif isinstance(path, Inverse):
        triples.append(ox.Triple(node, sh("inversePath"), _write(path.path, triples)))
    else:
        name = next(name for name, sign in REPETITIONS.items() if sign == path.sign)
        triples.append(ox.Triple(node, sh(name), _write(path.path, triples)))
    return node


def _list(paths: Iterator[Path], triples: list[ox.Triple]) -> ox.NamedNode | ox.BlankNode:
    first = next(paths, None)
    if first is None:
        return rdf("nil")
    node = ox.BlankNode()
    triples.append(ox.Triple(node, rdf("first"), _write(first, triples)))
    triples.append(ox.Triple(node, rdf("rest"), _list(paths, triples)))
    return node
