"""The default graph under change: adding, removing, and removing what nothing needs any more."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Set
from pathlib import Path
from typing import Final

from pyoxigraph import DefaultGraph, NamedNode, Store

from perfkg.namespaces import PROV
from perfkg.store.reading import Reading, stored_readings
from perfkg.store.statements import in_default_graph, lines_of, load, triples_of

_GRAPH: Final = DefaultGraph()
_SOURCE: Final = NamedNode(f"{PROV}hadPrimarySource")


class NetChange:
    """Whether a sequence of changes leaves a trace: adding and removing the same is none.

    It remembers a limited number of statements; beyond, it assumes a trace.
    """

    LIMIT: Final = 200_000

    def __init__(self) -> None:
        """Begin without a trace."""
        self._added: set[str] = set()
        self._removed: set[str] = set()
        self._certain = False

    def __bool__(self) -> bool:
        """Whether there is a trace."""
        return self._certain or bool(self._added) or bool(self._removed)

    def set_certain(self) -> None:
        """Stop counting: there is a trace."""
        self._certain = True
        self._added.clear()
        self._removed.clear()

    def added(self, lines: Iterable[str]) -> None:
        """Take note of statements that were not there before."""
        self._note(lines, self._added, self._removed)

    def removed(self, lines: Iterable[str]) -> None:
        """Take note of statements that are there no longer."""
        self._note(lines, self._removed, self._added)

    def _note(self, lines: Iterable[str], these: set[str], those: set[str]) -> None:
        if self._certain:
            return
        for line in lines:
            if line in those:
                those.remove(line)
            else:
                these.add(line)
        if len(these) > self.LIMIT:
            self.set_certain()


class Editor(ABC):
    """Changes the default graph of a store; statements are canonical N-Triples lines."""

    def __init__(self) -> None:
        """Begin without a change."""
        self.change = NetChange()

    @abstractmethod
    def knows(self, subject: str) -> bool:
        """Whether the graph says anything about `subject`."""

    def known(self, subjects: Collection[str]) -> set[str]:
        """Return those subjects that the graph says anything about."""
        return {subject for subject in subjects if self.knows(subject)}

    @abstractmethod
    def about(self, subject: str, predicate: str | None = None) -> list[str]:
        """Return what the graph says about `subject`."""

    @abstractmethod
    def missing(self, lines: Iterable[str]) -> list[str]:
        """Return those statements, in any spelling, that the graph does not hold."""

    @abstractmethod
    def reading(self, form: str) -> Reading:
        """Return what the graph says about a form, its targets and its results."""

    def readings(self, forms: Collection[str]) -> dict[str, Reading]:
        """Return what the graph says about several forms."""
        return {form: self.reading(form) for form in forms}

    @abstractmethod
    def forms_of(self, document: str) -> frozenset[str]:
        """Return the forms that name `document` as their source."""

    @abstractmethod
    def load(self, lines: list[str]) -> None:
        """Add many statements, in any spelling, some of which it may hold."""

    @abstractmethod
    def add_fresh(self, lines: Collection[str]) -> None:
        """Add statements that are known not to be there."""

    @abstractmethod
    def remove(self, lines: Collection[str]) -> None:
        """Remove statements that are known to be there."""

    @abstractmethod
    def is_referred_to(self, thing: str, *, but: Set[str] = frozenset()) -> bool:
        """Whether the graph says something of another thing that names `thing`.

        Args:
            thing: its IRI.
            but: statements that do not count.
        """

    def add(self, lines: Iterable[str]) -> None:
        """Make the graph hold the statements."""
        self.add_fresh(self.missing(lines))

    def collect(self, candidates: Iterable[str], may_go: Callable[[str], bool]) -> None:
        """Remove those candidates that nothing refers to, then what only they referred to.

        Args:
            candidates: IRIs of things that may have lost their last reference.
            may_go: whether a thing may be removed at all.
        """
        waiting = set(candidates)
        while waiting:
            gone = {t for t in waiting if may_go(t) and not self.is_referred_to(t)}
            lines = [line for thing in gone for line in self.about(thing)]
            self.remove(lines)
            waiting = objects_of(lines)


class LocalEditor(Editor):
    """Changes a database of this process.

    Args:
        database: what is changed.
        folder: where what is loaded may lie for a while; see `perfkg.store.statements.load`.
    """

    def __init__(self, database: Store, folder: Path | None = None) -> None:
        """Begin without a change."""
        super().__init__()
        self._database = database
        self._folder = folder

    def knows(self, subject: str) -> bool:
        """Whether the graph says anything about `subject`."""
        found = self._database.quads_for_pattern(NamedNode(subject), None, None, _GRAPH)
        return next(iter(found), None) is not None

    def about(self, subject: str, predicate: str | None = None) -> list[str]:
        """Return what the graph says about `subject`."""
        of = None if predicate is None else NamedNode(predicate)
        found = self._database.quads_for_pattern(NamedNode(subject), of, None, _GRAPH)
        return lines_of(quad.triple for quad in found)

    def missing(self, lines: Iterable[str]) -> list[str]:
        """Return those statements that the graph does not hold."""
        triples = triples_of(lines)
        return lines_of(t for t in triples if in_default_graph(t) not in self._database)

    def reading(self, form: str) -> Reading:
        """Return what the graph says about a form."""
        return stored_readings(self._database, [form])[form]

    def readings(self, forms: Collection[str]) -> dict[str, Reading]:
        """Return what the graph says about several forms."""
        return stored_readings(self._database, forms)

    def forms_of(self, document: str) -> frozenset[str]:
        """Return the forms that name `document` as their source."""
        found = self._database.quads_for_pattern(None, _SOURCE, NamedNode(document), _GRAPH)
        return frozenset(q.subject.value for q in found if isinstance(q.subject, NamedNode))

    def load(self, lines: list[str]) -> None:
        """Add many statements."""
        load(self._database, lines, folder=self._folder)
        self.change.set_certain()

    def add_fresh(self, lines: Collection[str]) -> None:
        """Add statements that are known not to be there."""
        load(self._database, list(lines), folder=self._folder)
        self.change.added(lines)

    def remove(self, lines: Collection[str]) -> None:
        """Remove statements that are known to be there."""
        if lines:
            self._database.update(f"DELETE DATA {{ {' '.join(lines)} }}")
            self.change.removed(lines)

    def is_referred_to(self, thing: str, *, but: Set[str] = frozenset()) -> bool:
        """Whether the graph says something of another thing that names `thing`."""
        node = NamedNode(thing)
        found = self._database.quads_for_pattern(None, None, node, _GRAPH)
        return any(q.subject != node and f"{q.triple} ." not in but for q in found)


def objects_of(lines: Iterable[str]) -> set[str]:
    """Return the IRIs of the things that the statements refer to."""
    objects = (line.split(" ", 2)[2] for line in lines)
    return {thing[1:-3] for thing in objects if thing.startswith("<") and thing[1:2] != "<"}
