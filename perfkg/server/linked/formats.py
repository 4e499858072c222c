"""The formats of an RDF document, by file extension and by Accept header."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox
from fastapi import Request

from perfkg.server.negotiation import HTML, best_type
from perfkg.server.problems import ServiceProblem
from perfkg.store.graphs import graph_bytes


@dataclass(frozen=True, slots=True)
class Rdf:
    """A serialisation.

    Attributes:
        extension: of the address. name: what perfkg calls it. media_type: what it is sent as.
        aliases: everyday media types that clients ask for it with.
    """

    extension: str
    name: str
    media_type: str
    aliases: tuple[str, ...] = ()


TURTLE: Final = Rdf("ttl", "turtle", "text/turtle", ("application/x-turtle", "text/plain"))
JSONLD: Final = Rdf("jsonld", "jsonld", "application/ld+json", ("application/json",))
NT: Final = Rdf("nt", "nt", "application/n-triples")
RDFXML: Final = Rdf("rdf", "rdfxml", "application/rdf+xml", ("application/xml", "text/xml"))
RDF_FORMATS: Final = (TURTLE, JSONLD, NT, RDFXML)
"""The formats of a document, the default first."""
HTML_EXTENSION: Final = "html"
_PAGES: Final = (HTML, "application/xhtml+xml")
_BY_EXTENSION: Final = {item.extension: item for item in RDF_FORMATS}


def with_extension(extension: str) -> Rdf | None:
    """Return the format of a file extension."""
    return _BY_EXTENSION.get(extension)


def negotiated(request: Request, formats: Sequence[Rdf] = RDF_FORMATS) -> Rdf | None:
    """Return the format that the client likes best, or None for a page.

    Raises:
        ServiceProblem: 406, naming what there is.
    """
    offered = {item.media_type: item for item in formats}
    offered |= {alias: item for item in formats for alias in item.aliases}
    found = best_type(request, (*offered, *_PAGES))
    if found is None:
        types = ", ".join([item.media_type for item in formats] + [HTML])
        raise ServiceProblem(
            406,
            f"没有所要的格式；可用：{types}",
            f"none of the media types asked for; there are {types}",
            headers={"Vary": "Accept"},
        )
    return offered.get(found)


def turtle_as(text: bytes, wanted: Rdf, base: str | None = None) -> bytes:
    """Return a Turtle document in another format.

    Args:
        base: of relative IRIs.
    """
    triples = (quad.triple for quad in ox.parse(text, ox.RdfFormat.TURTLE, base_iri=base))
    return graph_bytes(triples, wanted.name)
