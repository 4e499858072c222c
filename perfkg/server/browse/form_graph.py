"""What the store says about one form, fetched as a small graph of its own."""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph as ox

from perfkg.server.browse import asking
from perfkg.store.base import Store
from perfkg.validation.findings import Finding
from perfkg.validation.shacl_report import results_in
from perfkg.validation.shapes import Shapes
from perfkg.validation.telling import tell

_STATEMENTS = """
CONSTRUCT { ?s ?p ?o } WHERE {
  { FORM ?p ?o BIND(FORM AS ?s) }
  UNION { ?s pk:inForm FORM . ?s ?p ?o }
  UNION { ?s pk:reportedIn FORM . ?s ?p ?o }
}"""
_NAMED = """
CONSTRUCT {{ ?s ?p ?o }} WHERE {{
  {} ?s ?p ?o FILTER(?p IN (rdf:type, skos:prefLabel, schema:name))
}}"""
_FINDINGS = """
CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{}> {{
  {{ ?s prov:wasDerivedFrom FORM . ?s ?p ?o }}
  UNION {{ ?s a sh:ValidationReport BIND(rdf:type AS ?p) BIND(sh:ValidationReport AS ?o) }}
}} }}"""


@dataclass(frozen=True, slots=True)
class KnownForm:
    """A form with everything that a page about it shows.

    Attributes:
        data: its statements, and the names of what they name.
        findings: what the review found; None: the store was not reviewed.
    """

    iri: str
    data: ox.Store
    findings: list[Finding] | None


def read_form(
    store: Store, form: str, validation: str, shapes: Shapes, seconds: float
) -> KnownForm | None:
    """Return a form of the store, None if it has none of that IRI.

    Args:
        form: IRI, whose key was checked. validation: IRI of the graph of findings.
        shapes: the rules, for the names of what was found.
        seconds: how long each of the three questions may run.

    Raises:
        QueryTimeout, StoreBusy: there is no answer now.
    """
    node = str(ox.NamedNode(form))
    said = asking.triples(store, _STATEMENTS.replace("FORM", node), seconds)
    if not said:
        return None
    named = sorted({t.object.value for t in said if isinstance(t.object, ox.NamedNode)})
    names = asking.triples(store, _NAMED.format(asking.values("s", named)), seconds)
    found = asking.triples(store, _FINDINGS.format(validation).replace("FORM", node), seconds)
    data = ox.Store()
    data.extend(ox.Quad(t.subject, t.predicate, t.object) for t in (*said, *names))
    graph = ox.NamedNode(validation)
    data.extend(ox.Quad(t.subject, t.predicate, t.object, graph) for t in found)
    results = results_in(data, validation)
    findings = None if results is None else tell(results, data, shapes)
    return KnownForm(form, data, findings)
