"""Sets of focus nodes: known as a set, and as a graph pattern that queries can be joined with."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import pyoxigraph as ox

from perfkg.shacl.terms import Term, values_block

SMALL: Final = 1000
"""Up to so many nodes are put into a query; above, it is cheaper to scan and to look them up."""


@dataclass(frozen=True)
class Focus:
    """Some nodes of the data graph.

    Attributes:
        members: the nodes.
        source: SPARQL group elements that bind `?this` to each of them exactly once.
    """

    members: AbstractSet[Term]
    source: str

    @property
    def is_small(self) -> bool:
        """Whether a query should start from these nodes."""
        return len(self.members) <= SMALL

    @property
    def is_pattern(self) -> bool:
        """Whether one triple pattern binds them."""
        return self.source.startswith("?this")

    @cached_property
    def pattern(self) -> str:
        """Group elements that bind `?this`, in the form that costs a query least."""
        if self.is_pattern:
            # One triple pattern: an engine orders it among the others as it likes.
            return self.source
        if self.is_small and not any(isinstance(m, ox.BlankNode) for m in self.members):
            return values_block("this", sorted(self.members, key=str))
        return self.source
