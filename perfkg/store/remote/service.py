"""Queries, updates and graphs of a store elsewhere, and where it has them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Final, TypeAlias, cast

import httpx
import pyoxigraph as ox

from perfkg.errors import StoreError
from perfkg.sparql.dataset import Dataset
from perfkg.sparql.tokens import significant
from perfkg.store.base import Term
from perfkg.store.remote.connection import NO_LIMIT, Body, Connection, Limit, Refused

_JSON: Final = "application/sparql-results+json"
_XML: Final = "application/sparql-results+xml"
_TRIPLES: Final = "application/n-triples"
_TABLE: Final = f"{_JSON}, {_XML};q=0.5"
_GRAPH: Final = f"{_TRIPLES}, text/turtle;q=0.4"
_FORMS: Final = {"SELECT": _TABLE, "ASK": _TABLE, "CONSTRUCT": _GRAPH, "DESCRIBE": _GRAPH}
"""What is asked for by the form of a query: Virtuoso would give a graph as a table as well."""
_FORM: Final = 100_000
"""Characters of a query up to which it is sent as a form, which every server takes."""

Found: TypeAlias = ox.QuerySolutions | ox.QueryBoolean | Iterator[ox.Triple]


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a kind of server has its three services, below the base URL.

    Attributes:
        query, update: the SPARQL 1.1 Protocol.
        graphs: where the Graph Store HTTP Protocol may be.
    """

    query: str
    update: str
    graphs: tuple[str, ...]


_LAYOUTS: Final = (
    # Oxigraph; Fuseki; Stardog
    Layout("/query", "/update", ("/store", "/data", "")),
    # perfkg; Virtuoso; Neptune
    Layout("/sparql", "/sparql", ("/graph-store", "/sparql-graph-crud", "/sparql/gsp/")),
    # the whole address of the query service: QLever, Virtuoso, Neptune
    Layout("", "", ("", "-graph-crud", "/gsp/")),
)
_REPOSITORY: Final = Layout("", "/statements", ("/rdf-graphs/service",))  # GraphDB, RDF4J


