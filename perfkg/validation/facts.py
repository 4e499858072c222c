"""What the graph says about many nodes at once.

One query for a block of nodes and one property: a hundred thousand look-ups cost seconds, where a
call for each node costs minutes on a store on disk. A query for several properties at once would be
answered by a scan of the whole graph.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final, TypeAlias

import pyoxigraph as ox

Object: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

_BLOCK: Final = 10_000


class Facts:
    """Values of properties, looked up once and remembered.

    Args:
        data: the database; its default graph is asked.
    """

    def __init__(self, data: ox.Store) -> None:
        """Know nothing yet."""
        self._data = data
        self._values: dict[str, dict[str, list[Object]]] = defaultdict(dict)

    def learn(self, subjects: Iterable[str], *properties: str) -> None:
        """Look up the values that `properties` have on `subjects`, which are IRIs."""
        wanted = sorted(set(subjects))
        for name in properties:
            known = self._values[name]
            fresh = [subject for subject in wanted if subject not in known]
            known.update((subject, []) for subject in fresh)
            for subject, value in _pairs(self._data, f"?s <{name}> ?o", "?s", fresh):
                known[subject.value].append(value)

    def learn_inverse(self, objects: Iterable[str], name: str) -> dict[str, list[str]]:
        """Return for each of the IRIs `objects` the IRIs that have it as a value of `name`."""
        found: dict[str, list[str]] = defaultdict(list)
        wanted = sorted(set(objects))
        for subject, value in _pairs(self._data, f"?s <{name}> ?o", "?o", wanted):
            if isinstance(value, ox.NamedNode):
                found[value.value].append(subject.value)
        return {key: sorted(set(subjects)) for key, subjects in found.items()}

    def values(self, subject: str | None, name: str) -> list[Object]:
        """Return what was learnt, in no order."""
        return [] if subject is None else self._values[name].get(subject, [])

    def texts(self, subject: str | None, name: str) -> list[str]:
        """Return the IRIs and the texts of literals among the values, sorted, each once."""
        values = self.values(subject, name)
        if len(values) < 2:  # nearly always
            return [text_of_term(value) for value in values]
        return sorted({text_of_term(value) for value in values})

    def first(self, subject: str | None, name: str) -> str | None:
        """Return the first of them, if there is one."""
        found = self.texts(subject, name)
        return found[0] if found else None

    def chinese(self, subject: str | None, name: str) -> str | None:
        """Return the first text in Chinese."""
        found = (v for v in self.values(subject, name) if isinstance(v, ox.Literal))
        return min((v.value for v in found if (v.language or "").startswith("zh")), default=None)


def text_of_term(term: Object) -> str:
    """Return an IRI or the text of a literal."""
    return str(term) if isinstance(term, ox.Triple) else term.value


def _pairs(
    data: ox.Store, pattern: str, variable: str, nodes: list[str]
) -> Iterator[tuple[ox.NamedNode | ox.BlankNode, Object]]:
    for start in range(0, len(nodes), _BLOCK):
        block = " ".join(f"<{node}>" for node in nodes[start : start + _BLOCK])
        found = data.query(f"SELECT ?s ?o {{ VALUES {variable} {{ {block} }} {pattern} }}")
        assert isinstance(found, ox.QuerySolutions)  # noqa: S101 - it is a SELECT
        for solution in found:
            subject, value = solution
            yield subject, value
