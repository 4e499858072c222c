"""Things below the base that are beside the data: data sets, generations, graphs.

The graph says nothing about them; the catalogue describes them, or they are a document themselves.
"""

from __future__ import annotations

from urllib.parse import quote

from fastapi import Request
from pyoxigraph import NamedNode

from perfkg.export.catalogue import KINDS, catalogue
from perfkg.export.publication import Publication, publication_of
from perfkg.export.views import structures
from perfkg.export.void import void
from perfkg.export.writing import Facts
from perfkg.identity import Identity
from perfkg.server.linked.addresses import Thing, unknown
from perfkg.server.linked.formats import Rdf
from perfkg.server.linked.release import Release, release_of
from perfkg.server.service import Service
from perfkg.store.base import AskResult


def address_of(request: Request, service: Service, thing: Thing, wanted: Rdf | None) -> str | None:
    """Return the path that answers for a thing beside the data, None for one of the data.

    Args:
        wanted: the format that the client likes best, None for a page.

    Raises:
        ServiceProblem: 404, there is no such data set, graph …
    """
    if thing.kind == "graph":
        return _graph(service, thing, wanted)
    if thing.kind not in KINDS:
        return None
    if thing.kind == "dataset" and thing.key in structures():
        return f"/view/{thing.key}"
    release = release_of(request, service)
    if thing.kind == "generation" and thing.key.isdecimal():
        # What was published earlier names an earlier one.
        place = "/catalog" if int(thing.key) <= release.generation.number else None
    else:
        publication = publication_of(service.settings, str(request.base_url))
        place = _description(thing, release, publication)
    if place is None:
        raise unknown(thing)
    return place


def _graph(service: Service, thing: Thing, wanted: Rdf | None) -> str:
    text = f"ASK {{ GRAPH <{thing.iri}> {{ ?s ?p ?o }} }}"
    if service.store.query(text, timeout=service.settings.timeout) != AskResult(True):
        raise unknown(thing)
    if wanted is None and thing.iri == Identity(thing.base).validation_graph:
        return "/validation"
    if wanted is None and thing.iri == Identity(thing.base).statistics_graph:
        return "/def#Statistic"
    return f"/graph-store?graph={quote(thing.iri, safe='')}"


def _description(thing: Thing, release: Release, publication: Publication) -> str | None:
    """Return where the description of the data says something of a thing."""
    # Of a file that is not made yet, the checksum is a thing already.
    files = {dump.name: Facts(0, "") for dump in release.dumps}
    figures, generation = release.figures, release.generation
    node = NamedNode(thing.iri)
    if any(t.subject == node for t in catalogue(figures, generation, publication, files)):
        return "/catalog"
    if any(t.subject == node for t in void(figures, generation, publication, release.dumps)):
        return "/.well-known/void"
    return None
