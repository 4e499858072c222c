"""The SPARQL 1.1 Service Description of the endpoint."""

from __future__ import annotations

from typing import Final

import pyoxigraph as ox

from perfkg.namespaces import RDF, SD
from perfkg.results import FORMATS

_FORMATS_NS = "http://www.w3.org/ns/formats/"
_RESULT_FORMATS = {
    "json": "SPARQL_Results_JSON",
    "xml": "SPARQL_Results_XML",
    "csv": "SPARQL_Results_CSV",
    "tsv": "SPARQL_Results_TSV",
    "turtle": "Turtle",
    "nt": "N-Triples",
    "nq": "N-Quads",
    "trig": "TriG",
    "jsonld": "JSON-LD",
    "rdfxml": "RDF_XML",
}


DESCRIPTION_TYPES: Final = ("text/turtle", "application/rdf+xml", "application/ld+json")
"""The media types of the description, the default first."""


def service_description(
    endpoint: str, media_type: str = DESCRIPTION_TYPES[0], *, federates: bool = False
) -> bytes:
    """Return the description.

    Args:
        endpoint: address of the endpoint, as the client reached it.
        media_type: one of `DESCRIPTION_TYPES`.
        federates: whether SERVICE may name any endpoint.
    """
    service = ox.NamedNode(endpoint)
    statements = [
        ("endpoint", service),
        ("supportedLanguage", ox.NamedNode(f"{SD}SPARQL11Query")),
        ("supportedLanguage", ox.NamedNode(f"{SD}SPARQL11Update")),
        ("feature", ox.NamedNode(f"{SD}EmptyGraphs")),
        *((("feature", ox.NamedNode(f"{SD}BasicFederatedQuery")),) if federates else ()),
        *(
            ("resultFormat", ox.NamedNode(_FORMATS_NS + name))
            for key, name in _RESULT_FORMATS.items()
            if key in FORMATS
        ),
    ]
    triples = [
        ox.Triple(service, ox.NamedNode(f"{RDF}type"), ox.NamedNode(f"{SD}Service")),
        *(ox.Triple(service, ox.NamedNode(SD + name), term) for name, term in statements),
    ]
    target = ox.RdfFormat.from_media_type(media_type)
    written = ox.serialize(triples, format=target, prefixes={"sd": SD})
    return written or b""
