"""`ontology.md`: the terms, the vocabularies, and one form as triples with a question to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

import pyoxigraph as ox

from perfkg.identity import Identity
from perfkg.messages import Text
from perfkg.namespaces import DCTERMS, OWL, PK, PREFIXES, QUDT, RDF, RDFS, SCHEMA, SHAPES, SKOS
from perfkg.resources import ontology_folder

from .example import Example, map_example
from .rendering import render

_FILES: Final = ("perfkg.ttl", "classification.ttl", "codes.ttl", "units.ttl")
_KINDS: Final = {
    "class": (f"{OWL}Class",),
    "property": (f"{OWL}ObjectProperty", f"{OWL}DatatypeProperty"),
}
_ALIGNMENTS: Final = {
    f"{RDFS}subClassOf": "subClassOf",
    f"{RDFS}subPropertyOf": "subPropertyOf",
    f"{OWL}disjointWith": "disjointWith",
    f"{SKOS}closeMatch": "closeMatch",
    f"{SKOS}exactMatch": "exactMatch",
    f"{RDFS}seeAlso": "seeAlso",
}


@dataclass(slots=True)
class _Vocabulary:
    """The files of `ontology/`: what is said of each subject, in the order of the files."""

    objects: dict[tuple[str, str], list[ox.Literal | ox.NamedNode]] = field(default_factory=dict)
    subjects: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    prefixes: dict[str, str] = field(default_factory=lambda: dict(PREFIXES))

    def of(self, subject: str, predicate: str) -> list[str]:
        """Return the values of a property."""
        return [item.value for item in self.objects.get((subject, predicate), [])]

    def text(self, subject: str, predicate: str) -> Text:
        """Return the first value of a property in each language."""
        found: dict[str | None, str] = {}
        for item in self.objects.get((subject, predicate), []):
            found.setdefault(item.language if isinstance(item, ox.Literal) else None, item.value)
        return Text(found.get("zh", ""), found.get("en", ""))

    def having(self, predicate: str, value: str) -> list[str]:
        """Return the subjects that have this value, in the order of the files."""
        return self.subjects.get((predicate, value), [])

    def short(self, iri: str) -> str:
        """Return the prefixed name of an IRI, or the IRI in angle brackets."""
        for prefix, space in self.prefixes.items():
            if iri.startswith(space) and "/" not in iri[len(space) :]:
                return f"{prefix}:{iri[len(space) :]}"
        return f"<{iri}>"


@cache
def _vocabulary() -> _Vocabulary:
    found = _Vocabulary()
    for name in _FILES:
        parsed = ox.parse(path=ontology_folder() / name, format=ox.RdfFormat.TURTLE)
        for quad in parsed:
            _add(found, quad)
        for prefix, space in parsed.prefixes.items():
            found.prefixes.setdefault(prefix, space)
    return found


def _add(vocabulary: _Vocabulary, quad: ox.Quad) -> None:
    subject, predicate, value = quad.subject, quad.predicate, quad.object
    # There are no blank nodes in ontology/; a test holds it to that.
    if isinstance(subject, ox.NamedNode) and isinstance(value, ox.NamedNode | ox.Literal):
        vocabulary.objects.setdefault((subject.value, predicate.value), []).append(value)
        vocabulary.subjects.setdefault((predicate.value, value.value), []).append(subject.value)


def page() -> str:
    """Return the page."""
    vocabulary = _vocabulary()
    example: Example = map_example()
    return render(
        "ontology",
        "ontology/*.ttl and tests/fixtures/school-and-road.txt",
        namespace=PK,
        shapes=SHAPES,
        identity=Identity(),
        classes=[_term(vocabulary, iri) for iri in _terms(vocabulary, "class")],
        properties=[_term(vocabulary, iri) for iri in _terms(vocabulary, "property")],
        schemes={version: _scheme(vocabulary, version) for version in ("2021", "2015")},
        units=list(_units(vocabulary)),
        unit_count=len(vocabulary.having(f"{RDF}type", f"{QUDT}Unit")),
        codes=[_scheme_of(vocabulary, f"project-{name}") for name in ("natures", "categories")],
        example=example,
    )


def _terms(vocabulary: _Vocabulary, kind: str) -> list[str]:
    # Two sorts of properties stand mixed in the file: keep the file's order, by what defines them.
    defined = vocabulary.having(f"{RDFS}isDefinedBy", PK.removesuffix("#"))
    sorts = _KINDS[kind]
    return [iri for iri in defined if set(vocabulary.of(iri, f"{RDF}type")) & set(sorts)]


def _term(vocabulary: _Vocabulary, iri: str) -> dict[str, Any]:
    domains = [*vocabulary.of(iri, f"{RDFS}domain"), *vocabulary.of(iri, f"{SCHEMA}domainIncludes")]
    alignments = [
        f"{name} {vocabulary.short(other)}"
        for predicate, name in _ALIGNMENTS.items()
        for other in vocabulary.of(iri, predicate)
    ]
    return {
        "iri": iri,
        "name": iri.removeprefix(PK),
        "label": vocabulary.text(iri, f"{RDFS}label"),
        "definition": vocabulary.text(iri, f"{SKOS}definition"),
        "comment": vocabulary.text(iri, f"{RDFS}comment"),
        "domain": [vocabulary.short(domain) for domain in domains],
        "range": [vocabulary.short(found) for found in vocabulary.of(iri, f"{RDFS}range")],
        "alignments": alignments,
        "sources": vocabulary.of(iri, f"{DCTERMS}source"),
    }


def _scheme(vocabulary: _Vocabulary, version: str) -> dict[str, Any]:
    return _scheme_of(vocabulary, f"classification-{version}")


def _scheme_of(vocabulary: _Vocabulary, name: str) -> dict[str, Any]:
    scheme = Identity().scheme(name)
    tops = vocabulary.having(f"{SKOS}topConceptOf", scheme)
    return {
        "iri": scheme,
        "label": vocabulary.text(scheme, f"{RDFS}label"),
        "sources": vocabulary.of(scheme, f"{DCTERMS}source"),
        "rows": [row for top in tops for row in _tree(vocabulary, top, 0)],
    }


def _tree(vocabulary: _Vocabulary, concept: str, depth: int) -> Iterator[dict[str, Any]]:
    yield {
        "depth": depth,
        "label": vocabulary.text(concept, f"{SKOS}prefLabel"),
        "definition": vocabulary.text(concept, f"{SKOS}definition"),
        "spellings": vocabulary.of(concept, f"{SKOS}altLabel"),
    }
    for narrower in vocabulary.having(f"{SKOS}broader", concept):
        yield from _tree(vocabulary, narrower, depth + 1)


def _units(vocabulary: _Vocabulary) -> Iterator[dict[str, Any]]:
    """Yield the kinds of quantity with how many units they have and the first few of them."""
    units = vocabulary.having(f"{RDF}type", f"{QUDT}Unit")
    kinds: Counter[str] = Counter()
    examples: dict[str, list[str]] = {}
    for unit in units:
        kind = _quantity_kind(vocabulary, unit)
        kinds[kind] += 1
        examples.setdefault(kind, []).append(vocabulary.text(unit, f"{SKOS}prefLabel").zh)
    for kind, count in sorted(kinds.items(), key=lambda item: (-item[1], item[0])):
        yield {"kind": kind, "count": count, "examples": examples[kind][:8]}


def _quantity_kind(vocabulary: _Vocabulary, unit: str) -> str:
    """Return the kind of a unit, which a multiple has from what it multiplies."""
    for kind in vocabulary.of(unit, f"{QUDT}hasQuantityKind"):
        return kind.rsplit("/", 1)[-1]
    for base in vocabulary.of(unit, f"{QUDT}scalingOf"):
        return _quantity_kind(vocabulary, base)
    is_count = f"{QUDT}CountingUnit" in vocabulary.of(unit, f"{RDF}type")
    return "count" if is_count else "other"
