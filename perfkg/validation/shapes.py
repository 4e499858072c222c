"""The shapes: read from their files, checked, and listed as a catalogue of rules."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from perfkg.errors import ShapesError
from perfkg.messages import Text
from perfkg.namespaces import DCTERMS, PK, RDF, RDFS, SH, SHAPES
from perfkg.resources import shapes_folder
from perfkg.validation.findings import SEVERITIES, SeverityName

if TYPE_CHECKING:
    import rdflib
    from rdflib.graph import Graph
    from rdflib.term import Node

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

    Attributes:
        triples: the shapes graph; its blank nodes have the labels that they have in `graph`.
        graph: the same for rdflib.
    """

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        """Take the shapes from `triples`, which state them as SHACL."""
        from perfkg.validation.rdf import add_triples, new_graph

        self.triples = tuple(triples)
        self.graph = new_graph()
        add_triples(self.graph, self.triples)
        self._rule_of: dict[Node, Rule] = {}
        self._read_by: dict[str, frozenset[str]] = {}

    @cached_property
    def rules(self) -> dict[str, Rule]:
        """The rules by IRI, in the order of their names."""
        rules = [_rule(self.graph, shape) for shape in _rule_shapes(self.graph)]
        return {rule.iri: rule for rule in sorted(rules, key=lambda rule: (rule.name, rule.iri))}

    def rule_of(self, shape: Node) -> Rule:
        """Return the rule that `shape` is, or is part of."""
        if shape not in self._rule_of:
            self._rule_of[shape] = self._find_rule(shape)
        return self._rule_of[shape]

    def rule_of_shape(self, shape: ox.NamedNode | ox.BlankNode) -> Rule:
        """Return the rule that the shape of a result is, or is part of."""
        from rdflib.term import BNode, URIRef

        kind = URIRef if isinstance(shape, ox.NamedNode) else BNode
        return self.rule_of(kind(shape.value))

    def read_by(self, shape: str) -> frozenset[str]:
        """Return the terms of the ontology that a shape or a constraint names.

        They tell which cells of the form it looks at.
        """
        if shape not in self._read_by:
            self._read_by[shape] = frozenset(_terms(self.graph, shape))
        return self._read_by[shape]

    def _find_rule(self, shape: Node) -> Rule:
        seen: set[Node] = set()
        waiting = [shape]
        while waiting:
            node = waiting.pop(0)
            if str(node) in self.rules:
                return self.rules[str(node)]
            seen.add(node)
            waiting += [owner for owner in _owners(self.graph, node) if owner not in seen]
        return _rule(self.graph, shape)


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
    shapes = Shapes(triple for file in files for triple in _parse(file))
    _check_queries(shapes.graph)
    return shapes


def _parse(file: Path) -> Iterator[ox.Triple]:
    try:
        content = file.read_bytes()
        for quad in ox.parse(content, format=ox.RdfFormat.TURTLE, rename_blank_nodes=True):
            yield quad.triple
    except OSError as error:
        raise ShapesError(
            f"读不到规则文件：{error.strerror}。请检查路径。",
            f"The shapes file cannot be read: {error.strerror}. Check its path.",
            place=str(file),
        ) from error
    except (SyntaxError, ValueError) as error:
        raise ShapesError(
            f"规则文件不是正确的 Turtle：{error}。请改正这一行。",
            f"The shapes file is not well-formed Turtle: {error}. Correct that line.",
            place=_place(file, error),
        ) from error


def _place(file: Path, error: Exception) -> str:
    line = getattr(error, "lineno", None)
    return f"{file}, line {line}" if line else str(file)


def _check_queries(graph: Graph) -> None:
    """Make sure that every `sh:select` and `sh:ask` of the shapes parses."""
    from rdflib.term import URIRef

    store = ox.Store()
    for keyword in ("select", "ask"):
        for constraint, text in graph.subject_objects(URIRef(SH + keyword)):
            try:
                store.query(str(text), prefixes=prefixes_of(graph, constraint))
            except (SyntaxError, ValueError) as error:
                raise ShapesError(
                    f"规则中的查询不是正确的 SPARQL：{error}。请改正 sh:{keyword}。",
                    f"A rule's query is not well-formed SPARQL: {error}. Correct sh:{keyword}.",
                    place=str(constraint),
                ) from error


