"""The bounded description of one thing: what is said of it, what points to it, where it is from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple

import pyoxigraph as ox

from perfkg.namespaces import DCTERMS, FOAF, OWL, PREFIXES, PROV, RDF, RDFS, SKOS, VOID, XSD
from perfkg.server.linked.addresses import Thing, root_of
from perfkg.server.service import Service
from perfkg.store.base import GraphResult, SelectResult

MOST_STATED: Final = 2_000
"""Statements about a thing that its description holds at most."""
MOST_INCOMING: Final = 200
"""Statements that point to a thing that its description holds at most."""
_INVALIDATED: Final = f"{PROV}invalidatedAtTime"
_REPLACED_BY: Final = f"{DCTERMS}isReplacedBy"

_SAID: Final = """CONSTRUCT { ?s ?p ?o } WHERE { { SELECT DISTINCT ?s ?p ?o WHERE {
  VALUES ?s { <%s> } { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } }
} ORDER BY ?p ?o LIMIT %d } }"""
_INCOMING: Final = """CONSTRUCT { ?s ?p ?o } WHERE { { SELECT DISTINCT ?s ?p ?o WHERE {
  VALUES ?o { <%s> } { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } }
} ORDER BY ?p ?s LIMIT %d } }"""
_COUNT: Final = """SELECT (COUNT(*) AS ?n) WHERE { SELECT DISTINCT ?s ?p WHERE {
  VALUES ?o { <%s> } { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } } }"""
_WITHDRAWN: Final = f"""CONSTRUCT {{ ?s ?p ?o }} WHERE {{
  VALUES ?s {{ <%s> }} VALUES ?p {{ <{_INVALIDATED}> <{_REPLACED_BY}> }}
  {{ ?s ?p ?o }} UNION {{ GRAPH ?g {{ ?s ?p ?o }} }}
}}"""
_LABELS: Final = """CONSTRUCT { ?s rdfs:label ?l } WHERE { VALUES ?s { %s } ?s rdfs:label ?l }"""
_SOURCES: Final = """CONSTRUCT {
  <%(iri)s> prov:wasDerivedFrom ?document . ?document ?p ?o
} WHERE {
  { { <%(iri)s> prov:hadPrimarySource ?document } UNION
    { <%(iri)s> (pk:inForm|pk:reportedIn)/prov:hadPrimarySource ?document } }
  ?document ?p ?o
}"""


class Withdrawal(NamedTuple):
    """That a thing is no longer stated.

    Attributes:
        when: prov:invalidatedAtTime, as the graph has it.
        successor: IRI of what has taken its place (dcterms:isReplacedBy), if the graph names it.
    """

    when: str
    successor: str | None


@dataclass(frozen=True, slots=True)
class Description:
    """What the graph says about a thing, in one generation.

    Attributes:
        thing: what is described.
        said: statements about it. incoming: statements that point to it, not more than the limit.
        incoming_total: how many point to it.
        further: labels of what these name, and the documents that the thing was read from.
        version: the dataset version.
    """

    thing: Thing
    said: tuple[ox.Triple, ...]
    incoming: tuple[ox.Triple, ...]
    incoming_total: int
    further: tuple[ox.Triple, ...]
    version: int

    @property
    def is_known(self) -> bool:
        """Whether the graph says anything about it."""
        return bool(self.said or self.incoming)

    @property
    def is_cut(self) -> bool:
        """Whether something was left out at a limit."""
        return self.incoming_total > len(self.incoming) or len(self.said) >= MOST_STATED

    @property
    def withdrawal(self) -> Withdrawal | None:
        """When the thing was withdrawn and what has taken its place, if the graph says so."""
        return _withdrawal(self.said)

    def values(self, predicate: str) -> list[str]:
        """Return the values that a property of the thing has."""
        found = (t.object for t in self.said if t.predicate.value == predicate)
        return [o.value for o in found if isinstance(o, ox.NamedNode | ox.Literal)]

    def labels(self, language: str) -> dict[str, str]:
        """Return the labels in one language, else in any, of everything that has one here."""
        found: dict[str, str] = {}
        for triple in (*self.said, *self.further):
            if triple.predicate.value not in (f"{RDFS}label", f"{SKOS}prefLabel"):
                continue
            subject, label = triple.subject, triple.object
            if not (isinstance(subject, ox.NamedNode) and isinstance(label, ox.Literal)):
                continue
            if label.language == language or subject.value not in found:
                found[subject.value] = label.value
        return found

    def document(self) -> list[ox.Triple]:
        """Return the whole document: the description and what there is to say about itself."""
        triples = {*self.said, *self.incoming, *self.further, *self._about_itself()}
        return sorted(triples, key=str)

    def _about_itself(self) -> list[ox.Triple]:
        document, base = ox.NamedNode(self.thing.document), self.thing.base
        count = len(self.incoming)
        told = (
            f"指向此事物的语句共 {self.incoming_total} 条，此处列出 {count} 条。",
            f"{self.incoming_total} statements point to this thing; {count} are given here.",
        )
        statements: list[tuple[str, ox.NamedNode | ox.Literal]] = [
            (f"{RDF}type", ox.NamedNode(f"{FOAF}Document")),
            (f"{FOAF}primaryTopic", ox.NamedNode(self.thing.iri)),
            (f"{VOID}inDataset", ox.NamedNode(f"{base}dataset/perfkg")),
            (f"{DCTERMS}isPartOf", ox.NamedNode(f"{root_of(base)}catalog")),
            (f"{OWL}versionInfo", ox.Literal(str(self.version))),
            (f"{RDFS}comment", ox.Literal(told[0], language="zh")),
            (f"{RDFS}comment", ox.Literal(told[1], language="en")),
            (
                f"{VOID}triples",
                ox.Literal(
                    str(len({*self.said, *self.incoming, *self.further})),
                    datatype=ox.NamedNode(f"{XSD}integer"),
                ),
            ),
        ]
        return [ox.Triple(document, ox.NamedNode(p), o) for p, o in statements]


def outline(service: Service, thing: Thing) -> Description:
    """Return what the graph says about `thing` and one statement that points to it, if any.

    Raises:
        QueryError: it took too long or failed.
    """
    version = service.store.generation.number
    said = _graph(service, _SAID % (thing.iri, MOST_STATED))
    incoming = () if said else _graph(service, _INCOMING % (thing.iri, 1))
    return Description(thing, said, incoming, len(incoming), (), version)


def describe(service: Service, thing: Thing) -> Description:
    """Return the whole bounded description, within the time limit of a query.

    Raises:
        QueryError: it took too long or failed.
    """
    version = service.store.generation.number
    said = _graph(service, _SAID % (thing.iri, MOST_STATED))
    incoming = _graph(service, _INCOMING % (thing.iri, MOST_INCOMING))
    total = len(incoming)
    if total == MOST_INCOMING:
        total = _number(service, _COUNT % thing.iri)
    further = _graph(service, _SOURCES % {"iri": thing.iri}) if said else ()
    named = sorted({f"<{iri}>" for triple in (*said, *incoming) for iri in _iris(triple)})
    labels = _graph(service, _LABELS % " ".join(named)) if named else ()
    known = set(said)
    beside = tuple(triple for triple in (*further, *labels) if triple not in known)
    return Description(thing, said, incoming, total, beside, version)


def withdrawal_of(service: Service, iri: str) -> Withdrawal | None:
    """Return that and when a thing was withdrawn, None where the graph does not say so.

    Args:
        iri: below the instance base.

    Raises:
        QueryError: it took too long or failed.
    """
    return _withdrawal(_graph(service, _WITHDRAWN % iri))


def _withdrawal(said: Iterable[ox.Triple]) -> Withdrawal | None:
    found: dict[str, list[str]] = {_INVALIDATED: [], _REPLACED_BY: []}
    for triple in said:
        name, value = triple.predicate.value, triple.object
        fits = ox.Literal if name == _INVALIDATED else ox.NamedNode
        if name in found and isinstance(value, fits):
            found[name].append(value.value)
    times, successors = sorted(found[_INVALIDATED]), sorted(found[_REPLACED_BY])
    return Withdrawal(times[0], successors[0] if successors else None) if times else None


def _iris(triple: ox.Triple) -> list[str]:
    terms = (triple.subject, triple.predicate, triple.object)
    return [term.value for term in terms if isinstance(term, ox.NamedNode)]


def _graph(service: Service, text: str) -> tuple[ox.Triple, ...]:
    found = service.store.query(text, timeout=service.settings.timeout, prefixes=PREFIXES)
    return found.triples if isinstance(found, GraphResult) else ()


def _number(service: Service, text: str) -> int:
    found = service.store.query(text, timeout=service.settings.timeout, prefixes=PREFIXES)
    if isinstance(found, SelectResult) and found.rows and isinstance(found.rows[0][0], ox.Literal):
        return int(found.rows[0][0].value)
    return 0
