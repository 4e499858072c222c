"""Saved queries as RDF, so that whoever asks the graph finds them there.

The terms follow the examples of the SIB Swiss Institute of Bioinformatics
(https://github.com/sib-swiss/sparql-examples): `sh:SPARQLExecutable` with the text in `sh:select`
(`sh:ask`, `sh:construct`), `rdfs:comment`, `schema:keywords`, `schema:target`. Editors that follow
the same convention list them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final
from urllib.parse import urljoin

import pyoxigraph as ox

from perfkg.errors import PerfkgError
from perfkg.graph import ntriples as nt
from perfkg.identity import Identity
from perfkg.messages import Text
from perfkg.namespaces import OWL, PREFIXES, RDF, RDFS, SCHEMA, SH, SKOS
from perfkg.queries.model import THEMES, SavedQuery
from perfkg.queries.prepare import prepare
from perfkg.sparql.fence import Form

_SPEX: Final = "https://purl.expasy.org/sparql-examples/ontology#"
_FORMS: Final[dict[Form, tuple[str, str]]] = {
    Form.SELECT: (f"{SH}SPARQLSelectExecutable", f"{SH}select"),
    Form.ASK: (f"{SH}SPARQLAskExecutable", f"{SH}ask"),
    Form.CONSTRUCT: (f"{SH}SPARQLConstructExecutable", f"{SH}construct"),
    Form.DESCRIBE: (f"{_SPEX}SPARQLDescribeExecutable", f"{_SPEX}describe"),
}
"""The class of a query of each form, and the property that holds its text."""


def query_iri(name: str, base: str) -> str:
    """Return the IRI of a saved query."""
    return f"{Identity(base).base}query/{name}"


def described(queries: Iterable[SavedQuery], base: str) -> list[str]:
    """Return what there is to say of saved queries, as sorted N-Triples lines.

    Args:
        queries: from a catalogue.
        base: the instance base IRI.
    """
    collection = f"{Identity(base).base}query-collection/saved"
    lines = set(_prefixes(base, collection))
    for query in queries:
        lines.update(_lines(query, base, collection))
    return sorted(lines)


def runnable(query: SavedQuery) -> str:
    """Return the text of a query without its head, its parameters at their defaults.

    A parameter that cannot be filled in from the file alone (a required one, or a default that is
    the name of a thing) stays a free variable.
    """
    try:
        text = prepare(query, {})
    except PerfkgError:
        text = query.text
    return "\n".join(line for line in text.splitlines() if not line.startswith("#+")) + "\n"


def rule_names(folders: Iterable[Path]) -> list[str]:
    """Return the labels of review rules and criteria as sorted N-Triples lines.

    Findings point to rules by IRI; with these lines a query can say what the rule is called. A
    file that does not parse is left out here, because the review itself says what is wrong with it.

    Args:
        folders: where the rules are, as SHACL in Turtle.
    """
    lines: set[str] = set()
    for folder in folders:
        for file in sorted(folder.glob("*.ttl")):
            try:
                lines.update(_labels(list(ox.parse(path=file, format=ox.RdfFormat.TURTLE))))
            except (OSError, SyntaxError):
                continue
    return sorted(lines)


def _labels(quads: list[ox.Quad]) -> Iterator[str]:
    named = {
        quad.subject
        for quad in quads
        if quad.predicate.value == f"{RDF}type"
        and isinstance(quad.object, ox.NamedNode)
        and quad.object.value in (f"{SH}NodeShape", f"{SH}PropertyShape", f"{SKOS}Concept")
    }
    for quad in quads:
        subject, label = quad.subject, quad.object
        if quad.predicate.value != f"{RDFS}label" or subject not in named:
            continue
        if isinstance(subject, ox.NamedNode) and isinstance(label, ox.Literal):
            yield nt.statement(subject.value, f"{RDFS}label", nt.text(label.value, label.language))


def _lines(query: SavedQuery, base: str, collection: str) -> Iterator[str]:
    iri = query_iri(query.name, base)
    class_, holding = _FORMS[query.form]
    yield nt.statement(iri, f"{RDF}type", nt.iri(f"{SH}SPARQLExecutable"))
    yield nt.statement(iri, f"{RDF}type", nt.iri(class_))
    yield nt.statement(iri, f"{SH}prefixes", nt.iri(collection))
    yield nt.statement(iri, holding, nt.text(runnable(query)))
    yield from _in_both(iri, f"{RDFS}label", query.title)
    yield from _in_both(iri, f"{RDFS}comment", query.description)
    yield from _in_both(iri, f"{SCHEMA}keywords", THEMES[query.theme])
    for tag in query.tags:
        yield nt.statement(iri, f"{SCHEMA}keywords", nt.text(tag))
    # Where the graph of this base is served; a store does not know who serves it just now.
    yield nt.statement(iri, f"{SCHEMA}target", nt.iri(urljoin(Identity(base).base, "../sparql")))


def _in_both(subject: str, predicate: str, text: Text) -> Iterator[str]:
    yield nt.statement(subject, predicate, nt.text(text.zh, "zh"))
    yield nt.statement(subject, predicate, nt.text(text.en, "en"))


def _prefixes(base: str, collection: str) -> Iterator[str]:
    yield nt.statement(collection, f"{RDF}type", nt.iri(f"{OWL}Ontology"))
    yield from _in_both(collection, f"{RDFS}label", Text("已存查询", "Saved queries"))
    for prefix, space in PREFIXES.items():
        declared = f"{Identity(base).base}query-prefix/{prefix}"
        yield nt.statement(collection, f"{SH}declare", nt.iri(declared))
        yield nt.statement(declared, f"{SH}prefix", nt.text(prefix))
        yield nt.statement(declared, f"{SH}namespace", nt.typed(space, "anyURI"))
