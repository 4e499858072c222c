"""The shapes graph: triples by subject and predicate, with the file each subject stands in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path as File

import pyoxigraph as ox

from perfkg.shacl.errors import ShaclError, ShapeInvalid
from perfkg.shacl.paths import (
    REPETITIONS,
    Alternative,
    Inverse,
    Path,
    Predicate,
    Repeated,
    Sequence,
)
from perfkg.shacl.terms import SUBCLASS, TYPE, Term, rdf, sh

_FIRST, _REST, _NIL = rdf("first"), rdf("rest"), rdf("nil")


class ShapesGraph:
    """A shapes graph in memory, as it was written: literals keep their lexical forms."""

    def __init__(self) -> None:
        self._objects: dict[tuple[Term, ox.NamedNode], list[Term]] = {}
        self._predicates: dict[Term, list[ox.NamedNode]] = {}
        self._subjects: dict[tuple[ox.NamedNode, Term], list[Term]] = {}
        self._users: dict[ox.NamedNode, list[Term]] = {}
        self._referrer: dict[Term, Term] = {}
        self._files: dict[Term, str] = {}

    def add(self, triples: Iterable[ox.Triple], file: str | None = None) -> None:
        """Add triples, which stand in `file`."""
        for triple in triples:
            subject, predicate, value = triple.subject, triple.predicate, triple.object
            if isinstance(subject, ox.Triple) or isinstance(value, ox.Triple):
                raise ShapeInvalid(
                    "规则图中不能有三元组项。", "A shapes graph holds no triple terms.", place=file
                )
            objects = self._objects.setdefault((subject, predicate), [])
            if value in objects:
                continue
            objects.append(value)
            self._subjects.setdefault((predicate, value), []).append(subject)
            self._remember(subject, predicate, value)
            if file is not None:
                self._files.setdefault(subject, file)

    def _remember(self, subject: Term, predicate: ox.NamedNode, value: Term) -> None:
        predicates = self._predicates.setdefault(subject, [])
        if predicate not in predicates:
            predicates.append(predicate)
            self._users.setdefault(predicate, []).append(subject)
        if isinstance(value, ox.BlankNode):
            self._referrer.setdefault(value, subject)

    def objects(self, subject: Term, predicate: ox.NamedNode) -> list[Term]:
        """Return the values of a predicate, in the order of the file."""
        return self._objects.get((subject, predicate), [])

    def subjects(self, predicate: ox.NamedNode, value: Term) -> list[Term]:
        """Return what has `value` for `predicate`."""
        return self._subjects.get((predicate, value), [])

    def users(self, predicate: ox.NamedNode) -> list[Term]:
        """Return every subject of `predicate`."""
        return self._users.get(predicate, [])

    def predicates(self, subject: Term) -> list[ox.NamedNode]:
        """Return the predicates of a subject."""
        return self._predicates.get(subject, [])

    def all_predicates(self) -> Iterable[ox.NamedNode]:
        """Return every predicate of the graph."""
        return self._users.keys()

    def one(self, subject: Term, predicate: ox.NamedNode) -> Term | None:
        """Return the only value of a predicate, None where there is none.

        Raises:
            ShapeInvalid: there are several.
        """
        values = self.objects(subject, predicate)
        if len(values) > 1:
            raise self.invalid(
                subject,
                f"{predicate} 只能有一个值，这里有 {len(values)} 个。",
                f"{predicate} takes one value and has {len(values)}.",
            )
        return values[0] if values else None

    def instances(self, class_: ox.NamedNode) -> list[Term]:
        """Return the instances of a class and of its subclasses."""
        classes: list[Term] = [class_]
        for known in classes:
            classes += [c for c in self.subjects(SUBCLASS, known) if c not in classes]
        found = [node for known in classes for node in self.subjects(TYPE, known)]
        return list(dict.fromkeys(found))

    def list(self, head: Term, owner: Term) -> list[Term]:
        """Return the members of an RDF list.

        Raises:
            ShapeInvalid: it is no well-formed list.
        """
        members: list[Term] = []
        seen: set[Term] = set()
        while head != _NIL:
            first, rest = self.objects(head, _FIRST), self.objects(head, _REST)
            if len(first) != 1 or len(rest) != 1 or head in seen:
                raise self.invalid(
                    owner,
                    "列表有误：应为以 rdf:nil 结尾的 RDF 列表，写作 ( … )。",
                    "A list is ill-formed: an RDF list that ends in rdf:nil was expected, "
                    "written ( … ).",
                )
            seen.add(head)
            members.append(first[0])
            head = rest[0]
        return members

    def path(self, node: Term, owner: Term) -> Path:
        """Return the property path that `node` stands for.

        Raises:
            ShapeInvalid: it stands for none.
        """
        return self._path(node, owner, ())

    def _path(self, node: Term, owner: Term, above: tuple[Term, ...]) -> Path:
        if isinstance(node, ox.NamedNode):
            return Predicate(node)
        if isinstance(node, ox.BlankNode) and node not in above:
            above = (*above, node)
            if self.objects(node, _FIRST):
                return Sequence(self._members(node, owner, above))
            alternatives = self.objects(node, sh("alternativePath"))
            if len(alternatives) == 1:
                return Alternative(self._members(alternatives[0], owner, above))
            inverse = self.objects(node, sh("inversePath"))
            if len(inverse) == 1:
                return Inverse(self._path(inverse[0], owner, above))
            for name, sign in REPETITIONS.items():
                repeated = self.objects(node, sh(name))
                if len(repeated) == 1:
                    return Repeated(self._path(repeated[0], owner, above), sign)
        raise self.invalid(
            owner,
            "sh:path 不是正确的路径。",
            "sh:path is no well-formed property path.",
        )

    def _members(self, head: Term, owner: Term, above: tuple[Term, ...]) -> tuple[Path, ...]:
        members = self.list(head, owner)
        if len(members) < 2:
            raise self.invalid(
                owner,
                "sh:path 中的列表至少要有两项。",
                "A list in sh:path has at least two members.",
            )
        return tuple(self._path(member, owner, above) for member in members)

    def place(self, node: Term) -> str:
        """Return how to find a shape: its file and its IRI, or that of the shape it is part of."""
        named = node
        seen = {node}
        while isinstance(named, ox.BlankNode) and self._referrer.get(named, named) not in seen:
            named = self._referrer[named]
            seen.add(named)
        file = self._files.get(node) or self._files.get(named)
        inner = f" ({_steps(self, named, node)})" if named != node else ""
        return f"{file}, {named}{inner}" if file else f"{named}{inner}"

    def invalid(self, node: Term, zh: str, en: str) -> ShaclError:
        """Return the error that `node` is ill-formed."""
        return ShapeInvalid(zh, en, place=self.place(node))

    def triples(self) -> Iterator[ox.Triple]:
        """Yield every triple."""
        for (subject, predicate), values in self._objects.items():
            if not isinstance(subject, ox.Literal):
                for value in values:
                    yield ox.Triple(subject, predicate, value)


def _steps(graph: ShapesGraph, named: Term, node: Term) -> str:
    """Return by which predicate of `named` an anonymous node is reached."""
    for predicate in graph.predicates(named):
        if node in graph.objects(named, predicate):
            return str(predicate)
    return "an anonymous node in it"


def read_graph(files: Iterable[File]) -> ShapesGraph:
    """Read Turtle files into one shapes graph.

    Raises:
        ShapeInvalid: a file is missing or no Turtle.
    """
    graph = ShapesGraph()
    for file in files:
        try:
            quads = ox.parse(file.read_bytes(), format=ox.RdfFormat.TURTLE, rename_blank_nodes=True)
            graph.add([quad.triple for quad in quads], str(file))
        except OSError as error:
            raise ShapeInvalid(
                f"读不到规则文件：{error.strerror}。请检查路径。",
                f"The shapes file cannot be read: {error.strerror}. Check its path.",
                place=str(file),
            ) from error
        except (SyntaxError, ValueError) as error:
            line = getattr(error, "lineno", None)
            raise ShapeInvalid(
                f"规则文件不是正确的 Turtle：{error}。请改正这一行。",
                f"The shapes file is not well-formed Turtle: {error}. Correct that line.",
                place=f"{file}, line {line}" if line else str(file),
            ) from error
    return graph
