"""The vocabularies as their pages show them: units, classification, codes, review rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from perfkg.identity import Identity
from perfkg.messages import Text
from perfkg.namespaces import DCTERMS, QUDT, RDF, RDFS, SKOS
from perfkg.resources import ontology_folder
from perfkg.server.linked.ontology import Statements, short

SCHEMES: Final = {
    "units": ("units",),
    "classification": ("classification-2021", "classification-2015"),
    "codes": ("project-natures", "project-categories"),
}
"""The concept schemes of each page."""
FILES: Final = {
    "units": "units.ttl",
    "classification": "classification.ttl",
    "codes": "codes.ttl",
}
"""The file that defines them, in the ontology folder."""


@dataclass(frozen=True, slots=True)
class Concept:
    """One concept of a scheme.

    Attributes:
        iri, depth: its IRI, and how many concepts are above it.
        label, definition: in both languages.
        spellings: others that are understood.
        details: properties of units: symbol, quantity kind, what it multiplies.
        matches: equal concepts of other vocabularies.
    """

    iri: str
    depth: int
    label: Text
    definition: Text
    spellings: tuple[str, ...]
    details: tuple[tuple[str, str], ...]
    matches: tuple[str, ...]

    @property
    def anchor(self) -> str:
        """What a link to its row names."""
        return self.iri.rstrip("/").rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Scheme:
    """A concept scheme with its concepts, each below the broader one."""

    iri: str
    label: Text
    description: Text
    sources: tuple[str, ...]
    concepts: tuple[Concept, ...]


@cache
def schemes_of(page: str) -> tuple[Scheme, ...]:
    """Return the schemes of one of the pages in `SCHEMES`."""
    said = Statements([ontology_folder() / FILES[page]])
    return tuple(_scheme(said, Identity().scheme(name)) for name in SCHEMES[page])


def _scheme(said: Statements, iri: str) -> Scheme:
    members = said.subjects(f"{SKOS}inScheme", iri)
    inside = set(members)
    tops = [m for m in members if not inside.intersection(said.of(m, f"{SKOS}broader"))]
    concepts = [concept for top in tops for concept in _tree(said, top, inside, 0)]
    return Scheme(
        iri=iri,
        label=said.text(iri, f"{RDFS}label"),
        description=said.text(iri, f"{DCTERMS}description"),
        sources=said.of(iri, f"{DCTERMS}source"),
        concepts=tuple(concepts),
    )


def _tree(said: Statements, iri: str, inside: set[str], depth: int) -> Iterator[Concept]:
    details = [
        (name.removeprefix(QUDT), short(value))
        for name in ("symbol", "ucumCode", "hasQuantityKind", "scalingOf", "conversionMultiplier")
        for value in said.of(iri, QUDT + name)
    ]
    kinds = [short(kind) for kind in said.of(iri, f"{RDF}type") if kind.startswith(QUDT)]
    if depth == 0 and kinds:
        details.append(("a", ", ".join(kinds)))
    yield Concept(
        iri=iri,
        depth=depth,
        label=said.text(iri, f"{SKOS}prefLabel"),
        definition=said.text(iri, f"{SKOS}definition"),
        spellings=said.of(iri, f"{SKOS}altLabel"),
        details=tuple(details),
        matches=said.of(iri, f"{SKOS}exactMatch", f"{SKOS}broadMatch", f"{SKOS}closeMatch"),
    )
    for narrower in said.subjects(f"{SKOS}broader", iri):
        if narrower in inside:
            yield from _tree(said, narrower, inside, depth + 1)
