"""What a query asks of `$this` at the least.

A solution of a group is a solution of each triple pattern that stands directly in it, and of each
FILTER over variables that those patterns bind. So a query made of some of them finds every node
that the whole query finds, and more. Where it leaves out the predicates in which nodes differ most,
it can be asked of the kinds of nodes (`perfkg.shacl.digest`), and of a hundred thousand nodes few
are left for the whole query.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from itertools import combinations

from perfkg.shacl.star import Element, Star

_MOST = 8
"""A query with more predicates of `$this` is not taken apart."""

_SAYS_LITTLE = re.compile(r"""FILTER|LANG *\([^)]*\) *= *["'][^"']*["']|[()&]""")
_CONSTANT = 50
"""A pattern with one variable is taken to leave out as much as a FILTER of so many characters."""


def alone(star: Star, text: str) -> Iterator[frozenset[str]]:
    """Yield each predicate of `$this` that leaves conditions in place when it stands alone."""
    for token in sorted(star.own) if len(star.own) > 1 else ():
        few = frozenset((token,))
        if any(_weight(text, element) for element in kept(star, few)):
            yield few


def subsets(star: Star, text: str) -> Iterator[frozenset[str]]:
    """Yield sets of the predicates of `$this`, those first that leave most conditions in place."""
    if not 1 < len(star.own) <= _MOST:
        return
    own = sorted(star.own)
    some = [frozenset(few) for size in range(1, len(own)) for few in combinations(own, size)]
    weights = {few: sum(_weight(text, e) for e in kept(star, few)) for few in some}
    ranked = sorted(some, key=lambda few: (-weights[few], len(few), sorted(few)))
    yield from (few for few in ranked if weights[few])


def _weight(text: str, element: Element) -> int:
    if element.is_filter:
        said = " ".join(text[start:end] for start, end in element.pieces)
        # That a text is in the language asked for leaves out next to nothing.
        return len("".join(_SAYS_LITTLE.sub("", said).split()))
    return _CONSTANT if element.is_triple and len(element.mentions) == 1 else 0


def kept(star: Star, own: Set[str]) -> list[Element]:
    """Return the elements of the outermost group that can do without other predicates of `$this`.

    Patterns that nothing joins to `$this` are left out as well: they would be a product.
    """
    triples = [e for e in star.elements if e.is_triple and e.own <= own]
    joined = {"this"}
    while more := {n for e in triples if e.mentions & joined for n in e.binds} - joined:
        joined |= more
    found: list[Element] = []
    bound: set[str] = set()
    for element in star.elements:
        if element.is_triple:
            is_kept = element.own <= own and bool(element.mentions & joined)
        else:
            # A BIND sees what stands before it. What it fails to bind, nothing else may.
            is_bind = bool(element.binds) and not element.binds & star.bound_elsewhere
            is_kept = is_bind and element.mentions <= bound
        if is_kept:
            found.append(element)
            bound |= element.binds
    filters = [e for e in star.elements if e.is_filter and e.mentions <= bound]
    return [*_used(found, filters), *filters]


def _used(found: list[Element], filters: list[Element]) -> list[Element]:
    """Leave out each BIND whose value nothing asks for."""
    used = {name for element in filters for name in element.mentions}
    left: list[Element] = []
    for element in reversed(found):
        if element.is_triple or element.binds & used:
            left.append(element)
            used |= element.mentions
    return left[::-1]


def written(star: Star, text: str, own: Set[str]) -> str:
    """Return a query for the nodes that meet what is left of another one.

    Args:
        star: what the other query asks.
        text: the other query.
        own: the predicates of `$this` that it may still ask for.
    """
    parts = [
        " ".join(text[start:end] for start, end in element.pieces) for element in kept(star, own)
    ]
    return f"SELECT DISTINCT $this WHERE {{ {' . '.join(parts)} }}"
