"""What the graph says about many nodes at once.

One query for a block of nodes and one property: a hundred thousand look-ups cost seconds, where a
call for each node costs minutes on a store on disk. A query for several properties at once would be
answered by a scan of the whole graph; where most of what has a property is wanted, its triples are
read through.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final, TypeAlias

import pyoxigraph as ox

Object: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

_BLOCK: Final = 10_000
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
                self._keep(subject.value, name, value)

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

    def _pairs(self, name: str, fresh: set[str]) -> Iterator[tuple[ox.NamedNode, Object]]:
        pattern = f"?s <{name}> ?o"
        if len(fresh) <= _BLOCK or self._count(pattern) > _WORTH * len(fresh):
            yield from _looked_up(self._data, pattern, "?s", sorted(fresh))
            return
        for subject, value in _select(self._data, f"SELECT ?s ?o {{ {pattern} }}"):
            if isinstance(subject, ox.NamedNode) and subject.value in fresh:
                yield subject, value

    def _count(self, pattern: str) -> int:
        ((count,),) = _select(self._data, f"SELECT (COUNT(*) AS ?n) {{ {pattern} }}")
        return int(count.value)

    def learn_inverse(self, objects: Iterable[str], name: str) -> dict[str, list[str]]:
        """Return for each of the IRIs `objects` the IRIs that have it as a value of `name`."""
        found: dict[str, list[str]] = defaultdict(list)
        wanted = sorted(set(objects))
        for subject, value in _looked_up(self._data, f"?s <{name}> ?o", "?o", wanted):
            if isinstance(value, ox.NamedNode):
                found[value.value].append(subject.value)
        return {key: sorted(set(subjects)) for key, subjects in found.items()}

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


def _looked_up(
    data: ox.Store, pattern: str, variable: str, nodes: list[str]
) -> Iterator[tuple[ox.NamedNode, Object]]:
    for start in range(0, len(nodes), _BLOCK):
        block = " ".join(f"<{node}>" for node in nodes[start : start + _BLOCK])
        query = f"SELECT ?s ?o {{ VALUES {variable} {{ {block} }} {pattern} }}"
        yield from _select(data, query)


def _select(data: ox.Store, query: str) -> ox.QuerySolutions:
    found = data.query(query)
    assert isinstance(found, ox.QuerySolutions)  # noqa: S101 - it is a SELECT
    return found
