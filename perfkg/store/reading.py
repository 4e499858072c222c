"""What a form says, apart from where and how it was read: the unit of comparison.

Statements are compared as canonical N-Triples lines, which the engine writes much faster than it
makes objects.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from pyoxigraph import DefaultGraph, NamedNode, Store

from perfkg.graph.form_graph import FormGraph
from perfkg.namespaces import PK, PROV
from perfkg.store.statements import as_stored, lines_of, subjects_of

_SOURCE: Final = f"<{PROV}hadPrimarySource>"
_HOW_READ: Final = {_SOURCE, f"<{PK}sourceLocation>", f"<{PK}repair>"}
_PARTS: Final = (NamedNode(f"{PK}inForm"), NamedNode(f"{PK}reportedIn"))
_GRAPH: Final = DefaultGraph()


@dataclass(frozen=True)
class Reading:
    """The statements about a form, its targets and its results, as N-Triples lines."""

    form: str
    lines: frozenset[str]

    @cached_property
    def content(self) -> frozenset[str]:
        """What the form says, without where and how it was read."""
        return frozenset(line for line in self.lines if line.split(" ", 2)[1] not in _HOW_READ)

    @cached_property
    def sources(self) -> frozenset[str]:
        """The documents that the form was read from."""
        start = f"<{self.form}> {_SOURCE} <"
        return frozenset(line[len(start) : -3] for line in self.lines if line.startswith(start))

    @property
    def subjects(self) -> frozenset[str]:
        """The form, its targets and its results."""
        return subjects_of(self.lines)


def reading_of(graph: FormGraph) -> Reading:
    """Return what one document says."""
    source = f"<{graph.form}> {_SOURCE} <{graph.document}> ."
    return Reading(graph.form, frozenset((*graph.content, *graph.provenance, source)))


def stored_readings(database: Store, forms: Collection[str]) -> dict[str, Reading]:
    """Return what the store says of several forms."""
    things = {thing: form for form in forms for thing in (NamedNode(form), *_parts(database, form))}
    said: dict[str, set[str]] = {form: set() for form in forms}
    found = (
        quad.triple
        for thing in things
        for quad in database.quads_for_pattern(thing, None, None, _GRAPH)
    )
    whose = {thing.value: form for thing, form in things.items()}
    for line in lines_of(found):
        said[whose[line[1 : line.index(">")]]].add(line)
    return {form: Reading(form, frozenset(lines)) for form, lines in said.items()}


def _parts(database: Store, form: str) -> Iterator[NamedNode]:
    for part in _PARTS:
        for quad in database.quads_for_pattern(None, part, NamedNode(form), _GRAPH):
            if isinstance(quad.subject, NamedNode):
                yield quad.subject


def source_lines(graph: FormGraph) -> list[str]:
    """Return the lines that name the document as the form's source and describe it."""
    described = f"<{graph.document}> "
    return [
        f"<{graph.form}> {_SOURCE} <{graph.document}> .",
        *(line for line in graph.shared if line.startswith(described)),
    ]


def canonical_where(
    readings: Sequence[Reading], differs: Callable[[Reading], bool]
) -> list[Reading]:
    """Return readings of different forms, with every line of some as the engine spells it."""
    some = {number: reading for number, reading in enumerate(readings) if differs(reading)}
    spelled: dict[str, set[str]] = {subject: set() for r in some.values() for subject in r.subjects}
    for line in as_stored(line for r in some.values() for line in r.lines):
        spelled[line[1 : line.index(">")]].add(line)
    return [
        Reading(reading.form, frozenset().union(*(spelled[s] for s in reading.subjects)))
        if number in some
        else reading
        for number, reading in enumerate(readings)
    ]
