"""The shapes: read from their files, checked, and listed as a catalogue of rules."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

import pyoxigraph as ox

from perfkg.errors import ShapesError
from perfkg.messages import Text
from perfkg.namespaces import DCTERMS, PK, RDF, RDFS, SH, SHAPES
from perfkg.resources import shapes_folder
from perfkg.shacl import Plan, ShaclError, ShapesGraph, read_graph
from perfkg.shacl.known import key_of
from perfkg.validation.findings import SEVERITIES, SeverityName
from perfkg.validation.known import known_queries

if TYPE_CHECKING:
    from rdflib.graph import Graph

ShapeNode: TypeAlias = ox.NamedNode | ox.BlankNode
Term: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal

_IS_PART_OF: Final = ox.NamedNode(DCTERMS + "isPartOf")
_DEFAULT_SEVERITY: Final[SeverityName] = "Violation"


@dataclass(frozen=True, slots=True)
class Criterion:
    """One of the criteria of a review (完整性, 相关性, 适当性, 可行性)."""

    iri: str
    label: Text


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the review, as its shape describes it.

    Attributes:
        name: local name of its IRI.
        iri: IRI of the shape.
        severity: how grave a breach of it is.
        label, comment: what it is called and what it asks.
        criterion: the criterion that it serves.
        sources: the documents that it rests on.
    """

    name: str
    iri: str
    severity: SeverityName
    label: Text
    comment: Text
    criterion: Criterion | None
    sources: tuple[Text, ...]


class Shapes:
    """A shapes graph with the rules in it.

    Args:
        source: the shapes graph.
    """

    def __init__(self, source: ShapesGraph) -> None:
        """Take the shapes as they are; nothing is compiled yet."""
        self.source = source
        self._rule_of: dict[Term, Rule] = {}
        self._read_by: dict[str, frozenset[str]] = {}
        self._stating: dict[Term, bool] = {}

    @cached_property
    def graph(self) -> Graph:
        """The same for rdflib, which the reference engine needs."""
        from perfkg.validation.rdf import add_triples, new_graph

        graph = new_graph()
        add_triples(graph, self.source.triples())
        return graph

    @cached_property
    def plan(self) -> Plan:
        """The shapes, compiled for the set-based engine.

        Raises:
            ShapesError: a shape is malformed or asks for what the engine does not do.
        """
        try:
            return Plan(self.source, known_queries())
        except ShaclError as error:
            raise ShapesError(error.zh, error.en, place=error.place) from error

    @cached_property
    def rules(self) -> dict[str, Rule]:
        """The rules by IRI, in the order of their names."""
        rules = [self._rule(shape) for shape in self._rule_shapes()]
        return {rule.iri: rule for rule in sorted(rules, key=lambda rule: (rule.name, rule.iri))}

    def rule_of(self, shape: ShapeNode) -> Rule:
        """Return the rule that a shape or constraint is, or is part of."""
        if shape not in self._rule_of:
            self._rule_of[shape] = self._find_rule(shape)
        return self._rule_of[shape]

    def states_message(self, shape: ShapeNode) -> bool:
        """Whether a shape or constraint says itself what its results are told with."""
        if shape not in self._stating:
            self._stating[shape] = bool(self.source.objects(shape, _sh("message")))
        return self._stating[shape]

    def read_by(self, shape: str) -> frozenset[str]:
        """Return the terms of the ontology that a shape or a constraint names.

        They tell which cells of the form it looks at.
        """
        if shape not in self._read_by:
            self._read_by[shape] = frozenset(self._terms(shape))
        return self._read_by[shape]

    def prefixes_of(self, constraint: Term) -> dict[str, str]:
        """Return the prefixes that a SPARQL constraint may use."""
        prefixes = {"rdf": RDF, "rdfs": RDFS, "owl": "http://www.w3.org/2002/07/owl#"}
        for ontology in self.source.objects(constraint, _sh("prefixes")):
            for declaration in self.source.objects(ontology, _sh("declare")):
                prefix = _value(self.source.objects(declaration, _sh("prefix")))
                prefixes[prefix] = _value(self.source.objects(declaration, _sh("namespace")))
        return prefixes

    def _find_rule(self, shape: ShapeNode) -> Rule:
        seen: set[Term] = set()
        waiting: list[Term] = [shape]
        while waiting:
            node = waiting.pop(0)
            if isinstance(node, ox.NamedNode) and node.value in self.rules:
                return self.rules[node.value]
            seen.add(node)
            waiting += [owner for owner in self._owners(node) if owner not in seen]
        return self._rule(shape)

    def _owners(self, node: Term) -> list[Term]:
        """Return what `node` says it is part of, else what mentions it."""
        stated = self.source.objects(node, _IS_PART_OF)
        mentioning = (
            owner
            for predicate in self.source.all_predicates()
            for owner in self.source.subjects(predicate, node)
        )
        return sorted(stated or mentioning, key=str)

    def _rule_shapes(self) -> list[ox.NamedNode]:
        """Return the named shapes that stand for a rule: they are part of no other shape."""
        kinds = (_sh("NodeShape"), _sh("PropertyShape"))
        shapes = dict.fromkeys(node for kind in kinds for node in self.source.instances(kind))
        return [
            shape
            for shape in shapes
            if isinstance(shape, ox.NamedNode)
            and not self.source.objects(shape, _IS_PART_OF)
            and not self.source.subjects(_sh("property"), shape)
        ]

    def _rule(self, shape: ShapeNode) -> Rule:
        name = _local_name(shape.value)
        criterion = next(iter(self.source.objects(shape, ox.NamedNode(DCTERMS + "subject"))), None)
        sources = self.source.objects(shape, ox.NamedNode(DCTERMS + "source"))
        return Rule(
            name=name,
            iri=shape.value,
            severity=severity_name(_value(self.source.objects(shape, _sh("severity")))),
            label=self._text(shape, "label") or Text(name, name),
            comment=self._text(shape, "comment") or Text("", ""),
            criterion=None
            if criterion is None
            else Criterion(_value([criterion]), self._named(criterion)),
            sources=tuple(self._named(source) for source in sorted(sources, key=str)),
        )

    def _named(self, node: Term) -> Text:
        return self._text(node, "label") or Text(_value([node]), _value([node]))

    def _text(self, node: Term, term: str) -> Text | None:
        found: dict[str, str] = {}
        for value in sorted(self.source.objects(node, ox.NamedNode(RDFS + term)), key=str):
            if isinstance(value, ox.Literal):
                found.setdefault((value.language or "").split("-")[0], value.value)
        return text_of(found)

    def _terms(self, shape: str) -> Iterator[str]:
        """Yield the terms of the ontology in the paths and queries of `shape` and its parts."""
        seen: set[Term] = set()
        waiting: list[Term] = [ox.NamedNode(shape)]
        while waiting:
            node = waiting.pop()
            seen.add(node)
            for predicate in self.source.predicates(node):
                for value in self.source.objects(node, predicate):
                    if isinstance(value, ox.Literal):
                        if predicate.value in (SH + "select", SH + "ask"):
                            yield from _names(value.value, self.prefixes_of(node))
                    elif isinstance(value, ox.NamedNode) and value.value.startswith(PK):
                        yield value.value
                    elif predicate.value.startswith((SH, RDF)) and value not in seen:
                        waiting.append(value)


