"""What there is in a generation: counts by class, property, year, and links to elsewhere."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Final, cast

from pyoxigraph import Literal, NamedNode, QuerySolutions, Store

from perfkg.namespaces import PK, PREFIXES

_CLASSES: Final = "SELECT ?key (COUNT(?s) AS ?n) WHERE { ?s a ?key } GROUP BY ?key"
_PROPERTIES: Final = "SELECT ?key (COUNT(*) AS ?n) WHERE { ?s ?key ?o } GROUP BY ?key"
_YEARS: Final = "SELECT ?key (COUNT(?f) AS ?n) WHERE { ?f a pk:Form ; pk:year ?key } GROUP BY ?key"
_LINKS: Final = """SELECT ?p ?o (COUNT(*) AS ?n) WHERE {
  VALUES ?p { skos:exactMatch skos:closeMatch skos:broadMatch rdfs:subClassOf
    rdfs:subPropertyOf pk:unit pk:normalizedUnit pk:comparator } ?s ?p ?o
  FILTER(isIRI(?o))
} GROUP BY ?p ?o"""
_SOURCES: Final = "SELECT DISTINCT ?key WHERE { ?f prov:hadPrimarySource ?key } ORDER BY ?key"
_NAMESPACE: Final = re.compile(r"^(.*[/#])[^/#]*$")


@dataclass(frozen=True, slots=True)
class Figures:
    """The counts of one generation.

    Attributes:
        triples: of the default graph.
        classes, properties: IRI → members, uses.
        years: fiscal year → forms.
        links: (property, namespace elsewhere) → links.
        sources: IRIs of the documents that were read.
    """

    triples: int
    classes: dict[str, int]
    properties: dict[str, int]
    years: dict[int, int]
    links: dict[tuple[str, str], int]
    sources: tuple[str, ...]


def figures_of(database: Store, base: str) -> Figures:
    """Count what `database` holds; `base` tells our own things from those of elsewhere."""
    properties = _counted(database, _PROPERTIES)
    return Figures(
        triples=sum(properties.values()),
        classes=_counted(database, _CLASSES),
        properties=properties,
        years={int(year): n for year, n in _counted(database, _YEARS).items()},
        links=_links(database, base),
        sources=tuple(_counted(database, _SOURCES)),
    )


def _counted(database: Store, text: str) -> dict[str, int]:
    found = cast("QuerySolutions", database.query(text, prefixes=PREFIXES))
    counts: dict[str, int] = {}
    for row in found:
        key = row["key"]
        number = row[1] if len(found.variables) > 1 else None
        if isinstance(key, NamedNode | Literal):
            counts[key.value] = int(number.value) if isinstance(number, Literal) else 1
    return dict(sorted(counts.items()))


def _links(database: Store, base: str) -> dict[tuple[str, str], int]:
    counts: Counter[tuple[str, str]] = Counter()
    for row in cast("QuerySolutions", database.query(_LINKS, prefixes=PREFIXES)):
        predicate, thing, number = row["p"], row["o"], row["n"]
        if not (isinstance(predicate, NamedNode) and isinstance(thing, NamedNode)):
            continue
        space = _NAMESPACE.match(thing.value)
        if space and isinstance(number, Literal) and not thing.value.startswith((base, PK)):
            counts[predicate.value, space[1]] += int(number.value)
    return dict(sorted(counts.items()))
