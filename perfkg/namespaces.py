"""IRIs of the vocabularies that perfkg writes and reads, as plain strings."""

from __future__ import annotations

from typing import Final

PK: Final = "https://w3id.org/perfkg/def#"
SHAPES: Final = "https://w3id.org/perfkg/shapes#"
DEFAULT_BASE: Final = "https://w3id.org/perfkg/id/"

RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
OWL: Final = "http://www.w3.org/2002/07/owl#"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"
SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
DCTERMS: Final = "http://purl.org/dc/terms/"
ORG: Final = "http://www.w3.org/ns/org#"
FOAF: Final = "http://xmlns.com/foaf/0.1/"
PROV: Final = "http://www.w3.org/ns/prov#"
ODRL: Final = "http://www.w3.org/ns/odrl/2/"
SOSA: Final = "http://www.w3.org/ns/sosa/"
SCHEMA: Final = "https://schema.org/"
QUDT: Final = "http://qudt.org/schema/qudt/"
UNIT: Final = "http://qudt.org/vocab/unit/"
QUANTITYKIND: Final = "http://qudt.org/vocab/quantitykind/"
SH: Final = "http://www.w3.org/ns/shacl#"
DCAT: Final = "http://www.w3.org/ns/dcat#"
VOID: Final = "http://rdfs.org/ns/void#"
SD: Final = "http://www.w3.org/ns/sparql-service-description#"

PREFIXES: Final[dict[str, str]] = {
    "pk": PK,
    "rdf": RDF,
    "rdfs": RDFS,
    "owl": OWL,
    "xsd": XSD,
    "skos": SKOS,
    "dcterms": DCTERMS,
    "org": ORG,
    "foaf": FOAF,
    "prov": PROV,
    "odrl": ODRL,
    "sosa": SOSA,
    "schema": SCHEMA,
    "qudt": QUDT,
    "unit": UNIT,
    "quantitykind": QUANTITYKIND,
    "sh": SH,
    "dcat": DCAT,
    "void": VOID,
    "sd": SD,
}
"""Prefixes that `perfkg sparql`, the editor and every export know without declaration."""
