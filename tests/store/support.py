"""Small forms in the shape that the mapper gives them, and ways to look into a store."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from perfkg.graph.form_graph import FormGraph
from perfkg.identity import Identity
from perfkg.namespaces import DEFAULT_BASE, PK, PREFIXES, PROV, RDF, SKOS, XSD
from perfkg.store import EmbeddedStore, SelectResult, Store
from perfkg.store.base import Format
from perfkg.store.remote import RemoteStore

ID = DEFAULT_BASE
VALIDATION = Identity().validation_graph
PERCENT = "http://qudt.org/vocab/unit/PERCENT"

VOCABULARY = (
    f'<{PERCENT}> <{SKOS}prefLabel> "%"@zh .',
    f'<{ID}unit/page> <{SKOS}prefLabel> "页"@zh .',
    f'<{ID}unit/page> <{PK}factor> "1.0"^^<{XSD}decimal> .',
)


def triple(subject: str, predicate: str, thing: str) -> str:
    return f"<{subject}> <{predicate}> {thing} ."


def label(subject: str, text: str) -> str:
    return triple(subject, f"{SKOS}prefLabel", f'"{text}"@zh')


def document_of(name: str) -> str:
    return f"{ID}document/{name}"


def form_of(name: str) -> str:
    return f"{ID}form/{name}"


def form_graph(
    name: str = "f",
    document: str = "d1",
    *,
    value: str = "1",
    project: str = "p",
    units: Sequence[str] = (PERCENT,),
    spelling: str | None = None,
    location: str | None = None,
) -> FormGraph:
    """Build a form with one target for each unit.

    A unit `…/unit/W10` is a multiple of `…/unit/10`, which nothing else may refer to.
    """
    form, doc = form_of(name), document_of(document)
    project_iri, organization = f"{ID}project/{project}", f"{ID}organization/of-{project}"
    content = [
        triple(form, f"{RDF}type", f"<{PK}Form>"),
        triple(form, f"{PK}project", f"<{project_iri}>"),
        triple(form, f"{PK}annualRequest", f'"{value}"^^<{XSD}decimal>'),
    ]
    shared = [
        label(project_iri, project),
        triple(project_iri, f"{PK}implementingUnit", f"<{organization}>"),
        label(organization, f"unit of {project}"),
        triple(doc, f"{RDF}type", f"<{PK}SourceDocument>"),
        label(doc, document),
    ]
    if spelling is not None:
        shared.append(triple(project_iri, f"{SKOS}altLabel", f'"{spelling}"@zh'))
    for position, unit in enumerate(units, 1):
        target = f"{ID}target/{name}-{position}"
        content += [
            triple(target, f"{PK}inForm", f"<{form}>"),
            triple(target, f"{PK}position", f'"{position}"^^<{XSD}integer>'),
            triple(target, f"{PK}unit", f"<{unit}>"),
        ]
        shared += _described(unit)
    provenance = (
        triple(form, f"{PROV}hadPrimarySource", f"<{doc}>"),
        triple(form, f"{PK}sourceLocation", f'"{location or document}"'),
    )
    return FormGraph(form, doc, tuple(content), provenance, tuple(shared))


def _described(unit: str) -> list[str]:
    if not unit.startswith(f"{ID}unit/") or unit.endswith("/page"):
        return []
    lines = [label(unit, unit.rsplit("/", 1)[1])]
    if "/W" in unit:
        base = unit.replace("/W", "/")
        lines += [triple(unit, f"{PK}scalingOf", f"<{base}>"), label(base, base[-1])]
    return lines


def new_store(folder: Path) -> EmbeddedStore:
    return EmbeddedStore(folder, create=True, vocabulary=VOCABULARY)


@dataclass(frozen=True)
class InFolder:
    """A store in a folder."""

    folder: Path

    def open(self, *vocabulary: str, create: bool = True) -> Store:
        return EmbeddedStore(self.folder, create, vocabulary=vocabulary)

    def open_as_it_is(self) -> Store:
        return EmbeddedStore(self.folder)


@dataclass(frozen=True)
class Elsewhere:
    """A store in a server, with the graph that holds the data."""

    address: str
    graph: str | None

    def open(self, *vocabulary: str, create: bool = True) -> RemoteStore:
        return RemoteStore(self.address, create, vocabulary=vocabulary, graph=self.graph)

    def open_as_it_is(self) -> RemoteStore:
        return RemoteStore(self.address, graph=self.graph)


Backend: TypeAlias = InFolder | Elsewhere


def dumped(store: Store, fmt: Format = "nt") -> bytes:
    out = io.BytesIO()
    store.dump(out, fmt)
    return out.getvalue()


def lines_in(store: Store) -> set[str]:
    return set(dumped(store).decode().rstrip("\n").split("\n"))


def put(store: Store, *graphs: FormGraph) -> list[str]:
    with store.write() as writer:
        return [writer.put(graph).value for graph in graphs]


def column(store: Store, query: str, timeout: float | None = None) -> list[str]:
    result = store.query(query, prefixes=PREFIXES, timeout=timeout)
    assert isinstance(result, SelectResult)
    return sorted(str(row[0]) for row in result.rows)
