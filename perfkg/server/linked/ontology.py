"""The ontology as its documentation needs it: terms with labels, constraints and examples."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from perfkg.messages import Text
from perfkg.namespaces import DCTERMS, OWL, PK, PREFIXES, RDF, RDFS, SCHEMA, SH, SHAPES, SKOS
from perfkg.resources import ontology_folder, shapes_folder, statistics_folder
from perfkg.store.graphs import graph_bytes

DOCUMENT: Final = PK.removesuffix("#")
"""The IRI of the ontology's document."""
EXAMPLE: Final = Path(__file__).with_name("example.ttl")
_KINDS: Final = {
    f"{OWL}Class": "class",
    f"{OWL}ObjectProperty": "object",
    f"{OWL}DatatypeProperty": "datatype",
}
_ALIGNMENTS: Final = (
    f"{RDFS}subClassOf",
    f"{RDFS}subPropertyOf",
    f"{OWL}disjointWith",
    f"{SKOS}closeMatch",
    f"{SKOS}exactMatch",
    f"{RDFS}seeAlso",
)
_VANN: Final = "http://purl.org/vocab/vann/"
_CONSTRAINTS: Final = ("class", "datatype", "nodeKind", "minCount", "maxCount", "pattern")
_MOST_EXAMPLE: Final = 8
"""Statements of an example."""


@dataclass(frozen=True, slots=True)
class Term:
    """One class or property.

    Attributes:
        iri, name: its IRI, and what follows the `#`.
        kind: `class`, `object` or `datatype`.
        label, definition, comment: in both languages; a comment may be empty.
        domains, ranges: IRIs.
        alignments: property and IRI of another term.
        sources: regulations that it comes from.
        constraints: what the shapes ask of it, as `sh:minCount 1`.
        rules: names of the review rules that look at the things of a class.
        example: Turtle. query: one that runs.
        is_deprecated: whether it is kept for old data only.
        is_counted: whether it belongs to the statistics and not to the data.
    """

    iri: str
    name: str
    kind: str
    label: Text
    definition: Text
    comment: Text
    domains: tuple[str, ...]
    ranges: tuple[str, ...]
    alignments: tuple[tuple[str, str], ...]
    sources: tuple[str, ...]
    constraints: tuple[str, ...]
    rules: tuple[str, ...]
    example: str
    query: str
    is_deprecated: bool
    is_counted: bool


@dataclass(frozen=True, slots=True)
class Ontology:
    """The ontology: what it says of itself, and its terms in the order of its file."""

    title: Text
    description: Text
    version: str
    metadata: tuple[tuple[str, str], ...]
    terms: tuple[Term, ...]

    def of_kind(self, *kinds: str) -> list[Term]:
        """Return the terms of these kinds."""
        return [term for term in self.terms if term.kind in kinds]


class Statements:
    """Triples to look things up in, in the order in which they were read."""

    def __init__(self, files: list[Path]) -> None:
        """Read the Turtle files, which are ours and well-formed."""
        self.triples: list[ox.Triple] = []
        self._of: dict[tuple[str, str], list[ox.NamedNode | ox.Literal]] = {}
        for file in files:
            for quad in ox.parse(path=str(file), format=ox.RdfFormat.TURTLE):
                self._add(quad.triple)

    def _add(self, triple: ox.Triple) -> None:
        self.triples.append(triple)
        subject, term = triple.subject, triple.object
        if isinstance(subject, ox.NamedNode) and isinstance(term, ox.NamedNode | ox.Literal):
            self._of.setdefault((subject.value, triple.predicate.value), []).append(term)

    def of(self, subject: str, *predicates: str) -> tuple[str, ...]:
        """Return the values of properties."""
        return tuple(t.value for p in predicates for t in self._of.get((subject, p), ()))

    def text(self, subject: str, predicate: str) -> Text:
        """Return the value in each language; what lacks one borrows that of the other."""
        found: dict[str, str] = {}
        for term in self._of.get((subject, predicate), ()):
            if isinstance(term, ox.Literal):
                found.setdefault(term.language or "", term.value)
        spare = found.get("", "")
        zh, en = found.get("zh", spare), found.get("en", spare)
        return Text(zh or en, en or zh)

    def subjects(self, predicate: str, value: str) -> list[str]:
        """Return the subjects that have this value, each once."""
        found = (
            t.subject.value
            for t in self.triples
            if t.predicate.value == predicate
            and isinstance(t.subject, ox.NamedNode)
            and isinstance(t.object, ox.NamedNode | ox.Literal)
            and t.object.value == value
        )
        return list(dict.fromkeys(found))


@cache
def load_ontology() -> Ontology:
    """Return the ontology that ships with perfkg."""
    said = Statements([ontology_folder() / "perfkg.ttl"])
    shapes = Statements(sorted(shapes_folder().glob("*.ttl")))
    examples = Statements([EXAMPLE])
    terms = [_term(iri, said, shapes, examples) for iri in said.subjects(_DEFINED, DOCUMENT)]
    metadata = [
        (t.predicate.value, t.object.value)
        for t in said.triples
        if t.subject == ox.NamedNode(DOCUMENT)
        and isinstance(t.object, ox.NamedNode | ox.Literal)
        and not (isinstance(t.object, ox.Literal) and t.object.language)
    ]
    return Ontology(
        title=said.text(DOCUMENT, f"{DCTERMS}title"),
        description=said.text(DOCUMENT, f"{DCTERMS}description"),
        version=said.of(DOCUMENT, f"{OWL}versionInfo")[0],
        metadata=tuple(metadata),
        terms=tuple(terms),
    )


