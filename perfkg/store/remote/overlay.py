"""Changes to a graph elsewhere, held back until they are committed.

The state that a transaction has reached is what the store holds, with what was staged there and
what is fresh here, without what was removed. Only what the merging looks at is fetched, so that a
transaction costs what it changes and not what the store holds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Set
from itertools import islice
from typing import Final

import pyoxigraph as ox

from perfkg.namespaces import PK, PROV
from perfkg.store.editor import Editor, objects_of
from perfkg.store.reading import Reading
from perfkg.store.remote.ledger import Graphs
from perfkg.store.remote.service import Service
from perfkg.store.statements import lines_of, load, subjects_of, triples_of

MOST_FRESH: Final = 100_000
"""Statements that are held here before they are staged in the store."""
_MOST_KEPT: Final = 50_000
"""Descriptions that are remembered; then they are forgotten and fetched again."""
_AT_ONCE: Final = 200
"""Things that are described by one query."""
_PARTS: Final = (f"{PK}inForm", f"{PK}reportedIn")


class Overlay(Editor):
    """Changes the data of a store elsewhere; see `Editor`.

    Args:
        service: the store. graphs: its graphs.
        stage: takes statements to a graph of the transaction in the store, to a new one without
            its name, and returns the name.
    """

    def __init__(
        self, service: Service, graphs: Graphs, stage: Callable[[Iterable[str], str | None], str]
    ) -> None:
        """Begin without a change."""
        super().__init__()
        self._service = service
        self._graphs = graphs
        self._stage = stage
        self.staging: str | None = None
        self._fresh = ox.Store()
        self._removed: set[str] = set()
        self._removed_links: defaultdict[str, set[str]] = defaultdict(set)
        self._kept: dict[str, frozenset[str]] = {}
        self._spelled: dict[str, str] = {}

    # -- the changes ---------------------------------------------------------------------------

    def fresh(self) -> list[str]:
        """Return the statements that are to be added and not staged yet."""
        return lines_of(quad.triple for quad in self._fresh)

    def removed(self) -> list[str]:
        """Return the statements that are to be removed, as the store spells them."""
        return sorted(self._spelled.get(line, line) for line in self._removed)

    def load(self, lines: list[str]) -> None:
        """Add many statements."""
        load(self._fresh, lines)
        self._restore(lines)
        self.change.set_certain()
        if len(self._fresh) > MOST_FRESH:
            self.staging = self._stage(self.fresh(), self.staging)
            self._fresh = ox.Store()
            self._kept.clear()

    def add_fresh(self, lines: Collection[str]) -> None:
        """Add statements that are known not to be there."""
        load(self._fresh, list(lines))
        self._restore(lines)
        self.change.added(lines)

    def _restore(self, lines: Iterable[str]) -> None:
        """Remove statements no more that are added again."""
        for line in self._removed.intersection(lines):
            self._removed.remove(line)
            for thing in objects_of([line]):
                self._removed_links[thing].discard(line)

    def remove(self, lines: Collection[str]) -> None:
        """Remove statements that are known to be there."""
        if not lines:
            return
        self._fresh.update(f"DELETE DATA {{ {' '.join(lines)} }}")
        self._removed.update(lines)
        for line in lines:
            for thing in objects_of([line]):
                self._removed_links[thing].add(line)
        self.change.removed(lines)

    # -- the state that they lead to -----------------------------------------------------------

    def knows(self, subject: str) -> bool:
        """Whether the graph says anything about `subject`."""
        if subject in self._kept or self._removed:
            return bool(self.about(subject))
        node = ox.NamedNode(subject)
        if next(self._fresh.quads_for_pattern(node, None, None), None) is not None:
            return True
        return self._service.holds(f"ASK {{ {self._pattern(f'{node} ?p ?o')} }}")

    def known(self, subjects: Collection[str]) -> set[str]:
        """Return those subjects that the graph says anything about, with few questions."""
        if self._removed:
            self._fetch(subjects)
            return {subject for subject in subjects if self._said(subject)}
        found = {
            subject
            for subject in subjects
            if next(self._fresh.quads_for_pattern(ox.NamedNode(subject), None, None), None)
        }
        for chunk in _chunks(set(subjects) - found):
            where = f"{_values('s', chunk)} {self._pattern('?s ?p ?o')}"
            rows = self._service.rows(f"SELECT DISTINCT ?s WHERE {{ {where} }}")
            found |= {s.value for (s,) in rows if isinstance(s, ox.NamedNode)}
        return found

    def about(self, subject: str, predicate: str | None = None) -> list[str]:
        """Return what the graph says about `subject`."""
        self._fetch([subject])
        of = None if predicate is None else f"<{predicate}>"
        lines = self._said(subject)
        return sorted(line for line in lines if of in (None, line.split(" ", 2)[1]))

    def missing(self, lines: Iterable[str]) -> list[str]:
        """Return those statements that the graph does not hold."""
        wanted = lines_of(triples_of(lines))
        subjects = subjects_of(wanted)
        self._fetch(subjects)
        held = {line for subject in subjects for line in self._said(subject)}
        return [line for line in wanted if line not in held]

    def reading(self, form: str) -> Reading:
        """Return what the graph says about a form, its targets and its results."""
        return self._reading(form, {form, *self._fetch_form(form), *self._fresh_parts(form)})

    def readings(self, forms: Collection[str]) -> dict[str, Reading]:
        """Return what the graph says about several forms, with few questions."""
        parts: defaultdict[str, set[str]] = defaultdict(set)
        for chunk in _chunks(forms):
            for thing, form in self._parts_of(chunk):
                parts[form].add(thing)
        things = {form: {form, *parts[form], *self._fresh_parts(form)} for form in forms}
        self._fetch({thing for some in things.values() for thing in some})
        return {form: self._reading(form, some) for form, some in things.items()}

    def _parts_of(self, forms: Collection[str]) -> Iterator[tuple[str, str]]:
        ways = [f"{{ {self._pattern(f'?s <{part}> ?form')} }}" for part in _PARTS]
        where = f"{_values('form', forms)} {{ {' UNION '.join(ways)} }}"
        for thing, form in self._service.rows(f"SELECT DISTINCT ?s ?form WHERE {{ {where} }}"):
            if isinstance(thing, ox.NamedNode) and isinstance(form, ox.NamedNode):
                yield thing.value, form.value

    def _reading(self, form: str, things: Iterable[str]) -> Reading:
        lines: set[str] = set()
        for thing in things:
            said = self._said(thing)
            if thing == form or any(f"<{thing}> <{part}> <{form}> ." in said for part in _PARTS):
                lines |= said
        return Reading(form, frozenset(lines))

    def forms_of(self, document: str) -> frozenset[str]:
        """Return the forms that name `document` as their source."""
        statement = f"<{PROV}hadPrimarySource> <{document}>"
        rows = self._service.rows(
            f"SELECT DISTINCT ?s WHERE {{ {self._pattern(f'?s {statement}')} }}"
        )
        held = {s.value for (s,) in rows if isinstance(s, ox.NamedNode)}
        node, source = ox.NamedNode(document), ox.NamedNode(f"{PROV}hadPrimarySource")
        fresh = self._fresh.quads_for_pattern(None, source, node)
        held |= {q.subject.value for q in fresh if isinstance(q.subject, ox.NamedNode)}
        return frozenset(s for s in held if f"<{s}> {statement} ." not in self._removed)

    def is_referred_to(self, thing: str, *, but: Set[str] = frozenset()) -> bool:
        """Whether the graph says something of another thing that names `thing`."""
        node = ox.NamedNode(thing)
        for quad in self._fresh.quads_for_pattern(None, None, node):
            if quad.subject != node and f"{quad.triple} ." not in but:
                return True
        gone = self._removed_links.get(thing, set())
        gone = gone | {line for line in but if line.endswith(f" <{thing}> .")}
        pattern = self._pattern(f"?s ?p {node}")
        rows = self._service.rows(
            f"SELECT DISTINCT ?s ?p WHERE {{ {pattern} FILTER(?s != {node}) }} "
            f"LIMIT {len(gone) + 1}"
        )
        return any(f"{s} {p} {node} ." not in gone for s, p in rows)

    # -- what is fetched -----------------------------------------------------------------------

    def _said(self, subject: str) -> frozenset[str]:
        """Return the statements about a subject that was fetched."""
        fresh = self._fresh.quads_for_pattern(ox.NamedNode(subject), None, None)
        held = self._kept.get(subject, frozenset())
        return (held - self._removed) | frozenset(lines_of(quad.triple for quad in fresh))

    def _fresh_parts(self, form: str) -> Iterator[str]:
        for part in _PARTS:
            found = self._fresh.quads_for_pattern(None, ox.NamedNode(part), ox.NamedNode(form))
            yield from (q.subject.value for q in found if isinstance(q.subject, ox.NamedNode))

    def _pattern(self, pattern: str) -> str:
        data = self._graphs.inside(pattern)
        if self.staging is None:
            return data
        return f"{{ {data} }} UNION {{ GRAPH <{self.staging}> {{ {pattern} }} }}"

    def _fetch(self, subjects: Iterable[str]) -> None:
        """Fetch what the store says of those subjects that it was not asked about."""
        self._forget_much()
        for chunk in _chunks(subject for subject in subjects if subject not in self._kept):
            self._keep(chunk, f"{_values('s', chunk)} {self._pattern('?s ?p ?o')}")

    def _fetch_form(self, form: str) -> set[str]:
        """Fetch a form with its targets and results; return what was found."""
        self._forget_much()
        ways = [self._pattern(f"?s <{part}> <{form}>") for part in _PARTS]
        chosen = " UNION ".join([f"{{ VALUES ?s {{ <{form}> }} }}", *(f"{{ {w} }}" for w in ways)])
        return self._keep([form], f"{{ {chosen} }} {{ {self._pattern('?s ?p ?o')} }}")

    def _forget_much(self) -> None:
        if len(self._kept) > _MOST_KEPT:
            self._kept.clear()

    def _keep(self, subjects: Iterable[str], where: str) -> set[str]:
        triples = self._service.triples(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {where} }}")
        described: defaultdict[str, set[str]] = defaultdict(set)
        for line in self._as_spelled_here(triples):
            described[line[1 : line.index(">")]].add(line)
        self._kept |= {subject: frozenset() for subject in subjects}
        self._kept |= {subject: frozenset(lines) for subject, lines in described.items()}
        return set(described)

    def _as_spelled_here(self, triples: list[ox.Triple]) -> list[str]:
        """Return lines in the spelling of our engine, and remember where the store's differs."""
        named = [t for t in triples if isinstance(t.subject, ox.NamedNode)]
        raw = lines_of(named)
        here = triples_of(raw)
        if here != set(named):
            for line in raw:
                ours = lines_of(triples_of([line]))[0]
                if ours != line:
                    self._spelled[ours] = line
        return lines_of(here)


def _chunks(things: Iterable[str]) -> Iterator[list[str]]:
    waiting = iter(things)
    while chunk := list(islice(waiting, _AT_ONCE)):
        yield chunk


def _values(variable: str, things: Iterable[str]) -> str:
    return f"VALUES ?{variable} {{ {' '.join(f'<{thing}>' for thing in things)} }}"
