"""The pages of linked data: a thing, the ontology, the vocabularies, the catalogue."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import pyoxigraph as ox
from fastapi import Request

from perfkg.namespaces import FOAF, ORG, PK, PREFIXES, RDF, SKOS
from perfkg.server.linked.addresses import Thing, link_of, local, page_of
from perfkg.server.linked.describing import Description
from perfkg.server.linked.formats import RDF_FORMATS
from perfkg.server.linked.texts import LINKED
from perfkg.server.pages import Pages, embedded

_SCHEMA_ORG: Final = {
    f"{PK}Project": "Project",
    f"{ORG}FormalOrganization": "GovernmentOrganization",
    f"{PK}Form": "DigitalDocument",
    f"{PK}SourceDocument": "DigitalDocument",
    f"{PK}Indicator": "DefinedTerm",
    f"{SKOS}Concept": "DefinedTerm",
    f"{SKOS}ConceptScheme": "DefinedTermSet",
    f"{FOAF}Document": "CreativeWork",
}
"""What search engines call the classes of the graph; the first that fits is taken."""


@dataclass(frozen=True, slots=True)
class Value:
    """One value in a page: its text, where it leads, its language tag or datatype."""

    text: str
    href: str | None
    note: str


class LinkedPages(Pages):
    """Renders the pages of linked data."""

    def render(self, request: Request, template: str, /, **values: object) -> bytes:
        """Render one template of the folder `linked`."""
        words = {key: text.into(self.language) for key, text in LINKED.items()}
        return self._render(
            f"linked/{template}", w=words, local=lambda path: local(request, path), **values
        )

    def say(self, word: str) -> str:
        """Return one of the words of these pages."""
        return LINKED[word].into(self.language)

    def thing(self, request: Request, found: Description) -> bytes:
        """The page of a thing that has no page of its own."""
        labels = found.labels(self.language)
        return self.render(
            request,
            "thing.html",
            thing=found.thing,
            title=labels.get(found.thing.iri, found.thing.iri),
            rows=list(self._rows(request, found, labels)),
            incoming=list(self._incoming(request, found, labels)),
            total=found.incoming_total,
            shown=len(found.incoming),
            own_page=page_of(request, found.thing),
            formats=RDF_FORMATS,
            schema=_for_search_engines(found, labels),
        )

    def _rows(
        self, request: Request, found: Description, labels: dict[str, str]
    ) -> Iterable[tuple[Value, list[Value]]]:
        """Yield the properties of the thing with their values."""
        grouped: dict[str, list[Value]] = {}
        for triple in sorted(found.said, key=str):
            value = self._value(request, found.thing, triple.object, labels)
            grouped.setdefault(triple.predicate.value, []).append(value)
        for predicate, values in sorted(grouped.items()):
            yield self._name(request, found.thing, predicate, labels), values

    def _incoming(
        self, request: Request, found: Description, labels: dict[str, str]
    ) -> Iterable[tuple[Value, Value]]:
        for triple in sorted(found.incoming, key=lambda t: (t.predicate.value, str(t.subject))):
            subject = self._value(request, found.thing, triple.subject, labels)
            yield subject, self._name(request, found.thing, triple.predicate.value, labels)

    def _name(self, request: Request, thing: Thing, iri: str, labels: dict[str, str]) -> Value:
        href = self._href(request, thing, iri)
        return Value(labels.get(iri, shortened(iri)), href, shortened(iri))

    def _value(self, request: Request, thing: Thing, term: object, labels: dict[str, str]) -> Value:
        if isinstance(term, ox.Literal):
            kind = term.datatype.value
            plain = kind in (f"{PREFIXES['xsd']}string", f"{RDF}langString")
            return Value(term.value, None, term.language or ("" if plain else shortened(kind)))
        if isinstance(term, ox.NamedNode):
            return self._name(request, thing, term.value, labels)
        return Value(str(term), None, "")

    @staticmethod
    def _href(request: Request, thing: Thing, iri: str) -> str | None:
        path = link_of(thing.base, iri)
        if path is not None:
            return local(request, path)
        return iri if iri.startswith(("http://", "https://")) else None


def shortened(iri: str) -> str:
    """Return the prefixed name of an IRI where there is a prefix for it.

    >>> shortened("https://w3id.org/perfkg/def#Form")
    'pk:Form'
    """
    for prefix, space in PREFIXES.items():
        if iri.startswith(space) and iri != space:
            return f"{prefix}:{iri[len(space) :]}"
    return iri


def _for_search_engines(found: Description, labels: dict[str, str]) -> str:
    """Return the thing in the words of schema.org, as JSON-LD that is safe inside HTML."""
    types = found.values(f"{RDF}type")
    kind = next((name for iri, name in _SCHEMA_ORG.items() if iri in types), "Thing")
    node: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": kind,
        "@id": found.thing.iri,
        "url": found.thing.document,
        "name": labels.get(found.thing.iri, found.thing.iri),
    }
    others = found.values(f"{SKOS}altLabel")
    if others:
        node["alternateName"] = sorted(others)
    return embedded(node)
