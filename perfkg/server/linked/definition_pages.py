"""The pages of the ontology, the vocabularies and the review rules."""

from __future__ import annotations

from fastapi import Request

from perfkg.server.linked.diagram import draw
from perfkg.server.linked.formats import RDF_FORMATS
from perfkg.server.linked.ontology import DOCUMENT, load_ontology, short
from perfkg.server.linked.pages import LinkedPages
from perfkg.server.linked.vocabularies import schemes_of
from perfkg.server.pages import embedded
from perfkg.validation.shapes import Rule
from perfkg.validation.words import SEVERITY


class DefinitionPages(LinkedPages):
    """Renders what is defined: both languages stand side by side in every page."""

    def ontology(self, request: Request) -> bytes:
        """The documentation of the ontology."""
        ontology = load_ontology()
        schema = {
            "@context": "https://schema.org",
            "@type": "DefinedTermSet",
            "@id": DOCUMENT,
            "name": [
                {"@value": ontology.title.zh, "@language": "zh"},
                {"@value": ontology.title.en, "@language": "en"},
            ],
            "description": ontology.description.into(self.language),
            "version": ontology.version,
        }
        return self.render(
            request,
            "ontology.html",
            ontology=ontology,
            document=DOCUMENT,
            diagram=draw(ontology, self.language),
            classes=ontology.of_kind("class"),
            properties=ontology.of_kind("object", "datatype"),
            short=short,
            anchors={term.iri: f"#{term.name}" for term in ontology.terms},
            formats=RDF_FORMATS,
            schema=embedded(schema),
        )

    def vocabulary(self, request: Request, name: str) -> bytes:
        """The concepts of a vocabulary."""
        schemes = schemes_of(name)
        sets = [
            {
                "@type": "DefinedTermSet",
                "@id": scheme.iri,
                "name": scheme.label.into(self.language),
                "description": scheme.description.into(self.language),
            }
            for scheme in schemes
        ]
        return self.render(
            request,
            "vocabulary.html",
            name=name,
            schemes=schemes,
            short=short,
            formats=RDF_FORMATS,
            schema=embedded({"@context": "https://schema.org", "@graph": sets}),
        )

    def rules(self, request: Request, rules: list[Rule]) -> bytes:
        """The review rules."""
        return self.render(
            request, "rules.html", rules=rules, severities=SEVERITY, formats=RDF_FORMATS
        )
