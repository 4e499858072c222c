"""What the graph says about many nodes at once.

Each node is looked up by itself, one property after the other; where most of what has a property is
wanted, its triples are read through. A query for a block of nodes takes half as long again in
memory and as long on disk; one for several properties would scan the whole graph.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final, TypeAlias

import pyoxigraph as ox

Object: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

_FEW: Final = 10_000
"""Up to so many nodes are looked up without counting the triples of a property."""

_WORTH: Final = 3
"""A property is read through where it has not more than so many triples for each node wanted."""


class Facts:
    """Values of properties, looked up once and remembered as texts.

    Args:
        data: the database; its default graph is asked.
    """

    def __init__(self, data: ox.Store) -> None:
        """Know nothing yet."""
        self._data = data
        self._texts: dict[str, dict[str, tuple[str, ...]]] = defaultdict(dict)
        self._chinese: dict[str, dict[str, str]] = defaultdict(dict)
        self._same: dict[str, str] = {}

    def learn(self, subjects: Iterable[str], *properties: str) -> None:
        """Look up the values that `properties` have on `subjects`, which are IRIs."""
        wanted = set(subjects)
        for name in properties:
            fresh = wanted - self._texts[name].keys()
            self._texts[name].update((subject, ()) for subject in fresh)
            for subject, value in self._pairs(name, fresh):
                self._keep(subject, name, value)

    def _keep(self, subject: str, name: str, value: Object) -> None:
        text = text_of_term(value)
        # The same few forms, classes and words are the values of a hundred thousand nodes.
        text = self._same.setdefault(text, text)
        known = self._texts[name]
        before = known[subject]
        known[subject] = tuple(sorted({*before, text})) if before else (text,)
        if isinstance(value, ox.Literal) and (value.language or "").startswith("zh"):
            chinese = self._chinese[name]
            chinese[subject] = min(text, chinese.get(subject, text))

    def _pairs(self, name: str, fresh: set[str]) -> Iterator[tuple[str, Object]]:
        predicate = ox.NamedNode(name)
        if len(fresh) <= _FEW or self._count(predicate) > _WORTH * len(fresh):
            for subject in fresh:
                for quad in self._quads(ox.NamedNode(subject), predicate, None):
                    yield subject, quad.object
            return
        for quad in self._quads(None, predicate, None):
            node = quad.subject
            if isinstance(node, ox.NamedNode) and node.value in fresh:
                yield node.value, quad.object

    def _quads(
        self, subject: ox.NamedNode | None, predicate: ox.NamedNode, value: ox.NamedNode | None
    ) -> Iterator[ox.Quad]:
        return self._data.quads_for_pattern(subject, predicate, value, ox.DefaultGraph())

    def _count(self, predicate: ox.NamedNode) -> int:
        found = self._data.query(f"SELECT (COUNT(*) AS ?n) {{ ?s {predicate} ?o }}")
        assert isinstance(found, ox.QuerySolutions)  # noqa: S101 - it is a SELECT
        return int(next(found)["n"].value)

    def learn_inverse(self, objects: Iterable[str], name: str) -> dict[str, list[str]]:
        """Return for each of the IRIs `objects` the IRIs that have it as a value of `name`."""
        predicate = ox.NamedNode(name)
        found: dict[str, list[str]] = {}
        for value in set(objects):
            quads = self._quads(None, predicate, ox.NamedNode(value))
            nodes = {q.subject.value for q in quads if isinstance(q.subject, ox.NamedNode)}
            if nodes:
                found[value] = sorted(nodes)
        return found

    def texts(self, subject: str | None, name: str) -> tuple[str, ...]:
        """Return the IRIs and the texts of literals among the values, sorted, each once."""
        return () if subject is None else self._texts[name].get(subject, ())

    def first(self, subject: str | None, name: str) -> str | None:
        """Return the first of them, if there is one."""
        found = self.texts(subject, name)
        return found[0] if found else None

    def chinese(self, subject: str | None, name: str) -> str | None:
        """Return the first text in Chinese."""
        return None if subject is None else self._chinese[name].get(subject)


def text_of_term(term: Object) -> str:
    """Return an IRI or the text of a literal."""
    return str(term) if isinstance(term, ox.Triple) else term.value