def prefixes_of(graph: Graph, constraint: Node) -> dict[str, str]:
    """Return the prefixes that a SPARQL constraint of the shapes may use."""
    from rdflib.term import URIRef

    prefixes = {"rdf": RDF, "rdfs": RDFS, "owl": "http://www.w3.org/2002/07/owl#"}
    for ontology in graph.objects(constraint, URIRef(SH + "prefixes")):
        for declaration in graph.objects(ontology, URIRef(SH + "declare")):
            prefix = graph.value(declaration, URIRef(SH + "prefix"))
            prefixes[str(prefix)] = str(graph.value(declaration, URIRef(SH + "namespace")))
    return prefixes


def _terms(graph: Graph, shape: str) -> Iterator[str]:
    """Yield the terms of the ontology in the paths and queries of `shape` and of its parts."""
    from rdflib.term import Literal, URIRef

    seen: set[Node] = set()
    waiting: list[Node] = [URIRef(shape)]
    while waiting:
        node = waiting.pop()
        seen.add(node)
        for predicate, value in graph.predicate_objects(node):
            if isinstance(value, Literal):
                if str(predicate) in (SH + "select", SH + "ask"):
                    yield from _names(str(value), prefixes_of(graph, node))
            elif str(value).startswith(PK):
                yield str(value)
            elif str(predicate).startswith((SH, RDF)) and value not in seen:
                waiting.append(value)


def _names(query: str, prefixes: dict[str, str]) -> Iterator[str]:
    yield from re.findall(rf"<({re.escape(PK)}\w+)>", query)
    for prefix, space in prefixes.items():
        if space == PK:
            yield from (PK + n for n in re.findall(rf"\b{re.escape(prefix)}:(\w+)", query))


def _owners(graph: Graph, node: Node) -> list[Node]:
    """Return what `node` says it is part of, else what mentions it."""
    from rdflib.term import URIRef

    stated = list(graph.objects(node, URIRef(DCTERMS + "isPartOf")))
    return sorted(stated or graph.subjects(None, node), key=str)


def _rule_shapes(graph: Graph) -> list[rdflib.URIRef]:
    """Return the named shapes that stand for a rule: they are part of no other shape."""
    from rdflib.term import URIRef

    kinds = (URIRef(SH + "NodeShape"), URIRef(SH + "PropertyShape"))
    shapes = {shape for kind in kinds for shape in graph.subjects(URIRef(RDF + "type"), kind)}
    return [
        shape
        for shape in shapes
        if isinstance(shape, URIRef)
        and (shape, URIRef(DCTERMS + "isPartOf"), None) not in graph
        and (None, URIRef(SH + "property"), shape) not in graph
    ]


def _rule(graph: Graph, shape: Node) -> Rule:
    from rdflib.term import URIRef

    name = _local_name(str(shape))
    criterion = graph.value(shape, URIRef(DCTERMS + "subject"))
    sources = sorted(graph.objects(shape, URIRef(DCTERMS + "source")), key=str)
    return Rule(
        name=name,
        iri=str(shape),
        severity=severity_name(_string(graph.value(shape, URIRef(SH + "severity")))),
        label=_text(graph, shape, "label") or Text(name, name),
        comment=_text(graph, shape, "comment") or Text("", ""),
        criterion=None
        if criterion is None
        else Criterion(str(criterion), _named(graph, criterion)),
        sources=tuple(_named(graph, source) for source in sources),
    )


def severity_name(severity: str | None) -> SeverityName:
    """Return the local name of a SHACL severity; SHACL's own default where none is stated."""
    for name in SEVERITIES:
        if severity == SH + name:
            return name
    return _DEFAULT_SEVERITY


def _string(node: Node | None) -> str | None:
    return None if node is None else str(node)


def _local_name(iri: str) -> str:
    return iri.removeprefix(SHAPES).rsplit("#", 1)[-1].rsplit("/", 1)[-1]


def _named(graph: Graph, node: Node) -> Text:
    return _text(graph, node, "label") or Text(str(node), str(node))


def _text(graph: Graph, node: Node, term: str) -> Text | None:
    from rdflib.term import Literal, URIRef

    found: dict[str, str] = {}
    for value in sorted(graph.objects(node, URIRef(RDFS + term)), key=str):
        if isinstance(value, Literal):
            found.setdefault((value.language or "").split("-")[0], str(value))
    return text_of(found)


def text_of(by_language: dict[str, str]) -> Text | None:
    """Return the text of both languages; what lacks one borrows it from another."""
    if not by_language:
        return None
    spare = by_language.get("", next(iter(by_language.values())))
    zh = by_language.get("zh", by_language.get("", by_language.get("en", spare)))
    en = by_language.get("en", by_language.get("", by_language.get("zh", spare)))
    return Text(zh, en)