_DEFINED: Final = f"{RDFS}isDefinedBy"
_STATED: Final = re.compile(r"CONSTRUCT \{(.*?)\}", re.DOTALL)
_NAME: Final = re.compile(r"\bpk:(\w+)")


def _term(iri: str, said: Statements, shapes: Statements, examples: Statements) -> Term:
    kinds = [_KINDS[kind] for kind in said.of(iri, f"{RDF}type") if kind in _KINDS]
    kind = kinds[0] if kinds else "other"
    name = iri.removeprefix(PK)
    return Term(
        iri=iri,
        name=name,
        kind=kind,
        label=said.text(iri, f"{RDFS}label"),
        definition=said.text(iri, f"{SKOS}definition"),
        comment=said.text(iri, f"{RDFS}comment"),
        domains=said.of(iri, f"{RDFS}domain", f"{SCHEMA}domainIncludes"),
        ranges=said.of(iri, f"{RDFS}range", f"{SCHEMA}rangeIncludes"),
        alignments=tuple((p, other) for p in _ALIGNMENTS for other in said.of(iri, p)),
        sources=said.of(iri, f"{DCTERMS}source"),
        constraints=tuple(sorted(set(_constraints(iri, shapes)))),
        rules=tuple(
            shape.removeprefix(SHAPES)
            for shape in shapes.subjects(f"{SH}targetClass", iri)
            if not shapes.of(shape, f"{DCTERMS}isPartOf")
        ),
        example=_turtle(iri, kind, examples),
        query=_query_of_statistics(name, kind) if name in _counted() else _query(name, kind),
        is_deprecated="true" in said.of(iri, f"{OWL}deprecated"),
        is_counted=name in _counted(),
    )


@cache
def _counted() -> frozenset[str]:
    """Return the names of the terms that the statistics are stated in."""
    texts = (file.read_text(encoding="utf-8") for file in statistics_folder().glob("*.rq"))
    stated = (_STATED.search(text) for text in texts)
    return frozenset(name for found in stated if found for name in _NAME.findall(found[1]))


def _constraints(iri: str, shapes: Statements) -> Iterator[str]:
    """Yield what the property shapes with this path say."""
    for shape in shapes.subjects(f"{SH}path", iri):
        for name in _CONSTRAINTS:
            for value in shapes.of(shape, SH + name):
                yield f"sh:{name} {short(value)}"


def short(iri: str) -> str:
    """Return the prefixed name of an IRI where there is a prefix for it."""
    known = {**PREFIXES, "pks": SHAPES, "vann": _VANN}
    for prefix, space in known.items():
        if iri.startswith(space) and iri != space:
            return f"{prefix}:{iri[len(space) :]}"
    return iri


def _turtle(iri: str, kind: str, examples: Statements) -> str:
    """Return a few statements with the term, and the labels of what they name."""
    if kind == "class":
        used = [t for t in examples.triples if _is_type(t, iri)][:1]
    else:
        used = [t for t in examples.triples if t.predicate.value == iri][:1]
    named = {term for triple in used for term in (triple.subject, triple.object)}
    told = [t for t in examples.triples if t.subject in named and t not in used]
    data = graph_bytes([*used, *told[: _MOST_EXAMPLE - 1]], "turtle").decode()
    lines = data.splitlines()
    heads = sorted(line for line in lines if line.startswith("@prefix"))
    return "\n".join([*heads, "", *lines[len(heads) :]])


def _is_type(triple: ox.Triple, iri: str) -> bool:
    return triple.predicate.value == f"{RDF}type" and triple.object == ox.NamedNode(iri)


def _query_of_statistics(name: str, kind: str) -> str:
    pattern = f"?thing a pk:{name}" if kind == "class" else f"?thing pk:{name} ?value"
    return (
        f"PREFIX pk: <{PK}>\n\nSELECT * WHERE {{\n  GRAPH ?statistics {{ {pattern} }}\n}} LIMIT 20"
    )


def _query(name: str, kind: str) -> str:
    head = f"PREFIX pk: <{PK}>\nPREFIX rdfs: <{RDFS}>\n\n"
    if kind == "class":
        return (
            f"{head}SELECT ?thing ?label WHERE {{\n  ?thing a pk:{name} ; rdfs:label ?label\n"
            "} LIMIT 20"
        )
    if kind == "object":
        return (
            f"{head}SELECT ?thing ?value ?label WHERE {{\n  ?thing pk:{name} ?value\n"
            "  OPTIONAL { ?value rdfs:label ?label FILTER(LANG(?label) = 'zh') }\n} LIMIT 20"
        )
    return (
        f"{head}SELECT ?thing ?label ?value WHERE {{\n  ?thing pk:{name} ?value ; "
        "rdfs:label ?label\n} LIMIT 20"
    )