class Service:
    """A SPARQL 1.1 service; thread-safe.

    Args:
        connection: to it.

    Raises:
        StoreError: it cannot be reached, refuses, or is no SPARQL service.
    """

    def __init__(self, connection: Connection) -> None:
        """Find out where it answers queries."""
        self._connection = connection
        self.address = connection.address
        self._layout = self._find()
        self._graphs: str | None = None

    def _find(self) -> Layout:
        layouts = (_REPOSITORY,) if "/repositories/" in self.address else _LAYOUTS
        refusal: Refused | None = None
        for layout in layouts:
            try:
                with self._asked(self.address + layout.query, "ASK {}", None, NO_LIMIT) as body:
                    if body.media_type in (_JSON, _XML):
                        return layout
            except Refused as error:
                if error.status in (401, 403):
                    raise
                refusal = refusal or error
        raise StoreError(
            "此处没有 SPARQL 服务；PERFKG_STORE 应为服务的基址，例如 http://localhost:3030/ds",
            "there is no SPARQL service here; PERFKG_STORE is the base URL of one, such as "
            "http://localhost:3030/ds",
            place=self.address,
        ) from refusal

    def find_graph_store(self, known: str) -> None:
        """Find the Graph Store Protocol; without one, graphs are read and written by SPARQL.

        Args:
            known: IRI of a graph that the store holds.
        """
        for path in self._layout.graphs:
            try:
                with self._got(self.address + path, known) as body:
                    if body.media_type == _TRIPLES and body.read(1):
                        self._graphs = self.address + path
                        return
            except StoreError:
                continue

    def close(self) -> None:
        """Let go of the connections."""
        self._connection.close()

    # -- queries -------------------------------------------------------------------------------

    @contextmanager
    def found(
        self, text: str, dataset: Dataset | None = None, limit: Limit = NO_LIMIT
    ) -> Iterator[Found]:
        """Give the answer to a query while it comes.

        Raises:
            StoreError: there is none. OutOfTime: the limit was reached.
        """
        address = self.address + self._layout.query
        with self._asked(address, text, dataset, limit) as body:
            if body.media_type in (_JSON, _XML):
                kind = ox.QueryResultsFormat.from_media_type(body.media_type)
                yield ox.parse_query_results(cast("IO[bytes]", body), kind)
            else:
                yield _triples(body)

    def rows(self, text: str) -> list[tuple[Term | None, ...]]:
        """Return the solutions of a trusted SELECT."""
        with self.found(text) as found:
            return [tuple(row) for row in found] if isinstance(found, ox.QuerySolutions) else []

    def holds(self, text: str) -> bool:
        """Return the answer to a trusted ASK."""
        with self.found(text) as found:
            return isinstance(found, ox.QueryBoolean) and bool(found)

    def triples(self, text: str) -> list[ox.Triple]:
        """Return the triples of a trusted CONSTRUCT."""
        with self.found(text) as found:
            return list(self._graph_of(found))

    def _graph_of(self, found: Found) -> Iterator[ox.Triple]:
        """Return the triples of an answer.

        Raises:
            StoreError: it is a table.
        """
        if isinstance(found, ox.QuerySolutions | ox.QueryBoolean):
            raise StoreError(
                "远程库对 CONSTRUCT 给出的是表格而不是图",
                "the remote store answered a CONSTRUCT with a table and not with a graph",
                place=self.address,
            )
        return found

    @contextmanager
    def _asked(
        self, address: str, text: str, dataset: Dataset | None, limit: Limit
    ) -> Iterator[Body]:
        graphs: dict[str, list[str]] = {}
        if dataset:
            graphs["default-graph-uri"] = list(dataset.default)
            graphs["named-graph-uri"] = list(dataset.named)
        headers = {"Accept": _accepted(text)}

        def build(client: httpx.Client) -> httpx.Request:
            if len(text) < _FORM:
                form = {"query": text, **graphs}
                return client.build_request("POST", address, data=form, headers=headers)
            kind = {"Content-Type": "application/sparql-query"}
            return client.build_request(
                "POST", address, params=graphs, content=text.encode(), headers=headers | kind
            )

        with self._connection.read(build, limit) as body:
            yield body

    # -- changes -------------------------------------------------------------------------------

    def update(self, text: str) -> None:
        """Run an update."""
        self._write("POST", self.address + self._layout.update, text.encode(), _UPDATE, {})

    def add(self, graph: str, statements: bytes) -> None:
        """Add statements (N-Triples) to a named graph."""
        if self._graphs is None:
            self.update(f"INSERT DATA {{ GRAPH <{graph}> {{ {statements.decode()} }} }}")
            return
        kind = {"Content-Type": _TRIPLES}
        self._write("POST", self._graphs, statements, kind, {"graph": graph})

    def _write(
        self,
        method: str,
        address: str,
        content: bytes,
        headers: Mapping[str, str],
        params: Mapping[str, str],
    ) -> None:
        self._connection.write(
            lambda client: client.build_request(
                method, address, params=params, content=content, headers=headers
            )
        )

    # -- graphs --------------------------------------------------------------------------------

    @contextmanager
    def graph(self, iri: str | None) -> Iterator[Iterator[ox.Triple] | None]:
        """Give the triples of a graph while they come; None when there is no such graph."""
        if self._graphs is None:
            where = "?s ?p ?o" if iri is None else f"GRAPH <{iri}> {{ ?s ?p ?o }}"
            with self.found(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {where} }}") as found:
                yield self._graph_of(found)
            return
        try:
            with self._got(self._graphs, iri) as body:
                yield _triples(body)
        except Refused as error:
            if error.status != httpx.codes.NOT_FOUND:
                raise
            yield None

    def count(self, iri: str | None) -> int:
        """Return how many triples a graph holds."""
        where = "?s ?p ?o" if iri is None else f"GRAPH <{iri}> {{ ?s ?p ?o }}"
        (row,) = self.rows(f"SELECT (COUNT(*) AS ?n) WHERE {{ {where} }}")
        return int(row[0].value) if isinstance(row[0], ox.Literal) else 0

    @contextmanager
    def _got(self, address: str, iri: str | None) -> Iterator[Body]:
        params = {"default": ""} if iri is None else {"graph": iri}
        build: Callable[[httpx.Client], httpx.Request] = lambda client: client.build_request(  # noqa: E731
            "GET", address, params=params, headers={"Accept": _TRIPLES}
        )
        with self._connection.read(build) as body:
            yield body

    def graphs(self) -> list[str]:
        """Return the IRIs of the named graphs that hold something."""
        found = self.rows("SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g")
        return [row[0].value for row in found if isinstance(row[0], ox.NamedNode)]


_UPDATE: Final = {"Content-Type": "application/sparql-update; charset=utf-8"}


def _accepted(text: str) -> str:
    """Return what to accept as the answer to a query."""
    forms = (_FORMS[token.word] for token in significant(text) if token.word in _FORMS)
    return next(forms, _TABLE)


def _triples(body: Body) -> Iterator[ox.Triple]:
    kind = ox.RdfFormat.from_media_type(body.media_type) or ox.RdfFormat.N_TRIPLES
    return (quad.triple for quad in ox.parse(cast("IO[bytes]", body), kind))


def parts(lines: Iterable[str], size: int) -> Iterator[bytes]:
    """Yield N-Triples lines as documents of about `size` characters."""
    held: list[str] = []
    length = 0
    for line in lines:
        held.append(line)
        length += len(line)
        if length > size:
            yield "\n".join([*held, ""]).encode()
            held, length = [], 0
    if held:
        yield "\n".join([*held, ""]).encode()


def with_head(text: str, prefixes: Mapping[str, str] | None, base_iri: str | None = None) -> str:
    """Return a query or update that declares its base and prefixes itself, on its first line."""
    base = f"BASE <{base_iri}> " if base_iri else ""
    head = "".join(f"PREFIX {name}: <{space}> " for name, space in (prefixes or {}).items())
    return f"{base}{head}{text}"