def load_shapes(extra: Sequence[Path] = ()) -> Shapes:
    """Read the built-in shapes and those of `extra` files.

    Raises:
        ShapesError: a file is missing, is no Turtle, or holds a query that is no SPARQL.
    """
    return read_shapes([*sorted(shapes_folder().glob("*.ttl")), *extra])


def read_shapes(files: Iterable[Path]) -> Shapes:
    """Read the shapes of exactly these `files`.

    Raises:
        ShapesError: a file is missing, is no Turtle, or holds a query that is no SPARQL.
    """
    try:
        shapes = Shapes(read_graph(files))
    except ShaclError as error:
        raise ShapesError(error.zh, error.en, place=error.place) from error
    _check_queries(shapes)
    return shapes


def _check_queries(shapes: Shapes) -> None:
    """Make sure that every `sh:select` and `sh:ask` of the shapes parses."""
    store = ox.Store()
    for keyword in ("select", "ask"):
        for constraint in shapes.source.users(_sh(keyword)):
            for text in shapes.source.objects(constraint, _sh(keyword)):
                prefixes = shapes.prefixes_of(constraint)
                if key_of(text.value, prefixes) in known_queries():
                    continue
                try:
                    store.query(text.value, prefixes=prefixes)
                except (SyntaxError, ValueError) as error:
                    raise ShapesError(
                        f"规则中的查询不是正确的 SPARQL：{error}。请改正 sh:{keyword}。",
                        f"A rule's query is not well-formed SPARQL: {error}. Correct sh:{keyword}.",
                        place=shapes.source.place(constraint),
                    ) from error


def _sh(name: str) -> ox.NamedNode:
    return ox.NamedNode(SH + name)


def _value(terms: Sequence[Term]) -> str:
    """Return the text of the first term, nothing where there is none."""
    return terms[0].value if terms else ""


def _names(query: str, prefixes: dict[str, str]) -> Iterator[str]:
    yield from re.findall(rf"<({re.escape(PK)}\w+)>", query)
    for prefix, space in prefixes.items():
        if space == PK:
            yield from (PK + n for n in re.findall(rf"\b{re.escape(prefix)}:(\w+)", query))


def severity_name(severity: str | None) -> SeverityName:
    """Return the local name of a SHACL severity; SHACL's own default where none is stated."""
    for name in SEVERITIES:
        if severity == SH + name:
            return name
    return _DEFAULT_SEVERITY


def _local_name(iri: str) -> str:
    return iri.removeprefix(SHAPES).rsplit("#", 1)[-1].rsplit("/", 1)[-1]


def text_of(by_language: dict[str, str]) -> Text | None:
    """Return the text of both languages; what lacks one borrows it from another."""
    if not by_language:
        return None
    spare = by_language.get("", next(iter(by_language.values())))
    zh = by_language.get("zh", by_language.get("", by_language.get("en", spare)))
    en = by_language.get("en", by_language.get("", by_language.get("zh", spare)))
    return Text(zh, en)
